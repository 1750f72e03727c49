"""ADY: the day of a record counted from a reference date; there is no day 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import dates_of
from adamline.derive._tallies import counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally


def check_ady(
    frame: pd.DataFrame, *, variable: New = "ADY", from_: Column = "ADT", start: Column = "TRTSDT"
) -> Iterator[Tally]:
    """A note of dates from which no day is counted, since there is no reference date."""
    rows = dates_of(frame, from_).notna().to_numpy() & dates_of(frame, start).isna().to_numpy()
    message = f"{{count}} records have {from_} and no {variable}: {start} is missing"
    yield from counted(frame, rows, "no reference date", message, severity=Severity.NOTE, by="")


@derivation(
    define="{from_} - {start} in days, plus 1 where {from_} is on or after {start}: there is no day 0. Times of day "
    "do not count. Missing where either date is missing.",
    check=check_ady,
)
def derive_ady(
    frame: pd.DataFrame, *, variable: New = "ADY", from_: Column = "ADT", start: Column = "TRTSDT"
) -> pd.DataFrame:
    """Relative day of the date ``from_`` (ADaMIG 3.3.3): the day of ``start`` is 1, the day before it -1.

    Times of day do not count. Missing where either date is. Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-01", "2014-01-02", "2014-01-09"])})
    >>> derive_ady(adlb.assign(TRTSDT=pd.Timestamp("2014-01-02"))).ADY.tolist()
    [-1.0, 1.0, 8.0]
    """
    require_two(variable, from_=from_, start=start)
    days = (dates_of(frame, from_).dt.normalize() - dates_of(frame, start).dt.normalize()).dt.days.to_numpy(np.float64)
    return frame.assign(**{variable: np.where(days >= 0, days + 1, days)})

"""PREFL: which events or medications are from before treatment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import flags
from adamline.derive.ontrtfl import Undated, check_missing_dates, days_of
from adamline.findings import Tally


def check_prefl(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "PREFL",
    from_: Column = "ASTDT",
    start: Column = "TRTSDT",
    undated: Undated = "missing",
    where: Where = None,
) -> Iterator[Tally]:
    """Notes where a date is missing."""
    yield from check_missing_dates(frame, made, variable, (from_, start), selected(frame, where))


@derivation(
    define="'Y' where {from_} is before {start}[, on the records where {where}]; missing elsewhere and without "
    "{start}.[undated=missing: Without {from_} it is missing.][undated=flagged: Without {from_} it is 'Y'.] Times of "
    "day do not count.",
    check=check_prefl,
)
def derive_prefl(
    frame: pd.DataFrame,
    *,
    variable: New = "PREFL",
    from_: Column = "ASTDT",
    start: Column = "TRTSDT",
    undated: Undated = "missing",
    where: Where = None,
) -> pd.DataFrame:
    """Pre-treatment flag (OCCDS 1.0): "Y" where the day ``from_`` is before the day ``start`` of treatment.

    ``from_`` is the start of an event or medication; or its end (AENDT), for those that were over. Days count, not
    times. A record without ``from_`` is not flagged, or with ``undated`` "flagged" it is; without ``start`` nothing is.
    ``where`` selects the records that can be flagged. Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adcm = pd.DataFrame({"ASTDT": pd.to_datetime(["2014-01-01", "2014-01-02"])})
    >>> derive_prefl(adcm.assign(TRTSDT=pd.Timestamp("2014-01-02"))).PREFL.tolist()
    ['Y', nan]
    """
    day, first = days_of(frame, from_), days_of(frame, start)
    before = day < first
    if undated == "flagged":
        before |= np.isnat(day) & ~np.isnat(first)
    return frame.assign(**{variable: flags(before & selected(frame, where))})

"""ONTRTFL: which records were observed on treatment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Count, New, Where, derivation
from adamline.derive._codes import dates_of, flags
from adamline.derive._possible_dates import Days
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally


def check_ontrtfl(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "ONTRTFL",
    from_: Column = "ADT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    where: Where = None,
) -> Iterator[Tally]:
    """A warning where treatment ends before it starts; notes where a date is missing, and where no end decides."""
    day, first, last = _days(frame, from_), _days(frame, start), _days(frame, end)
    backwards = f"{{count}} records have {end} before {start}, and so no day on treatment by these"
    yield from counted(frame, last < first, "end before start", backwards, by="")
    is_one = selected(frame, where)
    for name, rows in ((from_, np.isnat(day) & ~np.isnat(first)), (start, np.isnat(first) & ~np.isnat(day))):
        message = f"{{count}} records are not flagged in {variable}: {name} is missing"
        yield from counted(frame, rows & is_one, "missing date", message, severity=Severity.NOTE, by="")
    is_open = made[variable].notna().to_numpy() & np.isnat(last)
    message = f"{{count}} records are on treatment since it has no end: {end} is missing"
    yield from counted(frame, is_open, "no end", message, severity=Severity.NOTE, by="")


@derivation(
    define="'Y' where {from_} lies from {start} to {end} + {days_after} days, both days included[, on the records "
    "where {where}]; missing elsewhere. A missing {end} leaves the end open; without {from_} or {start} it is "
    "missing. Times of day do not count.",
    check=check_ontrtfl,
)
def derive_ontrtfl(
    frame: pd.DataFrame,
    *,
    variable: New = "ONTRTFL",
    from_: Column = "ADT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    where: Where = None,
) -> pd.DataFrame:
    """On treatment record flag (ADaMIG 3.3.8): "Y" from the day ``start`` to ``days_after`` days after the day ``end``.

    Days count, not times. A missing ``end`` is of a treatment that goes on; without ``from_`` or ``start`` nothing is
    flagged. ``where`` selects the records that can be flagged: `AVISIT <> 'Baseline'` leaves out what was taken before
    the dose of the first day. `check_ontrtfl` counts what a missing date decides, and ends before their start.
    Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-01", "2014-01-02", "2014-01-20", "2014-01-21"])})
    >>> adlb = adlb.assign(TRTSDT=pd.Timestamp("2014-01-02"), TRTEDT=pd.Timestamp("2014-01-15"))
    >>> derive_ontrtfl(adlb, days_after=5).ONTRTFL.tolist()
    [nan, 'Y', 'Y', nan]
    """
    day, first, last = _days(frame, from_), _days(frame, start), _days(frame, end)
    # A comparison with NaT is false.
    on_treatment = (day >= first) & (np.isnat(last) | (day <= last + np.timedelta64(days_after, "D")))
    return frame.assign(**{variable: flags(on_treatment & selected(frame, where))})


def _days(frame: pd.DataFrame, name: str) -> Days:
    days: Days = dates_of(frame, name).to_numpy().astype("datetime64[D]")
    return days

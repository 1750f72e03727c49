"""ONTRTFL: which records were observed, which events or medications were going on, on treatment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Count, New, Where, derivation
from adamline.derive._codes import Bools, dates_of, flags
from adamline.derive._possible_dates import Days
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally

Undated = Literal["missing", "flagged"]


def check_ontrtfl(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "ONTRTFL",
    from_: Column = "ADT",
    to: Column | None = None,
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    undated: Undated = "missing",
    where: Where = None,
) -> Iterator[Tally]:
    """A warning where an end is before its start; notes where a date is missing, and where no end decides."""
    day, first, last = days_of(frame, from_), days_of(frame, start), days_of(frame, end)
    backwards = f"{{count}} records have {end} before {start}, and so no day on treatment by these"
    yield from counted(frame, last < first, "end before start", backwards, by="")
    is_one = selected(frame, where)
    yield from check_missing_dates(frame, made, variable, (from_, start), is_one)
    is_open = made[variable].notna().to_numpy() & np.isnat(last)
    message = f"{{count}} records are on treatment since it has no end: {end} is missing"
    yield from counted(frame, is_open, "no end", message, severity=Severity.NOTE, by="")
    if to:
        over = days_of(frame, to)
        message = f"{{count}} records have {to} before {from_}"
        yield from counted(frame, (over < day) & is_one, "end before start", message, by="")
        is_going_on = made[variable].notna().to_numpy() & (day < first) & np.isnat(over)
        message = f"{{count}} records from before {start} are on treatment since they have no end: {to} is missing"
        yield from counted(frame, is_going_on, "no end", message, severity=Severity.NOTE, by="")


@derivation(
    define="'Y' where {from_} lies from {start} to {end} + {days_after} days, both days included[, or is before "
    "{start} and {to} is missing or not before {start}][, on the records where {where}]; missing elsewhere. A missing "
    "{end} leaves the end open.[undated=missing: Without {from_} or {start} it is missing.][undated=flagged: Without "
    "{start} it is missing; without {from_} it is 'Y'.][undated=flagged: If then {to} is before {start}, it is "
    "missing.] Times of day do not count.",
    check=check_ontrtfl,
)
def derive_ontrtfl(
    frame: pd.DataFrame,
    *,
    variable: New = "ONTRTFL",
    from_: Column = "ADT",
    to: Column | None = None,
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    undated: Undated = "missing",
    where: Where = None,
) -> pd.DataFrame:
    """On treatment record flag (ADaMIG 3.3.8): "Y" from the day ``start`` to ``days_after`` days after the day ``end``.

    With ``to``, the end of an event or medication, one that starts before treatment and goes on when it begins is on
    treatment too, so also one without an end; without ``to`` its start alone decides. Days count, not times. A missing
    ``end`` is of a treatment that goes on; without ``start`` nothing is flagged. A record without ``from_`` is not
    flagged, or with ``undated`` "flagged" it is, unless ``to`` is before ``start``. ``where`` selects the records that
    can be flagged: `AVISIT <> 'Baseline'` leaves out what was taken before the dose of the first day.
    `check_ontrtfl` counts what a missing date decides, and ends before their start.
    Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-01", "2014-01-02", "2014-01-20", "2014-01-21"])})
    >>> adlb = adlb.assign(TRTSDT=pd.Timestamp("2014-01-02"), TRTEDT=pd.Timestamp("2014-01-15"))
    >>> derive_ontrtfl(adlb, days_after=5).ONTRTFL.tolist()
    [nan, 'Y', 'Y', nan]
    """
    day, first, last = days_of(frame, from_), days_of(frame, start), days_of(frame, end)
    over = days_of(frame, to) if to else np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]")
    # A comparison with NaT is false.
    on_treatment = (day >= first) & (np.isnat(last) | (day <= last + np.timedelta64(days_after, "D")))
    if to:
        on_treatment |= (day < first) & ~(over < first)
    if undated == "flagged":
        on_treatment |= np.isnat(day) & ~np.isnat(first) & ~(over < first)
    return frame.assign(**{variable: flags(on_treatment & selected(frame, where))})


def days_of(frame: pd.DataFrame, name: str) -> Days:
    """The days of a date or datetime."""
    days: Days = dates_of(frame, name).to_numpy().astype("datetime64[D]")
    return days


def check_missing_dates(
    frame: pd.DataFrame, made: pd.DataFrame, variable: str, dates: tuple[str, str], is_one: Bools
) -> Iterator[Tally]:
    """Notes of the records that have one of two dates and not the other, and what the flag became."""
    is_flagged = made[variable].notna().to_numpy()
    is_missing = {name: np.isnat(days_of(frame, name)) for name in dates}
    for name, other in (dates, dates[::-1]):
        rows = is_missing[name] & ~is_missing[other] & is_one
        for what, which in (("not flagged", rows & ~is_flagged), ("flagged", rows & is_flagged)):
            message = f"{{count}} records are {what} in {variable}: {name} is missing"
            yield from counted(frame, which, "missing date", message, severity=Severity.NOTE, by="")

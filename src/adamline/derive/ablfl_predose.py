"""ABLFL by the usual rule: the last record with a value on or before first dose, by day or by time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Order, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, dates_of, extreme_rows, flags, group_codes, order_ranks
from adamline.derive._order_tallies import check_order
from adamline.derive._possible_dates import Days
from adamline.derive._tallies import counted, keys_at
from adamline.derive.flag import KEY
from adamline.derive.pick import picked_rows
from adamline.errors import NOWHERE, DataError, DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

Untimed = Literal["before", "after"]


def check_ablfl_predose(
    frame: pd.DataFrame,
    *,
    variable: New = "ABLFL",
    where: Where = "AVAL is not missing",
    day: Column = "ADT",
    dose: Column = "TRTSDT",
    times: Columns = (),
    untimed: Untimed | None = None,
    order: Order = (),
    by: Columns = KEY,
) -> Iterator[Tally]:
    """Records that can be no baseline for want of a date; comparisons of times in which one is missing; `check_order`.

    A time that is missing is a warning where it decides which record is the baseline and ``untimed`` says nothing of
    it, else a note.
    """
    days, doses, is_one = _days(frame, day), _days(frame, dose), selected(frame, where)
    for name, rows in ((day, np.isnat(days) & ~np.isnat(doses)), (dose, np.isnat(doses) & ~np.isnat(days))):
        message = f"{{count}} records can be no baseline: {name} is missing"
        yield from counted(frame, rows & is_one, "missing date", message, severity=Severity.NOTE, by="")
    sorted_by = [day, *times[:1], *order]
    can_be = _can_be(frame, where, (day, dose), times, untimed or "before")
    yield from check_order(frame, by=by, where=can_be, order=sorted_by, take="last", is_stated=True)
    if times:
        either = [_can_be(frame, where, (day, dose), times, side) for side in ("before", "after")]
        decides = _differ(frame, by, sorted_by, either)
        yield from _untimed_tallies(frame, is_one & (days == doses), dose, times, untimed, decides)


@derivation(
    define="'Y' on the baseline record: the last for each {by}[, of the records where {where}], whose {day} is "
    "before {dose} or the same day[ and then its time not after that of the dose ({times}; at the same time it "
    "counts)]; missing on all others. Records are sorted by {day}[, then by the first of {times}][, then by "
    "{order}], missing lowest; a tie for the last is an error; a record without {day} or {dose} is no "
    "baseline.[untimed=|before: On the day of {dose} a record counts as before the dose where one of {times} is "
    "missing.][untimed=after: On the day of {dose} a record counts as after the dose where one of {times} is "
    "missing.]",
    check=check_ablfl_predose,
)
def derive_ablfl_predose(
    frame: pd.DataFrame,
    *,
    variable: New = "ABLFL",
    where: Where = "AVAL is not missing",
    day: Column = "ADT",
    dose: Column = "TRTSDT",
    times: Columns = (),
    untimed: Untimed | None = None,
    order: Order = (),
    by: Columns = KEY,
) -> pd.DataFrame:
    """Baseline record flag (ADaMIG 3.3.8): "Y" on the last record of each key that is not after first dose.

    Parameters: ``where`` selects the records that can be baseline; ``day`` is their date, ``dose`` that of first dose;
    ``times`` are none, or two datetimes, of the record and of first dose (ADTM, TRTSDTM), which decide on the day of
    dose: a record at the very time of dose is not after it. ``untimed`` says what a record of that day counts as when
    either time is missing: "before" dose, or "after" it; where it is not said, "before", with a warning where that
    decides the baseline (`check_ablfl_predose`). ``order`` are further variables to sort by, after the day and the
    time; a missing time is the earliest of its day.

    A missing ``day`` or ``dose`` makes no baseline. Any other rule (a visit, the first record, the day of dose left
    out) is an entry of `derive_ablfl`. Raises DerivationError, with keys, where records tie in all of it, and for
    ``times`` that are not two; DataError for a variable that is unknown, or no date or datetime.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "AVAL": [20.0, 21, 22],
    ...     "ADTM": pd.to_datetime(["2014-01-01T09:00", "2014-01-02T08:00", "2014-01-02T12:00"]),
    ...     "TRTSDT": pd.Timestamp("2014-01-02"), "TRTSDTM": pd.Timestamp("2014-01-02T08:30")})
    >>> adlb["ADT"] = adlb["ADTM"].dt.normalize()
    >>> derive_ablfl_predose(adlb, order=["ADTM"]).ABLFL.tolist()
    [nan, nan, 'Y']
    >>> derive_ablfl_predose(adlb, times=["ADTM", "TRTSDTM"]).ABLFL.tolist()
    [nan, 'Y', nan]
    """
    can_be = _can_be(frame, where, (day, dose), times, untimed or "before")
    sorted_by = [day, *times[:1], *order]
    picked_of_group, _ = picked_rows(frame, by=by, where=can_be, order=sorted_by, take="last")
    is_baseline = np.zeros(len(frame), dtype=bool)
    is_baseline[picked_of_group[picked_of_group != NO_RECORD]] = True
    return frame.assign(**{variable: flags(is_baseline)})


def _can_be(frame: pd.DataFrame, where: str | None, dates: tuple[str, str], times: Columns, untimed: Untimed) -> Bools:
    """Whether each record is selected, and not after the dose."""
    days, doses = (_days(frame, name) for name in dates)
    same_day = days == doses  # a comparison with NaT is false
    if times:
        same_day &= _not_after(frame, times, untimed)
    can_be: Bools = selected(frame, where) & ((days < doses) | same_day)
    return can_be


def _days(frame: pd.DataFrame, name: str) -> Days:
    days: Days = dates_of(frame, name).to_numpy().astype("datetime64[D]")
    return days


def _not_after(frame: pd.DataFrame, times: Columns, untimed: Untimed) -> Bools:
    """Whether each record is not later than the dose, by time alone."""
    if len(times) != 2:
        expected = "the datetime of the record and that of first dose, as [ADTM, TRTSDTM]"
        raise DerivationError("`times` are not two.", expected=expected, found=", ".join(times))
    for name in times:
        if dates_of(frame, name).notna().any() and kind_of(frame[name]) is not Kind.DATETIME:
            found = f"{kind_of(frame[name])}"
            raise DataError(f"{name} has no time.", place=Place(variable=name), expected="a datetime", found=found)
    at, dosed = (dates_of(frame, name).to_numpy() for name in times)
    is_known = ~np.isnat(at) & ~np.isnat(dosed)
    not_after: Bools = np.where(is_known, at <= dosed, untimed == "before")
    return not_after


def _differ(frame: pd.DataFrame, by: Sequence[str], order: Sequence[str], either: Sequence[Bools]) -> Bools:
    """Whether the last of the records that can be baseline is another one in the one case than in the other."""
    group, size = group_codes(frame, by)
    is_last = np.zeros((len(either), len(frame)), dtype=bool)
    for case, can_be in enumerate(either):
        rows = np.flatnonzero(can_be)
        for rank in order_ranks(frame, order):
            rows = extreme_rows(rows, group[rows], size, rank[rows], "last")
        is_last[case, rows] = True
    differs = np.zeros(size, dtype=bool)
    differs[group[is_last[0] != is_last[-1]]] = True
    of_record: Bools = differs[group]
    return of_record


def _untimed_tallies(
    frame: pd.DataFrame, on_day: Bools, dose: str, times: Columns, untimed: Untimed | None, decides: Bools
) -> Iterator[Tally]:
    """Records of the day of dose without a time, or whose dose has none, by which of the two is missing."""
    no_time, no_dose = (dates_of(frame, name).isna().to_numpy() for name in times)
    what = f"{{count}} records of the day of {dose} have no two times to compare, and count as {untimed or 'before'} it"
    hint = "" if untimed else "; say `untimed: before` or `untimed: after`"
    for rows, severity, said in (
        (
            decides,
            Severity.NOTE if untimed else Severity.WARNING,
            f"{what}, which decides the baseline: {{kinds}}{hint}",
        ),
        (~decides, Severity.NOTE, f"{what}: {{kinds}}"),
    ):
        at = on_day & rows & (no_time | no_dose)
        if at.any():
            kinds = {
                f"no {times[0]}": int((at & no_time & ~no_dose).sum()),
                f"no {times[1]}": int((at & ~no_time & no_dose).sum()),
                f"neither {times[0]} nor {times[1]}": int((at & no_time & no_dose).sum()),
            }
            yield Tally(severity, "untimed", said, NOWHERE, kinds, keys=keys_at(frame, np.flatnonzero(at)))

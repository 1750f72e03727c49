"""ABLFL by the usual rule: the last record with a value on or before first dose, by day or by time."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Order, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, dates_of, flags
from adamline.derive.flag import KEY
from adamline.derive.pick import picked_rows
from adamline.errors import DataError, DerivationError, Place
from adamline.io.dataset import Kind, kind_of


@derivation(
    define="'Y' on the last record per {by}[ where {where}], whose {day} is before {dose} or the same day"
    "[, and then not later by {times}, {untimed} it where a time is missing]; in the order of day and time[, {order}]"
)
def derive_ablfl_predose(
    frame: pd.DataFrame,
    *,
    variable: New = "ABLFL",
    where: Where = "AVAL is not missing",
    day: Column = "ADT",
    dose: Column = "TRTSDT",
    times: Columns = (),
    untimed: Literal["before", "after"] = "before",
    order: Order = (),
    by: Columns = KEY,
) -> pd.DataFrame:
    """Baseline record flag (ADaMIG 3.3.8): "Y" on the last record of each key that is not after first dose.

    Parameters: ``where`` selects the records that can be baseline; ``day`` is their date, ``dose`` that of first dose;
    ``times`` are none, or two datetimes, of the record and of first dose (ADTM, TRTSDTM), which decide on the day of
    dose: a record at the very time of dose is not after it. ``untimed`` says what a record of that day counts as when
    either time is missing: "before" dose, or "after" it. ``order`` are further variables to sort by, after the day
    and the time; a missing time is the earliest of its day.

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
    days, doses = (dates_of(frame, name).to_numpy().astype("datetime64[D]") for name in (day, dose))
    same_day = days == doses  # a comparison with NaT is false
    if times:
        same_day &= _not_after(frame, times, untimed)
    can_be = selected(frame, where) & ((days < doses) | same_day)
    sorted_by = [day, *times[:1], *order]
    picked_of_group, _ = picked_rows(frame, by=by, where=can_be, order=sorted_by, take="last")
    is_baseline = np.zeros(len(frame), dtype=bool)
    is_baseline[picked_of_group[picked_of_group != NO_RECORD]] = True
    return frame.assign(**{variable: flags(is_baseline)})


def _not_after(frame: pd.DataFrame, times: Columns, untimed: str) -> Bools:
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

"""A datetime from the text of a --DTC variable, whose date and time may be imputed where they are partial."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive import _possible_times as times
from adamline.derive._codes import codes_of, dates_of, require, used_levels
from adamline.derive._possible_dates import (
    COMPLETE,
    MONTH,
    YEAR,
    Days,
    Imputable,
    imputed_dates,
    is_strange,
    possible_dates,
    refuse_strange,
)
from adamline.io.dataset import Kind, kind_of

Highest = Literal["none", "second", "minute", "hour", "day", "month", "year"]
_HIGHEST = {word: rank for rank, word in enumerate(("none", "second", "minute", "hour", "day", "month", "year"))}
_NO_MOMENT = np.datetime64("NaT")
_LAST_OF_DAY = np.timedelta64(24 * 3600 - 1, "s")
_EXPECTED = "ISO 8601, as 2014-01-31T10:30 or 2014-01-31, of days and times that exist"


@derivation(
    define="date and time of {from_}; of a partial one at most this is imputed: {highest} (date {impute}, time {time})"
    "[, not before {not_before}][, not after {not_after}]"
)
def derive_datetime(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    highest: Highest = "none",
    impute: str = "first",
    time: str = "first",
    not_before: Columns = (),
    not_after: Columns = (),
) -> pd.DataFrame:
    """Datetime of an ISO 8601 text, as ``datetime64[us]``; it is the local time that is written, without its time zone.

    ``highest`` is the highest part that may be imputed, and with it all below: "none" leaves a text without its seconds
    missing, "second" completes `2014-01-02T11:45`, "hour" a date without a time, "day", "month" and "year" a partial
    date, whose ``impute`` and bounds are those of `derive_date`. ``time`` takes the "first" time that the text can be
    (00:00:00 without any), the "last" (23:59:59), or what is missing of a fixed one as "12:00:00". A part that stands
    below a missing one of the time is not used; a time that is written with a partial date is.

    An imputed datetime is moved to one of ``not_before`` that is later, then to one of ``not_after`` that is earlier,
    where the text can be that moment; a date stands for its first second in ``not_before``, for its last in
    ``not_after``. `derive_dtf` and `derive_tmf` say what was imputed.

    Raises DataError, with the values, for text that is not ISO 8601 and for days and times that do not exist (24:00 is
    none of a day); DerivationError for an ``impute`` or ``time`` that is no rule, and for "year" without its bound.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"EXENDTC": ["2014-01-02T11:45:30", "2014-01-02", "2014-01"]})
    >>> made = derive_datetime(ex, variable="AENDTM", from_="EXENDTC", highest="day", impute="last", time="last")
    >>> made.AENDTM.dt.strftime("%FT%T").tolist()
    ['2014-01-02T11:45:30', '2014-01-02T23:59:59', '2014-01-31T23:59:59']
    """
    require(frame, from_, *not_before, *not_after)
    codes, levels = codes_of(frame[from_])
    text = pd.Series(levels, dtype="str").str.strip()
    dates, clock = possible_dates(text), times.possible_times(text)
    strange = is_strange(text, dates) | ~clock.is_time
    refuse_strange(from_, text, strange & used_levels(codes, levels), _EXPECTED)
    # The parts of a date rank above those of a time.
    missing = np.where(dates.missing == COMPLETE, clock.missing, dates.missing + times.HOUR)
    allowed = _HIGHEST[highest]
    days = np.where(dates.missing <= MONTH, imputed_dates(dates, impute), _NO_MOMENT)
    moments = np.where(missing <= allowed, _at(days, clock.imputed(time)), _NO_MOMENT)

    def by_record(of_level: Days) -> Days:
        return np.append(of_level, _NO_MOMENT)[codes].astype("datetime64[us]")

    # A missing text has no year either.
    of_record = np.append(missing, YEAR + times.HOUR)[codes]
    made = Imputable(
        by_record(moments),
        by_record(_at(dates.first, clock.first)),
        by_record(_at(dates.last, clock.last)),
        (of_record != COMPLETE) & (of_record <= allowed),
    )
    before = [_moments(frame, name) for name in not_before]
    after = [_moments(frame, name, last=True) for name in not_after]
    if highest == "year":
        made = made.without_year(impute, before, after)
    return frame.assign(**{variable: made.bounded(before, after)})


def _at(days: Days, clock: times.Times) -> Days:
    moments: Days = np.add(days.astype("datetime64[us]"), clock)
    return moments


def _moments(frame: pd.DataFrame, name: str, *, last: bool = False) -> Days:
    """A variable as datetimes; a date is the first of its moments, or the last."""
    moments: Days = dates_of(frame, name).to_numpy().astype("datetime64[us]")
    return moments + _LAST_OF_DAY if last and kind_of(frame[name]) is Kind.DATE else moments

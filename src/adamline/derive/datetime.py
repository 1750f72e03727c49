"""A datetime from the text of a --DTC variable, whose date and time may be imputed where they are partial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._codes import dates_of, require
from adamline.derive._dtc_tallies import check_bounds, check_parts, check_texts, check_zones, refuse_idle
from adamline.derive._dtc_texts import HIGHEST, MONTH, NO_YEAR, at_time, dtc_texts
from adamline.derive._possible_dates import Days, Imputable, imputed_dates
from adamline.findings import Tally
from adamline.io.dataset import Kind, kind_of

Highest = Literal["none", "second", "minute", "hour", "day", "month", "year"]
_NO_MOMENT = np.datetime64("NaT")
_LAST_OF_DAY = np.timedelta64(24 * 3600 - 1, "s")


def check_datetime(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    highest: Highest = "minute",
    impute: str = "first",
    time: str = "first",
    not_before: Columns = (),
    not_after: Columns = (),
) -> Iterator[Tally]:
    """What `check_date` counts, and two warnings more: times that are written and not used, times of several zones."""
    texts = dtc_texts(frame, from_)
    yield from check_texts(frame, from_, texts)
    yield from check_zones(from_, texts)
    yield from check_parts(frame, from_, texts, texts.by_record(texts.missing, NO_YEAR), made[variable], highest)
    yield from check_bounds(made, variable, not_before, not_after)


def check_datetime_arguments(*, highest: Highest = "minute", **arguments: Any) -> tuple[Tally, ...]:
    """Nothing; DerivationError where arguments complete a date, and ``highest`` lets no day be imputed."""
    return refuse_idle(arguments, ("impute",) if highest in ("none", "second", "minute", "hour") else ())


@derivation(
    define="Date and time of {from_} (ISO 8601) as written, without time zone; 24:00 is 00:00 of the next "
    "day.[highest=none: Where the seconds or more are missing it is missing.][highest!=none: Of a partial one at "
    "most the {highest} and what is below it is imputed; where more is missing there is none; a time that is written "
    "with a partial date is kept.][highest!=none,time=first: The time imputed is the first that the text can be "
    "(00:00:00).][highest!=none,time=last: The time imputed is the last that the text can be "
    "(23:59:59).][highest!=none,time!=first|last: Imputed is what is missing of the time "
    "{time}.][highest=day|month|year,impute=first: The day imputed is the first that the text can "
    "be.][highest=day|month|year,impute=last: The day imputed is the last that the text can "
    "be.][highest=day|month|year,impute=mid: The day imputed is the 15th of a month, June 30 of a "
    "year.][highest!=none|second|minute|hour,impute!=first|last|mid: The day imputed is what is missing of {impute} "
    "(month-day), at most the month's last day.][highest=year,impute=first: Without the year, or without {from_}, it "
    "is the latest of {not_before}.][highest=year,impute=last: Without the year, or without {from_}, it is the "
    "earliest of {not_after}.][ An imputed datetime before {not_before} (each in turn; a date is its first second) "
    "is moved to it where the text can be that.][ An imputed datetime after {not_after} (each in turn; a date is its "
    "last second) is then moved to it where the text can be that.][ Where the text has a year and can be both, a "
    "{not_before} after a {not_after} does not count, nor does that.] Text that is not ISO 8601, and a day or time "
    "that does not exist, gives a missing value.",
    check=check_datetime,
    check_arguments=check_datetime_arguments,
)
def derive_datetime(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    highest: Highest = "minute",
    impute: str = "first",
    time: str = "first",
    not_before: Columns = (),
    not_after: Columns = (),
) -> pd.DataFrame:
    """Datetime of an ISO 8601 text, as ``datetime64[us]``; it is the local time that is written, without its time zone.

    ``highest`` is the highest part that may be imputed, and with it all below. "minute", the default, keeps every time
    whose hour is written: `T11:45` and `T11` become 11:45:00 and 11:00:00; "second" needs the minutes too, "none" takes
    nothing but a text with its seconds. "hour" gives a time to a date without one; "day", "month" and "year" complete a
    partial date, whose ``impute`` and bounds are those of `derive_date`. ``time`` takes the "first" time that the text
    can be (00:00:00 without any), the "last" (23:59:59), or what is missing of a fixed one as "12:00:00". A part that
    stands below a missing one of the time is not used; a time that is written with a partial date is.

    An imputed datetime is moved to one of ``not_before`` that is later, then to one of ``not_after`` that is earlier,
    where the text can be that moment; a date stands for its first second in ``not_before``, for its last in
    ``not_after``. Two that contradict do not count, as in `derive_date`. `derive_dtf` and `derive_tmf` say what was
    imputed.

    24:00 is 00:00 of the next day (ISO 8601). Text that is not ISO 8601, and a day or time that does not exist, is a
    fault of the data: the datetime is missing, and `check_datetime` counts it. Raises DataError for an unknown
    variable; DerivationError for an ``impute`` or ``time`` that is no rule, and for "year" without its bound.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"EXENDTC": ["2014-01-02T11:45:30", "2014-01-02", "2014-01"]})
    >>> made = derive_datetime(ex, variable="AENDTM", from_="EXENDTC", highest="day", impute="last", time="last")
    >>> made.AENDTM.dt.strftime("%FT%T").tolist()
    ['2014-01-02T11:45:30', '2014-01-02T23:59:59', '2014-01-31T23:59:59']
    """
    require(frame, from_, *not_before, *not_after)
    texts, allowed = dtc_texts(frame, from_), HIGHEST[highest]
    days = np.where(texts.missing_of_date <= MONTH, imputed_dates(texts.dates, impute), _NO_MOMENT)
    moments = np.where(texts.missing <= allowed, at_time(days, texts.times.imputed(time)), _NO_MOMENT)
    # A missing text has no year either.
    missing = texts.by_record(texts.missing, NO_YEAR)
    at, first, last = (
        texts.by_record(of_text, _NO_MOMENT).astype("datetime64[us]")
        for of_text in (moments, texts.first_moment, texts.last_moment)
    )
    made = Imputable(at, first, last, (missing > 0) & (missing <= allowed))
    before = [_moments(frame, name) for name in not_before]
    after = [_moments(frame, name, last=True) for name in not_after]
    if highest == "year":
        made = made.without_year(impute, before, after)
    return frame.assign(**{variable: made.bounded(before, after)})


def _moments(frame: pd.DataFrame, name: str, *, last: bool = False) -> Days:
    """A variable as datetimes; a date is the first of its moments, or the last."""
    moments: Days = dates_of(frame, name).to_numpy().astype("datetime64[us]")
    return moments + _LAST_OF_DAY if last and kind_of(frame[name]) is Kind.DATE else moments

"""A date from the text of a --DTC variable, which may be imputed where it is partial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._codes import dates_of, require
from adamline.derive._dtc_tallies import check_bounds, check_parts, check_texts, refuse_idle
from adamline.derive._dtc_texts import HIGHEST, MONTH, NO_YEAR, dtc_texts
from adamline.derive._possible_dates import Days, Imputable, imputed_dates
from adamline.findings import Tally

Highest = Literal["none", "day", "month", "year"]
_NO_DAY = np.datetime64("NaT")


def check_date(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    highest: Highest = "none",
    impute: str = "first",
    not_before: Columns = (),
    not_after: Columns = (),
) -> Iterator[Tally]:
    """Texts that are no date, at 24:00, with a time zone, or partial, with and without a date; dates beyond a bound.

    Text that is no date, and 24:00, are warnings with the records; the rest are notes.
    """
    texts = dtc_texts(frame, from_)
    yield from check_texts(frame, from_, texts)
    missing = texts.by_record(texts.missing_of_date, NO_YEAR)
    yield from check_parts(frame, from_, texts, missing, made[variable], highest)
    yield from check_bounds(made, variable, not_before, not_after)


def check_date_arguments(*, highest: Highest = "none", **arguments: Any) -> tuple[Tally, ...]:
    """Nothing; DerivationError where arguments complete a date, and ``highest`` lets no day be imputed."""
    return refuse_idle(arguments, ("impute", "not_before", "not_after") if highest in ("none",) else ())


@derivation(
    define="Date part of {from_} (ISO 8601), without time and time zone; 24:00 is the next day.[highest=none: Where "
    "the date is partial it is missing.][highest=day: A missing day is imputed; without month or year the date is "
    "missing.][highest=month: A missing day, or day and month (also where the day is written), is imputed; without "
    "the year the date is missing.][highest=year: A missing day, or day and month (also where the day is written), "
    "is imputed.][highest=year,impute=first: Without the year, or without {from_}, it is the latest of "
    "{not_before}.][highest=year,impute=last: Without the year, or without {from_}, it is the earliest of "
    "{not_after}.][highest!=none,impute=first: Imputed is the first day that the text can "
    "be.][highest!=none,impute=last: Imputed is the last day that the text can be.][highest!=none,impute=mid: "
    "Imputed is the 15th of a month, June 30 of a year.][highest!=none,impute!=first|last|mid: Imputed is what is "
    "missing of {impute} (month-day), at most the month's last day.][ An imputed date before {not_before} (each in "
    "turn) is moved to it where the text can be that day.][ An imputed date after {not_after} (each in turn) is then "
    "moved to it where the text can be that day.][ Where the text has a year and can be both, a {not_before} after a "
    "{not_after} does not count, nor does that.] Text that is not ISO 8601, and a day or time that does not exist, "
    "gives a missing date.",
    check=check_date,
    check_arguments=check_date_arguments,
)
def derive_date(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    highest: Highest = "none",
    impute: str = "first",
    not_before: Columns = (),
    not_after: Columns = (),
) -> pd.DataFrame:
    """Date of an ISO 8601 text, as ``datetime64[s]`` at midnight; its time and time zone are left out.

    ``highest`` is the highest part that may be imputed: "none" leaves a partial date (`2014-03`, `2014---15`) missing,
    "day" completes a month, "month" a year too (a day that is written without its month is not used). ``impute`` takes
    the "first" or the "last" day that the text can be, its "mid" (the 15th; June 30 of a year), or a fixed one as
    "07-01". "year" dates also what has no year, be it a text that is missing: to the latest date of ``not_before`` with
    impute "first", to the earliest of ``not_after`` with "last", and not at all where these are missing.

    An imputed date is moved to a date of ``not_before`` that is later, then to one of ``not_after`` that is earlier,
    where the text can be that day: an end imputed with ``not_before`` its start never comes before it, and nothing
    that was written changes. Two of these that contradict, as a first dose after the end of the event, do not count
    where the text has a year and can be both: the day stays as it is imputed. `derive_dtf` says what was imputed.

    24:00 is 00:00 of the next day (ISO 8601). Text that is not ISO 8601 as a whole, its time too, and a day or a time
    that does not exist (`2014-02-30`, `T25:00`), is a fault of the data: the date is missing, whatever ``highest``, and
    `check_date` counts it. Raises DataError for an unknown variable; DerivationError for an ``impute`` that is no rule,
    and for "year" without the bound that it needs.

    >>> import pandas as pd
    >>> lb = pd.DataFrame({"LBDTC": ["2014-01-02T11:45", "2014-01", "2014", None]})
    >>> derive_date(lb, variable="ADT", from_="LBDTC").ADT.dt.strftime("%F").tolist()
    ['2014-01-02', nan, nan, nan]
    >>> derive_date(lb, variable="ADT", from_="LBDTC", highest="month", impute="last").ADT.dt.strftime("%F").tolist()
    ['2014-01-02', '2014-01-31', '2014-12-31', nan]
    """
    require(frame, from_, *not_before, *not_after)
    texts, allowed = dtc_texts(frame, from_), HIGHEST[highest]
    days = np.where(texts.missing_of_date <= min(allowed, MONTH), imputed_dates(texts.dates, impute), _NO_DAY)
    # A missing text has no year either.
    missing = texts.by_record(texts.missing_of_date, NO_YEAR)
    made, first, last = (
        texts.by_record(of_text, _NO_DAY).astype("datetime64[s]")
        for of_text in (days, texts.dates.first, texts.dates.last)
    )
    dates = Imputable(made, first, last, (missing > 0) & (missing <= allowed))
    before, after = ([_midnights(frame, name) for name in names] for names in (not_before, not_after))
    if highest == "year":
        dates = dates.without_year(impute, before, after)
    return frame.assign(**{variable: dates.bounded(before, after)})


def _midnights(frame: pd.DataFrame, name: str) -> Days:
    days: Days = dates_of(frame, name).to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return days

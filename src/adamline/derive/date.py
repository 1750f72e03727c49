"""A date from the text of a --DTC variable, which may be imputed where it is partial."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._codes import codes_of, dates_of, require, used_levels
from adamline.derive._possible_dates import (
    COMPLETE,
    DAY,
    MONTH,
    YEAR,
    Days,
    Imputable,
    imputed_dates,
    is_strange,
    possible_dates,
    refuse_strange,
)

Highest = Literal["none", "day", "month", "year"]
_HIGHEST = {"none": COMPLETE, "day": DAY, "month": MONTH, "year": YEAR}
_NO_DAY = np.datetime64("NaT")
_EXPECTED = "ISO 8601, as 2014-01-31 or 2014-01-31T10:30, of days that exist"


@derivation(
    define="date part of {from_}; of a partial date at most this is imputed: {highest} ({impute})"
    "[, not before {not_before}][, not after {not_after}]"
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
    that was written changes. `derive_dtf` says what was imputed.

    Raises DataError, with the values, for text that is not ISO 8601 and for days that do not exist; DerivationError for
    an ``impute`` that is no rule, and for "year" without the bound that it needs.

    >>> import pandas as pd
    >>> lb = pd.DataFrame({"LBDTC": ["2014-01-02T11:45", "2014-01", "2014", None]})
    >>> derive_date(lb, variable="ADT", from_="LBDTC").ADT.dt.strftime("%F").tolist()
    ['2014-01-02', nan, nan, nan]
    >>> derive_date(lb, variable="ADT", from_="LBDTC", highest="month", impute="last").ADT.dt.strftime("%F").tolist()
    ['2014-01-02', '2014-01-31', '2014-12-31', nan]
    """
    require(frame, from_, *not_before, *not_after)
    codes, levels = codes_of(frame[from_])
    text = pd.Series(levels, dtype="str").str.strip()
    possible = possible_dates(text)
    refuse_strange(from_, text, is_strange(text, possible) & used_levels(codes, levels), _EXPECTED)
    allowed = _HIGHEST[highest]
    days = np.where(possible.missing <= min(allowed, MONTH), imputed_dates(possible, impute), _NO_DAY)

    def by_record(of_level: Days) -> Days:
        return np.append(of_level, _NO_DAY)[codes].astype("datetime64[s]")

    # A missing text has no year either.
    missing = np.append(possible.missing, YEAR)[codes]
    is_imputed = (missing != COMPLETE) & (missing <= allowed)
    dates = Imputable(by_record(days), by_record(possible.first), by_record(possible.last), is_imputed)
    before, after = ([_midnights(frame, name) for name in names] for names in (not_before, not_after))
    if highest == "year":
        dates = dates.without_year(impute, before, after)
    return frame.assign(**{variable: dates.bounded(before, after)})


def _midnights(frame: pd.DataFrame, name: str) -> Days:
    days: Days = dates_of(frame, name).to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return days

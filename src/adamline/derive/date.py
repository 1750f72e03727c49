"""A date from the text of a --DTC variable, which may be imputed where it is partial."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._codes import Bools, codes_of, dates_of, require, used_levels
from adamline.derive._possible_dates import COMPLETE, DAY, MONTH, Days, PossibleDates, imputed_dates, possible_dates
from adamline.errors import DataError, Place

# ISO 8601 as SDTM uses it: from the year alone to seconds, `-` for a part that is unknown, or nothing at all.
_TIME = r"(?:T[0-9:.,+Z-]*)?"
_COMPLETE = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME}$"
_PARTIAL = rf"^(?:[0-9]{{4}}|-)(?:-(?:0[1-9]|1[0-2]|-)(?:-(?:0[1-9]|[12][0-9]|3[01]|-))?)?{_TIME}$"

Highest = Literal["none", "day", "month"]
_HIGHEST = {"none": COMPLETE, "day": DAY, "month": MONTH}


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
    "07-01". A date without a year stays missing.

    An imputed date is moved to a date of ``not_before`` that is later, then to one of ``not_after`` that is earlier,
    where the text can be that day: an end imputed with ``not_before`` its start never comes before it, and nothing
    that was written changes. `derive_dtf` says what was imputed.

    Raises DataError, with the values, for text that is not ISO 8601 and for days that do not exist; DerivationError for
    an ``impute`` that is no rule.

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
    _refuse_strange(from_, text, possible, used_levels(codes, levels))
    days = np.where(possible.missing <= _HIGHEST[highest], imputed_dates(possible, impute), np.datetime64("NaT"))
    made = np.append(days.astype("datetime64[s]"), np.datetime64("NaT", "s"))[codes]
    if not_before or not_after:
        made = _bounded(frame, made, codes, possible, not_before, not_after)
    return frame.assign(**{variable: made})


def _refuse_strange(from_: str, text: pd.Series, possible: PossibleDates, is_used: Bools) -> None:
    complete = text.str.match(_COMPLETE).to_numpy(dtype=bool)
    is_iso = complete | text.str.match(_PARTIAL).to_numpy(dtype=bool) | (text == "").to_numpy(dtype=bool)
    no_year = text.str.startswith("0000").to_numpy(dtype=bool)
    strange = (~is_iso | no_year | (complete & np.isnat(possible.first))) & is_used
    if strange.any():
        raise DataError(
            f"{int(strange.sum())} value(s) of {from_} are not dates.",
            place=Place(variable=from_),
            expected="ISO 8601, as 2014-01-31 or 2014-01-31T10:30, of days that exist",
            found=", ".join(text[strange].head(5)),
        )


def _bounded(
    frame: pd.DataFrame, made: Days, codes: np.ndarray, possible: PossibleDates, not_before: Columns, not_after: Columns
) -> Days:
    """Imputed dates moved to bounds that the text can be."""
    first, last = (np.append(days, np.datetime64("NaT"))[codes] for days in (possible.first, possible.last))
    is_imputed = np.append(possible.missing != COMPLETE, False)[codes] & ~np.isnat(made)
    for name in (*not_before, *not_after):
        bound = dates_of(frame, name).to_numpy().astype("datetime64[D]").astype("datetime64[s]")
        beyond = made < bound if name in not_before else made > bound
        made = np.where(is_imputed & beyond & (first <= bound) & (bound <= last), bound, made)
    return made

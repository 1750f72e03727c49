"""A date from the text of a --DTC variable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import codes_of, require, used_levels
from adamline.errors import DataError, Place

# ISO 8601 as SDTM uses it: from the year alone to seconds, `-` for a part that is unknown, or nothing at all.
_TIME = r"(?:T[0-9:.,+Z-]*)?"
_COMPLETE = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME}$"
_PARTIAL = rf"^(?:[0-9]{{4}}|-)(?:-(?:0[1-9]|1[0-2]|-)(?:-(?:0[1-9]|[12][0-9]|3[01]|-))?)?{_TIME}$"


@derivation(define="date part of {from_}; missing where {from_} is a partial date")
def derive_date(frame: pd.DataFrame, *, variable: New, from_: Column) -> pd.DataFrame:
    """Date of an ISO 8601 text, as ``datetime64[s]`` at midnight; its time is left out.

    A time zone is left out with the time: the date is that of the place.
    A partial date (`2014-03`, `2014---15`) and a missing one give a missing date: nothing is imputed.
    Raises DataError, with the values, for text that is not ISO 8601 and for days that do not exist.

    >>> import pandas as pd
    >>> derive_date(pd.DataFrame({"LBDTC": ["2014-01-02T11:45", "2014-01", None]}), variable="ADT", from_="LBDTC").ADT
    0   2014-01-02
    1          NaT
    2          NaT
    Name: ADT, dtype: datetime64[s]
    """
    require(frame, from_)
    codes, levels = codes_of(frame[from_])
    text = pd.Series(levels, dtype="str").str.strip()
    complete = text.str.match(_COMPLETE)
    strange = ~(complete | text.str.match(_PARTIAL) | (text == ""))
    days = pd.to_datetime(text.str.slice(0, 10).where(complete), format="%Y-%m-%d", errors="coerce")
    strange = (strange | (complete & days.isna())) & used_levels(codes, levels)
    if strange.any():
        found = ", ".join(text[strange].head(5))
        raise DataError(
            f"{int(strange.sum())} value(s) of {from_} are not dates.",
            place=Place(variable=from_),
            expected="ISO 8601, as 2014-01-31 or 2014-01-31T10:30, of days that exist",
            found=found,
        )
    of_level = np.append(days.to_numpy().astype("datetime64[s]"), np.datetime64("NaT", "s"))
    return frame.assign(**{variable: of_level[codes]})

"""--TMF: the highest part of a time that was imputed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, dates_of, require, text_from_codes
from adamline.derive._dtc_tallies import check_possible
from adamline.derive._dtc_texts import dtc_texts
from adamline.derive._possible_times import COMPLETE, HOUR, SECOND
from adamline.findings import Tally


def check_tmf(frame: pd.DataFrame, *, variable: New, from_: Column, datetime: Column) -> Iterator[Tally]:
    """A warning of datetimes that are no moment that their text can be: the flag then says nothing true of them."""
    texts = dtc_texts(frame, from_)
    at = dates_of(frame, datetime).to_numpy().astype("datetime64[us]")
    yield from check_possible(frame, from_, datetime, texts, at, (texts.first_moment, texts.last_moment))


@derivation(
    define="The highest part of the time of {datetime} that {from_} does not have: S for the seconds, M for the "
    "minutes (with the seconds), H for all of the time, also where {from_} is missing or no date. Missing where the "
    "time in {from_} is complete and where {datetime} is missing.",
    check=check_tmf,
    of_missing="from_",
)
def derive_tmf(frame: pd.DataFrame, *, variable: New, from_: Column, datetime: Column) -> pd.DataFrame:
    """Time imputation flag (ADaMIG 3.1.4, codelist C81226) of ``datetime``, whose text is ``from_``.

    "H" where all of the time was imputed, also where the text is no date, "M" the minutes and seconds, "S" the seconds.
    Missing where the time is complete and where ``datetime`` is missing. Where only hours and minutes are collected,
    ADaMIG asks for no "S": leave the entry out. `check_tmf` counts datetimes that cannot be of their text. Raises
    DataError for an unknown variable, and for a ``datetime`` that is none.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"EXSTDTC": ["2014-01-02T10:30:00", "2014-01-02T10:30", "2014-01-02"]})
    >>> ex["ASTDTM"] = pd.Timestamp("2014-01-02T10:30")
    >>> derive_tmf(ex, variable="ASTTMF", from_="EXSTDTC", datetime="ASTDTM").ASTTMF.tolist()
    [nan, 'S', 'H']
    """
    require(frame, from_)
    has_time = dates_of(frame, datetime).notna().to_numpy()
    texts = dtc_texts(frame, from_)
    # A missing text has no hour either, nor has one that is no date.
    missing = texts.by_record(np.where(texts.is_strange, HOUR, texts.times.missing), HOUR)
    flag = np.where(has_time & (missing != COMPLETE), missing - SECOND, NO_RECORD)
    return frame.assign(**{variable: text_from_codes(flag, ["S", "M", "H"])})

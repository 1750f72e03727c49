"""--DTF: the highest part of a date that was imputed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, dates_of, require, text_from_codes
from adamline.derive._dtc_tallies import check_possible
from adamline.derive._dtc_texts import DAY, NO_YEAR, dtc_texts
from adamline.findings import Tally


def check_dtf(frame: pd.DataFrame, *, variable: New, from_: Column, date: Column) -> Iterator[Tally]:
    """A warning of dates that are none of the days that their text can be: the flag then says nothing true of them."""
    texts = dtc_texts(frame, from_)
    days = dates_of(frame, date).to_numpy().astype("datetime64[D]")
    yield from check_possible(frame, from_, date, texts, days, (texts.dates.first, texts.dates.last))


@derivation(
    define="The highest part of {date} that {from_} does not have: D for the day, M for the month (with the day), Y "
    "for the year, also where {from_} is missing or no date. Missing where the date in {from_} is complete and where "
    "{date} is missing.",
    check=check_dtf,
    of_missing="from_",
)
def derive_dtf(frame: pd.DataFrame, *, variable: New, from_: Column, date: Column) -> pd.DataFrame:
    """Date imputation flag (ADaMIG 3.1.4, codelist C81223) of ``date``, whose text is ``from_``.

    "D" where the day was imputed, "M" the month and day, "Y" all of the date, also where the text is no date. Missing
    where the text is complete and where ``date`` is missing. `check_dtf` counts dates that cannot be of their text.
    Raises DataError for an unknown variable, and for a ``date`` that is none.

    >>> import pandas as pd
    >>> lb = pd.DataFrame({"LBDTC": ["2014-01-02", "2014-01", "2014"], "ADT": pd.to_datetime(["2014-01-02"] * 3)})
    >>> derive_dtf(lb, variable="ADTF", from_="LBDTC", date="ADT").ADTF.tolist()
    [nan, 'D', 'M']
    """
    require(frame, from_)
    has_date = dates_of(frame, date).notna().to_numpy()
    texts = dtc_texts(frame, from_)
    # A missing text has no year either, nor has one that is no date.
    missing = np.minimum(texts.by_record(texts.missing_of_date, NO_YEAR), NO_YEAR)
    flag = np.where(has_date & (missing >= DAY), missing - DAY, NO_RECORD)
    return frame.assign(**{variable: text_from_codes(flag, ["D", "M", "Y"])})

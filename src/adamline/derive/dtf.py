"""--DTF: the highest part of a date that was imputed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, codes_of, dates_of, require, text_from_codes
from adamline.derive._possible_dates import possible_dates


@derivation(define="the highest part of {date} that {from_} does not have: D day, M month, Y year")
def derive_dtf(frame: pd.DataFrame, *, variable: New, from_: Column, date: Column) -> pd.DataFrame:
    """Date imputation flag (ADaMIG 3.1.4, codelist C81223) of ``date``, whose text is ``from_``.

    "D" where the day was imputed, "M" the month and day, "Y" all of the date. Missing where the text is complete and
    where ``date`` is missing. Raises DataError for an unknown variable, and for a ``date`` that is none.

    >>> import pandas as pd
    >>> lb = pd.DataFrame({"LBDTC": ["2014-01-02", "2014-01", "2014"], "ADT": pd.to_datetime(["2014-01-02"] * 3)})
    >>> derive_dtf(lb, variable="ADTF", from_="LBDTC", date="ADT").ADTF.tolist()
    [nan, 'D', 'M']
    """
    require(frame, from_)
    has_date = dates_of(frame, date).notna().to_numpy()
    codes, levels = codes_of(frame[from_])
    missing = possible_dates(pd.Series(levels, dtype="str").str.strip()).missing
    # A missing text has no year either.
    of_record = np.append(missing, 3)[codes]
    return frame.assign(**{variable: text_from_codes(np.where(has_date, of_record - 1, NO_RECORD), ["D", "M", "Y"])})

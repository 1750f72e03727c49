"""--TMF: the highest part of a time that was imputed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, codes_of, dates_of, require, text_from_codes
from adamline.derive._possible_times import COMPLETE, HOUR, SECOND, possible_times


@derivation(define="the highest part of the time of {datetime} that {from_} does not have: H hour, M minute, S second")
def derive_tmf(frame: pd.DataFrame, *, variable: New, from_: Column, datetime: Column) -> pd.DataFrame:
    """Time imputation flag (ADaMIG 3.1.4, codelist C81226) of ``datetime``, whose text is ``from_``.

    "H" where all of the time was imputed, "M" the minutes and seconds, "S" the seconds. Missing where the time is
    complete and where ``datetime`` is missing. Raises DataError for an unknown variable, and for a ``datetime`` that
    is none.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"EXSTDTC": ["2014-01-02T10:30:00", "2014-01-02T10:30", "2014-01-02"]})
    >>> ex["ASTDTM"] = pd.Timestamp("2014-01-02T10:30")
    >>> derive_tmf(ex, variable="ASTTMF", from_="EXSTDTC", datetime="ASTDTM").ASTTMF.tolist()
    [nan, 'S', 'H']
    """
    require(frame, from_)
    has_time = dates_of(frame, datetime).notna().to_numpy()
    codes, levels = codes_of(frame[from_])
    missing = possible_times(pd.Series(levels, dtype="str").str.strip()).missing
    # A missing text has no hour either.
    of_record = np.append(missing, HOUR)[codes]
    is_imputed = has_time & (of_record != COMPLETE)
    return frame.assign(
        **{variable: text_from_codes(np.where(is_imputed, of_record - SECOND, NO_RECORD), ["S", "M", "H"])}
    )

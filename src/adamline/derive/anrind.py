"""ANRIND: whether the analysis value is low, normal or high for its range."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, numbers_of, text_from_codes
from adamline.standards.near import below


@derivation(define="LOW where {from_} < {lower}, HIGH where {from_} > {upper}, else NORMAL; missing without a limit")
def derive_anrind(
    frame: pd.DataFrame,
    *,
    variable: New = "ANRIND",
    from_: Column = "AVAL",
    lower: Column = "ANRLO",
    upper: Column = "ANRHI",
) -> pd.DataFrame:
    """Analysis reference range indicator (ADaMIG 3.3.4): LOW below ``lower``, HIGH above ``upper``, else NORMAL.

    The limits belong to the range. A range may have one limit alone: the other side is then open. Missing where the
    value or both limits are. Numbers that differ only in the last binary places are equal (`standards.near`), so that
    a converted value on its converted limit is NORMAL. A lower limit above the upper one gives LOW where both hold.
    Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"AVAL": [9.0, 10, 41, 41], "ANRLO": [10.0] * 4, "ANRHI": [40.0, 40, 40, None]})
    >>> derive_anrind(adlb).ANRIND.tolist()
    ['LOW', 'NORMAL', 'HIGH', 'NORMAL']
    """
    values, low, high = (numbers_of(frame, name) for name in (from_, lower, upper))
    decided = [np.isnan(values) | (np.isnan(low) & np.isnan(high)), below(values, low), below(high, values)]
    return frame.assign(
        **{variable: text_from_codes(np.select(decided, [NO_RECORD, 0, 2], 1), ["LOW", "NORMAL", "HIGH"])}
    )

"""A variable without a value: one that stands in the dataset and is empty, or that only added records fill."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import AnyKind, New, derivation
from adamline.derive._codes import NO_RECORD, text_from_codes

_EMPTY = {"number": "float64", "date": "datetime64[s]", "datetime": "datetime64[us]", "time": "timedelta64[us]"}


@derivation(
    define="Missing on all records of the source, and on added records that do not set it.",
    loses_nothing="it reads nothing",
)
def derive_missing(frame: pd.DataFrame, *, variable: New, kind: AnyKind = "text") -> pd.DataFrame:
    """A variable that is missing on every record, of the type ``kind``, which in a spec is the entry's `type`.

    DTYPE is one: only records that are added have it, by their `set`.

    >>> import pandas as pd
    >>> adlb = derive_missing(pd.DataFrame({"USUBJID": ["01"]}), variable="DTYPE")
    >>> derive_missing(adlb, variable="CHG", kind="number").dtypes.astype("str").tolist()
    ['str', 'category', 'float64']
    """
    if kind == "text":
        return frame.assign(**{variable: text_from_codes(np.full(len(frame), NO_RECORD), [])})
    # NumPy makes it: pandas 3.0 makes a time of None that is not missing.
    nothing = np.full(len(frame), np.nan if kind == "number" else "NaT", dtype=_EMPTY[kind])
    return frame.assign(**{variable: nothing})

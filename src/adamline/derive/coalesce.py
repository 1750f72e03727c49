"""The first of several variables that is not missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Columns, New, derivation
from adamline.derive._chosen import chosen
from adamline.derive._codes import NO_RECORD, require


@derivation(define="the first of {from_} that is not missing")
def derive_coalesce(frame: pd.DataFrame, *, variable: New, from_: Columns) -> pd.DataFrame:
    """First value that is not missing, of the variables ``from_`` in their order (SAS COALESCE, COALESCEC).

    Missing where all are. Raises DataError for an unknown variable, and where not all are text, or numbers, or dates.

    >>> import pandas as pd
    >>> derive_coalesce(pd.DataFrame({"A": [None, 2.0], "B": [1.0, 9.0]}), variable="C", from_=["A", "B"]).C.tolist()
    [1.0, 2.0]
    """
    require(frame, *from_)
    which = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for number, name in enumerate(from_):
        which[(which == NO_RECORD) & frame[name].notna().to_numpy()] = number
    return frame.assign(**{variable: chosen(frame, variable, from_, which)})

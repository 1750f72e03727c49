"""The first of several variables that is not missing."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, New, derivation
from adamline.derive._codes import require


@derivation(define="the first of {from_} that is not missing")
def derive_coalesce(frame: pd.DataFrame, *, variable: New, from_: Columns) -> pd.DataFrame:
    """First value that is not missing, of the variables ``from_`` in their order (SAS COALESCE, COALESCEC).

    Missing where all are. Raises DataError for an unknown variable.

    >>> import pandas as pd
    >>> derive_coalesce(pd.DataFrame({"A": [None, 2.0], "B": [1.0, 9.0]}), variable="C", from_=["A", "B"]).C.tolist()
    [1.0, 2.0]
    """
    require(frame, *from_)
    first, *others = (frame[name] for name in from_)
    if isinstance(first.dtype, pd.CategoricalDtype):
        first, others = first.astype("str"), [other.astype("str") for other in others]
    for other in others:
        first = first.where(first.notna(), other)
    return frame.assign(**{variable: first})

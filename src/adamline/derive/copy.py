"""COPY: a variable taken as it is from another of the same record."""

from __future__ import annotations

import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import only_where, require
from adamline.io.dataset import MISSING_SUFFIX


@derivation(
    define="{from_}, as it is[, on the records where {where}, missing on all others].",
    keeps="from_",
    loses_nothing="each value is taken as it is; records that a condition leaves open are counted for any `where`",
)
def derive_copy(frame: pd.DataFrame, *, variable: New, from_: Column, where: Where = None) -> pd.DataFrame:
    """Values of ``from_``, unchanged, with its attributes; missing on records that ``where`` does not select.

    A variable copied from SDTM under its own name is the exact copy that ADaMIG 3.1.1 asks for.
    Raises DataError for an unknown variable.

    >>> import pandas as pd
    >>> derive_copy(pd.DataFrame({"LBSTNRLO": [0.0, 3.5]}), variable="A1LO", from_="LBSTNRLO", where="LBSTNRLO > 0")
       LBSTNRLO  A1LO
    0       0.0   NaN
    1       3.5   3.5
    """
    require(frame, from_)
    # A copy is the one derivation that carries the kind of missing (.A, .B) along.
    names = {variable: from_, variable + MISSING_SUFFIX: from_ + MISSING_SUFFIX}
    keep = selected(frame, where)
    return frame.assign(**{new: only_where(frame[old], keep) for new, old in names.items() if old in frame.columns})

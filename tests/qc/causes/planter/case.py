"""A case: a dataset, a copy of it with planted differences, and the causes that are there to be named."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


class Cause(StrEnum):
    """What can be planted; values are those of the product's own enumeration."""

    ROUNDING = "rounding"
    DAY = "day"
    FACTOR = "factor"
    CASE = "case"
    BLANK = "blank"
    MISSING = "missing"
    ENCODING = "encoding"
    TIE = "tie"
    SUBJECT = "subject"
    VISIT = "visit"
    CONDITION = "condition"


# These say where values differ; all others say how.
WHERE = frozenset({Cause.SUBJECT, Cause.VISIT, Cause.CONDITION})
Causes = frozenset[Cause]


@dataclass(frozen=True, eq=False)
class Case:
    """One comparison with its answer.

    ``variable`` is where the differences are planted (a control can have more ``others``); ``truth`` are its causes,
    empty for a control. ``also_right`` are other sets of causes that nobody could tell from the truth. ``n_differing``
    counts the values of ``variable`` that differ between records of both sides.
    """

    name: str
    dataset: str
    base: pd.DataFrame
    compare: pd.DataFrame
    keys: tuple[str, ...]
    variable: str
    truth: Causes
    also_right: frozenset[Causes]
    details: str
    n_differing: int
    others: tuple[str, ...] = field(default=())


def differs(base: pd.Series, compare: pd.Series) -> Bools:
    """Whether two values at the same place are not the same, as SAS sees them: blank text is missing text."""
    if pd.api.types.is_string_dtype(base.dtype):
        base, compare = (side.str.rstrip(" ").replace("", None) for side in (base, compare))
    both_missing = (base.isna() & compare.isna()).to_numpy(dtype=bool)
    unequal = (base.isna() != compare.isna()) | base.ne(compare)
    return np.asarray(unequal.fillna(True).to_numpy(dtype=bool) & ~both_missing)

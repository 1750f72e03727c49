"""The first of several variables that is not missing."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, New, derivation
from adamline.derive._codes import require
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of


@derivation(define="the first of {from_} that is not missing")
def derive_coalesce(frame: pd.DataFrame, *, variable: New, from_: Columns) -> pd.DataFrame:
    """First value that is not missing, of the variables ``from_`` in their order (SAS COALESCE, COALESCEC).

    Missing where all are. Raises DataError for an unknown variable, and where not all are text, or numbers, or dates.

    >>> import pandas as pd
    >>> derive_coalesce(pd.DataFrame({"A": [None, 2.0], "B": [1.0, 9.0]}), variable="C", from_=["A", "B"]).C.tolist()
    [1.0, 2.0]
    """
    if not from_:
        raise DataError("There is nothing to take the first of.", expected="one variable or more")
    require(frame, *from_)
    columns = [frame[name] for name in from_]
    # pandas makes a column of any type of a variable that is all missing; it has no say.
    columns = [column for column in columns if column.notna().any()] or columns[:1]
    kinds = {str(column.name): kind_of(column) for column in columns}
    if len(set(kinds.values())) > 1:
        found = ", ".join(f"{name} is {kind}" for name, kind in kinds.items())
        raise DataError("The variables are not all of one type.", place=Place(variable=variable), found=found)
    if Kind.TEXT in kinds.values():
        columns = [column.astype("str") for column in columns]
    first, *others = columns
    for other in others:
        first = first.where(first.notna(), other)
    return frame.assign(**{variable: first})

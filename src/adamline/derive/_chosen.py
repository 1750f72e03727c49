"""The value of one of several variables of a record, another on each record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Ints, gather, require
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of


def chosen(frame: pd.DataFrame, variable: str, names: Sequence[str], which: Ints) -> pd.Series:
    """On each record the value of that of ``names`` whose position is ``which``, missing where that is -1.

    Raises DataError, for the new ``variable``, where not all are text, or numbers, or dates.
    """
    kept = of_one_kind(frame, variable, names)
    columns = [frame[name] for name in kept]
    if any(kind_of(column) is Kind.TEXT for column in columns):
        columns = [column.astype("str") for column in columns]
    # One more place at the end answers for the position -1.
    place = np.array([kept.index(name) if name in kept else NO_RECORD for name in names] + [NO_RECORD])[which]
    rows = np.where(place == NO_RECORD, NO_RECORD, place * len(frame) + np.arange(len(frame)))
    return pd.Series(gather(pd.concat(columns, ignore_index=True), rows), index=frame.index)


def of_one_kind(frame: pd.DataFrame, variable: str, names: Sequence[str]) -> list[str]:
    """Those of ``names`` that have a value, or else the first; DataError where they are not all of one type."""
    if not names:
        raise DataError("There is nothing to take a value of.", expected="one variable or more")
    require(frame, *names)
    # pandas makes a column of any type of a variable that is all missing; it has no say.
    # Without records the type alone can tell, but of objects, which may be anything.
    kept = [name for name in names if (frame[name].notna().any() if len(frame) else frame[name].dtype != object)]
    kept = kept or list(names[:1])
    kinds = {name: kind_of(frame[name]) for name in kept}
    if len(set(kinds.values())) > 1:
        found = ", ".join(f"{name} is {kind}" for name, kind in kinds.items())
        raise DataError("The variables are not all of one type.", place=Place(variable=variable), found=found)
    return kept

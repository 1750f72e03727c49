"""Take a named column of numbers out of a frame, or say why it is none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import LARGEST_TO_SQUARE


def known_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of a frame; DataError for what is no frame, for no such column, and for one that stands twice.

    >>> known_column(pd.DataFrame({"ARM": ["A"]}), "ARM").tolist()
    ['A']
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError("The records must be a data frame.", found=type(frame).__name__)
    if name not in frame.columns:
        raise DataError("No such column.", found=str(name), hint=nearest(str(name), map(str, frame.columns)))
    if (frame.columns == name).sum() > 1:
        raise DataError("A column stands twice in the frame.", found=str(name))
    column: pd.Series = frame[name]
    return column


def numeric_column(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """The numbers of a column, NaN where missing; DataError for no such column, for text, and for infinite numbers.

    >>> numeric_column(pd.DataFrame({"CHG": [1, 2]}), "CHG").tolist()
    [1.0, 2.0]
    """
    column = known_column(frame, name)
    if not pd.api.types.is_numeric_dtype(column):
        raise DataError("A column must be numbers.", found=f"{name} of type {column.dtype}")
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise DataError("A column has an infinite number.", found=name, hint="look for a division by zero")
    if np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)) > LARGEST_TO_SQUARE:
        raise DataError(
            "A column has a number too large to be squared.", found=name, expected=f"up to {LARGEST_TO_SQUARE:g}"
        )
    return numbers

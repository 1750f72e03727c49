"""Take a named column of numbers out of a frame, or say why it is none."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import LARGEST_TO_SQUARE, as_numbers, is_real


def checked_frame(frame: object) -> pd.DataFrame:
    """The frame; DataError for what is no data frame of pandas."""
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame)
        raise DataError(
            "The records must be a data frame of pandas.",
            found=f"{kind.__module__.partition('.')[0]}.{kind.__name__}",
            hint="give its .to_pandas()" if hasattr(frame, "to_pandas") else "",
        )
    return frame


def known_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of a frame; DataError for what is no frame, for no such column, and for one that stands twice.

    >>> known_column(pd.DataFrame({"ARM": ["A"]}), "ARM").tolist()
    ['A']
    """
    if not isinstance(name, Hashable):
        raise DataError("One column is wanted, by its name.", found=str(name))
    if name not in checked_frame(frame).columns:
        raise DataError("No such column.", found=str(name), hint=nearest(str(name), map(str, frame.columns)))
    if (frame.columns == name).sum() > 1:
        raise DataError("A column stands twice in the frame.", found=str(name))
    column: pd.Series = frame[name]
    return column


def numeric_column(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """The numbers of a column, NaN where missing; decimals and other numbers among objects are numbers too.

    DataError for no such column, for text, dates, categories and complex numbers, and for infinite numbers.

    >>> numeric_column(pd.DataFrame({"CHG": [1, 2]}), "CHG").tolist()
    [1.0, 2.0]
    """
    column = known_column(frame, name)
    if not is_real(column) and column.dtype != object:
        raise DataError(
            "A column must be numbers.",
            found=f"{name} of type {column.dtype}",
            hint="pd.to_numeric makes numbers of text of digits" if pd.api.types.is_string_dtype(column) else "",
        )
    numbers = as_numbers(column, f"Each value of {name}")
    if np.isinf(numbers).any():
        raise DataError("A column has an infinite number.", found=name, hint="look for a division by zero")
    if np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)) > LARGEST_TO_SQUARE:
        raise DataError(
            "A column has a number too large to be squared.", found=name, expected=f"up to {LARGEST_TO_SQUARE:g}"
        )
    return numbers

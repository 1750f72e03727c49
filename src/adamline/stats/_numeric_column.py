"""Take a named column of numbers out of a frame, or say why it is none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, nearest


def numeric_column(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """The numbers of a column, NaN where missing; DataError for no such column, for text, and for infinite numbers.

    >>> numeric_column(pd.DataFrame({"CHG": [1, 2]}), "CHG").tolist()
    [1.0, 2.0]
    """
    if name not in frame.columns:
        raise DataError("No such column.", found=name, hint=nearest(name, map(str, frame.columns)))
    column = frame[name]
    if not pd.api.types.is_numeric_dtype(column):
        raise DataError("A column must be numbers.", found=f"{name} of type {column.dtype}")
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise DataError("A column has an infinite number.", found=name, hint="look for a division by zero")
    return numbers

"""Reads columns of numbers as people write them, by the rule of `adamline.io.number_text`."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.io.number_text import number_of


def numbers_of_texts(texts: pd.Series) -> npt.NDArray[np.float64]:
    """The numbers of a column of a table as people write it, NaN where there is no text; ValueError as `number_of`.

    >>> numbers_of_texts(pd.Series(["1", None, "2.5"], dtype="str")).tolist()
    [1.0, nan, 2.5]
    """
    # A table of a study is short; levels that no row has do not matter.
    values = texts.astype(object)
    return np.array([math.nan if pd.isna(value) else number_of(str(value)) for value in values], dtype=np.float64)

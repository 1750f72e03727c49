"""Values of a table of the study, which is text throughout, as a variable has them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, codes_of, text_from_codes
from adamline.errors import DataError, Place
from adamline.io.numbers_of_texts import numbers_of_texts


def table_values_at(values: pd.Series, rows: np.ndarray, kind: str) -> np.ndarray | pd.Categorical:
    """The values of a column in these rows, missing where there is no row; numbers where ``kind`` is "number"."""
    if kind == "number":
        numbers: np.ndarray = np.append(table_numbers(values), np.nan)[rows]
        return numbers
    codes, levels = codes_of(values.astype("str"))
    return text_from_codes(np.append(codes, NO_RECORD)[rows], list(levels))


def table_numbers(values: pd.Series) -> np.ndarray:
    """The numbers of a column; DataError where a text is none."""
    try:
        return numbers_of_texts(values)
    except ValueError as error:
        place = Place(variable=str(values.name))
        raise DataError(f"{values.name} of the table is no number.", place=place, found=str(error)) from error

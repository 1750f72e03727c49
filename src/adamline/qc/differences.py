"""The unequal values of a comparison, whole, with their differences and percents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from adamline.qc.columns import Numbers, as_arrow, is_text, numbers_of, text_of
from adamline.qc.model import Comparison, Floats, Ints, VariableComparison

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
# The kinds of missing in the order of their codes.
MISSING_TEXT = np.array(["._", ".", *(f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")], dtype=object)


def differences_of(comparison: Comparison, entry: VariableComparison) -> pd.DataFrame:
    """The unequal values of one pair of variables, a row for each, in the order of the base.

    Columns: ``base_row`` and ``compare_row`` (positions from 0); ``base`` and ``compare``, the values as the frames
    hold them, whole; ``base_missing`` and ``compare_missing``, null for a value, else how SAS writes the missing one
    (``.``, ``.A``, empty for text); ``difference`` y - x and ``percent`` 100 (y - x) / x, of SAS numbers where the
    variable is a date, NaN where a value is missing or the variable is text, percent also where x is 0.

    >>> from adamline.qc.comparison import compare
    >>> found = compare(pd.DataFrame({"AVAL": [80.0, 92.0]}), pd.DataFrame({"AVAL": [84.0, 92.0]}))
    >>> differences_of(found, found["AVAL"])[["base_row", "base", "compare", "difference", "percent"]]
       base_row  base  compare  difference  percent
    0         0  80.0     84.0         4.0      5.0
    """
    rows, partners = _rows_of(comparison, entry)
    ours, theirs = comparison.base, comparison.compare
    columns: dict[str, Any] = {
        "base_row": rows,
        "compare_row": partners,
        "base": ours.frame[entry.pair.base.name].array.take(rows),
        "compare": theirs.frame[entry.pair.compare.name].array.take(partners),
    }
    if is_text(entry.pair.base):
        for name in ("base", "compare"):
            text = pd.Series(columns[name]).astype(_TEXT).fillna("").str.rstrip(" ")
            columns[f"{name}_missing"] = text.where(text == "")
        x = y = np.full(len(rows), np.nan)
    else:
        base, compare = numbers_of(ours, entry.pair.base, rows), numbers_of(theirs, entry.pair.compare, partners)
        columns |= {"base_missing": _missing_text(base), "compare_missing": _missing_text(compare)}
        x, y = base.floats, compare.floats
    columns |= {"difference": y - x, "percent": percent_of(x, y)}
    return pd.DataFrame(columns)


def all_differences(comparison: Comparison) -> pd.DataFrame:
    """All unequal values in one table, variable after variable.

    Columns: ``variable`` (as `VariableComparison.name`), ``base_row``, ``compare_row``; ``base_number`` and
    ``compare_number``, SAS numbers for dates, NaN where there is none; ``base_text`` and ``compare_text``, the whole
    text of a text variable (empty where missing), and how SAS writes a missing number; ``difference``, ``percent``.

    >>> from adamline.qc.comparison import compare
    >>> found = compare(pd.DataFrame({"AVAL": [80.0, 92.0]}), pd.DataFrame({"AVAL": [84.0, 92.0]}))
    >>> all_differences(found)[["variable", "base_row", "base_number", "compare_number", "difference"]]
      variable  base_row  base_number  compare_number  difference
    0     AVAL         0         80.0            84.0         4.0
    """
    parts = [_long(comparison, entry) for entry in comparison.compared if entry.n_unequal]
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return _long_frame("", (nothing, nothing), (np.zeros(0), np.zeros(0)), (pd.Series(dtype=_TEXT),) * 2)
    return pd.concat(parts, ignore_index=True)


def percent_of(x: Floats, y: Floats) -> Floats:
    """The percent difference 100 (y - x) / x, NaN where x is 0 or a value is missing."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.where(x == 0, np.nan, 100 * (y - x) / x)


def _rows_of(comparison: Comparison, entry: VariableComparison) -> tuple[Ints, Ints]:
    observations = comparison.observations
    return observations.base_rows[entry.unequal], observations.compare_rows[entry.unequal]


def _missing_text(numbers: Numbers) -> pd.Series:
    written = MISSING_TEXT[numbers.kinds_of_missing()]
    return pd.Series(written, dtype=_TEXT).where(np.isnan(numbers.floats))


def _long(comparison: Comparison, entry: VariableComparison) -> pd.DataFrame:
    rows, partners = _rows_of(comparison, entry)
    pair = entry.pair
    if is_text(pair.base):
        texts = [
            pd.Series(as_arrow(text).to_pandas(), dtype=_TEXT).fillna("")
            for text in (text_of(comparison.base, pair.base, rows), text_of(comparison.compare, pair.compare, partners))
        ]
        nowhere = np.full(len(rows), np.nan)
        return _long_frame(entry.name, (rows, partners), (nowhere, nowhere), (texts[0], texts[1]))
    x = numbers_of(comparison.base, pair.base, rows)
    y = numbers_of(comparison.compare, pair.compare, partners)
    return _long_frame(entry.name, (rows, partners), (x.floats, y.floats), (_missing_text(x), _missing_text(y)))


def _long_frame(
    name: str, rows: tuple[Ints, Ints], numbers: tuple[Floats, Floats], texts: tuple[pd.Series, pd.Series]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "variable": pd.Series(name, index=range(len(rows[0])), dtype=_TEXT),
            "base_row": rows[0],
            "compare_row": rows[1],
            "base_number": numbers[0],
            "compare_number": numbers[1],
            "base_text": texts[0],
            "compare_text": texts[1],
            "difference": numbers[1] - numbers[0],
            "percent": percent_of(*numbers),
        }
    )

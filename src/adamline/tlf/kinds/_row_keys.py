"""Row keys: what names the row of a figure that a stored result stands in."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.figure_options import StoredOptions
from adamline.results.ard import group_count

# Groupings with the level of each, then the category.
Key = tuple[tuple[str, str], ...]


def row_keys(results: pd.DataFrame, options: StoredOptions, *, has_categories: bool = True) -> pd.Series:
    """The key of each result: its groupings but the columns and those that the figure is of, and its category.

    >>> from adamline.analyses.forest import Options
    >>> of = Options(output="F", kind="forest", title=("F",), results="T", parameter="OS")
    >>> names = ["group1", "group1_level", "group2", "group2_level", "variable", "variable_level"]
    >>> row_keys(pd.DataFrame([["ARM", "A", "SEX", "F", "AVAL", ""]], columns=names), of).tolist()
    [(('SEX', 'F'),)]
    """
    names = [(f"group{n}", f"group{n}_level") for n in range(2, group_count(results.columns) + 1)]
    if has_categories:
        names.append(("variable", "variable_level"))
    parts = [list(zip(results[name], results[level], strict=True)) for name, level in names]
    of = options.placed_levels
    keys = [
        tuple((name, level) for name, level in row if name and level and name not in of)
        for row in zip(*parts, strict=True)
    ]
    return pd.Series(keys, index=results.index, dtype=object)

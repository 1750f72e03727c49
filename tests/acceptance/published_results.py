"""Which result of the study each printed cell of the paper is."""

from __future__ import annotations

import pandas as pd

from adamline.results.ard import levels_of

# The table of each figure, and of each marker of the supplement.
MEDIANS = {
    "ADSDNA": "T-14-2-1", "IGG": "T-14-2-4-1", "SMTHAB": "T-14-2-4-2", "CRDIGMAB": "T-14-2-4-3", "C3": "T-14-2-5-1",
    "C4": "T-14-2-5-2", "CRDIGGAB": "T-14-2-7-1", "CRDIGAAB": "T-14-2-7-2", "RNPAB": "T-14-2-7-3",
    "SJSSAAB": "T-14-2-7-4", "SJSSBAB": "T-14-2-7-5",
}  # fmt: skip


def printed_results(results: pd.DataFrame, cells: pd.DataFrame) -> list[float]:
    """The study's value of each printed cell: the one result that `found_in`, `levels` and `stat_name` name."""
    names = ("analysis", "variable")
    of_output = dict(iter(results.groupby("output")))
    values = []
    for cell in cells.itertuples():
        rows = of_output[cell.found_in]
        rows = rows[rows["stat_name"] == cell.stat_name]
        levels = dict(each.split("=", 1) for each in cell.levels.split("; "))
        if levels.get("analysis") != "columns":
            rows = rows[rows["analysis"] != "columns"]
        for name, level in levels.items():
            of_group = levels_of(rows, name).where(rows["variable"] != name, rows["variable_level"])
            rows = rows[(rows[name] if name in names else of_group) == level]
        (value,) = rows["stat"]
        values.append(float(value))
    return values

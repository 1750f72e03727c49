"""BILAG grades of organ systems side by side: of each visit, and of its baseline."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, ParameterCodes, Where
from adamline.derive._codes import Ints
from adamline.derive._visits import rows_by_visit, words_at

GRADES = ("A", "B", "C", "D", "E")
A, B, C, D, E = range(len(GRADES))


def grades_at(frame: pd.DataFrame, systems: ParameterCodes, where: Where, by: Columns) -> tuple[Ints, Ints, Ints]:
    """The rows of the systems at each visit, and the grades of each now and at baseline, -1 where there is none."""
    rows = rows_by_visit(frame, systems, by=by, where=where)
    now, before = (words_at(frame, name, rows, GRADES, by=by) for name in ("AVALC", "BASEC"))
    return rows, now, before

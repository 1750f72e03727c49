"""Repeated: subjects who have more than one value in a cell, where each should have one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, Texts, coded
from adamline.analyses.records import SUBJECT

_NAMED = 3  # So many subjects who have several values in one cell are named.


def repeated_subjects(cells: Cells, *variables: str) -> Texts:
    """A warning for each cell in which subjects have more than one record with values of all these variables."""
    warnings = np.full(cells.size, "", dtype=object)
    if not cells.records.has(SUBJECT):
        return warnings
    subject = coded(cells.records, SUBJECT)
    codes = subject.wide[cells.record]
    kept = np.logical_and.reduce([codes >= 0, *(cells.values(name).notna().to_numpy() for name in variables)])
    many = len(subject.texts) + 1
    key = np.sort(cells.code[kept] * many + codes[kept])
    twice = np.unique(key[1:][key[1:] == key[:-1]])
    several = pd.DataFrame({"cell": twice // many, "subject": subject.texts[twice % many]}).sort_values("subject")
    said = several.groupby("cell")["subject"].agg(_whose)
    warnings[said.index.to_numpy(dtype=np.int64)] = said.to_numpy(dtype=object)
    return warnings


def _whose(subjects: pd.Series) -> str:
    names = ", ".join([*subjects[:_NAMED], *(["..."] if len(subjects) > _NAMED else [])])
    return f"subjects with more than one value: {len(subjects)} ({names})"

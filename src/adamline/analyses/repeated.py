"""Repeated: subjects who have more than one value in a cell, where each should have one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, Texts, coded
from adamline.analyses.records import SUBJECT


def repeated_subjects(cells: Cells, *variables: str) -> Texts:
    """A warning for each cell in which subjects have more than one record with values of all these variables."""
    warnings = np.full(cells.size, "", dtype=object)
    if not cells.records.has(SUBJECT):
        return warnings
    present = np.logical_and.reduce([cells.values(name).notna().to_numpy() for name in variables])
    subject = coded(cells.records, SUBJECT).codes[cells.record[present]]
    key = cells.code[present] * (subject.max(initial=0) + 1) + subject
    several = pd.unique(key[pd.Series(key).duplicated().to_numpy()])
    counts = np.bincount(several // (subject.max(initial=0) + 1), minlength=cells.size)
    for cell in np.flatnonzero(counts):
        warnings[cell] = f"subjects with more than one value: {counts[cell]}"
    return warnings

"""Repeated: subjects who have more than one value in a cell, where each should have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, Texts, coded
from adamline.analyses.leaf import Stat
from adamline.analyses.records import SUBJECT


def with_repeated(stats: Sequence[Stat], repeated: Texts) -> list[Stat]:
    """The statistics, of which the first says so where nothing else is said of it."""
    first, *others = stats
    said = np.broadcast_to(np.asarray(first.warnings, dtype=object), repeated.shape)
    return [replace(first, warnings=np.where(said == "", repeated, said).astype(object)), *others]


def repeated_subjects(cells: Cells, *variables: str) -> Texts:
    """A warning for each cell in which subjects have more than one record with values of all these variables."""
    warnings = np.full(cells.size, "", dtype=object)
    if SUBJECT not in cells.records.frame.columns:
        return warnings
    present = np.logical_and.reduce([cells.values(name).notna().to_numpy() for name in variables])
    subject = coded(cells.records, SUBJECT).codes[cells.record[present]]
    key = cells.code[present] * (subject.max(initial=0) + 1) + subject
    several = pd.unique(key[pd.Series(key).duplicated().to_numpy()])
    counts = np.bincount(several // (subject.max(initial=0) + 1), minlength=cells.size)
    for cell in np.flatnonzero(counts):
        warnings[cell] = f"subjects with more than one value: {counts[cell]}"
    return warnings

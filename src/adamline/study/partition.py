"""Divides the subjects of a study into parts, and finds the records of each part in the files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.io.xpt_read import Rows
from adamline.study.plan import DatasetPlan
from adamline.study.sources import SUBJECT


def why_whole(plan: DatasetPlan, supplemented: Collection[str]) -> str:
    """Why a dataset cannot be made by subject, in words for a finding; empty where it can.

    The parts of a dataset follow each other in the order of its keys, so these begin with USUBJID; what a step makes
    of a subject must not depend on others, as its contract says (`within`); and which variables a SUPP-- has is known
    only from all of it. ``supplemented`` are the domains into which one is merged.
    """
    if plan.spec.keys[0] != SUBJECT:
        return f"its keys do not begin with {SUBJECT}"
    for call in plan.steps:
        if call.derivation.contract.within == "study":
            return f"`{call.derivation.name}` may look at all subjects"
        if call.target == SUBJECT and not call.only_places:
            return f"it makes {SUBJECT} anew"
    merged = sorted(set(plan.reads) & set(supplemented))
    return f"SUPP{merged[0]} is merged into {merged[0]}" if merged else ""


def parts_by_subject(subjects: Mapping[Path, pd.Series], main: Iterable[Path], records: int) -> list[dict[Path, Rows]]:
    """For each part the rows of every file that belong to it.

    ``subjects`` has USUBJID of each file, categorical, a row for each record; ``main`` are the files whose records
    are counted: a part ends with the subject that brings their number to a multiple of ``records`` or beyond it, so
    that no subject is divided. Subjects are in the order of their bytes, records without one come first. Files may be
    in any order, and lack subjects.

    >>> lb = pd.Series(["02", "01", "02", "03"], dtype="category")
    >>> file = Path("lb.xpt")
    >>> [part[file].tolist() for part in parts_by_subject({file: lb}, [file], 2)]
    [[0, 1, 2], [3]]
    """
    names = pd.Index(sorted({str(name) for column in subjects.values() for name in column.cat.categories}))
    position = {
        file: np.append(names.get_indexer(column.cat.categories) + 1, 0)[column.cat.codes]
        for file, column in subjects.items()
    }
    count = sum((np.bincount(position[file], minlength=len(names) + 1) for file in main), np.zeros(1, dtype=np.int64))
    before = np.cumsum(count) - count
    # Behind the last record no part begins: subjects that only other files have stay in the last one.
    _, part = np.unique(np.minimum(before, max(count.sum() - 1, 0)) // records, return_inverse=True)
    return [
        {file: np.flatnonzero(part[at] == number) for file, at in position.items()} for number in range(part.max() + 1)
    ]

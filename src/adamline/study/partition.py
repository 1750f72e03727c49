"""Divides the subjects of a study into parts, and finds the records of each part in the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.study.plan import DatasetPlan
from adamline.study.record_runs import RecordRuns, SubjectRuns
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


def parts_by_subject(
    subjects: Mapping[Path, SubjectRuns], weights: Mapping[Path, float], records: int
) -> list[dict[Path, RecordRuns]]:
    """For each part the records of every file that belong to it.

    ``subjects`` has those of each file; the records of the files that ``weights`` names are counted, each as much as it
    weighs: a part ends with the subject that brings their number to a multiple of ``records`` or beyond it, so that no
    subject is divided. Subjects are in the order of their bytes, records without one come first. Files may be in any
    order, and lack subjects.

    >>> from adamline.study.record_runs import subject_runs
    >>> lb = subject_runs([pd.Series(["02", "01", "02", "03"], dtype="category")])
    >>> file = Path("lb.xpt")
    >>> [part[file].rows.tolist() for part in parts_by_subject({file: lb}, {file: 1}, 2)]
    [[0, 1, 2], [3]]
    """
    names = pd.Index(sorted({str(name) for runs in subjects.values() for name in runs.subjects}), dtype=object)
    position = {
        file: np.append(names.get_indexer(runs.subjects) + 1, 0).astype(np.int32)[runs.places]
        for file, runs in subjects.items()
    }
    count = np.zeros(len(names) + 1)
    for file, weight in weights.items():
        count += np.bincount(position[file], weight * subjects[file].lengths, minlength=len(names) + 1)
    before = np.cumsum(count) - count
    # Behind the last record no part begins: subjects that only other files have stay in the last one.
    last = before[np.flatnonzero(count)[-1]] if count.any() else 0
    _, part = np.unique(np.minimum(before, last) // records, return_inverse=True)
    number = part.astype(np.int32)
    total = int(number.max()) + 1
    divided = {file: runs.parts(number[position[file]], total) for file, runs in subjects.items()}
    return [{file: parts[at] for file, parts in divided.items()} for at in range(total)]

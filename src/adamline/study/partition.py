"""Divides the subjects of a study into parts, and finds the records of each part in the files."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.study.plan import DatasetPlan
from adamline.study.sources import SUBJECT
from adamline.study.subject_runs import Spans, SubjectRuns


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
    subjects: Mapping[Path, SubjectRuns], main: Iterable[Path], records: int
) -> list[dict[Path, Spans]]:
    """For each part the records of every file that belong to it.

    ``subjects`` are those of each file's records; ``main`` are the files whose records are counted: a part ends with
    the subject that brings their number to a multiple of ``records`` or beyond it, so that no subject is divided.
    Subjects are in the order of their bytes, records without one come first. Files may be in any order, and lack
    subjects; of one that is sorted by subject a part is one span.

    >>> from adamline.study.subject_runs import runs_of
    >>> lb = pd.Series(["02", "01", "02", "03"], dtype="category")
    >>> file = Path("lb.xpt")
    >>> [list(part[file].rows) for part in parts_by_subject({file: runs_of([lb])}, [file], 2)]
    [[0, 1, 2], [3]]
    """
    names = pd.Index(sorted({name for runs in subjects.values() for name in runs.names}))
    position = {
        file: np.append(names.get_indexer(pd.Index(runs.names)) + 1, 0)[runs.codes] for file, runs in subjects.items()
    }
    count = np.zeros(len(names) + 1, dtype=np.int64)
    for file in main:
        np.add.at(count, position[file], subjects[file].lengths)
    before = np.cumsum(count) - count
    # Behind the last record no part begins: subjects that only other files have stay in the last one.
    _, part = np.unique(np.minimum(before, max(count.sum() - 1, 0)) // records, return_inverse=True)
    spans = {file: _spans_of_parts(part[at], subjects[file], part.max() + 1) for file, at in position.items()}
    return [{file: of_parts[number] for file, of_parts in spans.items()} for number in range(part.max() + 1)]


def _spans_of_parts(part: npt.NDArray[np.int64], runs: SubjectRuns, count: int) -> list[Spans]:
    """The records of each part, of which ``part`` is the one of each run."""
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(count + 1))
    return [runs.spans(order[start:stop]) for start, stop in itertools.pairwise(ends)]

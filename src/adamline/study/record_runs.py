"""The records of a file by their subjects, as runs of neighbours: in a file in order of subjects one run a subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.io.xpt_read import Rows

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class RecordRuns:
    """Chosen records of a file: where each run of neighbours starts, counted from 0, and how many they are."""

    starts: Ints
    lengths: Ints

    @property
    def rows(self) -> Rows:
        """The number of each record.

        >>> RecordRuns(np.array([4, 9]), np.array([3, 1])).rows.tolist()
        [4, 5, 6, 9]
        """
        before = np.cumsum(self.lengths, dtype=np.int64) - self.lengths
        return np.repeat(self.starts - before, self.lengths) + np.arange(self.lengths.sum(), dtype=np.int64)


@dataclass(frozen=True)
class SubjectRuns:
    """Runs of neighbours of one subject: its place in ``subjects``, which are distinct (-1 without), and their number.

    A file in order of subjects needs the memory of its subjects, one in no order that of its records.
    """

    subjects: pd.Index
    places: Ints
    lengths: Ints

    @property
    def starts(self) -> Ints:
        """The number of the first record of each run."""
        return np.cumsum(self.lengths, dtype=np.int64) - self.lengths

    def parts(self, numbers: Ints, count: int) -> list[RecordRuns]:
        """The records of each of ``count`` parts; ``numbers`` has that of each run."""
        order = np.argsort(numbers, kind="stable")
        starts, lengths = self.starts[order], self.lengths[order]
        ends = np.searchsorted(numbers[order], np.arange(count + 1)).tolist()
        return [RecordRuns(starts[begin:end], lengths[begin:end]) for begin, end in pairwise(ends)]

    def of(self, subject: str) -> RecordRuns:
        """The records of a subject."""
        here = np.isin(self.places, np.flatnonzero(self.subjects == subject))
        return RecordRuns(self.starts[here], self.lengths[here])


def subject_runs(columns: Iterable[pd.Series]) -> SubjectRuns:
    """The runs of a file, from its subjects as a categorical, which may come block by block.

    >>> one, two = (pd.Series(names, dtype="category") for names in (["02", "02"], ["02", "01", None]))
    >>> runs = subject_runs([one, two])
    >>> runs.subjects.tolist(), runs.places.tolist(), runs.lengths.tolist()
    (['01', '02'], [1, 1, 0, -1], [2, 1, 1, 1])
    """
    blocks = [(column.cat.categories, *_runs(column.cat.codes.to_numpy())) for column in columns]
    names = pd.Index(sorted({str(name) for categories, _, _ in blocks for name in categories}), dtype=object)
    places = [np.append(names.get_indexer(there), -1).astype(np.int32)[codes] for there, codes, _ in blocks]
    nothing = np.empty(0, dtype=np.int32)
    return SubjectRuns(
        names, np.concatenate([nothing, *places]), np.concatenate([nothing, *(lengths for _, _, lengths in blocks)])
    )


def _runs(codes: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
    """The code of each run of equal ones, and how many they are."""
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    return codes[starts], np.diff(np.append(starts, len(codes))).astype(np.int32)

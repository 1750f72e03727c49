"""The subjects of a file's records, in as much memory as there are subjects where it is sorted by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.io.xpt_read import Rows

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SubjectRuns:
    """Runs of records of one subject each: which of ``names`` it is, -1 for none, the first record, how many."""

    names: tuple[str, ...]
    codes: Numbers
    starts: Numbers
    lengths: Numbers

    def spans(self, runs: Numbers) -> Spans:
        """The records of these runs, which ascend."""
        starts, lengths = self.starts[runs], self.lengths[runs]
        first = np.append(True, starts[1:] != starts[:-1] + lengths[:-1])[: len(starts)]
        sums = np.add.reduceat(lengths, np.flatnonzero(first)) if len(starts) else lengths
        return Spans(starts[first], sums)

    def rows_of(self, subject: str) -> Rows:
        """The records of one subject."""
        code = self.names.index(subject) if subject in self.names else len(self.names)
        return self.spans(np.flatnonzero(self.codes == code)).rows


@dataclass(frozen=True)
class Spans:
    """Records of a file as spans of neighbours: the first of each, and how many."""

    starts: Numbers
    lengths: Numbers

    @property
    def rows(self) -> Rows:
        """Their numbers, as a range where there is but one span."""
        if len(self.starts) < 2:
            first, total = int(self.starts.sum()), int(self.lengths.sum())
            return range(first, first + total)
        behind = np.cumsum(self.lengths)
        rows: Numbers = np.arange(behind[-1]) + np.repeat(self.starts - (behind - self.lengths), self.lengths)
        return rows


def runs_of(columns: Iterable[pd.Series]) -> SubjectRuns:
    """The runs of a column of subjects, categorical, that comes in one piece or several.

    >>> runs = runs_of([pd.Series(["02", "02"], dtype="category"), pd.Series(["02", "01"], dtype="category")])
    >>> [(runs.names[code], int(length)) for code, length in zip(runs.codes, runs.lengths)]
    [('02', 2), ('02', 1), ('01', 1)]
    """
    numbers: dict[str, int] = {}
    codes, lengths = [], []
    for column in columns:
        if not len(column):
            continue
        known = [numbers.setdefault(str(name), len(numbers)) for name in column.cat.categories]
        code = np.append(np.array(known, dtype=np.int64), -1)[column.cat.codes]
        starts = np.append(0, np.flatnonzero(np.diff(column.cat.codes)) + 1)
        codes.append(code[starts])
        lengths.append(np.diff(np.append(starts, len(code))))
    length = np.concatenate(lengths) if lengths else np.empty(0, dtype=np.int64)
    code = np.concatenate(codes) if codes else np.empty(0, dtype=np.int64)
    return SubjectRuns(tuple(numbers), code, np.cumsum(length) - length, length)

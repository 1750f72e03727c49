"""The subjects of a file's records, in as much memory as there are subjects where it is sorted by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.io.xpt_read import Rows

Numbers = npt.NDArray[np.int64]
_NONE: Numbers = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class SubjectRuns:
    """Runs of records of one subject each: which of ``names`` it is, -1 for none, the first record, how many."""

    names: tuple[str, ...]
    codes: Numbers
    starts: Numbers
    lengths: Numbers

    def rows(self, runs: Numbers) -> Rows:
        """The records of these runs, by ascending number; as a range where nothing is between them."""
        starts, lengths = self.starts[runs], self.lengths[runs]
        total = int(lengths.sum())
        if not total or starts[-1] + lengths[-1] - starts[0] == total:
            first = int(starts[0]) if total else 0
            return range(first, first + total)
        behind = np.cumsum(lengths)
        rows: Numbers = np.arange(total) + np.repeat(starts - (behind - lengths), lengths)
        return rows

    def rows_of(self, subject: str) -> Rows:
        """The records of one subject."""
        return self.rows(np.flatnonzero(self.codes == self.names.index(subject)) if subject in self.names else _NONE)


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

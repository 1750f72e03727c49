"""Explains every result of an output in one pass: the records behind each, and those that it is a part of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.errors import DataError
from adamline.results.ard import NUMBER, RESULT
from adamline.results.selection import SUBJECT, Selection, Selector, read_denominator, selection_of
from adamline.study.explain.files import Files, Ints
from adamline.study.explain.opened import open_output


@dataclass(frozen=True)
class Selected:
    """The records of a selection, by their places in the file of its dataset, and how many subjects they are of."""

    selection: Selection
    rows: Ints
    subjects: int


@dataclass(frozen=True)
class Found:
    """One result of an output, the records behind it, and those that it is a part of; None where there are none.

    ``statistic``, ``text`` and ``value`` are as in the results; of a listing blank and NaN.
    """

    result: str
    statistic: str
    text: str
    value: float
    behind: Selected | None
    part_of: Selected | None


def explained(out: Path, output: str, folders: Sequence[Path] = ()) -> Iterator[Found]:
    """Every result of an output of a run, in the order of its results; each selection is looked up once.

    ``folders`` hold the inputs of the run, without them those that the last run read. DataError for an output that
    there is not and for the id of a single result; AdamlineError where results or datasets are not as they were made.
    """
    run = open_output(out, output, folders)
    if run.result:
        raise DataError("All results are of an output.", found=run.result, expected=run.name)
    lookup = _Lookup(run.files)
    for result in run.results.to_dict("records"):
        named = {str(name): value for name, value in result.items()}
        yield Found(
            named[RESULT],
            named.get("stat_name", ""),
            named.get("stat_text", ""),
            float(named.get(NUMBER, np.nan)),
            lookup.selected(selection_of(named)),
            lookup.selected(read_denominator(named.get("denominator", ""))),
        )


def explained_table(out: Path, output: str, folders: Sequence[Path] = ()) -> pd.DataFrame:
    """The same as a table: of each result the selections, and how many records and subjects each selects."""
    made = []
    for found in explained(out, output, folders):
        row: dict[str, object] = {
            "result": found.result,
            "stat_name": found.statistic,
            "stat": found.value,
            "stat_text": found.text,
        }
        for prefix, part in (("", found.behind), ("denominator_", found.part_of)):
            row |= {
                f"{prefix}selection": str(part.selection) if part else "",
                f"{prefix}records": len(part.rows) if part else "",
                f"{prefix}subjects": part.subjects if part else "",
            }
        made.append(row)
    return pd.DataFrame(made)


class _Lookup:
    """Selections that were looked up, and the subject of each record of a dataset by number."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._selector = Selector(files.columns)
        self._selected: dict[Selection, Selected] = {}
        self._subjects: dict[str, Ints | None] = {}

    def selected(self, selection: Selection | None) -> Selected | None:
        if selection is None:
            return None
        if selection not in self._selected:
            rows = np.flatnonzero(self._selector.rows(selection)).astype(np.int64)
            self._selected[selection] = Selected(selection, rows, self._count(selection.dataset, rows))
        return self._selected[selection]

    def _count(self, dataset: str, rows: Ints) -> int:
        if dataset not in self._subjects:
            there = SUBJECT in self._files.table(dataset).variables
            names = self._files.columns(dataset, (SUBJECT,))[SUBJECT] if there else None
            self._subjects[dataset] = None if names is None else pd.factorize(names)[0].astype(np.int64)
        codes = self._subjects[dataset]
        return 0 if codes is None else len(np.unique(codes[rows][codes[rows] >= 0]))

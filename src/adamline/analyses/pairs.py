"""Pairs: each column of a table compared with one of them, and the results of such comparisons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.cells import Cells, Ints, Level, Texts, joined, level_condition
from adamline.analyses.leaf import Given, LeafOptions, LineOptions, Stat, cell_results, with_warnings
from adamline.analyses.lines import Line
from adamline.analyses.repeated import repeated_subjects
from adamline.errors import DataError, nearest
from adamline.results.check_warnings import NO_TEST

Floats = npt.NDArray[np.float64]


class PairOptions(LeafOptions):
    """Options of a comparison of columns: ``against`` names the column that each other one is compared with."""

    against: str
    statistics: tuple[str | LineOptions, ...] = ("p",)

    known: ClassVar[Collection[str]] = ("p",)

    def known_lines(self) -> Mapping[str, Line]:
        """The p-value, whose label says against which column it is."""
        return {"p": Line(f"p-value vs {self.against}", "{p}")}


def pairs_of(given: Given, against: str) -> Ints:
    """The cells to compare: a row for each block and each column that shares no level with ``against``, in order.

    The first column of the result holds the codes of the cells, the second those of the cells they are against.
    DataError where the table has no such column, or no other one.
    """
    if not given.has_columns:
        raise DataError("A comparison needs columns.", hint="give the table `columns`")
    levels = given.cells.groups[-1].levels
    names = [level.name for level in levels]
    if against not in names:
        raise DataError(f"No column is {against}.", expected="a column to compare with", hint=nearest(against, names))
    reference = names.index(against)
    others = [n for n, level in enumerate(levels) if not set(level.members) & set(levels[reference].members)]
    if not others:
        raise DataError(f"There is no column to compare with {against}.", found=", ".join(names))
    start = np.arange(given.blocks, dtype=np.int64)[:, np.newaxis] * given.columns
    return np.stack(np.broadcast_arrays(start + np.array(others), start + reference), axis=2).reshape(-1, 2)


def pair_conditions(cells: Cells, pairs: Ints, *more: str | Texts) -> Texts:
    """The condition behind each comparison: it selects the records of both columns."""
    group = cells.groups[-1]
    is_number = cells.records.is_number(group.variable)
    blocks = Cells(cells.records, cells.groups[:-1], cells.record, cells.code)
    first, second = pairs[:, 0] % len(group.levels), pairs[:, 1] % len(group.levels)
    both = {
        (one, other): str(
            level_condition(group.variable, _both(group.levels[one], group.levels[other]), is_number=is_number)
        )
        for one, other in set(zip(first.tolist(), second.tolist(), strict=True))
    }
    texts = np.array(
        [both[one, other] for one, other in zip(first.tolist(), second.tolist(), strict=True)], dtype=object
    )
    return joined([blocks.conditions(pairs[:, 0] // len(group.levels)), texts, *more], len(pairs))


def _both(first: Level, second: Level) -> Level:
    return Level(first.name, (*first.members, *second.members))


def no_test_warnings(p: npt.ArrayLike, n: npt.ArrayLike, least: int) -> tuple[Floats, Texts]:
    """P-values without those of groups with less than ``least``, and for each that is missing a warning that says why.

    >>> no_test_warnings([0.0285, 0.5, float("nan")], [[9, 8], [1, 8], [4, 4]], least=2)[1].tolist()
    ['', 'no test: n of 1 and 8', 'no test: nothing differs']
    """
    counts = np.asarray(n, dtype=np.int64).reshape(-1, 2)
    few = (counts < least).any(axis=1)
    values = np.where(few, np.nan, np.asarray(p, dtype=np.float64))
    warnings = np.where(np.isnan(values), f"{NO_TEST}: nothing differs", "").astype(object)
    warnings[few] = [f"{NO_TEST}: n of {first} and {second}" for first, second in counts[few]]
    return values, warnings


def pair_results(cells: Cells, pairs: Ints, stats: list[Stat], where: Texts, variable: str) -> pd.DataFrame:
    """Results of comparisons of a variable: they stand in the column of the first of each pair.

    One where a subject has several values in a cell carries a warning.
    """
    repeated = repeated_subjects(cells, variable)
    first, other = repeated[pairs[:, 0]], repeated[pairs[:, 1]]
    warned = with_warnings(stats, np.where(first == "", other, first).astype(object))
    rows = cell_results(cells, pairs[:, 0], warned, variable=variable)
    return rows.assign(where=np.repeat(where, len(stats)))

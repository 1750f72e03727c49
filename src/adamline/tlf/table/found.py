"""Found: the results of one analysis of a table, by block, category, variable, column and statistic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from adamline.results.ard import group_count

# The levels of the groupings of rows, outermost first; the categories that an analysis counts, outermost first.
Block = tuple[str, ...]
Path = tuple[str, ...]


class Number(NamedTuple):
    """One result as a table needs it: its id, displayed text, and raw value for sorting and thresholds."""

    result: str
    text: str
    value: float


@dataclass(frozen=True)
class Found:
    """The results of one analysis.

    ``numbers`` are by block, then path; in each by variable and column, then statistic. ``variables`` names the
    variables of the categories of a path, by its depth.
    """

    numbers: Mapping[Block, Mapping[Path, Mapping[tuple[str, str], Mapping[str, Number]]]]
    variables: Mapping[int, tuple[str, ...]]

    @cached_property
    def summarised(self) -> frozenset[str]:
        """The variables that there are results of."""
        return frozenset(name for of in self.numbers.values() for cells in of.values() for name, _ in cells)

    def outer(self, depth: int, variable: str) -> int | None:
        """Where among the categories of paths so deep the variable stands, if it is not the innermost one."""
        names = self.variables.get(depth, ())[:-1]
        return names.index(variable) if variable in names else None

    def paths(self, block: Block) -> tuple[Path, ...]:
        """The paths of a block: each category behind the one it stands in, else in the order of results."""
        return tuple(_in_tree(list(self.numbers.get(block, {})), ()))

    def cell(self, block: Block, path: Path, variable: str, column: str) -> Mapping[str, Number]:
        """The statistics of a cell; of the one variable that there is where ``variable`` is blank."""
        cells = self.numbers.get(block, {}).get(path, {})
        if variable:
            return cells.get((variable, column), {})
        return next((found for (_, of), found in cells.items() if of == column), {})


def _in_tree(paths: list[Path], start: Path) -> Iterator[Path]:
    """Paths that begin with ``start``, each before those inside it."""
    inside: dict[Path, list[Path]] = {}
    depth = len(start) + 1
    for path in paths:
        if len(path) >= depth:
            inside.setdefault(path[:depth], []).append(path)
    if not start and () in paths:
        yield ()
    for first, longer in inside.items():
        if first in longer:
            yield first
        if len(longer) > 1 or first not in longer:
            yield from _in_tree(longer, first)


def found_results(results: pd.DataFrame, analysis: str, by: tuple[str, ...], columns: Collection[str | None]) -> Found:
    """The results of ``analysis`` in the blocks of the groupings ``by``, in columns by one of ``columns``.

    Groups that are neither are the outer categories of a path.
    """
    places = np.flatnonzero((results["analysis"] == analysis).to_numpy(dtype=bool))

    def column_of(name: str) -> list[Any]:
        return results[name].take(places).to_numpy(dtype=object).tolist()

    count = group_count(results.columns)
    groups = [column_of(name) for n in range(1, count + 1) for name in (f"group{n}", f"group{n}_level")]
    cells = zip(*(column_of(name) for name in ("variable", "variable_level")), *groups, strict=True)
    numbers: dict[Block, dict[Path, dict[tuple[str, str], dict[str, Number]]]] = {}
    variables: dict[int, tuple[str, ...]] = {}
    # The statistics of each cell; a cell has several, and its place is looked for once.
    known: dict[tuple[str, ...], dict[str, Number]] = {}
    stats = zip(*(column_of(name) for name in ("stat_name", "result", "stat_text", "stat")), strict=True)
    for cell, (stat, *of) in zip(cells, stats, strict=True):
        if cell not in known:
            column, block, path = _place(cell, by, columns)
            for depth in range(1, len(path) + 1):
                variables.setdefault(depth, tuple(name for name, _ in path[:depth]))
            paths = numbers.setdefault(block, {}).setdefault(tuple(level for _, level in path), {})
            known[cell] = paths.setdefault((cell[0], column), {})
        known[cell][stat] = Number(*of)
    return Found(numbers, variables)


def _place(
    cell: tuple[str, ...], by: tuple[str, ...], columns: Collection[str | None]
) -> tuple[str, Block, list[tuple[str, str]]]:
    """The column and block of a cell, and its categories with their variables, outermost first.

    ``cell`` is its variable with its level, then each group with its level.
    """
    column, block = "", [""] * len(by)
    path: list[tuple[str, str]] = []
    for name, level in zip(cell[2::2], cell[3::2], strict=True):
        if name in columns and not column:
            column = level
        elif name in by:
            block[by.index(name)] = level
        elif name:
            path.append((name, level))
    if cell[1]:
        path.append((cell[0], cell[1]))
    return column, tuple(block), path

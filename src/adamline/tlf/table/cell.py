"""Cell: the text of one cell of a table, and the ids of the results in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from adamline.analyses.leaf import LeafOptions
from adamline.analyses.lines import Line
from adamline.analyses.rows import Leaf
from adamline.analyses.table_options import Options
from adamline.tlf.table.columns import DataColumn
from adamline.tlf.table.found import Block, Found, Number, Path

NOTHING = ("", "")


@dataclass(frozen=True)
class Where:
    """Which row of which block a cell stands in: its category, and what the columns leave open.

    ``is_first`` is the first row of its category, ``is_top`` the first of its analysis.
    """

    block: Block
    path: Path
    variable: str
    line: Line | None
    is_first: bool
    is_top: bool = False


def cell_of(
    leaf: Leaf, sources: Sequence[Found], where: Where, column: DataColumn, options: Options
) -> tuple[str, str]:
    """The text and the ids of one cell; blank where there is no result.

    ``sources`` are the results of the analysis, then those of the comparisons beside it. A column beside the others
    shows what it shows once for each category, in the first of its rows; a test of all categories in the first row.
    """
    if column.is_beside and (not where.is_first or not column.line):
        return NOTHING
    path, variable = _placed(sources[0], where, column)
    paths = (path, ()) if column.is_beside and where.is_top else (path,)
    analyses = list(zip((leaf, *leaf.compare), sources, strict=True))
    shown = (*analyses[1:], analyses[0]) if column.is_beside else _of_variable(analyses, variable)
    for (each, found), place in product(shown, paths):
        line = _line_of(each, column.line) if column.line else where.line
        if line is None:
            continue
        numbers = found.cell(where.block, place, variable, column.level)
        text = _filled(line, numbers, each.options, options)
        if text:
            return text, "\n".join(numbers[name].result for name in line.statistics if name in numbers)
    return NOTHING


def _placed(found: Found, where: Where, column: DataColumn) -> tuple[Path, str]:
    """The categories of a cell, that of its column among them, and its variable.

    The column's category is the innermost, or that of the outer variable which it names.
    """
    if column.category is None:
        return where.path, column.variable or where.variable
    outer = found.outer(len(where.path) + 1, column.variable)
    if outer is None:
        return (*where.path, column.category), column.variable or where.variable
    return (*where.path[:outer], column.category, *where.path[outer:]), where.variable


def _of_variable(analyses: list[tuple[Leaf, Found]], variable: str) -> list[tuple[Leaf, Found]]:
    """The analysis of a row, or the first beside it that has results of the variable, where it has none."""
    return [each for each in analyses if variable in each[1].summarised][:1] or analyses[:1]


def _line_of(leaf: Leaf, name: str) -> Line | None:
    """The pattern that a column names, of this analysis, or writes; None for another's."""
    known = leaf.options.known_lines()
    if name in known:
        return known[name]
    return Line("", name) if "{" in name else None


def _filled(line: Line, numbers: Mapping[str, Number], leaf: LeafOptions, options: Options) -> str:
    """The pattern with its numbers; where it counts nobody, the text for zero."""
    is_nobody = leaf.counts and "n" in line.statistics and "n" in numbers and numbers["n"].value == 0
    if is_nobody and "N" not in line.statistics:
        return (leaf.display or options.display).zero
    return line.fill({name: number.text for name, number in numbers.items()})

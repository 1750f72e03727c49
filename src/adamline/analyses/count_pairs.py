"""Count pairs: counts of categories compared between each column and one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.categories import CategoryOptions
from adamline.analyses.cells import Cells, Ints, Texts
from adamline.analyses.counted import Counted, counted
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Given, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.pairs import pair_conditions, pairs_of
from adamline.results.check_warnings import NO_TEST
from adamline.standards.rounding import format_number
from adamline.stats.chi_square import chi_square_tables
from adamline.stats.fisher import METHOD as FISHER
from adamline.stats.fisher import fisher_exact_tables


class CountPairOptions(CategoryOptions):
    """Options of a comparison of counts: the categories of a count, the column ``against``, the test of the p-value.

    ``level`` is that of the limits, ``decimals`` those of estimate and limits. ``only`` names columns, where not all
    have results.
    """

    against: str
    test: Literal["fisher", "chi_square"] = "fisher"
    statistics: tuple[str | LineOptions, ...] = ("estimate_ci",)
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 1
    only: tuple[str, ...] = ()

    known: ClassVar[Collection[str]] = ("estimate", "lower", "upper", "p")

    def lines_of(self, estimate: str) -> Mapping[str, Line]:
        """The estimate, its limits and the p-value, with labels that say level and reference."""
        percent = level_text(self.level)
        return {
            "estimate": Line(f"{estimate} vs {self.against}", "{estimate}"),
            "estimate_ci": Line(f"{estimate} vs {self.against} ({percent} CI)", "{estimate}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.against}", "{p}"),
        }


@dataclass(frozen=True)
class CountPairs:
    """The counts to compare of one depth of categories: a row each, with the cell it stands in and its 2 x 2 table.

    ``tables`` are column by with and without the category: that of the column first, then that of the reference.
    """

    counts: Counted
    row: Ints
    codes: Ints
    pairs: Ints
    tables: Ints


def count_pairs(given: Given, options: CountPairOptions) -> Iterator[CountPairs]:
    """Counts of subjects with and without each category, of each column and the reference, depth by depth."""
    columns = pairs_of(given, options.against)
    first_block = columns[: len(columns) // max(1, given.blocks)] % given.columns
    names = given.cells.groups[-1].names
    if options.only:
        first_block = first_block[np.isin(names[first_block[:, 0]], options.only)]
    for counts in counted(given, options):
        rows = np.repeat(np.arange(len(counts.paths), dtype=np.int64), len(first_block))
        pairs = np.tile(first_block, (len(counts.paths), 1))
        at = rows[:, np.newaxis] * given.columns + pairs
        n, without = counts.n[at], counts.total[at] - counts.n[at]
        codes = counts.paths[rows, 0] * given.columns
        cells = codes[:, np.newaxis] + pairs
        yield CountPairs(counts, rows, cells[:, 0], cells, np.stack([n, np.maximum(without, 0)], axis=2))


def compared(
    given: Given,
    options: CountPairOptions,
    estimates: Callable[[Ints], pd.DataFrame],
    label: str,
    method: str,
    scale: float = 1.0,
) -> pd.DataFrame:
    """Results of a comparison of counts: estimate, limits and p-value of each category and column.

    ``estimates`` gives ``estimate``, ``lower`` and ``upper`` of tables; ``scale`` is what they are multiplied by.
    """
    return pd.concat(
        [_of_depth(given, options, each, estimates, label, method, scale) for each in count_pairs(given, options)],
        ignore_index=True,
    )


def _of_depth(
    given: Given,
    options: CountPairOptions,
    each: CountPairs,
    estimates: Callable[[Ints], pd.DataFrame],
    label: str,
    method: str,
    scale: float,
) -> pd.DataFrame:
    found = estimates(each.tables)
    said = f"against {options.against}, level={options.level!r}"
    stats = []
    for name, shown in (("estimate", label), ("lower", "Lower limit"), ("upper", "Upper limit")):
        values = found[name].to_numpy(dtype=np.float64) * scale
        values = np.where(np.isinf(values), np.nan, values)
        texts = format_number(values, options.decimals, NOT_ESTIMABLE)
        stats.append(Stat(name, shown, values, texts, method, said))
    if any("p" in line.statistics for line in options.lines):
        stats.append(_p_value(given, options, each.tables))
    cells = given.cells
    names = each.counts.names(len(cells.groups) + 1)
    spread = {
        name: value if isinstance(value, str) else np.asarray(value)[each.row * given.columns]
        for name, value in names.items()
    }
    rows = cell_results(cells, each.codes, stats, **spread)
    where = _conditions(cells, each)
    return rows.assign(where=np.repeat(where, len(stats)))


def _conditions(cells: Cells, each: CountPairs) -> Texts:
    """The conditions behind comparisons: the records of both columns in the category."""
    placed = each.counts.placed
    more = [
        placed.level_conditions(number)[each.counts.paths[each.row, number + 1]]
        for number in range(each.counts.paths.shape[1] - 1)
    ]
    return pair_conditions(cells, each.pairs, *more)


def _p_value(given: Given, options: CountPairOptions, tables: Ints) -> Stat:
    if options.test == "fisher":
        p, method = fisher_exact_tables(tables)["p"].to_numpy(dtype=np.float64), FISHER
    else:
        p, method = chi_square_tables(tables)["p"].to_numpy(dtype=np.float64), "PROC FREQ, CHISQ"
    nothing = (tables.sum(axis=1) == 0).any(axis=1) | (tables.sum(axis=2) == 0).any(axis=1)
    p = np.where(nothing, np.nan, p)
    warnings = np.where(np.isnan(p), f"{NO_TEST}: nothing differs", "").astype(object)
    texts = p_value_texts(p, (options.display or given.display).p)
    label = f"p-value vs {options.against}"
    return Stat("p", label, p, texts, method, f"two-sided, against {options.against}", warnings)

"""Count pairs: counts of categories compared between each column and one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.behind_pairs import PlacedPairs, behind_pairs
from adamline.analyses.categories import CategoryOptions
from adamline.analyses.cells import Ints
from adamline.analyses.counted import Counted, counted, counted_like
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.pairs import pairs_of
from adamline.analyses.strata import strata_of
from adamline.results.check_warnings import NO_TEST
from adamline.spec.types import OneOrMore, VariableName
from adamline.standards.rounding import format_number
from adamline.stats.chi_square import chi_square_tables
from adamline.stats.cmh import cmh_tables
from adamline.stats.fisher import METHOD as FISHER
from adamline.stats.fisher import fisher_exact_tables


class CommonRatio(StrEnum):
    """Ways to pool the ratios of strata, as PROC FREQ prints them under CMH."""

    MH = "MH"
    LOGIT = "LOGIT"


CMH = "cmh"
# The p-value of tables, and the method behind it.
Tested = tuple[Floats, str]


class CategoryPairOptions(CategoryOptions):
    """Options of a comparison of counts: the categories of a count, and the column ``against``.

    ``strata`` are variables of the population by whose combinations the counts are taken apart. ``only`` names columns,
    where not all have results.
    """

    against: str
    strata: OneOrMore[VariableName] | None = None
    only: tuple[str, ...] = ()


class CountPairOptions(CategoryPairOptions):
    """Options of an estimate from counts and its ``test``, Fisher's unless said; that of ``strata`` is CMH's.

    ``level`` is that of the limits, ``decimals`` those of estimate and limits.
    """

    test: Literal["fisher", "chi_square", "cmh", "wald", "fm"] | None = None
    statistics: tuple[str | LineOptions, ...] = ("estimate_ci",)
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 1

    known: ClassVar[Collection[str]] = ("estimate", "lower", "upper", "p")
    tests: ClassVar[Collection[str]] = ("fisher", "chi_square", CMH)

    @model_validator(mode="after")
    def _of_the_strata(self) -> CountPairOptions:
        if self.test is not None and self.test not in self.tests:
            raise ValueError(f"test: there is none that is {self.test} here; there are {', '.join(self.tests)}")
        if self.test is not None and (self.test == CMH) != (self.strata is not None):
            raise ValueError("test: cmh goes with `strata`, and no other test does")
        return self

    @property
    def said(self) -> str:
        """The options of the method in words."""
        strata = f", strata {', '.join(self.strata)}" if self.strata else ""
        whom = f", {self.said_of_subjects}" if self.said_of_subjects else ""
        return f"against {self.against}{strata}, level={self.level!r}{whom}"

    def lines_of(self, estimate: str) -> Mapping[str, Line]:
        """The estimate, its limits and the p-value, with labels that say level and reference."""
        percent = level_text(self.level)
        return {
            "estimate": Line(f"{estimate} vs {self.against}", "{estimate}"),
            "estimate_ci": Line(f"{estimate} vs {self.against} ({percent} CI)", "{estimate}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.against}", "{p}"),
        }

    def tested(self, tables: Ints) -> Tested:
        """The p-value of each table by the test that the options name, missing where there is none, and its method."""
        if self.strata is not None:
            return cmh_tables(tables)["p_general"].to_numpy(dtype=np.float64), "PROC FREQ, CMH"
        if self.test == "chi_square":
            p, method = chi_square_tables(tables)["p"], "PROC FREQ, CHISQ"
        else:
            p, method = fisher_exact_tables(tables)["p"], FISHER
        is_empty = (tables.sum(axis=1) == 0).any(axis=1) | (tables.sum(axis=2) == 0).any(axis=1)
        return np.where(is_empty, np.nan, p.to_numpy(dtype=np.float64)), method

    @property
    def said_of_test(self) -> str:
        """The options of the test in words."""
        strata = f", strata {', '.join(self.strata)}" if self.strata else ""
        return f"two-sided, against {self.against}{strata}"


@dataclass(frozen=True)
class CountPairs(PlacedPairs):
    """The counts to compare of one depth of categories, as 2 x 2 tables: column by with and without the category.

    With strata there is one for each of them, (rows, strata, 2, 2). ``warning`` is what there is to say of all.
    """

    tables: Ints
    warning: str = ""


def place_pairs(given: Given, against: str, counts: Counted, only: Collection[str] = ()) -> PlacedPairs:
    """Each category of ``counts`` with each column to compare with ``against``; ``only`` names columns, if not all."""
    columns = pairs_of(given, against)
    first_block = columns[: len(columns) // max(1, given.blocks)] % given.columns
    if only:
        names = given.cells.groups[-1].names
        first_block = first_block[np.isin(names[first_block[:, 0]], list(only))]
    rows = np.repeat(np.arange(len(counts.paths), dtype=np.int64), len(first_block))
    start = counts.paths[rows, 0] * given.columns
    return PlacedPairs(counts, rows, start[:, np.newaxis] + np.tile(first_block, (len(counts.paths), 1)))


def count_pairs(given: Given, options: CategoryPairOptions) -> Iterator[CountPairs]:
    """Counts of subjects with and without each category, of each column and the reference, depth by depth."""
    strata = None if options.strata is None else strata_of(given, options.strata, options.denominator)
    lost = strata.left_out if strata else 0
    for counts in counted(given, options):
        placed = place_pairs(given, options.against, counts, options.only)
        at = placed.at
        if strata is None:
            tables = _tables(counts, at)
        else:
            parts = [_tables(counted_like(part, options, counts), at) for part in strata.parts]
            tables = np.stack(parts, axis=1) if parts else np.zeros((len(at), 1, 2, 2), dtype=np.int64)
        warning = f"subjects left out, without {', '.join(options.strata or ())}: {lost}" if lost else ""
        yield CountPairs(counts, placed.row, placed.pairs, tables, warning)


def _tables(counts: Counted, at: Ints) -> Ints:
    """The 2 x 2 table of each pair of counts."""
    n, without = counts.n[at], counts.total[at] - counts.n[at]
    return np.stack([n, np.maximum(without, 0)], axis=2)


def compared(
    given: Given,
    options: CountPairOptions,
    estimates: Callable[[Ints], pd.DataFrame],
    label: str,
    method: str,
    scale: float = 1.0,
) -> pd.DataFrame:
    """Results of a comparison of counts: estimate, limits and p-value of each category and column.

    ``estimates`` gives ``estimate``, ``lower`` and ``upper`` of tables, and may give a ``warning``; ``scale`` is what
    they are multiplied by.
    """
    parts = []
    for each in count_pairs(given, options):
        stats = _estimates(options, each, estimates, label, method, scale)
        if "p" in options.named_statistics:
            stats.append(_p_value(given, options, each.tables))
        parts.append(count_pair_results(given, options, each, stats))
    return pd.concat(parts, ignore_index=True)


def _estimates(
    options: CountPairOptions,
    each: CountPairs,
    estimates: Callable[[Ints], pd.DataFrame],
    label: str,
    method: str,
    scale: float,
) -> list[Stat]:
    found = estimates(each.tables)
    said = found["warning"].to_numpy(dtype=object) if "warning" in found.columns else ""
    warnings = np.where(said == "", each.warning, said).astype(object)
    stats = []
    for name, shown in (("estimate", label), ("lower", "Lower limit"), ("upper", "Upper limit")):
        values = found[name].to_numpy(dtype=np.float64) * scale
        values = np.where(np.isinf(values), np.nan, values)
        texts = format_number(values, options.decimals, NOT_ESTIMABLE)
        stats.append(Stat(name, shown, values, texts, method, options.said, warnings if name == "estimate" else ""))
    return stats


def _p_value(given: Given, options: CountPairOptions, tables: Ints) -> Stat:
    p, method = options.tested(tables)
    warnings = np.where(np.isnan(p), f"{NO_TEST}: nothing differs", "").astype(object)
    texts = p_value_texts(p, (options.display or given.display).p)
    return Stat("p", options.known_lines()["p"].label, p, texts, method, options.said_of_test, warnings)


def with_halves_said(found: pd.DataFrame) -> pd.DataFrame:
    """Common estimates with a warning where half a count was added to strata, as SAS says beside them."""
    halves = "strata with a count of 0, 1/2 added to each cell: " + found["n_corrected"].astype(str).astype(object)
    return found.assign(warning=np.where(found["n_corrected"] > 0, halves, ""))


def count_pair_results(given: Given, options: CategoryOptions, each: PlacedPairs, stats: list[Stat]) -> pd.DataFrame:
    """Results of comparisons of one depth: they stand in the column of the first of each pair."""
    cells = given.cells
    names = each.counts.names(len(cells.groups) + 1)
    spread = {
        name: value if isinstance(value, str) else np.asarray(value)[each.row * given.columns]
        for name, value in names.items()
    }
    rows = cell_results(cells, each.codes, stats, **spread)
    made = behind_pairs(given, options, each)
    return rows.assign(**{name: np.repeat(texts, len(stats)) for name, texts in made.items()})

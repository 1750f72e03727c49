"""Overall: tests of all columns together, and where in the table their result stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, Ints, Level, Texts, coded, level_condition
from adamline.analyses.display import p_value_texts
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.records import Records, has_value
from adamline.analyses.repeated import repeated_subjects
from adamline.errors import DataError, nearest
from adamline.results.check_warnings import NO_TEST


class OverallOptions(LeafOptions):
    """Options of a test of all columns: ``column`` names the one that shows it, else one beside the others does."""

    column: str | None = None
    statistics: tuple[str | LineOptions, ...] = ("p",)

    known: ClassVar[Collection[str]] = ("p",)

    def known_lines(self) -> Mapping[str, Line]:
        """The p-value."""
        return {"p": Line("p-value", "{p}")}


@dataclass(frozen=True)
class Samples:
    """The records in columns of one treatment: their places, the column and the block of each."""

    place: Ints
    column: Ints
    block: Ints


def single_cells(given: Given) -> Cells:
    """The cells with the records of columns that hold one treatment alone, so that nobody is in two.

    DataError where the table has no columns.
    """
    single = single_columns(given)
    return given.cells.only(np.isin(given.cells.code % given.columns, single))


def single_columns(given: Given) -> Ints:
    """The places of the columns that hold one treatment alone; DataError where the table has no columns."""
    if not given.has_columns:
        raise DataError("A comparison needs columns.", hint="give the table `columns`")
    levels = given.cells.groups[-1].levels
    return np.flatnonzero([len(level.members) == 1 for level in levels])


def samples_of(given: Given) -> Samples:
    """The records to compare: those of columns that hold one treatment; DataError where the table has no columns."""
    cells = single_cells(given)
    block, column = np.divmod(cells.code, given.columns)
    return Samples(cells.record, column, block)


def stratum_codes(records: Records, strata: Sequence[str]) -> Ints:
    """One code for each combination of the strata's variables, -1 where one is missing."""
    codes = np.zeros(records.count, dtype=np.int64)
    missing = np.zeros(records.count, dtype=bool)
    for name in strata:
        values = coded(records, name)
        codes = codes * len(values.texts) + values.wide
        missing |= values.codes < 0
    return np.where(missing, -1, codes)


def overall_results(
    given: Given, options: OverallOptions, stats: list[Stat], *more: str | Texts, **columns: Any
) -> pd.DataFrame:
    """Results of each block: in the column that the options name, else of no column. DataError for one there is not."""
    codes = np.arange(given.blocks, dtype=np.int64)
    at = codes * given.columns + column_place(given, options.column)
    rows = cell_results(given.cells, at, stats, **columns)
    if options.column is None:
        rows = rows.assign(group1="", group1_level="")
    where = block_conditions(given, codes, *more, _of_strata(options))
    return rows.assign(where=np.repeat(where, len(stats)))


def column_place(given: Given, column: str | None) -> int:
    """The place of the column that shows the result, the first for none; DataError for one that there is not."""
    names = list(given.cells.groups[-1].names)
    if column is not None and column not in names:
        raise DataError(f"No column is {column}.", hint=nearest(column, names))
    return names.index(column) if column is not None else 0


def block_conditions(given: Given, codes: Ints, *more: str | Texts) -> Texts:
    """What selects the records of blocks of rows in the columns that hold one treatment, and ``more``."""
    cells = given.cells
    blocks = Cells(cells.records, cells.groups[:-1], cells.record, cells.code // given.columns)
    return blocks.conditions(codes, _of_single_columns(cells), *more)


def _of_single_columns(cells: Cells) -> str:
    """The condition that a record stands in a column that holds one treatment."""
    group = cells.groups[-1]
    single = tuple(level.members[0] for level in group.levels if len(level.members) == 1)
    is_number = cells.records.is_number(group.variable)
    return str(level_condition(group.variable, Level("", single), is_number=is_number)) if single else ""


def _of_strata(options: OverallOptions) -> str:
    """The condition that a record has a stratum."""
    strata: Sequence[str] = getattr(options, "strata", None) or ()
    return " and ".join(str(has_value(name)) for name in strata)


def repeated_in_blocks(given: Given, variable: str) -> Texts:
    """A warning for each block in which a subject has several values in a column of one treatment."""
    cells = single_cells(given)
    repeated = repeated_subjects(cells, variable).reshape(given.blocks, given.columns)
    first = (repeated != "").argmax(axis=1)
    found: Texts = repeated[np.arange(given.blocks), first]
    return found


def without_stratum(given: Given, strata: Sequence[str] | None) -> Texts:
    """A warning for each block with records that are left out, since they have no stratum."""
    if not strata:
        return np.full(given.blocks, "", dtype=object)
    samples = samples_of(given)
    lacks = stratum_codes(given.cells.records, strata)[samples.place] < 0
    counts = np.bincount(samples.block[lacks], minlength=given.blocks)
    said = f"records left out, without {', '.join(strata)}: " + counts.astype(str).astype(object)
    return np.where(counts > 0, said, "").astype(object)


def p_stat(given: Given, options: LeafOptions, p: Floats, method: str, said: str, why: str = "nothing differs") -> Stat:
    """The p-value of each block as a statistic; a missing one has a note."""
    warnings = np.where(np.isnan(p), f"{NO_TEST}: {why}", "").astype(object)
    texts = p_value_texts(p, (options.display or given.display).p)
    return Stat("p", "p-value", p, texts, method, said, warnings)

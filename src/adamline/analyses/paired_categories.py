"""Paired categories: two categories of each record, such as before and after or of two raters, counted in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import field_validator

from adamline.analyses.cells import Ints, Level, Texts, coded
from adamline.analyses.leaf import Given, LeafOptions, Stat, cell_results, with_warnings
from adamline.analyses.levels import levels_of_both
from adamline.analyses.records import Records, has_value, require_columns
from adamline.analyses.repeated import repeated_subjects
from adamline.errors import DataError, Place
from adamline.spec.types import Distinct, VariableName


class PairedOptions(LeafOptions):
    """Options of a comparison of two categories of a record: the other one is ``paired``.

    ``levels`` are the categories of both in order, also those that nobody has; without them those of the data.
    """

    paired: VariableName
    levels: Distinct[str] | None = None

    @field_validator("levels")
    @classmethod
    def _two(cls, levels: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if levels is not None and len(levels) < 2:
            raise ValueError("list two or more")
        return levels


@dataclass(frozen=True)
class Pairs:
    """Counts of pairs, (cells, categories, categories): those of ``paired`` in columns; and the categories in order."""

    tables: Ints
    levels: tuple[str, ...]


def count_paired(given: Given, of: str, options: PairedOptions) -> Pairs:
    """The pairs of categories of each cell; a record that lacks one of the two is left out.

    There are two categories at least, of which some may be nobody's. DataError for variables that are not there, and
    for values that are none of ``levels``.
    """
    cells, other = given.cells, options.paired
    require_columns(cells.records, (of, other))
    levels = _levels(cells.records, of, other) if options.levels is None else tuple(map(Level.of, options.levels))
    names = pd.Index([level.name for level in levels], dtype=object)
    codes = []
    for name in (of, other):
        values = coded(cells.records, name)
        known = names.get_indexer(pd.Index(values.texts, dtype=object))
        unknown = values.texts[known < 0]
        if len(unknown):
            raise DataError(
                f"{name} has values that are none of the levels.",
                place=Place(dataset=cells.records.dataset.name, variable=name),
                expected=", ".join(names),
                found=", ".join(map(str, unknown[:5])),
            )
        codes.append(np.append(known, -1)[values.codes][cells.record])
    has = (codes[0] >= 0) & (codes[1] >= 0)
    size = max(2, len(names))
    index = (cells.code[has] * size + codes[0][has]) * size + codes[1][has]
    tables = np.bincount(index, minlength=cells.size * size**2).reshape(cells.size, size, size)
    return Pairs(tables, tuple(names))


def _levels(records: Records, of: str, other: str) -> tuple[Level, ...]:
    """The categories that either variable has, in order."""
    if records.is_number(of) != records.is_number(other):
        raise DataError(
            f"{of} and {other} are not of one kind.",
            place=Place(dataset=records.dataset.name, variable=of),
            expected="two texts, or two numbers",
        )
    return levels_of_both(records, of, other)


def paired_results(given: Given, of: str, options: PairedOptions, stats: Sequence[Stat]) -> pd.DataFrame:
    """Results of each cell, with the condition that selects its pairs; a warning where a subject has several."""
    cells = given.cells
    codes = np.arange(cells.size, dtype=np.int64)
    where: Texts = cells.conditions(codes, str(has_value(of)), str(has_value(options.paired)))
    warned = with_warnings(stats, repeated_subjects(cells, of, options.paired))
    return cell_results(cells, codes, warned, variable=of).assign(where=np.repeat(where, len(stats)))

"""Behind pairs: the records of both columns of a comparison of counts, and whom they are a part of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.analyses.behind_counts import denominators, whom_of, whom_of_values
from adamline.analyses.categories import CategoryOptions
from adamline.analyses.cells import Ints, Texts, joined, place_records
from adamline.analyses.counted import Counted
from adamline.analyses.leaf import Given
from adamline.analyses.pairs import pair_conditions
from adamline.analyses.records import has_value


@dataclass(frozen=True)
class PlacedPairs:
    """The columns to compare in each category of one depth: its row of ``counts``, and the cells of the two columns.

    That of the column stands first, then that of the reference.
    """

    counts: Counted
    row: Ints
    pairs: Ints

    @property
    def codes(self) -> Ints:
        """The cell in which each result stands."""
        return self.pairs[:, 0]

    @property
    def at(self) -> Ints:
        """The places of both among the counts."""
        columns = self.counts.placed.columns
        return self.row[:, np.newaxis] * columns + self.pairs % columns


def behind_pairs(given: Given, options: CategoryOptions, each: PlacedPairs) -> dict[str, Texts]:
    """The columns of results that select what is behind each comparison."""
    cells, placed = given.cells, each.counts.placed
    paths = each.counts.paths[each.row]
    base = pair_conditions(cells, each.pairs)
    levels = [placed.level_conditions(number)[paths[:, number + 1]] for number in range(paths.shape[1] - 1)]
    where = joined([base, *levels, placed.met], len(base))
    return {
        "where": where,
        "whom": whom_of(placed, options, base, paths),
        "denominator": _denominator(given, options, each, levels, base),
    }


def _denominator(given: Given, options: CategoryOptions, each: PlacedPairs, levels: list[Texts], base: Texts) -> Texts:
    """The subjects of both columns: as those of one column, see `counted`."""
    placed, paths = each.counts.placed, each.counts.paths[each.row]
    own = placed.cells.records.dataset.name
    if options.denominator == "above" and len(levels) > 1:
        outer = joined([base, *levels[:-1], placed.met], len(base))
        return denominators(own, outer, whom_of(placed, options, base, paths[:, :-1]))
    if options.denominator == "values" or given.subjects is None:
        has = placed.groups and options.denominator == "values"
        of_values = joined([base, str(has_value(placed.groups[0].variable))], len(base)) if has else base
        return denominators(own, of_values, whom_of_values(placed, options, base))
    subjects, pairs = given.subjects, each.pairs % given.columns
    if options.denominator == "subgroup":
        subjects, pairs = place_records(subjects.records, (*given.cells.groups[:-1], *subjects.groups)), each.pairs
    return denominators(subjects.records.dataset.name, pair_conditions(subjects, pairs))

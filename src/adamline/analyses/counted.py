"""Counted: how many subjects and events have each category, and how many subjects that is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.behind_counts import whom_of, whom_of_values
from adamline.analyses.categories import CategoryOptions, Placed, only, place_categories
from adamline.analyses.cells import Ints, Texts, distinct, joined, place_records
from adamline.analyses.leaf import Given
from adamline.analyses.records import SUBJECT


@dataclass(frozen=True)
class Counted:
    """The counts of the categories of one depth; arrays have a number for each row of ``paths`` and each column.

    ``paths`` has the block and the codes of the categories of each row, from the outermost in. ``n`` are subjects,
    ``events`` records, ``total`` those of whom n is a part; ``where`` and ``total_where`` select them, of subjects
    within the limits ``whom`` and ``total_whom``, the latter from the dataset ``total_of``.
    """

    placed: Placed
    paths: Ints
    n: Ints
    events: Ints
    total: Ints
    where: Texts
    total_where: Texts
    total_of: str
    whom: Texts
    total_whom: Texts

    @property
    def codes(self) -> Ints:
        """The cell of each count."""
        return _cells(self.placed, self.paths)

    def names(self, first: int) -> dict[str, object]:
        """The columns of results that name the categories: outer ones as groups from number ``first`` on."""
        levels = [
            self.placed.groups[number].names[np.repeat(self.paths[:, number + 1], self.placed.columns)]
            for number in range(self.paths.shape[1] - 1)
        ]
        if not levels:
            return {"variable": SUBJECT, "variable_level": ""}
        names: dict[str, object] = {}
        for number, outer in enumerate(levels[:-1]):
            names[f"group{first + number}"] = self.placed.groups[number].variable
            names[f"group{first + number}_level"] = outer
        return {**names, "variable": self.placed.groups[len(levels) - 1].variable, "variable_level": levels[-1]}


def counted(given: Given, options: CategoryOptions) -> Iterator[Counted]:
    """The counts of each depth of the categories, the outermost first; of subjects alone where there are none.

    A subject counts once in each category of the first variable, once in each of the second within it, and so on. A
    category of the first stands in all blocks of the rows where it stands in one, an inner one where it is. The order
    of the records does not matter. DataError for variables that are not there.
    """
    placed = place_categories(given, options)
    for depth in range(1, len(placed.groups) + 1) if placed.groups else (0,):
        yield _of_paths(given, options, placed, _paths(placed, options, depth))


def counted_like(given: Given, options: CategoryOptions, counts: Counted) -> Counted:
    """The counts of the same categories among other records and subjects, such as those of a stratum."""
    return _of_paths(given, options, place_categories(given, options), counts.paths)


def counted_over(given: Given, options: CategoryOptions, *numbers: int) -> Counted:
    """The counts by some of the variables of an innermost count, over the others: sums of what that shows.

    ``numbers`` are the places of the variables. Where records without a category are dropped, those that lack one of
    the others are dropped too; the subjects that n is a part of stay those of the innermost count.
    """
    placed = place_categories(given, options)
    drops = options.missing == "drop"
    shown = only(placed, ~left_out(placed)) if drops else placed
    part, whole = (
        replace(each, codes=tuple(each.codes[n] for n in numbers), groups=tuple(each.groups[n] for n in numbers))
        for each in (shown, placed)
    )
    paths = _paths(part, options, len(numbers))
    counts = _of_paths(given, options, part, paths)
    total, total_where, total_of, total_whom = _totals(given, options, whole, paths)
    others = [name for number, name in enumerate(options.variables) if drops and number not in numbers]
    where = joined([counts.where, *(f"{name} is not missing" for name in others)], len(counts.where))
    return replace(counts, where=where, total=total, total_where=total_where, total_of=total_of, total_whom=total_whom)


def _of_paths(given: Given, options: CategoryOptions, placed: Placed, paths: Ints) -> Counted:
    path = path_of(placed, paths)
    shown = path >= 0
    size = len(paths) * placed.columns
    cell = path * placed.columns + placed.column
    n = placed.distinct(cell, shown, size)
    events = np.bincount(cell[shown], minlength=size)
    total, total_where, total_of, total_whom = _totals(given, options, placed, paths)
    where, whom = _conditions(placed, paths), _whom(placed, options, paths)
    return Counted(placed, paths, n, events, total, where, total_where, total_of, whom, total_whom)


def path_of(placed: Placed, paths: Ints) -> Ints:
    """The row of ``paths`` that each place is counted in, -1 for none."""
    depth = paths.shape[1] - 1
    known = _keys(placed, list(paths.T))
    found = pd.Index(known).get_indexer(pd.Index(_keys(placed, [placed.block, *placed.codes[:depth]])))
    return np.where(placed.is_counted, found, -1).astype(np.int64)


def _sizes(placed: Placed, depth: int) -> list[int]:
    return [placed.blocks, *(len(group.levels) for group in placed.groups[:depth])]


def _keys(placed: Placed, codes: list[Ints]) -> Ints:
    """One code for each combination of a block and categories."""
    key = np.zeros(len(codes[0]), dtype=np.int64)
    for size, code in zip(_sizes(placed, len(codes) - 1), codes, strict=True):
        key = key * size + code
    return key


def _paths(placed: Placed, options: CategoryOptions, depth: int) -> Ints:
    """Each block with categories to count, as rows of codes in order."""
    sizes = _sizes(placed, depth)
    key = _keys(placed, [placed.block, *placed.codes[:depth]])
    inside = np.ones(len(key), dtype=bool)
    if options.missing == "drop":
        for number in range(depth):
            inside &= ~placed.is_missing(number)[placed.codes[number]]
    present = _present(placed, options, depth, key[inside], sizes)
    return np.column_stack(np.unravel_index(present, sizes)).astype(np.int64).reshape(len(present), len(sizes))


def _present(placed: Placed, options: CategoryOptions, depth: int, key: Ints, sizes: list[int]) -> Ints:
    """The blocks and categories to count, as codes in order: of a first one those of ``levels``, else those found.

    An inner one is counted where it is, or in each outer one where the options cross them.
    """
    if depth == 0:
        return np.arange(placed.blocks, dtype=np.int64)
    if depth > 1 and not options.is_crossed:
        if options.levels is None or depth < len(placed.groups):
            return distinct(key)
        listed = np.flatnonzero(~placed.is_missing(-1))
        in_outer = (distinct(key // sizes[-1])[:, np.newaxis] * sizes[-1] + listed).ravel()
        return np.union1d(in_outer, distinct(key)).astype(np.int64)
    present = np.arange(placed.blocks, dtype=np.int64)
    for number, codes in enumerate(np.unravel_index(key, sizes)[1:]):
        found = distinct(codes)
        if options.levels is not None and (options.is_crossed or number == len(placed.groups) - 1):
            found = np.union1d(found, np.flatnonzero(~placed.is_missing(number)))
        if options.missing == "show":
            found = np.union1d(found, np.flatnonzero(placed.is_missing(number)))
        present = (present[:, np.newaxis] * sizes[number + 1] + found).ravel().astype(np.int64)
    return present


def _totals(given: Given, options: CategoryOptions, placed: Placed, paths: Ints) -> tuple[Ints, Texts, str, Texts]:
    """The denominator of each path and column, the conditions that select it, from which dataset, of which subjects."""
    own = placed.cells.records.dataset.name
    codes, depth = _cells(placed, paths), paths.shape[1] - 1
    if options.denominator == "above" and depth > 1:
        above = np.unique(paths[:, :depth], axis=0)
        of_above = path_of(placed, above)
        n = placed.distinct(of_above * placed.columns + placed.column, of_above >= 0, len(above) * placed.columns)
        row = pd.MultiIndex.from_arrays(list(above.T)).get_indexer(pd.MultiIndex.from_arrays(list(paths[:, :depth].T)))
        at = np.repeat(row, placed.columns) * placed.columns + codes % placed.columns
        return n[at], _conditions(placed, above)[at], own, _whom(placed, options, above)[at]
    if options.denominator == "values" or given.subjects is None:
        has_value = np.ones(len(placed.block), dtype=bool)
        more = []
        if placed.groups and options.denominator == "values":
            has_value = ~placed.is_missing(0)[placed.codes[0]]
            more = [f"{placed.groups[0].variable} is not missing"]
        n = placed.distinct(placed.block * placed.columns + placed.column, has_value, placed.blocks * placed.columns)
        whom = whom_of_values(placed, options, placed.cells.conditions(codes))
        return n[codes], placed.cells.conditions(codes, *more), own, whom
    subjects, at = given.subjects, codes % placed.columns
    if options.denominator == "subgroup":
        subjects, at = place_records(subjects.records, (*placed.cells.groups[:-1], *subjects.groups)), codes
    n = np.bincount(subjects.code, minlength=subjects.size)
    nothing = np.full(len(at), "", dtype=object)
    return n[at], subjects.conditions(at), subjects.records.dataset.name, nothing


def _cells(placed: Placed, paths: Ints) -> Ints:
    return np.repeat(paths[:, 0], placed.columns) * placed.columns + np.tile(np.arange(placed.columns), len(paths))


def _conditions(placed: Placed, paths: Ints) -> Texts:
    """The condition behind each path and column."""
    more = [
        placed.level_conditions(number)[np.repeat(paths[:, number + 1], placed.columns)]
        for number in range(paths.shape[1] - 1)
    ]
    return placed.cells.conditions(_cells(placed, paths), *more, placed.met)


def _whom(placed: Placed, options: CategoryOptions, paths: Ints) -> Texts:
    """The limits on the subjects behind each path and column."""
    base = placed.cells.conditions(_cells(placed, paths))
    return whom_of(placed, options, base, np.repeat(paths, placed.columns, axis=0))


def left_out(placed: Placed) -> npt.NDArray[np.bool_]:
    """Whether each place lacks one of the categories."""
    missing = np.zeros(len(placed.block), dtype=bool)
    for number, codes in enumerate(placed.codes):
        missing |= placed.is_missing(number)[codes]
    return missing

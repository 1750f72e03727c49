"""Cells: which records stand in which cell of a table, and the condition that selects those of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.records import Records, equals, is_one_of, require_columns
from adamline.analyses.whole import Coded
from adamline.condition.tree import Comparison, Condition, In, Number, Operator, Or, VariableRef
from adamline.errors import DataError

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

# More cells than a page of results could ever show: a grouping by subject, most likely.
MOST_CELLS = 20_000_000


@dataclass(frozen=True)
class Level:
    """One level of a grouping: its name in results, and the stored values that it holds, several where it pools."""

    name: str
    members: tuple[str, ...]

    @classmethod
    def of(cls, value: str) -> Level:
        """The level that holds one value and has its name."""
        return cls(value, (value,))


@dataclass(frozen=True)
class Group:
    """A grouping of records: the variable, and its levels in order. A number is known by its shortest text."""

    variable: str
    levels: tuple[Level, ...]

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """Every stored value that a level holds, once."""
        return tuple(dict.fromkeys(value for level in self.levels for value in level.members))

    @property
    def size(self) -> int:
        """The number of levels."""
        return len(self.levels)

    @property
    def whole(self) -> Level:
        """The level that holds every value of the others."""
        return Level(self.variable, self.stored)

    @cached_property
    def names(self) -> Texts:
        """The names of the levels."""
        return np.array([level.name for level in self.levels], dtype=object)

    def place(self, coded: Coded) -> tuple[Ints, Ints]:
        """Positions of values, and the codes of the levels that hold them: one of several levels stands several times.

        >>> two = Group("ARM", (Level.of("A"), Level.of("B"), Level("Total", ("A", "B"))))
        >>> [part.tolist() for part in two.place(Coded(np.array([1, 0, 2]), np.array(["A", "B", "C"], dtype=object)))]
        [[1, 0, 0, 1], [0, 1, 2, 2]]
        """
        known = pd.Index(self.stored, dtype=object).get_indexer(pd.Index(coded.texts, dtype=object))
        codes = np.append(known, -1)[coded.codes]
        holds = np.array([[value in level.members for value in self.stored] for level in self.levels], dtype=bool)
        if holds.size and (holds.sum(axis=0) == 1).all():
            inside = np.flatnonzero(codes >= 0)
            return inside, holds.argmax(axis=0)[codes[inside]].astype(np.int64)
        of_level = [np.flatnonzero((codes >= 0) & held[codes]) for held in holds] if len(self.stored) else []
        if not of_level:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        return np.concatenate(of_level), np.repeat(np.arange(len(of_level)), list(map(len, of_level)))

    def conditions(self, *, is_number: bool) -> list[str]:
        """The condition of each level, as text."""
        return [str(level_condition(self.variable, level, is_number=is_number)) for level in self.levels]


def level_condition(variable: str, level: Level, *, is_number: bool = False) -> Condition:
    """The condition that a variable has one of the values of a level."""
    if not is_number:
        return equals(variable, level.members[0]) if len(level.members) == 1 else is_one_of(variable, level.members)
    numbers = tuple(Number(float(value)) for value in level.members)
    if len(numbers) == 1:
        return Comparison(VariableRef(variable), Operator.EQ, numbers[0])
    return In(VariableRef(variable), numbers)


def coded(records: Records, variable: str) -> Coded:
    """The values of a variable as groupings know them: text as it is, a number as its shortest text.

    DataError for a variable that is not there, and for dates and times.
    """
    require_columns(records, (variable,))
    if variable not in records.coded:
        records.coded[variable] = records.whole.coded(variable).take(records.places)
    return records.coded[variable]


@dataclass(frozen=True)
class Cells:
    """Records in cells: ``record`` has positions in the frame, ``code`` the cell of each.

    The last of ``groups`` varies fastest. A record stands in several cells where levels pool.
    """

    records: Records
    groups: tuple[Group, ...]
    record: Ints
    code: Ints

    @property
    def shape(self) -> tuple[int, ...]:
        """How many levels each group has."""
        return tuple(len(group.levels) for group in self.groups)

    @property
    def size(self) -> int:
        """The number of cells."""
        return int(np.prod(self.shape, dtype=np.int64))

    def values(self, variable: str) -> pd.Series:
        """The values of a variable, one for each place."""
        require_columns(self.records, (variable,))
        return self.records.column(variable).take(self.record)

    def only(self, kept: npt.NDArray[np.bool_]) -> Cells:
        """The same cells with some of the places."""
        return Cells(self.records, self.groups, self.record[kept], self.code[kept])

    def levels(self, codes: npt.ArrayLike) -> list[Ints]:
        """For each group the position of the level, of each of these cells."""
        return list(np.unravel_index(np.asarray(codes, dtype=np.int64), self.shape)) if self.groups else []

    def code_level(self, group: int) -> Texts:
        """The level that each cell has of one of the groups."""
        return self.groups[group].names[self.levels(np.arange(self.size))[group]]

    def group_columns(self, codes: npt.ArrayLike, first: int = 1) -> dict[str, object]:
        """The columns of results that name groups and levels of these cells: the last group first, then the others."""
        levels = self.levels(codes)
        ordered = [*range(len(self.groups))[-1:], *range(len(self.groups) - 1)]
        columns: dict[str, object] = {}
        for number, index in enumerate(ordered, start=first):
            columns[f"group{number}"] = self.groups[index].variable
            columns[f"group{number}_level"] = self.groups[index].names[levels[index]]
        return columns

    def conditions(self, codes: npt.ArrayLike, *more: str | Texts) -> Texts:
        """The condition behind each of these cells, as text; ``more`` are conditions to add, one or one a cell."""
        levels = self.levels(codes)
        parts: list[str | Texts] = [_bracketed(self.records.condition)]
        for group, level in zip(self.groups, levels, strict=True):
            conditions = group.conditions(is_number=self.records.is_number(group.variable))
            parts.append(np.array(conditions, dtype=object)[level])
        return joined([*parts, *more], len(np.asarray(codes)))


def _bracketed(condition: Condition | None) -> str:
    text = "" if condition is None else str(condition)
    return f"({text})" if isinstance(condition, Or) else text


def joined(parts: Sequence[str | Texts], count: int) -> Texts:
    """Conditions that must all be true, as ``count`` texts; blank ones are left out.

    >>> joined(["A = 1", np.array(["", "B = 2"], dtype=object)], 2).tolist()
    ['A = 1', 'A = 1 and B = 2']
    """
    text = np.full(count, "", dtype=object)
    for part in parts:
        if isinstance(part, str) and not part:
            continue
        given = np.full(count, part, dtype=object) if isinstance(part, str) else part
        between = np.where((text != "") & (given != ""), " and ", "").astype(object)
        text = text + between + given
    return text


def distinct(codes: Ints) -> Ints:
    """The different codes, in order; where they are few of many, several times as fast as `np.unique`.

    >>> distinct(np.array([2, 0, 2])).tolist()
    [0, 2]
    """
    return np.sort(pd.unique(codes))


def place_records(records: Records, groups: Sequence[Group]) -> Cells:
    """Put records into the cells that groups make; one that a group has no level for stands nowhere.

    DataError for variables that are not there or cannot be grouped by, and for cells beyond all reason.
    """
    record = np.arange(records.count, dtype=np.int64)
    code = np.zeros(len(record), dtype=np.int64)
    cells = Cells(records, tuple(groups), record, code)
    if cells.size > MOST_CELLS:
        names = " x ".join(f"{len(group.levels)} of {group.variable}" for group in groups)
        raise DataError("A table has too many cells.", expected=f"at most {MOST_CELLS:,}", found=names)
    for group in groups:
        positions, levels = group.place(coded(records, group.variable).take(record))
        record, code = record[positions], code[positions] * len(group.levels) + levels
    return Cells(records, tuple(groups), record, code)

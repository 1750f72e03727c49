"""Whole: a dataset of which each column is made ready once, for all conditions, analyses and outputs that read it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import Rows, Selection
from adamline.condition.tree import Condition, variables_of
from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind
from adamline.standards.rounding import format_shortest


@dataclass(frozen=True)
class Coded:
    """Values of a variable: a code for each, -1 where it is missing or blank, and the text that a code stands for.

    There may be texts that no code stands for. Codes of a whole dataset have few bytes: `take` gives room to count in.
    """

    codes: npt.NDArray[np.signedinteger[Any]]
    texts: npt.NDArray[np.object_]

    def take(self, positions: npt.NDArray[np.int64] | None) -> Coded:
        """The values at these positions, or all."""
        codes = self.codes if positions is None else self.codes[positions]
        return Coded(codes.astype(np.int64), self.texts)

    @property
    def present(self) -> list[str]:
        """The texts that there are."""
        there = np.zeros(len(self.texts) + 1, dtype=bool)
        there[self.codes] = True
        return [str(text) for text in self.texts[there[:-1]]]


class NotReadError(Exception):
    """A variable is asked for that a dataset has, and that was not read: it is to be read as a whole."""

    def __init__(self, dataset: str, variable: str) -> None:
        """Name the dataset and the variable."""
        super().__init__(f"{variable} of {dataset} was not read.")
        self.dataset = dataset


class Whole:
    """All records of a dataset; what conditions and groupings need of its columns is made once and kept.

    Outputs that are given the same one share it, and so need its frame not to change. It holds no results of
    conditions, so it grows with the variables in use and not with the outputs. ``unread`` are variables that the
    dataset has in its file, and that were left there.
    """

    def __init__(self, dataset: Dataset, unread: frozenset[str] = frozenset()) -> None:
        self.dataset, self.unread = dataset, unread
        self._selection = Selection(dataset.frame)
        self._coded: dict[str, Coded] = {}
        self._named_by: dict[tuple[str, ...], bool] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Whole:
        """A copy of the dataset, of which nothing is made ready yet."""
        return Whole(copy.deepcopy(self.dataset, memo), self.unread)

    def rows(self, condition: Condition | str | None) -> Rows:
        """The records for which a condition is true, as `selected` has them; ConditionError as there."""
        if condition is not None and self.unread:
            condition = parse_condition(condition) if isinstance(condition, str) else condition
            for variable in variables_of(condition):
                self.has(variable)
        return self._selection.rows(condition)

    def coded(self, variable: str) -> Coded:
        """The values of a variable as groupings know them: text as it is, a number as its shortest text.

        DataError for a variable that is not there, and for dates and times.
        """
        if variable not in self._coded:
            self.has(variable)
            self._coded[variable] = _code(self.dataset, variable)
        return self._coded[variable]

    def has(self, variable: str) -> bool:
        """Whether there is such a variable; NotReadError where it was left in the file."""
        if variable in self.unread:
            raise NotReadError(self.dataset.name, variable)
        return variable in self.dataset.frame.columns

    def is_named_by(self, variables: tuple[str, ...]) -> bool:
        """Whether no two records have the same values of all these variables."""
        if variables not in self._named_by:
            self._named_by[variables] = _are_different([self.dataset.frame[name] for name in variables])
        return self._named_by[variables]


def _are_different(columns: Sequence[pd.Series]) -> bool:
    """Whether no two records have the same in all columns, missing being one value; in a few bytes a record."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    most = 1
    for column in columns:
        is_coded = isinstance(column.dtype, pd.CategoricalDtype)
        codes = column.cat.codes.to_numpy() if is_coded else pd.factorize(column)[0]
        size = int(codes.max(initial=-1)) + 2
        if most > np.iinfo(np.int64).max // size:
            key, distinct = pd.factorize(key)
            most = len(distinct)
        key *= size
        key += codes
        key += 1
        most *= size
    key.sort()
    return not (key[1:] == key[:-1]).any()


def _code(dataset: Dataset, variable: str) -> Coded:
    kind = dataset[variable].kind
    if kind not in (Kind.TEXT, Kind.NUMBER):
        place = Place(dataset=dataset.name, variable=variable)
        raise DataError(f"{variable} cannot be grouped by.", place=place, expected="text or numbers", found=f"a {kind}")
    codes, distinct = pd.factorize(dataset.frame[variable])
    values = np.asarray(distinct, dtype=np.float64 if kind is Kind.NUMBER else object)
    texts = format_shortest(values) if kind is Kind.NUMBER else values
    is_blank = np.array([not text.strip(" ") for text in texts], dtype=bool)
    if is_blank.any():
        codes = np.where(np.append(is_blank, True)[codes], -1, codes)
    return Coded(codes.astype(np.min_scalar_type(-len(texts) - 1)), texts)

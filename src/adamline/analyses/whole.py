"""Whole: a dataset of which each column is made ready once, for all conditions, analyses and outputs that read it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.left_out import LeftOut
from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import Rows, Selection
from adamline.condition.tree import Condition, variables_of
from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind
from adamline.standards.rounding import format_shortest


@dataclass(frozen=True)
class Coded:
    """Values of a variable: a code for each, -1 where it is missing or blank, and the text that a code stands for.

    There may be texts that no code stands for. Codes have few bytes, in which there is no room to count: `wide` has it.
    """

    codes: npt.NDArray[np.signedinteger[Any]]
    texts: npt.NDArray[np.object_]

    def take(self, positions: npt.NDArray[np.int64] | None) -> Coded:
        """The values at these positions, or all."""
        return self if positions is None else Coded(self.codes[positions], self.texts)

    @property
    def wide(self) -> npt.NDArray[np.int64]:
        """The codes as numbers to count with."""
        return self.codes.astype(np.int64)

    @property
    def present(self) -> list[str]:
        """The texts that there are."""
        there = np.zeros(len(self.texts) + 1, dtype=bool)
        there[self.codes] = True
        return [str(text) for text in self.texts[there[:-1]]]


class NotReadError(Exception):
    """Variables or records are asked for that a dataset has, and that were not read: it is to be read as a whole."""

    def __init__(self, dataset: str, what: str) -> None:
        """Name the dataset, and what of it is asked for."""
        super().__init__(f"{what} of {dataset} was not read.")
        self.dataset = dataset


class Whole:
    """All records of a dataset; what conditions and groupings need of its columns is made once and kept.

    Outputs that are given the same one share it, and so need its frame not to change. It holds no results of
    conditions, so it grows with the variables in use and not with the outputs. ``unread`` are variables that the
    dataset has in its file, and that were left there; ``left_out`` tells of records that were. Whoever asks for what
    was left gets NotReadError, never an answer that is of a part.
    """

    def __init__(self, dataset: Dataset, unread: frozenset[str] = frozenset(), left_out: LeftOut | None = None) -> None:
        self.dataset, self.unread, self.left_out = dataset, unread, left_out
        self._selection = Selection(dataset.frame)
        self._coded: dict[str, Coded] = {}
        self._named_by: dict[tuple[str, ...], bool] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Whole:
        """A copy of the dataset, of which nothing is made ready yet."""
        return Whole(copy.deepcopy(self.dataset, memo), self.unread, self.left_out)

    @property
    def count(self) -> int:
        """The number of records, read or not."""
        return self.left_out.records if self.left_out else len(self.dataset.frame)

    def require_read(self, where: str | None) -> None:
        """NotReadError where not every record was read that this condition selects."""
        if self.left_out and where not in self.left_out.read:
            raise NotReadError(self.dataset.name, f"What `{where}` selects" if where else "Some of the records")

    @cached_property
    def people(self) -> Whole:
        """The dataset, or the `LeftOut.people` of one of which records were left out."""
        if self.left_out is None:
            return self
        known = self.left_out.people
        return Whole(known, frozenset(map(str, self.dataset.frame.columns.difference(known.frame.columns))))

    def present(self, variable: str) -> list[str]:
        """The texts that a variable has on any record, read or not, as `coded` has them."""
        if self.left_out is None:
            return self.coded(variable).present
        if variable not in self.left_out.present:
            raise NotReadError(self.dataset.name, variable)
        return self.left_out.present[variable]

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
        if self.left_out:
            if variables in self.left_out.identities or self.left_out.keys <= {*variables}:
                return True
            raise NotReadError(self.dataset.name, f"{', '.join(variables)} of all records")
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

"""The variables of a dataset in the making: added records come to each of them when it is next read, not before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pandas as pd

from adamline.derive._new_records import missing_followed, values_followed
from adamline.study.belonging import PARAMCD, USUBJID, Belonging


class Columns:
    """The variables of the records so far, by name; a step is given those that it reads, and moves no other.

    A step that adds records gives a few variables their values. All others are as long as they were until they are
    read: only then have the new records what their subject and their parameter give, or nothing. So a variable that
    no step reads is put together once, however many steps add records.
    """

    def __init__(self, frame: pd.DataFrame, belonging: Belonging) -> None:
        self._columns = {str(name): column for name, column in frame.items()}
        self.index = frame.index
        self._belonging = belonging

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        """The number of records."""
        return len(self.index)

    def __getitem__(self, name: str) -> pd.Series:
        column = self._columns[name]
        if len(column) < len(self):
            column = self._columns[name] = self._grown(name, column)
        if column.index is not self.index:
            column = self._columns[name] = column.set_axis(self.index)
        return column

    def frame(self, names: Iterable[str]) -> pd.DataFrame:
        """A frame of these variables, which are shared and not copied."""
        return pd.DataFrame({name: self[name] for name in names}, index=self.index, copy=False)

    def whole(self) -> pd.DataFrame:
        """A frame of all variables."""
        return self.frame(list(self))

    def put(self, name: str, values: pd.Series) -> None:
        """Make a variable, or make it anew."""
        if name in (USUBJID, PARAMCD):
            self.whole()  # what has not come to added records belongs to these as they were
        self._columns[name] = values

    def drop(self, name: str) -> None:
        """Leave a variable behind, if it is there."""
        self._columns.pop(name, None)

    def keep(self, names: Collection[str]) -> None:
        """Leave all but these variables behind."""
        self._columns = {name: column for name, column in self._columns.items() if name in names}

    def add(self, made: pd.DataFrame, set_here: Collection[str], *, is_whole: bool) -> None:
        """Put records behind the others: ``made`` has all records, of the variables that the step was given.

        Of ``set_here`` the new records have what the step has set, whatever their parameter gives. Unless the step
        ``is_whole``, a variable that it gives no new record is as one that it was not given.
        """
        before, self.index = len(self), made.index
        given = {str(name): column for name, column in made.items() if is_whole or column.iloc[before:].notna().any()}
        # Subject and parameter are there before it is asked what belongs to them.
        self._columns |= given
        for name, column in given.items():
            values = column.iloc[before:]
            completed = self._belonging.completed(self, name, values, is_set=name in set_here)
            if completed is not values:
                self._columns[name] = values_followed(column.iloc[:before], completed)

    def _grown(self, name: str, column: pd.Series) -> pd.Series:
        """A variable to which its records that were added come."""
        given = self._belonging.given(self, name, len(column))
        if given is None:
            return missing_followed(column, len(self) - len(column))
        return values_followed(column, given)

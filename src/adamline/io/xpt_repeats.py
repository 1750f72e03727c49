"""Fields that seldom change from one record to the next, as those of a subject: encoded once a run of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable, category_codes
from adamline.io.xpt_fields import NumberField, Records, TextField, XptOptions, prepare_field, slot

Field = TextField | NumberField
NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
Bools = npt.NDArray[np.bool_]
# Under so many records nothing is won.
_FEW: Final = 4096
# A variable is looked at for runs where at most one record in so many begins one; neighbours are taken together while
# no more than one in so many begins one of theirs.
_OF_ONE, _OF_ALL = 6, 4


@dataclass(frozen=True)
class RepeatedFields:
    """Adjacent fields as one: ``table`` has their bytes for each run of records, ``run`` the run of each record."""

    table: npt.NDArray[np.void]
    run: npt.NDArray[np.intp]

    @property
    def length(self) -> int:
        """Bytes in a record."""
        return self.table.dtype.itemsize

    def put(self, records: Records, position: int, start: int, stop: int) -> None:
        """Fill the bytes of these fields in the records of these rows."""
        slot(records, position, self.length)[:] = self.table.take(self.run[start:stop])


@dataclass(frozen=True)
class Prepared:
    """All fields of a dataset: what fills the records, in their order; of each variable its length and loss.

    ``needed`` are the lengths that its values ask for, see `adamline.io.xpt_fields.TextField`.
    """

    pieces: tuple[Field | RepeatedFields, ...]
    lengths: tuple[int, ...]
    needed: tuple[int, ...]
    lost: tuple[int, ...]


def prepare_fields(dataset: Dataset, options: XptOptions, least: Mapping[str, int] = NOTHING) -> Prepared:
    """The fields of all variables, ready to be written; errors are those of `prepare_field`.

    ``least`` has by name lengths below which no field goes that is as long as its longest value.
    """
    pieces: list[Field | RepeatedFields] = []
    every: list[Field] = []
    for variables, starts in _groups(dataset):
        if starts is None:
            fields = [prepare_field(dataset, v, options, least.get(v.name, 1)) for v in variables]
            pieces += fields
        else:
            fields = _prepared_once(dataset, variables, starts, options, least)
            pieces.append(_repeated(fields, starts))
        every += fields
    lengths, needed, lost = (tuple(getattr(field, name) for field in every) for name in ("length", "needed", "lost"))
    return Prepared(tuple(pieces), lengths, needed, lost)


def _groups(dataset: Dataset) -> Iterator[tuple[list[Variable], Bools | None]]:
    """Neighbours that seldom change, with the records that begin their runs; each other variable alone, with None."""
    count = len(dataset.frame)
    together: list[Variable] = []
    starts: Bools | None = None
    for variable in dataset.variables:
        found = _starts(dataset.frame, variable) if count >= _FEW else None
        if found is None or np.count_nonzero(found) * _OF_ONE > count:
            if together:
                yield together, starts
                together, starts = [], None
            yield [variable], None
            continue
        both = found if starts is None else starts | found
        if together and np.count_nonzero(both) * _OF_ALL > count:
            yield together, starts
            together, both = [], found
        together.append(variable)
        starts = both
    if together:
        yield together, starts


def _starts(frame: pd.DataFrame, variable: Variable) -> Bools | None:
    """The records whose value differs from that of the one before; None where that is not seen at a glance."""
    starts = np.zeros(len(frame), dtype=np.bool_)
    starts[0] = True
    for name in (variable.name, variable.name + MISSING_SUFFIX):
        if name in frame.columns:
            values = _plain(frame[name])
            if values is None:
                return None
            starts[1:] |= values[1:] != values[:-1]
    return starts


def _plain(column: pd.Series[Any]) -> npt.NDArray[Any] | None:
    """Integers that are the same where the values are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return category_codes(column)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fmM" and column.dtype.itemsize == 8:
        return column.to_numpy().view(np.int64)
    return None


def _prepared_once(
    dataset: Dataset, variables: Sequence[Variable], starts: Bools, options: XptOptions, least: Mapping[str, int]
) -> list[Field]:
    """The fields of the records that begin a run; what is said of them counts all records."""
    rows = np.flatnonzero(starts)
    names = [c for v in variables for c in (v.name, v.name + MISSING_SUFFIX) if c in dataset.frame.columns]
    frame = pd.DataFrame({name: dataset.frame[name].array.take(rows) for name in names}, copy=False)
    first = replace(dataset, frame=frame, variables=tuple(variables))
    fields: list[Field] = []
    for variable in variables:
        try:
            field = prepare_field(first, variable, options, least.get(variable.name, 1))
        except DataError as error:
            raise _in_all(error, rows) from None
        if field.lost and variable.kind is not Kind.TEXT:
            field = replace(field, lost=prepare_field(dataset, variable, options).lost)
        fields.append(field)
    return fields


def _repeated(fields: Sequence[Field], starts: Bools) -> RepeatedFields:
    rows = np.flatnonzero(starts)
    positions = [0, *accumulate(field.length for field in fields)]
    records = np.empty((len(rows), positions[-1]), dtype=np.uint8)
    for field, position in zip(fields, positions, strict=False):
        try:
            field.put(records, position, 0, len(rows))
        except DataError as error:
            raise _in_all(error, rows) from None
    run: npt.NDArray[np.intp] = np.cumsum(starts) - 1
    return RepeatedFields(records.view(f"V{positions[-1]}").ravel(), run)


def _in_all(error: DataError, rows: npt.NDArray[np.intp]) -> DataError:
    """The error with the number that its record has among all."""
    if error.place.record is not None:
        error.place = replace(error.place, record=int(rows[error.place.record - 1]) + 1)
    return error

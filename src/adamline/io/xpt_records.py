"""Reads chosen records of a dataset in a transport file into columns, and counts what is odd about their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import FileFormatError, Place
from adamline.findings import Report
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.fixed_width import TextBlocks, text_blocks
from adamline.io.ibm import SPECIAL_MISSINGS, Codes, Floats, from_ibm, words_of
from adamline.io.oddities import Oddities, Oddity
from adamline.io.sas_dates import DEFAULT_FORMATS
from adamline.io.text_decoder import TextDecoder
from adamline.io.text_type import TextType
from adamline.io.xpt_members import Member

Rows = npt.NDArray[np.int64] | range
# Records are decoded in blocks that stay in the processor's cache.
_BLOCK_BYTES: Final = 1 << 21


class _NumberBlocks:
    """A numeric column in the making."""

    def __init__(self, count: int) -> None:
        self.numbers: Floats = np.empty(count, dtype=np.float64)
        self.missing: Codes | None = None
        self._filled = 0

    def add(self, fields: npt.NDArray[np.uint8]) -> None:
        """Take the next block: a row of bytes for each record."""
        values, codes = from_ibm(words_of(fields))
        begin, end = self._filled, self._filled + len(fields)
        self.numbers[begin:end] = values
        if codes is not None:
            if self.missing is None:
                self.missing = np.full(len(self.numbers), -1, dtype=np.int8)
            self.missing[begin:end] = codes
        self._filled = end


@dataclass(frozen=True)
class Field:
    """A variable to read and its bytes in a record."""

    variable: Variable
    position: int
    length: int


@dataclass(frozen=True)
class Plan:
    """What to read of which member, and how."""

    path: str
    member: Member
    fields: tuple[Field, ...]
    decoder: TextDecoder
    text: TextType

    def oddities(self) -> Oddities:
        """What is still to be counted."""
        return Oddities(Place(file=self.path, dataset=self.member.name))

    def report(self, odd: Oddities, report: Report) -> None:
        """All findings: of the headers, then of the values."""
        for finding in self.member.findings:
            report(finding)
        odd.report([field.variable for field in self.fields], report)

    def settled(self, handle: BufferedReader, odd: Oddities) -> Plan:
        """The plan in which the variables are what all records of the dataset allow them to be."""
        dated = replace(self, fields=tuple(field for field in self.fields if field.variable.kind in DEFAULT_FORMATS))
        if not dated.fields:
            return self
        most = max(_BLOCK_BYTES // self.member.record_length, 1)
        for start in range(0, self.member.records, most):
            dated.read(handle, range(start, min(start + most, self.member.records)), odd)
        return replace(self, fields=tuple(replace(f, variable=odd.settled(f.variable)) for f in self.fields))

    def read(self, handle: BufferedReader, rows: Rows, odd: Oddities) -> Dataset:
        """The records of these ascending numbers, counted from 0."""
        blocks = [self._blocks(field, rows) for field in self.fields]
        for records in self._records(handle, rows) if blocks else ():
            for field, block in zip(self.fields, blocks, strict=True):
                block.add(_cut(records, field.position, field.length))
        columns: dict[str, Any] = {}
        variables = []
        for field, block in zip(self.fields, blocks, strict=True):
            name, variable = field.variable.name, field.variable
            if not isinstance(block, _NumberBlocks):
                columns[name] = block.finish()
                if block.zeros[0]:
                    odd.add(name, Oddity.ZERO_BYTES, block.zeros[0], int(rows[block.zeros[1]]) + 1)
            else:
                variable, columns[name] = odd.dated(variable, block.numbers, rows)
                if block.missing is not None:
                    columns[name + MISSING_SUFFIX] = pd.Categorical.from_codes(
                        block.missing, pd.Index(list(SPECIAL_MISSINGS))
                    )
            variables.append(variable)
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
        return Dataset(self.member.name, frame, tuple(variables), self.member.label)

    def _blocks(self, field: Field, rows: Rows) -> TextBlocks | _NumberBlocks:
        if field.variable.kind is Kind.TEXT:
            return text_blocks(self.text, self.decoder, lambda row: self._place(field, int(rows[row])))
        return _NumberBlocks(len(rows))

    def _records(self, handle: BufferedReader, rows: Rows) -> Iterator[npt.NDArray[np.uint8]]:
        """The records in blocks; the array is used again for the next block."""
        length = self.member.record_length
        most = max(_BLOCK_BYTES // length, 1)
        if isinstance(rows, range):
            spans = [(start, min(start + most, rows.stop)) for start in range(rows.start, rows.stop, most)]
            picks: Iterable[npt.NDArray[np.int64] | None] = [None] * len(spans)
        else:
            # Neighbours are read together, with what lies between them.
            cuts = np.flatnonzero(np.diff(rows // most)) + 1
            groups = np.split(rows, cuts) if len(rows) else []
            spans = [(int(group[0]), int(group[-1]) + 1) for group in groups]
            picks = [group - group[0] if len(group) <= group[-1] - group[0] else None for group in groups]
        buffer = np.empty((max((stop - start for start, stop in spans), default=0), length), dtype=np.uint8)
        for (start, stop), picked in zip(spans, picks, strict=True):
            records = buffer[: stop - start]
            handle.seek(self.member.offset + start * length)
            if handle.readinto(records.data.cast("B")) != records.nbytes:
                raise FileFormatError(
                    "The file became shorter while it was read.",
                    place=Place(file=self.path, byte=self.member.offset + start * length, dataset=self.member.name),
                )
            yield records if picked is None else records[picked]

    def _place(self, field: Field, row: int) -> Place:
        """The place of a field in a record, counted from 0, and its first byte in the file."""
        byte = self.member.offset + row * self.member.record_length + field.position
        return Place(file=self.path, byte=byte, dataset=self.member.name, variable=field.variable.name, record=row + 1)


def _cut(records: npt.NDArray[np.uint8], position: int, length: int) -> npt.NDArray[np.uint8]:
    """A copy of one field of all records; as one item of ``length`` bytes a record, which NumPy copies fastest."""
    count, record = records.shape
    field = np.ndarray(count, dtype=f"V{length}", buffer=records, offset=position, strides=(record,))
    return field.copy().view(np.uint8).reshape(count, length)

"""Reads datasets from SAS transport files, version 5 or 8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.fixed_width import TextBlocks, text_blocks
from adamline.io.ibm import SPECIAL_MISSINGS, Codes, Floats, from_ibm, words_of
from adamline.io.sas_dates import from_sas
from adamline.io.text_decoder import TextDecoder
from adamline.io.text_type import TextType
from adamline.io.xpt_members import Member, find_members

__all__ = ["Member", "Rows", "TextType", "iter_xpt", "read_xpt", "read_xpt_members"]

Rows = npt.NDArray[np.int64]
# Records are decoded in blocks that stay in the processor's cache.
_BLOCK_BYTES: Final = 1 << 21


def read_xpt_members(path: Path | str, *, encoding: str = "ascii", fallback: str | None = None) -> tuple[Member, ...]:
    """Every dataset in a transport file: names, labels, times, variables, number of records; no record is decoded.

    ``Member.layout`` tells the version, 5 or 8. Version 8 keeps the number of records (some writers leave it out);
    in version 5 it follows from the size of the file: where a record is shorter than 80 bytes, all-blank records at
    the very end cannot be told from padding and are not counted (SAS itself loses them).

    Raises FileFormatError, with the byte, for a file that is no transport file (and says what it looks like), is from
    PROC CPORT, is truncated, or whose headers contradict each other or the length of the file; OSError for no file.
    """
    return find_members(path, TextDecoder(encoding, fallback))


def read_xpt(
    path: Path | str,
    *,
    member: str | Member | None = None,
    columns: Iterable[str] | None = None,
    rows: Rows | None = None,
    text: TextType = TextType.STR,
    encoding: str = "ascii",
    fallback: str | None = None,
    dates: bool = True,
) -> Dataset:
    """One dataset of a transport file.

    ``member`` names it, and may be left out where there is only one; one of `read_xpt_members` saves looking through
    the file for others. ``columns`` chooses variables and their order, ``rows`` records, by ascending number from 0: of
    the others nothing is decoded.

    - Text loses trailing blanks, keeps leading ones; blank text is missing. It must be in ``encoding``; a text that
      is not is read in ``fallback``, else FileFormatError names the byte, the variable and the record.
    - Numbers are float64, NaN where missing. If there are special missings in X, a categorical ``X.missing`` keeps
      their letters.
    - Numbers with a date, datetime or time format become ``datetime64[s]``, ``datetime64[us]``, ``timedelta64[us]``.
      A value for which that would lose something (a fraction of a day in a date, a year outside 1582 to 9999) is a
      DataError that names the record; ``dates=False`` keeps all SAS numbers, as Kind.NUMBER with their formats.

    Also raises what `read_xpt_members` raises, and DataError for an unknown member or column.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.xpt_write import write_xpt
    >>> date = Variable("TRTSDT", Kind.DATE, "Date of First Exposure", format="DATE9.")
    >>> adsl = Dataset("ADSL", pd.DataFrame({"TRTSDT": pd.to_datetime(["2014-01-02"])}), (date,))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_xpt(adsl, Path(folder) / "adsl.xpt")
    ...     read_xpt(Path(folder) / "adsl.xpt").frame["TRTSDT"].astype(str).tolist()
    ()
    ['2014-01-02']
    """
    plan = _plan(path, member, columns, TextDecoder(encoding, fallback), text, dates)
    with Path(path).open("rb") as handle:
        return plan.read(handle, range(plan.member.records) if rows is None else _checked(rows, plan.member))


def iter_xpt(
    path: Path | str,
    chunk_rows: int,
    *,
    member: str | None = None,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str = "ascii",
    fallback: str | None = None,
    dates: bool = True,
) -> Iterator[Dataset]:
    """The dataset in parts of ``chunk_rows`` records, one after the other, in the memory of one part.

    The rest is as in `read_xpt`; a part has ``X.missing`` and categories of its own records only. A dataset without
    records gives no part.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    plan = _plan(path, member, columns, TextDecoder(encoding, fallback), text, dates)
    with Path(path).open("rb") as handle:
        for start in range(0, plan.member.records, chunk_rows):
            yield plan.read(handle, range(start, min(start + chunk_rows, plan.member.records)))


class _NumberBlocks:
    """A numeric column in the making."""

    def __init__(self, count: int) -> None:
        self.values: Floats = np.empty(count, dtype=np.float64)
        self.missing: Codes | None = None
        self._filled = 0

    def add(self, fields: npt.NDArray[np.uint8]) -> None:
        """Take the next block: a row of bytes for each record."""
        values, codes = from_ibm(words_of(fields))
        begin, end = self._filled, self._filled + len(fields)
        self.values[begin:end] = values
        if codes is not None:
            if self.missing is None:
                self.missing = np.full(len(self.values), -1, dtype=np.int8)
            self.missing[begin:end] = codes
        self._filled = end


@dataclass(frozen=True)
class _Field:
    """A variable to read and its bytes in a record."""

    variable: Variable
    position: int
    length: int


@dataclass(frozen=True)
class _Plan:
    """What to read of which member, and how."""

    path: str
    member: Member
    fields: tuple[_Field, ...]
    decoder: TextDecoder
    text: TextType

    def read(self, handle: BufferedReader, rows: range | Rows) -> Dataset:
        """The records of these ascending numbers, counted from 0."""
        blocks = [self._blocks(field, rows) for field in self.fields]
        for records in self._records(handle, rows):
            for field, block in zip(self.fields, blocks, strict=True):
                block.add(_cut(records, field.position, field.length))
        columns: dict[str, Any] = {}
        for field, block in zip(self.fields, blocks, strict=True):
            name = field.variable.name
            if not isinstance(block, _NumberBlocks):
                columns[name] = block.finish()
                continue
            columns[name] = self._dated(field, block.values, rows)
            if block.missing is not None:
                columns[name + MISSING_SUFFIX] = pd.Categorical.from_codes(
                    block.missing, pd.Index(list(SPECIAL_MISSINGS))
                )
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
        return Dataset(self.member.name, frame, tuple(field.variable for field in self.fields), self.member.label)

    def _blocks(self, field: _Field, rows: range | Rows) -> TextBlocks | _NumberBlocks:
        if field.variable.kind is Kind.TEXT:
            return text_blocks(self.text, self.decoder, lambda row: self._place(field, int(rows[row])))
        return _NumberBlocks(len(rows))

    def _records(self, handle: BufferedReader, rows: range | Rows) -> Iterator[npt.NDArray[np.uint8]]:
        """The records in blocks; the array is used again for the next block."""
        length = self.member.record_length
        most = max(_BLOCK_BYTES // length, 1)
        if isinstance(rows, range):
            spans = [(start, min(start + most, rows.stop)) for start in range(rows.start, rows.stop, most)]
            picks: Iterable[Rows | None] = [None] * len(spans)
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

    def _dated(self, field: _Field, values: Floats, rows: range | Rows) -> npt.NDArray[Any]:
        """SAS numbers as the variable's kind asks for."""
        variable = field.variable
        if variable.kind is Kind.NUMBER:
            return values
        dated, lost = from_sas(values, variable.kind)
        if lost.any():
            row = int(np.argmax(lost))
            raise DataError(
                f"A value of {variable.name} cannot be read as a {variable.kind} without loss.",
                place=self._place(field, int(rows[row])),
                expected=_EXPECTED[variable.kind] + f", as its format {variable.format} says",
                found=repr(float(values[row])),
                hint="dates=False reads SAS numbers as they are",
            )
        return dated

    def _place(self, field: _Field, row: int) -> Place:
        """The place of a field in a record, counted from 0, and its first byte in the file."""
        byte = self.member.offset + row * self.member.record_length + field.position
        return Place(file=self.path, byte=byte, dataset=self.member.name, variable=field.variable.name, record=row + 1)


_EXPECTED: Final = {
    Kind.DATE: "a whole number of days, years 1582 to 9999",
    Kind.DATETIME: "seconds with at most 6 decimals, years 1582 to 9999",
    Kind.TIME: "seconds with at most 6 decimals",
}


def _checked(rows: Rows, member: Member) -> Rows:
    """The numbers of records, or DataError where they are not ascending or not in the file."""
    inside = not len(rows) or (rows[0] >= 0 and rows[-1] < member.records)
    if not inside or not (np.diff(rows) > 0).all():
        expected = f"ascending numbers from 0 to {member.records - 1}"
        raise DataError(
            "`rows` does not name records of the file.", place=Place(dataset=member.name), expected=expected
        )
    return rows


def _plan(
    path: Path | str,
    member: str | Member | None,
    columns: Iterable[str] | None,
    decoder: TextDecoder,
    text: TextType,
    dates: bool,
) -> _Plan:
    """Look at the headers and choose."""
    chosen = member if isinstance(member, Member) else _choose(find_members(path, decoder), member, str(path))
    known = {
        variable.name: _Field(
            variable if dates or variable.kind is Kind.TEXT else replace(variable, kind=Kind.NUMBER), position, length
        )
        for variable, position, length in zip(chosen.variables, chosen.positions, chosen.lengths, strict=True)
    }
    names = tuple(known) if columns is None else tuple(columns)
    for name in names:
        if name not in known:
            raise DataError(
                f"There is no variable {name}.",
                place=Place(file=str(path), dataset=chosen.name),
                hint=nearest(name, known),
            )
    return _Plan(str(path), chosen, tuple(known[name] for name in names), decoder, TextType(text))


def _choose(members: tuple[Member, ...], name: str | None, path: str) -> Member:
    """The member of this name, in any case; the only one where no name is given."""
    found = [member for member in members if name is None or member.name.upper() == name.upper()]
    if len(found) == 1:
        return found[0]
    names = [member.name for member in members]
    if name is None or found:
        raise DataError(
            f"The file has {len(members)} datasets."
            if name is None
            else f"The file has dataset {name} more than once.",
            place=Place(file=path),
            found=", ".join(names),
            hint="name one with member=" if name is None else "",
        )
    raise DataError(f"There is no dataset {name} in the file.", place=Place(file=path), hint=nearest(name, names))


def _cut(records: npt.NDArray[np.uint8], position: int, length: int) -> npt.NDArray[np.uint8]:
    """A copy of one field of all records; as one item of ``length`` bytes a record, which NumPy copies fastest."""
    count, record = records.shape
    field = np.ndarray(count, dtype=f"V{length}", buffer=records, offset=position, strides=(record,))
    return field.copy().view(np.uint8).reshape(count, length)

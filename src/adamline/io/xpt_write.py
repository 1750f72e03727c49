"""Writes datasets as a SAS transport file, version 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.atomic import replace_file
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.ibm import NUMBER_BYTES, bytes_of
from adamline.io.number_encoder import SasNumbers, sas_numbers
from adamline.io.text_decoder import check_encoding
from adamline.io.text_encoder import EncodedText, FieldSource, encode_text, longest_values
from adamline.io.xpt_layout import (
    CARD,
    LONGEST_TEXT,
    FieldType,
    LibraryHeader,
    MemberHeader,
    Namestr,
    Stamp,
    build_namestrs,
    count_records,
    padding,
    stamp_text,
)
from adamline.io.xpt_limits import check_dataset, check_variable, encode_label, parse_format

__all__ = ["FIXED_STAMP", "Lengths", "longest_values", "write_xpt"]

# No clock in outputs: the same data give the same bytes.
FIXED_STAMP: Final = datetime(1960, 1, 1)
_BLOCK_BYTES: Final = 1 << 21

Records = npt.NDArray[np.uint8]


class Lengths(StrEnum):
    """Where the lengths of text variables come from: the variables' own ``length``, or the longest value of each."""

    SPEC = "spec"
    MINIMAL = "minimal"


def write_xpt(
    datasets: Dataset | Sequence[Dataset],
    path: Path | str,
    *,
    lengths: Lengths | Mapping[str, int] = Lengths.SPEC,
    stamp: datetime = FIXED_STAMP,
    encoding: str = "ascii",
    sas_version: str = "9.4",
    os_name: str = "",
) -> tuple[Finding, ...]:
    """Write one dataset, or several as members of one file; nothing is cut, rounded or renamed to fit.

    Lengths of text: SPEC takes ``Variable.length`` (None: the longest value), MINIMAL the longest value, a mapping
    of variable names the study's lengths (a name that lacks: the longest value); at least 1, and a value longer than
    its length is an error. Numbers take 8 bytes, or ``Variable.length`` of 2 to 7 where no value loses a bit by it.

    The kind of a variable decides its type, never its data. Dates, datetimes and times become SAS numbers and need a
    format of their kind. The file appears under its name only when it is whole, and holds no clock: ``stamp``
    stands for every time in it.

    Returns findings: a WARNING where the last records are all blank and a reader cannot tell them from padding, a
    NOTE for trailing blanks (lost, as in SAS) and for numbers under 5.4e-79 (written as 0, as SAS does).

    Raises DataError, with variable and record, for names, labels, formats, lengths, values or types that version 5
    cannot hold: names over 8 or not of A-Z, 0-9, _; labels over 40 bytes; text over 200 bytes or outside
    ``encoding``; numbers of 7.237e75 and more or infinite; integers over 2**53 in integer columns; mixed objects.
    """
    members = (datasets,) if isinstance(datasets, Dataset) else tuple(datasets)
    check_encoding(encoding)
    marks = _stamp(stamp, sas_version, os_name)
    names = [member.name for member in members]
    if not names or len(set(names)) < len(names):
        raise DataError("A file needs datasets with names of their own.", found=", ".join(names) or "none")
    findings: list[Finding] = []
    with replace_file(path) as handle:
        handle.write(LibraryHeader(marks).build())
        for member in members:
            findings += _write_member(handle, member, lengths, marks, encoding)
    return tuple(findings)


def _stamp(moment: datetime, version: str, system: str) -> Stamp:
    for what, text in (("SAS version", version), ("operating system", system)):
        if len(text) > 8 or not text.isascii():
            raise DataError(f"The {what} in the header has at most 8 ASCII characters.", found=repr(text))
    time = stamp_text(moment)
    return Stamp(version.encode("ascii"), system.encode("ascii"), time, time)


@dataclass(frozen=True)
class _TextField:
    """A text variable ready to be written."""

    source: FieldSource

    @property
    def length(self) -> int:
        """Bytes in a record."""
        return self.source.width

    def put(self, records: Records, position: int, start: int, stop: int) -> None:
        """Fill the variable's bytes in the records of these rows."""
        _slot(records, position, self.length)[:] = self.source.rows(start, stop)


@dataclass(frozen=True)
class _NumberField:
    """A numeric variable ready to be written."""

    numbers: SasNumbers
    length: int
    place: Place

    def put(self, records: Records, position: int, start: int, stop: int) -> None:
        """Fill the variable's bytes in the records of these rows."""
        words = self.numbers.words(start, stop, self.length, self.place)
        records[:, position : position + self.length] = bytes_of(words, self.length)


def _slot(records: Records, position: int, length: int) -> npt.NDArray[np.void]:
    """The bytes of one field in all records, to be assigned; one item of ``length`` bytes a record."""
    count, record = records.shape
    return np.ndarray(count, dtype=f"V{length}", buffer=records, offset=position, strides=(record,))


def _write_member(
    handle: BinaryIO, dataset: Dataset, lengths: Lengths | Mapping[str, int], marks: Stamp, encoding: str
) -> list[Finding]:
    """Append one dataset to the file."""
    check_dataset(dataset, encoding)
    findings: list[Finding] = []
    fields: list[_TextField | _NumberField] = []
    entries: list[Namestr] = []
    position = 0
    for number, variable in enumerate(dataset.variables, start=1):
        place = Place(dataset=dataset.name, variable=variable.name)
        check_variable(variable, place)
        field = _field(dataset, variable, lengths, encoding, findings)
        fields.append(field)
        entries.append(_namestr(variable, field.length, number, position, encoding, place))
        position += field.length
    label = dataset.label.encode(encoding)
    handle.write(MemberHeader(dataset.name.encode("ascii"), label, b"", marks).build() + build_namestrs(entries))
    tail = _write_records(handle, fields, position, len(dataset.frame))
    size = position * len(dataset.frame)
    blanks = padding(size)
    handle.write(blanks)
    kept = count_records(size + len(blanks), position, (tail + blanks)[-(CARD - 1) :])
    if kept < len(dataset.frame):
        findings.append(_blank_records(dataset, len(dataset.frame) - kept))
    return findings


def _field(
    dataset: Dataset, variable: Variable, lengths: Lengths | Mapping[str, int], encoding: str, findings: list[Finding]
) -> _TextField | _NumberField:
    """The variable's values, checked, with their length; adds findings."""
    place = Place(dataset=dataset.name, variable=variable.name)
    wanted = lengths.get(variable.name) if isinstance(lengths, Mapping) else None
    if lengths is Lengths.SPEC:
        wanted = variable.length
    if variable.kind is not Kind.TEXT:
        numbers = sas_numbers(dataset.frame, variable, place)
        small = numbers.underflowing()
        if small:
            message = f"{small} numbers under 5.4e-79 are written as 0, as SAS does."
            findings.append(Finding(Severity.NOTE, "xpt.underflow", message, place))
        own = NUMBER_BYTES if lengths is Lengths.MINIMAL else variable.length or NUMBER_BYTES
        return _NumberField(numbers, wanted or own, place)
    text = encode_text(dataset.frame[variable.name], encoding, place)
    if text.trimmed:
        message = "Trailing blanks are not kept; a SAS transport file pads text with blanks."
        findings.append(Finding(Severity.NOTE, "xpt.trailing_blanks", message, place))
    length = max(text.longest, 1) if wanted is None else wanted
    _check_fit(text, min(length, LONGEST_TEXT), place)
    return _TextField(text.fields(length))


def _check_fit(text: EncodedText, length: int, place: Place) -> None:
    """Refuse a value that is longer than its variable."""
    longer = text.first_longer(length)
    if longer is not None:
        row, value = longer
        raise DataError(
            f"A text is longer than the {length} bytes of its variable."
            if length < LONGEST_TEXT
            else f"A text is longer than {LONGEST_TEXT} bytes, the most that version 5 holds.",
            place=Place(dataset=place.dataset, variable=place.variable, record=row + 1),
            expected=f"at most {length} bytes",
            found=f"{len(value)} bytes: {value[:60]!r}" + ("..." if len(value) > 60 else ""),
            hint="a larger length in the spec" if length < LONGEST_TEXT else "split the text, or use a SUPP-- dataset",
        )


def _namestr(variable: Variable, length: int, number: int, position: int, encoding: str, place: Place) -> Namestr:
    shown, read = parse_format(variable, place)
    return Namestr(
        type=FieldType.TEXT if variable.kind is Kind.TEXT else FieldType.NUMBER,
        length=length,
        number=number,
        name=variable.name.encode("ascii"),
        label=encode_label(variable.label, encoding, place),
        format=(shown.name.encode("ascii"), shown.width, shown.decimals),
        justification=0,
        informat=(read.name.encode("ascii"), read.width, read.decimals),
        position=position,
    )


def _write_records(handle: BinaryIO, fields: Sequence[_TextField | _NumberField], record: int, count: int) -> bytes:
    """Write all records in blocks; the last bytes of the data, up to a card's."""
    rows = max(_BLOCK_BYTES // record, 1)
    buffer = np.empty((min(rows, count), record), dtype=np.uint8)
    tail = b""
    for start in range(0, count, rows):
        stop = min(start + rows, count)
        records = buffer[: stop - start]
        position = 0
        for field in fields:
            field.put(records, position, start, stop)
            position += field.length
        block = records.tobytes()
        handle.write(block)
        tail = (tail + block)[-CARD:]
    return tail


def _blank_records(dataset: Dataset, lost: int) -> Finding:
    count = len(dataset.frame)
    return Finding(
        Severity.WARNING,
        "xpt.blank_records",
        f"The last {lost} of {count} records are blank throughout and shorter than a card of 80 bytes: a reader of "
        "version 5, SAS too, takes them for padding.",
        Place(dataset=dataset.name, record=count - lost + 1),
    )

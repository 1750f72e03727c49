"""Writes datasets as a SAS transport file, version 5 or 8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.atomic import replace_file
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.text_decoder import check_encoding
from adamline.io.text_encoder import longest_values
from adamline.io.xpt_fields import Lengths, NumberField, TextField, XptOptions, prepare_field
from adamline.io.xpt_layout import (
    CARD,
    CARD_NAMES,
    FieldType,
    LibraryHeader,
    MemberHeader,
    Stamp,
    XptVersion,
    count_records,
    header_card,
    padding,
    stamp_text,
)
from adamline.io.xpt_limits import check_dataset, check_variable, encode_dataset_label, encode_label, parse_format
from adamline.io.xpt_namestr import FormatField, Namestr, build_namestrs

__all__ = ["FIXED_STAMP", "Lengths", "XptVersion", "longest_values", "write_xpt"]

# No clock in outputs: the same data give the same bytes.
FIXED_STAMP: Final = datetime(1960, 1, 1)
_BLOCK_BYTES: Final = 1 << 21


def write_xpt(
    datasets: Dataset | Sequence[Dataset],
    path: Path | str,
    *,
    version: XptVersion = XptVersion.V5,
    lengths: Lengths | Mapping[str, int] = Lengths.SPEC,
    stamp: datetime = FIXED_STAMP,
    encoding: str = "ascii",
    sas_version: str = "9.4",
    os_name: str = "",
) -> tuple[Finding, ...]:
    """Write one dataset, or several as members of one file; nothing is cut, rounded or renamed to fit.

    Version 5 is the one that agencies take; version 8 holds long names, labels and texts, and the number of records.

    Lengths of text: SPEC takes ``Variable.length`` (None: the longest value), MINIMAL the longest value, a mapping
    of variable names the study's lengths (a name that lacks: the longest value); at least 1, and a value longer than
    its length is an error. Numbers take 8 bytes, or ``Variable.length`` of 2 to 7 where no value loses a bit by it.

    The kind of a variable decides its type, never its data. Dates, datetimes and times become SAS numbers and need a
    format of their kind. The file appears under its name only when it is whole, and holds no clock: ``stamp``
    stands for every time in it.

    Returns findings: a WARNING where the last records are all blank and a reader of version 5 cannot tell them from
    padding, a NOTE for trailing blanks (lost, as in SAS) and for numbers under 5.4e-79 (written as 0, as SAS does).

    Raises DataError, with variable and record, for names, labels, formats, lengths, values or types that the version
    cannot hold: in version 5 names over 8 or not of A-Z, 0-9, _, labels over 40 bytes, text over 200 bytes, names of
    formats over 8 (in version 8: 32 and lower case too, 256, 32767, 32; the label of a dataset has 40 in both); text
    outside ``encoding``; numbers of 7.237e75 and more or infinite; integers over 2**53 in integer columns; mixed
    objects. `adamline.io.xpt_shorten.shorten_for_xpt` cuts what is too long, by a stated rule.
    """
    members = (datasets,) if isinstance(datasets, Dataset) else tuple(datasets)
    check_encoding(encoding)
    if version not in tuple(XptVersion):
        raise DataError("There is no such version of a transport file.", expected="5 or 8", found=repr(version))
    options = XptOptions(XptVersion(version), lengths, encoding)
    marks = _stamp(stamp, sas_version, os_name)
    names = [member.name for member in members]
    if not names or len(set(names)) < len(names):
        raise DataError("A file needs datasets with names of their own.", found=", ".join(names) or "none")
    findings: list[Finding] = []
    with replace_file(path) as handle:
        handle.write(LibraryHeader(marks).build(options.version))
        for member in members:
            findings += _write_member(handle, member, options, marks)
    return tuple(findings)


def _stamp(moment: datetime, version: str, system: str) -> Stamp:
    for what, text in (("SAS version", version), ("operating system", system)):
        if len(text) > 8 or not text.isascii():
            raise DataError(f"The {what} in the header has at most 8 ASCII characters.", found=repr(text))
    time = stamp_text(moment)
    return Stamp(version.encode("ascii"), system.encode("ascii"), time, time)


def _write_member(handle: BinaryIO, dataset: Dataset, options: XptOptions, marks: Stamp) -> list[Finding]:
    """Append one dataset to the file."""
    check_dataset(dataset, options.version)
    label = encode_dataset_label(dataset, options.encoding)
    findings: list[Finding] = []
    fields: list[TextField | NumberField] = []
    entries: list[Namestr] = []
    position = 0
    for number, variable in enumerate(dataset.variables, start=1):
        place = Place(dataset=dataset.name, variable=variable.name)
        check_variable(variable, options.version, place)
        field, lost = prepare_field(dataset, variable, options)
        findings += lost
        fields.append(field)
        entries.append(_namestr(variable, (field.length, number, position), options, place))
        position += field.length
    count = len(dataset.frame)
    handle.write(MemberHeader(dataset.name.encode("ascii"), label, b"", marks).build(options.version))
    handle.write(build_namestrs(entries, options.version) + _observations_card(count, options.version))
    tail = _write_records(handle, fields, position, count)
    blanks = padding(position * count)
    handle.write(blanks)
    kept = count_records(position * count + len(blanks), position, (tail + blanks)[-(CARD - 1) :])
    if kept < count and options.version is XptVersion.V5:
        findings.append(blank_records(dataset, count - kept))
    return findings


def _namestr(variable: Variable, numbers: tuple[int, int, int], options: XptOptions, place: Place) -> Namestr:
    """The entry of a variable with its length, number and position."""
    shown, read = parse_format(variable, options.version, place)
    length, number, position = numbers
    return Namestr(
        type=FieldType.TEXT if variable.kind is Kind.TEXT else FieldType.NUMBER,
        length=length,
        number=number,
        name=variable.name.encode("ascii"),
        label=encode_label(variable, options.encoding, options.version, place),
        format=FormatField.of(shown),
        justification=0,
        informat=FormatField.of(read),
        position=position,
    )


def _observations_card(count: int, version: XptVersion) -> bytes:
    """The card before the data; in version 8 it tells the number of records in its first 15 columns."""
    name = CARD_NAMES[version].observations
    return (
        header_card(name) if version is XptVersion.V5 else header_card(name, f"{count:>15}".encode("ascii").ljust(30))
    )


def _write_records(handle: BinaryIO, fields: Sequence[TextField | NumberField], record: int, count: int) -> bytes:
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


def blank_records(dataset: Dataset, lost: int) -> Finding:
    """What is said of last records that a reader of version 5 takes for padding."""
    count = len(dataset.frame)
    return Finding(
        Severity.WARNING,
        "xpt.blank_records",
        f"The last {lost} of {count} records are blank throughout and shorter than a card of 80 bytes: a reader of "
        "version 5, SAS too, takes them for padding.",
        Place(dataset=dataset.name, record=count - lost + 1),
    )

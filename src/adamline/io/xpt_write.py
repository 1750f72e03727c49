"""Writes datasets as a SAS transport file, version 5 or 8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.atomic import made_beside, replace_file
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.ibm import NUMBER_BYTES
from adamline.io.text_decoder import check_encoding
from adamline.io.text_encoder import longest_values
from adamline.io.xpt_encoded import EncodedPart, with_records, write_records
from adamline.io.xpt_fields import Lengths, XptOptions, losses
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
from adamline.io.xpt_repeats import prepare_fields

__all__ = [
    "FIXED_STAMP",
    "Lengths",
    "XptVersion",
    "longest_values",
    "write_xpt",
    "write_xpt_encoded",
]

# No clock in outputs: the same data give the same bytes.
FIXED_STAMP: Final = datetime(1960, 1, 1)


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

    >>> import pandas as pd, tempfile
    >>> ae = Dataset("AE", pd.DataFrame({"AETERM": ["Rash ", "Fever"]}), (Variable("AETERM", Kind.TEXT, length=8),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [found.check for found in write_xpt(ae, Path(folder) / "ae.xpt")]
    ['xpt.trailing_blanks']
    """
    members = (datasets,) if isinstance(datasets, Dataset) else tuple(datasets)
    options = _options(version, lengths, encoding)
    marks = _stamp(stamp, sas_version, os_name)
    names = [member.name for member in members]
    if not names or len({name.upper() for name in names}) < len(names):
        raise DataError("A file needs datasets with names of their own.", found=", ".join(names) or "none")
    findings: list[Finding] = []
    with replace_file(path) as handle:
        handle.write(LibraryHeader(marks).build(options.version))
        for member in members:
            findings += _write_member(handle, member, options, marks)
    return tuple(findings)


def write_xpt_encoded(
    dataset: Dataset,
    parts: Sequence[EncodedPart],
    path: Path | str,
    *,
    options: XptOptions,
    stamp: datetime = FIXED_STAMP,
) -> tuple[Finding, ...]:
    """Write one dataset whose records were encoded before, part by part: the same bytes as `write_xpt`.

    ``parts`` are of `adamline.io.xpt_encoded.encode_part`, at least one. ``dataset`` gives name, label and variables;
    its records are not looked at. ``options`` are those that the parts
    were encoded with. A text whose length was not given is as long as the longest value of all parts.
    """
    lengths = [max(each) for each in zip(*(part.needed for part in parts), strict=True)]
    lost = [sum(each) for each in zip(*(part.lost for part in parts), strict=True)]
    records = sum(part.records for part in parts)
    head = file_head(dataset, lengths, records, options, stamp)
    with made_beside(path) as beside:
        made, tail = with_records(beside, head, parts, lengths)
        with made.open("ab") as handle:
            findings = tuple(_end_member(handle, dataset, _Written(lengths, lost, records, tail), options))
        if made != beside:
            made.replace(beside)
    return findings


def head_length(dataset: Dataset, options: XptOptions) -> int:
    """The bytes before the records of a file that `write_xpt_encoded` writes; DataError as there."""
    return len(file_head(dataset, [NUMBER_BYTES] * len(dataset.variables), 0, options, FIXED_STAMP))


def file_head(dataset: Dataset, lengths: Sequence[int], records: int, options: XptOptions, stamp: datetime) -> bytes:
    """What stands before the records of such a file, whose fields have these lengths; DataError as there."""
    marks = _stamp(stamp, "9.4", "")
    return LibraryHeader(marks).build(options.version) + _head(dataset, lengths, records, options, marks)


def _options(version: XptVersion, lengths: Lengths | Mapping[str, int], encoding: str) -> XptOptions:
    check_encoding(encoding)
    if version not in tuple(XptVersion):
        raise DataError("There is no such version of a transport file.", expected="5 or 8", found=repr(version))
    return XptOptions(XptVersion(version), lengths, encoding)


def _stamp(moment: datetime, version: str, system: str) -> Stamp:
    for what, text in (("SAS version", version), ("operating system", system)):
        if len(text) > 8 or not text.isascii():
            raise DataError(f"The {what} in the header has at most 8 ASCII characters.", found=repr(text))
    time = stamp_text(moment)
    return Stamp(version.encode("ascii"), system.encode("ascii"), time, time)


def _write_member(handle: BinaryIO, dataset: Dataset, options: XptOptions, marks: Stamp) -> list[Finding]:
    """Append one dataset to the file."""
    prepared, count = prepare_fields(dataset, options), len(dataset.frame)
    handle.write(_head(dataset, prepared.lengths, count, options, marks))
    tail = write_records(handle, prepared.pieces, count)
    return _end_member(handle, dataset, _Written(prepared.lengths, prepared.lost, count, tail), options)


@dataclass(frozen=True)
class _Written:
    """What was written of a dataset: the length of each field, what each lost, how many records, their last bytes."""

    lengths: Sequence[int]
    lost: Sequence[int]
    records: int
    tail: bytes


def _end_member(handle: BinaryIO, dataset: Dataset, done: _Written, options: XptOptions) -> list[Finding]:
    """Pad the last card, and say what was lost and what a reader will take for padding."""
    record = sum(done.lengths)
    blanks = padding(record * done.records)
    handle.write(blanks)
    places = (Place(dataset=dataset.name, variable=variable.name) for variable in dataset.variables)
    each = zip(dataset.variables, places, done.lost, strict=True)
    findings = [found for variable, place, lost in each for found in losses(variable.kind, place, lost)]
    kept = count_records(record * done.records + len(blanks), record, (done.tail + blanks)[-(CARD - 1) :])
    if kept < done.records and options.version is XptVersion.V5:
        findings.append(blank_records(dataset.name, done.records, done.records - kept))
    return findings


@contextmanager
def counted_from(done: int) -> Iterator[None]:
    """Errors that name a record of a part, with its number in the whole."""
    try:
        yield
    except DataError as error:
        if error.place.record is not None:
            error.place = replace(error.place, record=error.place.record + done)
        raise


def _head(dataset: Dataset, lengths: Sequence[int], count: int, options: XptOptions, marks: Stamp) -> bytes:
    """Everything of a dataset before its records."""
    check_dataset(dataset, options.version)
    label = encode_dataset_label(dataset, options.encoding)
    entries: list[Namestr] = []
    position = 0
    for number, (variable, length) in enumerate(zip(dataset.variables, lengths, strict=True), start=1):
        place = Place(dataset=dataset.name, variable=variable.name)
        check_variable(variable, options.version, place)
        entries.append(_namestr(variable, (length, number, position), options, place))
        position += length
    head = MemberHeader(dataset.name.encode("ascii"), label, b"", marks).build(options.version)
    return head + build_namestrs(entries, options.version) + _observations_card(count, options.version)


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


def blank_records(name: str, count: int, lost: int) -> Finding:
    """What is said of last records that a reader of version 5 takes for padding."""
    return Finding(
        Severity.WARNING,
        "xpt.blank_records",
        f"The last {lost} of {count} records are blank throughout and shorter than a card of 80 bytes: a reader of "
        "version 5, SAS too, takes them for padding.",
        Place(dataset=name, record=count - lost + 1),
    )

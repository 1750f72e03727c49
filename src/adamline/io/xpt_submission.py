"""Checks datasets and transport files against what agencies take: all findings at once, nothing refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.sas_dates import kind_of_format
from adamline.io.xpt_fields import Lengths, NumberField, XptOptions, losses, prepare_field
from adamline.io.xpt_layout import CARD, NAMESTR_BYTES, Format, XptVersion, count_records, padding
from adamline.io.xpt_limits import check_dataset, check_variable, encode_dataset_label, encode_label, parse_format
from adamline.io.xpt_read import read_xpt, read_xpt_members
from adamline.io.xpt_write import blank_records

# FDA's guide says 5 GB; the decimal unit is the smaller of the two readings.
LARGEST_FILE: Final = 5 * 1000**3
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,7}", re.ASCII)
_FILE_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,7}\.xpt", re.ASCII)
# ADaM IG, "General Variable Naming Conventions": *DT, *TM and *DTM are numeric dates, times and datetimes.
_DATE_NAME: Final = re.compile(r"[A-Z0-9_]+(?:DTM|DT|TM)", re.ASCII)
_EXACT_INTEGERS: Final = 2.0**53


def check_submission(dataset: Dataset, *, lengths: Lengths | Mapping[str, int] = Lengths.SPEC) -> tuple[Finding, ...]:
    """Whether the dataset can be submitted as a transport file of version 5 in ASCII; empty where it can.

    ``lengths`` are those that `adamline.io.xpt_write.write_xpt` is to get. Each variable and check gives one finding,
    with the first record. ERROR, as `write_xpt` refuses it or a reader loses it:

    - ``xpt.name``: not 1 to 8 of A-Z, 0-9, _ with a letter first; ``xpt.variables``: none, or over 9999;
    - ``xpt.label``: over 40 bytes, or not ASCII;
    - ``xpt.length``: out of range; ``xpt.format``: no format of SAS, or none of its kind for a date;
    - ``xpt.value``: text over 200 bytes, over its length or not ASCII, a number outside IBM's range or of more bits
      than its length holds, an integer over 2**53 in an integer column, values of another type;
    - ``xpt.blank_records``: last records that are all blank; ``xpt.size``: a file over 5 GB.

    WARNING: ``xpt.date_format``, a number named *DT, *TM or *DTM without such a format, which a reader shows as a
    number; ``xpt.large_integer``, integers over 2**53 in doubles, whose neighbours fall together. NOTE as `write_xpt`.

    Source: FDA Study Data Technical Conformance Guide, section 3.3; SAS TS-140; ADaM IG, naming conventions.

    >>> import pandas as pd
    >>> variable = Variable("ADT", Kind.NUMBER, "Analysis Date", 8)
    >>> [finding.check for finding in check_submission(Dataset("ADLB", pd.DataFrame({"ADT": [1.0]}), (variable,)))]
    ['xpt.date_format']
    """
    options = XptOptions(XptVersion.V5, lengths, "ascii")
    place = Place(dataset=dataset.name)
    findings = [*_name(dataset.name, "dataset", place)]
    if not findings:
        findings += _refusal("xpt.variables", lambda: check_dataset(dataset, XptVersion.V5))
    findings += _refusal("xpt.label", lambda: encode_dataset_label(dataset, "ascii"))
    widths: list[int] = []
    for variable in dataset.variables:
        attributes = [*_attributes(variable, replace(place, variable=variable.name))]
        # The values are looked at even where the length is none.
        wrong_length = any(finding.check == "xpt.length" for finding in attributes)
        fitting = replace(variable, length=None) if wrong_length else variable
        findings += [*attributes, *_values(dataset, fitting, options, widths)]
    if widths and len(widths) == len(dataset.variables):
        findings += _records(dataset, sum(widths))
    return tuple(findings)


def check_submission_file(path: Path | str) -> tuple[Finding, ...]:
    """Whether a transport file can be submitted: the file itself, then its dataset by `check_submission`.

    ERROR: ``xpt.version`` for version 8; ``xpt.file_name`` for one that is not lower case, at most 8 characters and
    .xpt, or is not the dataset's name; ``xpt.members`` for more than one dataset; ``xpt.size`` for more than 5 GB.
    Raises FileFormatError where the file cannot be read.
    """
    file = Path(path)
    place = Place(file=str(path))
    members = read_xpt_members(file, fallback="latin-1")
    findings = []

    def fault(check: str, message: str) -> None:
        findings.append(Finding(Severity.ERROR, check, message, place))

    if members and members[0].layout is not XptVersion.V5:
        fault("xpt.version", f"The file is of version {members[0].layout}; agencies take version 5 only.")
    if _FILE_NAME.fullmatch(file.name) is None:
        fault("xpt.file_name", f"{file.name} is not lower case with at most 8 characters before .xpt.")
    if len(members) != 1:
        fault("xpt.members", f"The file has {len(members)} datasets; a submitted file has one.")
    elif members[0].name != file.stem.upper():
        fault("xpt.file_name", f"The file holds dataset {members[0].name}, which its name does not say.")
    if file.stat().st_size > LARGEST_FILE:
        fault("xpt.size", f"The file has {file.stat().st_size} bytes, more than 5 GB: split it.")
    for member in members:
        dataset = read_xpt(file, member=member, fallback="latin-1", dates=False, report=findings.append)
        found = (finding for finding in check_submission(dataset) if finding.check != "xpt.size")
        findings += [replace(finding, place=replace(finding.place, file=str(path))) for finding in found]
    return tuple(findings)


def file_bytes(variables: int, record: int, count: int) -> int:
    """The size of a file of version 5 with one dataset of ``count`` records of ``record`` bytes."""
    entries, data = variables * NAMESTR_BYTES, record * count
    return 9 * CARD + entries + len(padding(entries)) + data + len(padding(data))


def _refusal(check: str, rule: Callable[[], object]) -> Iterator[Finding]:
    """The error that a rule of the writer raises, as a finding."""
    try:
        rule()
    except DataError as error:
        yield _finding(check, error)


def _finding(check: str, error: DataError) -> Finding:
    parts = (error.what, error.expected and f"Expected: {error.expected}.", error.found and f"Found: {error.found}.")
    return Finding(Severity.ERROR, check, " ".join(part for part in parts if part), error.place)


def _name(name: str, what: str, place: Place) -> Iterator[Finding]:
    if _NAME.fullmatch(name) is None:
        message = f"The name of a {what} has 1 to 8 of A-Z, 0-9 and _, a letter first. Found: {name!r}."
        yield Finding(Severity.ERROR, "xpt.name", message, place)


def _attributes(variable: Variable, place: Place) -> Iterator[Finding]:
    """Findings on name, label, length and format."""
    yield from _name(variable.name, "variable", place)
    yield from _refusal("xpt.label", lambda: encode_label(variable, "ascii", XptVersion.V5, place))
    # Under a name that fits: the name has its own finding.
    yield from _refusal("xpt.length", lambda: check_variable(replace(variable, name="X"), XptVersion.V5, place))
    yield from _refusal("xpt.format", lambda: parse_format(variable, XptVersion.V5, place))
    shown = Format.parse(variable.format)
    dated = shown is not None and kind_of_format(shown.name) is not Kind.NUMBER
    if variable.kind is Kind.NUMBER and _DATE_NAME.fullmatch(variable.name) and not dated:
        message = f"{variable.name} is named as a date or time and has no such format: a reader shows a number."
        yield Finding(Severity.WARNING, "xpt.date_format", message, place)


def _values(dataset: Dataset, variable: Variable, options: XptOptions, widths: list[int]) -> Iterator[Finding]:
    """Findings on values; adds the bytes that the variable takes in a record to ``widths``."""
    try:
        field = prepare_field(dataset, variable, options)
        if isinstance(field, NumberField):
            field.numbers.words(0, len(dataset.frame), field.length, field.place)
    except DataError as error:
        yield _finding("xpt.value", error)
        return
    widths.append(field.length)
    yield from losses(variable.kind, field.place, field.lost)
    if isinstance(field, NumberField):
        large = np.abs(field.numbers.values) > _EXACT_INTEGERS
        if large.any():
            message = (
                f"{int(large.sum())} integers over 2**53 are held in doubles, where their neighbours fall together."
            )
            place = replace(field.place, record=int(np.argmax(large)) + 1)
            yield Finding(Severity.WARNING, "xpt.large_integer", message, place)


def _records(dataset: Dataset, record: int) -> Iterator[Finding]:
    """Findings on the records as a whole, each of ``record`` bytes."""
    count = len(dataset.frame)
    blank = _blank_at_end(dataset)
    # Only what the last card can hold matters; a number is never blank.
    shown = min(count, CARD // record)
    tail = b"x" * (record * (shown - min(blank, shown))) + b" " * (record * min(blank, shown))
    tail += padding(record * count)
    kept = count_records(record * count + len(padding(record * count)), record, tail[-(CARD - 1) :])
    if kept < count:
        yield replace(blank_records(dataset.name, count, count - kept), severity=Severity.ERROR)
    size = file_bytes(len(dataset.variables), record, count)
    if size > LARGEST_FILE:
        message = f"The file would have {size} bytes, more than 5 GB: write_xpt_split splits it by subject."
        yield Finding(Severity.ERROR, "xpt.size", message, Place(dataset=dataset.name))


def _blank_at_end(dataset: Dataset) -> int:
    """How many records at the end have no text at all; none where the dataset has a number, which is never blank."""
    if any(variable.kind is not Kind.TEXT for variable in dataset.variables):
        return 0
    last = dataset.frame.tail(CARD + 1)
    filled = np.zeros(len(last), dtype=np.bool_)
    for variable in dataset.variables:
        column = last[variable.name]
        filled |= (column.notna() & column.astype("str").str.rstrip(" ").ne("")).to_numpy(dtype=np.bool_)
    return int(np.argmax(filled[::-1])) if filled.any() else len(last)

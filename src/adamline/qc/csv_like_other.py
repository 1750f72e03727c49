"""Reads a plain CSV by the kinds and formats of the other dataset's variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import FileFormatError, Place
from adamline.findings import Finding, Report, Severity
from adamline.io.arrow_columns import from_arrow
from adamline.io.csv_text import line_of_record
from adamline.io.csv_values import parse_column
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.file_format import ReadOptions
from adamline.io.files import read_dataset
from adamline.io.text_type import TextType
from adamline.plurals import said_of
from adamline.qc.attributes import format_name, meaning_of
from adamline.qc.written_dates import Spelled, spelled_in_iso

# What R writes for a missing value.
_NA = "NA"


def read_csv_like_other(path: Path, options: ReadOptions, other: Dataset, report: Report) -> Dataset:
    """The CSV, its columns as the number, date, datetime or time that ``other`` has under their names.

    Dates and times are ISO 8601, or written as the other's variable's format, or R, writes them; blank, ``.`` and, in
    all but text, ``NA`` are missing. Labels, lengths and formats stay unknown. ``report`` gets, by variable, how many
    fields were none of ISO 8601 or a number.

    FileFormatError with line and record for a field that is not of its kind; else the errors of `read_dataset`.
    """
    plain = read_dataset(path, options=options)
    wanted = {variable.name.upper(): variable for variable in other.variables}
    wanted |= {variable.name: variable for variable in other.variables}
    columns: dict[str, Any] = {}
    variables: list[Variable] = []
    for name in [one.name for one in plain.variables]:
        like = wanted.get(name, wanted.get(name.upper()))
        # What a reader leaves as numbers for one date with a fraction, a CSV has as dates.
        kind = Kind.TEXT if like is None else meaning_of(like) if like.kind is Kind.NUMBER else like.kind
        fields = pa.array(plain.frame[name], pa.large_string(), from_pandas=True)
        fields = fields.combine_chunks() if isinstance(fields, pa.ChunkedArray) else fields
        variables.append(Variable(name, kind))
        if like is None or kind is Kind.TEXT:
            columns[name] = fields
            continue
        place = Place(file=str(path), dataset=plain.name, variable=name)
        texts, spelled, n_missing = _without_na(fields, kind, format_name(like))
        columns |= _parsed(texts, fields, variables[-1], place, options)
        for finding in _findings(spelled, n_missing, like, place):
            report(finding)
    frame = from_arrow(pa.table(columns), tuple(variables), TextType.STR)
    return Dataset(plain.name, frame, tuple(variables), plain.label)


def _without_na(fields: Any, kind: Kind, written_as: str) -> tuple[Any, Spelled, int]:
    """The fields as a CSV of ours would have them, how they were spelled, and the number of NA."""
    trimmed = pc.ascii_trim_whitespace(pc.fill_null(fields, ""))
    is_na = pc.equal(trimmed, _NA)
    texts = pc.if_else(is_na, "", trimmed)
    spelled = Spelled(texts) if kind is Kind.NUMBER else spelled_in_iso(texts, kind, written_as)
    return spelled.texts, spelled, pc.sum(is_na).as_py() or 0


def _parsed(texts: Any, fields: Any, variable: Variable, place: Place, options: ReadOptions) -> dict[str, Any]:
    """The column and its special missings; an error shows the field as it stands in the file."""
    try:
        return parse_column(texts, variable, place, 0)
    except FileFormatError as error:
        record = error.place.record or 1
        line = line_of_record(place.file, options.encoding or "utf-8", record)
        error = error.at(replace(place, line=line))
        error.found = repr(fields[record - 1].as_py())[:80]
        raise error from None


def _findings(spelled: Spelled, n_missing: int, like: Variable, place: Place) -> Iterator[Finding]:
    written = spelled.changed - spelled.of_utc - spelled.at_midnight
    messages = (
        (n_missing, Severity.NOTE, "{count} fields are NA and read as missing."),
        (written, Severity.NOTE, f"{{count}} fields are read as {like.format or like.kind} is written."),
        (spelled.of_utc, Severity.NOTE, "{count} fields are read without the Z of UTC."),
        (spelled.at_midnight, Severity.WARNING, "{count} fields have no time and are read as midnight."),
    )
    for count, severity, message in messages:
        if count:
            yield Finding(severity, "read.csv", said_of(count, message), place)

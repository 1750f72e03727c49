"""Reads datasets from Dataset-JSON files, version 1.1, as JSON or NDJSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.findings import Finding, Report, Severity, ignore
from adamline.io.arrow_columns import ARROW_TYPES, from_arrow
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.dataset_json_header import format_name, parse_header
from adamline.io.dataset_json_parse import BOM, JsonSource
from adamline.io.dataset_json_rows import JsonRows, NdjsonRows, open_rows
from adamline.io.dataset_json_types import DatasetJsonHeader, DataType, JsonColumn, kind_of_column
from adamline.io.dataset_json_values import JsonField
from adamline.io.oddities import Oddities
from adamline.io.sas_dates import kind_of_format
from adamline.io.text_type import TextType
from adamline.plurals import counted

_FORMATTED: Final = (DataType.INTEGER, DataType.FLOAT, DataType.DOUBLE)


def read_dataset_json_header(path: Path | str, *, report: Report = ignore) -> DatasetJsonHeader:
    """What a file says beside its rows: OIDs, times, systems, types and keys of the columns; no row is decoded.

    `write_dataset_json` takes it, so that a file can be written as it was. Attributes that stand behind the rows are
    read only where the dataset needs them. ``report`` gets each finding; errors are those of `read_dataset_json`.
    """
    with _open(path) as (_, rows):
        header, findings = parse_header(rows.members, str(path))
    for finding in findings:
        report(finding)
    return header


def read_dataset_json(
    path: Path | str,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    decimals_as_text: bool = False,
    report: Report = ignore,
) -> Dataset:
    """A dataset from a file of Dataset-JSON 1.1: ``.ndjson`` has a row in each line, any other suffix is JSON.

    - string, URI, and date, datetime, time without targetDataType (--DTC) are text, as it stands; null and empty
      text are missing. date, datetime, time with targetDataType integer become the types of these kinds, from full
      ISO 8601 text without zone.
    - integer, float, double, decimal are float64: the double that is nearest to what is written, for integers and
      decimals exactly it (else an error; ``decimals_as_text=True`` keeps every digit); boolean is 1 and 0.
    - length is kept for text only, where it counts characters; displayFormat becomes the format.

    ``columns`` chooses variables and their order. Faults of other writers with one plain reading are mended, and each
    goes to ``report`` as a finding (checks ``dataset_json.*``): numbers as text and the reverse, blank text for a
    missing number, blanks around numbers and dates, T24:00 for the end of a day (read as 00:00 of the next), a wrong
    number of records, no rows, attributes that lack, are unknown or in another order, another version, a
    byte order mark, SAS numbers with a date format (numbers where one is no date, as in `read_xpt`).

    FileFormatError, with byte, line or record, for what is no JSON (also NaN, Infinity, a key twice), rows of another
    length than the columns, a value that is not of its column's type, fewer lines than records in NDJSON (nothing
    else shows that one is truncated), and what `parse_header` refuses; DataError for an unknown column and a decimal
    that would lose digits; OSError for no file.

    >>> import tempfile
    >>> head = '{"datasetJSONVersion": "1.0", "name": "DM", "records": 1, "label": "Demographics", "columns": ['
    >>> head += '{"itemOID": "IT.DM.AGE", "name": "AGE", "label": "Age", "dataType": "integer"}]'
    >>> found = []
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "dm.json"
    ...     _ = path.write_text(head + ', "rows": [["30"]]}')
    ...     dataset = read_dataset_json(path, report=found.append)
    >>> dataset.frame["AGE"].tolist()
    [30.0]
    >>> print(found[-1].message)
    AGE has numbers written as text: 1 value.

    Source: CDISC Dataset-JSON specification 1.1, 2024-12-05.
    """
    parts = list(_tables(path, columns, decimals_as_text, report))
    plan, _ = parts[0]
    return plan.dataset(pa.concat_tables([table for _, table in parts]), text)


def iter_dataset_json(
    path: Path | str,
    chunk_rows: int,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    decimals_as_text: bool = False,
    report: Report = ignore,
) -> Iterator[Dataset]:
    """The dataset in parts of at most ``chunk_rows`` records, in the memory of a block of the file, both forms.

    The rest is as in `read_dataset_json`; a fault further down raises only when its part is due, and findings come
    at the end. A dataset without records gives no part.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    for plan, table in _tables(path, columns, decimals_as_text, report):
        for start in range(0, len(table), chunk_rows):
            yield plan.dataset(table.slice(start, chunk_rows), text)


@dataclass(frozen=True)
class _Plan:
    """Which columns of which dataset to read."""

    name: str
    label: str
    width: int
    fields: tuple[JsonField, ...]
    place: Place

    def table(self, rows: list[Any], start: int) -> Any:
        """The chosen columns of some rows; ``start`` rows stand before them."""
        if set(map(type, rows)) - {list} or set(map(len, rows)) - {self.width}:
            row = next(row for row, values in enumerate(rows) if type(values) is not list or len(values) != self.width)
            found = f"{len(rows[row])} values" if isinstance(rows[row], list) else repr(rows[row])[:80]
            raise FileFormatError(
                "A row does not have a value for each column.",
                place=Place(self.place.file, dataset=self.name, record=start + row + 1),
                expected=f"a list of {self.width} values",
                found=found,
            )
        columns = list(zip(*rows, strict=True))
        return pa.table({f.variable.name: f.array(columns[f.position], start) for f in self.fields})

    def empty(self) -> Any:
        """The table of no rows."""
        return pa.table({f.variable.name: pa.array([], ARROW_TYPES[f.variable.kind]) for f in self.fields})

    def dataset(self, table: Any, text: TextType) -> Dataset:
        """A table as a dataset."""
        variables = tuple(field.variable for field in self.fields)
        return Dataset(self.name, from_arrow(table, variables, text), variables, self.label)


def _tables(
    path: Path | str, columns: Iterable[str] | None, decimals_as_text: bool, report: Report
) -> Iterator[tuple[_Plan, Any]]:
    """The file's rows block by block, after a table of none; findings at the end."""
    with _open(path) as (source, rows):
        header, findings = parse_header(rows.members, str(path))
        plan = _plan(header, str(path), columns, decimals_as_text)
        odd = Oddities(plan.place)
        plan = _settled(plan, odd)
        yield plan, plan.empty()
        count = 0
        for block in rows.blocks():
            if block:
                yield plan, plan.table(block, count)
                count += len(block)
        for finding in (*findings, *_about_file(source, rows, header, count)):
            report(finding)
        for field in plan.fields:
            for finding in field.findings():
                report(finding)
        odd.report([field.variable for field in plan.fields], report)


def _settled(plan: _Plan, odd: Oddities) -> _Plan:
    """The plan in which SAS numbers with a format of dates are what all records allow them to be.

    The file is gone through once more, only where there are such numbers.
    """
    dated = {field.variable.name: field for field in plan.fields if field.holds_sas_dates}
    if not dated:
        return plan
    numbers = replace(plan, fields=tuple(field.as_number() for field in dated.values()))
    with _open(plan.place.file) as (_, rows):
        count = 0
        for block in rows.blocks():
            table = numbers.table(block, count) if block else numbers.empty()
            for name, field in dated.items():
                odd.dated(field.variable, table.column(name).to_numpy(), range(count, count + len(block)))
            count += len(block)
    return replace(plan, fields=tuple(replace(f, variable=odd.settled(f.variable)) for f in plan.fields))


@contextmanager
def _open(path: Path | str) -> Iterator[tuple[JsonSource, JsonRows | NdjsonRows]]:
    with Path(path).open("rb") as handle:
        source = JsonSource(handle, str(path), handle.seek(0, 2))
        yield source, open_rows(source)


def _plan(header: DatasetJsonHeader, path: str, columns: Iterable[str] | None, decimals_as_text: bool) -> _Plan:
    place = Place(file=path, dataset=header.name)
    fields = {
        column.name: JsonField(
            position,
            column,
            _variable(column, decimals_as_text),
            Place(file=path, dataset=header.name, variable=column.name),
        )
        for position, column in enumerate(header.columns)
    }
    names = tuple(fields) if columns is None else tuple(columns)
    for name in names:
        if name not in fields:
            raise DataError(f"There is no variable {name}.", place=place, hint=nearest(name, fields))
    return _Plan(header.name, header.label, len(header.columns), tuple(fields[name] for name in names), place)


def _variable(column: JsonColumn, decimals_as_text: bool) -> Variable:
    kind = kind_of_column(column) or Kind.TEXT
    form = column.display_format or ""
    if column.data_type is DataType.DECIMAL and decimals_as_text:
        kind = Kind.TEXT
    elif column.data_type in _FORMATTED:
        kind = kind_of_format(format_name(form))
    return Variable(column.name, kind, column.label, column.length if kind is Kind.TEXT else None, form)


def _about_file(
    source: JsonSource, rows: JsonRows | NdjsonRows, header: DatasetJsonHeader, count: int
) -> Iterator[Finding]:
    """What is known at the end of the file; FileFormatError for an NDJSON file with too few lines."""
    place = Place(file=source.path, dataset=header.name)

    def found(check: str, message: str) -> Finding:
        return Finding(Severity.WARNING, f"dataset_json.{check}", message, place)

    if source.read(0, len(BOM)) == BOM:
        yield found("bom", "The file begins with a byte order mark.")
    if rows.late:
        yield found("order", f"Attributes behind the rows are not read: {', '.join(rows.late)[:200]}.")
    if header.records is None or header.records == count:
        return
    if isinstance(rows, NdjsonRows) and count < header.records:
        raise FileFormatError(
            "The file has fewer rows than records: it is truncated.",
            place=Place(file=source.path, byte=source.size, dataset=header.name, record=count + 1),
            expected=f"{header.records} rows",
            found=f"{count} rows",
        )
    yield found("records", f"The file says {counted(header.records, 'record')} and has {count}.")

"""Reads and writes datasets as Parquet files, with their attributes in the file's own metadata."""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.findings import Report, ignore
from adamline.io.arrow_columns import ARROW_TYPES, CODED_TEXT, LETTERS, from_arrow, special_variables, to_arrow
from adamline.io.atomic import replace_file
from adamline.io.attributes import Attributes, list_attributes, parse_attributes
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.file_signature import describe_content
from adamline.io.parquet_size import check_groups, check_spelt, check_whole
from adamline.io.parquet_types import check_letters, check_text, convert_column, is_string, kind_of_type
from adamline.io.text_type import TextType
from adamline.io.written_names import check_written

_KEY: Final = b"adamline"
_ARROW: Final = b"ARROW:schema"
# A group is what a reader by parts holds in memory.
_GROUP_ROWS: Final = 1 << 17
# Where pandas keeps an index; the index of a frame carries no meaning here.
_PANDAS_INDEX: Final = re.compile(r"__index_level_[0-9]+__")
# What a part holds at most, so that its memory does not grow with the number of variables.
_PART_CELLS: Final = 1 << 24


def write_parquet(dataset: Dataset, path: Path | str) -> None:
    """Write a dataset with all that it knows: attributes, dates and kinds of missing read back as they were.

    Text and numbers are Parquet's own, dates are DATE, datetimes TIMESTAMP (microseconds, no zone), times a count of
    microseconds that Arrow's readers know as a duration. A number with special missings has a column ``X.missing``
    after it. The attributes are in the file's metadata under ``adamline``, as JSON. The file appears under its name
    only when it is whole, and the same dataset gives the same bytes.

    DataError for a column that does not hold its kind, with the record, for no variable, and for names that differ in
    capitals only.

    >>> import pandas as pd, tempfile
    >>> vs = Dataset("VS", pd.DataFrame({"AVAL": [61.5]}), (Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_parquet(vs, Path(folder) / "vs.parquet")
    ...     read_parquet(Path(folder) / "vs.parquet")["AVAL"].format
    '8.2'
    """
    write_parquet_parts([dataset], path, special=special_variables(dataset))


def write_parquet_parts(parts: Iterable[Dataset], path: Path | str, *, special: frozenset[str]) -> int:
    """Write a dataset that comes in parts, in the memory of one; the number of records.

    There must be at least one part; all have the attributes of the first. ``special`` are the variables that have
    special missings in any part: a file's columns are settled before its first record. DataError for others.
    """
    rest = iter(parts)
    first = next(rest, None)
    if first is None:
        raise DataError("There is no part to write.", place=Place(file=str(path)))

    def tables() -> Iterator[Any]:
        for part in itertools.chain([first], rest):
            late = special_variables(part) - special
            if late:
                place = Place(dataset=part.name, variable=min(late))
                raise DataError("A variable has special missings that were not announced.", place=place)
            yield to_arrow(part, special, coded=True)

    return write_parquet_tables(tables(), path, Attributes(first.name, first.label, first.variables), special=special)


def write_parquet_tables(
    tables: Iterable[Any], path: Path | str, attributes: Attributes, *, special: frozenset[str]
) -> int:
    """Write Arrow tables as `to_arrow` makes them with text by code, one after the other; the number of records.

    A table may lack the kinds of missing that it has none of. Text is written faster by code, which is no part of what
    the file is: to a reader it is text.
    """
    check_written(attributes.name, attributes.variables, str(path))
    records, schema = 0, _schema(attributes, special, CODED_TEXT)
    with (
        replace_file(path) as handle,
        pq.ParquetWriter(handle, schema, compression="zstd", store_schema=False) as writer,
    ):
        writer.add_key_value_metadata(_metadata(attributes, special))
        for table in tables:
            there = set(table.column_names)
            nothing = pa.nulls(len(table), LETTERS)
            whole = pa.table([table.column(name) if name in there else nothing for name in schema.names], schema.names)
            writer.write_table(whole.cast(schema), row_group_size=_GROUP_ROWS)
            records += len(table)
    return records


def _schema(attributes: Attributes, special: frozenset[str], text: Any) -> Any:
    fields = []
    for variable in attributes.variables:
        fields.append((variable.name, text if variable.kind is Kind.TEXT else ARROW_TYPES[variable.kind]))
        if variable.name in special:
            fields.append((variable.name + MISSING_SUFFIX, LETTERS))
    return pa.schema(fields)


def _metadata(attributes: Attributes, special: frozenset[str]) -> dict[bytes, bytes]:
    """What a reader needs to know beyond Parquet's own types: Arrow's types, and our attributes."""
    content = {_KEY: json.dumps(list_attributes(attributes), ensure_ascii=False).encode("utf-8")}
    schema = _schema(attributes, special, ARROW_TYPES[Kind.TEXT]).with_metadata(content)
    return {_ARROW: base64.b64encode(schema.serialize().to_pybytes()), **content}


def read_parquet(
    path: Path | str,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    report: Report = ignore,
) -> Dataset:
    """A dataset from a Parquet file, ours or another program's; ``columns`` chooses variables and their order.

    Without our metadata the file's stem in upper case is the dataset's name, and Parquet's types decide the kinds:
    integers (up to 2**53), decimals and booleans (1 and 0) are numbers, timestamps without zone are datetimes. A
    decimal becomes the nearest double; ``report`` gets a finding where that is not exactly it.

    DataError for types that have no kind (lists, structures, binaries, zones) and for an unknown column;
    FileFormatError for a file that is no Parquet file, is damaged, or would take absurdly more memory than it has bytes
    (see `adamline.io.parquet_size`); OSError for no file.

    >>> import pandas as pd, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pd.DataFrame({"AVAL": [61, 62]}).to_parquet(Path(folder) / "vs.parquet")
    ...     read_parquet(Path(folder) / "vs.parquet").frame["AVAL"].tolist()
    [61.0, 62.0]
    """
    with _opened(path, columns) as (file, plan):
        check_whole(file.metadata, plan.columns, Path(path).stat().st_size, plan.place)
        table = file.read(columns=plan.columns)
        return plan.dataset(table, text, 0, report)


def iter_parquet(
    path: Path | str,
    chunk_rows: int,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    report: Report = ignore,
) -> Iterator[Dataset]:
    """The dataset in parts of at most ``chunk_rows`` records, in the memory of one row group; as `read_parquet`.

    A part has ``X.missing`` and categories of its own records only. A dataset of very many variables comes in smaller
    parts.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    with _opened(path, columns) as (file, plan):
        start, most = 0, max(_PART_CELLS // max(len(plan.columns), 1), 1)
        for batch in file.iter_batches(min(chunk_rows, most), columns=plan.columns):
            yield plan.dataset(pa.Table.from_batches([batch]), text, start, report)
            start += len(batch)


@contextmanager
def _opened(path: Path | str, columns: Iterable[str] | None) -> Iterator[tuple[pq.ParquetFile, _Plan]]:
    """The file and what to read of it, within which the errors of Arrow are ours."""
    with Path(path).open("rb") as handle:
        head = handle.read(64)
    with _named_errors(str(path), f"{describe_content(head)}: "):
        names = [field.name for field in pq.ParquetFile(path).schema_arrow if is_string(field.type)]
        # Text by code: as text, one long value in many records would fill the memory before anything could be asked.
        file = pq.ParquetFile(path, read_dictionary=names, page_checksum_verification=True)
    with _named_errors(str(path)), file:
        plan = _Plan.of(file, str(path), columns)
        check_groups(file.metadata, Path(path).stat().st_size, plan.place)
        yield file, plan


@contextmanager
def _named_errors(path: str, found: str = "") -> Iterator[None]:
    """Arrow's errors about damaged files as ours; names and metadata that are not UTF-8 show only when looked at."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError, RecursionError) as error:
        raise FileFormatError(
            "The file cannot be read as Parquet.",
            place=Place(file=path),
            found=found + (str(error).partition("\n")[0][:200] or type(error).__name__),
        ) from error


@dataclass(frozen=True)
class _Plan:
    """The variables to read of a file, and the columns that hold them."""

    path: str
    name: str
    label: str
    variables: tuple[Variable, ...]
    columns: list[str]

    @property
    def place(self) -> Place:
        """The dataset in its file."""
        return Place(file=self.path, dataset=self.name)

    @classmethod
    def of(cls, file: pq.ParquetFile, path: str, wanted: Iterable[str] | None) -> _Plan:
        """Our metadata for the columns that still fit them, Parquet's types for the others."""
        schema = file.schema_arrow
        own = _own_attributes(schema, path)
        described = {variable.name: variable for variable in own.variables}
        names = [name for name in schema.names if not _PANDAS_INDEX.fullmatch(name)]
        letters = {name for name in names if _is_letters(name, schema)}
        known = [name for name in names if name not in letters]
        _check_names(names, known, path)
        chosen = known if wanted is None else list(wanted)
        variables = []
        for name in chosen:
            place = Place(file=path, dataset=own.name, variable=name)
            if name not in known:
                raise DataError(f"There is no variable {name}.", place=place, hint=nearest(name, known))
            kind = kind_of_type(schema.field(name).type, place)
            variable = described.get(name)
            variables.append(variable if variable and variable.kind is kind else Variable(name, kind))
        columns = [c for name in chosen for c in (name, name + MISSING_SUFFIX) if c == name or c in letters]
        return cls(path, own.name, own.label, tuple(variables), columns)

    def dataset(self, table: Any, text: TextType, start: int, report: Report) -> Dataset:
        """The table with our types; ``start`` records stand before it."""
        arrays = {name: table.column(name) for name in self.columns}
        for variable in self.variables:
            place = replace(self.place, variable=variable.name)
            values = arrays[variable.name]
            if variable.kind is Kind.TEXT:
                check_text(values, place, start)
                if text is TextType.STR:
                    check_spelt(values, place)
                continue
            letters = arrays.get(variable.name + MISSING_SUFFIX)
            if letters is not None:
                check_text(letters, place, start)
                check_letters(letters, values, place, start)
            arrays[variable.name], finding = convert_column(values, variable.kind, place, start)
            if finding is not None:
                report(finding)
        frame = from_arrow(pa.table(arrays), self.variables, text)
        return Dataset(self.name, frame, self.variables, self.label)


def _check_names(names: list[str], known: list[str], path: str) -> None:
    """FileFormatError for names that a frame could not tell apart: blank, twice, or like a column of missings."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileFormatError("The file has a column twice.", place=Place(file=path), found=", ".join(twice))
    if "" in names or not {name + MISSING_SUFFIX for name in known}.isdisjoint(known):
        raise FileFormatError(
            "A column has no name, or one that a dataset keeps for the kinds of missing of another.",
            place=Place(file=path),
            found=", ".join(names),
        )


def _own_attributes(schema: Any, path: str) -> Attributes:
    """What the metadata say, or the file's name where there are none of ours."""
    content = (schema.metadata or {}).get(_KEY)
    if content is None:
        return Attributes(Path(path).stem.upper(), "", ())
    try:
        return parse_attributes(json.loads(content), Place(file=path))
    except (ValueError, RecursionError) as error:
        raise FileFormatError("The metadata are damaged.", place=Place(file=path), found=str(error)[:200]) from None


def _is_letters(name: str, schema: Any) -> bool:
    """Whether a column holds the special missings of another one."""
    base = name.removesuffix(MISSING_SUFFIX)
    if base == name or base not in schema.names or not is_string(schema.field(name).type):
        return False
    return not is_string(schema.field(base).type)

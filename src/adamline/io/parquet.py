"""Reads and writes datasets as Parquet files, with their attributes in the file's own metadata."""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.io.arrow_columns import ARROW_TYPES, CODED_TEXT, LETTERS, from_arrow, special_variables, to_arrow
from adamline.io.atomic import replace_file
from adamline.io.attributes import Attributes, list_attributes, parse_attributes
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.file_signature import describe_content
from adamline.io.text_type import TextType

_KEY: Final = b"adamline"
_ARROW: Final = b"ARROW:schema"
# A group is what a reader by parts holds in memory.
_GROUP_ROWS: Final = 1 << 17
# Where pandas keeps an index; the index of a frame carries no meaning here.
_PANDAS_INDEX: Final = re.compile(r"__index_level_[0-9]+__")
_EXACT_INTEGERS: Final = 2**53


def write_parquet(dataset: Dataset, path: Path | str) -> None:
    """Write a dataset with all that it knows: attributes, dates and kinds of missing read back as they were.

    Text and numbers are Parquet's own, dates are DATE, datetimes TIMESTAMP (microseconds, no zone), times a count of
    microseconds that Arrow's readers know as a duration. A number with special missings has a column ``X.missing``
    after it. The attributes are in the file's metadata under ``adamline``, as JSON. The file appears under its name
    only when it is whole, and the same dataset gives the same bytes.

    DataError for a column that does not hold its kind, with the record.

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


def read_parquet(path: Path | str, *, columns: Iterable[str] | None = None, text: TextType = TextType.STR) -> Dataset:
    """A dataset from a Parquet file, ours or another program's; ``columns`` chooses variables and their order.

    Without our metadata the file's stem in upper case is the dataset's name, and Parquet's types decide the kinds:
    integers (up to 2**53), decimals and booleans (1 and 0) are numbers, timestamps without zone are datetimes.
    DataError for types that have no kind (lists, structures, binaries, zones) and for an unknown column;
    FileFormatError for a file that is no Parquet file or is damaged; OSError for no file.

    >>> import pandas as pd, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pd.DataFrame({"AVAL": [61, 62]}).to_parquet(Path(folder) / "vs.parquet")
    ...     read_parquet(Path(folder) / "vs.parquet").frame["AVAL"].tolist()
    [61.0, 62.0]
    """
    with _open(path) as file:
        plan = _Plan.of(file, str(path), columns)
        with _named_errors(str(path)):
            table = _read(file, plan.columns, text)
        return plan.dataset(table, text)


def iter_parquet(
    path: Path | str, chunk_rows: int, *, columns: Iterable[str] | None = None, text: TextType = TextType.STR
) -> Iterator[Dataset]:
    """The dataset in parts of at most ``chunk_rows`` records, in the memory of one row group; as `read_parquet`.

    A part has ``X.missing`` and categories of its own records only.
    """
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    with _open(path) as file:
        plan = _Plan.of(file, str(path), columns)
        batches = file.iter_batches(chunk_rows, columns=plan.columns)
        while True:
            with _named_errors(str(path)):
                batch = next(batches, None)
            if batch is None:
                return
            yield plan.dataset(pa.Table.from_batches([batch]), text)


def _open(path: Path | str) -> pq.ParquetFile:
    with Path(path).open("rb") as handle:
        head = handle.read(64)
    with _named_errors(str(path), f"{describe_content(head)}: "):
        return pq.ParquetFile(path)


@contextmanager
def _named_errors(path: str, found: str = "") -> Iterator[None]:
    """Arrow's errors about damaged files as ours."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise FileFormatError(
            "The file cannot be read as Parquet.", place=Place(file=path), found=f"{found}{str(error).splitlines()[0]}"
        ) from error


def _read(file: pq.ParquetFile, columns: list[str], text: TextType) -> Any:
    """The table; strings are encoded column by column, so that all of them never stand in memory as text."""
    if text is TextType.STR:
        return file.read(columns=columns)
    arrays = {}
    for name in columns:
        values = file.read(columns=[name]).column(0)
        arrays[name] = values.dictionary_encode() if _is_string(values.type) else values
    return pa.table(arrays)


@dataclass(frozen=True)
class _Plan:
    """The variables to read of a file, and the columns that hold them."""

    path: str
    name: str
    label: str
    variables: tuple[Variable, ...]
    columns: list[str]

    @classmethod
    def of(cls, file: pq.ParquetFile, path: str, wanted: Iterable[str] | None) -> _Plan:
        """Our metadata for the columns that still fit them, Parquet's types for the others."""
        schema = file.schema_arrow
        own = _own_attributes(schema, path)
        described = {variable.name: variable for variable in own.variables}
        names = [name for name in schema.names if not _PANDAS_INDEX.fullmatch(name)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise FileFormatError("The file has a column twice.", place=Place(file=path), found=", ".join(twice))
        letters = {name for name in names if _is_letters(name, schema)}
        known = [name for name in names if name not in letters]
        chosen = known if wanted is None else list(wanted)
        variables = []
        for name in chosen:
            place = Place(file=path, dataset=own.name, variable=name)
            if name not in known:
                raise DataError(f"There is no variable {name}.", place=place, hint=nearest(name, known))
            kind = _kind(schema.field(name).type, place)
            variable = described.get(name)
            variables.append(variable if variable and variable.kind is kind else Variable(name, kind))
        columns = [c for name in chosen for c in (name, name + MISSING_SUFFIX) if c == name or c in letters]
        return cls(path, own.name, own.label, tuple(variables), columns)

    def dataset(self, table: Any, text: TextType) -> Dataset:
        """The table with our types."""
        arrays = {name: table.column(name) for name in self.columns}
        for variable in self.variables:
            if variable.kind is not Kind.TEXT:
                place = Place(file=self.path, dataset=self.name, variable=variable.name)
                arrays[variable.name] = _converted(arrays[variable.name], variable.kind, place)
        return Dataset(self.name, from_arrow(pa.table(arrays), self.variables, text), self.variables, self.label)


def _own_attributes(schema: Any, path: str) -> Attributes:
    """What the metadata say, or the file's name where there are none of ours."""
    content = (schema.metadata or {}).get(_KEY)
    if content is None:
        return Attributes(Path(path).stem.upper(), "", ())
    try:
        return parse_attributes(json.loads(content), Place(file=path))
    except ValueError as error:
        raise FileFormatError("The metadata are damaged.", place=Place(file=path), found=str(error)) from None


def _is_letters(name: str, schema: Any) -> bool:
    """Whether a column holds the special missings of another one."""
    base = name.removesuffix(MISSING_SUFFIX)
    if base == name or base not in schema.names or not _is_string(schema.field(name).type):
        return False
    return not _is_string(schema.field(base).type)


def _is_string(type_: Any) -> bool:
    inner = type_.value_type if pa.types.is_dictionary(type_) else type_
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def _kind(type_: Any, place: Place) -> Kind:
    """The kind that a column of Parquet holds."""
    is_ = pa.types
    if _is_string(type_) or is_.is_null(type_):
        return Kind.TEXT
    if is_.is_integer(type_) or is_.is_floating(type_) or is_.is_decimal(type_) or is_.is_boolean(type_):
        return Kind.NUMBER
    if is_.is_date(type_):
        return Kind.DATE
    if is_.is_timestamp(type_) and type_.tz is None:
        return Kind.DATETIME
    if is_.is_time(type_) or is_.is_duration(type_):
        return Kind.TIME
    raise DataError(
        "A column has a type that no kind of variable holds.",
        place=place,
        expected="text, numbers, dates, timestamps without zone, times",
        found=str(type_),
        hint="choose other columns with columns=",
    )


def _converted(values: Any, kind: Kind, place: Place) -> Any:
    """The values in the Arrow type of their kind; DataError, with the record, where one would change."""
    if values.type == ARROW_TYPES[kind]:
        return values
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    if pa.types.is_integer(values.type) and values.type.bit_width == 64:
        large = pc.greater(values, pa.scalar(_EXACT_INTEGERS, values.type))
        if pa.types.is_signed_integer(values.type):
            large = pc.or_(large, pc.less(values, -_EXACT_INTEGERS))
        if pc.any(large, min_count=0).as_py():
            raise _inexact(values, int(pc.index(large, True).as_py()), place, "integers from -2**53 to 2**53")
    if pa.types.is_time(values.type):
        unit = values.type.unit
        values = values.cast(pa.int32() if pa.types.is_time32(values.type) else pa.int64()).cast(pa.int64())
        values = values.cast(pa.duration(unit))
    try:
        return values.cast(ARROW_TYPES[kind])
    except pa.ArrowInvalid:
        back = values.cast(ARROW_TYPES[kind], safe=False).cast(values.type, safe=False)
        changed = pc.fill_null(pc.not_equal(back, values), False)
        raise _inexact(values, int(pc.index(changed, True).as_py()), place, "values that microseconds hold") from None


def _inexact(values: Any, row: int, place: Place, expected: str) -> DataError:
    here = Place(file=place.file, dataset=place.dataset, variable=place.variable, record=row + 1)
    return DataError("A value cannot be held exactly.", place=here, expected=expected, found=str(values[row].as_py()))

"""Reads datasets from CSV text, with kinds from their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pcsv

from adamline.errors import DataError, FileFormatError, Place, nearest
from adamline.io.arrow_columns import from_arrow
from adamline.io.attributes import Attributes
from adamline.io.csv_text import MOST_BYTES, CsvText, line_of_record
from adamline.io.csv_values import parse_column
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.text_decoder import check_encoding
from adamline.io.text_type import TextType

_ROW: Final = re.compile(r"Row #(\d+)")


def read_csv(
    path: Path | str,
    *,
    attributes: Attributes | None = None,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str = "utf-8",
) -> Dataset:
    r"""A dataset from a CSV file whose first line has the names.

    ``attributes`` give the kinds; a column that they do not name is text, and without them every column is: nothing
    is guessed from the values. Numbers are decimals (``.5``, ``-1e-7``), a blank field or ``.`` is missing, ``.A`` a
    special missing; dates are ISO 8601, in full. Quotes and line breaks in fields as in RFC 4180; a mark at the
    beginning of a UTF-8 file is no part of the first name. ``columns`` chooses variables and their order.

    FileFormatError, with line and record or column, for a value that is not of its kind, a line with more or fewer
    fields, a quote without an end, a quote in a field that does not begin with one, text after a closing quote, a name
    twice, and bytes that are not in ``encoding``; DataError for an attribute or column without a name in the file;
    OSError for no file.

    >>> import tempfile
    >>> known = Attributes("VS", "Vital Signs", (Variable("VSSTRESN", Kind.NUMBER),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "vs.csv").write_text("USUBJID,VSSTRESN\n001,61.5\n002,.A\n")
    ...     read_csv(Path(folder) / "vs.csv", attributes=known).frame.to_dict("list")
    {'USUBJID': ['001', '002'], 'VSSTRESN': [61.5, nan], 'VSSTRESN.missing': [nan, 'A']}
    """
    plan = _Plan.of(path, attributes, columns, encoding)
    parts = list(plan.tables())
    return plan.dataset(pa.concat_tables(parts) if parts else plan.empty(), text)


def iter_csv(
    path: Path | str,
    chunk_rows: int,
    *,
    attributes: Attributes | None = None,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    encoding: str = "utf-8",
) -> Iterator[Dataset]:
    """The dataset in parts of at most ``chunk_rows`` records, in the memory of one block of the file; as `read_csv`."""
    if chunk_rows < 1:
        raise DataError("A part needs at least one record.", expected="chunk_rows of 1 or more", found=str(chunk_rows))
    plan = _Plan.of(path, attributes, columns, encoding)
    for table in plan.tables():
        for start in range(0, len(table), chunk_rows):
            yield plan.dataset(table.slice(start, chunk_rows), text)


@dataclass(frozen=True)
class _Plan:
    """Which columns of which file to read, and as what."""

    path: str
    name: str
    label: str
    names: tuple[str, ...]
    variables: tuple[Variable, ...]
    encoding: str

    @classmethod
    def of(cls, path: Path | str, attributes: Attributes | None, columns: Iterable[str] | None, encoding: str) -> _Plan:
        """Read the names and choose."""
        check_encoding(encoding)
        stem = Path(path).name.partition(".")[0].upper()
        known = attributes or Attributes(stem, "", ())
        place = Place(file=str(path), line=1)
        with Path(path).open("rb") as handle:
            names = CsvText(path, handle, encoding).names()
        described = {variable.name: variable for variable in known.variables}
        chosen = names if columns is None else tuple(columns)
        for name in (*described, *chosen):
            if name not in names:
                what = f"There is no column {name}."
                raise DataError(what, place=place, hint=nearest(name, names))
        variables = tuple(described.get(name, Variable(name, Kind.TEXT)) for name in chosen)
        return cls(str(path), known.name or stem, known.label, names, variables, encoding)

    def empty(self) -> Any:
        """The table of a file without records."""
        return self._parsed(pa.table({v.name: pa.array([], pa.large_string()) for v in self.variables}), 0)

    def tables(self) -> Iterator[Any]:
        """The records block by block, parsed."""
        start = 0
        with Path(self.path).open("rb") as handle:
            text = CsvText(self.path, handle, self.encoding)
            text.names()
            for batch in self._batches(text):
                yield self._parsed(pa.Table.from_batches([batch]), start)
                start += len(batch)

    def _batches(self, text: CsvText) -> Iterator[Any]:
        reading = pcsv.ReadOptions(
            use_threads=False, block_size=MOST_BYTES, column_names=list(self.names), skip_rows_after_names=1
        )
        # In a file of one column an empty line is a record.
        parsing = pcsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(self.names) > 1)
        converting = pcsv.ConvertOptions(
            column_types={name: pa.large_string() for name in self.names},
            include_columns=[variable.name for variable in self.variables],
        )
        with self._named_errors(text):
            reader = pcsv.open_csv(text, read_options=reading, parse_options=parsing, convert_options=converting)
        while True:
            with self._named_errors(text):
                batch = next(reader, None)
            if batch is None:
                return
            yield batch

    @contextmanager
    def _named_errors(self, text: CsvText) -> Iterator[None]:
        """Arrow's errors as ours, with line and record."""
        try:
            yield
        except pa.ArrowInvalid as error:
            found = _ROW.search(str(error))
            record = int(found[1]) - 1 if found else None
            message = str(error)[found.end() + 2 :] if found else str(error)
            place = self._place(record)
            if "straddl" in message:
                what = f"A record has more than {MOST_BYTES} bytes, or a quote has no end."
                raise FileFormatError(what, place=text.open_quote or place) from error
            raise FileFormatError("The file cannot be read as CSV.", place=place, found=message[:200]) from error

    def _place(self, record: int | None) -> Place:
        line = line_of_record(self.path, self.encoding, record) if record is not None else None
        return Place(file=self.path, line=line, record=record)

    def _parsed(self, table: Any, start: int) -> Any:
        """The columns by their kinds; ``start`` is the number of records before."""
        arrays: dict[str, Any] = {}
        for variable in self.variables:
            place = Place(file=self.path, dataset=self.name, variable=variable.name)
            try:
                arrays |= parse_column(table.column(variable.name).combine_chunks(), variable, place, start)
            except FileFormatError as error:
                raise error.at(self._place(error.place.record)) from None
        return pa.table(arrays)

    def dataset(self, table: Any, text: TextType) -> Dataset:
        """The table as a dataset."""
        return Dataset(self.name, from_arrow(table, self.variables, text), self.variables, self.label)

"""Writes the results of all outputs of a run as one table, in CSV and Parquet, out of their files one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from adamline.errors import FileFormatError, Place
from adamline.io.atomic import replace_file
from adamline.results.ard import NUMBER, group_count, result_columns
from adamline.results.csv_file import csv_lines, names_of
from adamline.results.run_results import are_of_listing

# Results from which on those of the next output begin another row group: what is in memory at once.
_ROW_GROUP = 1 << 17


def write_all_results(files: Iterable[Path], as_csv: Path, as_parquet: Path) -> None:
    """Write the results of outputs, from the ``files`` of `write_results`, one below the other in CSV and Parquet.

    The table has as many groups as one of them has; text is blank where others have fewer. Listings are left out.
    Both files are replaced as a whole.
    """
    heads = {file: head for file in files if not are_of_listing(head := names_of(file))}
    schema = _schema(max(map(group_count, heads.values()), default=0))
    with (
        replace_file(as_csv) as text,
        replace_file(as_parquet) as handle,
        pyarrow.parquet.ParquetWriter(handle, schema) as parquet,
    ):
        text.write(f"{','.join(schema.names)}\n".encode())
        group = [schema.empty_table()]
        for file, head in heads.items():
            content = file.read_bytes()
            with _told_of(file):
                group.append(_table(content, head, schema))
            text.write(
                content.partition(b"\n")[2] if head == schema.names else csv_lines(group[-1].to_pandas()).encode()
            )
            if sum(map(len, group)) >= _ROW_GROUP:
                parquet.write_table(_joined(group))
                group.clear()
        if group:
            parquet.write_table(_joined(group))


def _schema(groups: int) -> pa.Schema:
    """The columns of results with so many groups as pandas stores them in Parquet."""
    columns = {name: pd.Series(dtype="float64" if name == NUMBER else "str") for name in result_columns(groups)}
    return pa.Schema.from_pandas(pd.DataFrame(columns), preserve_index=False)


def _table(content: bytes, head: Iterable[str], schema: pa.Schema) -> pa.Table:
    """A file of results with the columns of all."""
    found = pyarrow.csv.read_csv(
        pa.BufferReader(content),
        # One block, so that no text is cut into pieces, and pages of Parquet end where an output does.
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=len(content) + 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: schema.field(name).type for name in head}, null_values=[""], strings_can_be_null=False
        ),
    )
    blank = pa.repeat(pa.scalar("", pa.large_string()), len(found))
    return pa.table([found[name] if name in found.column_names else blank for name in schema.names], schema=schema)


@contextmanager
def _told_of(file: Path) -> Iterator[None]:
    """FileFormatError for what is no file of results: it was changed after it was made."""
    try:
        yield
    except (pa.ArrowException, KeyError) as error:
        what, hint = "A file of results cannot be read.", "run the study again: it makes the file anew"
        raise FileFormatError(what, place=Place(file=file.name), found=str(error), hint=hint) from error


def _joined(tables: list[pa.Table]) -> pa.Table:
    """Tables as one. Numbers are one piece, as they are in a frame: a page of Parquet ends where a piece does."""
    joined = pa.concat_tables(tables)
    place = joined.column_names.index(NUMBER)
    return joined.set_column(place, joined.schema.field(place), joined[NUMBER].combine_chunks())

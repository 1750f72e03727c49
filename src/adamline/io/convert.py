"""Converts a dataset's file from one format to another, by parts where the formats allow it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from adamline.errors import DataError, Place
from adamline.findings import Finding
from adamline.io.arrow_columns import special_variables
from adamline.io.dataset_json_read import read_dataset_json_header
from adamline.io.dataset_json_write import times_beyond_a_day
from adamline.io.file_format import JSON_FORMATS
from adamline.io.files import (
    FileFormat,
    Loss,
    ReadOptions,
    WriteOptions,
    format_of,
    iter_dataset,
    read_dataset,
    write_dataset,
    write_dataset_parts,
)
from adamline.io.text_type import TextType


@dataclass(frozen=True)
class Conversion:
    """What was converted: the dataset's name, its records, and what the reader and the writer found."""

    dataset: str
    records: int
    findings: tuple[Finding, ...]


def convert_file(
    source: Path | str,
    target: Path | str,
    *,
    columns: Iterable[str] | None = None,
    allow: Collection[Loss] = (),
    reading: ReadOptions | None = None,
    writing: WriteOptions | None = None,
    chunk_rows: int = 100_000,
) -> Conversion:
    """Write the dataset of one file to another, formats by their suffixes; ``columns`` chooses variables.

    It flows in parts of ``chunk_rows`` records: memory does not grow with the file. It is read twice, since files
    begin with what is known only at their end: the number of records, which numbers have special missings, which times
    go beyond a day. Only into XPT, whose lengths depend on all values, the whole dataset is held in memory. Between the
    two forms of Dataset-JSON the header goes along, times and OIDs included.

    What the target cannot keep is refused unless ``allow`` lists it, before anything is written; errors are those
    of `read_dataset` and `write_dataset`. The target appears under its name only when it is whole.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.dataset import Dataset, Kind, Variable
    >>> ae = Dataset("AE", pd.DataFrame({"AESEQ": [1.0, 2.0]}), (Variable("AESEQ", Kind.NUMBER),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_dataset(ae, Path(folder) / "ae.xpt")
    ...     convert_file(Path(folder) / "ae.xpt", Path(folder) / "ae.parquet")
    Conversion(dataset='AE', records=2, findings=())
    """
    if Path(source).resolve() == Path(target).resolve():
        raise DataError("A file cannot be converted onto itself.", place=Place(file=str(source)))
    chosen = None if columns is None else list(columns)
    findings: list[Finding] = []
    if format_of(target) is FileFormat.XPT:
        dataset = read_dataset(source, columns=chosen, text=TextType.CATEGORY, options=reading, report=findings.append)
        findings += write_dataset(dataset, target, allow=allow, options=writing)
        return Conversion(dataset.name, len(dataset.frame), tuple(findings))
    name, records = "", 0
    special: frozenset[str] = frozenset()
    seconds: frozenset[str] = frozenset()
    for part in iter_dataset(source, chunk_rows, columns=chosen, options=reading, report=findings.append):
        name, records = part.name, records + len(part.frame)
        special |= special_variables(part)
        seconds |= times_beyond_a_day(part)
    parts = iter_dataset(source, chunk_rows, columns=chosen, options=reading)
    options = _with_header(source, target, writing, seconds)
    write_dataset_parts(parts, target, special=special, records=records, allow=allow, options=options)
    return Conversion(name, records, tuple(findings))


def _with_header(
    source: Path | str, target: Path | str, options: WriteOptions | None, seconds: frozenset[str]
) -> WriteOptions | None:
    """The options for a Dataset-JSON file: its times in seconds, and the header of a source of the same kind."""
    if format_of(target) not in JSON_FORMATS:
        return options
    made = replace(options or WriteOptions(), seconds=seconds)
    if format_of(source) not in JSON_FORMATS or made.header is not None:
        return made
    return replace(made, header=read_dataset_json_header(source))

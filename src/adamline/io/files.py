"""The one door to files of datasets: reads and writes each format by the suffix of its name."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adamline.errors import DataError, FileFormatError, Place
from adamline.findings import Finding, Report, ignore
from adamline.io.attributes_file import attributes_path
from adamline.io.dataset import Dataset
from adamline.io.file_format import (
    JSON_FORMATS,
    FileFormat,
    ReadOptions,
    WriteOptions,
    choices_of,
    format_of,
)
from adamline.io.losses import Loss, refuse_losses
from adamline.io.text_type import TextType
from adamline.io.written_names import check_written

if TYPE_CHECKING:
    from adamline.io.attributes import Attributes

__all__ = ["FileFormat", "Loss", "ReadOptions", "WriteOptions", "format_of", "iter_dataset", "read_dataset"]
__all__ += ["write_dataset", "write_dataset_parts"]


def read_dataset(
    path: Path | str,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    options: ReadOptions | None = None,
    report: Report | None = None,
) -> Dataset:
    """A dataset from a file of any format; ``columns`` chooses variables and their order.

    See `read_xpt`, `read_dataset_json`, `read_sas7bdat`, `read_parquet` and `read_csv` for what each format keeps.
    A CSV file without attributes gives text only. ``report`` gets what the reader found odd or mended, with variable
    and record. Errors are those of the format, and DataError for a choice that the format has no use for.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.dataset import Kind, Variable
    >>> dm = Dataset("DM", pd.DataFrame({"AGE": [63.0, 64.0]}), (Variable("AGE", Kind.NUMBER),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_dataset(dm, Path(folder) / "dm.xpt")
    ...     read_dataset(Path(folder) / "dm.xpt").frame["AGE"].tolist()
    ()
    [63.0, 64.0]
    """
    form = format_of(path)
    choices = _read_choices(options, form, path, report)
    dataset: Dataset = _readers(form)[0](path, columns=columns, text=text, **choices)
    return dataset


def _readers(form: FileFormat) -> tuple[Any, Any]:
    """The functions that read files of a format as a whole and in parts, loaded where there is such a file."""
    if form is FileFormat.XPT:
        from adamline.io.xpt_read import iter_xpt, read_xpt

        return read_xpt, iter_xpt
    if form is FileFormat.SAS7BDAT:
        from adamline.io.sas7bdat import iter_sas7bdat, read_sas7bdat

        return read_sas7bdat, iter_sas7bdat
    if form is FileFormat.PARQUET:
        from adamline.io.parquet import iter_parquet, read_parquet

        return read_parquet, iter_parquet
    if form is FileFormat.CSV:
        from adamline.io.csv_read import iter_csv, read_csv

        return read_csv, iter_csv
    from adamline.io.dataset_json_read import iter_dataset_json, read_dataset_json

    return read_dataset_json, iter_dataset_json


def iter_dataset(
    path: Path | str,
    chunk_rows: int,
    *,
    columns: Iterable[str] | None = None,
    text: TextType = TextType.STR,
    options: ReadOptions | None = None,
    report: Report | None = None,
) -> Iterator[Dataset]:
    """The dataset in parts of at most ``chunk_rows`` records, at least one part (of no record where there are none).

    The memory is that of a part, or of a block of the file. A part has ``X.missing`` and categories of its own
    records only. The rest is as in `read_dataset`; findings come at the end.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.dataset import Kind, Variable
    >>> dm = Dataset("DM", pd.DataFrame({"AGE": [63.0, 64.0, 71.0]}), (Variable("AGE", Kind.NUMBER),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_dataset(dm, Path(folder) / "dm.xpt")
    ...     [len(part.frame) for part in iter_dataset(Path(folder) / "dm.xpt", 2)]
    ()
    [2, 1]
    """
    form = format_of(path)
    choices = _read_choices(options, form, path, report)
    chosen = None if columns is None else list(columns)
    empty = True
    for part in _readers(form)[1](path, chunk_rows, columns=chosen, text=text, **choices):
        empty = False
        yield part
    if empty:
        # What there is to find, the iterator has found.
        yield read_dataset(path, columns=chosen, text=text, options=options)


def write_dataset(
    dataset: Dataset,
    path: Path | str,
    *,
    allow: Collection[Loss] = (),
    options: WriteOptions | None = None,
) -> tuple[Finding, ...]:
    """Write a dataset in the format of the file's suffix; all of it, or nothing.

    What the format cannot keep is named and refused unless ``allow`` lists it:

    - Dataset-JSON: kinds of missing (``missing-kinds``), informats, lengths of numbers under 8 (``attributes``);
    - XPT: blanks at the end of text (``trailing-blanks``), numbers under 5.4e-79 (``tiny-numbers``), records that
      version 5 cannot tell from padding (``blank-records``); what is too long is refused by `write_xpt`, and cut as
      `shorten_for_xpt` does where ``long-names``, ``long-labels``, ``long-text`` or ``long-formats`` is allowed;
    - CSV: attributes, kinds included. They go into a file beside it (``adlb.csv.yaml``), which `read_dataset` finds;
      where ``attributes`` is allowed, there is none.

    Parquet keeps all. SAS datasets (.sas7bdat) are only read. Findings, and errors about what a format cannot hold
    at all, are those of `write_xpt`, `write_dataset_json`, `write_parquet` and `write_csv`.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.dataset import Kind, Variable
    >>> ae = Dataset("AE", pd.DataFrame({"AETERM": ["Rash "]}), (Variable("AETERM", Kind.TEXT),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_dataset(ae, Path(folder) / "ae.parquet")
    ...     read_dataset(Path(folder) / "ae.parquet").frame["AETERM"].tolist()
    ...     [found.check for found in write_dataset(ae, Path(folder) / "ae.xpt", allow=[Loss.TRAILING_BLANKS])]
    ()
    ['Rash ']
    ['xpt.trailing_blanks']
    """
    if format_of(path) is FileFormat.XPT:
        return _write_xpt(dataset, Path(path), allow, options or WriteOptions())
    from adamline.io.arrow_columns import special_variables

    special = special_variables(dataset)
    if format_of(path) in JSON_FORMATS:
        from adamline.io.dataset_json_write import times_beyond_a_day

        options = replace(options or WriteOptions(), seconds=times_beyond_a_day(dataset))
    write_dataset_parts([dataset], path, special=special, records=len(dataset.frame), allow=allow, options=options)
    return ()


def write_dataset_parts(
    parts: Iterable[Dataset],
    path: Path | str,
    *,
    special: frozenset[str],
    records: int,
    allow: Collection[Loss] = (),
    options: WriteOptions | None = None,
) -> None:
    """Write a dataset that comes in parts, at least one, in the memory of one; see `write_dataset`.

    ``special``: the variables with special missings in any part; ``records``: how many there are in all parts.
    FileFormatError for a format that is written as a whole only (XPT).
    """
    form = format_of(path)
    if form in (FileFormat.SAS7BDAT, FileFormat.XPT):
        what = "only read, not written" if form is FileFormat.SAS7BDAT else "not written in parts"
        hint = "write .xpt or .parquet" if form is FileFormat.SAS7BDAT else ""
        raise FileFormatError(f"Files of this format are {what}.", place=Place(str(path)), hint=hint)
    choices = choices_of(options or WriteOptions(), form, path)
    rest = iter(parts)
    first = next(rest, None)
    if first is None:
        raise DataError("There is no part to write.", place=Place(file=str(path)))
    check_written(first.name, first.variables, str(path))
    together = (part for group in ((first,), rest) for part in group)
    if form is FileFormat.PARQUET:
        from adamline.io.parquet import write_parquet_parts

        write_parquet_parts(together, path, special=special)
    elif form is FileFormat.CSV:
        from adamline.io.csv_write import write_csv_parts

        write_csv_parts(together, path, **choices)
        if Loss.ATTRIBUTES in allow:
            # Attributes of a previous file would be taken for those of this one.
            attributes_path(path).unlink(missing_ok=True)
        else:
            from adamline.io.attributes_file import write_attributes

            write_attributes(first, attributes_path(path))
    else:
        from adamline.io.dataset_json_write import json_losses, write_dataset_json_parts

        # Before the first part is written, though only a later one may have special missings.
        refuse_losses(json_losses(first, special), allow, str(path), first.name)
        write_dataset_json_parts(together, path, records=records, allow=allow, **choices)


def _read_choices(
    options: ReadOptions | None, form: FileFormat, path: Path | str, report: Report | None
) -> dict[str, Any]:
    """What the reader of a format is called with."""
    made = choices_of(options or ReadOptions(), form, path)
    if form is not FileFormat.CSV:  # which mends nothing
        made["report"] = report or ignore
    else:
        made["attributes"] = _csv_attributes(path, made.get("attributes"))
    return made


def _csv_attributes(path: Path | str, given: Attributes | Path | None) -> Attributes | None:
    if given is not None and not isinstance(given, Path):
        return given
    beside = attributes_path(path)
    if given is None and not beside.is_file():
        return None
    from adamline.io.attributes_file import read_attributes

    return read_attributes(beside if given is None else given)


_XPT_LOSSES: Final = {
    "xpt.trailing_blanks": Loss.TRAILING_BLANKS,
    "xpt.underflow": Loss.TINY_NUMBERS,
    "xpt.blank_records": Loss.BLANK_RECORDS,
}


def _write_xpt(dataset: Dataset, path: Path, allow: Collection[Loss], options: WriteOptions) -> tuple[Finding, ...]:
    """Write beside the place, look at what was found, and only then take the place."""
    from adamline.io.xpt_shorten import Cut, shorten_for_xpt
    from adamline.io.xpt_write import FIXED_STAMP, Lengths, XptVersion, write_xpt

    cuts = {
        Loss.LONG_NAMES: Cut.NAMES,
        Loss.LONG_LABELS: Cut.LABELS,
        Loss.LONG_TEXT: Cut.TEXT,
        Loss.LONG_FORMATS: Cut.FORMATS,
    }
    version, encoding = options.version or XptVersion.V5, options.encoding or "ascii"
    cut = reduce(or_, (cuts[loss] for loss in allow if loss in cuts), Cut(0))
    dataset, shortened = shorten_for_xpt(dataset, cut, version=version, encoding=encoding)
    beside = path.with_name(f".{path.name}.{os.getpid()}.unchecked")
    try:
        findings = write_xpt(
            dataset,
            beside,
            version=version,
            lengths=options.lengths if options.lengths is not None else Lengths.SPEC,
            encoding=encoding,
            stamp=options.created or FIXED_STAMP,
        )
        losses = {
            _XPT_LOSSES[f.check]: f"{f.place.variable}: {f.message}".removeprefix(": ")
            for f in findings
            if f.check in _XPT_LOSSES
        }
        refuse_losses(losses, allow, str(path), dataset.name)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return (*shortened, *findings)

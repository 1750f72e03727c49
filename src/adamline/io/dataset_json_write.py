"""Writes datasets as Dataset-JSON files, version 1.1, as JSON or NDJSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

import pandas as pd

from adamline.errors import DataError, Place
from adamline.io.arrow_columns import special_variables, to_arrow
from adamline.io.atomic import replace_file
from adamline.io.dataset import Dataset, Kind
from adamline.io.dataset_json_header import ATTRIBUTES, COLUMN_ATTRIBUTES, ISO_MOMENT
from adamline.io.dataset_json_tokens import join_rows, json_tokens
from adamline.io.dataset_json_types import FIXED_TIME, DatasetJsonHeader, JsonColumn, describe_columns
from adamline.io.ibm import NUMBER_BYTES
from adamline.io.losses import Loss, refuse_losses
from adamline.io.written_names import check_written

_BLOCK_ROWS: Final = 1 << 15


def write_dataset_json(
    dataset: Dataset,
    path: Path | str,
    *,
    header: DatasetJsonHeader | None = None,
    created: datetime | None = None,
    allow: Collection[Loss] = (),
    seconds: Collection[str] = (),
) -> None:
    """Write a dataset: ``.ndjson`` has the attributes in its first line and a row in each other, else JSON.

    Without ``header`` a number is float, text string, a date is date with targetDataType integer, datetimes and times
    likewise, and OIDs are formed as in CDISC's examples (``IG.DM``, ``IT.DM.SEX``). Nothing depends
    on the values. The times that ``seconds`` names are float, SAS's seconds with the variable's format, and are read
    back as times: a way for those that ISO 8601 does not have (`times_beyond_a_day`), which are refused otherwise.
    With it (from `read_dataset_json_header`, or made), OIDs, systems, keys and types are the header's, by the names of
    its columns; name, label, order, labels, formats and lengths of text are always the dataset's. A file that has no
    fault, read and written with its header, has the same content, time of creation included.

    ``created`` is the time in the file; where it is None, the header's, or a fixed one: files hold no clock. Missing
    text is an empty string, other missing values are null; text keeps its blanks. The output is valid by the
    specification's schema. The file appears under its name only when it is whole.

    Dataset-JSON has no place for kinds of missing, informats and lengths of numbers under 8: DataError names them,
    unless ``allow`` lists the loss. DataError also, with the record, for what `json_tokens` and `to_arrow` refuse, a
    type of the header that is not for the variable's kind, and a database changed after the file's creation.

    >>> import tempfile
    >>> import pandas as pd
    >>> from adamline.io.dataset import Variable
    >>> dataset = Dataset("DM", pd.DataFrame({"AGE": [30.0, None]}), (Variable("AGE", Kind.NUMBER, "Age"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_dataset_json(dataset, Path(folder) / "dm.ndjson")
    ...     print(*(Path(folder) / "dm.ndjson").read_text().splitlines()[1:])
    [30] [null]

    Source: CDISC Dataset-JSON specification 1.1, 2024-12-05.
    """
    write_dataset_json_parts(
        [dataset],
        path,
        records=len(dataset.frame),
        header=header,
        created=created,
        allow=allow,
        seconds=seconds,
    )


def write_dataset_json_parts(
    parts: Iterable[Dataset],
    path: Path | str,
    *,
    records: int,
    header: DatasetJsonHeader | None = None,
    created: datetime | None = None,
    allow: Collection[Loss] = (),
    seconds: Collection[str] = (),
) -> None:
    """Write a dataset that comes in parts, at least one, in the memory of one; as `write_dataset_json`.

    ``records`` is the number in all parts, since it stands before the rows; DataError where it is another. ``seconds``
    are the times to be written as SAS's seconds: `times_beyond_a_day` of every part, taken together.
    """
    form = _Form.NDJSON if str(path).lower().endswith(".ndjson") else _Form.JSON
    count = 0
    full: DatasetJsonHeader | None = None
    with replace_file(path) as handle:
        for part in parts:
            refuse_losses(json_losses(part, special_variables(part)), allow, str(path), part.name)
            if full is None:
                check_written(part.name, part.variables, str(path))
                full = _complete(part, records, header, created, seconds)
                handle.write(_head(full, form))
            for start in range(0, len(part.frame), _BLOCK_ROWS):
                block = part.with_frame(part.frame.iloc[start : start + _BLOCK_ROWS])
                rows = _rows(block, full.columns, form, count)
                # The first row has none before it.
                handle.write(rows[1:] if form is _Form.JSON and count == 0 else rows)
                count += len(block.frame)
        if full is None or count != records:
            raise DataError(
                "The parts do not have the records that were announced.",
                place=Place(file=str(path)),
                expected=str(records),
                found=str(count),
            )
        handle.write(b"]}" if form is _Form.JSON else b"")


class _Form(Enum):
    """The representations of a dataset: what stands before and after a row."""

    JSON = (",", "")
    NDJSON = ("", "\n")


def json_losses(dataset: Dataset, special: Collection[str]) -> dict[Loss, str]:
    """What Dataset-JSON has no place for; ``special`` are the variables with special missings.

    A number's length is none in characters, so it is not written: that loses nothing where it is SAS's ordinary 8.
    """
    losses: dict[Loss, str] = {}
    if special:
        losses[Loss.MISSING_KINDS] = f"special missings of {', '.join(sorted(special))}"
    variables = dataset.variables
    informats = [variable.name for variable in variables if variable.informat]
    lengths = [v.name for v in variables if v.kind is not Kind.TEXT and v.length not in (None, NUMBER_BYTES)]
    lost = [
        f"{what} of {', '.join(names)}" for what, names in (("informats", informats), ("lengths", lengths)) if names
    ]
    if lost:
        losses[Loss.ATTRIBUTES] = ", ".join(lost)
    return losses


def times_beyond_a_day(dataset: Dataset) -> frozenset[str]:
    """The times of which some value is negative or of a day and more, which a time of ISO 8601 cannot be.

    >>> import pandas as pd
    >>> from adamline.io.dataset import Variable
    >>> frame = pd.DataFrame({"ELTM": pd.to_timedelta(["25:10:00"])})
    >>> sorted(times_beyond_a_day(Dataset("ADPC", frame, (Variable("ELTM", Kind.TIME, format="TIME8."),))))
    ['ELTM']
    """
    day = pd.Timedelta(days=1)
    found = []
    for variable in dataset.variables:
        times = dataset.frame[variable.name]
        if variable.kind is Kind.TIME and pd.api.types.is_timedelta64_dtype(times.dtype):
            found += [variable.name] if ((times < pd.Timedelta(0)) | (times >= day)).any() else []
    return frozenset(found)


def _rows(block: Dataset, columns: tuple[JsonColumn, ...], form: _Form, before: int) -> bytes:
    """The rows as JSON; ``before`` records stand before them, which errors count."""
    try:
        table = to_arrow(block, ())
        tokens = [
            json_tokens(
                table.column(variable.name).combine_chunks(),
                column,
                variable.kind,
                Place(dataset=block.name, variable=variable.name),
            )
            for variable, column in zip(block.variables, columns, strict=True)
        ]
    except DataError as error:
        if error.place.record is not None:
            error.place = replace(error.place, record=error.place.record + before)
        raise
    return join_rows(tokens, *form.value)


def _complete(
    dataset: Dataset,
    records: int,
    known: DatasetJsonHeader | None,
    created: datetime | None,
    seconds: Collection[str],
) -> DatasetJsonHeader:
    """The header of the file: the dataset's attributes, and what is known beside them."""
    columns = describe_columns(dataset, known.columns if known else (), seconds)
    if known is None:
        known = DatasetJsonHeader(FIXED_TIME, "1.1.0", f"IG.{dataset.name}", records, dataset.name, "", ())
    moment = known.created if created is None else created.isoformat()
    header = replace(known, created=moment, records=records, name=dataset.name, label=dataset.label, columns=columns)
    _check_times(header)
    return header


def _check_times(header: DatasetJsonHeader) -> None:
    times = [moment for moment in (header.modified, header.created) if moment is not None]
    for moment in times:
        if not ISO_MOMENT.match(moment):
            raise DataError("A time of the header is no ISO 8601 datetime.", found=moment)
    first, *rest = map(datetime.fromisoformat, times)
    # A time with a zone and one without cannot be compared.
    if rest and (first.tzinfo is None) is (rest[0].tzinfo is None) and rest[0] < first:
        raise DataError(
            "The file would be older than the last change of its database.",
            expected=f"created on or after {header.modified}",
            found=header.created,
        )


def _head(header: DatasetJsonHeader, form: _Form) -> bytes:
    """All before the rows; what the specification wants and the header does not have is a DataError."""
    source = header.source_system
    values = (
        *(header.created, header.version, header.file_oid, header.modified, header.originator),
        *(source and {"name": source.name, "version": source.version}, header.study_oid),
        *(header.metadata_version_oid, header.metadata_ref, header.item_group_oid, header.records),
        *(header.name, header.label, [_column(column, header.name) for column in header.columns]),
    )
    members = dict(zip(ATTRIBUTES[:-1], values, strict=True))
    _check_filled(members, ("fileOID", "studyOID", "metaDataVersionOID", "itemGroupOID", "name"), Place())
    text = json.dumps(_known(members), ensure_ascii=False, separators=(",", ":"))
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            "An attribute holds half of a surrogate pair, which is no character.",
            place=Place(dataset=header.name),
            found=repr(text[error.start : error.end]),
        ) from None
    return content + b"\n" if form is _Form.NDJSON else content[:-1] + b',"rows":['


def _column(column: JsonColumn, dataset: str) -> dict[str, Any]:
    values = (
        *(column.item_oid, column.name, column.label, column.data_type, column.target),
        *(column.length, column.display_format, column.key_sequence),
    )
    items = dict(zip(COLUMN_ATTRIBUTES, values, strict=True))
    _check_filled(items, ("itemOID", "name", "length", "keySequence"), Place(dataset=dataset, variable=column.name))
    return _known(items)


def _known(items: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in items.items() if value is not None}


def _check_filled(items: dict[str, Any], keys: tuple[str, ...], place: Place) -> None:
    """Refuse what is there and empty, or a count under 1."""
    for key in keys:
        value = items[key]
        if value == "" or (isinstance(value, int) and value < 1):
            raise DataError(f"The {key} is empty.", place=place, expected="text, or a count of 1 or more")

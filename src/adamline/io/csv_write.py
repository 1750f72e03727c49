"""Writes datasets as CSV text that reads back exactly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, Place
from adamline.io.arrow_columns import special_variables, to_arrow
from adamline.io.atomic import replace_file
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind
from adamline.io.text_decoder import check_encoding
from adamline.io.text_encoder import encode_text

UTF8_WITH_MARK: Final = "utf-8-sig"
_BLOCK_ROWS: Final = 1 << 16
_QUOTED: Final = '[",\r\n]'


def write_csv(dataset: Dataset, path: Path | str, *, encoding: str = "utf-8") -> None:
    """Write the records: a line of names, then a line a record, commas between, fields quoted where they need it.

    Numbers are the shortest decimals that read back as the same doubles; dates, datetimes and times are ISO 8601
    (``2024-03-05``, ``2024-03-05T07:30:00``, ``07:30:00``, hours beyond 24 and a sign where there are such). Missing
    is an empty field, a special missing its letter (``.A``). Text keeps its blanks and line breaks. ``utf-8-sig``
    begins the file with the mark that spreadsheet programs look for.

    CSV has no place for attributes: `write_attributes` keeps them in a file of their own. The file appears under
    its name only when it is whole. DataError, with the record, for a column that does not hold its kind, an infinite
    number, and a character that the encoding lacks.

    >>> import tempfile
    >>> from adamline.io.dataset import Variable
    >>> ae = pd.DataFrame({"AETERM": ["Rash, mild"], "AESEQ": [1.0]})
    >>> dataset = Dataset("AE", ae, (Variable("AETERM", Kind.TEXT), Variable("AESEQ", Kind.NUMBER)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_csv(dataset, Path(folder) / "ae.csv")
    ...     print((Path(folder) / "ae.csv").read_text(), end="")
    AETERM,AESEQ
    "Rash, mild",1
    """
    write_csv_parts([dataset], path, encoding=encoding)


def write_csv_parts(parts: Iterable[Dataset], path: Path | str, *, encoding: str = "utf-8") -> int:
    """Write a dataset that comes in parts, at least one, in the memory of one; the number of records."""
    check_encoding(encoding)
    records = 0
    names: tuple[str, ...] = ()
    with replace_file(path) as handle:
        for part in parts:
            if not names:
                names = tuple(variable.name for variable in part.variables)
                _write_names(handle, part, encoding)
            for start in range(0, len(part.frame), _BLOCK_ROWS):
                block = part.with_frame(part.frame.iloc[start : start + _BLOCK_ROWS])
                try:
                    _write_block(handle, block, encoding)
                except DataError as error:
                    raise _later(error, records + start) from error
            records += len(part.frame)
        if not names:
            raise DataError("There is no variable to write.", place=Place(file=str(path)))
    return records


def _later(error: DataError, records: int) -> DataError:
    """The error with its record counted from the beginning of the file."""
    if error.place.record is None:
        return error
    inner = error.place
    place = Place(dataset=inner.dataset, variable=inner.variable, record=(inner.record or 0) + records)
    return DataError(error.what, place=place, expected=error.expected, found=error.found, hint=error.hint)


def _write_names(handle: BinaryIO, dataset: Dataset, encoding: str) -> None:
    for variable in dataset.variables:
        place = Place(dataset=dataset.name, variable=variable.name)
        encode_text(pd.Series([variable.name], dtype="str"), _codec(encoding), place)
        if "\0" in variable.name or not variable.name:
            raise DataError("A name that is empty or has NUL cannot be read back.", place=place)
    fields = [pa.array([variable.name], pa.large_string()) for variable in dataset.variables]
    if encoding == UTF8_WITH_MARK:
        handle.write(b"\xef\xbb\xbf")
    _write_lines(handle, fields, encoding)


def _codec(encoding: str) -> str:
    return "utf-8" if encoding == UTF8_WITH_MARK else encoding


def _write_block(handle: BinaryIO, dataset: Dataset, encoding: str) -> None:
    special = special_variables(dataset)
    table = to_arrow(dataset, special)
    fields = []
    for variable in dataset.variables:
        place = Place(dataset=dataset.name, variable=variable.name)
        values = table.column(variable.name).combine_chunks()
        if variable.kind is Kind.TEXT:
            if _codec(encoding) != "utf-8":
                encode_text(dataset.frame[variable.name], encoding, place)
            fields.append(values)
            continue
        text = _PRINT[variable.kind](values, place)
        if variable.name in special:
            dot, nothing = _scalars(".", "")
            letters = table.column(variable.name + MISSING_SUFFIX).combine_chunks().cast(pa.large_string())
            text = pc.coalesce(text, pc.binary_join_element_wise(dot, letters, nothing))
        fields.append(text)
    _write_lines(handle, fields, encoding)


def _write_lines(handle: BinaryIO, fields: list[Any], encoding: str) -> None:
    """The lines are made as one Arrow array: its bytes, one after the other, are the content of the file."""
    # An empty line would be none: a record of a single empty field is written in quotes.
    empty = '""' if len(fields) == 1 else ""
    quoted = [pc.fill_null(_quoted(field), empty).cast(pa.large_string()) for field in fields]
    comma, end, nothing = _scalars(",", "\n", "")
    lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*quoted, comma), end, nothing)
    data = lines.buffers()[2]
    content = data.to_pybytes() if data is not None else b""
    handle.write(content if _codec(encoding) == "utf-8" else content.decode("utf-8").encode(encoding))


def _scalars(*texts: str) -> list[Any]:
    """Texts as Arrow's functions take them beside columns."""
    return [pa.scalar(text, pa.large_string()) for text in texts]


def _quoted(field: Any) -> Any:
    needs = pc.match_substring_regex(field, _QUOTED)
    if not pc.any(needs, min_count=0).as_py():
        return field
    quote, nothing = _scalars('"', "")
    inner = pc.replace_substring(field, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise(quote, inner, quote, nothing), field)


def _number_text(values: Any, place: Place) -> Any:
    finite = pc.fill_null(pc.is_finite(values), True)
    if not pc.all(finite, min_count=0).as_py():
        row = int(pc.index(finite, False).as_py())
        here = Place(dataset=place.dataset, variable=place.variable, record=row + 1)
        raise DataError("An infinite number has no decimals.", place=here, found=str(values[row].as_py()))
    return values.cast(pa.large_string())


def _date_text(values: Any, place: Place) -> Any:
    return values.cast(pa.large_string())


def _datetime_text(values: Any, place: Place) -> Any:
    text = pc.replace_substring(values.cast(pa.large_string()), " ", "T", max_replacements=1)
    return pc.replace_substring_regex(text, r"\.000000$", "")


def _time_text(values: Any, place: Place) -> Any:
    """Hours, minutes, seconds from counts of microseconds."""
    counts = values.cast(pa.int64())
    size = pc.abs(counts)
    seconds = pc.divide(size, 1_000_000)
    minutes = pc.divide(seconds, 60)
    hours = pc.divide(minutes, 60)
    rests = (
        pc.subtract(minutes, pc.multiply(hours, 60)),
        pc.subtract(seconds, pc.multiply(minutes, 60)),
        pc.subtract(size, pc.multiply(seconds, 1_000_000)),
    )
    digits = [
        pc.utf8_lpad(part.cast(pa.large_string()), width, "0") for part, width in zip(rests, (2, 2, 6), strict=True)
    ]
    minus, colon, dot, nothing = _scalars("-", ":", ".", "")
    sign = pc.if_else(pc.less(counts, 0), minus, nothing)
    clock = pc.binary_join_element_wise(pc.utf8_lpad(hours.cast(pa.large_string()), 2, "0"), *digits[:2], colon)
    text = pc.binary_join_element_wise(sign, pc.binary_join_element_wise(clock, digits[2], dot), nothing)
    return pc.replace_substring_regex(text, r"\.000000$", "")


_PRINT: Final = {
    Kind.NUMBER: _number_text,
    Kind.DATE: _date_text,
    Kind.DATETIME: _datetime_text,
    Kind.TIME: _time_text,
}

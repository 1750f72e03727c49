"""Writes SAS datasets (.sas7bdat) by ReadStat's writer, which the library of pyreadstat has in it: code of others."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pyreadstat

from adamline.io.dataset import Dataset, Kind

_TEXT, _NUMBER = 0, 5  # READSTAT_TYPE_STRING, READSTAT_TYPE_DOUBLE
_SINCE_1960 = {Kind.DATE: "timedelta64[D]", Kind.DATETIME: "timedelta64[s]"}
_FORMATS = {Kind.DATE: "DATE9.", Kind.DATETIME: "DATETIME20."}
_Writer = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)


def library() -> ctypes.CDLL | None:
    """ReadStat with its writer, None where this build of pyreadstat does not show it."""
    for path in sorted(Path(pyreadstat.__file__).parent.glob("*.so")):
        found = ctypes.CDLL(str(path))
        if hasattr(found, "readstat_begin_writing_sas7bdat"):
            for name in ("readstat_writer_init", "readstat_add_variable"):
                getattr(found, name).restype = ctypes.c_void_p
            return found
    return None


def write_sas7bdat(dataset: Dataset, path: Path) -> None:
    """Write a dataset of texts, numbers, dates and datetimes."""
    readstat = library()
    assert readstat is not None
    pointer, written = ctypes.c_void_p, bytearray()

    @_Writer
    def keep(data: int, size: int, _: int | None) -> int:
        written.extend(ctypes.string_at(data, size))
        return size

    writer = pointer(readstat.readstat_writer_init())
    readstat.readstat_set_data_writer(writer, keep)
    columns = []
    for variable in dataset.variables:
        column = dataset.frame[variable.name]
        is_text = variable.kind is Kind.TEXT
        if is_text:
            values = [None if value != value else str(value).encode() for value in column.astype(object)]
        elif variable.kind is Kind.NUMBER:
            values = [None if np.isnan(value) else float(value) for value in column]
        else:
            since = (column - np.datetime64("1960-01-01", "s")).to_numpy()
            numbers = since.astype(_SINCE_1960[variable.kind]).astype(np.float64)
            values = [None if np.isnat(raw) else float(value) for raw, value in zip(since, numbers, strict=True)]
        width = max([1, *(len(value) for value in values if is_text and value)]) if is_text else 8
        made = readstat.readstat_add_variable(
            writer, variable.name.encode(), _TEXT if is_text else _NUMBER, ctypes.c_size_t(width)
        )
        readstat.readstat_variable_set_label(pointer(made), variable.label.encode())
        form = _FORMATS.get(variable.kind) or variable.format
        readstat.readstat_variable_set_format(pointer(made), form.encode())
        columns.append((pointer(made), is_text, values))
    records = len(dataset.frame)
    assert readstat.readstat_begin_writing_sas7bdat(writer, None, ctypes.c_long(records)) == 0
    for number in range(records):
        readstat.readstat_begin_row(writer)
        for made, is_text, values in columns:
            value = values[number]
            if value is None:
                readstat.readstat_insert_missing_value(writer, made)
            elif is_text:
                readstat.readstat_insert_string_value(writer, made, value)
            else:
                readstat.readstat_insert_double_value(writer, made, ctypes.c_double(value))
        readstat.readstat_end_row(writer)
    assert readstat.readstat_end_writing(writer) == 0
    readstat.readstat_writer_free(writer)
    path.write_bytes(bytes(written))

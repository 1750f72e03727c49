"""Makes damaged Parquet files and judges what the reader does with them, with DuckDB's reader beside it.

DuckDB reads Parquet by code of its own; where it reads a mutant too, every value must be the same.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from judged import Cells, Second, judge_file

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.parquet import write_parquet
from adamline.io.text_type import TextType

# --- Good files, to be damaged -------------------------------------------------------------------------------------


@cache
def good_files(folder: Path) -> tuple[bytes, ...]:
    """Ours with all kinds and kinds of missing; others': decimals, integers, times, pages of both versions, groups."""
    rows = 40
    days = np.datetime64("2012-04-04", "s") + np.arange(rows) * np.timedelta64(86_400, "s")
    frame = pd.DataFrame(
        {
            "USUBJID": [f"S{i:02d}" for i in range(rows)],
            "AVAL": [None if i % 5 == 0 else i / 7 for i in range(rows)],
            "AVAL.missing": pd.Categorical(["A" if i % 10 == 0 else None for i in range(rows)], ["A", "_"]),
            "ADT": days,
            "ADTM": days.astype("datetime64[us]") + np.timedelta64(1_500_000, "us"),
            "ATM": pd.to_timedelta(np.arange(rows) * 3_600, unit="s").astype("timedelta64[us]"),
        }
    ).astype({"AVAL": "float64"})
    kinds = (Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TIME)
    formats = ("$3.", "8.2", "DATE9.", "DATETIME20.", "TIME8.")
    names = [name for name in frame.columns if not name.endswith(MISSING_SUFFIX)]
    variables = tuple(Variable(n, k, f"Label of {n}", 8, f) for n, k, f in zip(names, kinds, formats, strict=True))
    write_parquet(Dataset("ADLB", frame, variables, "Laboratory"), folder / "good.parquet")
    files = [(folder / "good.parquet").read_bytes()]
    table = pa.table(
        {
            "DEC": pa.array([Decimal(i).scaleb(-2) for i in range(rows)], pa.decimal128(20, 2)),
            "INT": pa.array([None if i % 3 == 0 else i for i in range(rows)], pa.int64()),
            "OK": pa.array([i % 2 == 0 for i in range(rows)]),
            "TM": pa.array([time(i % 24, i) for i in range(rows)], pa.time64("us")),
            "TEXT": pa.array(["", None, "Sjögren", "text " * 9] * (rows // 4)),
            "F": pa.array(np.linspace(-1, 1, rows), pa.float32()),
        }
    )
    for options in (
        {"compression": "none", "use_dictionary": False, "row_group_size": 15},
        {"compression": "snappy", "data_page_version": "2.0"},
        {"compression": "gzip", "write_page_index": True, "write_page_checksum": True},
        {"compression": "zstd", "use_byte_stream_split": ["F"], "use_dictionary": ["TEXT"], "store_schema": False},
    ):
        buffer = BytesIO()
        pq.write_table(table, buffer, **options)
        files.append(buffer.getvalue())
    return tuple(files)


# --- Damage --------------------------------------------------------------------------------------------------------

BYTES = (b"\0", b"\xff", b"\x80", b"\x7f", b"\x01", b"\x15", b"\x18", b"\x19", b"\x1c", b"\x16", b'"', b"[" * 3_000)
COUNTS = (0, 1, -1, 2, 127, 128, 1 << 20, 1 << 31, (1 << 31) - 1, 1 << 40, (1 << 63) - 1)


def damaged(files: tuple[bytes, ...], rng: np.random.Generator) -> bytes:
    """A good file after one to three accidents; most of them in the footer, whose length is often made to fit."""
    raw = files[rng.integers(len(files))]
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        size = int.from_bytes(raw[-8:-4], "little") if len(raw) > 12 else 0
        cut = len(raw) - 8 - size
        if rng.random() < 0.65 and 4 <= cut < len(raw) - 8:
            footer = _accident(raw[cut:-8], files, rng)
            length = struct.pack("<I", len(footer)) if rng.random() < 0.9 else raw[-8:-4]
            raw = raw[:cut] + footer + length + raw[-4:]
        elif rng.random() < 0.8 and cut > 4:
            raw = raw[:4] + _accident(raw[4:cut], files, rng) + raw[cut:]
        else:
            raw = _accident(raw, files, rng)
    return raw


def _accident(raw: bytes, files: tuple[bytes, ...], rng: np.random.Generator) -> bytes:
    """Bytes changed, inserted, deleted, doubled; a number of the format's own form; a piece of another file."""
    if not raw:
        return raw
    at = int(rng.integers(len(raw)))
    short = min(at + int(rng.integers(1, 20)), len(raw))
    kind = int(rng.integers(9))
    if kind == 0:
        return raw[:at] + bytes([raw[at] ^ (1 << int(rng.integers(8)))]) + raw[at + 1 :]
    if kind == 1:
        return raw[:at] + bytes([int(rng.integers(256))]) + raw[at + 1 :]
    if kind == 2:
        token = BYTES[rng.integers(len(BYTES))]
        return raw[:at] + token + raw[at + (len(token) if rng.random() < 0.5 else 0) :]
    if kind == 3:
        return raw[:at] + raw[short:]
    if kind == 4:
        return raw[:at] + raw[at:short] * 2 + raw[short:]
    if kind == 5:
        return raw[:at] + _varint(COUNTS[rng.integers(len(COUNTS))]) + raw[at + 1 :]
    if kind == 6:
        return raw[:at] + rng.bytes(short - at) + raw[short:]
    if kind == 7:
        other = files[rng.integers(len(files))]
        begin = int(rng.integers(len(other)))
        return raw[:at] + other[begin : begin + int(rng.integers(1, 60))] + raw[short:]
    return raw[:at] if rng.random() < 0.3 else raw[:at] + raw[at:short][::-1] + raw[short:]


def _varint(value: int) -> bytes:
    """A number as Thrift's compact protocol writes it."""
    coded, out = (value << 1) ^ (value >> 63), bytearray()
    coded &= (1 << 64) - 1
    while coded > 127:
        out.append(coded & 127 | 128)
        coded >>= 7
    return bytes([*out, coded])


# --- The judge -----------------------------------------------------------------------------------------------------


def judge(folder: Path, number: int) -> str:
    """Show and read the mutant of this number, and compare with DuckDB."""
    rng = np.random.default_rng([20_260_102, number])
    raw = damaged(good_files(folder), rng)
    file = folder / f"mutant-{number}.parquet"
    file.write_bytes(raw)
    text = TextType.CATEGORY if rng.random() < 0.5 else TextType.STR
    outcome = judge_file(file, text, DUCKDB, parts=rng.random() < 0.3)
    if not outcome.startswith("fault"):
        file.unlink()
    return outcome


def second_reader(file: Path) -> Cells:
    """The cells by DuckDB."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(file)])
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
    return {name: [_plain(row[place]) for row in rows] for place, name in enumerate(names)}


def _same(ours: list[Any], theirs: list[Any]) -> bool:
    return len(ours) == len(theirs) and all(
        # Moments beyond Python's calendar come as text from DuckDB, spans as counts.
        a == b
        or (isinstance(a, int) and (isinstance(b, str) or float(a) == b))
        or (isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=1e-15))
        for a, b in zip(ours, theirs, strict=True)
    )


def _counts(column: pd.Series[Any], kind: Kind) -> list[Any]:
    counts = column.to_numpy().astype(_TICKS[kind]).astype(np.int64).tolist()
    return [None if value else count for value, count in zip(column.isna(), counts, strict=True)]


_TICKS = {Kind.DATE: "datetime64[D]", Kind.DATETIME: "datetime64[us]", Kind.TIME: "timedelta64[us]"}
_EPOCH = datetime(1970, 1, 1)
_MICRO = timedelta(microseconds=1)


def _plain(value: Any) -> Any:
    """A value of DuckDB as ours: numbers as floats, moments as counts of days or microseconds."""
    if value is None or value == "":
        return None
    for kind, convert in _CONVERT:
        if isinstance(value, kind):
            return convert(value)
    return value


_CONVERT: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, float),
    (datetime, lambda value: (value.replace(tzinfo=None) - _EPOCH) // _MICRO),
    (date, lambda value: (value - _EPOCH.date()).days),
    (time, lambda value: (datetime.combine(_EPOCH.date(), value) - _EPOCH) // _MICRO),
    (timedelta, lambda value: value // _MICRO),
    (Decimal, float),
    (float, lambda value: None if math.isnan(value) else value),
    (int, float),
)

# By name, so that a test can put another in the place of the reader.
DUCKDB = Second(lambda file: second_reader(file), _counts, _same, chunk=7)

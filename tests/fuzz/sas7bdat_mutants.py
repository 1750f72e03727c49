"""Makes damaged SAS datasets (.sas7bdat) and judges what the reader does with them, with pandas' reader beside it.

pandas reads these files by code of its own; where it reads a mutant too, every value must be the same.
"""

from __future__ import annotations

import base64
import gzip
import math
import struct
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from judged import Cells, Second, judge_file
from pandas.io.sas.sas7bdat import SAS7BDATReader

from adamline.io.dataset import Kind
from adamline.io.sas_dates import to_sas
from adamline.io.text_type import TextType


@cache
def good_files() -> tuple[bytes, ...]:
    """The files that the tests of the reader keep: the one of data twice, as most of the damage is done to it."""
    source = (Path(__file__).parents[1] / "io" / "test_sas7bdat.py").read_text("utf-8")
    packed = [source.split(f'\n{name} = """', 1)[1].split('"""', 1)[0] for name in ("DATA", "CATALOGUE")]
    data, catalogue = (gzip.decompress(base64.b64decode(text)) for text in packed)
    return data, data, data, catalogue


# --- Damage --------------------------------------------------------------------------------------------------------

COUNTS = (
    0,
    1,
    2,
    3,
    7,
    8,
    24,
    127,
    128,
    255,
    256,
    4_095,
    4_096,
    65_535,
    1 << 20,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
)


def damaged(files: tuple[bytes, ...], rng: np.random.Generator) -> bytes:
    """A good file after one to four accidents, nearly all of them where it is not zero."""
    raw = bytearray(files[rng.integers(len(files))])
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 4]))):
        if not raw:
            break
        filled = np.flatnonzero(np.frombuffer(bytes(raw), np.uint8))
        at = int(rng.choice(filled)) if len(filled) and rng.random() < 0.9 else int(rng.integers(len(raw)))
        _accident(raw, at, files, rng)
    return bytes(raw)


def _accident(raw: bytearray, at: int, files: tuple[bytes, ...], rng: np.random.Generator) -> None:
    """A byte, a bit, a number of 2, 4 or 8 bytes, a piece from elsewhere; inserted, deleted, cut off."""
    kind, size = int(rng.integers(10)), int(rng.integers(1, 25))
    if kind == 0:
        raw[at] = int(rng.integers(256))
    elif kind == 1:
        raw[at] ^= 1 << int(rng.integers(8))
    elif kind in (2, 3, 4):
        width = int(rng.choice([2, 4, 8]))
        place = at - at % width
        count = COUNTS[rng.integers(len(COUNTS))] & ((1 << 8 * width) - 1)
        raw[place : place + width] = struct.pack("<Q", count)[:width][: max(len(raw) - place, 0)]
    elif kind == 5:
        raw[at : at + size] = bytes(len(raw[at : at + size]))
    elif kind == 6:
        begin = int(rng.integers(len(raw)))
        raw[at : at + size] = raw[begin : begin + len(raw[at : at + size])]
    elif kind == 7:
        other = files[rng.integers(len(files))]
        page = 4_096 * int(rng.integers(len(raw) // 4_096 + 1))
        raw[page : page + 4_096] = other[page : page + 4_096]
    elif kind == 8:
        del raw[at : at + (size if rng.random() < 0.5 else len(raw))]
    else:
        raw[at:at] = rng.bytes(size) if rng.random() < 0.7 else bytes(4_096)


# --- The judge -----------------------------------------------------------------------------------------------------


def judge(folder: Path, number: int) -> str:
    """Show and read the mutant of this number, and compare with pandas."""
    rng = np.random.default_rng([20_260_103, number])
    file = folder / f"mutant-{number}.sas7bdat"
    file.write_bytes(damaged(good_files(), rng))
    text = TextType.CATEGORY if rng.random() < 0.5 else TextType.STR
    outcome = judge_file(file, text, PANDAS, parts=rng.random() < 0.3)
    if not outcome.startswith("fault"):
        file.unlink()
    return outcome


def _same(ours: list[Any], theirs: list[Any]) -> bool:
    """Whether all cells are equal; a datetime is held to the last two units of its number."""
    return len(ours) == len(theirs) and all(
        a == b or (isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=5e-16, abs_tol=1e-300))
        for a, b in zip(ours, theirs, strict=True)
    )


def second_reader(file: Path) -> Cells:
    """The cells by pandas; a text ends at a zero byte, as ReadStat has it."""
    with SAS7BDATReader(file, convert_dates=False, blank_missing=False, convert_text=False) as reader:
        frame, encoding = reader.read(), reader.inferred_encoding
    return {
        _text(name, encoding): [_plain(value, encoding) for value in frame[name].tolist()] for name in frame.columns
    }


def _plain(value: Any, encoding: str) -> Any:
    if isinstance(value, bytes):
        return _text(value, encoding) or None
    return None if value is None or math.isnan(value) else value


def _text(value: bytes | str, encoding: str) -> str:
    # pandas takes the bytes of names for Latin-1, whatever the file says.
    text = (value.encode("latin-1") if isinstance(value, str) else value).decode(encoding)
    return text.partition("\0")[0].rstrip(" ")


def _counts(column: pd.Series[Any], kind: Kind) -> list[Any]:
    return [None if math.isnan(value) else value for value in to_sas(column.to_numpy(), kind)[0].tolist()]


# By name, so that a test can put another in the place of the reader.
PANDAS = Second(lambda file: second_reader(file), _counts, _same, chunk=4)

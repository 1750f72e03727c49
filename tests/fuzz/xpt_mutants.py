"""Makes damaged transport files and judges what the reader does with them, by a slow reader of its own.

`reference` shares no code with the reader: it looks at one record at a time, by exact arithmetic.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError, DataError, FileFormatError
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import TextType, iter_xpt, read_xpt, read_xpt_members
from adamline.io.xpt_write import write_xpt

Cells = dict[str, list[Any]]


# --- Good files, to be damaged -------------------------------------------------------------------------------------


def good_files(folder: Path) -> list[bytes]:
    """Files of both versions: one and two datasets, short and long records, all kinds of missing, long labels."""
    rng = np.random.default_rng(1)
    mixed = Dataset(
        "ADLB",
        pd.DataFrame(
            {
                "USUBJID": [f"S{i:02d}" for i in range(30)],
                "AVAL": np.where(rng.random(30) < 0.2, np.nan, np.round(rng.normal(50, 20, 30), 2)),
                "AVAL.missing": pd.Categorical([None] * 30, ["A", "_"]),
                "ADT": pd.Series(np.datetime64("2012-04-04", "s") + np.arange(30) * np.timedelta64(86_400, "s")),
                "NOTE": [None, "text with blanks", " leading"] * 10,
            }
        ),
        (
            Variable("USUBJID", Kind.TEXT, "Subject"),
            Variable("AVAL", Kind.NUMBER, "Analysis Value", 8, "8.2"),
            Variable("ADT", Kind.DATE, "Analysis Date", 4, "DATE9."),
            Variable("NOTE", Kind.TEXT, "Note", 21, "$21."),
        ),
        "Laboratory",
    )
    mixed.frame.loc[mixed.frame["AVAL"].isna(), "AVAL.missing"] = "A"
    short = Dataset("TEXTS", pd.DataFrame({"X": ["a", "bc", None, "d", "e", None, "fgh"]}), (Variable("X", Kind.TEXT),))
    wide = Dataset(
        "NUMBERS",
        pd.DataFrame({f"N{i}": rng.normal(size=12) for i in range(11)}),
        tuple(Variable(f"N{i}", Kind.NUMBER, f"Number {i}", 8, "BEST12.") for i in range(11)),
    )
    long = Dataset(
        "A_DATASET_WITH_A_LONG_NAME",
        pd.DataFrame({"AnalysisValueOfTheStudy": np.arange(9.0), "Remarks": ["r" * 300, None, "s"] * 3}),
        (
            Variable("AnalysisValueOfTheStudy", Kind.NUMBER, "L" * 60, 8, "A_LONG_FORMAT_NAME8.2"),
            Variable("Remarks", Kind.TEXT, "R" * 90, 300),
        ),
    )
    plans = {
        XptVersion.V8: ([mixed], [long, short], [short, wide]),
        XptVersion.V5: ([mixed], [mixed, short], [wide, short, mixed], [short]),
    }
    files = []
    for version, members in plans.items():
        for datasets in members:
            write_xpt(datasets, folder / "good.xpt", version=version)
            files.append((folder / "good.xpt").read_bytes())
    # A writer of version 8 that leaves the number of records out.
    files.append(files[0].replace(f"{30:>15}".encode("ascii") + b" " * 15, b"0" * 30))
    return files


# --- Damage --------------------------------------------------------------------------------------------------------

INTERESTING = (b"\0", b"\xff", b" ", b"9", b"0", b".", b"A", b"\x80", b"\x7f")


def damaged(files: list[bytes], rng: np.random.Generator) -> bytes:
    """One mutant: a good file after one to four accidents."""
    raw = bytearray(files[rng.integers(len(files))])
    for _ in range(min(int(rng.geometric(0.6)), 4)):
        raw = accident(raw, files, rng)
        if not raw:
            break
    return bytes(raw)


def accident(raw: bytearray, files: list[bytes], rng: np.random.Generator) -> bytearray:
    """Bytes changed, inserted, deleted; cards deleted, doubled, swapped; cut off; spliced with another file."""
    at = int(rng.integers(len(raw)) if rng.random() < 0.5 else rng.integers(min(len(raw), 1_600)))
    card = at - at % 80
    kind = int(rng.integers(13))
    if kind <= 1:
        raw[at] = int(rng.integers(256))
    elif kind == 2:
        raw[at] ^= 1 << int(rng.integers(8))
    elif kind == 3:
        size = int(rng.integers(1, 9))
        raw[at : at + size] = INTERESTING[rng.integers(len(INTERESTING))] * len(raw[at : at + size])
    elif kind == 4:
        raw[at : at + 2] = struct.pack(">h", int(rng.choice([-1, 0, 1, 7, 9, 200, 32_767, -32_768])))[: len(raw) - at]
    elif kind == 5:
        del raw[at : at + int(rng.integers(1, 161))]
    elif kind == 6:
        raw[at:at] = rng.bytes(int(rng.integers(1, 161)))
    elif kind == 7:
        del raw[card : card + 80 * int(rng.integers(1, 4))]
    elif kind == 8:
        raw[card:card] = raw[card : card + 80 * int(rng.integers(1, 4))]
    elif kind == 9:
        other = int(rng.integers(len(raw) // 80 + 1)) * 80
        first, second = raw[card : card + 80], raw[other : other + 80]
        if len(first) == len(second) == 80:
            raw[card : card + 80], raw[other : other + 80] = second, first
    elif kind == 10:
        del raw[at if rng.random() < 0.3 else card :]
    else:
        tail = files[rng.integers(len(files))]
        begin = int(rng.integers(len(tail)))
        aligned = rng.random() < 0.7
        raw[card if aligned else at :] = tail[begin - begin % 80 if aligned else begin :]
    return raw


# --- The reference -------------------------------------------------------------------------------------------------


def reference(raw: bytes) -> list[tuple[str, Cells]]:
    """Name and cells of each dataset; a missing number is ``.``, ``.A`` and so on; any exception for a bad file."""
    eight = raw[20:28] == b"LIBV8   "
    found, at = [], 240
    while at < len(raw):
        size = int(raw[at + 74 : at + 78])
        name = raw[at + 168 : at + (200 if eight else 176)].rstrip(b" \0").decode("latin-1")
        count = int(raw[at + 320 + (52 if eight else 54) : at + 378])
        entries = [raw[at + 400 + size * i : at + 400 + size * (i + 1)] for i in range(count)]
        at = up(at + 400 + size * count)
        if raw[at + 20 : at + 28] in (b"LABELV8 ", b"LABELV9 "):
            at = raw.index(b"HEADER RECORD*******OBSV8   HEADER RECORD!!!!!!!", at)
        told = raw[at + 48 : at + 63]
        at += 80
        record = sum(struct.unpack(">h", entry[4:6])[0] for entry in entries)
        if eight and told.strip() and told != b"0" * 15:
            rows = int(told)
            end = up(at + rows * record)
        else:
            end = following(raw, at, eight)
            texts = any(entry[1] == 2 for entry in entries)
            rows = records(raw[at:end], record, texts) if record else 0
        rows = rows if record else 0
        assert raw[at + rows * record : end].strip(b" \0") == b"", "something after the last record"
        assert at + rows * record <= end <= len(raw), "records beyond the file"
        found.append((name, cells(raw[at : at + rows * record], record, entries, eight)))
        at = end
    return found


def up(at: int) -> int:
    return -(-at // 80) * 80


def following(raw: bytes, at: int, eight: bool) -> int:
    """Where the cards of the next dataset stand, or the end."""
    names = (b"MEMBV8  ", b"DSCPTV8 ") if eight else (b"MEMBER  ", b"DSCRPTR ")
    first, second = (b"HEADER RECORD*******" + name + b"HEADER RECORD!!!!!!!" for name in names)
    for card in range(at, len(raw) - 159, 80):
        if raw[card : card + 48] == first and raw[card + 80 : card + 128] == second:
            return card
    return len(raw)


def records(data: bytes, record: int, texts: bool) -> int:
    """As many as fit, but for blank ones that lie within the last card and may be its padding.

    Zero bytes are blank where a record has texts, or where they are all that is left after the last whole record.
    """
    rows = len(data) // record
    rest = data[rows * record :]
    fill = b" \0" if texts or (rest and not any(rest)) else b" "
    while rows and (rows - 1) * record > len(data) - 80 and not data[(rows - 1) * record : rows * record].strip(fill):
        rows -= 1
    return rows


def cells(data: bytes, record: int, entries: list[bytes], eight: bool) -> Cells:
    columns: Cells = {}
    for entry, position in zip(entries, positions(data, record, entries, eight), strict=True):
        kind, _, length = struct.unpack(">hhh", entry[:6])
        name = (eight and entry[88:120].rstrip(b" \0")) or entry[8:16].rstrip(b" \0")
        fields = [data[row + position : row + position + length] for row in range(0, len(data), record)]
        columns[name.decode("latin-1")] = [text(field) if kind == 2 else number(field) for field in fields]
    return columns


def positions(data: bytes, record: int, entries: list[bytes], eight: bool) -> list[int]:
    """As the entries tell them; where their order says otherwise, whichever cuts no text out of a number."""
    lengths = [struct.unpack(">h", entry[4:6])[0] for entry in entries]
    told = [struct.unpack(">l", entry[84:88])[0] for entry in entries]
    order = [sum(lengths[:place]) for place in range(len(lengths))]
    if told == order or not data:
        return order
    assert sorted(range(record)) == sorted(
        byte for at, length in zip(told, lengths, strict=True) for byte in range(at, at + length)
    ), "variables overlap or leave gaps"

    def clean(places: list[int]) -> bool:
        return all(
            min(data[row + at : row + at + length]) > 8
            for row in range(0, len(data), record)
            for entry, at, length in zip(entries, places, lengths, strict=True)
            if entry[1] == 2
        )

    ordered, as_told = clean(order), clean(told)
    assert ordered or as_told, "texts are cut either way"
    assert eight or not (ordered and as_told), "either is possible"
    return order if ordered else told


def text(field: bytes) -> str | None:
    return field.rstrip(b" \0").decode("latin-1") or None


def number(field: bytes) -> float | str:
    """Of an IBM number, by exact arithmetic."""
    field = field.ljust(8, b"\0")
    if not any(field[1:]) and chr(field[0]) in "._ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        return "." + chr(field[0]).strip(".")
    size = Fraction(int.from_bytes(field[1:], "big"), 16**14) * Fraction(16) ** ((field[0] & 0x7F) - 64)
    return float(-size if field[0] & 0x80 else size)


# --- The judge -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: ``read``, ``refused``, or a fault of ours with what it is."""

    outcome: str
    fault: str = ""


def judge(file: Path, raw: bytes, rng: np.random.Generator) -> Verdict:
    """Read every dataset of the mutant, in one of the ways there are, and compare with the reference."""
    file.write_bytes(raw)
    category, parts, dates = rng.random(3) < (0.5, 0.3, 0.2)
    options: dict[str, Any] = {"fallback": "latin-1", "text": TextType.CATEGORY if category else TextType.STR}
    try:
        members = read_xpt_members(file, fallback="latin-1")
        got: list[tuple[str, Cells]] = []
        for member in members:
            if dates:
                read_xpt(file, member=member.name, **options)
            if parts:
                pieces = list(iter_xpt(file, 7, member=member.name, dates=False, **options))
                read = [cells_of(piece) for piece in pieces]
                empty: Cells = {variable.name: [] for variable in member.variables}
                got.append((member.name, {name: [x for piece in read for x in piece[name]] for name in empty}))
            else:
                dataset = read_xpt(file, member=member.name, dates=False, **options)
                got.append((member.name, cells_of(dataset)))
            if any(len(column) != member.records for column in got[-1][1].values()):
                return Verdict("fault", "another number of rows than the header's")
    except (FileFormatError, DataError) as error:
        return refused(error, str(file))
    except AdamlineError as error:
        return Verdict("fault", f"an error of another kind: {type(error).__name__} {error}")
    except Exception as error:
        return Verdict("fault", f"{type(error).__name__}: {error}")
    try:
        expected = reference(raw)
    except Exception as error:
        return Verdict("fault", f"read, though the reference finds a fault: {type(error).__name__}: {error}")
    return Verdict("read") if same(got, expected) else Verdict("fault", "wrong data")


def refused(error: AdamlineError, file: str) -> Verdict:
    """An error must name the file and the byte; one about two datasets of one name has no byte."""
    named = error.place.file == file and (error.place.byte is not None or "more than once" in error.what)
    return Verdict("refused") if named else Verdict("fault", f"an error without its byte: {error}")


def cells_of(dataset: Dataset) -> Cells:
    """What the reference calls the cells."""
    columns: Cells = {}
    for variable in dataset.variables:
        values = dataset.frame[variable.name].astype(object).tolist()
        if variable.kind is Kind.TEXT:
            columns[variable.name] = [None if pd.isna(value) else value for value in values]
            continue
        special = [None] * len(values)
        if variable.name + MISSING_SUFFIX in dataset.frame:
            special = dataset.frame[variable.name + MISSING_SUFFIX].astype(object).tolist()
        columns[variable.name] = [
            "." + (letter if isinstance(letter, str) else "") if math.isnan(value) else value
            for value, letter in zip(values, special, strict=True)
        ]
    return columns


def same(got: list[tuple[str, Cells]], expected: list[tuple[str, Cells]]) -> bool:
    return got == expected and [list(c) for _, c in got] == [list(c) for _, c in expected]


def mutants(files: list[bytes], seed: int) -> Iterator[tuple[bytes, np.random.Generator]]:
    """Mutants without end, each with the generator of its own number, so that one can be made again alone."""
    number = 0
    while True:
        rng = np.random.default_rng([seed, number])
        yield damaged(files, rng), rng
        number += 1

"""Makes damaged CSV files, and judges what `read_csv` does with each by a second reader that shares no code with it.

The second reader goes character by character, by RFC 4180: a file has data, or is refused, and `read_csv` must agree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError
from adamline.io import csv_text
from adamline.io.attributes import Attributes
from adamline.io.csv_read import iter_csv, read_csv
from adamline.io.dataset import Kind, Variable

Rng = np.random.Generator
Data = dict[str, list[Any]]


@dataclass(frozen=True)
class Mutant:
    """The bytes of a file, how it is read, and the kinds of its columns; those not named are text."""

    raw: bytes
    encoding: str = "utf-8"
    kinds: tuple[tuple[str, Kind], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the reader did, and its fault if it has one."""

    outcome: str
    fault: str = ""


KINDS = (("AVAL", Kind.NUMBER), ("ADT", Kind.DATE), ("ADTM", Kind.DATETIME), ("ATM", Kind.TIME))


def good_files() -> list[Mutant]:
    """Files without a fault: quotes and line ends in fields, three kinds of line ends, encodings, kinds."""
    plain = 'USUBJID,AETERM,AESEQ\n01,Rash,1\n02,"Fever, high",2\n03,"said ""no""",3\n04,"two\nlines",4\n05,,\n'
    typed = (
        "USUBJID,AVAL,ADT,ADTM,ATM\n01,1.5,2024-03-05,2024-03-05T07:30:00,07:30:00\n02,-1e-7,1999-12-31,"
        "1999-12-31T23:59:59.25,-25:00:00.5\n03,.A,,.,\n04, 12 ,.,2024-02-29 00:00,100:00\n"
    )
    names = '"USUBJID","AE\nTERM","N ""x"""\n1,2,3\n4,"","""x"""\n'
    umlauts = "USUBJID,AETERM\n01,Sjögren\n02,Grüße\n03,x\n"
    return [
        Mutant(plain.encode()),
        Mutant(plain.replace("\n", "\r\n").encode()),
        Mutant(plain.replace("\n", "\r").encode()),
        Mutant(b"\xef\xbb\xbf" + plain.encode()),
        Mutant(typed.encode(), kinds=KINDS),
        Mutant(typed.replace("\n", "\r\n").encode(), kinds=KINDS),
        Mutant(names.encode()),
        Mutant(umlauts.encode()),
        Mutant(umlauts.encode("cp1252"), "cp1252"),
        Mutant(b'A\n1\n\n""\nx'),
        Mutant(("USUBJID,AVAL\n" + "".join(f'{n:03d},"{n}.5"\n' for n in range(40))).encode(), kinds=KINDS[:1]),
    ]


_PIECES = [
    *(b'"', b'""', b'"""', b",", b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\n", b"\0", b'",', b',"', b'"\n', b'\n"', b' "'),
    *(b" ", b"\t", b"\x1a", b"\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xe9", b"\\", b";", b"'"),
    *(b"1_0", b"nan", b"inf", b"-inf", b"\xd9\xa1\xd9\xa2", b"\xef\xbc\x91", b"1e400", b"1e-400", b"0x10", b"1,5"),
    *(b".", b".a", b"._", b".AB", b"+.5", b"5.", b"--1", b"1e", b"2024-02-30", b"2024-3-5", b"24:30", b"T25:00"),
    *(b"9007199254740993", b"0.1", b"123456789012345678901234567890", b"USUBJID", b"A", b"NA", b"null", b"True"),
]


def _spot(raw: bytes, rng: Rng) -> int:
    return int(rng.integers(0, len(raw) + 1))


def _insert(one: Mutant, rng: Rng) -> Mutant:
    at, piece = _spot(one.raw, rng), _PIECES[rng.integers(len(_PIECES))]
    return replace(one, raw=one.raw[:at] + piece + one.raw[at:])


def _overwrite(one: Mutant, rng: Rng) -> Mutant:
    at, piece = _spot(one.raw, rng), _PIECES[rng.integers(len(_PIECES))]
    return replace(one, raw=one.raw[:at] + piece + one.raw[at + len(piece) :])


def _any_byte(one: Mutant, rng: Rng) -> Mutant:
    at = _spot(one.raw, rng)
    return replace(one, raw=one.raw[:at] + bytes([int(rng.integers(256))]) + one.raw[at + 1 :])


def _cut(one: Mutant, rng: Rng) -> Mutant:
    first, last = sorted(_spot(one.raw, rng) for _ in range(2))
    return replace(one, raw=one.raw[:first] + one.raw[min(last, first + int(rng.integers(1, 12))) :])


def _truncate(one: Mutant, rng: Rng) -> Mutant:
    return replace(one, raw=one.raw[: _spot(one.raw, rng)])


def _repeat(one: Mutant, rng: Rng) -> Mutant:
    first, last = sorted(_spot(one.raw, rng) for _ in range(2))
    return replace(one, raw=one.raw[:last] + one.raw[first:last] + one.raw[last:])


def _field(one: Mutant, rng: Rng) -> Mutant:
    """A whole field of the file becomes another."""
    pieces = re.split(rb"([,\r\n])", one.raw)
    at = 2 * int(rng.integers((len(pieces) + 1) // 2))
    pieces[at] = _PIECES[rng.integers(len(_PIECES))]
    return replace(one, raw=b"".join(pieces))


def _quote_field(one: Mutant, rng: Rng) -> Mutant:
    pieces = re.split(rb"([,\r\n])", one.raw)
    at = 2 * int(rng.integers((len(pieces) + 1) // 2))
    pieces[at] = (b'"%s"', b'"%s', b'%s"', b' "%s"', b'"%s" ', b'x"%s"')[rng.integers(6)] % pieces[at]
    return replace(one, raw=b"".join(pieces))


def _line_ends(one: Mutant, rng: Rng) -> Mutant:
    """Some line ends become others."""
    ends = (b"\n", b"\r", b"\r\n")
    lines = re.split(rb"(\r\n|\r|\n)", one.raw)
    for at in range(1, len(lines), 2):
        if rng.random() < 0.4:
            lines[at] = ends[rng.integers(3)]
    return replace(one, raw=b"".join(lines))


def _swap_lines(one: Mutant, rng: Rng) -> Mutant:
    lines = one.raw.splitlines(keepends=True)
    order = rng.permutation(len(lines)) if rng.random() < 0.3 else np.roll(np.arange(len(lines)), 1)
    return replace(one, raw=b"".join(lines[place] for place in order))


def _encoding(one: Mutant, rng: Rng) -> Mutant:
    """Read as another encoding, or written in another."""
    if rng.random() < 0.5:
        return replace(one, encoding=("utf-8", "cp1252", "ascii", "latin-1", "utf-8-sig", "shift_jis")[rng.integers(6)])
    text = one.raw.decode("utf-8", "replace")
    return replace(one, raw=text.encode(("utf-16", "utf-16-le", "utf-8-sig", "cp1252")[rng.integers(4)], "replace"))


_MUTATIONS: Sequence[Callable[[Mutant, Rng], Mutant]] = (
    *(_insert, _insert, _overwrite, _any_byte, _cut, _truncate, _repeat, _field, _field, _quote_field, _quote_field),
    *(_line_ends, _swap_lines, _encoding),
)


def mutants(files: Sequence[Mutant], seed: int) -> Iterator[tuple[Mutant, Rng]]:
    """Damaged files without end, each with a generator of its own; the same seed gives the same."""
    number = 0
    while True:
        rng = np.random.default_rng([seed, number])
        mutant = files[rng.integers(len(files))]
        for _ in range(int(rng.choice([1, 2, 3, 5], p=[0.6, 0.25, 0.1, 0.05]))):
            mutant = _MUTATIONS[rng.integers(len(_MUTATIONS))](mutant, rng)
        yield mutant, rng
        number += 1


def judge(folder: Path, mutant: Mutant, rng: Rng) -> Verdict:
    """Read the file, in pieces of any size and whole or in parts, and compare with what the second reader says."""
    file = folder / "mutant.csv"
    file.write_bytes(mutant.raw)
    expected = reference(mutant)
    before, csv_text._PIECE_BYTES = csv_text._PIECE_BYTES, int(rng.choice([1, 2, 3, 7, 64, 1 << 20]))  # type: ignore[misc]
    try:
        got = _read(file, mutant, rng)
    except AdamlineError as error:
        placed = error.place.file == str(file) and (error.place.line or error.place.variable)
        if expected is not None and not isinstance(expected, Doubt):
            return Verdict("refused", f"refused though good: {error}")
        return Verdict("refused", "" if placed else f"no place: {error}")
    except Exception as error:
        return Verdict("crashed", repr(error))
    finally:
        csv_text._PIECE_BYTES = before  # type: ignore[misc]
    if expected is None:
        return Verdict("read", "read though damaged")
    if isinstance(expected, Doubt) or _same(got, expected):
        return Verdict("read")
    return Verdict("read", "wrong data")


def _read(file: Path, mutant: Mutant, rng: Rng) -> Data:
    names = [name for name, _ in mutant.kinds]
    known = Attributes("M", "", tuple(Variable(name, kind) for name, kind in mutant.kinds)) if names else None
    if rng.random() < 0.7:
        return _plain(read_csv(file, attributes=known, encoding=mutant.encoding).frame)
    parts = [_plain(part.frame) for part in iter_csv(file, 3, attributes=known, encoding=mutant.encoding)]
    whole: Data = {}
    for part in parts:
        for name, values in part.items():
            whole.setdefault(name, []).extend(values)
    return whole


def _plain(frame: pd.DataFrame) -> Data:
    columns = {name: frame[name] for name in frame.columns if not str(name).endswith(".missing")}
    return {str(name): [None if pd.isna(v) else v for v in column.astype(object)] for name, column in columns.items()}


def _same(got: Data, expected: Data) -> bool:
    # Parts of a file without records are none, and have no columns.
    if not any(map(len, expected.values())):
        return not any(map(len, got.values()))
    return got == expected and all(
        str(g) == str(e) for name in got for g, e in zip(got[name], expected[name], strict=True) if isinstance(e, float)
    )


class Doubt:
    """A file of which the second reader cannot say what is right: years that Python's calendar lacks."""


def reference(mutant: Mutant) -> Data | Doubt | None:
    """What the file holds, None where it is refused."""
    try:
        text = mutant.raw.decode(mutant.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    records = rfc_4180(text)
    if not records:
        return None
    names, *rows = records
    if len(names) > 1:
        rows = [row for row in rows if row is not _EMPTY_LINE]
    if "" in names or len(set(names)) < len(names) or any("\0" in name for name in names):
        return None
    kinds = dict(mutant.kinds)
    if not kinds.keys() <= set(names) or any(len(row) != len(names) for row in rows):
        return None
    data: Data = {name: [] for name in names}
    for row in rows:
        for name, field in zip(names, row, strict=True):
            value = _value(field, kinds.get(name, Kind.TEXT))
            if value is ... or isinstance(value, Doubt):
                return None if value is ... else Doubt()
            data[name].append(value)
    return data


_EMPTY_LINE = [""]


def rfc_4180(text: str) -> list[list[str]] | None:
    """Records of fields, one character after the other; None for quotes that the RFC has no rule for."""
    records: list[list[str]] = []
    fields: list[str] = []
    field, state, at = "", "start", 0
    while at < len(text):
        character = text[at]
        at += 1
        if state == "quoted":
            if character == '"':
                state = "closed"
            else:
                field += character
        elif character == '"' and state == "closed":
            field, state = field + '"', "quoted"
        elif character == '"':
            if state == "plain":
                return None
            state = "quoted"
        elif character == ",":
            fields.append(field)
            field, state = "", "start"
        elif character in "\r\n":
            at += character == "\r" and text[at : at + 1] == "\n"
            is_empty = not fields and state == "start"
            records.append(_EMPTY_LINE if is_empty else [*fields, field])
            fields, field, state = [], "", "start"
        elif state == "closed":
            return None
        else:
            field, state = field + character, "plain"
    if state == "quoted":
        return None
    if fields or state != "start":
        records.append([*fields, field])
    return records


def _value(field: str, kind: Kind) -> Any:
    """The value of a field, None for missing, ... for one that is not of the kind."""
    if kind is Kind.TEXT:
        return field or None
    field = field.strip(" \t\n\v\f\r")
    if field in ("", ".") or re.fullmatch(r"\.[A-Za-z_]", field):
        return None
    try:
        return _VALUE[kind](field)
    except ValueError:
        return ...


def _number(field: str) -> float:
    # Every character of Python's numbers but the underscore, letters and the digits of other scripts.
    if not field.isascii() or field.strip("0123456789+-.eE"):
        raise ValueError
    number = float(field)
    if number in (float("inf"), float("-inf")):
        raise ValueError
    return number


def _date(field: str) -> pd.Timestamp | Doubt:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", field, re.ASCII):
        raise ValueError
    if field.startswith("0000"):
        return Doubt()
    return pd.Timestamp(dt.datetime.combine(dt.date.fromisoformat(field), dt.time()))


def _datetime(field: str) -> pd.Timestamp | Doubt:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?", field, re.ASCII):
        raise ValueError
    if field.startswith("0000"):
        return Doubt()
    day, clock, fraction = field[:10], field[11:19], field[20:]
    moment = dt.datetime.fromisoformat(f"{day}T{clock}")
    return pd.Timestamp(moment.replace(microsecond=int(fraction.ljust(6, "0")) if fraction else 0))


def _time(field: str) -> pd.Timedelta:
    if not (parts := re.fullmatch(r"(-?)(\d{1,9}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?", field, re.ASCII)):
        raise ValueError
    sign, hours, minutes, seconds, micros = parts.groups(default="")
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds or 0)
    count = whole * 1_000_000 + int(micros.ljust(6, "0") if micros else 0)
    return pd.Timedelta(np.timedelta64(-count if sign else count, "us"))


_VALUE: dict[Kind, Callable[[str], Any]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.TIME: _time,
}

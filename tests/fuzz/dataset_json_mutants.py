"""Makes damaged Dataset-JSON files and judges what the reader does with them, by a slow reader of its own.

`reference` shares no code with the reader: it parses the whole text with the standard library and looks at one cell
at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError, DataError, FileFormatError
from adamline.io import dataset_json_parse, dataset_json_rows
from adamline.io.dataset import Dataset
from adamline.io.dataset_json_read import iter_dataset_json, read_dataset_json, read_dataset_json_header
from adamline.io.text_type import TextType

Cells = dict[str, list[Any]]
BLANK = b" \t\r\n"


@dataclass(frozen=True)
class Mutant:
    """The bytes of a file, and which of the two forms its name says."""

    raw: bytes
    suffix: str


@dataclass(frozen=True)
class Verdict:
    """What the reader did: read, refused or fault; and what the fault is."""

    outcome: str
    fault: str = ""


# --- Good files, to be damaged -------------------------------------------------------------------------------------


def _column(name: str, data_type: str, **more: Any) -> dict[str, Any]:
    return {"itemOID": f"IT.X.{name}", "name": name, "label": f"Label, [{name}]", "dataType": data_type, **more}


def good_files() -> list[Mutant]:
    """Both forms: every type of column, texts that look like structure, indented, rows first, faults to be mended."""
    dates = [_column(kind.upper(), kind, targetDataType="integer") for kind in ("date", "datetime", "time")]
    mixed = [_column("USUBJID", "string", length=8, keySequence=1), _column("AVAL", "float"), *dates]
    mixed += [_column("N", "integer", displayFormat="8."), _column("OK", "boolean"), _column("DTC", "date")]
    mixed += [_column("DEC", "decimal", targetDataType="decimal")]
    rows = [
        [f"S{i:02d}", 0.1 * i, "2012-12-13", "2012-12-13T10:30:00", "10:30:01.5", i, True, "2012-12", f"{i}.250"]
        for i in range(12)
    ]
    rows += [[None] * 9, ["", -1e-7, None, None, "00:00:00", 2**53, False, "", "1,234.5"]]
    odd = [['a],["b', 1], ["\\", 2], ['"', None], ["é𝒳\u2028", 3.5], ["\n\t\x7f", -0.0], ["],\n[", 10**20], ["", 0]]
    mended = [["7", 12], ["", "x"], [3.5, 4.5], ["1e3", None]]
    plans = [
        (mixed, rows, {}),
        ([_column("T", "string"), _column("N", "double")], odd, {"indent": 1, "ensure_ascii": False}),
        ([_column("N", "float"), _column("T", "URI")], mended, {}),
    ]
    files = []
    for columns, cells, style in plans:
        head = {
            "datasetJSONCreationDateTime": "2024-11-11T15:09:13",
            "datasetJSONVersion": "1.1.0",
            "sourceSystem": {"name": "SAS", "version": "9.4"},
            "itemGroupOID": "IG.X",
            "records": len(cells),
            "name": "X",
            "label": "Label {é𝒳}",
            "columns": columns,
        }
        files.append(Mutant(json.dumps(head | {"rows": cells}, **style).encode(), ".json"))
        lines = [json.dumps(line, ensure_ascii=False) for line in (head, *cells)]
        files.append(Mutant("\n".join(lines).encode() + b"\n", ".ndjson"))
    first = json.loads(files[0].raw)
    files.append(Mutant(json.dumps({key: first[key] for key in reversed(first)}).encode(), ".json"))
    return files


# --- Damage --------------------------------------------------------------------------------------------------------

VALUES = (
    *(b"null", b"true", b"0", b"-0", b"1.5", b"1e999", b"-1e-400", b"9" * 30, b"9007199254740993", b"[]", b"NaN"),
    *(b'""', b'"1"', b'".A"', b'"2012-12-13"', b'"integer"', b'"date"', b'"decimal"', b'"],["', b'"\\u0041"', b"1e3"),
    *(b'"\\ud800"', b'"\\ud83d\\ude00"', b'"0.1234567890123456789"', b'"10:30"', b"100000000000000000000", b"0.30"),
)
TOKENS = (
    *(b"Infinity", b"-", b"00", b'"', b"\\", b"\\u", b"[", b"]", b"{", b"}", b",", b":", b"[[", b"],[", b"[" * 300),
    *(b'{"a":1,"a":2}', b"\n", b"\r\n", b"\xff", b"\xc3", b"\x00", b"\xef\xbb\xbf", b"\\ud800", b" ", b'"rows":'),
    *(b'"name":"Y",', b'"records":3,', b"/*", b"'", b"\xe2\x80\xa8", *VALUES),
)


def damaged(files: list[Mutant], rng: np.random.Generator) -> Mutant:
    """A file after one to three accidents; sometimes under the name of the other form."""
    chosen = files[rng.integers(len(files))]
    raw = chosen.raw
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        raw = _accident(raw, files, rng)
    other = rng.random() < 0.03
    return Mutant(raw, {".json": ".ndjson", ".ndjson": ".json"}[chosen.suffix] if other else chosen.suffix)


def _accident(raw: bytes, files: list[Mutant], rng: np.random.Generator) -> bytes:
    at, to = sorted(int(place) for place in rng.integers(0, len(raw) + 1, 2))
    short = min(at + int(rng.integers(1, 30)), len(raw))
    kind = rng.integers(14)
    if kind == 0:
        flipped = bytes([raw[at] ^ (1 << int(rng.integers(8)))]) if at < len(raw) else b""
        return raw[:at] + flipped + raw[at + 1 :]
    if kind == 1:
        return raw[:to]
    if kind == 2:
        return raw[:at] + raw[short:]
    if kind == 3:
        token = TOKENS[rng.integers(len(TOKENS))]
        return raw[:at] + token + raw[at + int(rng.integers(0, 3)) :]
    if kind == 4:
        piece = files[rng.integers(len(files))].raw
        begin = int(rng.integers(len(piece)))
        return raw[:at] + piece[begin : begin + int(rng.integers(1, 200))] + raw[at:]
    if kind == 5:
        return raw[:at] + raw[at:short] * 2 + raw[short:]
    return _at_a_token(raw, kind, rng)


def _at_a_token(raw: bytes, kind: int, rng: np.random.Generator) -> bytes:
    """An accident to a whole value or a whole row, so that much of the damage is still JSON."""
    form = rb'"[^"\\\n]*"|-?[0-9.]+|null|true|false' if kind < 11 else rb"\[[^\[\]{}]*\](, ?|\n)"
    found = list(re.finditer(form, raw))
    if not found:
        return raw
    one, two = (found[rng.integers(len(found))] for _ in range(2))
    if kind < 10:
        token = VALUES[rng.integers(len(VALUES))]
        return raw[: one.start()] + token + raw[one.end() :]
    return raw[: one.start()] + two[0] * int(rng.integers(0, 3)) + raw[one.end() :]


def mutants(files: list[Mutant], seed: int) -> Iterator[tuple[Mutant, np.random.Generator]]:
    """Damaged files without end, each with a generator for what else is chosen at random."""
    rng = np.random.default_rng(seed)
    while True:
        yield damaged(files, rng), rng


# --- The reference -------------------------------------------------------------------------------------------------


def _strict(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    if len({key for key, _ in listed}) < len(listed):
        raise ValueError("a key twice")
    return dict(listed)


def _no_constant(token: str) -> NoReturn:
    raise ValueError(token)


def _load(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_strict, parse_constant=_no_constant)


def parse(mutant: Mutant) -> tuple[dict[str, Any], list[Any]]:
    """Attributes and rows by the standard library; ValueError where the file is no JSON."""
    text = mutant.raw.removeprefix(b"\xef\xbb\xbf").strip(BLANK).decode("utf-8")
    if mutant.suffix == ".ndjson":
        first, *rest = text.split("\n")
        return _load(first), [_load(line) for line in rest]
    members = _load(text)
    return members, members.pop("rows", None) or []


def reference(mutant: Mutant) -> Cells:
    """The columns, missing as None; ValueError for what has no place in a column."""
    members, rows = parse(mutant)
    columns = members["columns"]
    assert all(type(row) is list and len(row) == len(columns) for row in rows)
    assert mutant.suffix == ".json" or int(members.get("records") or 0) <= len(rows)
    return {column["name"]: [_cell(row[place], column) for row in rows] for place, column in enumerate(columns)}


def _cell(cell: Any, column: dict[str, Any]) -> Any:
    """A cell as the frame should hold it."""
    data_type, target = column["dataType"], column.get("targetDataType")
    dated = data_type in ("date", "datetime", "time")
    if type(cell) is str and (target is not None or data_type in ("integer", "float", "double")):
        cell = cell.strip(" ")
    if cell is None or cell == "":
        return None
    if data_type in ("string", "URI") or (dated and target is None):
        if type(cell) not in (str, int, float):
            raise ValueError(f"{cell!r} is no text")
        return cell if type(cell) is str else repr(cell)
    if dated:
        parse_one = {"date": date, "datetime": datetime, "time": time}[data_type].fromisoformat
        return parse_one(cell)
    if data_type == "boolean":
        if cell not in (True, False):
            raise ValueError(f"{cell!r} is no boolean")
        return float(cell)
    if type(cell) is bool:
        raise ValueError("a boolean is no number")
    exact = Decimal(cell.replace(",", "")) if type(cell) is str else Decimal(cell)
    if not exact.is_finite() or ((data_type == "decimal" or type(cell) is int) and Decimal(float(exact)) != exact):
        # A decimal is kept where the shortest text of its double is the same.
        assert Decimal(repr(float(exact))) == exact, "digits lost"
    value = float(exact)
    assert abs(value) < float("inf"), "too large"
    return value


# --- The verdict ---------------------------------------------------------------------------------------------------


def judge(folder: Path, mutant: Mutant, rng: np.random.Generator) -> Verdict:
    """Read the mutant in one of the ways there are, and compare with the reference."""
    file = folder / f"x{mutant.suffix}"
    file.write_bytes(mutant.raw)
    kept = dataset_json_rows._BLOCK, dataset_json_parse._WINDOW
    dataset_json_rows._BLOCK = int(rng.choice([16, 100, 1 << 20]))
    dataset_json_parse._WINDOW = int(rng.choice([8, 1 << 16]))
    text = TextType.CATEGORY if rng.random() < 0.3 else TextType.STR
    try:
        read_dataset_json_header(file)
        if rng.random() < 0.3:
            parts = [cells_of(part) for part in iter_dataset_json(file, 3, text=text)]
            whole = read_dataset_json(file)
            got = {name: [value for part in parts for value in part[name]] for name in map(str, whole.frame.columns)}
        else:
            got = cells_of(read_dataset_json(file, text=text))
    except (FileFormatError, DataError) as error:
        return _refused(error, str(file), mutant)
    except AdamlineError as error:
        return Verdict("fault", f"an error of another kind: {type(error).__name__} {error}")
    except Exception as error:
        return Verdict("fault", f"{type(error).__name__}: {error}")
    finally:
        dataset_json_rows._BLOCK, dataset_json_parse._WINDOW = kept
    try:
        expected = reference(mutant)
    except Exception as error:
        return Verdict("fault", f"read, though the reference finds a fault: {type(error).__name__}: {error}")
    return Verdict("read") if got == expected else Verdict("fault", "wrong data")


# Faults of attributes that are known by their name; everything else has a byte, a record or a variable.
NAMED = re.compile(r"The \w+ (is not|has no)|no Dataset-JSON|describe its columns|a column twice|structure of")


def _refused(error: AdamlineError, file: str, mutant: Mutant) -> Verdict:
    """An error must name the file and the place, and call nothing bad JSON that another parser takes."""
    place = error.place
    located = place.byte is not None or place.record is not None or place.variable or NAMED.search(error.what)
    if place.file != file or not located:
        return Verdict("fault", f"an error without its place: {error}")
    if place.byte is not None and not 0 <= place.byte <= len(mutant.raw):
        return Verdict("fault", f"a byte outside the file: {error}")
    if error.what in ("The file is no JSON.", "The file ends within its JSON: it is truncated."):
        try:
            parse(mutant)
        except (ValueError, RecursionError, AttributeError, TypeError):
            return Verdict("refused")
        # The fast parser knows no halves of surrogate pairs and no depth of more than 200.
        if b"\\ud" not in mutant.raw.lower() and "recursion" not in error.found:
            return Verdict("fault", f"another parser takes it: {error}")
    return Verdict("refused")


def cells_of(dataset: Dataset) -> Cells:
    """The columns as the reference has them."""
    columns: Cells = {}
    for variable in dataset.variables:
        values = dataset.frame[variable.name].astype(object)
        columns[variable.name] = [
            None if missing else _plain(value, variable.kind)
            for value, missing in zip(values, values.isna(), strict=True)
        ]
    return columns


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date() if kind == "date" else value.to_pydatetime()
    return (datetime.min + value.to_pytimedelta()).time() if isinstance(value, pd.Timedelta) else value

"""Accepted differences: reads the CSV file of those that a person has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, FileFormatError, Place
from adamline.io.csv_text import read_lines

# The last columns of the file; all before them are the keys.
COLUMNS = ("VARIABLE", "BASE", "COMPARE", "REASON", "PERSON")
DATE = "DATE"
# The key of records that are matched by position: the observation number in the base, from 1.
OBSERVATION = "_OBS_"


@dataclass(frozen=True)
class AcceptedDifference:
    """One line of the file: the keys' values, the variable, both values as `exact_texts` spells them, and why."""

    line: int
    keys: tuple[str, ...]
    variable: str
    base: str
    compare: str
    reason: str
    person: str
    date: str = ""


@dataclass(frozen=True)
class AcceptedFile:
    """What a file of accepted differences says; ``keys`` are the names of its key columns."""

    name: str
    keys: tuple[str, ...]
    differences: tuple[AcceptedDifference, ...]


def read_accepted(path: Path | str) -> AcceptedFile:
    """Read a file of accepted differences.

    It is CSV (one line a difference: it diffs, and opens in a spreadsheet), UTF-8, with a first line of names: the
    keys' names, then VARIABLE, BASE, COMPARE, REASON, PERSON, and DATE if wanted. Records matched by position have
    the key ``_OBS_``, the observation number in the base. Values are spelled as `exact_texts` does.

    FileFormatError, with every fault and its line, for other columns, a line of another length, one record and
    variable twice, no reason or person, and two values that are the same.
    """
    file = Path(path)
    lines = _lines_of(file)
    if not lines:
        raise FileFormatError("The file of accepted differences is empty.", place=Place(file.name), expected=_EXPECTED)
    keys = _keys_of(lines[0][1], Place(file.name, lines[0][0]))
    faults: list[AdamlineError] = []
    differences = []
    for line, fields in lines[1:]:
        if len(fields) != len(lines[0][1]):
            expected = f"{len(lines[0][1])} fields, as the first line has"
            faults.append(_fault(file, line, "A line has another number of fields.", expected, f"{len(fields)} fields"))
            continue
        variable, base, compare, *why = fields[len(keys) :]
        why = [text.strip() for text in why]
        differences.append(
            AcceptedDifference(line, tuple(fields[: len(keys)]), variable.strip().upper(), base, compare, *why)
        )
    faults += _doubtful(file, differences)
    raise_all(file.name, faults)
    return AcceptedFile(file.name, keys, tuple(differences))


def _lines_of(file: Path) -> list[tuple[int, list[str]]]:
    """The lines that are not blank, each with its number; leading blanks of a value count, trailing ones do not."""
    try:
        lines = read_lines(file)
    except OSError as error:
        what = "The file of accepted differences cannot be read."
        raise FileFormatError(what, place=Place(str(file)), found=str(error)) from error
    filled = [(line, fields) for line, fields in lines if any(field.strip() for field in fields)]
    return [(line, [field.rstrip(" ") for field in fields]) for line, fields in filled]


_EXPECTED = "the keys, then " + ", ".join(COLUMNS) + " and, if wanted, " + DATE


def _keys_of(header: Sequence[str], place: Place) -> tuple[str, ...]:
    names = [name.strip().upper() for name in header]
    body = names[:-1] if names[-1] == DATE else names
    keys = tuple(body[: -len(COLUMNS)])
    if tuple(body[-len(COLUMNS) :]) != COLUMNS or not keys or len(set(keys)) < len(keys):
        raise FileFormatError(
            "The columns are not those of accepted differences.",
            place=place,
            expected=_EXPECTED,
            found=", ".join(header),
        )
    return keys


def _doubtful(file: Path, differences: Iterable[AcceptedDifference]) -> list[AdamlineError]:
    faults: list[AdamlineError] = []
    first: dict[tuple[tuple[str, ...], str], int] = {}
    for one in differences:
        if not one.reason:
            faults.append(_fault(file, one.line, "An accepted difference has no reason.", "why it is accepted"))
        if not one.person:
            faults.append(_fault(file, one.line, "An accepted difference has no person.", "who accepted it"))
        if one.base == one.compare:
            faults.append(_fault(file, one.line, "The two values are the same.", "two that differ", one.base))
        earlier = first.setdefault((one.keys, one.variable), one.line)
        if earlier != one.line:
            what = f"{one.variable} of one record is accepted twice (first on line {earlier})."
            faults.append(_fault(file, one.line, what, "each once", ", ".join(one.keys)))
    return faults


def _fault(file: Path, line: int, what: str, expected: str, found: str = "") -> AdamlineError:
    return FileFormatError(what, place=Place(file.name, line), expected=expected, found=found)


def raise_all(name: str, faults: Sequence[AdamlineError]) -> None:
    """Raise what is wrong with a file: its one fault, or an error that lists them all."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        listed = "\n".join(f"{fault.place}: {fault.what}" for fault in faults)
        raise FileFormatError(
            f"The file of accepted differences has {len(faults)} faults.", place=Place(name), found=listed
        )

"""Printed cells: reads the CSV file with what a paper prints, and where each of it is found in the results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, FileFormatError, Place
from adamline.io.csv_text import read_lines
from adamline.qc.published.printed_text import MOST_DECIMALS, read_printed

NAME = "published.csv"
# The columns that adamline reads; all others are the study's own words for the cell.
COLUMNS = ("output", "page", "text", "slip", "found_in", "levels", "stat_name")
# NAME=level, where the level may stand in quotes.
_LEVEL = re.compile(r"""\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"((?:[^"]|"")*)"|([^;"]*?))\s*(?:;|$)""")
_EXPECTED = "such as TRTP=Placebo; AVISIT=Week 2 (a level with ; or a quote in it stands in quotes)"


@dataclass(frozen=True)
class PrintedCell:
    """One line of the file: what is printed where, in the study's words, and the result that it is held against.

    ``levels`` are what the result is of: grouping variables and the variable with a level, ``analysis`` and
    ``variable``. ``slip`` says why the paper's text is not right, where it is not.
    """

    line: int
    output: str
    page: str
    text: str
    slip: str
    found_in: str
    levels: Mapping[str, str]
    stat_name: str
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """The cell in words."""
        return ", ".join([self.output, *filter(None, self.words)])


def read_published(path: Path) -> tuple[PrintedCell, ...]:
    """The printed cells of a file, in its order.

    It is CSV in UTF-8 with a first line of names. `COLUMNS` must be there, in any order: ``output`` (of the paper),
    ``page``, ``text`` (as printed), ``slip`` (why it is not right, else blank), ``found_in`` (the output of the
    study), ``levels`` and ``stat_name`` (of the result). Other columns are words of the study's own for the cell. Where
    ``found_in`` is blank, the cell has no result yet.

    FileFormatError, with every fault and its line, for columns that are missing or there twice, lines of another
    length, blank texts, levels that cannot be read, a result that is half named, numbers of too many decimals, and the
    same cell twice; OSError for no file.
    """
    lines = [(line, fields) for line, fields in read_lines(path) if fields]
    place = Place(path.name)
    if len(lines) < 2:
        raise FileFormatError("The file of printed cells has none.", place=place, expected=", ".join(COLUMNS))
    names = [name.strip() for name in lines[0][1]]
    missing = [name for name in COLUMNS if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or twice:
        found = [*(f"no {name}" for name in missing), *(f"{name} twice" for name in twice)]
        what = "The file of printed cells has other columns than it needs."
        raise FileFormatError(what, place=place, expected=", ".join(COLUMNS), found=", ".join(found))
    faults: list[AdamlineError] = []
    cells = [cell for line, fields in lines[1:] if (cell := _cell(line, fields, names, path.name, faults))]
    faults += _twice(cells, path.name)
    if faults:
        listed = "\n".join(f"{fault.place}: {fault.what}" for fault in faults)
        what = f"The file of printed cells has {len(faults)} fault{'s' if len(faults) > 1 else ''}."
        raise FileFormatError(what, place=place, found=listed)
    return tuple(cells)


def _cell(
    line: int, fields: Sequence[str], names: Sequence[str], file: str, faults: list[AdamlineError]
) -> PrintedCell | None:
    """The cell of a line; None, with its faults added to the others, where it has some."""
    place = Place(file, line)
    if len(fields) != len(names):
        faults.append(FileFormatError(f"{len(fields)} fields, not {len(names)} as in the first line.", place=place))
        return None
    row = {name: field.strip() for name, field in zip(names, fields, strict=True)}
    levels, rest = _levels(row["levels"])
    found = [
        *(f"{name} is blank." for name in ("output", "text") if not row[name]),
        *([f"levels cannot be read at {rest!r}; expected {_EXPECTED}."] if rest else []),
        *(["found_in is there without stat_name."] if row["found_in"] and not row["stat_name"] else []),
        *(["stat_name or levels are there without found_in."] if _is_lost(row) else []),
        *_text_faults(row["text"]),
    ]
    faults.extend(FileFormatError(what, place=place) for what in found)
    words = tuple(row[name] for name in names if name not in COLUMNS)
    known = {name: row[name] for name in ("output", "page", "text", "slip", "found_in", "stat_name")}
    return None if found else PrintedCell(line=line, levels=levels, words=words, **known)


def _is_lost(row: Mapping[str, str]) -> bool:
    return not row["found_in"] and bool(row["stat_name"] or row["levels"])


def _levels(text: str) -> tuple[dict[str, str], str]:
    """The named levels of a text, and the part of it that cannot be read."""
    levels: dict[str, str] = {}
    place = 0
    while place < len(text):
        found = _LEVEL.match(text, place)
        if found is None or found[1] in levels:
            return levels, text[place:]
        levels[found[1]] = found[2].replace('""', '"') if found[2] is not None else found[3]
        place = found.end()
    return levels, ""


def _text_faults(text: str) -> Iterator[str]:
    printed = read_printed(text)
    if printed and printed.decimals > MOST_DECIMALS:
        yield f"{text} has more decimals than {MOST_DECIMALS}."


def _twice(cells: Sequence[PrintedCell], file: str) -> Iterator[AdamlineError]:
    seen: dict[tuple[object, ...], int] = {}
    for cell in cells:
        key = (cell.name, cell.text, cell.found_in, tuple(sorted(cell.levels.items())), cell.stat_name)
        first = seen.setdefault(key, cell.line)
        if first != cell.line:
            yield FileFormatError(f"The cell stands on line {first} already.", place=Place(file, cell.line))

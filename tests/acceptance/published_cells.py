"""Reads cells that were retyped from published tables: rows of texts, each the numbers of one column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adamline.qc.published.cells import PrintedCell

ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose", "Total")
# Who is in how many columns: one text is of all together, two are of the two that are compared with placebo.
_COLUMNS = {1: ("",), 2: ARMS[1:3], 3: ARMS[:3], 4: ARMS}
_BY = ("TRT01P", "TRT01A", "TRTP", "TRTA")
_NUMBER = re.compile(r"[<>]?\s*-?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Retyped:
    """A text of a published table: the output that is like it, its line, what is wrong in it, and each number."""

    output: str
    line: int
    slip: str
    numbers: tuple[PrintedCell, ...]


def read_cells(path: Path) -> list[tuple[str, int, list[str]]]:
    """The rows of the file: the output, the number of the line and its fields."""
    output, rows = "", []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("= "):
            output = line[2:].strip()
        elif line and not line.startswith("#"):
            rows.append((output, number, [field.strip() for field in line.split(" | ")]))
    return rows


def numbers_of(text: str) -> list[str]:
    """The numbers that a text prints, without what is said of it."""
    shown = text.partition(" ! ")[0]
    return [] if shown == "-" else _NUMBER.findall(shown)


def retyped(row: tuple[str, int, list[str]], results: pd.DataFrame) -> list[Retyped]:
    """The texts of a row, whose columns are by the treatment that the results of its output are by."""
    output, line, (said, statistics, *texts) = row
    by = next(name for name in _BY if name in set(results["group1"]))
    levels = dict(part.strip().split("=", 1) for part in said.split("; "))
    made = []
    for arm, text in zip(_COLUMNS[len(texts)], texts, strict=True):
        shown, _, slip = text.partition(" ! ")
        numbers = numbers_of(text)
        names = statistics.split()
        # A count of nobody stands alone.
        assert shown == "-" or len(numbers) == len(names) or numbers == ["0"], f"line {line}: {text}"
        cells = tuple(
            PrintedCell(line, output, "", number, "", output, {**levels, by: arm}, name, ())
            for name, number in zip(names, numbers, strict=False)
        )
        if cells:
            made.append(Retyped(output, line, slip, cells))
    return made

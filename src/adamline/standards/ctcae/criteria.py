"""Reads the criteria of a version of CTCAE."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Version = Literal["v4-si", "v4-us", "v5-si", "v5-us"]

_CRITERION = re.compile(
    r"(?P<op>[<>]=?) (?:(?P<cut>[\d.]+)|(?:(?P<times>[\d.]+) x )?(?P<of>[A-Z]+)(?: \+ (?P<plus>[\d.]+))?)"
)


@dataclass(frozen=True)
class Criterion:
    """One row: the grade of a value that is beyond ``times`` the variable ``of`` and ``plus``, on records ``on``."""

    term: str
    direction: str
    units: tuple[str, ...]
    grade: int
    op: str
    times: float
    of: str
    plus: float
    on: str


@cache
def read_criteria(version: Version) -> tuple[Criterion, ...]:
    """The criteria of ``version`` in the order of the file; without the terms that no value grades.

    >>> read_criteria("v5-si")[0]
    Criterion(term='Acidosis', direction='L', units=(), grade=3, op='<', times=0.0, of='', plus=7.3, on='')
    """
    return tuple(_criterion(row) for row in read_criterion_rows(version) if row["GRADE"])


@cache
def read_ungraded(version: Version) -> dict[str, str]:
    """Why, of each term that ``version`` knows and no value alone grades.

    >>> list(read_ungraded("v5-us"))
    ['Hyperglycemia', 'Hyperglycemia (Fasting)', 'Hyperphosphatemia', 'Hypophosphatemia']
    """
    return {row["TERM"]: row["NOTE"] for row in read_criterion_rows(version) if not row["GRADE"]}


def read_criterion_rows(version: Version) -> list[dict[str, str]]:
    """The rows of the file as they are written: TERM, DIRECTION, UNIT, GRADE, CRITERION, IF, NOTE."""
    text = (files(__package__) / f"{version}.csv").read_text(encoding="ascii")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _criterion(row: dict[str, str]) -> Criterion:
    parts = _CRITERION.fullmatch(row["CRITERION"])
    if parts is None:
        raise ValueError(f"`{row['CRITERION']}` of {row['TERM']} is not `> 3 x ANRHI` or `< 80`")
    of, cut = parts["of"] or "", parts["cut"]
    units = tuple(row["UNIT"].split(" or ")) if row["UNIT"] else ()
    times, plus = (0.0, float(cut)) if cut else (float(parts["times"] or 1), float(parts["plus"] or 0))
    return Criterion(row["TERM"], row["DIRECTION"], units, int(row["GRADE"]), parts["op"], times, of, plus, row["IF"])

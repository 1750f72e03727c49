"""Reads the criteria of a version of CTCAE."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Version = Literal["v4-si", "v4-us"]


@dataclass(frozen=True)
class Criterion:
    """One row: the grade of a value that is beyond ``cut`` (see the package) of what ``of`` names."""

    term: str
    direction: str
    unit: str
    grade: int
    op: str
    cut: float
    of: str


@cache
def read_criteria(version: Version) -> tuple[Criterion, ...]:
    """The criteria of ``version`` in the order of the file, the highest grade of a term first.

    >>> read_criteria("v4-si")[-1]
    Criterion(term='White blood cell decreased', direction='L', unit='10^9/L', grade=1, op='<', cut=1.0, of='ANRLO')
    """
    text = (files(__package__) / f"{version}.csv").read_text(encoding="ascii")
    return tuple(
        Criterion(
            row["TERM"], row["DIRECTION"], row["UNIT"], int(row["GRADE"]), row["OP"], float(row["CUT"]), row["OF"]
        )
        for row in csv.DictReader(text.splitlines())
    )

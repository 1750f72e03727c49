"""The paper's printed cells, read from specs/jahh/published.csv, as targets of the calibration."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from adamline._resources import resource_folder
from adamline.simulate.jahh.design import ARMS

_FILE: Final = ("jahh", "published.csv")
_ABSTRACT: Final = "Abstract"
NOT_SIGNIFICANT: Final = "not significant"
ALL: Final = -1


@dataclass(frozen=True)
class Cell:
    """A printed number: its text, the number, and half a unit of its last decimal."""

    text: str

    @property
    def number(self) -> Decimal:
        """The number as printed."""
        return Decimal(self.text)

    @property
    def half(self) -> Decimal:
        """What a value may lie off and still round to the text."""
        return Decimal(5).scaleb(-len(self.text.partition(".")[2]) - 1)


@dataclass(frozen=True)
class Key:
    """Which cell: arm is the place in ARMS, or ALL for all patients and for comparisons of other groups."""

    parameter: str
    level: str
    visit: str
    arm: int
    statistic: str


@dataclass(frozen=True)
class Printed:
    """The texts of the cells; what only the abstract prints is left out."""

    texts: Mapping[Key, str]

    def cell(self, parameter: str, visit: str, arm: int, statistic: str, level: str = "") -> Cell | None:
        """The printed number, or None."""
        text = self.texts.get(Key(parameter, level, visit, arm, statistic))
        return None if text is None else Cell(text)

    def mean_and_sd(self, parameter: str, visit: str, arm: int) -> tuple[Cell, Cell]:
        """The printed mean and standard deviation."""
        mean, sd = (self.texts[Key(parameter, "", visit, arm, name)] for name in ("mean", "sd"))
        return Cell(mean), Cell(sd)

    def count(self, parameter: str, visit: str, arm: int, level: str = "") -> int:
        """The printed n."""
        return int(self.texts[Key(parameter, level, visit, arm, "n")])

    def significance(self, parameter: str, visit: str, arm: int) -> str | None:
        """Whether the paper calls the arm's change different from placebo's; None where it says nothing."""
        return self.texts.get(Key(parameter, "", visit, arm, "significance"))


@cache
def read_printed() -> Printed:
    """The printed cells of the reference study.

    >>> read_printed().cell("ADSDNA", "Week 2", 1, "median")
    Cell(text='-14.3')
    """
    arms = {arm.name: place for place, arm in enumerate(ARMS)}
    with resource_folder("specs").joinpath(*_FILE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["output"] != _ABSTRACT]
    keys = [
        Key(row["parameter"], row["level"], row["visit"], arms.get(row["arm"], ALL), row["statistic"]) for row in rows
    ]
    return Printed({key: row["text"] for key, row in zip(keys, rows, strict=True)})

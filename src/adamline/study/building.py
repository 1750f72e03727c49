"""A dataset in the making: its records so far, what is known of its variables, and the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from adamline.errors import Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Variable
from adamline.study.added import (
    Added,
)
from adamline.study.call import Call
from adamline.study.steps import Step

# Is shown each step: what it is called, its call if it is one, the records before and after it.
Watch = Callable[[str, Call | None, pd.DataFrame, pd.DataFrame], None]


@dataclass
class Building:
    """A dataset in the making: its records so far, what is known of its variables, and the log."""

    frame: pd.DataFrame
    known: dict[str, Variable]
    added: list[Added] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    watch: Watch | None = None

    def tally(self, severity: Severity, check: str, message: str, place: Place, kinds: Mapping[str, int]) -> None:
        """Note records that something is to be said of, if there are any; see `Tally`."""
        if any(kinds.values()):
            self.tallies.append(Tally(severity, check, message, place, kinds))

    def found(self, tallies: Iterable[Tally], place: Place) -> None:
        """Note what a check has counted, with the place it is about."""
        self.tallies += [replace(tally, place=place) for tally in tallies]

    def log(self, step: str, before: int, after: int, count: int = 0, of: str = "") -> None:
        """Note what a step did to the number of records; see `Step`."""
        self.steps.append(Step(step, before, after, count, of))

    def become(self, step: str, frame: pd.DataFrame, count: int = 0, of: str = "", call: Call | None = None) -> None:
        """Go on with ``frame``, and log it."""
        self.log(step, len(self.frame), len(frame), count, of)
        if self.watch is not None:
            self.watch(step, call, self.frame, frame)
        self.frame = frame

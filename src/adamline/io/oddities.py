"""Counts what is odd in a file and does not keep it from being read, by variable, until all records are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adamline.errors import Place
from adamline.findings import Finding, Report, Severity
from adamline.io.dataset import Kind, Variable
from adamline.io.sas_dates import from_sas
from adamline.plurals import counted

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class Oddity(StrEnum):
    """What can be odd in a variable's values, as the name of the check that says so."""

    UNHELD_DATE = "read.unheld_date"
    ZERO_BYTES = "read.zero_bytes"


@dataclass
class Oddities:
    """The counts in the making: of how many values, the record of the first, and how it is written."""

    place: Place
    _found: dict[tuple[str, Oddity], tuple[int, int, str]] = field(default_factory=dict)

    def add(self, name: str, oddity: Oddity, count: int, record: int, shown: str = "") -> None:
        """Count values of a variable; the first that was ever added stands for all."""
        known, first, example = self._found.get((name, oddity), (0, record, shown))
        self._found[name, oddity] = known + count, first, example

    def dated(self, variable: Variable, numbers: Floats, records: Sequence[int] | Rows) -> tuple[Variable, Any]:
        """A variable with a format of dates and its SAS numbers, as dates if they can be held so, else as they are.

        ``records`` are the numbers, from 0, of the records that they stand in.
        """
        if variable.kind is Kind.NUMBER:
            return variable, numbers
        dates, lost = from_sas(numbers, variable.kind)
        if not lost.any():
            return variable, dates
        row = int(np.argmax(lost))
        first = repr(float(numbers[row])).removesuffix(".0")
        shown = f"{_HELD[variable.kind]}, the first {first}"
        self.add(variable.name, Oddity.UNHELD_DATE, int(np.count_nonzero(lost)), int(records[row]) + 1, shown)
        return replace(variable, kind=Kind.NUMBER), numbers

    def settled(self, variable: Variable) -> Variable:
        """The variable, a number with its format where its kind of date cannot hold all its values."""
        return replace(variable, kind=Kind.NUMBER) if (variable.name, Oddity.UNHELD_DATE) in self._found else variable

    def report(self, variables: Sequence[Variable], report: Report) -> None:
        """A finding for each oddity of these variables, in their order."""
        for variable in variables:
            for oddity in Oddity:
                if (variable.name, oddity) in self._found:
                    report(self._finding(variable, oddity))

    def _finding(self, variable: Variable, oddity: Oddity) -> Finding:
        count, record, shown = self._found[variable.name, oddity]
        values = counted(count, "value")
        message = _MESSAGES[oddity].format(name=variable.name, values=values, shown=shown, format=variable.format)
        place = replace(self.place, variable=variable.name, record=record)
        return Finding(Severity.WARNING, str(oddity), message, place)


_HELD: Final = {
    Kind.DATE: "a date (whole days, years 1582 to 9999)",
    Kind.DATETIME: "a datetime (at most 6 decimals, years 1582 to 9999)",
    Kind.TIME: "a time (at most 6 decimals)",
}
_MESSAGES: Final = {
    Oddity.UNHELD_DATE: "{name} is read as a number with its format {format}: {values} cannot be held as {shown}.",
    Oddity.ZERO_BYTES: "{name} has zero bytes in {values}; at the end of a text they are taken for padding.",
}

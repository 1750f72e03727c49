"""Finds the result of a printed cell among those of a run, or says why there is none, or more than one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import nearest
from adamline.qc.published.cells import PrintedCell
from adamline.results.ard import NUMBER, RESULT, Around, group_count, levels_of
from adamline.results.run_results import is_listing

# What a cell may name beside variables and their levels: columns of the results.
_COLUMNS = ("analysis", "variable")
_AROUND = [str(around) for around in Around]
_SHOWN = 3

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """The result of a cell: its id, value (NaN where it has none) and text as displayed."""

    result: str
    value: float
    text: str


@dataclass(frozen=True)
class NotFound:
    """No result, or several; ``why`` says what to look at."""

    is_several: bool
    why: str


class Results:
    """The results of one output of a run, in which cells are looked for."""

    def __init__(self, output: str, read: Callable[[], pd.DataFrame]) -> None:
        """``read`` gives the results as a run has written them; it is called when a cell is looked for."""
        self._output = output
        self._read = read
        self._levels: dict[str, npt.NDArray[np.object_]] = {}

    @cached_property
    def _all(self) -> pd.DataFrame:
        return self._read()

    def find(self, cell: PrintedCell) -> Found | NotFound:
        """The one result that has the statistic and every level that the cell names.

        What stands around the rows of a table, such as the N of its columns, is found only where ``analysis`` names it.
        """
        if is_listing(self._all):
            return NotFound(False, f"{self._output} is a listing, which has no statistics")
        mask = np.array(self._all["stat_name"] == cell.stat_name, dtype=bool)
        if cell.levels.get("analysis") not in _AROUND:
            mask &= self._is_of_rows
        if not mask.any():
            known = self._all["stat_name"][self._is_of_rows].unique()
            return NotFound(
                False, f"{self._output} has no statistic {cell.stat_name}: {nearest(cell.stat_name, known)}"
            )
        for name, level in cell.levels.items():
            left = mask & np.array(self._level(name) == level, dtype=bool)
            if not left.any():
                return NotFound(False, self._lacking(name, level, mask))
            mask = left
        rows = self._all[mask]
        if len(rows) > 1:
            shown = ", ".join([*rows[RESULT].iloc[:_SHOWN], *(["..."] if len(rows) > _SHOWN else [])])
            return NotFound(True, f"{len(rows)} results have these levels: {shown}")
        row = rows.iloc[0]
        return Found(str(row[RESULT]), float(row[NUMBER]), str(row["stat_text"]))

    @cached_property
    def _is_of_rows(self) -> Mask:
        return ~np.array(self._all["analysis"].isin(_AROUND), dtype=bool)

    def _level(self, name: str) -> npt.NDArray[np.object_]:
        """The level of a variable for each result, or what its column of that name has."""
        if name not in self._levels:
            if name in _COLUMNS:
                levels = self._all[name]
            else:
                levels = levels_of(self._all, name)
                levels = levels.mask(self._all["variable"] == name, self._all["variable_level"])
            self._levels[name] = levels.to_numpy(dtype=object)
        return self._levels[name]

    def _lacking(self, name: str, level: str, mask: Mask) -> str:
        """What there is where a level is not."""
        known = sorted({str(each) for each in self._level(name)[mask]} - {""})
        if known:
            return f"no such result of {self._output} has {name}={level}: {nearest(level, known)}"
        return f"no such result of {self._output} is of {name}: {nearest(name, self._names())}"

    def _names(self) -> set[str]:
        groups = [f"group{number}" for number in range(1, group_count(self._all.columns) + 1)]
        return {str(each) for column in (*groups, "variable") for each in self._all[column].unique()} - {""}


def find_result(cell: PrintedCell, outputs: Mapping[str, Results]) -> Found | NotFound:
    """The result of a cell among the outputs of a run, by their names in capitals."""
    if not cell.found_in:
        return NotFound(False, "found_in names no output")
    results = outputs.get(cell.found_in.upper())
    if results is None:
        return NotFound(False, f"the run has no output {cell.found_in}: {nearest(cell.found_in.upper(), outputs)}")
    return results.find(cell)

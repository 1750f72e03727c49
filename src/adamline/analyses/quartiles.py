"""Quartiles: what a box plot draws of each cell, with values beyond the whiskers, stored for figures alone."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from adamline.analyses.cells import Cells, Texts, coded
from adamline.analyses.decimals import DecimalsOption, data_decimals, statistic_texts
from adamline.analyses.leaf import Floats, Given, LeafOptions, Stat, cell_results
from adamline.analyses.records import SUBJECT, equals, has_value, require_numbers
from adamline.analyses.summary import Options as SummaryOptions
from adamline.analyses.summary import analyse as summarise
from adamline.spec.types import VariableName

BEYOND = "beyond"
# What computing leaves of a decimal fraction does not put a value beyond a whisker.
_FUZZ = 1e-9


class Options(LeafOptions):
    """Options of quartiles: the variable ``of``, and how far whiskers go.

    Whiskers end at the furthest values within ``reach`` interquartile ranges of the quartiles, as schematic box plots
    of PROC BOXPLOT do; with `reach: none` at minimum and maximum. Quartiles are those of PCTLDEF=5. ``decimals`` are as
    in `summary`.
    """

    of: VariableName = Field(alias="quartiles")
    reach: Annotated[
        Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
        BeforeValidator(lambda value: None if value == "none" else value),
    ] = 1.5
    decimals: DecimalsOption = None

    only_drawn: ClassVar[bool] = True

    @property
    def summarised(self) -> tuple[str, ...]:
        """The variable."""
        return (self.of,)

    @property
    def rule(self) -> str:
        """How far the whiskers go, in words."""
        if self.reach is None:
            return "minimum and maximum"
        return f"furthest values within {self.reach:g} interquartile ranges of the quartiles"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Of each cell n, mean, quartiles and the ends of the whiskers, then each value beyond these, by its subject.

    Missing values are left out. A value at the very reach is within it. Source: SAS PROC BOXPLOT,
    BOXSTYLE=SCHEMATIC, PCTLDEF=5.

    >>> from adamline.analyses.frames import placed
    >>> adlb = pd.DataFrame({"USUBJID": list("abcdefgh"), "AVAL": [1.0, 2, 3, 4, 5, 6, 7, 40]})
    >>> made = analyse(placed(adlb), Options.model_validate({"quartiles": "AVAL"}))
    >>> made[["stat_name", "variable_level", "stat"]].values.tolist()[-3:]
    [['whisker_low', '', 1.0], ['whisker_high', '', 7.0], ['beyond', 'h', 40.0]]
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    also = ["mean", "median", "p25", "p75"]
    asked = {"summary": options.of, "statistics": ["n"], "also": also, "decimals": options.decimals}
    summary = summarise(given, SummaryOptions.model_validate(asked))
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    low, high = _fences(summary, cells.size, options.reach)
    known = ~np.isnan(values)
    within = known & (values >= low[cells.code]) & (values <= high[cells.code])
    places = data_decimals(given, options.decimals, values)
    stats = []
    for name, label, ends in (
        ("whisker_low", "Lower whisker", _extreme(np.fmin, values, within, cells)),
        ("whisker_high", "Upper whisker", _extreme(np.fmax, values, within, cells)),
    ):
        texts = np.asarray(statistic_texts(name, ends, np.asarray(places), options.decimals), dtype=object)
        texts[np.isnan(ends)] = ""
        stats.append(Stat(name, label, ends, texts, "PROC BOXPLOT", options.rule))
    codes = np.arange(cells.size, dtype=np.int64)
    where = cells.conditions(codes, str(has_value(options.of)))
    whiskers = cell_results(cells, codes, stats, variable=options.of).assign(where=np.repeat(where, len(stats)))
    made = pd.concat([summary, whiskers, _beyond(given, options, values, known & ~within)], ignore_index=True)
    return made.fillna({"variable_level": ""})


def _fences(summary: pd.DataFrame, size: int, reach: float | None) -> tuple[Floats, Floats]:
    if reach is None:
        return np.full(size, -np.inf), np.full(size, np.inf)
    of = {name: summary["stat"][summary["stat_name"] == name].to_numpy(dtype=np.float64) for name in ("p25", "p75")}
    far = reach * (of["p75"] - of["p25"])
    slack = _FUZZ * (np.abs(of["p25"]) + np.abs(of["p75"]))
    return of["p25"] - far - slack, of["p75"] + far + slack


def _extreme(ufunc: np.ufunc, values: Floats, kept: np.ndarray, cells: Cells) -> Floats:
    found = np.full(cells.size, np.nan)
    ufunc.at(found, cells.code[kept], values[kept])
    return found


def _beyond(given: Given, options: Options, values: Floats, beyond: np.ndarray) -> pd.DataFrame:
    """Each value beyond the whiskers, its subject as the level of the variable, in the order of cells and subjects."""
    cells = given.cells
    at = np.flatnonzero(beyond)
    names = _subjects(cells, at)
    order = np.lexsort((values[at], names.astype(str), cells.code[at]))
    at, names = at[order], names[order]
    codes = cells.code[at]
    again = pd.DataFrame({"code": codes, "name": names}).groupby(["code", "name"]).cumcount().to_numpy()
    levels = names + np.where(again > 0, " #" + (again + 1).astype(str).astype(object), "")
    places = np.asarray(data_decimals(given, options.decimals, values))
    shown = np.broadcast_to(places, cells.size)[codes]
    texts = statistic_texts(BEYOND, values[at], shown, options.decimals)
    stats = [Stat(BEYOND, "Value beyond the whiskers", values[at], texts, "PROC BOXPLOT", options.rule)]
    rows = cell_results(cells, codes, stats, variable=options.of, variable_level=levels)
    who = np.array([str(equals(SUBJECT, name)) for name in names] if cells.records.has(SUBJECT) else [], dtype=object)
    more = [who] if cells.records.has(SUBJECT) else []
    return rows.assign(where=cells.conditions(codes, str(has_value(options.of)), *more))


def _subjects(cells: Cells, at: np.ndarray) -> Texts:
    """The subject of each value; its place among the records where they have none."""
    if not cells.records.has(SUBJECT):
        return np.asarray((cells.record[at] + 1).astype(str), dtype=object)
    subject = coded(cells.records, SUBJECT)
    return np.asarray(np.append(subject.texts, "")[subject.codes[cells.record[at]]], dtype=object)

"""LS means: of the columns of a table, by a linear model or a mixed model for repeated measures, and differences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Ints, Texts
from adamline.analyses.decimals import DecimalsOption, data_decimals, statistic_texts
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results, with_warnings
from adamline.analyses.lines import Line
from adamline.analyses.model_fits import Fit, Model, Repeated, fit_blocks, model_frame, single_treatments
from adamline.analyses.records import has_value
from adamline.analyses.repeated import repeated_subjects
from adamline.errors import DataError, nearest
from adamline.results.ard import Around
from adamline.spec.types import VariableName

# Each statistic: its label, and its decimals beyond those of the data (None: a count or a p-value).
_STATISTICS: Mapping[str, tuple[str, int | None]] = {
    "n": ("n", None),
    "lsmean": ("LS mean", 1),
    "se": ("SE", 2),
    "lower": ("Lower {level} limit of the LS mean", 1),
    "upper": ("Upper {level} limit of the LS mean", 1),
    "difference": ("Difference of LS means", 1),
    "difference_se": ("SE of the difference", 2),
    "difference_lower": ("Lower {level} limit of the difference", 1),
    "difference_upper": ("Upper {level} limit of the difference", 1),
    "p": ("p-value", None),
}
_OF_MEANS = {"n": "n", "lsmean": "estimate", "se": "se", "lower": "lower", "upper": "upper"}
_OF_DIFFERENCES = {
    "difference": "estimate",
    "difference_se": "se",
    "difference_lower": "lower",
    "difference_upper": "upper",
    "p": "p",
}


class Options(LeafOptions):
    """Options of LS means: the response ``of``, and what the ``model`` has beside the treatment.

    ``model`` lists covariates, class variables (those that are text), and products (`BASE*AVISIT`). ``against`` is the
    column with which the others are compared. ``repeated`` makes it a mixed model for repeated measures, with the visit
    and its product with the treatment: the visits must be a grouping of the rows. ``only`` names columns, where not all
    have results. ``level`` is that of limits; ``decimals`` as in a summary.
    """

    of: VariableName = Field(alias="lsmeans")
    model: tuple[str, ...] = ()
    against: str | None = None
    repeated: Repeated | None = None
    only: tuple[str, ...] = ()
    statistics: tuple[str | LineOptions, ...] = ("n", "lsmean_se", "difference_ci", "p")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: DecimalsOption = None

    known: ClassVar[Collection[str]] = tuple(_STATISTICS)

    def known_lines(self) -> Mapping[str, Line]:
        """LS means and differences, with their limits, whose labels say level and reference."""
        percent, against = level_text(self.level), f" vs {self.against}" if self.against else ""
        return {
            "n": Line("n", "{n}"),
            "lsmean": Line("LS mean", "{lsmean}"),
            "lsmean_se": Line("LS mean (SE)", "{lsmean}| ({se})"),
            "lsmean_ci": Line(f"LS mean ({percent} CI)", "{lsmean}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "difference": Line(f"Difference{against}", "{difference}"),
            "difference_se": Line(f"Difference{against} (SE)", "{difference}| ({difference_se})"),
            "difference_ci": Line(
                f"Difference{against} ({percent} CI)", "{difference}| ({difference_lower}, {difference_upper})"
            ),
            "difference_limits": Line(f"{percent} CI of the difference", "({difference_lower}, {difference_upper})"),
            "p": Line(f"p-value{against}", "{p}"),
        }

    @model_validator(mode="after")
    def _compared(self) -> Options:
        for name in (name for line in self.lines for name in line.statistics):
            if name in _OF_DIFFERENCES and self.against is None:
                raise ValueError(f"{name} needs `against`, the column to compare with")
        return self

    @property
    def summarised(self) -> tuple[str, ...]:
        """The response."""
        return (self.of,)


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """LS means of each column and their differences, in each block of rows (by visit, of one model, where repeated).

    A record that lacks the response or a variable of the model is left out; n counts the records used. Where a model
    cannot be fitted its results are missing, shown as NE, with a warning that says why; a covariance structure that
    another one was taken for becomes a note on the page. DataError for variables that are not there, and an ``against``
    that is no column. Source: SAS PROC GLM and PROC MIXED, LSMEANS / CL PDIFF.
    """
    cells = given.cells
    if not given.has_columns:
        raise DataError("LS means need columns.", hint="give the table `columns`")
    treatments = single_treatments(cells)
    for name in (*([options.against] if options.against is not None else []), *options.only):
        if name not in treatments:
            raise DataError(
                f"No column is {name}.", expected="a column of one treatment", hint=nearest(name, treatments)
            )
    model = Model(options.of, options.model, options.repeated, options.level)
    frame = model_frame(cells, model)
    fits = list(fit_blocks(cells, frame, model, options.against))
    return pd.concat([_results(given, options, frame, fits), _notes(given, fits)], ignore_index=True)


def _results(given: Given, options: Options, frame: pd.DataFrame, fits: list[Fit]) -> pd.DataFrame:
    cells = given.cells
    asked = list(dict.fromkeys(["n", *(name for line in options.lines for name in line.statistics)]))
    values = {name: np.full(cells.size, np.nan) for name in asked}
    # Also where there is no model: the records that it would have used.
    complete = frame["_cell"][frame.notna().all(axis=1)].to_numpy(dtype=np.int64)
    values["n"] = np.bincount(complete, minlength=cells.size).astype(np.float64)
    said = np.full((3, cells.size), "", dtype=object)
    for fit in fits:
        failed = f"no model: {fit.failed}" if fit.failed else ""
        said[:, list(fit.cells.values())] = np.array([[fit.method], [fit.said], [failed]], dtype=object)
        for name, number, cell in _numbers(fit, asked, options, cells.groups[-1].variable):
            values[name][cell] = number
    places = data_decimals(given, options.decimals, frame[options.of].to_numpy(dtype=np.float64), options.of)
    codes = np.flatnonzero(np.isin(cells.code_level(-1), options.only or single_treatments(cells)))
    stats = []
    for name in asked:
        label = _STATISTICS[name][0].replace("{level}", level_text(options.level))
        texts = _texts(name, values[name], places, given, options)[codes]
        stats.append(Stat(name, label, values[name][codes], texts, warnings=said[2, codes] if name == "n" else ""))
    each = len(stats)
    stats = with_warnings(stats, repeated_subjects(cells, options.of)[codes])
    rows = cell_results(cells, codes, stats, variable=options.of).assign(
        where=np.repeat(cells.conditions(codes, str(has_value(options.of))), each),
        method=np.repeat(said[0, codes], each),
        options=np.repeat(said[1, codes], each),
    )
    is_reference = np.repeat(cells.code_level(-1)[codes] == (options.against or ""), each)
    return rows[~(is_reference & rows["stat_name"].isin(list(_OF_DIFFERENCES)).to_numpy())]


def _numbers(fit: Fit, asked: list[str], options: Options, by: str) -> Iterator[tuple[str, float, int]]:
    """Each number of a model: the statistic, the value, the cell."""
    if fit.means is None:
        return
    visit = options.repeated.visit if options.repeated else None
    for row in fit.means.means.to_dict("records"):
        cell = fit.cells[str(row[visit]) if visit else "", str(row[by])]
        yield from ((name, float(row[_OF_MEANS[name]]), cell) for name in asked if name in _OF_MEANS)
    for row in fit.means.differences.to_dict("records"):
        if str(row["other"]) == options.against:
            cell = fit.cells[str(row[visit]) if visit else "", str(row["level"])]
            yield from ((name, float(row[_OF_DIFFERENCES[name]]), cell) for name in asked if name in _OF_DIFFERENCES)


def _texts(name: str, values: Floats, places: Ints | int, given: Given, options: Options) -> Texts:
    if name == "p":
        return p_value_texts(values, (options.display or given.display).p)
    more = _STATISTICS[name][1]
    if more is None:
        return statistic_texts(name, values, 0, None)
    return statistic_texts(name, values, np.asarray(places) + more, options.decimals, NOT_ESTIMABLE)


def _notes(given: Given, fits: list[Fit]) -> pd.DataFrame:
    """What models have to say on the page: a covariance structure that was taken for another."""
    noted = [(next(iter(fit.cells.values())), fit.note) for fit in fits if fit.note]
    if not noted:
        return pd.DataFrame()
    codes = np.array([cell for cell, _ in noted], dtype=np.int64)
    stat = Stat("note", "Note", np.full(len(noted), np.nan), np.array([note for _, note in noted], dtype=object))
    return cell_results(given.cells, codes, [stat], variable="").assign(analysis=Around.NOTES.value)

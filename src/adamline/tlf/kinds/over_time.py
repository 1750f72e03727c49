"""Figure of a mean, median or another statistic over time by treatment, drawn from the stored results of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from adamline.errors import DataError, LayoutError, Place, nearest
from adamline.results.ard import Analysis, with_ids
from adamline.spec.types import VariableName
from adamline.stats.descriptive import Statistic
from adamline.stats.display import STATISTIC_LABELS
from adamline.tlf.kinds._columns import empty_column_notes
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._line_gaps import gap_results
from adamline.tlf.kinds._line_plot import Line, LinePlot
from adamline.tlf.kinds._options import OutputOptions, Population
from adamline.tlf.kinds._picture import font_findings, render_picture
from adamline.tlf.kinds._visits import CHANGES
from adamline.tlf.layout import Column, Layout, PageSetup, Picture

# Inches; a figure of this size stands on a page with its titles and footnotes without being reduced.
WIDTH, HEIGHT = 8.6, 4.4
# Points; smaller type cannot be read in print.
LEAST_TYPE = 7.0

LIMITS_OF_MEAN = (Statistic.LCLM, Statistic.UCLM)

# A mark for p-values up to each of these; the share is for those that computing lifts a little above.
_P_AT_MOST, _MARKS = np.array([0.001, 0.01, 0.05]) * (1 + 1e-12), np.array(["***", "**", "*", ""], dtype=object)

Number = Annotated[float, Field(allow_inf_nan=False)]


def _apart(places: Mapping[str, float]) -> Mapping[str, float]:
    for visit, place in places.items():
        others = [other for other, at in places.items() if at == place and other != visit]
        if others:
            raise ValueError(f"two visits stand at one place, {place:g}: {visit} and {others[0]}")
    return places


class Gaps(StrEnum):
    """What a line does at a visit where it has no point."""

    BREAK = "break"
    JOIN = "join"


def _none(value: Any) -> Any:
    return () if value == "none" else value


def _two(statistics: tuple[Statistic, ...]) -> tuple[Statistic, ...]:
    if len(statistics) not in {0, 2}:
        raise ValueError("give the lower and the upper limit, or none")
    return statistics


class Options(OutputOptions):
    """Options of a figure of a statistic over time.

    ``results`` names the table whose stored results are drawn: the statistic ``center``, between ``limits`` (two
    statistics, or none; by default the limits of a mean, none of others). ``marks`` names stored p-values: ``*`` stands
    beside a point where p <= 0.05, ``**`` where p <= 0.01, ``***`` where p <= 0.001. ``at`` gives the visits to draw
    and their places on the axis, in its unit; without it all visits of the table stand at equal distances.
    ``ticks`` gives visits a text of their own on the axis; with it the others have a mark alone. ``gaps`` says whether
    a line breaks at a visit without a point, or joins the points on either side. ``baseline`` is a visit for which no
    change is stored, and which is drawn, first, at the zero that it is by definition. The population is the table's.
    """

    results: str
    parameter: str
    variable: VariableName = "CHG"
    center: Statistic = Statistic.MEAN
    limits: Annotated[tuple[Statistic, ...], BeforeValidator(_none), AfterValidator(_two)] | None = None
    marks: str | None = None
    baseline: str | None = None
    at: Annotated[Mapping[str, Number], Field(min_length=1), AfterValidator(_apart)] | None = None
    ticks: Annotated[Mapping[str, str], Field(min_length=1)] | None = None
    gaps: Gaps = Gaps.BREAK
    x_label: str = "Visit"
    y_label: str | None = None
    n_label: str = "Number of subjects"

    @field_validator("population")
    @classmethod
    def _as_the_table(cls, population: Population | None) -> Population | None:
        if population is not None:
            raise ValueError("a figure has the population of the table whose results it draws; leave it out")
        return population

    @model_validator(mode="after")
    def _baseline_of_a_change(self) -> Options:
        if self.baseline is not None and self.variable not in CHANGES:
            raise ValueError(f"baseline: only a change is zero by definition, not {self.variable}")
        if self.baseline is not None and self.at is not None and self.baseline not in self.at:
            raise ValueError(f"baseline is none of the visits under at; {nearest(self.baseline, self.at)}")
        return self

    @model_validator(mode="after")
    def _ticks_of_visits(self) -> Options:
        for visit in self.ticks or () if self.at else ():
            if visit not in (self.at or ()):
                raise ValueError(f"ticks: {visit} is none of the visits under at; {nearest(visit, self.at or ())}")
        return self

    @property
    def ends(self) -> tuple[Statistic, ...]:
        """The statistics at the ends of the limits, in order; empty where no limits are drawn."""
        if self.limits is None:
            return LIMITS_OF_MEAN if self.center is Statistic.MEAN else ()
        return self.limits

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn."""
        return tuple(dict.fromkeys(statistic.value for statistic in (Statistic.N, self.center, *self.ends)))


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The stored results that the figure draws: it computes none of its own, and ``same_as`` names those of the table.

    A visit without the statistic is a gap, and carries a warning, as does a line that breaks at a visit and a point
    that stands alone for it; a line joined over a visit carries a note. DataError when the table, the parameter, the
    variable, a visit under ``ticks`` or, in a table that has results, the statistic, its limits or the p-values are
    not stored.
    """
    if options.results not in data.results:
        raise DataError(
            f"There are no stored results of {options.results}.",
            place=Place(file=options.output),
            hint=nearest(options.results, data.results),
        )
    stored = data.results[options.results]
    labels = stored[stored["analysis"] == Analysis.ATTRIBUTES]
    _require(labels["group2_level"], (options.parameter,), options)
    _require(labels["variable"], (options.variable,), options)
    heads = labels[(labels["group2_level"] == options.parameter) | (labels["variable"] == options.variable)]
    numbers = stored[(stored["group2_level"] == options.parameter) & (stored["variable"] == options.variable)]
    summary, tests = (numbers[numbers["analysis"] == each] for each in (Analysis.SUMMARY, Analysis.TEST))
    marks = (options.marks,) if options.marks else ()
    if len(summary):
        _require(summary["stat_name"], options.drawn, options, "add it to the table under also")
        _require(tests["stat_name"], marks, options, "" if len(tests) else "add it to the table under tests")
    numbers = pd.concat([summary[summary["stat_name"].isin(options.drawn)], tests[tests["stat_name"].isin(marks)]])
    if options.at:
        numbers = numbers[numbers["group3_level"].isin(list(options.at))]
    _require(pd.Series(_visits(numbers, options)), tuple(options.ticks or ()), options)
    empty = stored[(stored["analysis"] == Analysis.HEADER_N) & (stored["stat"] == 0)]
    drawn = pd.concat([empty, stored[stored["analysis"] == Analysis.POPULATION], heads, numbers])
    repeated = drawn.assign(same_as=drawn["result"], warning="")
    parts = [repeated, _gaps(numbers, options), gap_results(_points(numbers, options), join=options.gaps is Gaps.JOIN)]
    return with_ids(pd.concat(parts, ignore_index=True), options.output)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: points, limits and numbers exactly as stored; the text for none where there is none."""
    population = results["stat_text"][results["analysis"] == Analysis.POPULATION]
    layout = page_of(options, page, f"results of {options.results}")
    footnotes = (*layout.footnotes, *empty_column_notes(results))
    layout = replace(layout, population="".join(population), footnotes=footnotes)
    if not _has_center(results, options).any():
        return replace(layout, columns=(Column(1.0),))
    plot = plot_of(results, options)
    # Drawn for the page's width, so that its texts keep their size.
    size = min(WIDTH, layout.page.body_width), HEIGHT
    picture = _picture(plot, size, layout.page)
    return replace(layout, picture=picture, findings=font_findings(layout.page.font))


def _picture(plot: LinePlot, size: tuple[float, float], page: PageSetup) -> Picture:
    """The figure in the type of its page; smaller, down to `LEAST_TYPE`, where its texts would leave no room."""
    try:
        return render_picture(plot.draw, size, page, plot.in_words(), plot.output)
    except LayoutError:
        if page.font_size - 1 < LEAST_TYPE:
            raise
        return _picture(plot, size, replace(page, font_size=page.font_size - 1))


def plot_of(results: pd.DataFrame, options: Options) -> LinePlot:
    """What is drawn: a line for each treatment of the table, in its order."""
    numbers = results[results["analysis"].isin([Analysis.SUMMARY, Analysis.TEST])]
    visits = _visits(numbers, options)
    return LinePlot(
        lines=_lines(numbers, visits, options),
        visits=visits,
        ticks=tuple(options.ticks.get(visit, "") for visit in visits) if options.ticks else visits,
        places=tuple(options.at.values()) if options.at else tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        zero_line=options.variable in CHANGES,
        join=options.gaps is Gaps.JOIN,
        output=options.output,
    )


def _require(stored: pd.Series, names: tuple[str, ...], options: Options, hint: str = "") -> None:
    """DataError, with the hint or the nearest name, for the first of the names that is not stored."""
    for name in names:
        if name not in set(stored):
            raise DataError(
                f"The stored results of {options.results} do not hold {name}.",
                place=Place(file=options.output),
                hint=hint or nearest(name, set(stored) - {""}),
            )


def _visits(numbers: pd.DataFrame, options: Options) -> tuple[str, ...]:
    first = (options.baseline,) if options.baseline else ()
    return tuple(options.at) if options.at else tuple(dict.fromkeys([*first, *numbers["group3_level"]]))


def _has_center(results: pd.DataFrame, options: Options) -> pd.Series:
    return (results["stat_name"] == options.center.value) & results["stat"].notna()


def _gaps(numbers: pd.DataFrame, options: Options) -> pd.DataFrame:
    """A warning for each visit at which no treatment has a point, and one where there is nothing to draw at all."""
    known = set(numbers["group3_level"][_has_center(numbers, options)])
    gaps = [] if known else [("", f"no {options.center} to draw")]
    missing = [visit for visit in _visits(numbers, options) if visit not in known and visit != options.baseline]
    gaps += [(visit, f"no {options.center} at a visit: {visit}") for visit in missing]
    return pd.DataFrame(gaps, columns=["group3_level", "warning"]).assign(analysis=Analysis.LACKING.value)


def _lines(numbers: pd.DataFrame, visits: tuple[str, ...], options: Options) -> tuple[Line, ...]:
    """A line for each treatment, in the order of the table; a visit without a result is a gap."""
    summary = numbers["analysis"] == Analysis.SUMMARY
    at_zero = np.array([visit == options.baseline for visit in visits])
    at_zero &= ~np.isin(visits, numbers["group3_level"].astype(str))  # what is stored is drawn as stored
    lines = []
    for treatment in dict.fromkeys(numbers["group1_level"][summary]):
        rows = numbers[numbers["group1_level"] == treatment]
        stored = {
            name: each.set_index("group3_level").reindex(list(visits)) for name, each in rows.groupby("stat_name")
        }
        center = _numbers(stored[options.center.value])
        nothing = np.full(len(visits), np.nan)
        lower, upper = (_numbers(stored[end.value]) for end in options.ends) if options.ends else (nothing, nothing)
        lines.append(
            Line(
                name=str(treatment),
                n=tuple(stored[Statistic.N.value]["stat_text"].fillna("")),
                center=np.where(at_zero & np.isfinite(center).any(), 0.0, center),
                lower=lower,
                upper=upper,
                marks=_marks(stored[options.marks]) if options.marks in stored else (),
            )
        )
    return tuple(lines)


def _numbers(stored: pd.DataFrame) -> npt.NDArray[np.float64]:
    return stored["stat"].to_numpy(dtype=np.float64)


def _marks(stored: pd.DataFrame) -> tuple[str, ...]:
    """The mark of each p-value; none of a missing one, which stands behind all numbers in their order."""
    return tuple(_MARKS[np.searchsorted(_P_AT_MOST, _numbers(stored))])


def _y_label(results: pd.DataFrame, options: Options) -> str:
    labels = results[results["analysis"] == Analysis.ATTRIBUTES]
    variable = labels["stat_text"][labels["variable"] == options.variable].iloc[0]
    parameter = labels["stat_text"][labels["group2_level"] == options.parameter].iloc[0]
    center = _stored_label(results, options.center) or STATISTIC_LABELS[options.center]
    return f"{center}{_level(results, options)} {variable}\n{parameter}"


def _level(results: pd.DataFrame, options: Options) -> str:
    """The confidence level of the limits that are drawn, as their stored label says it."""
    of_mean = [end for end in options.ends if end in LIMITS_OF_MEAN]
    found = re.search(r"[\d.]+%", _stored_label(results, of_mean[0])) if of_mean else None
    return f" ({found[0]} CI)" if found else ""


def _stored_label(results: pd.DataFrame, statistic: Statistic) -> str:
    """What the table calls the statistic."""
    return "".join(results["stat_label"][results["stat_name"] == statistic.value].iloc[:1])


def _points(numbers: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Whether there is a point, for each treatment and visit; the baseline of a line with points has one."""
    centers = numbers[numbers["stat_name"] == options.center.value]
    table = centers.assign(there=centers["stat"].notna().astype(float)).pivot_table(
        index="group1_level", columns="group3_level", values="there", aggfunc="max", sort=False
    )
    points = table.reindex(columns=list(_visits(numbers, options))) > 0
    if options.baseline in points.columns:
        points[options.baseline] |= points.any(axis=1)
    return points

"""Figure of means with their limits over time by treatment, drawn from the stored results of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field, field_validator

from adamline.errors import DataError, Place, nearest
from adamline.results.ard import Analysis, with_ids
from adamline.spec.types import VariableName
from adamline.stats.descriptive import Statistic
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._mean_plot import MeanLine, MeanPlot
from adamline.tlf.kinds._options import OutputOptions, Population
from adamline.tlf.kinds._picture import render_picture
from adamline.tlf.kinds._visits import CHANGES
from adamline.tlf.layout import Column, Layout

# Inches; a figure of this size stands on a page with its titles and footnotes without being reduced.
WIDTH, HEIGHT = 8.6, 4.4

_DRAWN = (Statistic.N, Statistic.MEAN, Statistic.LCLM, Statistic.UCLM)


Number = Annotated[float, Field(allow_inf_nan=False)]


def _apart(places: Mapping[str, float]) -> Mapping[str, float]:
    for visit, place in places.items():
        others = [other for other, at in places.items() if at == place and other != visit]
        if others:
            raise ValueError(f"two visits stand at one place, {place:g}: {visit} and {others[0]}")
    return places


class Options(OutputOptions):
    """Options of a figure of means over time.

    ``results`` names the table whose stored results are drawn. ``at`` gives the visits to draw and their places on
    the axis, in its unit; without it all visits of the table stand at equal distances. The population is the table's.
    """

    results: str
    parameter: str
    variable: VariableName = "CHG"
    at: Annotated[Mapping[str, Number], Field(min_length=1), AfterValidator(_apart)] | None = None
    x_label: str = "Visit"
    y_label: str | None = None
    n_label: str = "Number of subjects"

    @field_validator("population")
    @classmethod
    def _as_the_table(cls, population: Population | None) -> Population | None:
        if population is not None:
            raise ValueError("a figure has the population of the table whose results it draws; leave it out")
        return population


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The stored results that the figure draws: it computes none of its own, and ``same_as`` names those of the table.

    A visit without a mean is a gap, and carries a warning. DataError when the table, the parameter, the variable or,
    in a table that has results, the limits are not stored.
    """
    if options.results not in data.results:
        raise DataError(
            f"There are no stored results of {options.results}.",
            place=Place(file=options.output),
            hint=nearest(options.results, data.results),
        )
    stored = data.results[options.results]
    labels = stored[stored["analysis"] == Analysis.ATTRIBUTES]
    parameter = _chosen(labels, "group2_level", options.parameter, options)
    variable = _chosen(labels, "variable", options.variable, options)
    summary = stored[
        (stored["analysis"] == Analysis.SUMMARY)
        & (stored["group2_level"] == options.parameter)
        & (stored["variable"] == options.variable)
    ]
    for statistic in _DRAWN if len(summary) else ():
        _chosen(summary, "stat_name", statistic.value, options)
    if options.at:
        summary = summary[summary["group3_level"].isin(list(options.at))]
    summary = summary[summary["stat_name"].isin([statistic.value for statistic in _DRAWN])]
    drawn = pd.concat([stored[stored["analysis"] == Analysis.POPULATION], parameter, variable, summary])
    repeated = drawn.assign(same_as=drawn["result"], warning="")
    return with_ids(pd.concat([repeated, _gaps(summary, options)], ignore_index=True), options.output)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: means, limits and numbers exactly as stored; the text for none where there is none."""
    population = results["stat_text"][results["analysis"] == Analysis.POPULATION]
    layout = replace(page_of(options, page, f"results of {options.results}"), population="".join(population))
    if not _has_mean(results).any():
        return replace(layout, columns=(Column(1.0),))
    plot = plot_of(results, options)
    # Drawn for the page's width, so that its texts keep their size.
    width = min(WIDTH, layout.page.body_width)
    return replace(layout, picture=render_picture(plot.draw, width, HEIGHT, plot.in_words(), options.output))


def plot_of(results: pd.DataFrame, options: Options) -> MeanPlot:
    """What is drawn: a line for each treatment of the table, in its order."""
    summary = results[results["analysis"] == Analysis.SUMMARY]
    visits = _visits(summary, options)
    return MeanPlot(
        lines=_lines(summary, visits),
        visits=visits,
        places=tuple(options.at.values()) if options.at else tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        zero_line=options.variable in CHANGES,
        output=options.output,
    )


def _chosen(results: pd.DataFrame, column: str, level: str, options: Options) -> pd.DataFrame:
    """The results at a level; DataError, with what to do, when there are none."""
    found = results[results[column] == level]
    if found.empty:
        limits = {Statistic.LCLM.value, Statistic.UCLM.value}
        raise DataError(
            f"The stored results of {options.results} do not hold {level}.",
            place=Place(file=options.output),
            hint="add it to the table under also" if level in limits else nearest(level, set(results[column]) - {""}),
        )
    return found


def _visits(summary: pd.DataFrame, options: Options) -> tuple[str, ...]:
    return tuple(options.at) if options.at else tuple(dict.fromkeys(summary["group3_level"]))


def _has_mean(results: pd.DataFrame) -> pd.Series:
    return (results["stat_name"] == Statistic.MEAN.value) & results["stat"].notna()


def _gaps(summary: pd.DataFrame, options: Options) -> pd.DataFrame:
    """A warning for each visit at which no treatment has a mean, and one where there is nothing to draw at all."""
    means = set(summary["group3_level"][_has_mean(summary)])
    gaps = [("", "no mean to draw")] if not means else []
    gaps += [(visit, f"no mean at a visit: {visit}") for visit in _visits(summary, options) if visit not in means]
    return pd.DataFrame(gaps, columns=["group3_level", "warning"]).assign(analysis=Analysis.LACKING.value)


def _lines(summary: pd.DataFrame, visits: tuple[str, ...]) -> tuple[MeanLine, ...]:
    """A line for each treatment, in the order of the table; a visit without a result is a gap."""
    lines = []
    for treatment, rows in summary.groupby("group1_level", sort=False):
        by_statistic = {name: each.set_index("group3_level") for name, each in rows.groupby("stat_name")}
        numbers = {
            statistic: by_statistic[statistic.value]["stat"].reindex(list(visits)).to_numpy(dtype=np.float64)
            for statistic in (Statistic.MEAN, Statistic.LCLM, Statistic.UCLM)
        }
        n = by_statistic[Statistic.N.value]["stat_text"].reindex(list(visits)).fillna("")
        lines.append(
            MeanLine(
                name=str(treatment),
                n=tuple(n),
                mean=numbers[Statistic.MEAN],
                lower=numbers[Statistic.LCLM],
                upper=numbers[Statistic.UCLM],
            )
        )
    return tuple(lines)


def _y_label(results: pd.DataFrame, options: Options) -> str:
    labels = results[results["analysis"] == Analysis.ATTRIBUTES]
    variable = labels["stat_text"][labels["variable"] == options.variable].iloc[0]
    parameter = labels["stat_text"][labels["group2_level"] == options.parameter].iloc[0]
    return f"Mean {variable}\n{parameter}"

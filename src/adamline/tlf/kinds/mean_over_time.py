"""Figure of means with their limits over time by treatment, drawn from the stored results of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adamline.errors import DataError, Place, nearest
from adamline.results.ard import Analysis
from adamline.spec.types import VariableName
from adamline.stats.descriptive import Statistic
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._options import OutputOptions
from adamline.tlf.kinds._picture import render_picture
from adamline.tlf.layout import Layout

Floats = npt.NDArray[np.float64]

WIDTH, HEIGHT = 8.6, 4.7
# Colours that colour-blind readers tell apart (Okabe and Ito), dark enough in grey; marker and line differ as well.
STYLES = (
    ("#000000", "o", "-"),
    ("#0072B2", "s", "--"),
    ("#D55E00", "^", "-."),
    ("#009E73", "D", ":"),
    ("#CC79A7", "v", (0, (6, 1))),
    ("#56B4E9", "P", (0, (3, 1, 1, 1, 1, 1))),
)
_DRAWN = (Statistic.N, Statistic.MEAN, Statistic.LCLM, Statistic.UCLM)
# Treatments stand side by side at a visit, this share of the smallest distance between visits apart.
_DODGE = 0.08
# Inches a character of a visit's name takes at 8 points, generously.
_CHARACTER = 0.075


class Options(OutputOptions):
    """Options of a figure of means over time.

    ``results`` names the table whose stored results are drawn. ``at`` gives the visits to draw and their places on
    the axis, in its unit; without it all visits of the table stand at equal distances.
    """

    results: str
    parameter: str
    variable: VariableName = "CHG"
    at: Mapping[str, float] | None = None
    x_label: str = "Visit"
    y_label: str | None = None
    n_label: str = "Number of subjects"


@dataclass(frozen=True)
class _Line:
    """One treatment: number of subjects as shown, mean and limits, at each visit."""

    name: str
    n: tuple[str, ...]
    mean: Floats
    lower: Floats
    upper: Floats


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The stored results that the figure draws, with their ids: it computes none of its own.

    DataError when the table, the parameter, the variable, a visit or the limits are not among the stored results.
    """
    if options.results not in data.results:
        raise DataError(
            f"There are no stored results of {options.results}.",
            place=Place(file=options.output),
            hint=nearest(options.results, data.results),
        )
    stored = data.results[options.results]
    labels = stored[
        (stored["analysis"] == Analysis.ATTRIBUTES)
        & ((stored["group2_level"] == options.parameter) | (stored["variable"] == options.variable))
    ]
    summary = stored[stored["analysis"] == Analysis.SUMMARY]
    summary = _chosen(summary, "group2_level", options.parameter, options)
    summary = _chosen(summary, "variable", options.variable, options)
    for visit in options.at or ():
        _chosen(summary, "group3_level", visit, options)
    if options.at:
        summary = summary[summary["group3_level"].isin(list(options.at))]
    for statistic in _DRAWN:
        _chosen(summary, "stat_name", statistic.value, options)
    return pd.concat([labels, summary[summary["stat_name"].isin([each.value for each in _DRAWN])]], ignore_index=True)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: means, limits and numbers of subjects exactly as stored."""
    summary = results[results["analysis"] == Analysis.SUMMARY]
    visits = tuple(options.at) if options.at else tuple(dict.fromkeys(summary["group3_level"]))
    places = np.array(list(options.at.values()) if options.at else range(len(visits)), dtype=np.float64)
    lines = _lines(summary, visits)
    if len(lines) > len(STYLES):
        raise DataError("The figure has more treatments than line styles.", expected=f"at most {len(STYLES)}")
    y_label = options.y_label or _y_label(results, options)

    def draw(figure: Figure) -> None:
        _draw(figure, lines, visits, places, replace_labels(options, y_label))

    treatments = ", ".join(line.name for line in lines)
    alt = f"{y_label} with limits over {len(visits)} visits, from {visits[0]} to {visits[-1]}, by treatment: {treatments}."
    picture = render_picture(draw, WIDTH, HEIGHT, alt, salt=options.output)
    return replace(page_of(options, page, f"results of {options.results}"), picture=picture)


def replace_labels(options: Options, y_label: str) -> _Labels:
    """The labels of the axes."""
    return _Labels(options.x_label, y_label, options.n_label, zero=options.variable == "CHG")

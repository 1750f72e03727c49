"""Boxes: the figure of quartiles by visit, drawn from stored results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.boxes import Options
from adamline.analyses.figure_results import visits_of
from adamline.analyses.quartiles import BEYOND
from adamline.results.ard import levels_of
from adamline.tlf.figures.box_plot import BoxPlot, Whiskers
from adamline.tlf.figures.series import Floats
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import (
    axis_of,
    figure_layout,
    has_anything,
    label_of,
    numbers_of,
    series_of,
    ticks_of,
)
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: boxes, whiskers and values exactly as stored; the text for none where there is none."""
    if not has_anything(results, options):
        return figure_layout(results, options, page, None)
    layout = figure_layout(results, options, page, plot_of(results, options))
    rule = results["options"][results["stat_name"] == "whisker_low"].iloc[0]
    means = " Diamond: mean." if options.means else ""
    beyond = " Circles: values beyond." if options.outliers and (results["stat_name"] == BEYOND).any() else ""
    note = f"Box: quartiles (PCTLDEF=5) and median.{means} Whiskers: {rule}.{beyond}"
    return replace(layout, footnotes=(*layout.footnotes, note))


def plot_of(results: pd.DataFrame, options: Options) -> BoxPlot:
    """What is drawn: a box for each column of the table, in its order, at each visit."""
    numbers = numbers_of(results, options)
    visits = visits_of(numbers, options)
    boxes = numbers[numbers["stat_name"] != BEYOND]
    series = series_of(boxes, visits, options, "{n}")
    label = f"{label_of(results, variable=options.variable)}\n{label_of(results, parameter=options.parameter)}"
    return BoxPlot(
        series=series,
        whiskers=tuple(_whiskers(numbers, each.name, visits, options) for each in series),
        visits=visits,
        ticks=ticks_of(visits, options),
        places=tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or label,
        n_label=options.n_label,
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _whiskers(numbers: pd.DataFrame, column: str, visits: tuple[str, ...], options: Options) -> Whiskers:
    of = numbers[(numbers["group1_level"] == column).to_numpy()]
    of = of.assign(visit=levels_of(of, options.by))

    def values(statistic: str) -> Floats:
        found = of[of["stat_name"] == statistic].set_index("visit")["stat"].reindex(list(visits))
        return found.to_numpy(dtype=np.float64)

    beyond = of[of["stat_name"] == BEYOND]
    places = np.array([visits.index(visit) for visit in beyond["visit"]], dtype=np.float64)
    return Whiskers(
        values("whisker_low"), values("whisker_high"), values("mean"), places, beyond["stat"].to_numpy(np.float64)
    )

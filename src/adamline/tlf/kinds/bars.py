"""Bars: the figure of a statistic by visit as bars side by side, drawn from stored results."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.bars import Options
from adamline.analyses.figure_results import visits_of
from adamline.tlf.figures.bar_plot import BarPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import (
    axis_of,
    figure_layout,
    has_anything,
    label_of,
    level_of_limits,
    numbers_of,
    series_of,
    stored_label,
    ticks_of,
)
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: bars, limits and numbers exactly as stored; the text for none where there is none."""
    plot = plot_of(results, options) if has_anything(results, options) else None
    return figure_layout(results, options, page, plot)


def plot_of(results: pd.DataFrame, options: Options) -> BarPlot:
    """What is drawn: a bar for each column of the table, in its order, at each visit."""
    numbers = numbers_of(results, options)
    visits = visits_of(numbers, options)
    return BarPlot(
        series=series_of(numbers, visits, options, options.numbers),
        visits=visits,
        ticks=ticks_of(visits, options),
        places=tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _y_label(results: pd.DataFrame, options: Options) -> str:
    parameter = label_of(results, parameter=options.parameter)
    return f"{parameter}, {stored_label(results, options.height)}{level_of_limits(results, options)}"

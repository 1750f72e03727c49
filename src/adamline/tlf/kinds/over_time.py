"""Over time: the figure of a statistic over time by treatment, drawn from stored results."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.at_baseline import CHANGES
from adamline.analyses.figure_results import visits_of
from adamline.analyses.over_time import COUNT, Gaps, Options
from adamline.tlf.figures.line_plot import LinePlot
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
    """The layout of the figure: points, limits and numbers exactly as stored; the text for none where there is none."""
    plot = plot_of(results, options) if has_anything(results, options) else None
    return figure_layout(results, options, page, plot)


def plot_of(results: pd.DataFrame, options: Options) -> LinePlot:
    """What is drawn: a line for each treatment of the table, in its order."""
    numbers = numbers_of(results, options)
    visits = visits_of(numbers, options)
    return LinePlot(
        series=series_of(numbers, visits, options, f"{{{COUNT}}}"),
        visits=visits,
        ticks=ticks_of(visits, options),
        places=tuple(options.at.values()) if options.at else tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        y_axis=axis_of(options.y_axis),
        output=options.output,
        zero_line=options.variable in CHANGES,
        join=options.gaps is Gaps.JOIN,
    )


def _y_label(results: pd.DataFrame, options: Options) -> str:
    center = f"{stored_label(results, options.center)}{level_of_limits(results, options)}"
    return f"{center} {label_of(results, variable=options.variable)}\n{label_of(results, parameter=options.parameter)}"

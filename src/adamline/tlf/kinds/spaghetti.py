"""Spaghetti: the figure of each subject's values over time, drawn from its stored records."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.spaghetti import Options
from adamline.tlf.figures.spaghetti_plot import SpaghettiPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.kinds._points import numbers, points_of
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: a line for each subject; the text for none where there is none."""
    return figure_layout(results, options, page, plot_of(results, options) if len(results) else None)


def plot_of(results: pd.DataFrame, options: Options) -> SpaghettiPlot:
    """What is drawn: the lines of each group."""
    return SpaghettiPlot(
        groups=points_of(results, numbers(results, options.x), numbers(results, options.y), options),
        y_lines=options.y_lines,
        x_label=options.x_label,
        y_label=options.y_label or options.y,
        x_axis=axis_of(options.x_axis),
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )

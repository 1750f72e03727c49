"""Waterfall: the figure of one value of each subject, drawn from its stored records."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.analyses.waterfall import Options
from adamline.tlf.figures.waterfall_plot import WaterfallPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.kinds._points import numbers, points_of
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: a bar for each record; the text for none where there is none."""
    return figure_layout(results, options, page, plot_of(results, options) if len(results) else None)


def plot_of(results: pd.DataFrame, options: Options) -> WaterfallPlot:
    """What is drawn: the bars of each group, in the order of all, the highest first."""
    values = numbers(results, options.variable)
    places = np.empty(len(values))
    places[np.argsort(-values, kind="stable")] = np.arange(len(values), dtype=np.float64)
    return WaterfallPlot(
        groups=points_of(results, places, values, options),
        y_lines=options.y_lines,
        x_label=options.x_label,
        y_label=options.y_label or options.variable,
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )

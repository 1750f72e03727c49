"""Cumulative: the figure of cumulative distributions, drawn from stored results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.analyses.cumulative import Options
from adamline.analyses.drawn_results import columns_of
from adamline.results.ard import Around
from adamline.tlf.figures.step_plot import StepPlot, Steps
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout, label_of, series_name
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: steps exactly as stored; the text for none where there is none."""
    is_there = bool((results["stat_name"] == "pct").any())
    return figure_layout(results, options, page, plot_of(results, options) if is_there else None)


def plot_of(results: pd.DataFrame, options: Options) -> StepPlot:
    """What is drawn: the steps of each column of the table, in its order."""
    numbers = results[~results["analysis"].isin(list(Around))].reset_index(drop=True)
    numbers = numbers.assign(column=columns_of(numbers, options))
    label = label_of(results, variable=options.variable)
    if options.parameter is not None:
        label = f"{label_of(results, parameter=options.parameter)}, {label}"
    return StepPlot(
        series=tuple(_steps(numbers, str(name)) for name in dict.fromkeys(numbers["column"])),
        title="Cumulative distribution",
        x_lines=options.x_lines,
        x_label=options.x_label or label,
        y_label=options.y_label or "Cumulative % of subjects",
        x_axis=axis_of(options.x_axis),
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _steps(numbers: pd.DataFrame, column: str) -> Steps:
    of = numbers[(numbers["column"] == column) & (numbers["stat_name"] == "pct")]
    values = of["variable_level"].to_numpy(dtype=object).astype(np.float64)
    per_cent = of["stat"].to_numpy(dtype=np.float64)
    n = numbers["stat_text"][(numbers["column"] == column) & (numbers["stat_name"] == "n")].iloc[-1]
    name, nothing = series_name(column), np.full(len(values) + 1, np.nan)
    # The curve rises from 0 at the first value.
    x, y = np.append(values[0], values), np.append(0.0, per_cent)
    words = f"{name} {n} values from {values[0]:g} to {values[-1]:g}"
    return Steps(name, f"{name} (n = {n})", x, y, nothing, nothing, np.zeros(len(x)), words=words)

"""Dots: the figure of per cents with their differences, one row a category, drawn from stored results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.dots import Options, paths_of, shown_categories
from adamline.results.ard import Around
from adamline.tlf.figures.dot_plot import DotPlot, Dots
from adamline.tlf.figures.intervals import Intervals
from adamline.tlf.figures.rows_frame import RowName
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout, stored_label
from adamline.tlf.layout import Layout

_ARROW = "An arrow marks a limit beyond the axis."


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: per cents and differences exactly as stored; the text for none where there is none."""
    if not ((results["stat_name"] == options.point) & results["stat"].notna()).any():
        return figure_layout(results, options, page, None)
    plot = plot_of(results, options)
    layout = figure_layout(results, options, page, plot)
    chosen = [f"of at least {options.at_least:g}% in a column"] if options.at_least else []
    chosen += [f"the first {options.most} by {options.sort}"] if len(plot.rows) == options.most else []
    notes = [f"Shown: {', '.join(chosen)}."] if chosen else []
    notes += [_ARROW] if plot.has_arrows else []
    return replace(layout, footnotes=(*layout.footnotes, *notes))


def plot_of(results: pd.DataFrame, options: Options) -> DotPlot:
    """What is drawn: a row for each category, from top to bottom."""
    numbers = results[~results["analysis"].isin(list(Around))].reset_index(drop=True)
    dots = numbers[numbers["stat_name"] == options.point]
    differences = numbers[numbers["stat_name"] != options.point]
    paths = shown_categories(dots, differences, options)
    label = options.difference_label or stored_label(results, options.estimate)
    return DotPlot(
        rows=tuple(RowName(path.rpartition("\n")[2]) for path in paths),
        dots=tuple(
            Dots(str(name), _values(dots, str(name), options.point, paths))
            for name in dict.fromkeys(dots["group1_level"])
        ),
        differences=tuple(
            Intervals(
                str(name),
                center=_values(differences, str(name), options.estimate, paths),
                lower=_values(differences, str(name), options.limits[0], paths),
                upper=_values(differences, str(name), options.limits[1], paths),
                sizes=np.full(len(paths), np.nan),
            )
            for name in dict.fromkeys(differences["group1_level"])
        ),
        difference_label=label,
        difference_axis=axis_of(options.difference_axis),
        x_label=options.x_label,
        y_label=options.y_label or "",
        x_axis=axis_of(options.x_axis),
        output=options.output,
    )


def _values(numbers: pd.DataFrame, column: str, statistic: str, paths: list[str]) -> npt.NDArray[np.float64]:
    of = numbers[(numbers["group1_level"] == column) & (numbers["stat_name"] == statistic)]
    found = dict(zip(paths_of(of), of["stat"], strict=True))
    return np.array([found.get(path, np.nan) for path in paths], dtype=np.float64)

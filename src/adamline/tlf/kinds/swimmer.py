"""Swimmer: the figure of the time of each subject, drawn from its stored records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.drawn_records import parts_of, series_names
from adamline.analyses.records import SUBJECT
from adamline.analyses.swimmer import Options
from adamline.tlf.figures.rows_frame import RowName
from adamline.tlf.figures.swimmer_plot import Bars, Marks, SwimmerPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.kinds._points import numbers
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: a bar for each subject with its marks; the text for none where there is none."""
    bars = parts_of(results).get("bar")
    if bars is None:
        return figure_layout(results, options, page, None)
    layout = figure_layout(results, options, page, plot_of(results, options))
    left = len(bars) - options.most
    note = f"Shown: the {options.most} subjects of {len(bars)} with the longest time." if left > 0 else ""
    return replace(layout, footnotes=(*layout.footnotes, *([note] if note else [])))


def plot_of(results: pd.DataFrame, options: Options) -> SwimmerPlot:
    """What is drawn: the bars of each group, the longest on top; of equal ones the first subject."""
    parts = parts_of(results)
    bars = parts["bar"]
    start = numbers(bars, options.start) if options.start else np.zeros(len(bars))
    end = numbers(bars, options.end)
    order = np.argsort(-(end - start), kind="stable")[: options.most]
    bars, start, end = bars.iloc[order], start[order], end[order]
    rows = {subject: float(row) for row, subject in enumerate(bars[SUBJECT])}
    groups = []
    for name in series_names(bars, options):
        here = (bars[options.by] == name).to_numpy() if options.by else np.full(len(bars), True)
        groups.append(Bars(name, np.flatnonzero(here).astype(np.float64), start[here], end[here]))
    marks = []
    for number, event in enumerate(options.events, start=1):
        found = parts.get(f"event {number}", results[:0])
        found = found[found[SUBJECT].isin(rows)]
        at = numbers(found, event.at) if len(found) else np.empty(0)
        marks.append(Marks(event.label, _rows(found, rows), at))
    going = parts.get("ongoing", results[:0])
    going = going[going[SUBJECT].isin(rows)]
    return SwimmerPlot(
        rows=tuple(RowName(subject if options.names else "") for subject in rows),
        bars=tuple(groups),
        marks=tuple(marks),
        ongoing=(_rows(going, rows), numbers(going, options.end) if len(going) else np.empty(0)),
        x_lines=options.x_lines,
        x_label=options.x_label,
        y_label=options.y_label or ("" if options.names else "Subjects"),
        x_axis=axis_of(options.x_axis),
        output=options.output,
    )


def _rows(found: pd.DataFrame, rows: dict[str, float]) -> np.ndarray:
    return np.array([rows[subject] for subject in found[SUBJECT]], dtype=np.float64)

"""Scatter: the figure of two values of each subject, drawn from its stored records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.drawn_records import GROUP, parts_of
from adamline.analyses.records import SUBJECT
from adamline.analyses.scatter import Options
from adamline.findings import Finding, Severity
from adamline.plurals import said_of
from adamline.tlf.figures.scatter_plot import ScatterPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.kinds._points import numbers, points_of
from adamline.tlf.layout import Layout


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: a point for each subject with both values; the text for none where there is none."""
    pairs, findings = _pairs(results, options)
    layout = figure_layout(results, options, page, plot_of(results, options) if len(pairs) else None)
    return replace(layout, findings=(*layout.findings, *findings))


def plot_of(results: pd.DataFrame, options: Options) -> ScatterPlot:
    """What is drawn: the points of each group."""
    pairs, _ = _pairs(results, options)
    x, y = numbers(pairs, "x"), numbers(pairs, "y")
    circled = pairs[SUBJECT].isin(parts_of(results).get("circled", pairs[:0])[SUBJECT]).to_numpy()
    return ScatterPlot(
        groups=points_of(pairs, x, y, options),
        x_lines=options.x_lines,
        y_lines=options.y_lines,
        notes=options.corners,
        diagonal=options.diagonal,
        circled=(x[circled], y[circled]) if options.circled else (np.empty(0), np.empty(0)),
        circled_label=options.circled_label,
        x_label=options.x_label or options.x.variable,
        y_label=options.y_label or options.y.variable,
        x_axis=axis_of(options.x_axis),
        y_axis=axis_of(options.y_axis),
        output=options.output,
    )


def _pairs(results: pd.DataFrame, options: Options) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The two values of each subject, and what is not drawn: values without the other, or without a logarithm."""
    parts = parts_of(results)
    if "xy" in parts or options.x.where is None:
        one = parts.get("xy", results[:0])
        pairs = one.assign(x=one[options.x.variable], y=one[options.y.variable]) if len(one) else one
        alone = 0
    else:
        x, y = (parts.get(name, results[:0]) for name in ("x", "y"))
        by = [options.by, GROUP] if options.by else []
        both = x[[SUBJECT, *by, options.x.variable]].merge(
            y[[SUBJECT, options.y.variable]], on=SUBJECT, suffixes=("", "_y")
        )
        pairs = both.assign(x=both[options.x.variable], y=both[both.columns[-1]])
        alone = len(set(x[SUBJECT]) ^ set(y[SUBJECT]))
    findings = [(alone, "{count} subjects with one of the two values are not drawn")]
    low = np.full(len(pairs), False)
    for axis, name in ((options.x_axis, "x"), (options.y_axis, "y")):
        if axis.log and len(pairs):
            low = low | (numbers(pairs, name) <= 0)
    findings.append((int(low.sum()), "{count} values that are not above 0 are not drawn on an axis of logarithms"))
    said = tuple(Finding(Severity.WARNING, "drawn", said_of(count, text)) for count, text in findings if count)
    return pairs[~low].reset_index(drop=True), said

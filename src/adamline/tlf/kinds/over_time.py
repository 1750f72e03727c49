"""Over time: the figure of a statistic over time by treatment, drawn from stored results."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.over_time import COUNT, P_VALUE, Gaps, Options, has_center, visits_of
from adamline.analyses.rows import CHANGES
from adamline.errors import LayoutError
from adamline.results.ard import Around, levels_of
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.kinds._empty_columns import empty_column_notes
from adamline.tlf.kinds._line_plot import Line, LinePlot
from adamline.tlf.kinds._picture import font_findings, render_picture
from adamline.tlf.layout import Column, Layout, PageSetup, Picture

# Inches; a figure of this size stands on a page with its titles and footnotes without being reduced.
WIDTH, HEIGHT = 8.6, 4.4
# Points; smaller type cannot be read in print.
LEAST_TYPE = 7.0

# A mark for p-values up to each of these; the share is for those that computing lifts a little above.
_P_AT_MOST, _MARKS = np.array([0.001, 0.01, 0.05]) * (1 + 1e-12), np.array(["***", "**", "*", ""], dtype=object)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: points, limits and numbers exactly as stored; the text for none where there is none."""
    population = results["stat_text"][results["analysis"] == Around.POPULATION]
    layout = page_of(options, page, f"results of {options.results}")
    footnotes = (*layout.footnotes, *empty_column_notes(results))
    layout = replace(layout, population="".join(population), footnotes=footnotes)
    if not has_center(results, options).any():
        return replace(layout, columns=(Column(1.0),))
    plot = plot_of(results, options)
    # Drawn for the page's width, so that its texts keep their size.
    size = min(WIDTH, layout.page.body_width), HEIGHT
    picture = _picture(plot, size, layout.page)
    return replace(layout, picture=picture, findings=font_findings(layout.page.font))


def _picture(plot: LinePlot, size: tuple[float, float], page: PageSetup) -> Picture:
    """The figure in the type of its page; smaller, down to `LEAST_TYPE`, where its texts would leave no room."""
    try:
        return render_picture(plot.draw, size, page, plot.in_words(), plot.output)
    except LayoutError:
        if page.font_size - 1 < LEAST_TYPE:
            raise
        return _picture(plot, size, replace(page, font_size=page.font_size - 1))


def plot_of(results: pd.DataFrame, options: Options) -> LinePlot:
    """What is drawn: a line for each treatment of the table, in its order."""
    numbers = results[levels_of(results, "PARAMCD").eq(options.parameter) & (results["stat_name"] != "label")]
    visits = visits_of(numbers, options)
    return LinePlot(
        lines=_lines(numbers, visits, options),
        visits=visits,
        ticks=tuple(options.ticks.get(visit, "") for visit in visits) if options.ticks else visits,
        places=tuple(options.at.values()) if options.at else tuple(map(float, range(len(visits)))),
        x_label=options.x_label,
        y_label=options.y_label or _y_label(results, options),
        n_label=options.n_label,
        zero_line=options.variable in CHANGES,
        join=options.gaps is Gaps.JOIN,
        output=options.output,
    )


def _lines(numbers: pd.DataFrame, visits: tuple[str, ...], options: Options) -> tuple[Line, ...]:
    """A line for each treatment, in the order of the table; a visit without a result is a gap."""
    visit_of = levels_of(numbers, options.by)
    at_zero = np.array([visit == options.baseline for visit in visits])
    at_zero &= ~np.isin(visits, visit_of.astype(str))  # what is stored is drawn as stored
    lines = []
    for treatment in dict.fromkeys(numbers["group1_level"][numbers["stat_name"] == options.center]):
        rows = numbers.assign(visit=visit_of)[(numbers["group1_level"] == treatment).to_numpy()]
        stored = {name: each.set_index("visit").reindex(list(visits)) for name, each in rows.groupby("stat_name")}
        center = _numbers(stored[options.center])
        nothing = np.full(len(visits), np.nan)
        lower, upper = (_numbers(stored[end]) for end in options.ends) if options.ends else (nothing, nothing)
        lines.append(
            Line(
                name=str(treatment),
                n=tuple(stored[COUNT]["stat_text"].fillna("")),
                center=np.where(at_zero & np.isfinite(center).any(), 0.0, center),
                lower=lower,
                upper=upper,
                marks=_marks(stored[P_VALUE]) if P_VALUE in stored else (),
            )
        )
    return tuple(lines)


def _numbers(stored: pd.DataFrame) -> npt.NDArray[np.float64]:
    return stored["stat"].to_numpy(dtype=np.float64)


def _marks(stored: pd.DataFrame) -> tuple[str, ...]:
    """The mark of each p-value; none of a missing one, which stands behind all numbers in their order."""
    return tuple(_MARKS[np.searchsorted(_P_AT_MOST, _numbers(stored))])


def _y_label(results: pd.DataFrame, options: Options) -> str:
    labels = results[results["analysis"] == Around.LABELS]
    variable = labels["stat_text"][labels["variable"] == options.variable].iloc[0]
    parameter = labels["stat_text"][labels["group1_level"] == options.parameter].iloc[0]
    center = _stored_label(results, options.center)
    return f"{center}{_level(results, options)} {variable}\n{parameter}"


def _level(results: pd.DataFrame, options: Options) -> str:
    """The confidence level of the limits that are drawn, as their stored label says it."""
    found = re.search(r"[\d.]+%", _stored_label(results, options.ends[0])) if options.ends else None
    return f" ({found[0]} CI)" if found else ""


def _stored_label(results: pd.DataFrame, statistic: str) -> str:
    """What the table calls the statistic."""
    return "".join(results["stat_label"][results["stat_name"] == statistic].iloc[:1])

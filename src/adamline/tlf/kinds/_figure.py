"""Figure: the layout of a plot of stored results, with what all such figures say on the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.figure_options import AxisOptions, PlotOptions, StoredOptions
from adamline.analyses.figure_results import P_VALUE, FigureOptions, MarkedBy, has_point
from adamline.analyses.lines import Line
from adamline.errors import LayoutError
from adamline.findings import Finding, Severity
from adamline.results.ard import Around, levels_of
from adamline.tlf.figures.axis import Axis
from adamline.tlf.figures.frame import Frame
from adamline.tlf.figures.picture import font_findings, render_picture
from adamline.tlf.figures.rows_frame import RowsFrame, TooManyRowsError
from adamline.tlf.figures.series import STARS_KEY, Series, stars
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.kinds._empty_columns import empty_column_notes
from adamline.tlf.layout import Column, Layout, PageSetup, Picture

# Inches; a figure of this size stands on a page with its titles and footnotes without being reduced.
WIDTH, HEIGHT = 8.6, 4.4
# Points; smaller type cannot be read in print.
LEAST_TYPE = 7.0
# Pages with fewer rows than these would show nothing beside one another.
LEAST_ROWS = 4


def has_anything(results: pd.DataFrame, options: FigureOptions) -> bool:
    """Whether there is a point to draw."""
    return bool(has_point(results, options).any())


def figure_layout(results: pd.DataFrame, options: PlotOptions, page: PageContext, plot: Frame | None) -> Layout:
    """The layout of a figure; the text for none where there is nothing to draw."""
    layout = page_of(options, page, _source(options))
    if isinstance(options, StoredOptions):
        population = results["stat_text"][results["analysis"] == Around.POPULATION]
        footnotes = (*layout.footnotes, *_key(results, options), *empty_column_notes(results))
        layout = replace(layout, population="".join(population), footnotes=footnotes)
    if plot is None:
        return replace(layout, columns=(Column(1.0),))
    # Drawn for the page's width, so that its texts keep their size.
    size = min(WIDTH, layout.page.body_width), HEIGHT
    picture = _picture(plot, size, layout.page)
    return replace(layout, picture=picture, findings=(*font_findings(layout.page.font), *_cut(plot)))


def _picture(plot: Frame, size: tuple[float, float], page: PageSetup) -> Picture:
    """The figure in the type of its page; smaller, down to `LEAST_TYPE`, where its texts would leave no room.

    One that has more rows than fit even so is in the type of its page, on as many pages as it needs.
    """
    try:
        return _fitting(lambda of: render_picture(plot.draw, size, of, plot.in_words(), plot.output), page)
    except TooManyRowsError as error:
        if not isinstance(plot, RowsFrame) or error.most < LEAST_ROWS:
            raise
        rows = plot
    return _fitting(lambda of: _on_pages(rows, size, of, len(rows.rows)), page)


def _fitting(draw: Callable[[PageSetup], Picture], page: PageSetup) -> Picture:
    """What is drawn in the largest type that leaves room for all."""
    try:
        return draw(page)
    except LayoutError:
        if page.font_size - 1 < LEAST_TYPE:
            raise
        return _fitting(draw, replace(page, font_size=page.font_size - 1))


def _on_pages(plot: RowsFrame, size: tuple[float, float], page: PageSetup, most: int) -> Picture:
    """A figure of at most so many rows a page; of fewer where they do not fit, as below a heading of two lines."""
    parts = plot.pages(most)
    try:
        first, *further = (
            render_picture(
                part.draw, size, page, f"Page {number} of {len(parts)}. {part.in_words()}", f"{plot.output} {number}"
            )
            for number, part in enumerate(parts, start=1)
        )
    except TooManyRowsError as error:
        if not LEAST_ROWS <= error.most < most:
            raise
        return _on_pages(plot, size, page, error.most)
    return replace(first, further=tuple(further))


def _source(options: PlotOptions) -> str:
    """Where what is drawn comes from: the table, or the dataset whose records are drawn."""
    if isinstance(options, StoredOptions):
        return f"results of {options.results}"
    return ", ".join(dict.fromkeys(each.dataset for each in options.sources))


def axis_of(options: AxisOptions) -> Axis:
    """The scale that the options describe."""
    return Axis(options.low, options.high, options.step, options.log)


def series_name(column: str) -> str:
    """What a column of a table is called in a figure: one without a heading holds all subjects."""
    return column or "All subjects"


def _key(results: pd.DataFrame, options: PlotOptions) -> tuple[str, ...]:
    """What stars mean, and of which p-value they are; nothing where the figure has none."""
    if not isinstance(options, FigureOptions) or options.marks is None:
        return ()
    if getattr(options, "marks_as", MarkedBy.STARS) is not MarkedBy.STARS:
        return ()
    of = results["stat_label"][(results["analysis"] == options.marks) & (results["stat_name"] == P_VALUE)]
    return (f"{STARS_KEY} ({of.iloc[0]})." if len(of) and of.iloc[0] else f"{STARS_KEY}.",)


def _cut(plot: Frame) -> tuple[Finding, ...]:
    """A warning where the scale had to go on beyond what the spec says."""
    return tuple(
        Finding(
            Severity.WARNING,
            "axis",
            f"The figure has values beyond its {axis}: {', '.join(values)}. The axis goes on to hold them.",
        )
        for axis, values in plot.beyond.items()
        if values
    )


def series_of(numbers: pd.DataFrame, visits: Sequence[str], options: FigureOptions, count: str) -> tuple[Series, ...]:
    """A series for each treatment, in the order of the table; a visit without a result has no point.

    ``count`` is the pattern of the numbers below.
    """
    visit_of = levels_of(numbers, options.by)
    at_zero = np.array([visit == options.zero for visit in visits])
    at_zero &= ~np.isin(visits, visit_of.astype(str))  # what is stored is drawn as stored
    nothing = np.full(len(visits), np.nan)
    made = []
    for treatment in dict.fromkeys(numbers["group1_level"][numbers["stat_name"] == options.point]):
        rows = numbers.assign(visit=visit_of)[(numbers["group1_level"] == treatment).to_numpy()]
        stored = {name: each.set_index("visit").reindex(list(visits)) for name, each in rows.groupby("stat_name")}
        texts = {name: each["stat_text"].fillna("").tolist() for name, each in stored.items()}
        point = _values(stored[options.point])
        lower, upper = (_values(stored[end]) for end in options.ends) if options.ends else (nothing, nothing)
        is_zero = at_zero & bool(np.isfinite(point).any())
        made.append(
            Series(
                name=str(treatment),
                n=_filled(count, texts, len(visits)),
                center=np.where(is_zero, 0.0, point),
                lower=lower,
                upper=upper,
                marks=_marks(stored, texts, options),
                texts=_in_words(texts, is_zero, options, len(visits)),
            )
        )
    return tuple(made)


def _values(stored: pd.DataFrame) -> npt.NDArray[np.float64]:
    return stored["stat"].to_numpy(dtype=np.float64)


def _filled(pattern: str, texts: dict[str, list[str]], visits: int) -> tuple[str, ...]:
    line = Line("", pattern)
    return tuple(line.fill({name: each[place] for name, each in texts.items()}) for place in range(visits))


def _in_words(
    texts: dict[str, list[str]], is_zero: npt.NDArray[np.bool_], options: FigureOptions, visits: int
) -> tuple[str, ...]:
    """Each point with its limits as the table displays them; those of zero by definition say so."""
    limits = f"| ({{{options.ends[0]}}} to {{{options.ends[1]}}})" if options.ends else ""
    filled = _filled(f"{{{options.point}}}{limits}", texts, visits)
    return tuple("0" if zero else text for text, zero in zip(filled, is_zero, strict=True))


def _marks(stored: dict[str, pd.DataFrame], texts: dict[str, list[str]], options: FigureOptions) -> tuple[str, ...]:
    """The stars of each p-value, or its text."""
    if options.marks is None or P_VALUE not in stored:
        return ()
    if getattr(options, "marks_as", MarkedBy.STARS) is MarkedBy.STARS:
        return stars(_values(stored[P_VALUE]))
    return tuple(text and (f"p{text}" if text[0] in "<>" else f"p={text}") for text in texts[P_VALUE])


def ticks_of(visits: tuple[str, ...], options: FigureOptions) -> tuple[str, ...]:
    """The texts of the visits on the axis."""
    return tuple(options.ticks.get(visit, "") for visit in visits) if options.ticks else visits


def numbers_of(results: pd.DataFrame, options: FigureOptions) -> pd.DataFrame:
    """The results of the parameter, without the labels."""
    return results[levels_of(results, "PARAMCD").eq(options.parameter) & (results["stat_name"] != "label")]


def stored_label(results: pd.DataFrame, statistic: str) -> str:
    """What the table calls the statistic."""
    return "".join(results["stat_label"][results["stat_name"] == statistic].iloc[:1])


def label_of(results: pd.DataFrame, *, parameter: str = "", variable: str = "") -> str:
    """What the data call a parameter, or a variable."""
    labels = results[results["analysis"] == Around.LABELS]
    column, name = ("group1_level", parameter) if parameter else ("variable", variable)
    return str(labels["stat_text"][labels[column] == name].iloc[0])


def level_of_limits(results: pd.DataFrame, options: FigureOptions) -> str:
    """The confidence level of the limits that are drawn, as their stored label says it."""
    found = re.search(r"[\d.]+%", stored_label(results, options.ends[0])) if options.ends else None
    return f" ({found[0]} CI)" if found else ""

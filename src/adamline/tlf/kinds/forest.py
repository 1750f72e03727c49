"""Forest: the figure of estimates with their limits, one row each, drawn from stored results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.drawn_results import columns_of
from adamline.analyses.forest import Options, TextBeside
from adamline.analyses.lines import Line
from adamline.results.ard import Around
from adamline.tlf.figures.forest_plot import ForestPlot
from adamline.tlf.figures.intervals import Intervals
from adamline.tlf.figures.rows_frame import RowName, TextColumn
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds._figure import axis_of, figure_layout
from adamline.tlf.kinds._row_keys import Key, row_keys
from adamline.tlf.layout import Layout

_ARROW = "An arrow marks a limit beyond the axis."
# Texts of more compared columns would leave no room for the field.
_MOST_TEXTS = 2
_SIZED = "The area of a marker grows with the number of subjects."


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the figure: estimates, limits and texts as stored; the text for none where there is none."""
    is_there = bool(((results["stat_name"] == options.estimate) & results["stat"].notna()).any())
    if not is_there:
        return figure_layout(results, options, page, None)
    plot = plot_of(results, options)
    layout = figure_layout(results, options, page, plot)
    notes = (*([_ARROW] if plot.has_arrows else []), *([_SIZED] if options.size else []))
    return replace(layout, footnotes=(*layout.footnotes, *notes))


def plot_of(results: pd.DataFrame, options: Options) -> ForestPlot:
    """What is drawn: a row for each level, in the order of the table, below the heading of its grouping."""
    numbers = results[~results["analysis"].isin(list(Around))].reset_index(drop=True)
    # Texts beside one category may be of all.
    keys_of = row_keys(numbers, options, has_categories=len(options.category) != 1)
    numbers = numbers.assign(column=columns_of(numbers, options), key=keys_of)
    names = options.analysis or numbers["analysis"][numbers["stat_name"] == options.estimate]
    drawn = numbers[numbers["analysis"].isin(list(names))]
    keys = _in_order(list(dict.fromkeys(drawn["key"])), options)
    rows, places = _rows(keys, options)
    columns = [name for name in dict.fromkeys(drawn["column"]) if _has(drawn, name, options)]
    series = _as_shares([_intervals(numbers, drawn, column, places, len(rows), options) for column in columns])
    beside = [_beside(numbers, each, places, len(rows)) for each in options.beside]
    for column in columns if len(columns) <= _MOST_TEXTS else ():
        heading = f"{column}\n{options.text_heading}" if len(columns) > 1 else options.text_heading
        of = drawn[drawn["column"] == column]
        beside.append(_texts(of, heading, options.pattern, places, len(rows)))
    return ForestPlot(
        series=series,
        rows=tuple(rows),
        columns=tuple(beside),
        reference=options.no_difference,
        favours=options.favours,
        x_label=options.x_label or options.text_heading,
        y_label=options.y_label or "",
        x_axis=axis_of(options.x_axis),
        output=options.output,
    )


def _has(drawn: pd.DataFrame, column: str, options: Options) -> bool:
    of = drawn[(drawn["column"] == column) & (drawn["stat_name"] == options.estimate)]
    return bool(of["stat"].notna().any())


def _in_order(keys: list[Key], options: Options) -> list[Key]:
    """The keys of each grouping in the order of the levels that the options list, else in that of the table."""
    places = {name: {level: place for place, level in enumerate(shown)} for name, shown in options.show.items()}
    groupings = list(dict.fromkeys(tuple(name for name, _ in key) for key in keys))

    def place(key: Key) -> tuple[int, ...]:
        names = tuple(name for name, _ in key)
        return groupings.index(names), *(places.get(name, {}).get(level, 0) for name, level in key)

    return sorted(keys, key=place) if places else keys


def _texts_of_levels(options: Options) -> Mapping[str, Mapping[str, str]]:
    """The text of each level that has one, by variable."""
    shown = {name: dict(levels) for name, levels in options.show.items() if isinstance(levels, Mapping)}
    return {name: {**options.labels.get(name, {}), **shown.get(name, {})} for name in {*options.labels, *shown}}


def _rows(keys: list[Key], options: Options) -> tuple[list[RowName], Mapping[Key, int]]:
    """The rows of the figure with headings, and where each key stands."""
    rows: list[RowName] = []
    places: dict[Key, int] = {}
    heading = ""
    of_levels = _texts_of_levels(options)
    for key in keys:
        names = [variable for variable, _ in key]
        texts = [of_levels.get(variable, {}).get(level, level) for variable, level in key]
        above = ", ".join(options.headings.get(name, name) for name in names)
        if key and above != heading:
            rows.append(RowName(above, is_heading=True))
        heading = above
        places[key] = len(rows)
        rows.append(RowName(", ".join(texts) or options.overall, indent=int(bool(key))))
    return rows, places


def _values(of: pd.DataFrame, statistic: str, places: Mapping[Key, int], count: int) -> np.ndarray:
    values = np.full(count, np.nan)
    found = of[of["stat_name"] == statistic]
    for key, value in zip(found["key"], found["stat"], strict=True):
        if key in places:
            values[places[key]] = value
    return values


def _intervals(
    numbers: pd.DataFrame,
    drawn: pd.DataFrame,
    column: str,
    places: Mapping[Key, int],
    count: int,
    options: Options,
) -> Intervals:
    of = drawn[drawn["column"] == column]
    sizes = np.full(count, np.nan)
    if options.size:
        sized = numbers[numbers["analysis"].isin(options.size.of)]
        sized = sized[sized["column"] == (options.size.column or column)]
        sizes = _values(sized, options.size.statistic, places, count)
    lower, upper = (_values(of, end, places, count) for end in options.limits)
    return Intervals(column, _values(of, options.estimate, places, count), lower, upper, sizes)


def _as_shares(series: Sequence[Intervals]) -> tuple[Intervals, ...]:
    """The sizes as shares of the largest of all."""
    sizes = np.concatenate([each.sizes for each in series])
    largest = float(np.nanmax(sizes)) if np.isfinite(sizes).any() else 0.0
    return tuple(replace(each, sizes=each.sizes / largest) for each in series) if largest else tuple(series)


def _beside(numbers: pd.DataFrame, each: TextBeside, places: Mapping[Key, int], count: int) -> TextColumn:
    of = numbers[numbers["analysis"].isin(each.of) & ((numbers["column"] == each.column) | (each.column is None))]
    return _texts(of, each.heading or each.column or "", each.show, places, count)


def _texts(of: pd.DataFrame, heading: str, pattern: str, places: Mapping[Key, int], count: int) -> TextColumn:
    texts = [""] * count
    of_rows: dict[int, dict[str, str]] = {}
    for key, name, text in zip(of["key"], of["stat_name"], of["stat_text"], strict=True):
        if key in places:
            of_rows.setdefault(places[key], {})[name] = text
    for row, known in of_rows.items():
        texts[row] = Line("", pattern).fill(known)
    return TextColumn(heading, tuple(texts))

"""Columns of a table's layout: one for each treatment and what stands below it, then those beside; their heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from adamline.analyses.columns import Below, ColumnOptions
from adamline.analyses.lines import Line
from adamline.analyses.spanning import Spanning
from adamline.analyses.table_options import Options
from adamline.results.ard import Around
from adamline.tlf.layout import Align, HeaderCell

_OPEN = Below()


@dataclass(frozen=True)
class DataColumn:
    """One column of numbers: the level of the columns' grouping it shows, and what it fixes of the cell.

    ``line`` is the pattern by name, blank where rows have theirs; ``is_beside`` marks a column of comparisons.
    """

    level: str
    heading: str
    width: float = 1.0
    variable: str = ""
    line: str = ""
    category: str | None = None
    is_beside: bool = False
    starts_panel: bool = False


def data_columns(options: Options) -> tuple[DataColumn, ...]:
    """The columns of numbers of a table, from left to right."""
    columns = options.columns
    if columns is None:
        return (DataColumn("", ""),)
    made = [
        DataColumn(
            level.name,
            _heading(below),
            below.width,
            below.variable or "",
            below.statistic,
            below.level,
            starts_panel=number == 0 and level.name in columns.new_panel,
        )
        for level in columns.levels
        for number, below in enumerate(columns.below or (_OPEN,))
    ]
    made += [
        DataColumn(
            column.of or "",
            column.heading,
            column.width,
            line=column.statistic,
            is_beside=True,
            starts_panel=column.heading in columns.new_panel,
        )
        for column in columns.all_beside(options.labels.get(columns.by, {}))
    ]
    return tuple(made)


def _heading(below: Below) -> str:
    return below.heading if below.heading is not None else below.level or below.statistic


def table_header(
    results: pd.DataFrame, options: Options, columns: tuple[DataColumn, ...], lines: Mapping[str, Line]
) -> tuple[tuple[HeaderCell, ...], ...]:
    """The rows of the column header: treatments with their N, below them what stands side by side."""
    stub = [HeaderCell(column.heading, align=Align.LEFT) for column in options.stub]
    if options.columns is None:
        return ((*stub, HeaderCell("")),)
    spans = options.columns.spans(options.labels.get(options.columns.by, {}))
    above = tuple(_spanning_row(row, len(stub), len(columns)) for row in spans)
    return (*above, *_own_rows(results, options, columns, lines, stub))


def _spanning_row(row: Sequence[tuple[Spanning, int, int]], stub: int, count: int) -> tuple[HeaderCell, ...]:
    """A row of heads over several columns, with blank cells over the others."""
    made, done = [HeaderCell("")] * stub, 0
    for head, first, span in row:
        made += [HeaderCell("")] * (first - done) + [HeaderCell(head.heading, span)]
        done = first + span
    return (*made, *[HeaderCell("")] * (count - done))


def _own_rows(
    results: pd.DataFrame,
    options: Options,
    columns: tuple[DataColumn, ...],
    lines: Mapping[str, Line],
    stub: Sequence[HeaderCell],
) -> tuple[tuple[HeaderCell, ...], ...]:
    """The rows of the columns' own heads."""
    assert options.columns is not None  # noqa: S101 - its one caller has columns
    treatments = _treatment_texts(results, options)
    beside = [column for column in columns if column.is_beside]
    if not options.columns.below:
        return ((*stub, *map(HeaderCell, treatments), *(HeaderCell(column.heading) for column in beside)),)
    span = len(options.columns.below)
    upper = [*(HeaderCell("") for _ in stub), *(HeaderCell(text, span=span) for text in treatments)]
    # What stands beside says which treatments it compares on the lines of these.
    most = max((text.count("\n") + 1 for text in treatments), default=0)
    parts = [_cut_lines(column.heading, most) for column in beside]
    upper += [HeaderCell(above) for above, _ in parts]
    names = _variable_labels(results)
    own = [_head(column, options.columns, lines, names) for column in columns if not column.is_beside]
    lower = [*own, *(below for _, below in parts)]
    return tuple(upper), (*stub, *map(HeaderCell, lower))


def _cut_lines(text: str, most: int) -> tuple[str, str]:
    """The first lines of a text, as many as there may be, and the others, which are one line at least."""
    lines = text.split("\n")
    above = min(most, len(lines) - 1)
    return "\n".join(lines[:above]), "\n".join(lines[above:])


def _head(column: DataColumn, options: ColumnOptions, lines: Mapping[str, Line], names: Mapping[str, str]) -> str:
    """The head of one column: as written, else the label of its variable, or that of its statistic."""
    if any(below.heading == column.heading for below in options.below):
        return column.heading
    if column.category is not None:
        return column.category
    line = lines[column.line].label if column.line in lines else column.line
    return " ".join(filter(None, [names.get(column.variable, column.variable), line]))


def _treatment_texts(results: pd.DataFrame, options: Options) -> list[str]:
    """The heading of each treatment, on lines below its N, where there is one, and the caption."""
    assert options.columns is not None  # noqa: S101 - its one caller has columns
    counts = results[results["analysis"] == Around.COLUMNS]
    n = dict(zip(counts["variable_level"], counts["stat_text"], strict=True))
    shown = options.labels.get(options.columns.by, {})
    names = [level.name for level in options.columns.levels]
    caption = [options.columns.caption] if options.columns.caption else []
    counted = {name: [f"(N={n[name]})"] if name in n else [] for name in names}
    return ["\n".join([shown.get(name, name), *counted[name], *caption]) for name in names]


def _variable_labels(results: pd.DataFrame) -> dict[str, str]:
    labels = results[(results["analysis"] == Around.LABELS) & (results["group1"] == "")]
    return dict(zip(labels["variable"], labels["stat_text"], strict=True))

"""Unshown: analyses of a table of which no result stands on the page, and columns in which none stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from adamline.analyses.columns import Below, ColumnOptions
from adamline.analyses.rows import Leaf
from adamline.findings import Finding, Severity
from adamline.tlf.layout import Row
from adamline.tlf.table.columns import DataColumn


def unshown_analyses(leaves: Iterable[Leaf], rows: Iterable[Row], results: pd.DataFrame) -> tuple[Finding, ...]:
    """A warning for each analysis that has results of which no cell shows one, unless they are for figures alone.

    `statistics: []` says of a row that its results are stored, and none is shown.
    """
    in_cells = {result for row in rows for cell in row.results for result in cell.split("\n")}
    there = results[results["stat_text"] != ""]
    unshown = {*there["analysis"]} - {*there["analysis"][there["result"].isin(in_cells)]}
    return tuple(
        Finding(
            Severity.WARNING,
            "results",
            f"nothing shows a result of `{leaf.name}`: give its row a `column`, or the table a column `beside`",
        )
        for leaf in leaves
        if not leaf.options.only_drawn and leaf.options.lines and leaf.name in unshown
    )


def unshown_columns(
    options: ColumnOptions | None, columns: Sequence[DataColumn], rows: Iterable[Row]
) -> tuple[Finding, ...]:
    """A warning for each column below the treatments, or beside them, that names what no row has, as a statistic."""
    in_rows = [row.results[-len(columns) :] for row in rows if any(row.results)]
    if options is None or not in_rows:
        return ()
    filled = [any(results) for results in zip(*in_rows, strict=True)]
    under = len(options.levels) * len(options.below)
    found: list[tuple[str, tuple[str | int, ...]]] = []
    for number, below in enumerate(options.below):
        if _named(below) and not any(filled[number : under : len(options.below)]):
            found.append((_named(below), ("columns", "below", number)))
    beside = zip(columns, filled, strict=True)
    found += [
        (f"statistic {column.line}", ("columns",))
        for column, has_some in beside
        if column.is_beside and column.line and not has_some
    ]
    message = "no row has a result in the column of {}"
    return tuple(
        Finding(Severity.WARNING, "results", message.format(named), route=route) for named, route in dict(found).items()
    )


def _named(below: Below) -> str:
    """What a column fixes, in words."""
    named = {"variable": below.variable, "statistic": below.statistic, "level": below.level}
    return ", ".join(f"{what} {name}" for what, name in named.items() if name)

"""Unshown: analyses of a table of which no result stands on the page."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from adamline.analyses.rows import Leaf
from adamline.findings import Finding, Severity
from adamline.tlf.layout import Row


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

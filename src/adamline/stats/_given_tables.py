"""Take cross tables where counts are wanted, with the scores of their labels."""

from __future__ import annotations

import numpy.typing as npt

from adamline.errors import DataError
from adamline.stats.cross_tables import CrossTables

Given = npt.ArrayLike | CrossTables
Scores = npt.ArrayLike | None


def table_of(given: Given) -> npt.ArrayLike:
    """The counts, (rows, columns); DataError for cross tables of several strata."""
    return given.table if isinstance(given, CrossTables) else given


def strata_of(given: Given) -> npt.ArrayLike:
    """The counts, (strata, rows, columns)."""
    return given.counts if isinstance(given, CrossTables) else given


def scores_of(given: Given, row_scores: Scores, column_scores: Scores) -> tuple[Scores, Scores]:
    """The scores that were given, else those of the labels, where these are known."""
    if not isinstance(given, CrossTables):
        return row_scores, column_scores
    return (
        given.row_scores if row_scores is None else row_scores,
        given.column_scores if column_scores is None else column_scores,
    )


def pairs_of(given: Given) -> npt.ArrayLike:
    """The counts of pairs; DataError where rows and columns do not stand for the same labels in one order."""
    if isinstance(given, CrossTables) and given.rows != given.columns:
        raise DataError(
            "Pairs need the same labels in rows and columns.",
            found=f"{given.rows!r} and {given.columns!r}",
            hint="give row_order and column_order to cross_tables",
        )
    return table_of(given)

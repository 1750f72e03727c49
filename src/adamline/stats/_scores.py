"""Scores of the rows and columns of tables of counts, as the SCORES= option of PROC FREQ names them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from numbers import Real

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._choices import as_option


class ScoreType(StrEnum):
    """Types of scores, by the words of the SCORES= option."""

    TABLE = "TABLE"
    RANK = "RANK"
    RIDIT = "RIDIT"
    MODIFIED_RIDIT = "MODRIDIT"


def score_type(kind: str) -> ScoreType:
    """The type of that name; DataError for another name."""
    return as_option(ScoreType, kind, "scores")


def table_scores(labels: Sequence[object]) -> Floats:
    """Table scores of labels: numbers, also decimals, are their own scores; all else has 1, 2, 3 ...

    >>> table_scores([0, 5, 20]).tolist(), table_scores(["high", "low"]).tolist()
    ([0.0, 5.0, 20.0], [1.0, 2.0])
    """
    if labels and all(isinstance(label, Real | Decimal) and not isinstance(label, bool | np.bool_) for label in labels):
        return np.asarray(labels, dtype=np.float64)
    return np.arange(1.0, len(labels) + 1)


def margin_scores(totals: Floats, kind: ScoreType, given: Floats | None) -> Floats:
    """Scores of the rows (or columns) whose ``totals`` stand along the last axis, each table by itself.

    Table scores are ``given``, or 1, 2, 3 ...; the others are mean ranks of the records, rank / n and rank / (n + 1).
    """
    if kind is ScoreType.TABLE:
        return np.broadcast_to(np.arange(1.0, totals.shape[-1] + 1) if given is None else given, totals.shape)
    ranks: Floats = np.cumsum(totals, axis=-1) - (totals - 1) / 2
    if kind is ScoreType.RANK:
        return ranks
    n = totals.sum(axis=-1, keepdims=True)
    # A table without records has no ridits, and no statistic that would ask for them.
    ridits: Floats = ranks / np.maximum(n + (kind is ScoreType.MODIFIED_RIDIT), 1.0)
    return ridits

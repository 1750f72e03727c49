"""Test rows and columns for association by the chi-square statistics that PROC FREQ prints under CHISQ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._counts import checked_scores, checked_tables, kept_scores
from adamline.stats._given_tables import Given, scores_of, table_of
from adamline.stats._scipy import chdtrc, xlogy
from adamline.stats._scores import ScoreType as ScoreType
from adamline.stats._scores import margin_scores, score_type
from adamline.stats._tables2x2 import figures, one

# SAS warns where more than this share of the cells is expected to hold fewer than this count.
_SMALL_SHARE, _SMALL_COUNT = 0.2, 5.0

_COLUMNS = (
    "n",
    "df",
    "chi_square",
    "p",
    "likelihood_ratio",
    "p_likelihood_ratio",
    "adjusted",
    "p_adjusted",
    "mantel_haenszel",
    "p_mantel_haenszel",
    "phi",
    "contingency",
    "cramer_v",
    "share_small",
)


@dataclass(frozen=True)
class ChiSquare:
    """The chi-square statistics of one table; NaN where there are none."""

    n: int
    df: int
    chi_square: float
    p: float
    likelihood_ratio: float
    p_likelihood_ratio: float
    adjusted: float
    p_adjusted: float
    mantel_haenszel: float
    p_mantel_haenszel: float
    phi: float
    contingency: float
    cramer_v: float
    share_small: float
    scores: ScoreType
    method: str
    warnings: tuple[str, ...] = ()


def chi_square_tables(
    tables: npt.ArrayLike,
    *,
    scores: str = ScoreType.TABLE,
    row_scores: npt.ArrayLike | None = None,
    column_scores: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """The chi-square statistics of many tables of one shape: a row for each table of ``tables``, (k, r, c).

    Empty rows and columns of a table are left out first, so that a 3 x 2 table with an empty row is a 2 x 2 table.
    Columns: ``n``; ``df``, (r - 1)(c - 1); ``chi_square``, Pearson's, and ``p``; ``likelihood_ratio``; ``adjusted``,
    with Yates' continuity correction, of 2 x 2 tables alone; ``mantel_haenszel``, (n - 1) r**2 with r the correlation
    of the scores, 1 df; their p-values ``p_...``; ``phi``; ``contingency``, the coefficient sqrt(Q / (Q + n)) of
    Pearson's Q; ``cramer_v``. Phi and V of a 2 x 2 table have the sign of n11 n22 - n12 n21. ``share_small`` is the
    share of cells that are expected to hold less than 5.

    ``scores`` is SCORES=: with TABLE the scores are ``row_scores`` and ``column_scores`` (the values of numeric
    labels, see `cross_tables`), and without them 1, 2, 3 ... over the rows and columns that are not empty.

    A table with fewer than two rows or columns that are not empty has no statistics: all but n is missing and df is 0.
    DataError for counts that are not whole numbers of 0 or more, and for scores that are not finite, all one, or of
    extreme size.
    Source: SAS PROC FREQ, TABLES / CHISQ SCORES=.

    >>> chi_square_tables([[[22, 39], [39, 113]], [[3, 5], [0, 0]]])[["n", "df", "chi_square", "p"]].round(4)
         n  df  chi_square       p
    0  213   1      2.3072  0.1288
    1    8   0         NaN     NaN
    """
    counts = checked_tables(tables, 3)
    kind = score_type(scores)
    given = (
        checked_scores(row_scores, counts.shape[1], "rows"),
        checked_scores(column_scores, counts.shape[2], "columns"),
    )
    found = np.full((len(counts), len(_COLUMNS)), np.nan)
    found[:, 0], found[:, 1] = counts.sum(axis=(1, 2)), 0
    filled = np.hstack([counts.any(axis=2), counts.any(axis=1)])
    # Tables with the same rows and columns empty at a time: few patterns, and no table then holds a total of 0.
    patterns, pattern = np.unique(filled, axis=0, return_inverse=True)
    for place, is_filled in enumerate(patterns):
        rows, columns = is_filled[: counts.shape[1]], is_filled[counts.shape[1] :]
        if rows.sum() < 2 or columns.sum() < 2:
            continue
        chosen = pattern == place
        part = counts[chosen][:, rows][:, :, columns]
        found[chosen] = _statistics(part, kind, kept_scores(given[0], rows), kept_scores(given[1], columns))
    frame = pd.DataFrame(found, columns=list(_COLUMNS))
    return frame.astype({"n": np.int64, "df": np.int64})


def chi_square(
    table: Given,
    *,
    scores: str = ScoreType.TABLE,
    row_scores: npt.ArrayLike | None = None,
    column_scores: npt.ArrayLike | None = None,
) -> ChiSquare:
    """The chi-square statistics of one table of counts, (r, c); the rules are those of `chi_square_tables`.

    ``table`` may be what `cross_tables` makes: the scores are then those of its labels, unless others are given. Where
    more than 20 % of the cells are expected to hold less than 5, ``warnings`` says so in SAS's words.

    >>> made = chi_square([[10, 2], [2, 4]])
    >>> round(made.chi_square, 4), made.warnings
    (4.5, ('75% of the cells have expected counts less than 5. Chi-Square may not be a valid test.',))
    """
    counts = one(table_of(table))
    of_rows, of_columns = scores_of(table, row_scores, column_scores)
    found = figures(chi_square_tables(counts, scores=scores, row_scores=of_rows, column_scores=of_columns))
    n, df = int(found.pop("n")), int(found.pop("df"))
    return ChiSquare(
        n=n,
        df=df,
        scores=score_type(scores),
        method=f"PROC FREQ, CHISQ SCORES={score_type(scores).value}",
        warnings=_warnings(df, found["share_small"]),
        **found,
    )


def _statistics(counts: Floats, kind: ScoreType, row_scores: Floats | None, column_scores: Floats | None) -> Floats:
    """The columns of the result for tables without an empty row or column."""
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    n = counts.sum(axis=(1, 2))
    expected = rows[:, :, np.newaxis] * columns[:, np.newaxis, :] / n[:, np.newaxis, np.newaxis]
    r, c = counts.shape[1:]
    df = float((r - 1) * (c - 1))
    pearson = ((counts - expected) ** 2 / expected).sum(axis=(1, 2))
    # The sum is 0 where all counts are as expected, and rounding may carry it below.
    ratio = np.maximum(2 * xlogy(counts, counts / expected).sum(axis=(1, 2)), 0.0)
    adjusted = np.full(n.shape, np.nan)
    phi, cramer = np.sqrt(pearson / n), np.sqrt(pearson / n / min(r - 1, c - 1))
    if (r, c) == (2, 2):
        cross = counts[:, 0, 0] * counts[:, 1, 1] - counts[:, 0, 1] * counts[:, 1, 0]
        spread = rows.prod(axis=1) * columns.prod(axis=1)
        adjusted = n * np.maximum(np.abs(cross) - n / 2, 0.0) ** 2 / spread
        phi = cramer = cross / np.sqrt(spread)
    haenszel = (n - 1) * _squared_correlation(
        counts, margin_scores(rows, kind, row_scores), margin_scores(columns, kind, column_scores)
    )
    return np.column_stack(
        [
            n,
            np.full(n.shape, df),
            pearson,
            chdtrc(df, pearson),
            ratio,
            chdtrc(df, ratio),
            adjusted,
            chdtrc(1.0, adjusted),
            haenszel,
            chdtrc(1.0, haenszel),
            phi,
            np.sqrt(pearson / (pearson + n)),
            cramer,
            (expected < _SMALL_COUNT).mean(axis=(1, 2)),
        ]
    )


def _squared_correlation(counts: Floats, row_scores: Floats, column_scores: Floats) -> Floats:
    """The square of Pearson's correlation of the scores; missing where the scores of all records are one."""
    n = counts.sum(axis=(1, 2))[:, np.newaxis]
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    x = row_scores - (rows * row_scores).sum(axis=1, keepdims=True) / n
    y = column_scores - (columns * column_scores).sum(axis=1, keepdims=True) / n
    both = np.einsum("ki,kij,kj->k", x, counts, y)
    spread = (rows * x**2).sum(axis=1) * (columns * y**2).sum(axis=1)
    differs = (np.ptp(row_scores, axis=1) > 0) & (np.ptp(column_scores, axis=1) > 0)
    return np.where(differs, both**2 / np.where(differs, spread, 1.0), np.nan)


def _warnings(df: int, share_small: float) -> tuple[str, ...]:
    if df == 0:
        return ("fewer than 2 rows or columns that are not empty: no statistics",)
    if share_small > _SMALL_SHARE:
        percent = np.floor(100 * share_small + 0.5)
        return (f"{percent:.0f}% of the cells have expected counts less than 5. Chi-Square may not be a valid test.",)
    return ()

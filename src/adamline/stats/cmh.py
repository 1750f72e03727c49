"""Test rows and columns for association over strata by the Cochran-Mantel-Haenszel statistics of PROC FREQ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._counts import checked_scores, checked_tables, kept_scores
from adamline.stats._given_tables import Given, scores_of, strata_of
from adamline.stats._scipy import chdtrc
from adamline.stats._scores import ScoreType as ScoreType
from adamline.stats._scores import margin_scores, score_type
from adamline.stats._tables2x2 import figures, one

_STATISTICS = ("correlation", "row_means", "general")
_COLUMNS = ("n", "n_strata", *(f"{kind}{name}" for name in _STATISTICS for kind in ("", "df_", "p_")))
# A direction whose variance is below this share of the others has none: the strata say nothing of it.
_NO_VARIANCE = 1e-10


@dataclass(frozen=True)
class Cmh:
    """The three CMH statistics of one stratified table; NaN and 0 degrees of freedom where there is none."""

    n: int
    n_strata: int
    correlation: float
    df_correlation: int
    p_correlation: float
    row_means: float
    df_row_means: int
    p_row_means: float
    general: float
    df_general: int
    p_general: float
    scores: ScoreType
    method: str
    warnings: tuple[str, ...] = ()


def cmh_tables(
    tables: npt.ArrayLike,
    *,
    scores: str = ScoreType.TABLE,
    row_scores: npt.ArrayLike | None = None,
    column_scores: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """The CMH statistics of many stratified tables of one shape, (k, strata, r, c): a row for each of the k.

    Columns: ``n``, records of the strata used; ``n_strata``, the strata used; and of each of three statistics its
    value, its degrees of freedom ``df_...`` and its ``p_...``: ``correlation`` (SAS's 1, 1 df), ``row_means`` (2, row
    mean scores, r - 1) and ``general`` (3, general association, (r - 1)(c - 1)).

    Strata with fewer than 2 records are not used; nor are rows and columns that are empty in all strata used.
    ``scores`` is SCORES=: with TABLE the scores are ``row_scores`` and ``column_scores`` (the values of numeric
    labels, see `cross_tables`), without them 1, 2, 3 ... over the rows and columns used; RANK, RIDIT and MODRIDIT are
    made in each stratum by itself. Row means with MODRIDIT are van Elteren's test.

    Where the strata leave fewer directions with a variance than the degrees of freedom, as when two rows never share a
    stratum, the degrees of freedom are those that are left; at 0 value and p are missing.
    DataError for counts that are not whole numbers of 0 or more, and for scores that are not finite, all one, or of
    extreme size.
    Source: SAS PROC FREQ, TABLES / CMH SCORES=; Landis, Heyman and Koch (1978).

    >>> cmh_tables([[[[20, 20], [25, 24]], [[8, 4], [4, 6]]]])[["n", "n_strata", "general", "p_general"]].round(4)
         n  n_strata  general  p_general
    0  111         2   0.2166     0.6417
    """
    counts = checked_tables(tables, 4)
    kind = score_type(scores)
    given = (
        checked_scores(row_scores, counts.shape[2], "rows"),
        checked_scores(column_scores, counts.shape[3], "columns"),
    )
    used = counts.sum(axis=(2, 3)) >= 2
    counts = np.where(used[:, :, np.newaxis, np.newaxis], counts, 0.0)
    found = np.full((len(counts), len(_COLUMNS)), np.nan)
    found[:, 0], found[:, 1] = counts.sum(axis=(1, 2, 3)), used.sum(axis=1)
    found[:, [3, 6, 9]] = 0
    filled = np.hstack([counts.any(axis=(1, 3)), counts.any(axis=(1, 2))])
    # Tables with the same rows and columns empty at a time: few patterns.
    patterns, pattern = np.unique(filled, axis=0, return_inverse=True)
    for place, is_filled in enumerate(patterns):
        rows, columns = is_filled[: counts.shape[2]], is_filled[counts.shape[2] :]
        if rows.sum() < 2 or columns.sum() < 2:
            continue
        chosen = pattern == place
        part = counts[chosen][:, :, rows][:, :, :, columns]
        found[chosen, 2:] = _statistics(part, kind, kept_scores(given[0], rows), kept_scores(given[1], columns))
    whole = {name: np.int64 for name in _COLUMNS if name.startswith(("n", "df"))}
    return pd.DataFrame(found, columns=list(_COLUMNS)).astype(whole)


def cmh(
    tables: Given,
    *,
    scores: str = ScoreType.TABLE,
    row_scores: npt.ArrayLike | None = None,
    column_scores: npt.ArrayLike | None = None,
) -> Cmh:
    """The CMH statistics of one stratified table, (strata, r, c); the rules are those of `cmh_tables`.

    ``tables`` may be what `cross_tables` makes: the scores are then those of its labels, unless others are given.

    >>> round(cmh([[[10, 2], [2, 4]], [[3, 3], [1, 5]]]).p_general, 4)
    0.0202
    """
    counts = one(strata_of(tables))
    of_rows, of_columns = scores_of(tables, row_scores, column_scores)
    row = figures(cmh_tables(counts, scores=scores, row_scores=of_rows, column_scores=of_columns))
    return Cmh(
        n=int(row["n"]),
        n_strata=int(row["n_strata"]),
        correlation=row["correlation"],
        df_correlation=int(row["df_correlation"]),
        p_correlation=row["p_correlation"],
        row_means=row["row_means"],
        df_row_means=int(row["df_row_means"]),
        p_row_means=row["p_row_means"],
        general=row["general"],
        df_general=int(row["df_general"]),
        p_general=row["p_general"],
        scores=score_type(scores),
        method=f"PROC FREQ, CMH SCORES={score_type(scores).value}",
        warnings=_warnings(counts[0], row),
    )


def _statistics(counts: Floats, kind: ScoreType, row_scores: Floats | None, column_scores: Floats | None) -> Floats:
    """Value, df and p of the three statistics for (k, strata, r, c) without rows and columns empty in all strata."""
    n = np.maximum(counts.sum(axis=(2, 3)), 2.0)  # a stratum that is not used adds 0 to each sum
    rows, columns = counts.sum(axis=3), counts.sum(axis=2)
    r, c = counts.shape[2:]
    excess = _excess(counts, rows[..., :, np.newaxis], columns[..., np.newaxis, :], n[..., np.newaxis, np.newaxis])
    a = _centred(margin_scores(rows, kind, row_scores), rows, n)
    b = _centred(margin_scores(columns, kind, column_scores), columns, n)
    row_spread, column_spread = _spread(rows, n), _spread(columns, n)
    weight = 1 / (n - 1)
    of_rows, of_columns = _score_spread(row_spread, a), _score_spread(column_spread, b)
    linear = np.einsum("ksi,ksij,ksj->k", a, excess, b)[:, np.newaxis]
    linear_variance = (weight * of_rows * of_columns).sum(axis=1)[:, np.newaxis, np.newaxis]
    # The last row and the last column follow from the others.
    means = np.einsum("ksij,ksj->ki", excess[:, :, :-1], b)
    means_variance = np.einsum("ks,ksij->kij", weight * of_columns, row_spread[:, :, :-1, :-1])
    cells = excess[:, :, :-1, :-1].sum(axis=1).reshape(len(counts), -1)
    size = (r - 1) * (c - 1)
    cells_variance = np.einsum(
        "ks,ksij,kslm->kiljm", weight, row_spread[:, :, :-1, :-1], column_spread[:, :, :-1, :-1]
    ).reshape(-1, size, size)
    parts = [_quadratic(linear, linear_variance), _quadratic(means, means_variance), _quadratic(cells, cells_variance)]
    return np.column_stack([column for part in parts for column in part])


def _excess(counts: Floats, rows: Floats, columns: Floats, n: Floats) -> Floats:
    """Counts less those expected, n (n11 n22 - n12 n21) of each cell against the rest: 0 exactly where it must be."""
    found: Floats = (counts * (n - rows - columns + counts) - (rows - counts) * (columns - counts)) / n
    return found


def _centred(scores: Floats, totals: Floats, n: Floats) -> Floats:
    """Scores less their mean in the stratum, so that a common offset takes no digits."""
    centred: Floats = scores - ((totals * scores).sum(axis=-1) / n)[..., np.newaxis]
    return centred


def _spread(totals: Floats, n: Floats) -> Floats:
    """N times the covariance of the label of a record drawn from these totals; 0 exactly where one label has all."""
    spread: Floats = -totals[..., :, np.newaxis] * totals[..., np.newaxis, :] / n[..., np.newaxis, np.newaxis]
    size = totals.shape[-1]
    spread[..., np.arange(size), np.arange(size)] = totals * (n[..., np.newaxis] - totals) / n[..., np.newaxis]
    return spread


def _score_spread(spread: Floats, scores: Floats) -> Floats:
    """N times the variance of the score of a record: a sum over pairs of labels, so that no rounding is left over."""
    apart = (scores[..., :, np.newaxis] - scores[..., np.newaxis, :]) ** 2
    found: Floats = -np.einsum("...ij,...ij->...", spread, apart) / 2
    return found


def _quadratic(vector: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """The chi-square of a vector by its variance, the number of directions with a variance, and p."""
    diagonal = np.diagonal(variance, axis1=1, axis2=2)
    has = diagonal > 0
    scale = np.sqrt(np.where(has, diagonal, 1.0))
    scaled = np.where(has[:, :, None] & has[:, None, :], variance / scale[:, :, None] / scale[:, None, :], 0.0)
    values, directions = np.linalg.eigh(scaled)
    along = np.einsum("ki,kij->kj", np.where(has, vector / scale, 0.0), directions)
    counted = values > _NO_VARIANCE
    chi = np.where(counted, along**2 / np.where(counted, values, 1.0), 0.0).sum(axis=1)
    df = counted.sum(axis=1).astype(np.float64)
    chi = np.where(df > 0, chi, np.nan)
    return chi, df, chdtrc(np.maximum(df, 1.0), chi)


def _warnings(counts: Floats, row: dict[str, float]) -> tuple[str, ...]:
    found = []
    totals = counts.sum(axis=(1, 2))
    left_out = int((totals < 2).sum())
    if left_out:
        found.append(f"{left_out} {'stratum' if left_out == 1 else 'strata'} with fewer than 2 records not used")
    kept = counts[totals >= 2]
    full = [int(kept.any(axis=axes).sum()) - 1 for axes in ((0, 2), (0, 1))] if len(kept) else [0, 0]
    if min(full) < 1:
        return (*found, "fewer than 2 rows or columns that are not empty: no statistics")
    if row["df_general"] == 0:
        return (*found, "no stratum has 2 rows and 2 columns: no statistics")
    if np.isnan(row["correlation"]) or row["df_row_means"] < full[0] or row["df_general"] < full[0] * full[1]:
        found.append("the strata leave fewer degrees of freedom than the table has")
    return tuple(found)

"""Agreement of two ratings by simple and weighted kappa as PROC FREQ prints them under AGREE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from adamline.errors import DataError
from adamline.stats._counts import Floats, checked_quantile, checked_scores, checked_tables
from adamline.stats._tables2x2 import figures, one

WEIGHTS = {"SIMPLE": "simple kappa", "CA": "weighted kappa, Cicchetti-Allison", "FC": "weighted kappa, Fleiss-Cohen"}


@dataclass(frozen=True)
class Kappa:
    """Kappa of one square table; NaN where it is not defined."""

    n: int
    estimate: float
    se: float
    lower: float
    upper: float
    se_null: float
    z: float
    p_one_sided: float
    p: float
    level: float
    weights: str
    method: str
    warnings: tuple[str, ...] = ()


def kappa_tables(
    tables: npt.ArrayLike,
    *,
    weights: str = "SIMPLE",
    scores: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Kappa of many square tables of pairs of ratings, (k, r, r): a row for each table.

    ``weights`` of agreement: SIMPLE, 1 for the same rating, else 0; CA, 1 - |si - sj| / (sr - s1), SAS's default for
    weighted kappa; FC, 1 - (si - sj)**2 / (sr - s1)**2; with the ``scores`` of the ratings in rising order, 1, 2, 3 ...
    if not given. Columns: ``n``; ``estimate``; ``se``, the asymptotic standard error; ``lower`` and ``upper``,
    estimate -+ z se at confidence ``level``; ``se_null``, the standard error if kappa is 0, and with it ``z``,
    ``p_one_sided`` in the direction of z, and ``p``.

    Where both ratings always give one same label, agreement is expected in full: all but n is missing. z and p are
    missing where ``se_null`` is 0. DataError for tables that are not square or have one rating alone, bad counts,
    scores that do not rise, other weights, and a level outside 0 to 1.
    Source: SAS PROC FREQ, TABLES / AGREE(WT=) and TEST KAPPA WTKAP; Fleiss, Cohen and Everitt (1969).

    >>> kappa_tables([[[794, 150], [86, 570]]])[["estimate", "se", "lower", "upper"]].round(4)
       estimate     se   lower   upper
    0    0.6996  0.018  0.6644  0.7348
    """
    quantile = checked_quantile(level)
    counts = checked_tables(tables, 3)
    size = counts.shape[1]
    if counts.shape[2] != size or size < 2:
        raise DataError("Kappa takes square tables of 2 or more ratings.", found=f"{size} x {counts.shape[2]}")
    agreement = _agreement(size, weights, checked_scores(scores, size, "ratings"))
    n = counts.sum(axis=(1, 2))
    shares = counts / np.maximum(n, 1.0)[:, np.newaxis, np.newaxis]
    estimate, variance, variance_null = _estimated(shares, agreement)
    with np.errstate(invalid="ignore", divide="ignore"):
        se, se_null = np.sqrt(variance / n), np.sqrt(variance_null / n)
    z = np.where(se_null > 0, estimate / np.where(se_null > 0, se_null, 1.0), np.nan)
    one_sided = ndtr(-np.abs(z))
    return pd.DataFrame(
        {
            "n": n.astype(np.int64),
            "estimate": estimate,
            "se": se,
            "lower": estimate - quantile * se,
            "upper": estimate + quantile * se,
            "se_null": se_null,
            "z": z,
            "p_one_sided": one_sided,
            "p": 2 * one_sided,
        }
    )


def kappa(
    table: npt.ArrayLike, *, weights: str = "SIMPLE", scores: npt.ArrayLike | None = None, level: float = 0.95
) -> Kappa:
    """Kappa of one square table of counts; the rules are those of `kappa_tables`.

    >>> round(kappa([[794, 150], [86, 570]]).se, 4)
    0.018
    """
    found = figures(kappa_tables(one(table), weights=weights, scores=scores, level=level))
    is_none = bool(np.isnan(found["estimate"]))
    return Kappa(
        n=int(found["n"]),
        estimate=found["estimate"],
        se=found["se"],
        lower=found["lower"],
        upper=found["upper"],
        se_null=found["se_null"],
        z=found["z"],
        p_one_sided=found["p_one_sided"],
        p=found["p"],
        level=level,
        weights=weights,
        method=f"PROC FREQ, AGREE, {WEIGHTS[weights]}",
        warnings=("no pair, or one rating alone: no kappa",)
        if is_none
        else ("one rating of a rater alone: no test",)
        if np.isnan(found["z"])
        else (),
    )


def _agreement(size: int, weights: str, scores: Floats | None) -> Floats:
    if not isinstance(weights, str) or weights not in WEIGHTS:
        raise DataError("There are no weights of this name.", expected=", ".join(WEIGHTS), found=repr(weights))
    if weights == "SIMPLE":
        return np.eye(size)
    places = np.arange(1.0, size + 1) if scores is None else scores
    if (np.diff(places) <= 0).any():
        raise DataError("Scores of ratings must rise.", found=str(places.tolist()))
    distance = np.abs(places[:, np.newaxis] - places) / (places[-1] - places[0])
    agreement: Floats = 1 - (distance if weights == "CA" else distance**2)
    return agreement


def _estimated(shares: Floats, agreement: Floats) -> tuple[Floats, Floats, Floats]:
    """Kappa, and n times its variance as observed and if kappa is 0; missing where full agreement is expected."""
    rows, columns = shares.sum(axis=2), shares.sum(axis=1)
    by_chance = rows[:, :, np.newaxis] * columns[:, np.newaxis, :]
    seen, expected = (agreement * shares).sum(axis=(1, 2)), (agreement * by_chance).sum(axis=(1, 2))
    # Where one label holds all, the expected agreement is 1 exactly: that label's share is 1.
    some = (shares.sum(axis=(1, 2)) > 0) & (expected < 1)
    rest = np.where(some, 1 - expected, 1.0)
    value = (seen - expected) / rest
    # The mean weight of each row over the columns, and of each column over the rows.
    of_rows, of_columns = np.einsum("ij,kj->ki", agreement, columns), np.einsum("ij,ki->kj", agreement, rows)
    means = of_rows[:, :, np.newaxis] + of_columns[:, np.newaxis, :]
    away = agreement - means * (1 - value)[:, np.newaxis, np.newaxis]
    variance = ((shares * away**2).sum(axis=(1, 2)) - (value - expected * (1 - value)) ** 2) / rest**2
    null = ((by_chance * (agreement - means) ** 2).sum(axis=(1, 2)) - expected**2) / rest**2
    single = (rows == 1).any(axis=1) | (columns == 1).any(axis=1)
    tidy = [np.where(np.abs(each) < 1e-14, 0.0, np.maximum(each, 0.0)) for each in (variance, null)]
    return (
        np.where(some, value, np.nan),
        np.where(some, tidy[0], np.nan),
        np.where(some, np.where(single, 0.0, tidy[1]), np.nan),
    )

"""Agreement of two ratings by simple and weighted kappa as PROC FREQ prints them under AGREE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats
from adamline.stats._choices import as_choice
from adamline.stats._counts import checked_quantile, checked_scores, checked_tables
from adamline.stats._given_tables import Given, pairs_of, scores_of
from adamline.stats._scipy import ndtr
from adamline.stats._tables2x2 import figures, one

# A spread of disagreements below this share of the largest one is a rounding error.
_ROUNDING = 1e-13

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
    apart = _disagreement(size, checked_weights(weights), checked_scores(scores, size, "ratings"))
    n = counts.sum(axis=(1, 2))
    estimate, variance, variance_null = _estimated(counts, apart)
    se, se_null = np.sqrt(variance), np.sqrt(variance_null)
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


def kappa(table: Given, *, weights: str = "SIMPLE", scores: npt.ArrayLike | None = None, level: float = 0.95) -> Kappa:
    """Kappa of one square table of counts; the rules are those of `kappa_tables`.

    ``table`` may be what `cross_tables` makes: the scores are then those of its labels, unless others are given.
    DataError where its rows and columns do not have the same labels.

    >>> round(kappa([[794, 150], [86, 570]]).se, 4)
    0.018
    """
    counts, scores = one(pairs_of(table)), scores_of(table, scores, None)[0]
    found = figures(kappa_tables(counts, weights=weights, scores=scores, level=level))
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
        weights=(kind := checked_weights(weights)),
        method=f"PROC FREQ, AGREE, {WEIGHTS[kind]}",
        warnings=("no pair, or one rating alone: no kappa",)
        if is_none
        else ("the standard error if kappa is 0 is 0: no test",)
        if np.isnan(found["z"])
        else (),
    )


def checked_weights(weights: str) -> str:
    """SIMPLE, CA or FC; DataError for other weights."""
    return as_choice(WEIGHTS, weights, "weights", {"CICCHETTI-ALLISON": "CA", "FLEISS-COHEN": "FC"})


def _disagreement(size: int, weights: str, scores: Floats | None) -> Floats:
    """How far each two ratings are apart: 1 less the weight of agreement, times a constant that plays no part."""
    if weights == "SIMPLE":
        return 1 - np.eye(size)
    places = np.arange(1.0, size + 1) if scores is None else scores
    if (np.diff(places) <= 0).any():
        raise DataError("Scores of ratings must rise.", found=str(places.tolist()))
    distance = np.abs(places[:, np.newaxis] - places)
    return distance if weights == "CA" else distance**2


def _estimated(counts: Floats, apart: Floats) -> tuple[Floats, Floats, Floats]:
    """Kappa, and its variance as observed and if kappa is 0; missing where full agreement is expected.

    In disagreements no share is taken from 1, and with whole scores kappa is a quotient of whole numbers: 0 is 0.
    """
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    n = counts.sum(axis=(1, 2))
    by_chance = rows[:, :, np.newaxis] * columns[:, np.newaxis, :]
    seen, expected = n * (apart * counts).sum(axis=(1, 2)), (apart * by_chance).sum(axis=(1, 2))
    # Nothing is expected to disagree where both raters give one same label, or there is no pair.
    some = expected > 0
    rest, n = np.where(some, expected, np.nan), np.where(some, n, 1.0)
    # The mean disagreement of each row over the columns, and of each column over the rows.
    of_rows, of_columns = np.einsum("ij,kj->ki", apart, columns), np.einsum("ij,ki->kj", apart, rows)
    means = (of_rows[:, :, np.newaxis] + of_columns[:, np.newaxis, :]) / n[:, np.newaxis, np.newaxis]
    factor = n**3 / rest**2
    observed = apart - means * (seen / rest)[:, np.newaxis, np.newaxis]
    variance = factor * _variance(counts / n[:, np.newaxis, np.newaxis], observed, apart)
    null = factor * _variance(by_chance / (n**2)[:, np.newaxis, np.newaxis], apart - means, apart)
    return (rest - seen) / rest, variance, null


def _variance(shares: Floats, values: Floats, apart: Floats) -> Floats:
    """The variance of values by the shares of their cells; 0 where all is rounding."""
    mean = (shares * values).sum(axis=(1, 2), keepdims=True)
    spread = (shares * (values - mean) ** 2).sum(axis=(1, 2))
    is_rounding = spread < (_ROUNDING * apart.max()) ** 2
    return np.where(is_rounding, 0.0, spread)

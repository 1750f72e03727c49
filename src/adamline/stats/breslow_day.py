"""Test whether the odds ratios of strata are equal by the Breslow-Day test as PROC FREQ does under CMH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc

from adamline.stats._counts import Floats
from adamline.stats._tables2x2 import figures, one, stratified
from adamline.stats.common_odds_ratio import common_odds_ratio_tables


@dataclass(frozen=True)
class BreslowDay:
    """The test of one stratified table; NaN where there is none."""

    n: int
    df: int
    chi_square: float
    p: float
    tarone: bool
    method: str
    warnings: tuple[str, ...] = ()


def breslow_day_tables(tables: npt.ArrayLike, *, tarone: bool = False) -> pd.DataFrame:
    """The Breslow-Day test of many stratified 2 x 2 tables, (k, strata, 2, 2): a row for each of the k.

    Columns: ``n``; ``df``, the strata used less 1; ``chi_square``, the sum of (n11 - e)**2 / v over the strata, with e
    the count that the Mantel-Haenszel odds ratio gives under the stratum's totals, and v its variance; ``p``. With
    ``tarone``, as TARONE, the square of the sum of n11 - e over the sum of v is taken off.

    Strata with an empty row or column are not used. With one stratum left, or a Mantel-Haenszel odds ratio that is 0 or
    infinite, there is no test: ``chi_square`` and ``p`` are missing. DataError for other shapes and for bad counts.
    Source: SAS PROC FREQ, TABLES / CMH and CMH(BDT).

    >>> breslow_day_tables([[[[20, 20], [25, 24]], [[8, 4], [4, 6]]]]).round(4)
         n  df  chi_square       p
    0  111   1       1.354  0.2446
    """
    counts = stratified(tables)
    used = (counts.sum(axis=3) > 0).all(axis=2) & (counts.sum(axis=2) > 0).all(axis=2)
    ratio = common_odds_ratio_tables(counts)["estimate"].to_numpy()
    df = np.maximum(used.sum(axis=1) - 1, 0)
    testable = (df > 0) & np.isfinite(ratio)
    difference, variance = _against_common(counts, used, np.where(testable, ratio, 1.0)[:, np.newaxis])
    total = (difference**2 / variance).sum(axis=1)
    if tarone:
        total = total - difference.sum(axis=1) ** 2 / np.where(used, variance, 0.0).sum(axis=1, initial=1e-300)
    chi = np.where(testable, np.maximum(total, 0.0), np.nan)
    return pd.DataFrame(
        {
            "n": counts.sum(axis=(1, 2, 3)).astype(np.int64),
            "df": df,
            "chi_square": chi,
            "p": chdtrc(np.maximum(df, 1.0), chi),
        }
    )


def breslow_day(tables: npt.ArrayLike, *, tarone: bool = False) -> BreslowDay:
    """The Breslow-Day test of one stratified table, (strata, 2, 2); rules as `breslow_day_tables`.

    >>> round(breslow_day([[[20, 20], [25, 24]], [[8, 4], [4, 6]]], tarone=True).p, 4)
    0.2446
    """
    found = figures(breslow_day_tables(one(tables), tarone=tarone))
    is_none = bool(np.isnan(found["chi_square"]))
    return BreslowDay(
        n=int(found["n"]),
        df=int(found["df"]),
        chi_square=found["chi_square"],
        p=found["p"],
        tarone=tarone,
        method=f"PROC FREQ, CMH{'(BDT)' if tarone else ''}, Breslow-Day{'-Tarone' if tarone else ''} test",
        warnings=("fewer than 2 strata, or no Mantel-Haenszel odds ratio: no test",) if is_none else (),
    )


def _against_common(counts: Floats, used: npt.NDArray[np.bool_], ratio: Floats) -> tuple[Floats, Floats]:
    """n11 less its expectation under the ratio, and the variance; 0 and 1 of a stratum that is not used."""
    a = counts[:, :, 0, 0]
    row, column, n = counts[:, :, 0].sum(axis=2), counts[:, :, :, 0].sum(axis=2), counts.sum(axis=(2, 3))
    # e (n - row - column + e) = ratio (row - e) (column - e), by the form of the root that does not cancel.
    half = ratio * (row + column) + n - row - column
    product = 4 * (ratio - 1) * ratio * row * column
    root = np.sqrt(np.maximum(half**2 - product, 0.0))
    expected = 2 * ratio * row * column / np.where(used, half + root, 1.0)
    parts = [expected, row - expected, column - expected, n - row - column + expected]
    inverse = sum(1 / np.where(used, part, 1.0) for part in parts)
    return np.where(used, a - expected, 0.0), np.where(used, 1 / inverse, 1.0)

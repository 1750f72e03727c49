"""Test whether the odds ratios of strata are equal by the Breslow-Day test as PROC FREQ does under CMH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Bools, Floats
from adamline.stats._given_tables import Given, strata_of
from adamline.stats._scipy import chdtrc
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


def breslow_day(tables: Given, *, tarone: bool = False) -> BreslowDay:
    """The Breslow-Day test of one stratified table, (strata, 2, 2); rules as `breslow_day_tables`.

    >>> round(breslow_day([[[20, 20], [25, 24]], [[8, 4], [4, 6]]], tarone=True).p, 4)
    0.2446
    """
    found = figures(breslow_day_tables(one(strata_of(tables)), tarone=tarone))
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


def _against_common(counts: Floats, used: Bools, ratio: Floats) -> tuple[Floats, Floats]:
    """n11 less its expectation under the ratio, and the variance; 0 and 1 of a stratum that is not used."""
    # With the columns swapped the ratio is turned over and the difference changes its sign.
    is_below = (ratio < 1)[:, :, np.newaxis, np.newaxis]
    cells = np.where(is_below, counts[..., ::-1], counts)
    cells = np.where(used[:, :, np.newaxis, np.newaxis], cells, 1.0)
    fitted = _fitted(cells, np.where(ratio < 1, 1 / ratio, ratio))
    # All four cells differ by the same but for the sign; the smallest one keeps its digits.
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    smallest = fitted.argmin(axis=2, keepdims=True)
    apart = (cells.reshape(fitted.shape) - fitted) * signs
    difference = np.take_along_axis(apart, smallest, axis=2)[:, :, 0] * np.where(ratio < 1, -1.0, 1.0)
    return np.where(used, difference, 0.0), np.where(used, 1 / (1 / fitted).sum(axis=2), 1.0)


def _fitted(cells: Floats, ratio: Floats) -> Floats:
    """The cells (1,1), (1,2), (2,1), (2,2) with the totals of ``cells`` and this odds ratio, of 1 or more.

    Each is the root of its quadratic equation in a form that sums terms of one sign, so that none loses its digits.
    """
    rows, columns = cells.sum(axis=3), cells.sum(axis=2)
    row, other_row, column, other_column = rows[..., 0], rows[..., 1], columns[..., 0], columns[..., 1]
    n, excess = row + other_row, ratio - 1
    root = np.sqrt(n**2 + 2 * excess * (row * other_column + column * other_row) + (excess * (row - column)) ** 2)

    def with_it(r: Floats, c: Floats) -> Floats:
        found: Floats = 2 * ratio * r * c / (n + excess * (r + c) + root)
        return found

    def against_it(r: Floats, c: Floats) -> Floats:
        half = n + excess * (n - r - c)
        found: Floats = np.where(half < 0, root - half, 2 * r * c) / np.where(half < 0, 2 * excess, np.abs(half) + root)
        return found

    return np.stack(
        [
            with_it(row, column),
            against_it(row, other_column),
            against_it(other_row, column),
            with_it(other_row, other_column),
        ],
        axis=2,
    )

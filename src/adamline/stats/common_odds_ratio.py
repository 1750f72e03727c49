"""The common odds ratio over strata of 2 x 2 tables, Mantel-Haenszel and logit, as PROC FREQ prints it under CMH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._choices import as_choice
from adamline.stats._counts import checked_quantile
from adamline.stats._given_tables import Given, strata_of
from adamline.stats._tables2x2 import figures, log_limits, one, quotient, stratified

METHODS = {"MH": "Mantel-Haenszel", "LOGIT": "logit"}


@dataclass(frozen=True)
class CommonOddsRatio:
    """The common odds ratio of row 1 to row 2 for column 1; NaN where it is not defined."""

    n: int
    n_strata: int
    n_corrected: int
    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    warnings: tuple[str, ...] = ()


def common_odds_ratio_tables(tables: npt.ArrayLike, *, method: str = "MH", level: float = 0.95) -> pd.DataFrame:
    """The common odds ratio of many stratified 2 x 2 tables, (k, strata, 2, 2): a row for each of the k.

    Columns: ``n``; ``n_strata``, strata with a record; ``n_corrected``, strata with 1/2 added to their cells;
    ``estimate``; ``lower`` and ``upper`` at confidence ``level``. MH: sum of n11 n22 / n over that of n12 n21 / n, its
    limits from the variance of Robins, Breslow and Greenland. LOGIT: the mean of the logarithms of the strata's odds
    ratios weighted by 1 over their variances; to each cell of a stratum with a count of 0 one half is added first.

    MH is missing where either sum is 0. Strata without a record are not used, whatever the method.
    DataError for tables of another shape, bad counts, a level outside 0 to 1, and another method.
    Source: SAS PROC FREQ, TABLES / CMH, Common Odds Ratio and Relative Risks.

    >>> common_odds_ratio_tables([[[[20, 20], [25, 24]], [[8, 4], [4, 6]]]]).round(4)
         n  n_strata  n_corrected  estimate   lower  upper
    0  111         2            0    1.1938  0.5671  2.513
    """
    method = checked_method(method)
    z = checked_quantile(level)
    counts = stratified(tables)
    used = counts.sum(axis=(2, 3)) > 0
    is_zero = used & (counts == 0).any(axis=(2, 3)) & (method == "LOGIT")
    estimate, variance = _mantel_haenszel(counts) if method == "MH" else _logit(counts, used, is_zero)
    lower, upper = log_limits(estimate, variance, z)
    return pd.DataFrame(
        {
            "n": counts.sum(axis=(1, 2, 3)).astype(np.int64),
            "n_strata": used.sum(axis=1),
            "n_corrected": is_zero.sum(axis=1),
            "estimate": estimate,
            "lower": lower,
            "upper": upper,
        }
    )


def common_odds_ratio(tables: Given, *, method: str = "MH", level: float = 0.95) -> CommonOddsRatio:
    """The common odds ratio of one stratified table, (strata, 2, 2); rules as `common_odds_ratio_tables`.

    >>> round(common_odds_ratio([[[20, 20], [25, 24]], [[8, 4], [4, 6]]], method="LOGIT").estimate, 4)
    1.1875
    """
    found = figures(common_odds_ratio_tables(one(strata_of(tables)), method=method, level=level))
    return CommonOddsRatio(
        n=int(found.pop("n")),
        n_strata=int(found.pop("n_strata")),
        n_corrected=(corrected := int(found.pop("n_corrected"))),
        level=level,
        method=f"PROC FREQ, CMH, common odds ratio, {METHODS[checked_method(method)]}",
        warnings=common_warnings(found["estimate"], corrected),
        **found,
    )


def checked_method(method: str) -> str:
    """MH or LOGIT; DataError for another method."""
    return as_choice(METHODS, method, "common estimates", {"MANTEL-HAENSZEL": "MH"})


def common_warnings(estimate: float, corrected: int) -> tuple[str, ...]:
    """What to say of an estimate that is missing, or that needed 1/2 in some strata."""
    if np.isnan(estimate):
        return ("a sum over the strata is 0: no common estimate",)
    return (f"1/2 added to each cell of {corrected} strata with a count of 0",) if corrected else ()


def _mantel_haenszel(counts: Floats) -> tuple[Floats, Floats]:
    (a, b), (c, d) = np.moveaxis(counts, (2, 3), (0, 1))
    n = np.maximum(counts.sum(axis=(2, 3)), 1.0)
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    up, down = r.sum(axis=1), s.sum(axis=1)
    some = (up > 0) & (down > 0)
    safe_up, safe_down = np.where(some, up, 1.0), np.where(some, down, 1.0)
    variance = (
        (p * r).sum(axis=1) / (2 * safe_up**2)
        + (p * s + q * r).sum(axis=1) / (2 * safe_up * safe_down)
        + (q * s).sum(axis=1) / (2 * safe_down**2)
    )
    return quotient(up, down), np.where(some, variance, np.nan)


def _logit(counts: Floats, used: npt.NDArray[np.bool_], is_zero: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    # A stratum that is not used gets ones, and no weight.
    cells = np.where(used[:, :, np.newaxis, np.newaxis], counts + 0.5 * is_zero[:, :, np.newaxis, np.newaxis], 1.0)
    (a, b), (c, d) = np.moveaxis(cells, (2, 3), (0, 1))
    weight = used / (1 / a + 1 / b + 1 / c + 1 / d)
    return weighted_mean_of_logs(np.log(a * d / (b * c)), weight)


def weighted_mean_of_logs(logs: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The ratio whose logarithm is the weighted mean over the strata, and the variance of that logarithm."""
    total = weight.sum(axis=1)
    some = total > 0
    safe = np.where(some, total, 1.0)
    estimate = np.exp((weight * logs).sum(axis=1) / safe)
    return np.where(some, estimate, np.nan), np.where(some, 1 / safe, np.nan)

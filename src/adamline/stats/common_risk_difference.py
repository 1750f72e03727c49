"""The risk difference that strata have in common, with its limits, as PROC FREQ COMMONRISKDIFF."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Bools, Floats
from adamline.stats._choices import as_option
from adamline.stats._counts import checked_quantile, checked_tables
from adamline.stats._given_tables import Given, strata_of
from adamline.stats.risk_difference import RiskDifferenceMethod, events_of_tables, limits_of_difference


class CommonRiskDifferenceMethod(StrEnum):
    """Ways to pool strata; the first three by the words of the CL= option of COMMONRISKDIFF."""

    MANTEL_HAENSZEL = "MH"
    SUMMARY_SCORE = "SCORE"
    NEWCOMBE = "NEWCOMBE"
    # Weights of Mantel and Haenszel with the variance of independent binomials: not an option of PROC FREQ.
    MANTEL_HAENSZEL_BINOMIAL = "MH, BINOMIAL VARIANCE"


@dataclass(frozen=True)
class CommonRiskDifference:
    """The common risk of row 1 less that of row 2 with its limits; NaN where there are none."""

    n: int
    n_strata: int
    n_strata_used: int
    estimate: float
    se: float
    lower: float
    upper: float
    level: float
    column: int
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Strata:
    """Events and totals of both rows, each (tables, strata), and which strata have records in both rows."""

    x1: Floats
    n1: Floats
    x2: Floats
    n2: Floats
    is_used: Bools

    @property
    def weights(self) -> Floats:
        """Weights of Mantel and Haenszel, n1 n2 / n, 0 where a row is empty."""
        weights: Floats = np.where(self.is_used, self.n1 * self.n2, 0.0) / np.maximum(self.n1 + self.n2, 1)
        return weights


def common_risk_difference_tables(
    tables: npt.ArrayLike, method: str, *, column: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """The common risk difference of many stratified 2 x 2 tables: a row for each.

    ``tables`` has shape (k, strata, 2, 2); the risk is the share of ``column`` (1 or 2) in a row. Columns:
    ``n_strata_used``, the strata with records in both rows, the only ones that count; ``estimate``; ``se``; ``lower``
    and ``upper``, two-sided at confidence ``level``, cut at -1 and 1.

    MANTEL_HAENSZEL: the mean of the strata's differences with weights n1 n2 / n, and the variance of Sato.
    SUMMARY_SCORE: the mean of the midpoints of the strata's Miettinen-Nurminen limits with the inverse squares of their
    widths as weights. NEWCOMBE: the estimate and error of MANTEL_HAENSZEL, with the limits of Yan and Su from
    stratified Wilson limits of both rows, all with the weights of Mantel and Haenszel; where a row has no event in any
    stratum, or nothing else, the strata's shares in its limits are as their 1 / n (`common_risk_difference` says so).
    MANTEL_HAENSZEL_BINOMIAL: the estimate of MANTEL_HAENSZEL with the sum of w**2 p (1 - p) / n as variance.

    Strata without events count, with a difference of 0. Where no stratum has both rows all but ``n_strata_used`` is
    missing. DataError for tables of another shape, for counts that are not whole numbers of 0 or more, for another
    column, level or method.
    Source: SAS PROC FREQ, TABLES / COMMONRISKDIFF(CL= COLUMN=).

    >>> tables = [[[[16, 11], [5, 20]], [[12, 16], [7, 19]]]]
    >>> common_risk_difference_tables(tables, CommonRiskDifferenceMethod.MANTEL_HAENSZEL).round(4)
       n_strata_used  estimate      se   lower  upper
    0              2    0.2738  0.0904  0.0965  0.451
    """
    strata = _strata(tables, column)
    z, kind = checked_quantile(level), as_option(CommonRiskDifferenceMethod, method, "limits")
    return pd.DataFrame(
        {"n_strata_used": strata.is_used.sum(axis=1)}
        | dict(zip(("estimate", "se", "lower", "upper"), _pooled(strata, kind, z, level), strict=True))
    )


def common_risk_difference(tables: Given, method: str, *, column: int = 1, level: float = 0.95) -> CommonRiskDifference:
    """The common risk difference of the 2 x 2 tables of some strata, (strata, 2, 2).

    The rules are those of `common_risk_difference_tables`.

    >>> tables = [[[16, 11], [5, 20]], [[12, 16], [7, 19]]]
    >>> found = common_risk_difference(tables, CommonRiskDifferenceMethod.NEWCOMBE)
    >>> round(found.estimate, 4), round(found.lower, 4), round(found.upper, 4)
    (0.2738, 0.0894, 0.4328)
    """
    counts = checked_tables(strata_of(tables), 3, (2, 2))[np.newaxis]
    row = common_risk_difference_tables(counts, method, column=column, level=level).iloc[0]
    strata, kind = _strata(counts, column), as_option(CommonRiskDifferenceMethod, method, "limits")
    return CommonRiskDifference(
        n=int((strata.n1 + strata.n2)[strata.is_used].sum()),
        n_strata=counts.shape[1],
        n_strata_used=int(row["n_strata_used"]),
        estimate=float(row["estimate"]),
        se=float(row["se"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        level=level,
        column=int(column),
        method=f"PROC FREQ, COMMONRISKDIFF(CL={kind.value})"
        if kind is not CommonRiskDifferenceMethod.MANTEL_HAENSZEL_BINOMIAL
        else "Mantel-Haenszel weights, variance of independent binomials",
        warnings=_warnings(strata, kind, float(row["se"])),
    )


def _strata(tables: npt.ArrayLike, column: int) -> _Strata:
    counts = checked_tables(tables, 4, (2, 2))
    shape = counts.shape[:2]
    x1, n1, x2, n2 = (each.reshape(shape) for each in events_of_tables(counts.reshape(-1, 2, 2), column))
    return _Strata(x1, n1, x2, n2, (n1 > 0) & (n2 > 0))


def _pooled(strata: _Strata, method: CommonRiskDifferenceMethod, z: float, level: float) -> tuple[Floats, ...]:
    """Estimate, standard error and both limits."""
    if method is CommonRiskDifferenceMethod.SUMMARY_SCORE:
        estimate, se = _summary_score(strata, z, level)
    else:
        estimate, se = _mantel_haenszel(strata, method)
    if method is CommonRiskDifferenceMethod.NEWCOMBE:
        below, above = _newcombe_distances(strata, z)
    else:
        below = above = z * se
    return estimate, se, np.maximum(estimate - below, -1.0), np.minimum(estimate + above, 1.0)


def _mantel_haenszel(strata: _Strata, method: CommonRiskDifferenceMethod) -> tuple[Floats, Floats]:
    x1, n1, x2, n2, weights = strata.x1, strata.n1, strata.x2, strata.n2, strata.weights
    total = np.maximum(n1 + n2, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Each weight times its difference, by products of counts: equal risks add 0 exactly.
        terms = np.where(strata.is_used, (x1 * n2 - x2 * n1) / total, 0.0)
        estimate = terms.sum(axis=1) / weights.sum(axis=1)
        if method is CommonRiskDifferenceMethod.MANTEL_HAENSZEL_BINOMIAL:
            spread = x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3
            variance = np.where(strata.is_used, weights**2 * spread, 0.0).sum(axis=1)
        else:
            p = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / total**2
            q = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * total)
            p, q = (np.where(strata.is_used, each, 0.0).sum(axis=1) for each in (p, q))
            variance = estimate * p + q
            # It is never below 0; what is 0, as with differences of 1 in all strata, may come out a hair beside it.
            variance = np.where(variance <= 1e-14 * (np.abs(estimate * p) + q), 0.0, variance)
        return estimate, np.sqrt(variance) / weights.sum(axis=1)


def _summary_score(strata: _Strata, z: float, level: float) -> tuple[Floats, Floats]:
    used = strata.is_used
    x1, n1, x2, n2 = (each[used] for each in (strata.x1, strata.n1, strata.x2, strata.n2))
    lower, upper = limits_of_difference(x1, n1, x2, n2, RiskDifferenceMethod.MIETTINEN_NURMINEN, z, level)
    middle, precision = np.zeros(used.shape), np.zeros(used.shape)
    middle[used] = (lower + upper) / 2
    precision[used] = (2 * z / (upper - lower)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = (middle * precision).sum(axis=1) / precision.sum(axis=1)
        return np.where(used.any(axis=1), estimate, np.nan), np.where(
            used.any(axis=1), 1 / np.sqrt(precision.sum(axis=1)), np.nan
        )


def _newcombe_distances(strata: _Strata, z: float) -> tuple[Floats, Floats]:
    """From the estimate to the limits of Yan and Su: z sqrt(a1 l1 (1 - l1) + a2 u2 (1 - u2)), a the sum of w**2 / n."""
    weights = strata.weights
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = weights / weights.sum(axis=1, keepdims=True)
        spreads = []
        for x, n in ((strata.x1, strata.n1), (strata.x2, strata.n2)):
            factor = np.where(strata.is_used, weights**2 / n, 0.0).sum(axis=1)
            limits = _stratified_wilson(x, n, weights, strata.is_used, z)
            spreads.append([factor * limit * (1 - limit) for limit in limits])
        (low1, high1), (low2, high2) = spreads
        return z * np.sqrt(low1 + high2), z * np.sqrt(high1 + low2)


def _stratified_wilson(x: Floats, n: Floats, weights: Floats, is_used: Bools, z: float) -> tuple[Floats, Floats]:
    """The weighted means of the strata's Wilson limits at a quantile that makes up for taking them apart."""
    variance = np.where(is_used, x * (n - x) / n**3, 0.0)
    has_none = ~(variance > 0).any(axis=1, keepdims=True)
    variance = np.where(has_none & is_used, 1 / n, variance)
    narrowed = z * np.sqrt((weights**2 * variance).sum(axis=1)) / (weights * np.sqrt(variance)).sum(axis=1)
    square = narrowed[:, np.newaxis] ** 2
    root = np.sqrt(square * (square + 4 * x * (n - x) / n))
    lower, upper = ((2 * x + square + sign * root) / (2 * (n + square)) for sign in (-1, 1))
    low, high = (np.where(is_used, weights * limit, 0.0).sum(axis=1) for limit in (lower, upper))
    # Limits of 0 of n and of n of n are 0 and 1, up to a rounding that must not make a root negative.
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _warnings(strata: _Strata, method: CommonRiskDifferenceMethod, se: float) -> tuple[str, ...]:
    if not strata.is_used.any():
        return ("no stratum has records in both rows: no common difference",)
    found = []
    left_out = int((~strata.is_used).sum())
    if left_out:
        found.append(f"{left_out} {'stratum' if left_out == 1 else 'strata'} with an empty row left out")
    if method is CommonRiskDifferenceMethod.NEWCOMBE:
        found += [
            f"no spread in any stratum of row {row}: strata taken by 1/n in its Wilson limits"
            for row, x, n in ((1, strata.x1, strata.n1), (2, strata.x2, strata.n2))
            if (x * (n - x))[strata.is_used].max() == 0
        ]
    elif method is not CommonRiskDifferenceMethod.SUMMARY_SCORE and se == 0:
        found.append("a standard error of 0: limits have no width")
    return tuple(found)

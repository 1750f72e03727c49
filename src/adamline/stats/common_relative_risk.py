"""The common relative risk over strata of 2 x 2 tables, Mantel-Haenszel and logit, as PROC FREQ prints it under CMH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._counts import checked_quantile
from adamline.stats._given_tables import Given, strata_of
from adamline.stats._tables2x2 import checked_column, figures, log_limits, one, quotient, stratified
from adamline.stats.common_odds_ratio import METHODS, checked_method, common_warnings, weighted_mean_of_logs


@dataclass(frozen=True)
class CommonRelativeRisk:
    """The common risk of one column in row 1 over that in row 2; NaN where it is not defined."""

    column: int
    n: int
    n_strata: int
    n_corrected: int
    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    warnings: tuple[str, ...] = ()


def common_relative_risk_tables(
    tables: npt.ArrayLike, *, column: int = 1, method: str = "MH", level: float = 0.95
) -> pd.DataFrame:
    """The common relative risk of ``column`` (1 or 2) of many stratified 2 x 2 tables, (k, strata, 2, 2).

    A row for each of the k. Columns: ``n``; ``n_strata``, strata with records in both rows; ``n_corrected``, strata
    with 1/2 added to their cells; ``estimate``; ``lower`` and ``upper`` at confidence ``level``. MH: sum of
    x1 n2 / n over that of x2 n1 / n, with x the counts of the column and n1, n2 the row totals, its limits from the
    variance of Greenland and Robins. LOGIT: the mean of the logarithms of the strata's relative risks weighted by 1
    over their variances; to each cell of a stratum where a count of the column is 0 one half is added first.

    Strata with an empty row are not used. MH is missing where either sum is 0; LOGIT where no stratum has a variance
    above 0, which is so where all records of all strata are in the column.
    DataError for tables of another shape, bad counts, a level outside 0 to 1, another column, and another method.
    Source: SAS PROC FREQ, TABLES / CMH, Common Odds Ratio and Relative Risks.

    >>> common_relative_risk_tables([[[[20, 20], [25, 24]], [[8, 4], [4, 6]]]]).round(4)
         n  n_strata  n_corrected  estimate   lower   upper
    0  111         2            0    1.0917  0.7534  1.5818
    """
    method = checked_method(method)
    z = checked_quantile(level)
    place = checked_column(column)
    counts = stratified(tables)
    rows = counts.sum(axis=3)
    used = (rows > 0).all(axis=2)
    x, y = np.where(used, counts[:, :, 0, place], 0.0), np.where(used, counts[:, :, 1, place], 0.0)
    # A stratum that is not used adds 0 to each sum, and its totals must only not be 0.
    n1, n2 = np.where(used, rows[:, :, 0], 1.0), np.where(used, rows[:, :, 1], 1.0)
    is_zero = used & ((x == 0) | (y == 0)) & (method == "LOGIT")
    estimate, variance = _mantel_haenszel(x, y, n1, n2) if method == "MH" else _logit(x, y, n1, n2, used, is_zero)
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


def common_relative_risk(
    tables: Given, *, column: int = 1, method: str = "MH", level: float = 0.95
) -> CommonRelativeRisk:
    """The common relative risk of one stratified table, (strata, 2, 2); rules as `common_relative_risk_tables`.

    >>> round(common_relative_risk([[[20, 20], [25, 24]], [[8, 4], [4, 6]]], column=2).estimate, 4)
    0.9125
    """
    found = figures(common_relative_risk_tables(one(strata_of(tables)), column=column, method=method, level=level))
    return CommonRelativeRisk(
        column=column,
        n=int(found.pop("n")),
        n_strata=int(found.pop("n_strata")),
        n_corrected=(corrected := int(found.pop("n_corrected"))),
        level=level,
        method=f"PROC FREQ, CMH, common relative risk of column {column}, {METHODS[checked_method(method)]}",
        warnings=common_warnings(found["estimate"], corrected),
        **found,
    )


def _mantel_haenszel(x: Floats, y: Floats, n1: Floats, n2: Floats) -> tuple[Floats, Floats]:
    n = n1 + n2
    up, down = (x * n2 / n).sum(axis=1), (y * n1 / n).sum(axis=1)
    some = (up > 0) & (down > 0)
    # n1 n2 (x + y) - x y n, as a sum of what is never negative.
    inner = (n1 * x * (n2 - y) + n2 * y * (n1 - x)) / n**2
    variance = inner.sum(axis=1) / np.where(some, up * down, 1.0)
    return quotient(up, down), np.where(some, variance, np.nan)


def _logit(
    x: Floats, y: Floats, n1: Floats, n2: Floats, used: npt.NDArray[np.bool_], is_zero: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    # Half a record in each cell is a whole one in each row.
    x, y = np.where(used, x + 0.5 * is_zero, 1.0), np.where(used, y + 0.5 * is_zero, 1.0)
    n1, n2 = n1 + is_zero, n2 + is_zero
    variance = (n1 - x) / (n1 * x) + (n2 - y) / (n2 * y)
    usable = used & (variance > 0)
    weight = usable / np.where(usable, variance, 1.0)
    return weighted_mean_of_logs(np.log(x * n2 / (y * n1)), weight)

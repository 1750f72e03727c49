"""Turn estimates and standard errors into tests and limits, by Student's t or by the normal distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats, checked_level
from adamline.stats._scipy import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit


def t_tests(estimate: npt.ArrayLike, se: npt.ArrayLike, df: float, level: float) -> pd.DataFrame:
    """Columns estimate, se, df, t, p (two-sided), lower, upper; missing where the SE is missing or 0 or df is 0."""
    value, error = np.asarray(estimate, dtype=np.float64), np.asarray(se, dtype=np.float64)
    freedom = df if df > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(error > 0, value / error, np.nan)
        reach = stdtrit(freedom, 0.5 + checked_level(level) / 2) * np.where(error > 0, error, np.nan)
    p = 2 * stdtr(freedom, -np.abs(t))
    columns = {"estimate": value, "se": error, "df": np.full(value.shape, float(df)), "t": t, "p": p}
    return pd.DataFrame(columns | {"lower": value - reach, "upper": value + reach})


def z_tests(estimate: npt.ArrayLike, se: npt.ArrayLike, level: float) -> pd.DataFrame:
    """Columns estimate, se, z, p (two-sided), lower, upper; missing where the SE is missing or 0."""
    value, error = np.asarray(estimate, dtype=np.float64), np.asarray(se, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(error > 0, value / error, np.nan)
    reach = ndtri(0.5 + checked_level(level) / 2) * np.where(error > 0, error, np.nan)
    columns = {"estimate": value, "se": error, "z": z, "p": 2 * ndtr(-np.abs(z))}
    return pd.DataFrame(columns | {"lower": value - reach, "upper": value + reach})


def chi_square_tests(estimate: npt.ArrayLike, se: npt.ArrayLike, level: float) -> pd.DataFrame:
    """Columns estimate, se, chi_square (Wald), p, lower, upper; missing where the SE is missing or 0."""
    value, error = np.asarray(estimate, dtype=np.float64), np.asarray(se, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi_square = np.where(error > 0, (value / error) ** 2, np.nan)
    reach = ndtri(0.5 + checked_level(level) / 2) * np.where(error > 0, error, np.nan)
    columns = {"estimate": value, "se": error, "chi_square": chi_square, "p": chdtrc(1, chi_square)}
    return pd.DataFrame(columns | {"lower": value - reach, "upper": value + reach})


def f_test(ss: float, df: int, ms_error: float, df_error: int) -> tuple[float, float, float]:
    """Mean square, F and p; missing without degrees of freedom or without error."""
    if df < 1:
        return np.nan, np.nan, np.nan
    if df_error < 1 or not ms_error > 0:
        return ss / df, np.nan, np.nan
    f = ss / df / ms_error
    return ss / df, f, float(fdtrc(df, df_error, f))


def quadratic_form(rows: Floats, estimate: Floats, covariance: Floats) -> tuple[float, int]:
    """The Wald chi-square of all rows L together, (L b)' (L V L')-1 (L b), and its degrees of freedom."""
    if not len(rows):
        return np.nan, 0
    value, spread = rows @ estimate, rows @ covariance @ rows.T
    # To unit variances first: the rows may differ much in scale.
    size = np.sqrt(np.diag(spread))
    with np.errstate(divide="ignore", invalid="ignore"):
        value, spread = value / size, spread / np.outer(size, size)
    if not (np.isfinite(value).all() and np.isfinite(spread).all()):
        return np.nan, len(rows)
    return float(value @ np.linalg.solve(spread, value)), len(rows)

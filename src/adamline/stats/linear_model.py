"""Fit a linear model with class effects and covariates (ANOVA, ANCOVA) as PROC GLM does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._numeric_column import numeric_column
from adamline.stats._scipy import solve_triangular
from adamline.stats._wald import f_test, t_tests
from adamline.stats.design import Classes, Design, Effect, build_design
from adamline.stats.estimable import Basis, dependency_warnings, find_basis, type_three_rows
from adamline.stats.ls_means import Asked, LsMeans, ls_means_of

METHOD = "PROC GLM, ordinary least squares"

# A sum of squares below this share of the total is 0: the model fits without error.
_NO_ERROR = 1e-24


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear model; the tables are described at `fit_linear_model`."""

    response: str
    n: int
    n_missing: int
    num_df: int
    den_df: int
    ss_model: float
    ss_error: float
    ss_total: float
    ms_error: float
    f: float
    p: float
    mean: float
    root_mse: float
    r_square: float
    cv: float
    level: float
    parameters: pd.DataFrame = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    design: Design = field(compare=False, repr=False)
    basis: Basis = field(compare=False, repr=False)
    sequential: pd.DataFrame = field(compare=False, repr=False)
    partial: pd.DataFrame = field(compare=False, repr=False)
    method: str = METHOD
    warnings: tuple[str, ...] = ()

    @property
    def weights(self) -> str | None:
        """The column of weights; none."""
        return None

    @property
    def coefficients(self) -> Floats:
        """The parameters in the order of the design's columns, 0 for those that depend on others."""
        return self.parameters["estimate"].to_numpy()

    def type1(self) -> pd.DataFrame:
        """Type I (sequential) tests: a row for each effect with effect, num_df, den_df, ss, ms, f, p."""
        return self.sequential.copy()

    def type3(self) -> pd.DataFrame:
        """Type III tests by SAS's estimable functions, so for missing cells too; columns as `type1`."""
        return self.partial.copy()

    def ls_means(
        self,
        effect: str,
        *,
        by: str | None = None,
        against: object = None,
        margins: str = "equal",
        at: Mapping[str, float] | None = None,
        level: float | None = None,
    ) -> LsMeans:
        """LS means of ``effect`` and their differences; the rules are those of `LsMeans`."""
        return ls_means_of(self, Asked(effect, by, against, margins, at, level))

    def tests_of(self, rows: Floats, level: float, effect: Effect) -> pd.DataFrame:
        """The t test of each function of the parameters."""
        variance = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return t_tests(rows @ self.coefficients, np.sqrt(np.maximum(variance, 0.0)), self.den_df, level)

    def covariance_of(self, rows: Floats) -> Floats:
        """The covariance of functions of the parameters."""
        found: Floats = rows @ self.covariance @ rows.T
        return found


def fit_linear_model(
    frame: pd.DataFrame, response: str, effects: Sequence[str], classes: Classes | None = None, *, level: float = 0.95
) -> LinearModel:
    """The least squares fit of ``response`` on an intercept and ``effects``.

    ``effects`` are columns of ``frame``, or several joined by ``*``; ``classes`` names those that are class variables,
    each with its levels in order (the last is the reference) or with None for sorted levels; the others are covariates.
    A record with a missing value in any of them is left out. A column of the design that is a combination of those
    before it has the parameter 0, as SAS sets it; an effect that has no degrees of freedom left for this is named in
    the warnings, with what it depends on.

    Tables: ``parameters`` (parameter, estimate, se, df, t, p, lower, upper at confidence ``level``, ``dependent``);
    by the methods ``type1`` and ``type3`` the tests of effects, by ``ls_means`` the LS means. ``covariance`` is that of
    the parameters. ``f`` with ``num_df`` and ``den_df`` tests the whole model. Where no degrees of freedom are left for
    error, or none of the error, tests are missing, with a warning.

    DataError for what `build_design` refuses, a response that is no number, infinite or beyond 1e150, a level outside 0
    to 1.
    Source: SAS PROC GLM, MODEL / SOLUTION SS1 SS3 CLPARM.

    >>> frame = pd.DataFrame({"ARM": list("AABB"), "BASE": [1.0, 2.0, 1.0, 3.0], "CHG": [2.0, 3.5, 4.0, 6.5]})
    >>> fit_linear_model(frame, "CHG", ["ARM", "BASE"], {"ARM": None}).parameters[["parameter", "estimate", "se"]]
       parameter  estimate        se
    0  Intercept      2.65  0.229129
    1      ARM A     -1.85  0.165831
    2      ARM B      0.00       NaN
    3       BASE      1.30  0.100000
    """
    values = numeric_column(frame, response)
    design = build_design(frame, effects, classes or {}, usable=~np.isnan(values))
    y = values[design.used]
    basis = find_basis(design)
    chosen = design.matrix[:, basis.kept]
    q, r = np.linalg.qr(chosen)
    mean = float(y.mean())
    # The mean first: what is left of a response far from 0 keeps more digits.
    z = q.T @ (y - mean)
    kept = solve_triangular(r, z)
    error = y - mean - chosen @ kept
    ss_total, ss_error = float(((y - mean) ** 2).sum()), float((error**2).sum())
    ss_error = 0.0 if ss_error <= _NO_ERROR * max(ss_total, len(y) * mean**2) else ss_error
    num_df, den_df = len(basis.kept) - 1, len(y) - len(basis.kept)
    ms_error = ss_error / den_df if den_df else np.nan
    _, f, p = f_test(ss_total - ss_error, num_df, ms_error, den_df)
    estimate, covariance = _parameters(design, basis, kept, r, ms_error)
    estimate[0] += mean
    rows = {effect.name: type_three_rows(design, basis, effect) for effect in design.effects[1:]}
    no_test = () if den_df and ss_error > 0 else ("no tests: nothing is left for error",)
    return LinearModel(
        response=response,
        n=len(y),
        n_missing=len(frame) - len(y),
        num_df=num_df,
        den_df=den_df,
        ss_model=ss_total - ss_error,
        ss_error=ss_error,
        ss_total=ss_total,
        ms_error=ms_error,
        f=f,
        p=p,
        mean=mean,
        root_mse=float(np.sqrt(ms_error)),
        r_square=1 - ss_error / ss_total if ss_total > 0 else np.nan,
        cv=100 * float(np.sqrt(ms_error)) / mean if mean else np.nan,
        level=level,
        parameters=_parameter_table(design, basis, estimate, covariance, den_df, level),
        covariance=covariance,
        design=design,
        basis=basis,
        sequential=_tests(_sequential(design, basis, z), ms_error, den_df),
        partial=_tests({name: _sum_of_squares(each, basis, r, z) for name, each in rows.items()}, ms_error, den_df),
        warnings=(*design.warnings, *dependency_warnings(design, basis), *no_test),
    )


def _parameters(design: Design, basis: Basis, kept: Floats, r: Floats, ms_error: float) -> tuple[Floats, Floats]:
    """All parameters and their covariance, 0 where a column depends on others."""
    estimate, covariance = np.zeros(len(design.names)), np.zeros((len(design.names),) * 2)
    inverse = solve_triangular(r, np.eye(len(r)))
    estimate[basis.kept] = kept
    covariance[np.ix_(basis.kept, basis.kept)] = ms_error * (inverse @ inverse.T)
    return estimate, covariance


def _parameter_table(
    design: Design, basis: Basis, estimate: Floats, covariance: Floats, den_df: int, level: float
) -> pd.DataFrame:
    is_dependent = np.isin(np.arange(len(estimate)), basis.dependent)
    se = np.where(is_dependent, np.nan, np.sqrt(np.diag(covariance)))
    table = t_tests(estimate, se, den_df, level)
    table.insert(0, "parameter", design.names)
    return table.assign(dependent=is_dependent)


def _sequential(design: Design, basis: Basis, z: Floats) -> dict[str, tuple[float, int]]:
    """Type I: the columns of Q that an effect adds to those before it."""
    sums = {}
    for effect in design.effects[1:]:
        own = (basis.kept >= effect.columns.start) & (basis.kept < effect.columns.stop)
        sums[effect.name] = float((z[own] ** 2).sum()), int(own.sum())
    return sums


def _sum_of_squares(rows: Floats, basis: Basis, r: Floats, z: Floats) -> tuple[float, int]:
    """The sum of squares of the hypothesis L b = 0: the part of z in the space of R'-1 L'."""
    if not len(rows):
        return 0.0, 0
    space = np.linalg.qr(solve_triangular(r, rows[:, basis.kept].T, trans="T")).Q
    return float(((space.T @ z) ** 2).sum()), len(rows)


def _tests(sums: dict[str, tuple[float, int]], ms_error: float, den_df: int) -> pd.DataFrame:
    rows = [(name, df, den_df, ss, *f_test(ss, df, ms_error, den_df)) for name, (ss, df) in sums.items()]
    return pd.DataFrame(rows, columns=["effect", "num_df", "den_df", "ss", "ms", "f", "p"])

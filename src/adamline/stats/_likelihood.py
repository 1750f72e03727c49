"""Tables of a model fitted by maximum likelihood: parameters, ratios, tests of effects and of the whole model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from adamline.stats._arrays import Bools, Floats
from adamline.stats._scipy import chdtrc
from adamline.stats._wald import chi_square_tests, quadratic_form, z_tests
from adamline.stats.design import INTERCEPT, Design, Effect
from adamline.stats.estimable import Basis, are_estimable, type_three_rows
from adamline.stats.ls_means import Asked, LsMeans, ls_means_of


@dataclass(frozen=True)
class Solution:
    """Estimates and covariance of all columns of a design, 0 where ``left`` sets a column to 0.

    ``basis`` is of all data. ``left`` is of the records that still tell something where the likelihood grows without
    end, and otherwise the same; a function that it cannot estimate is infinite.
    """

    design: Design
    basis: Basis
    left: Basis
    estimate: Floats
    covariance: Floats

    def are_finite(self, rows: Floats) -> Bools:
        """Whether each function of the parameters, one that can be estimated, has a finite estimate."""
        if self.left is self.basis or not len(rows):
            return np.ones(len(rows), dtype=np.bool_)
        return are_estimable(rows, self.left)

    def values(self, rows: Floats) -> tuple[Floats, Floats]:
        """Estimates and standard errors of functions of the parameters, missing where they are infinite."""
        finite = self.are_finite(rows)
        variance = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return np.where(finite, rows @ self.estimate, np.nan), np.where(finite, np.sqrt(variance), np.nan)

    def parameter_rows(self) -> Floats:
        """What each parameter estimates, given that those that depend on others are 0: their rows are 0."""
        rows = np.zeros((len(self.design.names),) * 2)
        rows[self.basis.kept] = self.basis.general
        return rows


@dataclass(frozen=True)
class LikelihoodModel:
    """What a logistic model and a Cox model have in common."""

    n: int
    n_missing: int
    n_event: int
    converged: bool
    iterations: int
    level: float
    fit: pd.DataFrame = field(compare=False, repr=False)
    global_tests: pd.DataFrame = field(compare=False, repr=False)
    parameters: pd.DataFrame = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    design: Design = field(compare=False, repr=False)
    basis: Basis = field(compare=False, repr=False)
    solution: Solution = field(compare=False, repr=False)
    method: str
    warnings: tuple[str, ...]

    @property
    def weights(self) -> str | None:
        """The column that says how often a record counts; none."""
        return None

    def type3(self) -> pd.DataFrame:
        """Type III tests by Wald: a row for each effect with effect, df, chi_square, p.

        In the coding "glm" of SAS's estimable functions, otherwise of all parameters of an effect (its joint tests).
        """
        return effect_tests(self.solution)

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
        """LS means of ``effect`` (log odds or log hazards) and their differences; the rules are those of `LsMeans`.

        They need ``coding="glm"`` in the fit.
        """
        return ls_means_of(self, Asked(effect, by, against, margins, at, level))

    def tests_of(self, rows: Floats, level: float, effect: Effect) -> pd.DataFrame:
        """The Wald test of each function of the parameters, missing where its estimate is infinite."""
        return z_tests(*self.solution.values(rows), level)

    def covariance_of(self, rows: Floats) -> Floats:
        """The covariance of functions of the parameters, missing where one is infinite."""
        finite = self.solution.are_finite(rows)
        found: Floats = np.where(np.outer(finite, finite), rows @ self.solution.covariance @ rows.T, np.nan)
        return found


def parameter_table(solution: Solution, level: float, *, skip: int = 0) -> pd.DataFrame:
    """Columns parameter, estimate, se, chi_square, p, lower, upper, dependent, infinite, from column ``skip`` on."""
    rows = solution.parameter_rows()
    estimate, se = solution.values(rows)
    is_dependent = np.isin(np.arange(len(rows)), solution.basis.dependent)
    estimate = np.where(is_dependent, 0.0, estimate)
    table = chi_square_tests(estimate, np.where(is_dependent, np.nan, se), level)
    table.insert(0, "parameter", solution.design.names)
    table = table.assign(dependent=is_dependent, infinite=np.isnan(estimate))
    return table.iloc[skip:].reset_index(drop=True)


def parameter_covariance(solution: Solution) -> Floats:
    """The covariance of the parameters as the table has them: 0 where dependent, missing where infinite."""
    rows = solution.parameter_rows()
    lost = ~solution.are_finite(rows) & rows.any(axis=1)
    spread: Floats = np.where(lost[:, np.newaxis] | lost, np.nan, rows @ solution.covariance @ rows.T)
    return spread


def ratio_table(solution: Solution, level: float) -> pd.DataFrame:
    """Columns effect, level, other, estimate, lower, upper: e to the power of differences, of a unit in a covariate.

    Effects whose variables are also in another effect have no one ratio and are not in the table.
    """
    design = solution.design
    labels: list[tuple[str, object, object]] = []
    rows: list[Floats] = []
    for effect in design.effects:
        names = effect.classes + effect.covariates
        alone = len(names) == 1 and sum(bool({*names} & {*e.classes, *e.covariates}) for e in design.effects) == 1
        if not alone:
            continue
        rows += list(_ratio_rows(design, effect))
        *others, reference = design.levels[names[0]] if effect.classes else (None, None)
        labels += [(effect.name, other, reference) for other in others]
    functions = np.array(rows).reshape(-1, len(design.names))
    # A covariate without information has no ratio, a level that cannot be told from others neither.
    estimable = are_estimable(functions, solution.basis) if len(rows) else np.zeros(0, dtype=np.bool_)
    estimate, se = solution.values(functions)
    found = chi_square_tests(np.where(estimable, estimate, np.nan), np.where(estimable, se, np.nan), level)
    table = pd.DataFrame(labels, columns=["effect", "level", "other"], dtype=object)
    with np.errstate(over="ignore"):  # a limit beyond all numbers is infinite
        for name in ("estimate", "lower", "upper"):
            table[name] = np.exp(found[name].to_numpy())
    return table


def _ratio_rows(design: Design, effect: Effect) -> Floats:
    """Each level less the last, or a covariate, as functions of the parameters."""
    count = len(design.levels[effect.classes[0]]) - 1 if effect.classes else 1
    rows = np.zeros((count, len(design.names)))
    own = rows[:, effect.columns]
    own[:, :count] = np.eye(count)
    if effect.classes and design.coding == "glm":
        own[:, -1] = -1.0
    if effect.classes and design.coding == "effect":
        own += 1.0
    return rows


def effect_tests(solution: Solution) -> pd.DataFrame:
    """Wald tests of each effect: effect, df, chi_square, p.

    In the coding "glm" of its type III functions, otherwise of all its parameters (the joint tests of SAS).
    """
    found = []
    for effect in solution.design.effects:
        if effect.name == INTERCEPT:
            continue
        rows = effect_rows(solution.design, solution.basis, effect)
        chi_square, df = _joint(solution, rows), len(rows)
        found.append((effect.name, df, chi_square, chi_square_p(chi_square, df)))
    return pd.DataFrame(found, columns=["effect", "df", "chi_square", "p"])


def _joint(solution: Solution, rows: Floats) -> float:
    """The Wald chi-square of functions together, missing where one of them is infinite."""
    finite = solution.are_finite(rows).all()
    return quadratic_form(rows, solution.estimate, solution.covariance)[0] if finite else np.nan


def effect_rows(design: Design, basis: Basis, effect: Effect) -> Floats:
    """The functions that the test of an effect takes."""
    if design.coding == "glm":
        return type_three_rows(design, basis, effect)
    places = np.arange(effect.columns.start, effect.columns.stop)
    return basis.general[np.isin(basis.kept, places)]


def global_tests(solution: Solution, likelihood_ratio: float, score: float, *, skip: int = 0) -> pd.DataFrame:
    """Tests that all parameters from ``skip`` on are 0: test, chi_square, df, p."""
    rows = solution.basis.general[solution.basis.kept >= skip]
    df = len(rows)
    values = {"likelihood ratio": likelihood_ratio, "score": score, "wald": _joint(solution, rows)}
    found = [(name, value if df else np.nan, df) for name, value in values.items()]
    table = pd.DataFrame(found, columns=["test", "chi_square", "df"])
    return table.assign(p=[chi_square_p(value, df) for value in table["chi_square"]])


def fit_table(names: tuple[str, str], deviances: tuple[float, float], counts: tuple[int, int], n: int) -> pd.DataFrame:
    """AIC, SC and -2 Log L without and with the effects; SC takes the logarithm of ``n``."""
    found = {"criterion": ["AIC", "SC", "-2 Log L"]}
    columns = {
        name: [value + 2 * count, value + count * float(np.log(n)) if n else np.nan, value]
        for name, value, count in zip(names, deviances, counts, strict=True)
    }
    return pd.DataFrame(found | columns)


def chi_square_p(chi_square: float, df: int) -> float:
    """The upper tail; missing without degrees of freedom."""
    return float(chdtrc(df, chi_square)) if df and not np.isnan(chi_square) else np.nan

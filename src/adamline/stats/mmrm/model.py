"""The result of a fitted MMRM: its tables, contrasts and type III tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Floats, as_numbers, checked_level
from adamline.stats._scipy import solve_triangular
from adamline.stats.design import Design, Effect
from adamline.stats.estimable import Basis, are_estimable, type_three_rows
from adamline.stats.ls_means import Asked, LsMeans, ls_means_of
from adamline.stats.mmrm.inference import Ddfm, Fixed


@dataclass(frozen=True)
class Mmrm:
    """A fitted MMRM; the tables are described at `fit_mmrm`."""

    response: str
    n: int
    n_missing: int
    n_subjects: int
    n_subjects_used: int
    visits: tuple[object, ...]
    structure: str
    method: str
    ddfm: Ddfm
    empirical: bool
    weights: str | None
    level: float
    neg2_log_likelihood: float
    aic: float
    aicc: float
    bic: float
    null_chi_square: float
    null_df: int
    null_p: float
    newton_decrement: float
    iterations: int
    parameters: pd.DataFrame = field(compare=False, repr=False)
    covariance_parameters: pd.DataFrame = field(compare=False, repr=False)
    covariance_parameters_covariance: Floats = field(compare=False, repr=False)
    covariance_matrices: dict[object, pd.DataFrame] = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    design: Design = field(compare=False, repr=False)
    basis: Basis = field(compare=False, repr=False)
    fixed: Fixed = field(compare=False, repr=False)
    triangle: Floats = field(compare=False, repr=False)
    warnings: tuple[str, ...] = ()

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

    def contrasts(
        self, rows: Mapping[str, Mapping[str, float] | Sequence[float]], *, level: float | None = None
    ) -> pd.DataFrame:
        """Linear functions of the parameters: ESTIMATE of PROC MIXED.

        ``rows`` has for each label a coefficient for every column of the design, or a mapping from the names of
        ``parameters`` to coefficients. Columns: contrast, estimate, se, df, t, p, lower, upper; missing where a
        function cannot be estimated. Degrees of freedom that are counted are those of the effect listed last: of the
        mapping's last parameter, or of the last coefficient that is not 0. DataError for an unknown parameter or a
        wrong number of coefficients. Source: SAS PROC MIXED, ESTIMATE.
        """
        if not isinstance(rows, Mapping):
            raise DataError("Contrasts are a mapping of labels to coefficients.", found=repr(rows))
        names = self.design.names
        matrix = np.zeros((len(rows), len(names)))
        last: list[int] = []
        for place, (label, given) in enumerate(rows.items()):
            if isinstance(given, Mapping):
                for name, value in given.items():
                    if name not in names:
                        raise DataError("No such parameter.", found=str(name), hint=nearest(name, names))
                    matrix[place, names.index(name)] = as_numbers([value], f"A coefficient of {label}")[0]
                last.append(names.index(list(given)[-1]) if given else 0)
                continue
            values = as_numbers(given, f"A coefficient of {label}")
            if values.shape != (len(names),):
                raise DataError(
                    "A contrast needs a coefficient for each parameter.",
                    expected=str(len(names)),
                    found=f"{label}: {values.shape}",
                )
            matrix[place] = values
            last.append(int(np.flatnonzero(values)[-1]) if values.any() else 0)
        if not np.isfinite(matrix).all():
            raise DataError("A coefficient of a contrast is no finite number.")
        found = self._tests(matrix, checked_level(self.level if level is None else level), self._counted_df(last))
        found.insert(0, "contrast", list(rows))
        return found

    def type3(self) -> pd.DataFrame:
        """Type III tests: a row for each effect with effect, num_df, den_df, f, p.

        F is missing where an empirical covariance has a lower rank than the effect, and where Kenward and Roger's scale
        is negative, with less than 2 denominator degrees of freedom; p too where there are none.
        """
        rows = []
        for effect in self.design.effects[1:]:
            own = _as_sas_writes(type_three_rows(self.design, self.basis, effect), effect.columns)
            counted = self._counted_df([effect.columns.start])
            den = None if counted is None else float(counted[0])
            rows.append((effect.name, *self.fixed.f_test(self.in_basis(own), den)))
        return pd.DataFrame(rows, columns=["effect", "num_df", "den_df", "f", "p"])

    def _counted_df(self, columns: Sequence[int]) -> Floats | None:
        counted = self.fixed.df_of_columns
        return None if counted is None else counted[list(columns)]

    def in_basis(self, rows: Floats) -> Floats:
        """Functions of the parameters, a row each, as functions of the coefficients of ``fixed``."""
        found: Floats = solve_triangular(self.triangle, rows[:, self.basis.kept].T, trans="T").T
        return found

    def tests_of(self, rows: Floats, level: float, effect: Effect) -> pd.DataFrame:
        """The t test of each function of the parameters, with the degrees of freedom of an effect where counted."""
        return self._tests(rows, level, self._counted_df([effect.columns.start] * len(rows)))

    def covariance_of(self, rows: Floats) -> Floats:
        """The covariance of functions of the parameters."""
        found: Floats = rows @ self.covariance @ rows.T
        return found

    def _tests(self, rows: Floats, level: float, df: Floats | None) -> pd.DataFrame:
        known = are_estimable(rows, self.basis) & rows.any(axis=1) if len(rows) else np.zeros(0, dtype=np.bool_)
        found = self.fixed.t_tests(self.in_basis(rows), level, df)
        found.loc[~known] = np.nan
        return found


def _as_sas_writes(rows: Floats, own: slice) -> Floats:
    """The same hypothesis as SAS's L matrix has it (option E3): the first independent columns are an identity.

    Satterthwaite's denominator depends on this choice.
    """
    block = rows[:, own]
    leading: list[int] = []
    for column in range(block.shape[1]):
        if len(leading) == len(rows):
            break
        if np.linalg.svd(block[:, [*leading, column]], compute_uv=False)[-1] > 1e-8 * np.abs(block).max():
            leading.append(column)
    return np.asarray(np.linalg.solve(block[:, leading], rows), dtype=np.float64)

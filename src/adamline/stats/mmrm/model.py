"""The result of a fitted MMRM: its tables, LS means, contrasts and type III tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Floats, as_numbers, checked_level
from adamline.stats.design import Design, level_text
from adamline.stats.estimable import Basis, are_estimable, type_three_rows
from adamline.stats.ls_means import Margins, check_against, ls_mean_rows
from adamline.stats.mmrm.inference import Ddfm, Fixed


@dataclass(frozen=True)
class MmrmLsMeans:
    """LS means of one effect and their differences; the tables are described at `Mmrm.lsmeans`."""

    effect: str
    by: str | None
    level: float
    margins: Margins
    at: Mapping[str, float]
    means: pd.DataFrame = field(compare=False, repr=False)
    differences: pd.DataFrame = field(compare=False, repr=False)
    coefficients: Floats = field(compare=False, repr=False)
    method: str = "PROC MIXED, LSMEANS"
    warnings: tuple[str, ...] = ()


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

    def lsmeans(
        self,
        effect: str,
        *,
        by: str | None = None,
        against: object = None,
        margins: Margins = "equal",
        at: Mapping[str, float] | None = None,
        level: float | None = None,
    ) -> MmrmLsMeans:
        """LS means of ``effect`` and their differences, without adjustment for multiplicity.

        With ``by``, a class variable of the effect such as the visit, differences are within its levels alone.
        ``against`` is the level of the other class variable, or of the effect, that the others are compared with; all
        pairs in order else. ``margins`` and ``at`` are those of `ls_means`; "observed" is not there with weights, which
        SAS counts in the margins.

        Tables: ``means``, a column for each class variable, then estimate, se, df, t, p, lower, upper; ``differences``,
        a column for ``by``, ``level`` and ``other``, and the same of level less other. What cannot be estimated (SAS:
        Non-est) is missing, with a warning. Source: SAS PROC MIXED, LSMEANS / DIFF CL.
        """
        target = self.design.effect(effect)
        if target.covariates or not target.classes:
            raise DataError("LS means are of an effect of class variables alone.", found=effect)
        if by is not None and by not in target.classes:
            raise DataError("No such class variable in the effect.", found=str(by), hint=nearest(by, target.classes))
        if margins == "observed" and self.weights is not None:
            raise DataError(
                "Observed margins of a weighted fit are not there.", found=self.weights, hint="equal margins"
            )
        wanted = checked_level(self.level if level is None else level)
        rows = ls_mean_rows(self.design, target, margins, at or {})
        labels = [self.design.cell_label(target, cell) for cell in target.cells]
        pairs = _pairs(target.classes, labels, by, against)
        first = target.columns.start
        means = self._tests(rows, wanted, self._counted_df([first] * len(rows)))
        for place, name in enumerate(target.classes):
            means.insert(place, name, [label[place] for label in labels])
        contrasts = np.array([rows[a] - rows[b] for a, b in pairs]).reshape(-1, rows.shape[1])
        differences = self._tests(contrasts, wanted, self._counted_df([first] * len(contrasts)))
        kept = [place for place, name in enumerate(target.classes) if name != by]
        for column, side in (("level", 0), ("other", 1)):
            differences.insert(side, column, [_short(labels[pair[side]], kept) for pair in pairs])
        if by is not None:
            differences.insert(0, by, [labels[a][target.classes.index(by)] for a, _ in pairs])
        lost = [
            " ".join(map(level_text, label))
            for label, each in zip(labels, means["estimate"], strict=True)
            if each != each
        ]
        notes = (f"{effect}: the LS mean of {', '.join(lost)} cannot be estimated (Non-est)",) if lost else ()
        return MmrmLsMeans(effect, by, wanted, margins, dict(at or {}), means, differences, rows, warnings=notes)

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


def _pairs(
    classes: tuple[str, ...], labels: list[tuple[object, ...]], by: str | None, against: object
) -> list[tuple[int, int]]:
    kept = [place for place, name in enumerate(classes) if name != by]
    own = -1 if by is None else classes.index(by)
    pairs = [(a, b) for a, b in combinations(range(len(labels)), 2) if by is None or labels[a][own] == labels[b][own]]
    if by is not None:
        order = {label: place for place, label in enumerate(dict.fromkeys(label[own] for label in labels))}
        pairs.sort(key=lambda pair: order[labels[pair[0]][own]])
    if against is None:
        return pairs
    shorts = [_short(label, kept) for label in labels]
    check_against(against, shorts)
    turned = [(b, a) if shorts[a] == against else (a, b) for a, b in pairs]
    return [pair for pair in turned if shorts[pair[1]] == against]


def _short(label: tuple[object, ...], kept: list[int]) -> object:
    return label[kept[0]] if len(kept) == 1 else tuple(label[place] for place in kept)

"""Fit a mixed model for repeated measures (MMRM) as PROC MIXED with a REPEATED statement does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular
from scipy.special import chdtrc

from adamline.errors import DataError, nearest
from adamline.stats._numeric_column import numeric_column
from adamline.stats._times import checked_level
from adamline.stats.design import Bools, Classes, Design, Floats, Ints, build_design, level_text
from adamline.stats.estimable import (
    LIKELIHOOD_SINGULAR,
    Basis,
    are_estimable,
    dependency_warnings,
    find_basis,
    type_three_rows,
)
from adamline.stats.ls_means import Margins, ls_mean_rows
from adamline.stats.mmrm.inference import (
    DDFM,
    Ddfm,
    Fixed,
    adjusted_covariance,
    between_within,
    empirical_covariance,
)
from adamline.stats.mmrm.likelihood import Method, Value, curvature, evaluate
from adamline.stats.mmrm.optimise import DECREMENT, Optimum, Problem, minimise, starts, stop_as_sas
from adamline.stats.mmrm.patterns import Gathered, gather, seen_together
from adamline.stats.mmrm.structures import Shape, Structure, structure_of

Convergence = Literal["optimum", "sas"]

# The smallest eigenvalue of the Hessian, scaled to a unit diagonal: below this, parameters cannot be told apart.
_FLAT = 1e-11
_LARGEST = 1e100
# The smallest eigenvalue of a correlation matrix that is as good as singular.
_SINGULAR = 1e-6


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
        pairs in order else. ``margins`` and ``at`` are those of `ls_means`.

        Tables: ``means``, a column for each class variable, then estimate, se, df, t, p, lower, upper; ``differences``,
        a column for ``by``, ``level`` and ``other``, and the same of level less other. What cannot be estimated (SAS:
        Non-est) is missing, with a warning. Source: SAS PROC MIXED, LSMEANS / DIFF CL.
        """
        target = self.design.effect(effect)
        if target.covariates or not target.classes:
            raise DataError("LS means are of an effect of class variables alone.", found=effect)
        if by is not None and by not in target.classes:
            raise DataError("No such class variable in the effect.", found=by, hint=nearest(by, target.classes))
        wanted = checked_level(self.level if level is None else level)
        rows = ls_mean_rows(self.design, target, margins, at or {})
        labels = [self.design.cell_label(target, cell) for cell in target.cells]
        pairs = _pairs(target.classes, labels, by, against)
        df = self._counted_df(effect)
        means = self._tests(rows, wanted, df)
        for place, name in enumerate(target.classes):
            means.insert(place, name, [label[place] for label in labels])
        contrasts = np.array([rows[a] - rows[b] for a, b in pairs]).reshape(-1, rows.shape[1])
        differences = self._tests(contrasts, wanted, df)
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
        function cannot be estimated. DataError for an unknown parameter or a wrong number of coefficients.
        """
        names = self.design.names
        matrix = np.zeros((len(rows), len(names)))
        for place, (label, given) in enumerate(rows.items()):
            if isinstance(given, Mapping):
                for name, value in given.items():
                    if name not in names:
                        raise DataError("No such parameter.", found=name, hint=nearest(name, names))
                    matrix[place, names.index(name)] = value
                continue
            values = np.asarray(given, dtype=np.float64)
            if values.shape != (len(names),):
                raise DataError(
                    "A contrast needs a coefficient for each parameter.",
                    expected=str(len(names)),
                    found=f"{label}: {values.shape}",
                )
            matrix[place] = values
        if not np.isfinite(matrix).all():
            raise DataError("A coefficient of a contrast is no finite number.")
        found = self._tests(matrix, checked_level(self.level if level is None else level), None)
        found.insert(0, "contrast", list(rows))
        return found

    def type3(self) -> pd.DataFrame:
        """Type III tests: a row for each effect with effect, num_df, den_df, f, p."""
        rows = []
        for effect in self.design.effects[1:]:
            own = type_three_rows(self.design, self.basis, effect)
            rows.append((effect.name, *self.fixed.f_test(own, self._in_basis(own), self._counted_df(effect.name))))
        return pd.DataFrame(rows, columns=["effect", "num_df", "den_df", "f", "p"])

    def _counted_df(self, effect: str) -> float | None:
        if self.ddfm not in ("residual", "between-within"):
            return None
        return float(self.fixed.df_of_columns[self.design.effect(effect).columns.start])

    def _in_basis(self, rows: Floats) -> Floats:
        found: Floats = solve_triangular(self.triangle, rows[:, self.basis.kept].T, trans="T").T
        return found

    def _tests(self, rows: Floats, level: float, df: float | None) -> pd.DataFrame:
        known = are_estimable(rows, self.basis) & rows.any(axis=1) if len(rows) else np.zeros(0, dtype=np.bool_)
        found = self.fixed.t_tests(rows, self._in_basis(rows), level, df)
        found.loc[~known] = np.nan
        return found


@dataclass(frozen=True)
class _Records:
    """The records used: design with weights, codes."""

    design: Design
    basis: Basis
    y: Floats
    weight: Floats
    subject: Ints
    visit: Ints
    group: Ints
    visits: tuple[object, ...]
    groups: tuple[object, ...]
    n_subjects: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Fitted:
    data: Gathered
    structure: Structure
    optimum: Optimum
    value: Value
    shapes: list[Shape]
    sas: Floats
    spread: Floats
    information: Floats


class _NotFittedError(DataError):
    """A structure that these data cannot carry."""


def fit_mmrm(
    frame: pd.DataFrame,
    response: str,
    effects: Sequence[str],
    classes: Classes | None = None,
    *,
    subject: str,
    visit: str,
    covariance: str = "UN",
    group: str | None = None,
    weights: str | None = None,
    method: Method = "REML",
    ddfm: Ddfm = "kenward-roger",
    empirical: bool = False,
    fallback: Sequence[str] = (),
    convergence: Convergence = "optimum",
    level: float = 0.95,
) -> Mmrm:
    """The mixed model for repeated measures of ``response`` on an intercept and ``effects``.

    ``frame`` has a row for each subject and visit. ``effects`` and ``classes`` are those of `build_design`; ``visit``
    may stand in ``classes`` for the order of its levels even where it is in no effect. A record without a value of the
    response, the effects, subject, visit, group or weight (or with a weight of 0 or less) is left out; any pattern of
    visits may be missing.

    ``covariance``: UN, CS, CSH, AR(1), ARH(1), TOEP, TOEPH or ANTE(1), of its own for each level of ``group``. The
    estimates are at the optimum: Newton's method with the exact Hessian ends with a decrement g' H-1 g below 1e-10.
    ``fallback`` lists structures to take in turn where the data cannot carry the one before; the result names the one
    taken and why. ``weights``: the covariance of a subject is W**-1/2 R W**-1/2. ``ddfm``: "kenward-roger",
    "kenward-roger-linear" (KR without second derivatives; the same for UN, CS, TOEP), "satterthwaite",
    "between-within", "residual"; ``empirical`` takes the sandwich covariance, with the last two.

    ``convergence``: "optimum"; or "sas", for TYPE=UN: the point short of it where SAS stops by default (MIVQUE0 start,
    Newton-Raphson, CONVH=1E-8), for a comparison with a listing to its last digits.

    Tables: ``parameters`` (parameter, estimate, se, df, t, p, lower, upper, dependent), ``covariance_parameters``
    (parameter, group, estimate, se), ``covariance_matrices`` by group. ``bic`` counts the subjects of all records with
    their effects known, as SAS does.

    DataError for what `build_design` refuses, two records of a subject and visit, a visit or pair of visits without
    observations that the structure needs, more parameters than the data carry, no convergence.
    Source: SAS PROC MIXED, MODEL / DDFM=, REPEATED / SUBJECT= TYPE= GROUP=.

    >>> frame = pd.DataFrame({
    ...     "ID": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "VISIT": [1, 2] * 5, "ARM": list("AAAABBBBBB"),
    ...     "CHG": [1.0, 2.0, 3.0, 5.0, 2.0, 2.5, 4.0, 3.0, 4.0, 6.0]})
    >>> fit = fit_mmrm(frame, "CHG", ["ARM", "VISIT"], {"ARM": None, "VISIT": None}, subject="ID", visit="VISIT")
    >>> fit.lsmeans("ARM").differences[["level", "other", "estimate", "se", "df"]].round(3)
      level other  estimate     se   df
    0     A     B    -1.533  1.418  3.0
    """
    _check_options(method, ddfm, empirical, convergence, (covariance, *fallback))
    records = _records(frame, response, effects, classes or {}, subject, visit, group, weights)
    if np.abs(records.y).max() > _LARGEST:
        raise DataError("A response is too large for its square.", found=response, expected=f"up to {_LARGEST:g}")
    root = np.sqrt(records.weight)[:, np.newaxis]
    q, triangle = np.linalg.qr(records.design.matrix[:, records.basis.kept] * root)
    centre = float(records.y.mean())
    y = (records.y - centre) * root[:, 0]
    first = q.T @ y
    residual = y - q @ first
    again = q.T @ residual
    residual -= q @ again
    first += again
    free = len(y) - q.shape[1]
    if free < 1:
        raise DataError(
            "The model has as many parameters as records.",
            expected=f"more than {q.shape[1]}",
            found=f"{len(y)} records",
        )
    scale = float(np.sqrt(residual @ residual / free))
    if not scale > 1e-12 * max(np.abs(y).max(), abs(centre), 1e-300):
        raise DataError("The model fits every record without error.", found=response, hint="no covariance to estimate")
    data = gather(
        np.column_stack([q, residual / scale]),
        records.subject,
        records.visit,
        records.group,
        len(records.visits),
        max(1, len(records.groups)),
    )
    constant = _constant(records, triangle, scale, method)
    stop = constant if convergence == "sas" else None
    fitted, notes = _fit_first_possible(data, records, (covariance, *fallback), method, stop)
    return _result(
        frame,
        response,
        records,
        fitted,
        method,
        ddfm,
        empirical,
        level,
        q,
        triangle,
        first,
        centre,
        scale,
        constant,
        notes,
    )


def _check_options(method: str, ddfm: str, empirical: bool, convergence: str, names: Sequence[str]) -> None:
    if convergence not in ("optimum", "sas"):
        raise DataError("No such convergence.", expected="optimum or sas", found=repr(convergence))
    if convergence == "sas" and [name.upper() for name in names] != ["UN"]:
        raise DataError("Where SAS stops is known of TYPE=UN alone.", found=", ".join(names), expected="UN")
    if method not in ("REML", "ML"):
        raise DataError("No such method.", expected="REML or ML", found=repr(method))
    if ddfm not in DDFM:
        raise DataError("No such degrees of freedom.", expected=", ".join(DDFM), found=repr(ddfm))
    if ddfm.startswith("kenward") and method == "ML":
        raise DataError("Kenward-Roger is of REML.", found="ML", hint='ddfm="satterthwaite"')
    if empirical and ddfm not in ("residual", "between-within"):
        raise DataError(
            "The empirical covariance has counted degrees of freedom alone.", found=ddfm, hint='ddfm="between-within"'
        )


def _records(
    frame: pd.DataFrame,
    response: str,
    effects: Sequence[str],
    classes: Classes,
    subject: str,
    visit: str,
    group: str | None,
    weights: str | None,
) -> _Records:
    named = [subject, visit, *([] if group is None else [group])]
    for name in named:
        if name not in frame.columns:
            raise DataError("No such column.", found=name, hint=nearest(name, map(str, frame.columns)))
    values = numeric_column(frame, response)
    known = ~np.isnan(values)
    present = np.ones(len(frame), dtype=np.bool_)
    for name in named:
        column = frame[name].astype(object)
        present &= column.where(column != "", None).notna().to_numpy()
    warnings: list[str] = []
    weight = np.ones(len(frame))
    if weights is not None:
        weight = numeric_column(frame, weights)
        positive = weight > 0
        if (~positive & known & present).any():
            count = int((~positive & known & present).sum())
            warnings.append(f"{weights}: {count} records have no weight above 0 and are left out")
        present &= positive
    variables = {name.strip() for effect in effects for name in effect.split("*")}
    in_design = {name: order for name, order in classes.items() if name in variables or name not in named}
    design = build_design(frame, effects, in_design, usable=known & present)
    used = design.used
    basis = find_basis(design, LIKELIHOOD_SINGULAR)
    visit_codes, visits = _codes(frame[visit], classes.get(visit), used, visit)
    group_codes, groups = (
        (np.zeros(int(used.sum()), dtype=np.int64), ())
        if group is None
        else _codes(frame[group], classes.get(group), used, group)
    )
    subject_codes, subjects = pd.factorize(frame[subject].to_numpy()[used])
    _check_subjects(subject_codes, visit_codes, group_codes, subjects, visits, subject)
    complete = present.copy()
    for name in variables:
        column = frame[name].astype(object)
        complete &= column.where(column != "", None).notna().to_numpy()
    empty = [
        f"{effect.name}: no record of {', '.join(cells)}; its LS means cannot be estimated"
        for effect in design.effects
        if (cells := _empty_cells(design, effect.classes))
    ]
    return _Records(
        design,
        basis,
        values[used],
        weight[used],
        subject_codes.astype(np.int64),
        visit_codes,
        group_codes,
        visits,
        groups,
        int(frame[subject][complete].nunique()),
        (*design.warnings, *empty, *dependency_warnings(design, basis), *warnings),
    )


def _codes(
    column: pd.Series, order: Sequence[object] | None, used: Bools, name: str
) -> tuple[Ints, tuple[object, ...]]:
    own = column.astype(object).to_numpy()[used]
    present = set(own.tolist())
    if order is None:
        try:
            order = sorted(present)
        except TypeError as error:
            raise DataError("Levels of mixed types have no order.", found=name, hint="give the levels") from error
    strange = present - set(order)
    if strange:
        found = ", ".join(sorted(map(repr, strange)))
        raise DataError("A class variable has values outside its levels.", found=f"{name}: {found}")
    levels = tuple(level for level in order if level in present)
    place = {level: code for code, level in enumerate(levels)}
    return np.array([place[each] for each in own.tolist()], dtype=np.int64), levels


def _check_subjects(
    subject: Ints, visit: Ints, group: Ints, subjects: np.ndarray, visits: tuple[object, ...], name: str
) -> None:
    key = subject * len(visits) + visit
    values, counts = np.unique(key, return_counts=True)
    if (counts > 1).any():
        twice = values[counts > 1]
        found = ", ".join(
            f"{subjects[each // len(visits)]} at {level_text(visits[each % len(visits)])}"
            for each in twice[:5].tolist()
        )
        raise DataError(
            "A subject has two records of one visit.", found=found, expected=f"one of each {name} and visit"
        )
    lowest, highest = np.full(len(subjects), 2**62), np.full(len(subjects), -1)
    np.minimum.at(lowest, subject, group)
    np.maximum.at(highest, subject, group)
    if (lowest != highest).any():
        found = str(subjects[np.flatnonzero(lowest != highest)[0]])
        raise DataError("A subject is in two groups of covariance.", found=found, expected="one group a subject")


def _empty_cells(design: Design, classes: tuple[str, ...]) -> list[str]:
    if len(classes) < 2:
        return []
    sizes = [len(design.levels[name]) for name in classes]
    seen = np.zeros(sizes, dtype=np.bool_)
    seen[tuple(design.codes[name] for name in classes)] = True
    return [
        " ".join(level_text(design.levels[name][code]) for name, code in zip(classes, cell, strict=True))
        for cell in np.argwhere(~seen).tolist()
    ]


def _fit_first_possible(
    data: Gathered, records: _Records, names: Sequence[str], method: Method, stop: float | None
) -> tuple[_Fitted, tuple[str, ...]]:
    most = max(batch.size for batch in data.batches)
    structures = [structure_of(name, data.t, most) for name in names]
    notes: list[str] = []
    for structure in structures:
        try:
            fitted = _fit_structure(data, records, structure, method, stop)
        except _NotFittedError as error:
            if structure is structures[-1]:
                hint = "; ".join(notes) or error.hint
                raise DataError(error.what, expected=error.expected, found=error.found, hint=hint) from error
            notes.append(f"{structure.name} could not be fitted: {error.what} {error.found}".strip())
            continue
        if notes:
            notes.append(f"{structure.name} was taken, as listed in fallback")
        return fitted, tuple(notes)
    raise AssertionError("structures has at least one member")


def _fit_structure(
    data: Gathered, records: _Records, structure: Structure, method: Method, stop: float | None
) -> _Fitted:
    _check_identified(data, records, structure)
    problem = Problem(data, structure, method)
    tries: list[Optimum] = [] if stop is None else [stop_as_sas(problem, stop)]
    for start in starts(data, structure, data.columns[:, -1]) if stop is None else []:
        tries.append(minimise(problem, start))
        if structure.name == "UN" and not tries[-1].cause:
            break
    good = [each for each in tries if not each.cause and (stop is not None or each.decrement < DECREMENT)]
    if not good:
        raise _NotFittedError(
            f"The covariance structure {structure.name} has no optimum in these data.",
            found=_cause(structure, tries[0]) if stop is None else tries[0].cause,
            expected=f"data that carry {data.groups * structure.count} covariance parameters",
            hint="a structure with fewer parameters, or a list of them as fallback",
        )
    best = min(good, key=lambda each: each.objective)
    sas = best.theta
    if stop is None:
        sas = np.concatenate([structure.to_sas(each) for each in best.theta.reshape(data.groups, -1)])
    shapes = [structure.sas(each) for each in sas.reshape(data.groups, -1)]
    value = evaluate(data, np.stack([shape.matrix for shape in shapes]), method)
    if value is None:
        raise _NotFittedError("The covariance matrix is not positive definite.", found=structure.name)
    found = curvature(data, value, [shape.first for shape in shapes], method)
    hessian = found.observed.copy()
    for group, shape in enumerate(shapes):
        if not shape.is_linear:
            block = slice(group * structure.count, (group + 1) * structure.count)
            hessian[block, block] += np.einsum("ab,klab->kl", value.slope[group], shape.second, optimize=True)
    size = np.sqrt(np.abs(np.diag(hessian)))
    scaled = hessian / np.outer(size, size)
    scaled = (scaled + scaled.T) / 2
    if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled)[0] < _FLAT:
        raise _NotFittedError(
            f"The data do not tell the parameters of {structure.name} apart.",
            found="a Hessian that is not positive definite at the optimum",
            hint="a structure with fewer parameters, or a list of them as fallback",
        )
    inverse = np.linalg.inv(scaled)
    spread = (inverse + inverse.T) / np.outer(size, size)
    return _Fitted(data, structure, best, value, shapes, sas, spread, found.information)


def _cause(structure: Structure, end: Optimum) -> str:
    """Why a search ended without an optimum."""
    if end.theta.size and np.isfinite(end.theta).all():
        for own in end.theta.reshape(-1, structure.count):
            matrix = structure.working(own).matrix
            size = np.sqrt(np.diag(matrix))
            if size.min() > 0 and np.linalg.eigvalsh(matrix / np.outer(size, size))[0] < _SINGULAR:
                return "the covariance matrix tends to a singular one: visits that copy each other, or too few subjects"
    return end.cause


def _check_identified(data: Gathered, records: _Records, structure: Structure) -> None:
    """Each parameter needs a visit, or a pair of visits, that some subject has."""
    seen = seen_together(data)
    t = data.t
    labels = [level_text(each) for each in records.visits]
    for group in range(data.groups):
        where = f" in {level_text(records.groups[group])}" if records.groups else ""
        empty = [labels[a] for a in range(t) if not seen[group, a, a]]
        own = structure.name in ("UN", "CSH", "ARH(1)", "TOEPH", "ANTE(1)")
        if empty and own:
            raise _NotFittedError("A visit has no observation.", found=", ".join(empty) + where)
        apart = [(a, b) for a, b in combinations(range(t), 2) if not seen[group, a, b]]
        if structure.name in ("TOEP", "TOEPH"):
            lags = {b - a for a, b in combinations(range(t), 2)} - {
                b - a for a, b in combinations(range(t), 2) if seen[group, a, b]
            }
            apart = [pair for pair in apart if pair[1] - pair[0] in lags]
        elif structure.name == "ANTE(1)":
            # A correlation of neighbours is in the products over all pairs that span it.
            steps = [any(seen[group, a, b] for a in range(s + 1) for b in range(s + 1, t)) for s in range(t - 1)]
            apart = [(s, s + 1) for s, known in enumerate(steps) if not known]
        elif structure.name != "UN":
            apart = apart if len(apart) == t * (t - 1) // 2 else []
        if apart:
            found = ", ".join(f"{labels[a]} and {labels[b]}" for a, b in apart[:5]) + where
            raise _NotFittedError("No subject has both visits of a pair.", found=found)
    if data.groups * structure.count > data.n - data.q:
        raise _NotFittedError(
            "The model has more parameters than the data carry.",
            expected=f"more than {data.q + data.groups * structure.count} records",
            found=str(data.n),
        )


def _constant(records: _Records, triangle: Floats, scale: float, method: Method) -> float:
    """What the -2 log likelihood has above the objective of the scaled response in an orthonormal design."""
    free = len(records.y) - (len(triangle) if method == "REML" else 0)
    constant = free * (np.log(2 * np.pi) + 2 * np.log(scale)) - np.log(records.weight).sum()
    if method == "REML":
        constant += 2 * np.log(np.abs(np.diag(triangle))).sum()
    return float(constant)


def _result(
    frame: pd.DataFrame,
    response: str,
    records: _Records,
    fitted: _Fitted,
    method: Method,
    ddfm: Ddfm,
    empirical: bool,
    level: float,
    q: Floats,
    triangle: Floats,
    first: Floats,
    centre: float,
    scale: float,
    constant: float,
    notes: tuple[str, ...],
) -> Mmrm:
    data, value, structure = fitted.data, fitted.value, fitted.structure
    model_based = value.inverse
    covariance = model_based
    if empirical:
        covariance = empirical_covariance(data, value, np.stack([shape.matrix for shape in fitted.shapes]))
    elif ddfm.startswith("kenward"):
        covariance = adjusted_covariance(
            data,
            value,
            fitted.shapes,
            fitted.information,
            fitted.spread,
            second_order=ddfm == "kenward-roger",
        )
    # What is constant in the response goes to the functions, not to the coefficients: an intercept is always there.
    ones = solve_triangular(triangle, np.eye(len(triangle)))
    in_q = triangle[:, 0] * centre + first + scale * value.coefficients
    n, n_cov = data.n, data.groups * structure.count
    counted = np.full(len(records.design.names), float(n - data.q))
    if ddfm == "between-within":
        counted = between_within(
            records.design.matrix,
            records.subject,
            [effect.columns for effect in records.design.effects],
            unstructured=structure.name == "UN",
        )
    fixed = Fixed(
        in_q,
        scale**2 * model_based,
        scale**2 * covariance,
        fitted.information / scale**2,
        fitted.spread,
        ddfm,
        counted,
    )
    free = n - data.q if method == "REML" else n
    neg2 = float(value.objective + constant)
    squares = float(data.columns[:, -1] @ data.columns[:, -1])
    null = free * np.log(squares / free) + free + constant
    chi_square, null_df = max(0.0, float(null - neg2)), n_cov - 1
    powers = np.tile(structure.powers(scale), data.groups)
    spread = fitted.spread * np.outer(powers, powers)
    labels = records.groups or (None,)
    table = pd.DataFrame(
        {
            "parameter": structure.labels * data.groups,
            "group": [each for each in labels for _ in structure.labels],
            "estimate": fitted.sas * powers,
            "se": np.sqrt(np.diag(spread)),
        }
    )
    visits = pd.Index([level_text(each) for each in records.visits])
    full = np.zeros((len(records.design.names),) * 2)
    full[np.ix_(records.basis.kept, records.basis.kept)] = ones @ fixed.covariance @ ones.T
    made = Mmrm(
        response=response,
        n=n,
        n_missing=len(frame) - n,
        n_subjects=records.n_subjects,
        n_subjects_used=data.n_subjects,
        visits=records.visits,
        structure=structure.name,
        method=f"PROC MIXED, {method}, TYPE={structure.name}, DDFM={DDFM[ddfm]}" + (", EMPIRICAL" if empirical else ""),
        ddfm=ddfm,
        empirical=empirical,
        level=checked_level(level),
        neg2_log_likelihood=neg2,
        aic=neg2 + 2 * n_cov,
        aicc=neg2 + 2 * n_cov * free / (free - n_cov - 1) if free > n_cov + 1 else np.nan,
        bic=neg2 + n_cov * float(np.log(records.n_subjects)),
        null_chi_square=chi_square if null_df else np.nan,
        null_df=null_df,
        null_p=float(chdtrc(null_df, chi_square)) if null_df else np.nan,
        newton_decrement=fitted.optimum.decrement,
        iterations=fitted.optimum.iterations,
        parameters=pd.DataFrame(),
        covariance_parameters=table,
        covariance_parameters_covariance=spread,
        covariance_matrices={
            each: pd.DataFrame(shape.matrix * scale**2, index=visits, columns=visits)
            for each, shape in zip(labels, fitted.shapes, strict=True)
        },
        covariance=full,
        design=records.design,
        basis=records.basis,
        fixed=fixed,
        triangle=triangle,
        warnings=(*records.warnings, *notes),
    )
    return _with_parameters(made)


def _with_parameters(made: Mmrm) -> Mmrm:
    """The table of the parameters, 0 for those that depend on others."""
    rows = np.zeros((len(made.basis.kept), len(made.design.names)))
    rows[np.arange(len(rows)), made.basis.kept] = 1.0
    tests = made.fixed.t_tests(rows, made._in_basis(rows), made.level)
    table = pd.DataFrame(np.nan, index=range(len(made.design.names)), columns=tests.columns)
    table["estimate"] = 0.0
    table.loc[made.basis.kept] = tests.to_numpy()
    table.insert(0, "parameter", made.design.names)
    table["dependent"] = np.isin(np.arange(len(table)), made.basis.dependent)
    return replace(made, parameters=table)


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
    if against not in shorts:
        raise DataError("The level to compare with is none of the effect.", found=repr(against))
    turned = [(b, a) if shorts[a] == against else (a, b) for a, b in pairs]
    return [pair for pair in turned if shorts[pair[1]] == against]


def _short(label: tuple[object, ...], kept: list[int]) -> object:
    return label[kept[0]] if len(kept) == 1 else tuple(label[place] for place in kept)

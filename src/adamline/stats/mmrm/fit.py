"""Fit a mixed model for repeated measures (MMRM) as PROC MIXED with a REPEATED statement does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, as_list, checked_level
from adamline.stats._class_levels import level_text
from adamline.stats._scipy import chdtrc, solve_triangular
from adamline.stats.design import Classes
from adamline.stats.mmrm.covariance_fit import Fitted, fit_first_possible
from adamline.stats.mmrm.fit_options import checked_options
from adamline.stats.mmrm.formula import read_formula
from adamline.stats.mmrm.inference import (
    DDFM,
    Ddfm,
    Fixed,
    adjusted_covariance,
    between_within,
    empirical_covariance,
)
from adamline.stats.mmrm.likelihood import Method
from adamline.stats.mmrm.model import Mmrm
from adamline.stats.mmrm.patterns import gather
from adamline.stats.mmrm.records import Records, lag_warnings, order_warnings, take_records

# A response of this size has a fourth power, the variance of a variance; below this share of its size, a residual is 0.
_LARGEST, _NO_ERROR = 1e75, 1e-12


def fit_mmrm(
    frame: pd.DataFrame,
    response: str,
    effects: Sequence[str] | None = None,
    classes: Classes | None = None,
    *,
    subject: str,
    visit: str,
    covariance: str = "UN",
    group: str | None = None,
    weights: str | None = None,
    method: str = "REML",
    ddfm: str = "kenward-roger",
    empirical: bool = False,
    fallback: Sequence[str] = (),
    convergence: str = "optimum",
    level: float = 0.95,
) -> Mmrm:
    """The mixed model for repeated measures of ``response`` on an intercept and ``effects``.

    Without ``effects``, ``response`` is a formula with both, such as ``CHG ~ BASE + ARM * AVISIT`` (`read_formula`).
    ``frame`` has a row for each subject and visit. ``effects`` and ``classes`` are those of `build_design`; ``visit``
    may stand in ``classes`` for the order of its levels even where it is in no effect; else they are sorted, with a
    warning where Week 12 so comes before Week 4 and the structure depends on it, or where a visit between others has no
    record used, so that lags change. A record without a value of the
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
    >>> fit.ls_means("ARM").differences[["level", "other", "estimate", "se", "df"]].round(3)
      level other  estimate     se   df
    0     A     B    -1.533  1.418  3.0
    """
    names = (covariance, *(str(each) for each in as_list(fallback, "The fallback")))
    options = checked_options(method, ddfm, empirical, convergence, names)
    checked_level(level)
    if effects is None:
        response, effects = read_formula(response)
    records = take_records(frame, response, effects, classes or {}, subject, visit, group, weights)
    scaled = _scaled(records, response, options.method)
    data = gather(
        scaled.columns,
        records.subject,
        records.visit,
        records.group,
        len(records.visits),
        max(1, len(records.groups)),
    )
    stop = scaled.constant if options.convergence == "sas" else None
    fitted, notes = fit_first_possible(data, records, options.names, options.method, stop)
    fixed = _fixed(records, scaled, fitted, options.ddfm, empirical)
    is_ordered = (classes or {}).get(visit) is not None
    doubts = () if is_ordered else order_warnings(records.visits, fitted.structure.name, visit)
    doubts += lag_warnings(records.skipped, fitted.structure.name, visit)
    n, n_cov = data.n, data.groups * fitted.structure.count
    free = n - data.q if options.method == "REML" else n
    neg2 = fitted.value.objective + scaled.constant
    # ML counts the fixed effects too; n* of AICC is at least d + 2.
    d = n_cov if options.method == "REML" else n_cov + data.q
    effective = max(free, d + 2)
    squares = float(scaled.columns[:, -1] @ scaled.columns[:, -1])
    null = free * np.log(squares / free) + free + scaled.constant
    chi_square, null_df = max(0.0, float(null - neg2)), n_cov - 1
    table, spread = _covariance_parameters(records, fitted, scaled.scale)
    labels = records.groups or (None,)
    visits = pd.Index([level_text(each) for each in records.visits])
    inverse = solve_triangular(scaled.triangle, np.eye(data.q))
    full = np.zeros((len(records.design.names),) * 2)
    full[np.ix_(records.basis.kept, records.basis.kept)] = inverse @ fixed.covariance @ inverse.T
    made = Mmrm(
        response=response,
        n=n,
        n_missing=len(frame) - n,
        n_subjects=records.n_subjects,
        n_subjects_used=data.n_subjects,
        visits=records.visits,
        structure=fitted.structure.name,
        method=f"PROC MIXED, {options.method}, TYPE={fitted.structure.name}, DDFM={DDFM[options.ddfm]}"
        + (", EMPIRICAL" if empirical else ""),
        ddfm=options.ddfm,
        empirical=empirical,
        level=level,
        neg2_log_likelihood=neg2,
        aic=neg2 + 2 * d,
        aicc=neg2 + 2 * d * effective / (effective - d - 1),
        bic=neg2 + d * float(np.log(records.n_subjects)),
        null_chi_square=chi_square if null_df else np.nan,
        null_df=null_df,
        null_p=float(chdtrc(null_df, chi_square)) if null_df else np.nan,
        newton_decrement=fitted.optimum.decrement,
        iterations=fitted.optimum.iterations,
        parameters=pd.DataFrame(),
        covariance_parameters=table,
        covariance_parameters_covariance=spread,
        covariance_matrices={
            each: pd.DataFrame(shape.matrix * scaled.scale**2, index=visits, columns=visits)
            for each, shape in zip(labels, fitted.shapes, strict=True)
        },
        covariance=full,
        design=records.design,
        basis=records.basis,
        fixed=fixed,
        triangle=scaled.triangle,
        weights=weights,
        warnings=(*records.warnings, *doubts, *notes, *_df_warnings(weights, options.ddfm)),
    )
    return _with_parameters(made)


def _df_warnings(weights: str | None, ddfm: str) -> tuple[str, ...]:
    if weights is None or ddfm in ("residual", "between-within"):
        return ()
    return (f"{weights}: PROC MIXED leaves weights out of the slopes of its degrees of freedom, and prints others",)


@dataclass(frozen=True)
class _Scaled:
    """The fit's own units: an orthonormal design and the least squares residual over its SD, in ``columns``.

    The design times ``triangle`` is X, with roots of the weights; ``least_squares`` are coefficients of the
    response in this basis. ``constant`` is what the -2 log likelihood has above the objective of ``columns``.
    """

    columns: Floats
    triangle: Floats
    least_squares: Floats
    scale: float
    constant: float


def _scaled(records: Records, response: str, method: Method) -> _Scaled:
    if np.abs(records.y).max() > _LARGEST:
        raise DataError("A response is too large for its fourth power.", found=response, expected=f"up to {_LARGEST:g}")
    root = np.sqrt(records.weight)
    q, triangle = np.linalg.qr(records.design.matrix[:, records.basis.kept] * root[:, np.newaxis])
    # The mean first, and the projection twice: what is left of a response far from 0 keeps its digits.
    centre = float(records.y.mean())
    y = (records.y - centre) * root
    first = q.T @ y
    residual = y - q @ first
    again = q.T @ residual
    residual -= q @ again
    free = len(y) - q.shape[1]
    if free < 1:
        raise DataError(
            "The model has as many parameters as records.",
            expected=f"more than {q.shape[1]}",
            found=f"{len(y)} records",
        )
    scale = float(np.sqrt(residual @ residual / free))
    if not scale > _NO_ERROR * max(np.abs(y).max(), abs(centre), 1e-300):
        raise DataError("The model fits every record without error.", found=response, hint="no covariance to estimate")
    count = free if method == "REML" else len(y)
    constant = count * (np.log(2 * np.pi) + 2 * np.log(scale)) - np.log(records.weight).sum()
    if method == "REML":
        constant += 2 * np.log(np.abs(np.diag(triangle))).sum()
    # The first column of X is the intercept.
    least_squares = triangle[:, 0] * centre + first + again
    return _Scaled(np.column_stack([q, residual / scale]), triangle, least_squares, scale, float(constant))


def _fixed(records: Records, scaled: _Scaled, fitted: Fitted, ddfm: Ddfm, empirical: bool) -> Fixed:
    """The fixed effects with the covariance and degrees of freedom asked for, in units of the response."""
    data, value = fitted.data, fitted.value
    covariance = value.inverse
    if empirical:
        covariance = empirical_covariance(data, value, np.stack([shape.matrix for shape in fitted.shapes]))
    elif ddfm.startswith("kenward"):
        second_order = ddfm == "kenward-roger"
        covariance = adjusted_covariance(
            data, value, fitted.shapes, fitted.information, fitted.spread, second_order=second_order
        )
    counted = np.full(len(records.design.names), float(data.n - data.q)) if ddfm == "residual" else None
    if ddfm == "between-within":
        unstructured = fitted.structure.name == "UN"
        counted = between_within(records.design, records.basis, records.subject, unstructured=unstructured)
    square = scaled.scale**2
    # The covariance parameters stay in the fit's own units: slopes are per unit of these, and df have no unit.
    return Fixed(
        scaled.least_squares + scaled.scale * value.coefficients,
        square * value.inverse,
        square * covariance,
        fitted.information / square,
        fitted.spread,
        ddfm,
        float(data.n - data.q),
        counted,
    )


def _covariance_parameters(records: Records, fitted: Fitted, scale: float) -> tuple[pd.DataFrame, Floats]:
    structure, groups = fitted.structure, fitted.data.groups
    labels, order = structure.labels, list(range(structure.count))
    if records.groups and labels[-1] == "Residual":
        # So PROC MIXED writes them by GROUP=.
        labels, order = ("Variance", *labels[:-1]), [order[-1], *order[:-1]]
    places = [group * structure.count + place for group in range(groups) for place in order]
    powers = np.tile(structure.powers(scale), groups)
    spread = (fitted.spread * np.outer(powers, powers))[np.ix_(places, places)]
    table = pd.DataFrame(
        {
            "parameter": labels * groups,
            "group": [each for each in records.groups or (None,) for _ in labels],
            "estimate": (fitted.sas * powers)[places],
            "se": np.sqrt(np.diag(spread)),
        }
    )
    return table, spread


def _with_parameters(made: Mmrm) -> Mmrm:
    """The table of the parameters, 0 for those that depend on others."""
    rows = np.zeros((len(made.basis.kept), len(made.design.names)))
    rows[np.arange(len(rows)), made.basis.kept] = 1.0
    counted = made.fixed.df_of_columns
    tests = made.fixed.t_tests(made.in_basis(rows), made.level, None if counted is None else counted[made.basis.kept])
    table = pd.DataFrame(np.nan, index=range(len(made.design.names)), columns=tests.columns)
    table["estimate"] = 0.0
    table.loc[made.basis.kept] = tests.to_numpy()
    table.insert(0, "parameter", made.design.names)
    table["dependent"] = np.isin(np.arange(len(table)), made.basis.dependent)
    return replace(made, parameters=table)

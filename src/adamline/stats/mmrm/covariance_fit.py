"""Fit a covariance structure, or the first of several that the data can carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from adamline.errors import DataError
from adamline.stats._arrays import Floats
from adamline.stats._class_levels import level_text
from adamline.stats.mmrm.likelihood import Method, Value, curvature, evaluate
from adamline.stats.mmrm.optimise import DECREMENT, Optimum, Problem, minimise, starts, stop_as_sas
from adamline.stats.mmrm.patterns import Gathered, seen_together
from adamline.stats.mmrm.records import Records
from adamline.stats.mmrm.structures import Shape, Structure, structure_of

# The smallest eigenvalue of the Hessian, scaled to a unit diagonal: below this, parameters cannot be told apart.
_FLAT = 1e-11
# The information of less than a millionth of a record is rounding.
_NO_INFORMATION = 1e-6
# The smallest eigenvalue of a correlation matrix that is as good as singular; an SD, in residual SDs, that is 0.
_SINGULAR, _NO_SD = 1e-6, 1e-5


@dataclass(frozen=True)
class Fitted:
    """A structure at its optimum: SAS's parameters of all groups, their covariance, P_k of each."""

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


def fit_first_possible(
    data: Gathered, records: Records, names: Sequence[str], method: Method, stop: float | None
) -> tuple[Fitted, tuple[str, ...]]:
    """The first of the structures that has an optimum, and why those before it were not taken.

    ``stop`` is the constant of the -2 log likelihood where the search is to end as SAS ends it.
    """
    structures = [structure_of(name, data.t) for name in names]
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
    data: Gathered, records: Records, structure: Structure, method: Method, stop: float | None
) -> Fitted:
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
            found=_cause(records, structure, tries[0]) if stop is None else tries[0].cause,
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
    lost = _without_information(records, structure, shapes, np.diag(hessian))
    if lost:
        raise _NotFittedError(
            f"The data have no information on parameters of {structure.name}.",
            found=", ".join(lost),
            hint="look for a visit or a cell of the model with one record, or take a structure with fewer parameters",
        )
    size = np.sqrt(np.abs(np.diag(hessian)))
    scaled = hessian / np.outer(size, size)
    scaled = (scaled + scaled.T) / 2
    if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled)[0] < _FLAT:
        raise _NotFittedError(
            f"The data do not tell the parameters of {structure.name} apart.",
            found=_cause(
                records, structure, replace(best, cause="a Hessian that is not positive definite at the optimum")
            ),
            hint="a structure with fewer parameters, or a list of them as fallback",
        )
    inverse = np.linalg.inv(scaled)
    spread = (inverse + inverse.T) / np.outer(size, size)
    return Fitted(data, structure, best, value, shapes, sas, spread, found.information)


def _without_information(records: Records, structure: Structure, shapes: list[Shape], information: Floats) -> list[str]:
    """The parameters on which the likelihood hardly depends, each in units of the variances and correlations."""
    found = []
    for group, shape in enumerate(shapes):
        sd = np.sqrt(np.diag(shape.matrix))
        unit = 1 / np.abs(shape.first / np.outer(sd, sd)).max(axis=(1, 2))
        own = information[group * structure.count : (group + 1) * structure.count] * unit**2
        found += [
            label + _in_group(records, group)
            for label, each in zip(structure.labels, own, strict=True)
            if abs(each) < _NO_INFORMATION
        ]
    return found


def _cause(records: Records, structure: Structure, end: Optimum) -> str:
    """Why a search ended without an optimum."""
    if not (end.theta.size and np.isfinite(end.theta).all()):
        return end.cause
    for group, own in enumerate(end.theta.reshape(-1, structure.count)):
        matrix = structure.working(own).matrix
        size = np.sqrt(np.diag(matrix))
        lost = [level_text(visit) for visit, each in zip(records.visits, size, strict=True) if each < _NO_SD]
        if lost:
            where = ", ".join(lost) + _in_group(records, group)
            return f"the variance of {where} tends to 0: the model fits its records without error"
        if np.linalg.eigvalsh(matrix / np.outer(size, size))[0] < _SINGULAR:
            return "the covariance matrix tends to a singular one: visits that copy each other, or too few subjects"
    return end.cause


def _in_group(records: Records, group: int) -> str:
    return f" in {level_text(records.groups[group])}" if records.groups else ""


def _check_identified(data: Gathered, records: Records, structure: Structure) -> None:
    """Each parameter needs a visit, or a pair of visits, that some subject has."""
    seen = seen_together(data)
    t = data.t
    if t == 1 and structure.name != "UN":
        raise _NotFittedError(
            "One visit has a variance and no correlation.", found=structure.name, hint='covariance="UN"'
        )
    labels = [level_text(each) for each in records.visits]
    for group in range(data.groups):
        where = _in_group(records, group)
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
            expected=f"at least {data.q + data.groups * structure.count} records",
            found=str(data.n),
        )

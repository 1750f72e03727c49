"""Minimise -2 log likelihood by Newton's method with its exact Hessian, from several starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._scipy import cho_factor, cho_solve
from adamline.stats.mmrm.likelihood import Curvature, Method, Value, curvature, evaluate
from adamline.stats.mmrm.patterns import Gathered, embedded
from adamline.stats.mmrm.structures import Shape, Structure

DECREMENT = 1e-10
# Of 972 simulated trials with an optimum none took more than 37 steps.
_STEPS = 100
# The smallest eigenvalue of a correlation matrix from which no search comes back.
_LOST = 1e-10
_HALVINGS = 40


@dataclass(frozen=True)
class Optimum:
    """Where the search ended: the optimiser's parameters by group, g' H-1 g of the last step, whether it is a minimum.

    ``cause`` says why it is none.
    """

    theta: Floats
    objective: float
    decrement: float
    iterations: int
    cause: str = ""


@dataclass(frozen=True)
class Problem:
    """The likelihood of one structure, with its parameters for each group one after the other."""

    data: Gathered
    structure: Structure
    method: Method

    def shapes(self, theta: Floats) -> list[Shape]:
        """The covariance matrix of each group with its derivatives in the optimiser's parameters."""
        return [self.structure.working(each) for each in theta.reshape(self.data.groups, -1)]

    def value(self, theta: Floats) -> tuple[Value | None, list[Shape]]:
        """The objective at the optimiser's parameters, None where a matrix is not positive definite."""
        shapes = self.shapes(theta)
        matrices = np.stack([shape.matrix for shape in shapes])
        return (evaluate(self.data, matrices, self.method) if np.isfinite(matrices).all() else None), shapes

    def derivatives(self, theta: Floats, value: Value, shapes: list[Shape]) -> tuple[Floats, Floats, Floats]:
        """Gradient, Hessian and expected Hessian in the optimiser's parameters."""
        gradient = np.concatenate(
            [np.einsum("kab,ab->k", s.first, slope) for s, slope in zip(shapes, value.slope, strict=True)]
        )
        found: Curvature = curvature(self.data, value, [s.first for s in shapes], self.method)
        hessian = found.observed.copy()
        k = self.structure.count
        for group, own in enumerate(theta.reshape(self.data.groups, -1)):
            block = slice(group * k, (group + 1) * k)
            hessian[block, block] += self.structure.bend(shapes[group], own, value.slope[group])
        return gradient, (hessian + hessian.T) / 2, (found.expected + found.expected.T) / 2


def minimise(problem: Problem, start: Floats) -> Optimum:
    """Newton's method from one start: scoring where the Hessian is not positive definite, halved steps."""
    theta = start
    value, shapes = problem.value(theta)
    if value is None:
        return Optimum(theta, np.inf, np.inf, 0, "the start is not positive definite")
    closing = 0
    decrement = np.inf
    for step_number in range(1, _STEPS + 1):
        gradient, hessian, expected = problem.derivatives(theta, value, shapes)
        step, is_newton = _direction(gradient, hessian, expected)
        decrement = float(-gradient @ step)
        if is_newton and decrement < DECREMENT:
            closing += 1
            if closing > 1 or decrement < 1e-20:
                return Optimum(theta, value.objective, max(decrement, 0.0), step_number)
        moved = _moved(problem, theta, value, step, decrement, shapes)
        if moved is None:
            if is_newton and decrement < DECREMENT:
                return Optimum(theta, value.objective, max(decrement, 0.0), step_number)
            return Optimum(theta, value.objective, decrement, step_number, "no step lowers the -2 log likelihood")
        theta, value, shapes = moved
        if _is_degenerate(shapes):
            cause = "the covariance matrix tends to a singular one"
            return Optimum(theta, value.objective, decrement, step_number, cause)
    return Optimum(theta, value.objective, decrement, _STEPS, f"not at an optimum after {_STEPS} steps")


def _direction(gradient: Floats, hessian: Floats, expected: Floats) -> tuple[Floats, bool]:
    for matrix, is_newton in ((hessian, True), (expected, False)):
        size = np.sqrt(np.abs(np.diag(matrix)))
        if not (np.isfinite(matrix).all() and size.min() > 0):
            continue
        scaled = matrix / np.outer(size, size)
        try:
            return -cho_solve(cho_factor(scaled), gradient / size) / size, is_newton
        except np.linalg.LinAlgError:
            continue
    values, vectors = np.linalg.eigh(np.nan_to_num(hessian))
    large = np.maximum(np.abs(values), 1e-8 * max(np.abs(values).max(), 1e-300))
    return -vectors @ ((vectors.T @ gradient) / large), False


def _moved(
    problem: Problem, theta: Floats, value: Value, step: Floats, decrement: float, shapes: list[Shape]
) -> tuple[Floats, Value, list[Shape]] | None:
    """The point that a step, whole or halved, leads to."""
    # In logarithms and Fisher's z, a step beyond this is none that the quadratic foresees.
    length = min(1.0, 3.0 / max(np.abs(step).max(), 1e-300))
    rounding = 1e-13 * max(1.0, abs(value.objective))
    for _ in range(_HALVINGS):
        there = theta + length * step
        found, there_shapes = problem.value(there)
        gain = -np.inf if found is None else value.objective - found.objective
        if found is not None and gain >= min(1e-4 * length * decrement, 1e10) - (rounding if decrement < 1e-6 else 0):
            return there, found, there_shapes
        length *= 0.5 if found is not None else 0.25
    return None


def _is_degenerate(shapes: list[Shape]) -> bool:
    # In the fit's own units, where the residual's SD is 1.
    matrices = np.stack([shape.matrix for shape in shapes])
    sizes = np.sqrt(np.diagonal(matrices, axis1=1, axis2=2))
    if sizes.min() < 1e-7 or sizes.max() > 1e7:
        return True
    correlations = matrices / (sizes[:, :, np.newaxis] * sizes[:, np.newaxis, :])
    # It may be below 0 where no subject has all visits, by a structure with few parameters.
    return bool(np.abs(np.linalg.eigvalsh(correlations)[:, 0]).min() < _LOST)


def stop_as_sas(problem: Problem, constant: float) -> Optimum:
    """Where PROC MIXED stops for TYPE=UN: from MIVQUE0, Newton-Raphson on Sigma until g' H-1 g / |f| is below 1e-8.

    f is the -2 log likelihood with its ``constant``, CONVH=1E-8 the default of SAS.
    """
    data, structure = problem.data, problem.structure
    t, k = data.t, structure.count
    directions = [structure.sas(np.zeros(k)).first] * data.groups
    value = evaluate(data, np.stack([np.eye(t)] * data.groups), problem.method)
    if value is None:
        return Optimum(np.zeros(0), np.inf, np.inf, 0, "the design is singular")
    products = np.zeros((data.groups, t, t))
    for batch, residual in zip(data.batches, value.residual, strict=True):
        np.add.at(products, batch.group, embedded(batch, residual, t))
    right = np.concatenate([np.einsum("kab,ab->k", d, p) for d, p in zip(directions, products, strict=True)])
    theta = np.linalg.solve(curvature(data, value, directions, problem.method).expected, right)
    decrement = np.inf
    for number in range(_STEPS):
        matrices = np.stack([structure.sas(each).matrix for each in theta.reshape(data.groups, -1)])
        value = evaluate(data, matrices, problem.method)
        if value is None:
            return Optimum(
                theta, np.inf, np.inf, number, "a step of Newton-Raphson left the positive definite matrices"
            )
        gradient = np.concatenate([np.einsum("kab,ab->k", d, s) for d, s in zip(directions, value.slope, strict=True)])
        step = np.linalg.solve(curvature(data, value, directions, problem.method).observed, gradient)
        decrement = float(gradient @ step)
        if abs(decrement) < 1e-8 * abs(value.objective + constant):
            return Optimum(theta, value.objective, decrement, number)
        theta = theta - step
    return Optimum(theta, np.inf, decrement, _STEPS, f"not converged after {_STEPS} steps")


def starts(data: Gathered, structure: Structure, residual: Floats) -> list[Floats]:
    """Where to start: from the moments of the least squares residuals, without correlation, with much of it."""
    found = []
    moments = [_moments(data, residual, group) for group in range(data.groups)]
    for share in (1.0, 0.0, 0.5):
        made = []
        for each in moments:
            size = np.sqrt(np.diag(each))
            strong = np.outer(size, size) * (0.3 * np.eye(data.t) + 0.7)
            diagonal = np.diag(np.diag(each))
            matrix = each if share == 1.0 else diagonal if share == 0.0 else strong
            made.append(structure.start(matrix))
        found.append(np.concatenate(made))
    return found


def _moments(data: Gathered, residual: Floats, group: int) -> Floats:
    """Mean products of residuals by pair of visits, drawn to their diagonal until positive definite."""
    t = data.t
    own = data.group == group
    wide = np.zeros((int(data.subject.max()) + 1, t))
    seen = np.zeros_like(wide)
    wide[data.subject[own], data.visit[own]] = residual[own]
    seen[data.subject[own], data.visit[own]] = 1.0
    moments = (wide.T @ wide) / np.maximum(seen.T @ seen, 1.0)
    variance = np.diag(moments).copy()
    # A visit without a record, or with records that the model fits without error, starts with the variance of others.
    variance[variance <= 1e-12 * variance.max()] = max(variance.max(), 1e-6)
    size = np.sqrt(variance)
    correlation = moments / np.outer(size, size)
    np.fill_diagonal(correlation, 1.0)
    for share in (1.0, 0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0.0):
        drawn = share * correlation + (1 - share) * np.eye(t)
        if np.linalg.eigvalsh(drawn)[0] > 1e-4:
            break
    found: Floats = drawn * np.outer(size, size)
    return found

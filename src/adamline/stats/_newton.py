"""Maximise a concave likelihood by Newton's method, and find out where it has no maximum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats
from adamline.stats._scipy import block_array, cho_factor, cho_solve, csr_array, eye_array, linprog

Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]

# The last step, in units of standard errors and squared; Newton's method doubles the digits with each step.
_STEP = 1e-14
_ITERATIONS, _HALVINGS = 60, 40
# Rounding of a log likelihood, relative: a step may lower it by so little.
_NOISE = 1e-12
# Information below this share of the greatest may be what rounding leaves of none.
_FLAT = 1e-8
# How far a direction may go to hold its records apart by 1.
_REACH = 1e5
# How far rows may be from what they say: without it their rounding, however small, can rule out every direction.
_SLACK = 1e-9


@dataclass(frozen=True)
class Maximum:
    """Where Newton's method ended; the gradient and the information there."""

    point: Floats
    log_likelihood: float
    gradient: Floats
    information: Floats
    iterations: int
    converged: bool


def maximise(likelihood: Likelihood, start: Floats) -> Maximum:
    """The maximum of a concave log likelihood, which gives itself, its gradient and its information.

    Steps that lower the likelihood are halved. Converged when g' I-1 g, the square of the step that is left in units of
    standard errors, is at most 1e-14; one more step is then taken, which leaves an error of the order of rounding.
    """
    point, now = start, likelihood(start)
    for iteration in range(_ITERATIONS):
        step = _step(now[2], now[1])
        if step is None:
            return Maximum(point, *now, iteration, False)
        if now[1] @ step <= _STEP:
            return Maximum(point + step, *likelihood(point + step), iteration, True)
        least = now[0] - _NOISE * max(1.0, abs(now[0]))
        following = likelihood(point + step)
        for _ in range(_HALVINGS):
            if following[0] >= least:
                break
            step = step / 2
            following = likelihood(point + step)
        else:
            return Maximum(point, *now, iteration, False)
        point, now = point + step, following
    return Maximum(point, *now, _ITERATIONS, False)


def has_maximum(found: Maximum, reach: float) -> bool:
    """Whether the end of Newton's method proves that there is a maximum; ``reach`` bounds what the data differ by.

    Along a direction without end the information is at most ``reach`` times the slope, so that a gradient far below the
    least information leaves no such direction.
    """
    if not found.converged:
        return False
    values = np.linalg.eigvalsh(found.information)
    bound = max(10 * reach * float(np.linalg.norm(found.gradient)), _FLAT * float(values[-1]))
    return bool(values[0] > bound)


def held_apart(rows: Floats, ties: Floats) -> Bools:
    """Which rows d have d b > 0 for a direction b with d b >= 0 in all rows and = 0 in all ties.

    A linear program finds them: the most of the sum of t with d b >= t, 0 <= t <= 1. The likelihood has a maximum where
    no row can be held apart (Albert and Anderson 1984; Konis 2007). Rows are taken as exact to 1e-9 of their length;
    some that only a very long direction holds apart are found when the others have been left out.
    """
    count, size = rows.shape
    both = csr_array(_unit(np.vstack([rows, ties])))
    unit, equal = both[:count], both[count:]
    nothing = csr_array((len(ties), count))
    system = [[-unit, eye_array(count)], [equal, nothing], [-equal, nothing]]
    for tolerance in (_SLACK / 10, _SLACK):
        found = linprog(
            np.concatenate([np.zeros(size), -np.ones(count)]),
            A_ub=block_array(system, format="csr"),
            b_ub=np.full(count + 2 * len(ties), _SLACK),
            bounds=[(-_REACH, _REACH)] * size + [(0, 1)] * count,
            method="highs",
            options={"primal_feasibility_tolerance": tolerance},
        )
        # A program may end without an answer at a tolerance that its numbers cannot keep.
        if found.x is not None:
            break
    if found.x is None:
        raise DataError("It cannot be told whether the likelihood has a maximum.", found=str(found.message))
    apart: Bools = found.x[size:] > 0.5
    return apart


def _step(information: Floats, gradient: Floats) -> Floats | None:
    """I-1 g, or None where the information is singular."""
    if not (np.isfinite(information).all() and np.isfinite(gradient).all()):
        return None
    try:
        step: Floats = cho_solve(cho_factor(information), gradient)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _unit(rows: Floats) -> Floats:
    """Rows of length 1; those that are nothing but rounding of the others are 0."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    is_something = length > _SLACK * length.max(initial=0)
    return np.where(is_something, rows / np.where(is_something, length, 1.0), 0.0)

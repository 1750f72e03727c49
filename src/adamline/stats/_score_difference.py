"""Restricted likelihood of two proportions whose difference is given: the core of score limits and score tests.

At the largest likelihood of x1 of n1 and x2 of n2 under p1 - p2 = d there is a number m, the multiplier of the
condition, with x1 - n1 p1 = m p1 (1 - p1) and x2 - n2 p2 = -m p2 (1 - p2). Given m each proportion is the root of its
own quadratic, and the observed difference less d is m V, V being the variance p1 (1 - p1) / n1 + p2 (1 - p2) / n2. So
the score statistic is m sqrt(V), which rises with m: one root of one function, and no cubic.

All functions take m of 0 or more, that is a difference no larger than the observed one. The other side is the same
problem with the rows swapped. In place of p2 stands q2 = 1 - p2, which falls with m as p1 does.
"""

from __future__ import annotations

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._roots import roots_between


def lower_score_limits(x1: Floats, n1: Floats, x2: Floats, n2: Floats, critical: Floats) -> Floats:
    """The difference below the observed one whose score statistic, squared, is ``critical``; n1 and n2 above 0."""
    limits = np.full(x1.shape, -1.0)
    rest2 = n2 - x2
    # With no event in row 1 and nothing but events in row 2 the observed difference is -1 already.
    usable = (x1 > 0) | (rest2 > 0)
    counts = [count[usable] for count in (x1, n1, rest2, n2)]
    target = np.sqrt(critical[usable])

    def short(m: Floats, x1: Floats, n1: Floats, rest2: Floats, n2: Floats, target: Floats) -> Floats:
        excess: Floats = m * np.sqrt(_variance(m, x1, n1) + _variance(m, rest2, n2)) - target
        return excess

    high = np.fmin(_enough(counts[0], counts[1], critical[usable]), _enough(counts[2], counts[3], critical[usable]))
    m = roots_between(short, np.zeros_like(high), high, *counts, target)
    limits[usable] = _restricted(m, counts[0], counts[1])[0] - _restricted(m, counts[2], counts[3])[1]
    return limits


def restricted_variance(x1: Floats, n1: Floats, x2: Floats, n2: Floats, difference: float) -> Floats:
    """V of the proportions that are most likely if p1 - p2 is ``difference``, which lies between -1 and 1."""
    observed = (x1 * n2 - x2 * n1) / (n1 * n2)
    is_above = observed >= difference
    first, second = np.where(is_above, x1, x2), np.where(is_above, x2, x1)
    of_first, of_second = np.where(is_above, n1, n2), np.where(is_above, n2, n1)
    rest = of_second - second
    wanted = np.where(is_above, difference, -difference)

    def excess(m: Floats, x: Floats, n: Floats, rest: Floats, other: Floats, wanted: Floats) -> Floats:
        above: Floats = _restricted(m, x, n)[0] - _restricted(m, rest, other)[1] - wanted
        return above

    # From m = 2 n on a proportion is at most x / m; the hair above keeps rounding from losing the root.
    high = np.maximum(2 * np.maximum(n1, n2), (first + rest) / (1 + wanted)) * (1 + 1e-9)
    arguments = (first, of_first, rest, of_second, wanted)
    is_apart = excess(np.zeros_like(high), *arguments) > 0
    found = roots_between(excess, np.where(is_apart, 0.0, np.nan), high, *arguments)
    m = np.where(is_apart, found, 0.0)
    return _variance(m, first, of_first) + _variance(m, rest, of_second)


def _restricted(m: Floats, x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """The root p of x - n p = m p (1 - p) between 0 and x/n, and 1 - p, neither by a difference that cancels."""
    root = np.sqrt((n - m) ** 2 + 4 * m * (n - x))
    below = n + m + root
    away = n + m - 2 * x
    # root**2 - away**2 is 4 x (n - x).
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = np.where(away >= 0, (away + root) / below, 4 * x * (n - x) / ((root - away) * below))
    return 2 * x / below, rest


def _variance(m: Floats, x: Floats, n: Floats) -> Floats:
    p, rest = _restricted(m, x, n)
    return p * rest / n


def _enough(x: Floats, n: Floats, critical: Floats) -> Floats:
    """An m at which this row alone carries the squared statistic beyond ``critical``; missing without events.

    From m = 2 n on p is at most x / m, so that m (x/n - p), the row's part, is at least m x / (2 n).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(x > 0, 2 * n * np.maximum(1, critical / x) * (1 + 1e-9), np.nan)

"""Lower limits of a proportion that are roots without a formula: likelihood ratio, mid-p, Blaker."""

from __future__ import annotations

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._roots import roots_between
from adamline.stats._scipy import betainc, betaincc, betaincinv, xlogy


def likelihood_ratio_lower(x: Floats, n: Floats, z: float) -> Floats:
    """The p below x/n whose likelihood ratio statistic is z squared; 0 where x is 0."""
    usable = (x > 0) & (n > 0)
    limits = np.zeros(x.shape)
    events, total = x[usable], n[usable]
    rest = total - events

    def excess(p: Floats, x: Floats, rest: Floats) -> Floats:
        share = x / (x + rest)
        # The signed root of the statistic is nearly straight in p, the statistic itself is not.
        gain = xlogy(x, share / p) + xlogy(rest, (1 - share) / np.where(rest > 0, 1 - p, 1.0))
        short: Floats = z - np.sqrt(2 * np.maximum(gain, 0))
        return short

    # At the lower end the statistic is beyond z**2 whatever the rest adds: it is at least 2 x log(share / p) - 2 x.
    share = events / total
    low = share * np.exp(-1 - (z**2 + 1) / (2 * events))
    limits[usable] = roots_between(excess, low, share, events, rest)
    return limits


def mid_p_lower(x: Floats, n: Floats, tail: float) -> Floats:
    """The p at which P(more than x) + P(x) / 2 is ``tail``; 0 where x is 0."""
    usable = (x > 0) & (n > 0)
    limits = np.zeros(x.shape)
    events, total = x[usable], n[usable]

    def excess(p: Floats, x: Floats, n: Floats) -> Floats:
        more = np.where(x < n, betainc(x + 1, np.maximum(n - x, 1), p), 0.0)
        above: Floats = (betainc(x, n - x + 1, p) + more) / 2 - tail
        return above

    # The exact lower limits of x and of x + 1 lie on both sides: one counts all of P(x), the other none of it.
    low = betaincinv(events, total - events + 1, tail)
    high = np.where(events < total, betaincinv(events + 1, np.maximum(total - events, 1), tail), 1.0)
    limits[usable] = roots_between(excess, low, high, events, total)
    return limits


def blaker_lower(x: Floats, n: Floats, alpha: float) -> Floats:
    """The least p that Blaker's exact test of p does not reject at ``alpha``; 0 where x is 0.

    Below x/n the test's p-value is P(X >= x) plus the largest left tail P(X <= k) that is no larger. At the exact
    lower limit P(X >= x) is alpha / 2. As p rises from there with k fixed, the sum of the two tails first falls and
    then rises, until k + 1 takes over with a jump to twice P(X >= x), which is more than alpha. So the limit is where
    the sum reaches alpha, or else where k + 1 takes over.
    """
    limits = np.zeros(x.shape)
    usable = (x > 0) & (n > 0)
    events, total = x[usable], n[usable]
    exact = betaincinv(events, total - events + 1, alpha / 2)
    k = _largest_left_tail(events, total, exact, alpha / 2)
    # At p = x/n the median is x, so that P(X >= x) is no less than P(X <= x - 1): k + 1 has taken over.
    takeover = roots_between(_right_less_left, exact, events / total, events, total, k + 1)

    def excess(p: Floats, x: Floats, n: Floats, k: Floats) -> Floats:
        above: Floats = betainc(x, n - x + 1, p) + _left(k, n, p) - alpha
        return above

    reached = excess(takeover, events, total, k) > 0
    limit = takeover.copy()
    limit[reached] = roots_between(excess, exact[reached], takeover[reached], *(a[reached] for a in (events, total, k)))
    limits[usable] = limit
    return limits


def _left(k: Floats, n: Floats, p: Floats) -> Floats:
    """P(X <= k), 0 for k = -1."""
    return np.where(k >= 0, betaincc(np.maximum(k, 0) + 1, np.maximum(n - k, 1), p), 0.0)


def _right_less_left(p: Floats, x: Floats, n: Floats, k: Floats) -> Floats:
    difference: Floats = betainc(x, n - x + 1, p) - _left(k, n, p)
    return difference


def _largest_left_tail(x: Floats, n: Floats, p: Floats, tail: float) -> Floats:
    """The largest k from -1 to x - 2 whose P(X <= k) is no more than ``tail``, by halving."""
    low, high = np.full(x.shape, -1.0), x - 1  # P(X <= x - 1) is 1 - tail, which is more
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        fits = _left(middle, n, p) <= tail
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low

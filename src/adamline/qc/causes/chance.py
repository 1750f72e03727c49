"""How likely it is that unrelated differences look as if they had one cause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64] | NDArray[np.float64]


def at_least(hits: int, trials: int, share: float) -> float:
    """The probability of ``hits`` or more of ``trials`` where each hits with probability ``share`` (binomial tail).

    >>> round(at_least(2, 3, 0.5), 6)
    0.5
    """
    if hits <= 0:
        return 1.0
    from scipy.special import betainc  # most comparisons look for no cause

    return float(betainc(hits, trials - hits + 1, min(share, 1.0)))


def log_at_least_drawn(hits: Counts, total: float, special: Counts, drawn: float) -> Floats:
    """The logarithm of the probability that ``drawn`` of ``total`` records hold ``hits`` or more special ones.

    An upper bound of the hypergeometric tail: its first term times the geometric series that lies above the rest; 0
    where no more are special than are to be expected.

    >>> np.exp(log_at_least_drawn(np.array([3.0]), 10, np.array([3.0]), 3)).round(6).tolist()  # 1 / C(10, 3)
    [0.008333]
    """
    k, s = np.asarray(hits, dtype=np.float64), np.asarray(special, dtype=np.float64)
    s = np.maximum(s, k)
    first = _log_choose(s, k) + _log_choose(total - s, drawn - k) - _log_choose(np.float64(total), np.float64(drawn))
    above = total - s - drawn + k + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (s - k) * (drawn - k) / ((k + 1) * above)
        tail = first - np.log1p(-ratio)
    is_tail = (above > 0) & (ratio < 1) & (k > s * drawn / total)
    return np.where(is_tail, np.minimum(tail, 0.0), 0.0)


def _log_choose(n: Floats | np.float64, k: Floats | np.float64) -> Floats:
    from scipy.special import gammaln

    n, k = np.maximum(n, 0), np.maximum(k, 0)
    chosen: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0) + 1)
    return chosen

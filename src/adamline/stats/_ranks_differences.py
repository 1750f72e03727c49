"""Find the k-th smallest of all differences between two samples, with bounded memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adamline.stats._arrays import Floats, Ints

# Up to this many differences are made at once, 8 MB; beyond, they are counted instead.
_AT_ONCE = 2**20


def ordered_differences(first: Floats, second: Floats, places: Sequence[int]) -> Floats:
    """The differences ``second`` minus ``first`` at these places of their order, counted from 0; both are sorted.

    >>> ordered_differences(np.array([1.0, 2.0]), np.array([2.0, 5.0]), [0, 3]).tolist()
    [0.0, 4.0]
    """
    if first.size * second.size <= _AT_ONCE:
        differences = np.subtract.outer(second, first).ravel()
        return np.partition(differences, sorted(set(places)))[list(places)]
    return np.array([_searched(first, second, place) for place in places])


def _searched(first: Floats, second: Floats, place: int) -> float:
    """The smallest number with more than ``place`` differences no larger: halving over the floating point numbers."""
    low = _to_order(float(second[0] - first[-1])) - 1  # no difference is as small
    high = _to_order(float(second[-1] - first[0]))
    while high - low > 1:
        middle = (low + high) // 2
        enough = _no_larger(first, second, _from_order(middle)) > place
        low, high = (low, middle) if enough else (middle, high)
    return _from_order(high)


def _no_larger(first: Floats, second: Floats, limit: float) -> int:
    """How many differences, as they are rounded, are no larger than ``limit``."""
    counts = np.searchsorted(second, first + limit, side="right")
    # The sum may round to the other side of a value. These rows, mostly none, are searched by their differences.
    padded = np.concatenate([[-np.inf], second, [np.inf]])
    wrong = (padded[counts] - first > limit) | (padded[counts + 1] - first <= limit)
    if wrong.any():
        counts[wrong] = _counted(first[wrong], second, limit)
    return int(counts.sum())


def _counted(first: Floats, second: Floats, limit: float) -> Ints:
    low, high = np.zeros(len(first), dtype=np.int64), np.full(len(first), len(second), dtype=np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        fits = (second[np.minimum(middle, len(second) - 1)] - first <= limit) & (low < high)
        low, high = np.where(fits, middle + 1, low), np.where(fits, high, middle)
    return low


def _to_order(number: float) -> int:
    """Whole numbers in the order of the floating point numbers."""
    bits = int(np.float64(number + 0.0).view(np.int64))
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def _from_order(order: int) -> float:
    number = float(np.int64(abs(order)).view(np.float64))
    return number if order >= 0 else -number

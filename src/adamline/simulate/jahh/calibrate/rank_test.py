"""The Wilcoxon rank-sum test by whole numbers, for a search that moves one value at a time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from adamline.simulate.jahh.calibrate.printed import NOT_SIGNIFICANT, Cell
from adamline.simulate.jahh.streams import Ints

# A search stops a little inside what a printed p-value allows, and p-values of 0.05 are kept off the border.
_INSIDE = 0.98
_CLEARLY, _CLEARLY_NOT = 0.045, 0.06


def rank_z(first: Ints, second: Ints) -> float:
    """Z of the first sample: normal approximation, continuity correction 0.5, variance corrected for ties; 0 if none.

    >>> round(rank_z(np.array([1, 4, 2]), np.array([7, 8, 9])), 4)
    -1.7457
    """
    n1, n2 = len(first), len(second)
    total = n1 + n2
    _, place, ties = np.unique(np.concatenate([first, second]), return_inverse=True, return_counts=True)
    twice = 2 * np.cumsum(ties) - ties + 1  # twice the mean rank of each distinct value
    distance = int(twice[place[:n1]].sum()) - n1 * (total + 1)  # twice the statistic less its mean
    spread = n1 * n2 * (total**3 - total - int((ties**3 - ties).sum()))
    if spread == 0:
        return 0.0
    corrected = max(abs(distance) - 1, 0) / 2
    size = corrected / (spread / (12 * total * (total - 1))) ** 0.5
    return float(np.sign(distance) * size)


@dataclass(frozen=True)
class Wanted:
    """Where z has to come to lie."""

    low: float
    high: float

    def distance(self, z: float) -> float:
        """How far z is from there, with the sign of the way to go; 0 inside.

        >>> Wanted(-1, 1).distance(-1.5), Wanted(-1, 1).distance(0.5)
        (0.5, 0.0)
        """
        return float(max(self.low - z, 0.0) - max(z - self.high, 0.0))


def wanted_z(p: Cell | None, significance: str | None) -> Wanted | None:
    """Where z of a lower arm lies for the printed p-value, or else for what the paper says of significance."""
    if p is not None:
        inside = p.half * Decimal(str(_INSIDE))
        return Wanted(_z(p.number - inside), _z(p.number + inside))
    if significance is None:
        return None
    if significance == NOT_SIGNIFICANT:
        limit = -_z(Decimal(str(_CLEARLY_NOT)))
        return Wanted(-limit, limit)
    return Wanted(-np.inf, _z(Decimal(str(_CLEARLY))))


def _z(p: Decimal) -> float:
    return NormalDist().inv_cdf(float(p) / 2)

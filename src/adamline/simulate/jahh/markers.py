"""How each laboratory test varies: levels at baseline by arm, deviation within a subject, effects of treatment."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from scipy.special import ndtri

from adamline.simulate.jahh.streams import Floats, Ints

LOG: Final = 0.0
# The arms of the paper; of another number of subjects the same shares are taken.
ARM_SIZES: Final = (105, 105, 104)
# A share of those with a value at baseline, in order of the value, and the value there.
Anchors = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Positives:
    """The subjects beyond ``cut`` at baseline, ``counts`` of ARM_SIZES, and how their values spread.

    ``anchors`` are of the value, one an arm; ``week_24`` is how many of them have a value at week 24, where that is
    fixed. Those not positive have logarithms of mean ``centre`` and SD ``spread``.
    """

    cut: float
    counts: tuple[int, int, int]
    anchors: tuple[Anchors, Anchors, Anchors]
    centre: float
    spread: float
    week_24: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Marker:
    """How a laboratory test varies, on its scale: the ``power`` of the value (0: logarithm).

    ``baseline`` has the anchors of all subjects, one an arm, or says who is positive. ``loading`` is the correlation
    of a subject's level with the activity of the disease, ``wander`` the SD of the deviation within a subject, ``cv``
    the assay's; ``effects`` are those of the arms, of which 63 % has come about by ``weeks``; ``observed`` is how many
    of ARM_SIZES have a value at baseline, where that is fixed, ``flares`` how many of them rise against the effect.
    """

    power: float
    baseline: Positives | tuple[Anchors, Anchors, Anchors]
    loading: float
    wander: float
    cv: float
    effects: tuple[float, float, float]
    weeks: float = 5.0
    observed: tuple[int, int, int] | None = None
    flares: tuple[int, int, int] = (0, 0, 0)


def _skewed(low: float, median: float, high: float, spread: float) -> Anchors:
    """Logarithms that spread as a normal distribution between the 8th and 92nd hundredth, and beyond to the ends."""
    at = NormalDist().inv_cdf(0.92) * spread
    inner = ((0.08, float(median * np.exp(-at))), (0.5, median), (0.92, float(median * np.exp(at))))
    return ((0.0, low), *(anchor for anchor in inner if low < anchor[1] < high), (1.0, high))


def _alike(anchors: Anchors) -> tuple[Anchors, Anchors, Anchors]:
    return anchors, anchors, anchors


def _across(low: float, cut: float, below: int, of: int, median: float, high: float) -> Anchors:
    """A distribution with ``below`` of ``of`` subjects below the cut."""
    return ((0.0, low), ((below + 0.5) / of, cut), (0.5, median), (1.0, high))


# Medians, ranges and counts are those of tables 1 and 2 of Dörner et al. 2022; of the other antibodies, and of
# loadings, wander and effects, all is assumed.
_DNA = Positives(
    30,
    (51, 56, 53),
    (_skewed(33, 126, 999, 0.85), _skewed(35, 140, 1167, 0.9), _skewed(31, 128, 1864, 0.95)),
    centre=2.5,
    spread=0.4,
)
_IGG = (_skewed(5.2, 13.4, 53.4, 0.32), _skewed(6.3, 13.5, 26.1, 0.30), _skewed(6.9, 13.0, 40.6, 0.30))
_C3 = (
    _across(0.30, 0.895, 30, 105, 1.01, 1.7),
    _across(0.40, 0.895, 30, 105, 1.02, 1.7),
    _across(0.26, 0.895, 34, 104, 1.06, 2.0),
)
_C4 = (
    _across(0.03, 0.0995, 15, 105, 0.18, 0.5),
    _across(0.03, 0.0995, 26, 105, 0.165, 0.4),
    _across(0.03, 0.0995, 15, 104, 0.185, 0.88),
)
_IGA = Positives(11, (4, 6, 1), _alike(_skewed(13, 20, 45, 0.5)), 1.3, 0.4)
_CLG = Positives(14, (10, 10, 5), _alike(_skewed(16, 26, 90, 0.6)), 1.5, 0.4)
# A median of -2.50 at week 24 is that of an even number of whole values.
_CLM = Positives(12, (20, 22, 22), _alike(_skewed(14, 24, 85, 0.6)), 1.5, 0.4, (17, 18, 18))
_RNP = Positives(30, (28, 21, 28), _alike(_skewed(34, 120, 600, 0.9)), 2.1, 0.5)
_SSA = Positives(20, (35, 27, 27), _alike(_skewed(24, 110, 500, 0.8)), 1.6, 0.5)
_SSB = Positives(20, (15, 15, 16), _alike(_skewed(24, 80, 400, 0.8)), 1.5, 0.5)
# The p-value of week 24 exists for few pairs of sizes without ties, of which 10 and 7 are one.
_SM = Positives(30, (12, 7, 9), _alike(_skewed(45, 190, 700, 0.8)), 2.3, 0.4, (10, 6, 7))
MARKERS: Final = {
    "ADSDNA": Marker(LOG, _DNA, 0.5, 0.22, 0.07, (0.01, -0.25, -0.16), 4.0, flares=(0, 1, 2)),
    "C3": Marker(1.0, _C3, -0.5, 0.09, 0.04, (0.0, 0.0, 0.0)),
    "C4": Marker(0.5, _C4, -0.5, 0.03, 0.05, (0.0, 0.0, 0.0)),
    "CRDIGAAB": Marker(LOG, _IGA, 0.1, 0.12, 0.07, (0.0, 0.0, 0.0)),
    "CRDIGGAB": Marker(LOG, _CLG, 0.15, 0.12, 0.07, (0.0, 0.0, 0.0)),
    "CRDIGMAB": Marker(LOG, _CLM, 0.15, 0.05, 0.06, (0.09, -0.05, -0.13), 6.0),
    "IGG": Marker(LOG, _IGG, 0.35, 0.075, 0.03, (0.0, -0.02, -0.045), 5.0, (101, 99, 96)),
    "RNPAB": Marker(LOG, _RNP, 0.2, 0.15, 0.07, (0.0, 0.0, 0.0)),
    "SJSSAAB": Marker(LOG, _SSA, 0.2, 0.13, 0.07, (0.0, 0.0, 0.0)),
    "SJSSBAB": Marker(LOG, _SSB, 0.2, 0.13, 0.07, (0.0, 0.0, 0.0)),
    "SMTHAB": Marker(LOG, _SM, 0.3, 0.20, 0.07, (0.05, 0.0, -0.45), 8.0),
}


def share_of(arm: int, count: int, members: int) -> int:
    """The count of ARM_SIZES scaled to an arm of ``members``.

    >>> share_of(2, 53, 104), share_of(2, 53, 33)
    (53, 17)
    """
    return round(count * members / ARM_SIZES[arm])


def spread_out(ranks: Ints, count: int, anchors: Anchors, power: float) -> Floats:
    """Values on the marker's scale at ranks 0 to count - 1, along lines between the anchors on a normal plot.

    >>> np.exp(spread_out(np.arange(3), 3, ((0.0, 1.0), (0.5, 10.0), (1.0, 100.0)), LOG)).round(6).tolist()
    [1.0, 10.0, 100.0]
    """
    if count == 0:
        return np.empty(0)
    half = 0.5 / count
    shares = np.clip([share for share, _ in anchors], half, 1 - half)
    values = np.array([value for _, value in anchors])
    scaled = np.log(values) if power == LOG else values**power
    return np.asarray(np.interp(ndtri((ranks + 0.5) / count), ndtri(shares), scaled))

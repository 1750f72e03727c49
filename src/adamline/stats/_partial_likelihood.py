"""The partial likelihood of a proportional hazards model, with its gradient and information, over risk sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.stats._arrays import Bools, Floats, Ints

Ties = Literal["breslow", "efron"]

# A column whose sum of squares within strata is below this share of its own does not vary.
_CONSTANT = 1e-24


@dataclass(frozen=True)
class RiskSets:
    """Records by stratum, in each the latest time first; records with one time in one stratum are a block.

    ``last`` is the last record of the block of each event: the records of its stratum up to it are at risk. ``share``
    is what of the block's events has gone from the risk set before the event: 0 for Breslow, l / d for Efron.
    """

    order: Ints
    stratum: Ints
    block: Ints
    event: Bools
    last: Ints
    share: Floats


def records_at_risk(times: Floats, events: Bools, codes: Ints) -> Bools:
    """Records at risk at the first event of their stratum; the others say nothing."""
    first = np.full(int(codes.max()) + 1, np.inf)
    np.minimum.at(first, codes[events], times[events])
    at_risk: Bools = times >= first[codes]
    return at_risk


def within_strata(matrix: Floats, codes: Ints) -> Floats:
    """Columns less their means in the strata; 0 where a column does not vary in any."""
    places = np.unique(codes, return_inverse=True)[1]
    sums = np.zeros((int(places.max()) + 1, matrix.shape[1]))
    np.add.at(sums, places, matrix)
    centred: Floats = matrix - (sums / np.bincount(places)[:, np.newaxis])[places]
    constant = (centred**2).sum(axis=0) <= _CONSTANT * (matrix**2).sum(axis=0)
    return np.where(constant, 0.0, centred)


def orthonormal(chosen: Floats, codes: Ints) -> tuple[Floats, Floats, float]:
    """Columns within strata, orthogonal and of mean square 1; the triangle that makes them; the longest record."""
    q, r = np.linalg.qr(within_strata(chosen, codes))
    size = np.sqrt(len(q))
    return q * size, r / size, float(np.linalg.norm(q * size, axis=1).max(initial=0))


def risk_sets(times: Floats, events: Bools, codes: Ints, ties: Ties) -> RiskSets:
    order = np.lexsort((-events.astype(np.int64), -times, codes))
    time, event, stratum = times[order], events[order], codes[order]
    starts = (np.diff(stratum, prepend=-1) != 0) | (np.diff(time, prepend=np.inf) != 0)
    block = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    ends = np.append(first[1:], len(time)) - 1
    deaths = np.bincount(block, event)[block[event]]
    # Events come first in their block, so that their place in it is their rank among them.
    rank = np.flatnonzero(event) - first[block[event]]
    share = rank / deaths if ties == "efron" else np.zeros(len(deaths))
    return RiskSets(order, stratum, block, event, ends[block[event]], share)


def partial_likelihood(x: Floats, risk: RiskSets, point: Floats) -> tuple[float, Floats, Floats]:
    """The log partial likelihood, its gradient and its information; ``x`` is in the order of ``risk``.

    With H the sum of 1 / S0 over the events at or before the time of a record, the sum over events of S2 / S0 is that
    over records of w x x' H: no risk set is gone through twice.
    """
    score = x @ point
    highest = pd.Series(score).groupby(risk.stratum).transform("max").to_numpy()
    score = score - highest
    weight = np.exp(score)
    count = int(risk.block[-1]) + 1
    tied = risk.block[risk.event]
    s0, s1 = _running(weight, risk.stratum)[risk.last], _running(weight[:, np.newaxis] * x, risk.stratum)[risk.last]
    gone: Floats = np.zeros(count)
    if risk.share.any():
        own = weight[risk.event]
        s0 = s0 - risk.share * np.bincount(tied, own, count)[tied]
        dead = np.array([np.bincount(tied, own * column, count) for column in x[risk.event].T]).reshape(-1, count).T
        s1 = s1 - risk.share[:, np.newaxis] * dead[tied]
        with np.errstate(divide="ignore", invalid="ignore"):
            gone += np.bincount(tied, risk.share / s0, count)
    # Far out along a direction a whole risk set may underflow: what comes of it is no number, and the step is halved.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = s1 / s0[:, np.newaxis]
        hazard = np.zeros(len(x))
        hazard[risk.last] = np.bincount(tied, 1 / s0, count)[tied]
        share = weight * (_running(hazard[::-1], risk.stratum[::-1])[::-1] - risk.event * gone[risk.block])
        information = (x * share[:, np.newaxis]).T @ x - mean.T @ mean
        value = float((score[risk.event] - np.log(s0)).sum())
    return value, (x[risk.event] - mean).sum(axis=0), information


def _running(values: Floats, stratum: Ints) -> Floats:
    """Sums from the first record of the stratum on; no differences of sums, so that no digits are lost."""
    if stratum[0] == stratum[-1]:
        total: Floats = np.cumsum(values, axis=0)
        return total
    summed: Floats = pd.DataFrame(values).groupby(stratum, sort=False).cumsum().to_numpy().reshape(values.shape)
    return summed

"""True laboratory values by visit: a level at week 0, chosen by rank in each arm, and what has become of it since."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.activity import Activity, effect_by, week_column
from adamline.simulate.jahh.design import ARMS, NO_ARM
from adamline.simulate.jahh.markers import LOG, Marker, Positives, share_of, spread_out
from adamline.simulate.jahh.streams import Bools, Floats, Ints, autoregressive, chance
from adamline.simulate.jahh.visits import Visits

_CORRELATION = 0.85
_BY_ACTIVITY = 0.45
_OUTLIER, _OUTLIER_TIMES = 0.02, 3.5
_FLARE = 0.65


@dataclass(frozen=True)
class Standing:
    """How each subject counts for a test: ``arm``; ``group``, the arm of those with a baseline, NO_ARM of the others.

    ``has_week_24`` says who has a value there.
    """

    arm: Ints
    group: Ints
    has_week_24: Bools

    def size(self, arm: int) -> int:
        """How many the shares of an arm are of; of NO_ARM those who do not count."""
        return int((self.group == NO_ARM).sum() if arm == NO_ARM else (self.arm == arm).sum())


def true_values(
    rng: np.random.Generator, marker: Marker, standing: Standing, visits: Visits, activity: Activity
) -> Floats:
    """The value of a test at every visit before the assay's error."""
    level = _levels(rng, marker, standing, activity.level)
    own = autoregressive(rng, activity.deviation.shape, _CORRELATION)
    within = np.sign(marker.loading) * _BY_ACTIVITY * activity.deviation + (1 - _BY_ACTIVITY**2) ** 0.5 * own
    since = within[visits.subject, week_column(visits.day)] - within[visits.subject, week_column(np.array(0))]
    tail = np.where(chance(rng, _OUTLIER, len(visits)), _OUTLIER_TIMES, 1.0)
    effects = np.array(marker.effects)[np.maximum(standing.arm, 0)]
    # Patients differ in how they respond, so that effects are not a mere shift.
    response = effects * np.exp(0.5 * rng.standard_normal(len(standing.arm)))
    # In the active arms a few with high values rise far, whatever the rest do: a mean tells of them, a median does not.
    response[_flaring(marker, standing, level)] = _FLARE
    came_about = effect_by(np.rint(visits.day / 7).astype(np.int64), marker.weeks)
    scaled = level[visits.subject] + marker.wander * tail * since + response[visits.subject] * came_about
    if marker.power == LOG:
        return np.asarray(np.exp(scaled))
    return np.asarray(np.maximum(scaled, level.min() / 2) ** (1 / marker.power))


def _flaring(marker: Marker, standing: Standing, level: Floats) -> Ints:
    """Who flares: every third from the fourth highest level of an arm on, as many as it has."""
    chosen = []
    for name, count in enumerate(marker.flares):
        members = np.flatnonzero(standing.group == name)
        highest = members[np.argsort(-level[members], kind="stable")]
        chosen.append(highest[3::3][: share_of(name, count, standing.size(name))])
    return np.concatenate(chosen)


def _levels(rng: np.random.Generator, marker: Marker, standing: Standing, activity: Floats) -> Floats:
    """Each subject's level at week 0 on the marker's scale, by rank within the group."""
    draws, second = rng.standard_normal((2, len(activity)))
    shared: Floats = marker.loading * activity + (1 - marker.loading**2) ** 0.5 * draws
    levels = np.empty(len(activity))
    for name in (NO_ARM, *range(len(ARMS))):
        members, like = np.flatnonzero(standing.group == name), max(name, 0)
        if isinstance(marker.baseline, Positives):
            positives = marker.baseline
            ordered = members[np.argsort(-shared[members], kind="stable")]
            chosen = _positive(positives, like, standing.size(name), ordered, standing.has_week_24[ordered])
            key, anchors = second, positives.anchors[like]
            below = np.log(positives.cut) - 2 * marker.cv
            levels[members] = np.minimum(positives.centre + positives.spread * second[members], below)
        else:
            # Complement falls with the activity, so that the key has its sign already.
            chosen, key, anchors = members, shared, marker.baseline[like]
        ranks = np.argsort(np.argsort(key[chosen], kind="stable"), kind="stable")
        levels[chosen] = spread_out(ranks, len(chosen), anchors, marker.power)
    return levels


def _positive(positives: Positives, arm: int, size: int, ordered: Ints, stays: Bools) -> Ints:
    """The first of those ordered, as many as the arm has; as many with a value at week 24 as it has of these."""
    count = share_of(arm, positives.counts[arm], size)
    if positives.week_24 is None:
        return ordered[:count]
    later = share_of(arm, positives.week_24[arm], size)
    return np.append(ordered[stays][:later], ordered[~stays][: count - later])

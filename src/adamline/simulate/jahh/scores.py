"""The investigator's scores by visit: SLEDAI-2K items, BILAG-2004 grades, the Physician's Global Assessment."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from adamline.simulate.jahh.activity import Activity, week_column
from adamline.simulate.jahh.design import (
    ARTHRITIS,
    BILAG,
    DNA_BINDING,
    EARLY_TERMINATION,
    GRADES,
    LAB_PLACE,
    LOW_COMPLEMENT,
    RASH,
    SLEDAI,
    WEEK_0,
    WEEK_4,
    WEEK_24,
)
from adamline.simulate.jahh.streams import Bools, Floats, Ints, autoregressive, chance, compact
from adamline.simulate.jahh.visits import Visits

_STEPS, _WEEKS_OF_STEP, _CORRELATION = 9, 4, 0.93
_BY_ACTIVITY = 0.35
_BY_ITEM = 0.6
_DISAGREE = 0.02
_MISSING_ITEM, _MISSING_GRADE, _MISSING_PGA = 0.015, 0.01, 0.015
_WRONG_TOTAL, _TOTAL_WITHOUT_ITEM = 0.006, 0.35
_SLIPS = np.array([-4, -2, -1, 1, 2, 4])
_PGA, _PGA_SPREAD, _PGA_RELIEF = 51.0, 15.5, 13.0
_LOWEST_CLINICAL = 4
_WEIGHTS = np.array([item.weight for item in SLEDAI])
CLINICAL = np.array([place not in (LOW_COMPLEMENT, DNA_BINDING) for place in range(len(SLEDAI))])
_D, _E = GRADES.index("D"), GRADES.index("E")


@dataclass(frozen=True)
class Scores:
    """One row an assessment; ``visit`` is its place in Visits.

    ``items`` is 1 where a SLEDAI-2K item is present, 0 where it is absent; ``grades`` is the place in GRADES;
    ``pga`` is in mm of a scale of 100 mm. -1 where it was not done. ``slip`` is by how many points the form's total is
    wrong; ``summed`` says whether the form has one where an item was not done.
    """

    visit: Ints
    items: Ints
    grades: Ints
    pga: Ints
    slip: Ints
    summed: Bools

    @property
    def total(self) -> Ints:
        """The SLEDAI-2K total, -1 where an item was not done."""
        return np.where((self.items < 0).any(axis=1), -1, (self.items * _WEIGHTS).sum(axis=1))

    @property
    def form_total(self) -> Ints:
        """The total as it stands on the form: of the items that were done, but for slips; -1 where there is none."""
        done = (np.maximum(self.items, 0) * _WEIGHTS).sum(axis=1)
        # Below 0 is no total.
        written = np.abs(done + self.slip)
        return np.where((self.items < 0).any(axis=1) & ~self.summed, -1, written)


def simulate_scores(rng: np.random.Generator, visits: Visits, activity: Activity, laboratory: Floats) -> Scores:
    """The scores of week 0, of each visit from week 4 to 24 and of early termination; ``laboratory``: its values."""
    scheduled = ((visits.number >= WEEK_4) & (visits.number <= WEEK_24)) | np.isin(
        visits.number, (WEEK_0, EARLY_TERMINATION)
    )
    visit = np.flatnonzero(np.where(visits.unscheduled, visits.scored, scheduled))
    total = len(activity.level)
    step = np.clip(np.rint(visits.day[visit] / 7 / _WEEKS_OF_STEP).astype(np.int64), 0, _STEPS - 1)
    weeks = week_column(7 * _WEEKS_OF_STEP * np.arange(_STEPS))
    relief = activity.relief[:, weeks]

    course = autoregressive(rng, (total, len(SLEDAI), _STEPS), _CORRELATION)
    at = (visits.subject[visit], slice(None), step)
    items = _items(course, activity.level, relief)[at]
    items[:, [LOW_COMPLEMENT, DNA_BINDING]] = _laboratory_items(rng, laboratory[visit])
    grades = _grades(rng, course, activity.level, relief)[at]
    pga = _pga(rng, activity.level, relief)[visits.subject[visit], step]

    later = visits.number[visit] != WEEK_0
    count = len(visit)
    scored = _without(items.astype(np.int64), rng, later & chance(rng, _MISSING_ITEM, count))
    grades = _without(grades, rng, later & chance(rng, _MISSING_GRADE, count))
    pga = np.where(later & chance(rng, _MISSING_PGA, count), -1, pga)
    # That of week 0 is right, since it decides the stratum.
    wrong = later & chance(rng, _WRONG_TOTAL, count)
    slip = np.where(wrong, _SLIPS[rng.integers(0, len(_SLIPS), count)], 0)
    summed = chance(rng, _TOTAL_WITHOUT_ITEM, count)
    return Scores(visit, compact(scored), compact(grades), pga, slip, summed)


def _liability(course: Floats, level: Floats) -> Floats:
    """Standard normal series, correlated with the activity of the disease."""
    return np.asarray(_BY_ACTIVITY * level[:, None, None] + (1 - _BY_ACTIVITY**2) ** 0.5 * course)


def _items(course: Floats, level: Floats, relief: Floats) -> Bools:
    """Clinical items by subject, item and step; at step 0 arthritis or rash, and a clinical score of at least 4."""
    thresholds = np.array([_quantile(item.share) for item in SLEDAI])
    liability = _liability(course, level) + thresholds[:, None] - relief[:, None, :]
    baseline = (liability[:, :, 0] > 0) & CLINICAL
    entered = baseline[:, [ARTHRITIS, RASH]].any(axis=1) & ((baseline * _WEIGHTS).sum(axis=1) >= _LOWEST_CLINICAL)
    lacking = np.where(entered, 0.0, 0.1 - liability[:, ARTHRITIS, 0])
    liability[:, ARTHRITIS] += np.maximum(lacking, 0.0)[:, None]
    return np.asarray((liability > 0) & CLINICAL[:, None])


def _laboratory_items(rng: np.random.Generator, laboratory: Floats) -> Bools:
    """Items 20 and 21 as the laboratory of the visit has them, but for a few that disagree."""
    c3, c4, dna = (laboratory[:, LAB_PLACE[code]] for code in ("C3", "C4", "ADSDNA"))
    follows = np.column_stack([(c3 < 0.9) | (c4 < 0.1), dna >= 30])
    return follows ^ chance(rng, _DISAGREE / 2, follows.shape)


def _grades(rng: np.random.Generator, course: Floats, level: Floats, relief: Floats) -> Ints:
    """BILAG grades by subject, system and step; who was ever involved does not come back to E."""
    own = autoregressive(rng, (len(level), len(BILAG), _STEPS), _CORRELATION)
    for place, system in enumerate(BILAG):
        if system.follows is not None:
            own[:, place] = _BY_ITEM * course[:, system.follows] + (1 - _BY_ITEM**2) ** 0.5 * own[:, place]
    liability = _liability(own, level) - 0.8 * relief[:, None, :]
    reach = np.array([[_quantile(share) for share in np.cumsum(system.grades)] for system in BILAG])
    grade = (liability[..., None] + reach[:, None, :] <= 0).sum(axis=-1)  # A 0, B 1, C 2, no activity 3
    before = chance(rng, np.array([system.ever for system in BILAG]), (len(level), len(BILAG)))
    involved = np.maximum.accumulate((grade < _D) | before[:, :, None], axis=2)
    return np.where((grade == _D) & ~involved, _E, grade)


def _pga(rng: np.random.Generator, level: Floats, relief: Floats) -> Ints:
    """Whole mm by subject and step."""
    own = autoregressive(rng, relief.shape, _CORRELATION)
    scaled = _PGA + _PGA_SPREAD * _liability(own[:, None, :], level)[:, 0] - _PGA_RELIEF * relief
    return np.clip(np.rint(scaled), 0, 100).astype(np.int64)


def _without(values: Ints, rng: np.random.Generator, rows: Bools) -> Ints:
    """The values with one, at random, not done in each of these rows."""
    column = rng.integers(0, values.shape[1], len(values))
    one = (np.arange(values.shape[1]) == column[:, None]) & rows[:, None]
    return np.where(one, -1, values)


def _quantile(share: float) -> float:
    """What to add to a standard normal draw for it to be positive with this probability."""
    return NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9))

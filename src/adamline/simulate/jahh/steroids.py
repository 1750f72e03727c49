"""Prednisone: what subjects take from before the trial, and the rise of the dose that counts as rescue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adamline.simulate.jahh.course import NO_DAY, Course
from adamline.simulate.jahh.streams import Floats, Ints, chance, one_of
from adamline.simulate.jahh.subjects import Subjects

_DOSES = np.array([2.5, 5.0, 7.5, 10.0, 15.0, 20.0])
_SHARES = np.array([[0.08, 0.34, 0.16, 0.28, 0.08, 0.06]])
_TAKING = 0.7
_RESCUED = np.array([0.095, 0.06, 0.035])
_RISES = np.array([10.0, 20.0, 30.0])
_EARLIEST_RESCUE: Final = 21


@dataclass(frozen=True)
class Steroids:
    """One element a subject: ``dose`` in mg a day (0 none), rescue from and to a day (NO_DAY: none).

    ``since`` is the day on which the background dose began; ``since_length`` is how much of the date is known: 4
    characters (year), 7 (month) or 10.
    """

    dose: Floats
    since: Ints
    since_length: Ints
    rescue: Ints
    rescue_end: Ints
    rescue_dose: Floats


def simulate_steroids(rng: np.random.Generator, subjects: Subjects, course: Course) -> Steroids:
    """Background prednisone of about 70 % of the randomised, rescue of about 6 % of the treated."""
    total = len(subjects)
    one = np.zeros(total, dtype=np.int64)
    takes = chance(rng, _TAKING, total) & subjects.randomised
    dose = np.where(takes, _DOSES[one_of(rng, _SHARES, one)], 0.0)
    since = -60 - np.floor(np.exp(6.3 + rng.standard_normal(total))).astype(np.int64)
    length = np.array([4, 7, 10])[one_of(rng, np.array([[0.35, 0.45, 0.20]]), one)]
    span = course.last_dose - _EARLIEST_RESCUE
    rescued = chance(rng, _RESCUED[np.maximum(subjects.arm, 0)], total) & course.treated & (span > 0)
    rescue = _EARLIEST_RESCUE + np.floor(rng.random(total) * np.maximum(span, 1)).astype(np.int64)
    rise = _RISES[one_of(rng, np.array([[0.5, 0.35, 0.15]]), one)]
    return Steroids(
        dose=dose,
        since=np.maximum(since, -9000),
        since_length=length,
        rescue=np.where(rescued, rescue, NO_DAY),
        rescue_end=np.where(rescued, rescue + rng.integers(7, 29, total), NO_DAY),
        rescue_dose=np.where(rescued, dose + rise, 0.0),
    )

"""The latent activity of each subject's disease by week, which the laboratory and the scores follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.streams import Floats, Ints, autoregressive
from adamline.simulate.jahh.subjects import Subjects

_FIRST_WEEK, _LAST_WEEK = -4, 32
_CORRELATION = 0.93
# The fall of clinical activity that 24 weeks bring, by arm, in standard deviations between subjects (assumed).
_RELIEF, _RELIEF_SPREAD = np.array([1.5, 1.6, 2.1]), 1.1
_WEEKS_OF_RELIEF = 7.0


@dataclass(frozen=True)
class Activity:
    """``level`` a subject; ``deviation`` from it and ``relief`` a subject (row) and week (column)."""

    level: Floats
    deviation: Floats
    relief: Floats


def simulate_activity(rng: np.random.Generator, subjects: Subjects) -> Activity:
    """Levels between subjects, slow deviations of variance 1, and the relief that treatment and care bring."""
    total = len(subjects)
    weeks = np.arange(_FIRST_WEEK, _LAST_WEEK + 1)
    level = rng.standard_normal(total)
    deviation = autoregressive(rng, (total, len(weeks)), _CORRELATION)
    gain = _RELIEF[np.maximum(subjects.arm, 0)] + _RELIEF_SPREAD * rng.standard_normal(total)
    return Activity(level, deviation, gain[:, None] * effect_by(weeks, _WEEKS_OF_RELIEF))


def effect_by(weeks: Ints, scale: float) -> Floats:
    """The part of an effect that has come about by each week; ``scale`` is the week by which 63 % has."""
    return np.asarray(1.0 - np.exp(-np.maximum(weeks, 0) / scale))


def week_column(day: Ints) -> Ints:
    """The column of a day counted from randomisation."""
    weeks = np.rint(day / 7).astype(np.int64)
    return np.clip(weeks, _FIRST_WEEK, _LAST_WEEK) - _FIRST_WEEK

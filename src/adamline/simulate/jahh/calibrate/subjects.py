"""Calibrates age and sex of the default trial's patients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adamline.simulate.jahh.calibrate.baseline import BASELINE
from adamline.simulate.jahh.calibrate.moments import settle_moments
from adamline.simulate.jahh.calibrate.printed import read_printed
from adamline.simulate.jahh.design import ARMS
from adamline.simulate.jahh.streams import Ints
from adamline.simulate.jahh.subjects import SEXES, Subjects

_YOUNGEST = 18
_FEMALE = SEXES.index("F")


def calibrate_subjects(rng: np.random.Generator, subjects: Subjects) -> Subjects:
    """The subjects, in each arm with the printed mean and SD of age and the printed number of women."""
    printed = read_printed()
    age, sex = subjects.age.copy(), subjects.sex.copy()
    for arm in range(len(ARMS)):
        members = np.flatnonzero(subjects.arm == arm)
        mean, sd = printed.mean_and_sd("AGE", BASELINE, arm)
        age[members] = settle_moments(age[members], mean, sd, low=_YOUNGEST)
        sex[members] = _with_women(rng, sex[members], printed.count("SEX", BASELINE, arm, "F"))
    return replace(subjects, age=age, sex=sex)


def _with_women(rng: np.random.Generator, sex: Ints, count: int) -> Ints:
    """The sexes with so many women; who changes is drawn."""
    changed = sex.copy()
    surplus = int((sex == _FEMALE).sum()) - count
    others = np.flatnonzero((sex == _FEMALE) == (surplus > 0))
    chosen = others[np.argsort(rng.random(len(others)), kind="stable")][: abs(surplus)]
    changed[chosen] = 1 - sex[chosen]
    return changed

"""Vital signs by visit, in the standard units: blood pressure, pulse, temperature, weight, and height once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adamline.simulate.jahh.activity import Activity, effect_by, week_column
from adamline.simulate.jahh.design import SCREENING
from adamline.simulate.jahh.streams import Bools, Floats, autoregressive, chance
from adamline.simulate.jahh.subjects import Subjects
from adamline.simulate.jahh.visits import Visits
from adamline.standards.rounding import round_half_away

_CORRELATION: Final = 0.75
_NOT_DONE: Final = 0.01
_WEEKS_OF_EFFECT: Final = 8.0


@dataclass(frozen=True)
class Sign:
    """A vital sign as SDTM names it (CT 2022-03-25), and how it varies (assumed): SDs between subjects and within."""

    code: str
    name: str
    unit: str
    decimals: int
    medians: tuple[float, float]
    between: float
    within: float
    by_age: float = 0.0
    effects: tuple[float, float] = (0.0, 0.0)


# Medians of women and men; effects of 2 mg and 4 mg; HEIGHT is measured at screening alone.
SIGNS: Final = (
    Sign("DIABP", "Diastolic Blood Pressure", "mmHg", 0, (76, 79), 7.5, 5.5, 0.10),
    Sign("HEIGHT", "Height", "cm", 1, (162, 175), 6.5, 0.0),
    Sign("PULSE", "Pulse Rate", "beats/min", 0, (75, 73), 8.5, 6.0, -0.05),
    Sign("SYSBP", "Systolic Blood Pressure", "mmHg", 0, (119, 124), 11.5, 8.0, 0.40),
    Sign("TEMP", "Temperature", "C", 1, (36.6, 36.6), 0.22, 0.22),
    Sign("WEIGHT", "Weight", "kg", 1, (70, 82), 15.0, 0.9, 0.05, (0.4, 0.9)),
)
SIGN_PLACE: Final = {sign.code: place for place, sign in enumerate(SIGNS)}
_MIDDLE_AGE: Final = 44.0


@dataclass(frozen=True)
class VitalSigns:
    """``measured`` a visit (row) and sign (column), NaN where it was not; ``missed`` where it should have been."""

    measured: Floats
    missed: Bools


def simulate_vital_signs(
    rng: np.random.Generator, subjects: Subjects, visits: Visits, activity: Activity
) -> VitalSigns:
    """All signs at all visits but unscheduled ones of the laboratory; height at screening."""
    who, column = visits.subject, week_column(visits.day)
    arm = np.maximum(subjects.arm, 0)
    share = effect_by(np.rint(visits.day / 7).astype(np.int64), _WEEKS_OF_EFFECT)
    shape = (len(subjects), len(SIGNS))
    level = np.array([sign.medians for sign in SIGNS]).T[subjects.sex] + rng.standard_normal(shape) * [
        sign.between for sign in SIGNS
    ]
    level += (subjects.age[:, None] - _MIDDLE_AGE) * [sign.by_age for sign in SIGNS]
    # Systolic and diastolic pressure of a subject go together, and nobody weighs less than 40 kg.
    high, low = SIGN_PLACE["SYSBP"], SIGN_PLACE["DIABP"]
    level[:, low] += 0.35 * (level[:, high] - np.array(SIGNS[high].medians)[subjects.sex])
    level[:, SIGN_PLACE["WEIGHT"]] = np.maximum(level[:, SIGN_PLACE["WEIGHT"]], 42.0)
    values = np.empty((len(visits), len(SIGNS)))
    for place, sign in enumerate(SIGNS):
        effect = np.array([0.0, *sign.effects])[arm][who] * share
        within = autoregressive(rng, activity.deviation.shape, _CORRELATION)[who, column]
        values[:, place] = round_half_away(level[who, place] + sign.within * within + effect, sign.decimals)
    values[:, high] = np.maximum(values[:, high], values[:, low] + 15)
    wanted = np.repeat((~visits.unscheduled | visits.scored)[:, None], len(SIGNS), axis=1)
    wanted[:, SIGN_PLACE["HEIGHT"]] = visits.number == SCREENING
    missed = wanted & chance(rng, _NOT_DONE, wanted.shape)
    return VitalSigns(np.where(wanted & ~missed, values, np.nan), missed)

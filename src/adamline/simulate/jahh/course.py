"""What becomes of each subject: first and last dose, why treatment ends, death."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from adamline.simulate.jahh.streams import Bools, Floats, Ints, chance, one_of
from adamline.simulate.jahh.subjects import Subjects

# No such day, in arrays of days counted from randomisation.
NO_DAY: Final = -9999


class Reason(IntEnum):
    """How treatment, or screening, ended."""

    COMPLETED = 0
    ADVERSE_EVENT = 1
    LACK_OF_EFFICACY = 2
    WITHDRAWAL_BY_SUBJECT = 3
    LOST_TO_FOLLOW_UP = 4
    PHYSICIAN_DECISION = 5
    PROTOCOL_DEVIATION = 6
    DEATH = 7
    SCREEN_FAILURE = 8


REASONS: Final = (
    "COMPLETED",
    "ADVERSE EVENT",
    "LACK OF EFFICACY",
    "WITHDRAWAL BY SUBJECT",
    "LOST TO FOLLOW-UP",
    "PHYSICIAN DECISION",
    "PROTOCOL DEVIATION",
    "DEATH",
    "SCREEN FAILURE",
)
# Completers of week 24 by arm: 83/105, 86/105, 86/104 (Lupus Sci Med 2019;6(Suppl 1):A149).
_COMPLETED = np.array([83 / 105, 86 / 105, 86 / 104])
# By arm, of who discontinues: a share for each reason from COMPLETED to DEATH (assumed).
_REASONS = np.array(
    [
        [0, 0.24, 0.30, 0.24, 0.08, 0.08, 0.06, 0.002],
        [0, 0.38, 0.16, 0.24, 0.08, 0.08, 0.06, 0.002],
        [0, 0.42, 0.12, 0.24, 0.08, 0.08, 0.06, 0.002],
    ]
)
_NEVER_TREATED = 1 / 200
_DOSE_NEXT_DAY = 0.02
_FIRST_STOP, _LAST_STOP = 14, 155
_BY_ACTIVITY = 0.4


class EndKnown(IntEnum):
    """What is known of the date of the last dose."""

    DATE = 0
    MONTH = 1
    NOTHING = 2


@dataclass(frozen=True)
class Course:
    """Days counted from randomisation, NO_DAY where there is none; one element a subject."""

    treated: Bools
    first_dose: Ints
    last_dose: Ints
    end_known: Ints
    reason: Ints
    death: Ints

    @property
    def completed(self) -> Bools:
        """Who completed 24 weeks of treatment."""
        return np.asarray(self.reason == Reason.COMPLETED)


def simulate_course(rng: np.random.Generator, subjects: Subjects, week_24: Ints, level: Floats) -> Course:
    """The course of each subject; ``week_24`` is the day of that visit, ``level`` the activity of the disease.

    In each arm the number of completers is fixed, so that it does not vary with the seed; who discontinues depends
    on chance and on the activity of the disease. A few randomised subjects are never treated.
    """
    total = len(subjects)
    randomised = subjects.randomised
    risk = rng.standard_normal(total) + _BY_ACTIVITY * level
    untreated = _first_of(rng.random(total), randomised, round(_NEVER_TREATED * randomised.sum()))
    risk[untreated] = np.inf
    completed = np.zeros(total, dtype=np.bool_)
    for arm, share in enumerate(_COMPLETED.tolist()):
        members = subjects.arm == arm
        completed |= _first_of(risk, members, round(share * members.sum()))
    treated = randomised & ~untreated
    reason = one_of(rng, _REASONS, np.maximum(subjects.arm, 0))
    reason[completed] = Reason.COMPLETED
    reason[untreated] = Reason.WITHDRAWAL_BY_SUBJECT
    reason[~randomised] = Reason.SCREEN_FAILURE
    first_dose = chance(rng, _DOSE_NEXT_DAY, total).astype(np.int64)
    stop = rng.integers(_FIRST_STOP, _LAST_STOP, total, endpoint=True)
    last_dose = np.where(completed, week_24 - chance(rng, 0.5, total), stop)
    end_known = one_of(rng, np.array([[0.97, 0.02, 0.01]]), np.zeros(total, dtype=np.int64))
    death = np.where((reason == Reason.DEATH) & treated, last_dose + 2, NO_DAY)
    return Course(
        treated=treated,
        first_dose=np.where(treated, first_dose, NO_DAY),
        last_dose=np.where(treated, last_dose, NO_DAY),
        end_known=np.where(treated, end_known, EndKnown.DATE),
        reason=reason,
        death=death,
    )


def _first_of(key: Floats, members: Bools, count: int) -> Bools:
    """The ``count`` members with the lowest keys."""
    chosen = np.zeros(len(key), dtype=np.bool_)
    chosen[np.argsort(np.where(members, key, np.inf), kind="stable")[:count]] = True
    return chosen & members

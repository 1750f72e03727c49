"""Which visits each subject comes to, and on which day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.course import NO_DAY, Course, Reason
from adamline.simulate.jahh.design import EARLY_TERMINATION, FOLLOW_UP, SCREENING, WEEK_0, WEEK_4, WEEK_20, WEEKS
from adamline.simulate.jahh.streams import Bools, Ints, chance
from adamline.simulate.jahh.subjects import Subjects

_JITTER, _WIDE_JITTER, _WIDE = 3, 9, 0.03
_MISSED = 0.03
_UNSCHEDULED, _SCORED = 0.06, 0.35
_TERMINATION_VISIT, _FOLLOW_UP_VISIT = 0.9, 0.93
_SECOND_DAY = 0.02
_NUMBERS = tuple(WEEKS)


@dataclass(frozen=True)
class Visits:
    """One element a visit, by subject and day.

    ``subject`` is the place in Subjects, ``number`` the VISITNUM (of an unscheduled visit that of the visit before
    it), ``day`` counts from randomisation. ``minute`` is the time of day of the blood sample, -1 where it is not
    known; ``scored`` says whether the disease is scored, at an unscheduled visit.
    """

    subject: Ints
    number: Ints
    day: Ints
    last_day: Ints
    unscheduled: Bools
    scored: Bools
    minute: Ints

    def __len__(self) -> int:
        """How many visits."""
        return len(self.subject)


def simulate_days(rng: np.random.Generator, count: int) -> Ints:
    """The days on which subjects would come to weeks 0 to 24, a row a subject; each later than the one before."""
    planned = np.array([7 * week for week in WEEKS.values()])
    jitter = rng.integers(-_JITTER, _JITTER, (count, len(planned)), endpoint=True)
    wide = rng.integers(-_WIDE_JITTER, _WIDE_JITTER, (count, len(planned)), endpoint=True)
    # Weeks 1 and 2 are too close to one another for more.
    far = chance(rng, _WIDE, (count, len(planned))) & (np.array(_NUMBERS) >= WEEK_4)
    days = planned + np.where(far, wide, jitter)
    days[:, 0] = 0
    return days


def simulate_visits(rng: np.random.Generator, subjects: Subjects, course: Course, days: Ints) -> Visits:
    """The visits of all subjects; who discontinues has no scheduled visit after the last dose."""
    total = len(subjects)
    missed = chance(rng, _MISSED, days.shape)
    missed[:, 0] = False
    missed[:, -1] &= ~course.completed
    attended = course.treated[:, None] & ~missed & ((days <= course.last_dose[:, None]) | course.completed[:, None])
    attended[:, 0] = subjects.randomised

    screening = subjects.consent - subjects.day_one + chance(rng, 0.3, total) * rng.integers(0, 3, total)
    termination = course.last_dose + rng.integers(1, 8, total)
    gone = np.isin(course.reason, (Reason.LOST_TO_FOLLOW_UP, Reason.DEATH))
    terminates = course.treated & ~course.completed & ~gone & chance(rng, _TERMINATION_VISIT, total)
    follow_up = course.last_dose + 28 + rng.integers(-4, 5, total)
    follows = course.treated & ~gone & chance(rng, _FOLLOW_UP_VISIT, total)

    between, comes_between = _unscheduled(rng, days, attended)
    every_day = np.column_stack([screening, days, termination, follow_up, between])
    comes = np.column_stack([np.ones(total, dtype=np.bool_), attended, terminates, follows, comes_between])
    usual = [SCREENING, *_NUMBERS, EARLY_TERMINATION, FOLLOW_UP]
    numbers = np.array([*usual, *range(WEEK_4, WEEK_20 + 1)])
    subject, column = np.nonzero(comes)
    order = np.lexsort((every_day[subject, column], subject))
    subject, column = subject[order], column[order]
    day = every_day[subject, column]
    count = len(day)
    minute = np.where(chance(rng, 0.95, count), rng.integers(7 * 60, 14 * 60, count), -1)
    return Visits(
        subject=subject,
        number=numbers[column],
        day=day,
        last_day=day + chance(rng, _SECOND_DAY, count) * (numbers[column] != WEEK_0),
        unscheduled=column >= len(usual),
        scored=chance(rng, _SCORED, count),
        minute=minute,
    )


def _unscheduled(rng: np.random.Generator, days: Ints, attended: Bools) -> tuple[Ints, Bools]:
    """Days of a visit between a scheduled one from week 4 on and the next, and whether the subject comes."""
    first = _NUMBERS.index(WEEK_4)
    before, after = days[:, first:-1], days[:, first + 1 :]
    wait = np.maximum((rng.random(before.shape) * (after - before - 5)).astype(np.int64), 0)
    both = attended[:, first:-1] & attended[:, first + 1 :]
    return before + 3 + wait, both & chance(rng, _UNSCHEDULED, before.shape)


def last_contact(subjects: Subjects, course: Course, visits: Visits) -> Ints:
    """The last day on which anything is known of each subject: a visit, a dose, death."""
    last = np.full(len(subjects), NO_DAY)
    np.maximum.at(last, visits.subject, visits.last_day)
    return np.asarray(np.maximum(np.maximum(last, course.last_dose), course.death))


def treatment_end(course: Course, visits: Visits) -> Ints:
    """The last day of the treatment epoch: the last dose, or the visit of week 24 or of early termination after it."""
    end = course.last_dose.copy()
    closing = np.isin(visits.number, (10, EARLY_TERMINATION)) & course.treated[visits.subject]
    np.maximum.at(end, visits.subject[closing], visits.last_day[closing])
    return end

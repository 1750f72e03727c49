"""Laboratory results by visit: which there are, and their values as the assay rounds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adamline.simulate.jahh.activity import Activity
from adamline.simulate.jahh.course import Course
from adamline.simulate.jahh.design import (
    EARLY_TERMINATION,
    LAB_PLACE,
    LAB_TESTS,
    NO_ARM,
    SCHEDULED,
    SCREENING,
    WEEK_0,
    WEEK_24,
    Schedule,
)
from adamline.simulate.jahh.marker_values import Standing, true_values
from adamline.simulate.jahh.markers import MARKERS, share_of
from adamline.simulate.jahh.streams import Bools, Floats, Ints, chance, compact
from adamline.simulate.jahh.subjects import Subjects
from adamline.simulate.jahh.visits import Visits
from adamline.standards.rounding import round_half_away

_NOT_DONE, _BASELINE_NOT_DONE, _RETEST = 0.015, 0.03, 0.005
_FIRST_OF_WEEK_24: Final = 155
REASONS_NOT_DONE: Final = ("SPECIMEN LOST", "SPECIMEN HEMOLYZED", "NOT COLLECTED", "INSUFFICIENT QUANTITY")


@dataclass(frozen=True)
class LabResults:
    """One element a result, by subject, test and time.

    ``visit`` is the place in Visits, ``test`` in LAB_TESTS; ``value`` is in the standard unit, rounded as the assay
    does, NaN where the test was not done (``not_done``: the place of the reason, -1 otherwise). A ``retest`` is a
    second sample of the same day; ``minute`` is the time of day, -1 where it is not known.
    """

    visit: Ints
    test: Ints
    value: Floats
    not_done: Ints
    retest: Bools
    minute: Ints


def simulate_laboratory(
    rng: np.random.Generator, subjects: Subjects, course: Course, visits: Visits, activity: Activity
) -> tuple[LabResults, Floats]:
    """The results that SDTM holds; and the true value at each visit (row) of each test (column)."""
    visit, test = np.nonzero(_wanted(visits))
    order = np.lexsort((visit, test, visits.subject[visit]))
    visit, test = visit[order], test[order]
    not_done = _not_done(rng, visits.number[visit], test)
    for code, marker in MARKERS.items():
        if marker.observed is not None:
            at_baseline = np.flatnonzero((test == LAB_PLACE[code]) & (visits.number[visit] == WEEK_0))
            who = visits.subject[visit[at_baseline]]
            lacks = _lack_baseline(rng, subjects, course, marker.observed)[who]
            not_done[at_baseline] = np.where(lacks, np.maximum(not_done[at_baseline], 0), -1)
    done = not_done < 0
    baseline, later = _observed(course, visits, visit[done], test[done])
    truth = np.empty((len(visits), len(LAB_TESTS)))
    for place, entry in enumerate(LAB_TESTS):
        group = np.where(baseline[:, place], subjects.arm, NO_ARM)
        standing = Standing(subjects.arm, group, later[:, place])
        truth[:, place] = true_values(rng, MARKERS[entry.code], standing, visits, activity)
    return _measured(rng, truth, visits, visit, test, not_done), truth


def seen_by_investigator(results: LabResults, truth: Floats) -> Floats:
    """The first result of each visit (row) and test (column), the true value where the test was not done."""
    first = ~results.retest & (results.not_done < 0)
    seen = truth.copy()
    seen[results.visit[first], results.test[first]] = results.value[first]
    return seen


def _measured(
    rng: np.random.Generator, truth: Floats, visits: Visits, visit: Ints, test: Ints, not_done: Ints
) -> LabResults:
    """The results with the assay's error, some of a second sample."""
    again = np.where((not_done < 0) & chance(rng, _RETEST, len(visit)), 2, 1)
    visit, test, not_done = (np.repeat(column, again) for column in (visit, test, not_done))
    retest = np.append(False, (visit[1:] == visit[:-1]) & (test[1:] == test[:-1]))
    cv = np.array([MARKERS[entry.code].cv for entry in LAB_TESTS])[test]
    measured = truth[visit, test] * np.exp(cv * rng.standard_normal(len(visit)))
    decimals = np.array([entry.decimals for entry in LAB_TESTS])[test]
    value = np.where(not_done < 0, round_half_away(measured, decimals), np.nan)
    minute = visits.minute[visit]
    later = np.where(retest & (minute >= 0), rng.integers(30, 180, len(visit)), 0)
    return LabResults(compact(visit), compact(test), value, compact(not_done), retest, compact(minute + later))


def _wanted(visits: Visits) -> Bools:
    """Which tests (columns) belong to each visit (row)."""
    wanted = np.zeros((len(visits), len(LAB_TESTS)), dtype=np.bool_)
    for place, test in enumerate(LAB_TESTS):
        scheduled = np.isin(visits.number, SCHEDULED[test.schedule])
        wanted[:, place] = np.where(visits.unscheduled, test.schedule is Schedule.COMPLEMENT, scheduled)
    return wanted


def _not_done(rng: np.random.Generator, number: Ints, test: Ints) -> Ints:
    """The place of the reason why a result is missing, -1 for most; complement and anti-dsDNA have a baseline."""
    always = np.array([entry.schedule is Schedule.COMPLEMENT for entry in LAB_TESTS])[test]
    at_baseline = np.isin(number, (SCREENING, WEEK_0))
    rate = np.where(at_baseline, np.where(always, 0.0, _BASELINE_NOT_DONE), _NOT_DONE)
    reason = rng.integers(0, len(REASONS_NOT_DONE), len(test))
    return np.where(chance(rng, rate, len(test)), reason, -1)


def _lack_baseline(
    rng: np.random.Generator, subjects: Subjects, course: Course, observed: tuple[int, int, int]
) -> Bools:
    """Who has no value at baseline of a test that a fixed number in each arm have, of those treated."""
    key = rng.random(len(subjects))
    lacks = np.zeros(len(subjects), dtype=np.bool_)
    for arm, count in enumerate(observed):
        members = subjects.arm == arm
        treated = np.flatnonzero(members & course.treated)
        excess = len(treated) - share_of(arm, count, int(members.sum()))
        lacks[treated[np.argsort(key[treated], kind="stable")][: max(excess, 0)]] = True
    return lacks


def _observed(course: Course, visits: Visits, visit: Ints, test: Ints) -> tuple[Bools, Bools]:
    """Whether each subject (row) has a result of each test (column) at baseline, and at week 24, of those treated."""
    subject = visits.subject[visit]
    since = visits.day[visit] - course.first_dose[subject]
    usual = np.isin(visits.number[visit], (WEEK_24, EARLY_TERMINATION)) | visits.unscheduled[visit]
    baseline, later = (np.zeros((len(course.treated), len(LAB_TESTS)), dtype=np.bool_) for _ in range(2))
    for found, wanted in ((baseline, since <= 0), (later, usual & (since + 1 >= _FIRST_OF_WEEK_24))):
        rows = wanted & course.treated[subject]
        found[subject[rows], test[rows]] = True
    return baseline, later

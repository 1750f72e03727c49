"""Results of the safety laboratory by visit, as each site's laboratory reports them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adamline.simulate.jahh.activity import Activity, effect_by, week_column
from adamline.simulate.jahh.course import Course
from adamline.simulate.jahh.design import SCREENING
from adamline.simulate.jahh.laboratory import REASONS_NOT_DONE
from adamline.simulate.jahh.safety_tests import SAFETY_PLACE, SAFETY_TESTS, SafetyTest
from adamline.simulate.jahh.streams import Bools, Floats, Ints, autoregressive, chance, compact
from adamline.simulate.jahh.subjects import Subjects
from adamline.simulate.jahh.visits import Visits
from adamline.standards.rounding import round_half_away

_CORRELATION: Final = 0.8
_WEEKS_OF_EFFECT: Final = 4.0
_NOT_DONE, _AGAIN, _DUPLICATE = 0.012, 0.03, 0.004
_SPIKE: Final = 1.3
_ERROR: Final = 0.02
# Results of which the values are worked out at a time.
_BLOCK: Final = 1 << 18
USA: Final = 0


@dataclass(frozen=True)
class SafetyResults:
    """One element a result, by subject, test and time.

    ``visit`` is the place in Visits, ``test`` in SAFETY_TESTS; ``value`` is in the unit that the site's laboratory
    reports, rounded as it does, NaN where the test was not done (``not_done``: the place of the reason, -1 otherwise).
    ``days_later`` is how many days after the visit the sample was taken, at a retest of screening; ``minute`` is the
    time of day, -1 where it is not known. A result that was reported twice is there twice, with the same time.
    """

    visit: Ints
    test: Ints
    value: Floats
    not_done: Ints
    days_later: Ints
    minute: Ints


def conventional(subjects: Subjects) -> Bools:
    """Whose laboratory reports in conventional units: that of sites in the USA."""
    return np.asarray(subjects.region == USA)


def simulate_safety(
    rng: np.random.Generator, subjects: Subjects, course: Course, visits: Visits, activity: Activity
) -> SafetyResults:
    """All tests at all visits but those for a flare alone; screening may be repeated before the first dose."""
    drawn = ~visits.unscheduled | ~visits.scored
    visit = np.repeat(compact(np.flatnonzero(drawn)), len(SAFETY_TESTS))
    test = np.tile(compact(np.arange(len(SAFETY_TESTS))), int(drawn.sum()))
    wait = _days_to_next(visits)
    screening = (visits.number == SCREENING) & (wait > 1) & subjects.randomised[visits.subject]
    again = np.where(screening & chance(rng, _AGAIN, len(visits)), rng.integers(1, 7, len(visits)), 0)
    again = np.minimum(again, np.maximum(wait - 1, 0))
    count = len(visit)
    not_done = compact(np.where(chance(rng, _NOT_DONE, count), rng.integers(0, len(REASONS_NOT_DONE), count), -1))
    twice = (not_done < 0) & chance(rng, _DUPLICATE, count)
    minute, unit = compact(visits.minute), conventional(subjects)[visits.subject]
    truth = _truth(rng, subjects, course, visits, activity)
    value = _reported(rng, truth, visit, test, unit)
    value[not_done >= 0] = np.nan

    # A retest at screening is of all tests, its own values; a duplicate repeats the record.
    repeated = np.flatnonzero(again[visit] > 0)
    new = _reported(rng, truth, visit[repeated], test[repeated], unit)
    del truth
    source = np.concatenate([np.arange(count), np.flatnonzero(twice), repeated])
    values = np.concatenate([value, value[twice], new])
    del value
    later = compact(np.zeros(len(source), dtype=np.int64))  # a few days
    later[len(source) - len(repeated) :] = again[visit[repeated]]
    order = np.lexsort((later, visit[source], test[source], compact(visits.subject)[visit[source]]))
    at = source[order]
    is_again = later[order] > 0
    return SafetyResults(
        visit=visit[at],
        test=test[at],
        value=values[order],
        not_done=np.where(is_again, np.int8(-1), not_done[at]),
        days_later=later[order],
        minute=minute[visit[at]],
    )


def _days_to_next(visits: Visits) -> Ints:
    """Days from each visit to the subject's next; 0 of the last."""
    following = np.append(visits.day[1:], 0)
    same = np.append(visits.subject[1:] == visits.subject[:-1], np.False_)
    return np.where(same, following - visits.day, 0)


def _truth(rng: np.random.Generator, subjects: Subjects, course: Course, visits: Visits, activity: Activity) -> Floats:
    """Values at every visit (row) by test, in standard units, before the assay's error."""
    truth = np.empty((len(visits), len(SAFETY_TESTS)))
    for place, test in enumerate(SAFETY_TESTS):
        truth[:, place] = _series(rng, test, subjects, course, visits, activity)
    parts = [SAFETY_PLACE[code] for code in ("NEUT", "LYM")]
    truth[:, SAFETY_PLACE["WBC"]] += truth[:, parts].sum(axis=1)
    return truth


def _series(
    rng: np.random.Generator, test: SafetyTest, subjects: Subjects, course: Course, visits: Visits, activity: Activity
) -> Floats:
    total = len(subjects)
    own = rng.standard_normal(total)
    level = np.log(np.array(test.medians))[subjects.sex] + test.between * (
        test.activity * activity.level + (1 - test.activity**2) ** 0.5 * own
    )
    within = autoregressive(rng, activity.deviation.shape, _CORRELATION)
    effect = np.array([0.0, *test.effects])[np.maximum(subjects.arm, 0)] * np.exp(0.4 * rng.standard_normal(total))
    who = visits.subject
    # The effect has gone four weeks after the last dose.
    weeks = np.rint(visits.day / 7).astype(np.int64)
    since_end = np.where(course.treated[who], (visits.day - course.last_dose[who]) / 28, 1.0)
    there = np.clip(1.0 - since_end, 0.0, 1.0)
    scaled = (
        level[who]
        + test.within * within[who, week_column(visits.day)]
        + effect[who] * effect_by(weeks, _WEEKS_OF_EFFECT) * there
    )
    spike = np.where(chance(rng, test.spike, len(visits)), _SPIKE * (0.5 + rng.random(len(visits))), 0.0)
    return np.asarray(np.exp(scaled + spike))


def _reported(rng: np.random.Generator, truth: Floats, visit: Ints, test: Ints, in_conventional: Bools) -> Floats:
    """What is true at these visits of these tests with the assay's error, in the unit reported, at its decimals.

    ``in_conventional`` tells the unit of each visit. Errors are drawn a block at a time, in the order of the results.
    """
    factor, decimals = (
        np.array([[getattr(way, what) for way in (entry.standard, entry.conventional)] for entry in SAFETY_TESTS])
        for what in ("factor", "decimals")
    )
    way = in_conventional.astype(np.int64)
    found = np.empty(len(visit))
    for start in range(0, len(visit), _BLOCK):
        block = slice(start, start + _BLOCK)
        at, of = visit[block], test[block]
        measured = truth[at, of] * np.exp(_ERROR * rng.standard_normal(len(at))) / factor[of, way[at]]
        found[block] = round_half_away(measured, decimals[of, way[at]])
    return found

"""Laboratory values by visit: skewed, correlated through the activity of the disease, rounded as the assay does."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from adamline.simulate.jahh.activity import Activity, effect_by, week_column
from adamline.simulate.jahh.design import LAB_PLACE, LAB_TESTS, SCHEDULED, SCREENING, WEEK_0, Schedule
from adamline.simulate.jahh.streams import Bools, Floats, Ints, autoregressive, chance
from adamline.simulate.jahh.subjects import Subjects
from adamline.simulate.jahh.visits import Visits
from adamline.standards.rounding import round_half_away

_CORRELATION = 0.85
_BY_ACTIVITY = 0.45
_WEEKS_OF_EFFECT = 5.0
_NOT_DONE, _BASELINE_NOT_DONE, _RETEST = 0.015, 0.055, 0.005
_OUTLIER, _OUTLIER_TIMES = 0.02, 3.5
REASONS_NOT_DONE: Final = ("SPECIMEN LOST", "SPECIMEN HEMOLYZED", "NOT COLLECTED", "INSUFFICIENT QUANTITY")


@dataclass(frozen=True)
class Positives:
    """The share of subjects beyond ``cut`` at baseline, their median, and their spread in logarithms."""

    share: float
    cut: float
    median: float
    spread: float


@dataclass(frozen=True)
class Marker:
    """How a laboratory test varies: all numbers but ``cv`` on its scale, the ``power`` of the value (0: logarithm).

    ``centre`` and ``spread`` are of those not positive where there are ``positives``, else of all; ``loading`` is
    the correlation of a subject's level with the activity of the disease, ``wander`` the deviation within a
    subject, ``cv`` the assay's, ``effects`` those of 2 mg and 4 mg.
    """

    power: float
    centre: float
    spread: float
    loading: float
    wander: float
    cv: float
    effects: tuple[float, float]
    positives: Positives | None = None


_LOG = 0.0
# Levels follow tables 1 and 2 of Dörner et al. 2022; loadings, wander and effects are assumed.
_MARKERS: Final = {
    "ADSDNA": Marker(_LOG, 2.5, 0.45, 0.5, 0.26, 0.07, (-0.22, -0.20), Positives(0.51, 30, 130, 0.85)),
    "C3": Marker(1.0, 1.02, 0.24, -0.5, 0.09, 0.04, (0.0, 0.0)),
    "C4": Marker(0.5, 0.435, 0.13, -0.5, 0.03, 0.05, (0.0, 0.0)),
    "CRDIGAAB": Marker(_LOG, 1.3, 0.4, 0.1, 0.15, 0.07, (0.0, 0.0), Positives(0.04, 11, 20, 0.5)),
    "CRDIGGAB": Marker(_LOG, 1.5, 0.4, 0.15, 0.15, 0.07, (0.0, -0.02), Positives(0.08, 14, 26, 0.6)),
    "CRDIGMAB": Marker(_LOG, 1.5, 0.4, 0.15, 0.13, 0.06, (-0.05, -0.10), Positives(0.20, 12, 22, 0.6)),
    "IGG": Marker(_LOG, 2.58, 0.32, 0.35, 0.06, 0.03, (-0.015, -0.04)),
    "RNPAB": Marker(_LOG, 2.1, 0.5, 0.2, 0.2, 0.07, (0.0, -0.05), Positives(0.25, 30, 120, 0.9)),
    "SJSSAAB": Marker(_LOG, 1.6, 0.5, 0.2, 0.15, 0.07, (0.0, 0.0), Positives(0.285, 20, 110, 0.8)),
    "SJSSBAB": Marker(_LOG, 1.5, 0.5, 0.2, 0.15, 0.07, (0.0, 0.0), Positives(0.145, 20, 80, 0.8)),
    "SMTHAB": Marker(_LOG, 2.3, 0.4, 0.3, 0.22, 0.07, (-0.05, -0.25), Positives(0.09, 30, 180, 0.9)),
}


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
    rng: np.random.Generator, subjects: Subjects, visits: Visits, activity: Activity
) -> tuple[LabResults, Floats]:
    """The results that SDTM holds; and what the investigator goes by, a visit (row) and test (column).

    The latter is the first result of the visit, the true value where the test was not done.
    """
    truth = np.column_stack([_true_values(rng, _MARKERS[test.code], subjects, visits, activity) for test in LAB_TESTS])
    visit, test = np.nonzero(_wanted(visits))
    order = np.lexsort((visit, test, visits.subject[visit]))
    visit, test = visit[order], test[order]
    not_done = _not_done(rng, visits.number[visit], test)
    again = np.where((not_done < 0) & chance(rng, _RETEST, len(visit)), 2, 1)
    visit, test, not_done = (np.repeat(column, again) for column in (visit, test, not_done))
    retest = np.append(False, (visit[1:] == visit[:-1]) & (test[1:] == test[:-1]))
    cv = np.array([_MARKERS[entry.code].cv for entry in LAB_TESTS])[test]
    measured = truth[visit, test] * np.exp(cv * rng.standard_normal(len(visit)))
    decimals = np.array([entry.decimals for entry in LAB_TESTS])[test]
    value = np.where(not_done < 0, round_half_away(measured, decimals), np.nan)
    minute = visits.minute[visit]
    later = np.where(retest & (minute >= 0), rng.integers(30, 180, len(visit)), 0)
    first = ~retest & (not_done < 0)
    seen = truth.copy()
    seen[visit[first], test[first]] = value[first]
    return LabResults(visit, test, value, not_done, retest, minute + later), seen


def _true_values(
    rng: np.random.Generator, marker: Marker, subjects: Subjects, visits: Visits, activity: Activity
) -> Floats:
    """The value at every visit before the assay's error."""
    level = _levels(rng, marker, activity.level)
    own = autoregressive(rng, activity.deviation.shape, _CORRELATION)
    column = week_column(visits.day)
    sign = np.sign(marker.loading)
    within = sign * _BY_ACTIVITY * activity.deviation + (1 - _BY_ACTIVITY**2) ** 0.5 * own
    tail = np.where(chance(rng, _OUTLIER, len(visits)), _OUTLIER_TIMES, 1.0)
    effects = np.array([0.0, *marker.effects])[np.maximum(subjects.arm, 0)]
    # Patients differ in how they respond, so that effects are not a mere shift.
    response = effects * np.exp(0.5 * rng.standard_normal(len(subjects)))
    came_about = effect_by(np.rint(visits.day / 7).astype(np.int64), _WEEKS_OF_EFFECT)
    scaled = (
        level[visits.subject]
        + marker.wander * tail * within[visits.subject, column]
        + response[visits.subject] * came_about
    )
    if marker.power == _LOG:
        return np.asarray(np.exp(scaled))
    return np.asarray(np.maximum(scaled, marker.centre / 8) ** (1 / marker.power))


def _levels(rng: np.random.Generator, marker: Marker, activity: Floats) -> Floats:
    """Each subject's own level on the marker's scale."""
    shared: Floats = marker.loading * activity + (1 - marker.loading**2) ** 0.5 * rng.standard_normal(len(activity))
    if marker.positives is None:
        return np.asarray(marker.centre + marker.spread * shared)
    positives = marker.positives
    cut, draws = np.log(positives.cut), rng.standard_normal(len(activity))
    high: Floats = np.maximum(np.log(positives.median) + positives.spread * draws, cut + 0.05)
    low = np.minimum(marker.centre + marker.spread * draws, cut - 0.05)
    return np.where(shared > NormalDist().inv_cdf(1 - positives.share), high, low)


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
    rate = np.where(at_baseline, np.where(always, 0.0, 0.03), _NOT_DONE)
    rate = np.where(at_baseline & (test == LAB_PLACE["IGG"]), _BASELINE_NOT_DONE, rate)
    reason = rng.integers(0, len(REASONS_NOT_DONE), len(test))
    return np.where(chance(rng, rate, len(test)), reason, -1)

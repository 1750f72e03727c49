"""All that is simulated, as plain numbers, before any of it is written as SDTM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.activity import simulate_activity
from adamline.simulate.jahh.adverse_events import AdverseEvents, simulate_adverse_events
from adamline.simulate.jahh.calibrate import is_calibrated
from adamline.simulate.jahh.calibrate.history import calibrate_history
from adamline.simulate.jahh.calibrate.laboratory import calibrate_laboratory, normalise
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.calibrate.responders import calibrate_responders
from adamline.simulate.jahh.calibrate.scores import calibrate_scores
from adamline.simulate.jahh.calibrate.subjects import calibrate_subjects
from adamline.simulate.jahh.course import Course, simulate_course
from adamline.simulate.jahh.design import LAB_PLACE, WEEK_0
from adamline.simulate.jahh.history import History, simulate_history
from adamline.simulate.jahh.laboratory import LabResults, seen_by_investigator, simulate_laboratory
from adamline.simulate.jahh.safety import SafetyResults, simulate_safety
from adamline.simulate.jahh.scores import Scores, simulate_scores
from adamline.simulate.jahh.steroids import Steroids, simulate_steroids
from adamline.simulate.jahh.streams import Floats, Ints, Part, chance, stream
from adamline.simulate.jahh.subjects import Subjects, simulate_subjects
from adamline.simulate.jahh.visits import Visits, simulate_days, simulate_visits
from adamline.simulate.jahh.vital_signs import VitalSigns, simulate_vital_signs

_MIS_STRATIFIED = 0.02
_HIGH_SLEDAI, _POSITIVE_DNA = 10, 30.0


@dataclass(frozen=True)
class Strata:
    """As randomised, 0 or 1 a subject, -1 where not randomised: SLEDAI-2K of 10 or more, anti-dsDNA positive."""

    sledai: Ints
    dna: Ints


@dataclass(frozen=True)
class Values:
    """The simulated trial; what calibrates it replaces values here, never in SDTM, and says so in ``calibrated``."""

    subjects: Subjects
    course: Course
    steroids: Steroids
    visits: Visits
    laboratory: LabResults
    scores: Scores
    strata: Strata
    history: History
    safety: SafetyResults
    adverse_events: AdverseEvents
    vital_signs: VitalSigns
    calibrated: bool = False


def simulate_values(count: int, seed: int, *, calibrated: bool | None = None) -> Values:
    """The trial with ``count`` randomised subjects; each part draws from a stream of its own.

    The default trial alone is calibrated; ``calibrated=False`` gives it as it was before.
    """
    calibrated = is_calibrated(subjects=count, seed=seed) if calibrated is None else calibrated
    subjects = simulate_subjects(stream(seed, Part.SUBJECTS), count)
    if calibrated:
        subjects = calibrate_subjects(stream(seed, Part.CALIBRATED_SUBJECTS), subjects)
    days = simulate_days(stream(seed, Part.VISIT_DAYS), len(subjects))
    activity = simulate_activity(stream(seed, Part.ACTIVITY), subjects)
    course = simulate_course(stream(seed, Part.COURSE), subjects, days[:, -1], activity.level)
    visits = simulate_visits(stream(seed, Part.VISITS), subjects, course, days)
    steroids = simulate_steroids(stream(seed, Part.STEROIDS), subjects, course)
    patients = Patients(subjects, course, visits, steroids)
    laboratory, truth = simulate_laboratory(stream(seed, Part.LABORATORY), subjects, course, visits, activity)
    if calibrated:
        rng = stream(seed, Part.CALIBRATED_LABORATORY)
        laboratory = calibrate_laboratory(rng, patients, laboratory)
    seen = seen_by_investigator(laboratory, truth)
    scores = simulate_scores(stream(seed, Part.SCORES), visits, activity, seen)
    if calibrated:
        rng = stream(seed, Part.CALIBRATED_SCORES)
        scores = calibrate_scores(rng, patients, scores)
        scores = calibrate_responders(rng, patients, scores, normalise(patients, laboratory))
    strata = _strata(stream(seed, Part.STRATA), subjects, visits, scores, seen)
    history = simulate_history(stream(seed, Part.HISTORY), subjects)
    if calibrated:
        history = calibrate_history(subjects, history)
    safety = simulate_safety(stream(seed, Part.SAFETY), subjects, course, visits, activity)
    events = simulate_adverse_events(stream(seed, Part.ADVERSE_EVENTS), subjects, course, visits)
    signs = simulate_vital_signs(stream(seed, Part.VITAL_SIGNS), subjects, visits, activity)
    return Values(
        subjects, course, steroids, visits, laboratory, scores, strata, history, safety, events, signs, calibrated
    )


def _strata(rng: np.random.Generator, subjects: Subjects, visits: Visits, scores: Scores, seen: Floats) -> Strata:
    """The strata that randomisation used: those of week 0, but for a few subjects."""
    rows = np.flatnonzero(visits.number[scores.visit] == WEEK_0)
    high = scores.total[rows] >= _HIGH_SLEDAI
    positive = seen[scores.visit[rows], LAB_PLACE["ADSDNA"]] >= _POSITIVE_DNA
    who = visits.subject[scores.visit[rows]]
    columns = []
    for truly in (high, positive):
        stratum = np.full(len(subjects), -1)
        stratum[who] = truly ^ chance(rng, _MIS_STRATIFIED, len(who))
        columns.append(stratum)
    return Strata(*columns)

"""SRI-4 of a week with non-responder imputation, from the scores as simulated, for the search that calibrates them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.calibrate.analysed import NO_RECORD, closest
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.course import NO_DAY
from adamline.simulate.jahh.design import BILAG, GRADES, WEEK_0
from adamline.simulate.jahh.scores import Scores
from adamline.simulate.jahh.streams import Bools, Ints
from adamline.simulate.jahh.visits import Visits

FALL, _WORSE_MM = 4, 10
_A, _B = GRADES.index("A"), GRADES.index("B")


@dataclass(frozen=True)
class Response:
    """One element a subject: ``row`` of Scores with the week's SLEDAI-2K, its ``fall`` from baseline.

    ``others`` says that all else is observed and passes, without rescue, so that the fall decides.
    """

    row: Ints
    baseline: Ints
    fall: Ints
    others: Bools

    @property
    def responds(self) -> Bools:
        """Who has an SRI-4 response."""
        return np.asarray(self.others & (self.row != NO_RECORD) & (self.fall >= FALL))


def baseline_rows(patients: Patients, scores: Scores) -> Ints:
    """The row of Scores at week 0 of each subject treated."""
    visits, course = patients.visits, patients.course
    found = np.full(len(course.treated), NO_RECORD)
    rows = np.flatnonzero((visits.number[scores.visit] == WEEK_0) & ~visits.unscheduled[scores.visit])
    found[visits.subject[scores.visit[rows]]] = rows
    found[~course.treated] = NO_RECORD
    return found


def respond(patients: Patients, scores: Scores, week: int) -> Response:
    """The response of each subject at a week, as the study's specification has it."""
    visits, rescue = patients.visits, patients.steroids.rescue
    base = baseline_rows(patients, scores)
    subject = visits.subject[scores.visit]

    def at(known: Bools) -> Ints:
        return closest(patients, np.where(known, subject, NO_RECORD), scores.visit, week, len(base))

    total = scores.total
    row, pga = at(total >= 0), at(scores.pga >= 0)
    passes = (row != NO_RECORD) & (pga != NO_RECORD) & (scores.pga[pga] - scores.pga[base] < _WORSE_MM)
    new_a, new_b = (np.zeros(len(base), dtype=np.int64) for _ in range(2))
    latest = np.maximum(_day(visits, scores, row), _day(visits, scores, pga))
    for system in range(len(BILAG)):
        grades = scores.grades[:, system]
        here = at(grades >= 0)
        passes &= here != NO_RECORD
        now, before = grades[here], grades[base]
        new_a += (now == _A) & (before != _A)
        new_b += (now == _B) & (before > _B)
        latest = np.maximum(latest, _day(visits, scores, here))
    rescued = (rescue != NO_DAY) & (rescue <= latest)
    others = passes & (new_a == 0) & (new_b <= 1) & ~rescued & (base != NO_RECORD)
    return Response(row, base, total[base] - total[row], others)


def _day(visits: Visits, scores: Scores, row: Ints) -> Ints:
    return np.where(row == NO_RECORD, NO_DAY, visits.day[scores.visit[row]])

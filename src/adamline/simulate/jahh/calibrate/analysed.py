"""Which record the analysis takes: the baseline, and the closest to its target day in each window."""

from __future__ import annotations

from typing import Final

import numpy as np

from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.design import FOLLOW_UP, LAB_TESTS
from adamline.simulate.jahh.laboratory import LabResults
from adamline.simulate.jahh.streams import Ints

# First, last and target day of the analysis windows (specs/jahh/windows.yaml) by week.
WINDOWS: Final = {
    2: (12, 21, 15),
    4: (22, 42, 29),
    8: (43, 70, 57),
    12: (71, 98, 85),
    16: (99, 126, 113),
    20: (127, 154, 141),
    24: (155, 183, 169),
}
NO_RECORD: Final = -1


def study_day(patients: Patients, visit: Ints) -> Ints:
    """ADY of records after the first dose by their visit; 0 and less for those on or before it, or never treated."""
    visits, course = patients.visits, patients.course
    subject = visits.subject[visit]
    since = visits.day[visit] - course.first_dose[subject]
    return np.where(course.treated[subject] & (since > 0), since + 1, np.minimum(since, 0))


def baseline_records(patients: Patients, laboratory: LabResults) -> Ints:
    """The place of the baseline record of each subject (row) and test (column): the last up to the first dose."""
    subject = patients.visits.subject[laboratory.visit]
    treated = patients.course.treated
    before = (study_day(patients, laboratory.visit) <= 0) & treated[subject] & (laboratory.not_done < 0)
    rows = np.flatnonzero(before)
    found = np.full((len(treated), len(LAB_TESTS)), NO_RECORD)
    # Records are in the order of time within subject and test, so that the last one stays.
    found[subject[rows], laboratory.test[rows]] = rows
    return found


def window_records(patients: Patients, laboratory: LabResults, week: int) -> Ints:
    """The place of the analysed record of a week, of each subject (row) and test (column)."""
    count = len(patients.subjects)
    group = patients.visits.subject[laboratory.visit] * len(LAB_TESTS) + laboratory.test
    known = np.where(laboratory.not_done < 0, group, NO_RECORD)
    return closest(patients, known, laboratory.visit, week, count * len(LAB_TESTS)).reshape(count, len(LAB_TESTS))


def closest(patients: Patients, group: Ints, visit: Ints, week: int, groups: int) -> Ints:
    """The place of the record of each group closest to the target day of the week's window, the later of two.

    ``group`` is NO_RECORD where there is no result; ``visit`` says when a record was made.
    """
    first, last, target = WINDOWS[week]
    day = study_day(patients, visit)
    inside = (group != NO_RECORD) & (day >= first) & (day <= last) & (patients.visits.number[visit] != FOLLOW_UP)
    rows = np.flatnonzero(inside)
    order = rows[np.lexsort((-rows, -day[rows], np.abs(day[rows] - target), group[rows]))]
    found = np.full(groups, NO_RECORD)
    # The first of each group is written last.
    found[group[order[::-1]]] = order[::-1]
    return found

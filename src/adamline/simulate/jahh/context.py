"""What every domain needs of a subject or visit: identifier, reference days, epoch, the name of the visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.columns import Column, Texts, iso_dates, study_days, words
from adamline.simulate.jahh.design import PLANNED_DAYS, STUDYID, VISITS
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.simulate.jahh.values import Values
from adamline.simulate.jahh.visits import last_contact, treatment_end

_EPOCHS = ("SCREENING", "TREATMENT", "FOLLOW-UP")
_LOWEST_NUMBER_WIDTH = 4


@dataclass(frozen=True)
class Context:
    """The simulated values and, a subject: USUBJID, SUBJID, the end of the treatment epoch, the last contact."""

    trial: Values
    usubjids: list[str]
    subjids: list[str]
    treatment_end: Ints
    last_contact: Ints

    def usubjid(self, subject: Ints) -> Texts:
        """USUBJID of records by their subject."""
        return words(subject, self.usubjids)

    def dates(self, subject: Ints, day: Ints) -> Texts:
        """Dates of days counted from randomisation."""
        return iso_dates(self.trial.subjects.day_one[subject] + day)

    def days(self, subject: Ints, day: Ints) -> Floats:
        """--DY; only the randomised have a reference day."""
        return study_days(day, self.trial.subjects.randomised[subject])

    def epoch(self, subject: Ints, day: Ints, known: Bools | None = None) -> Texts:
        """EPOCH of a date, none where it is not ``known``.

        Treatment begins after the day of the first dose, since its assessments precede the dose.
        """
        course = self.trial.course
        treated = course.treated[subject]
        begun = treated & (day > course.first_dose[subject])
        ended = treated & (day > self.treatment_end[subject])
        codes = begun.astype(np.int64) + ended
        return words(codes if known is None else np.where(known, codes, -1), _EPOCHS)

    def before_dose(self, subject: Ints, day: Ints) -> Bools:
        """Whether a record of a treated subject is on or before the day of the first dose."""
        course = self.trial.course
        return course.treated[subject] & (day <= course.first_dose[subject])

    def visit_columns(self, visit: Ints) -> dict[str, Column]:
        """VISITNUM, VISIT and VISITDY of records by their visit."""
        visits = self.trial.visits
        number, unscheduled = visits.number[visit], visits.unscheduled[visit]
        scheduled = [*VISITS]
        names = [*VISITS.values(), *(f"UNSCHEDULED {known}.1" for known in scheduled)]
        place = np.searchsorted(scheduled, number) + np.where(unscheduled, len(scheduled), 0)
        planned = np.array([PLANNED_DAYS.get(known, np.nan) for known in scheduled] + [np.nan] * len(scheduled))
        # Whole tenths divided by ten: the nearest double to 5.1, which 5 + 0.1 need not be.
        visitnum = (10 * number + unscheduled) / 10
        return {"VISITNUM": visitnum, "VISIT": words(place, names), "VISITDY": planned[place]}


def build_context(values: Values) -> Context:
    """The context of the simulated values."""
    subjects = values.subjects
    width = max(_LOWEST_NUMBER_WIDTH, len(str(len(subjects))))
    subjids = [f"{number:0{width}d}" for number in subjects.number.tolist()]
    usubjids = [f"{STUDYID}-{site}-{subjid}" for site, subjid in zip(subjects.site.tolist(), subjids, strict=True)]
    end = treatment_end(values.course, values.visits)
    return Context(values, usubjids, subjids, end, last_contact(subjects, values.course, values.visits))

"""EX and CM: study treatment from visit to visit, and prednisone."""

from __future__ import annotations

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import DAY, MONTH, NO_DATE, build_dataset, iso_dates, sequence, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.course import NO_DAY, EndKnown
from adamline.simulate.jahh.design import ARMS, WEEK_0, WEEK_4, WEEK_20
from adamline.simulate.jahh.streams import Bools, Ints

_INDICATIONS = ("SYSTEMIC LUPUS ERYTHEMATOSUS", "LUPUS FLARE")


def _intervals(context: Context) -> tuple[Ints, Ints, Bools]:
    """Subject and first day of each dispensing interval, and whether it is the subject's last."""
    visits, course = context.trial.visits, context.trial.course
    dispenses = (visits.number == WEEK_0) | ((visits.number >= WEEK_4) & (visits.number <= WEEK_20))
    dispenses &= ~visits.unscheduled & (visits.day < course.last_dose[visits.subject])
    subject, start = visits.subject[dispenses], visits.day[dispenses]
    last = np.append(subject[1:] != subject[:-1], np.True_)
    return subject, np.maximum(start, course.first_dose[subject]), last


def last_interval_start(context: Context) -> Ints:
    """The first day of each subject's last dispensing interval."""
    subject, start, last = _intervals(context)
    days = np.full(len(context.trial.subjects), NO_DAY)
    days[subject[last]] = start[last]
    return days


def build_ex(context: Context) -> Dataset:
    """One record a dispensing interval; a few subjects' last dose is known by its month only, or not at all."""
    subjects, course = context.trial.subjects, context.trial.course
    subject, start, last = _intervals(context)
    end = np.where(last, course.last_dose[subject], np.append(start[1:], 0) - 1)
    known = np.where(last, course.end_known[subject], EndKnown.DATE)
    lengths = np.array([DAY, MONTH, NO_DATE])[known]
    arm = subjects.arm[subject]
    return build_dataset(
        "EX",
        {
            "DOMAIN": "EX",
            "USUBJID": context.usubjid(subject),
            "EXSEQ": sequence(subject),
            "EXTRT": words(arm, [entry.treatment for entry in ARMS]),
            "EXDOSE": np.array([entry.dose for entry in ARMS])[arm],
            "EXDOSU": "mg",
            "EXDOSFRM": "TABLET",
            "EXDOSFRQ": "QD",
            "EXROUTE": "ORAL",
            "EPOCH": "TREATMENT",
            "EXSTDTC": context.dates(subject, start),
            "EXENDTC": iso_dates(subjects.day_one[subject] + end, lengths),
            "EXSTDY": context.days(subject, start),
            "EXENDY": np.where(lengths == DAY, context.days(subject, end), np.nan),
        },
    )


def build_cm(context: Context) -> Dataset:
    """Prednisone: the background dose, which rescue ends, and rescue."""
    subjects, steroids = context.trial.subjects, context.trial.steroids
    rescued = steroids.rescue != NO_DAY
    subject, kind = np.nonzero(np.column_stack([steroids.dose > 0, rescued]))
    rescue = kind == 1
    start = np.column_stack([steroids.since, steroids.rescue])[subject, kind]
    start_length = np.where(rescue, DAY, steroids.since_length[subject])
    end = np.column_stack([steroids.rescue - 1, steroids.rescue_end])[subject, kind]
    ended = rescued[subject] & (end <= context.last_contact[subject])
    end_length = np.where(ended, DAY, NO_DATE)
    day_one = subjects.day_one[subject]
    ongoing = np.where(ended, -1, 0)
    return build_dataset(
        "CM",
        {
            "DOMAIN": "CM",
            "USUBJID": context.usubjid(subject),
            "CMSEQ": sequence(subject),
            "CMTRT": "PREDNISONE",
            "CMDECOD": "PREDNISONE",
            "CMCAT": "SYSTEMIC CORTICOSTEROIDS",
            "CMINDC": words(kind, _INDICATIONS),
            "CMDOSE": np.column_stack([steroids.dose, steroids.rescue_dose])[subject, kind],
            "CMDOSU": "mg",
            "CMDOSFRQ": "QD",
            "CMROUTE": "ORAL",
            "CMSTDTC": iso_dates(day_one + start, start_length),
            "CMENDTC": iso_dates(day_one + end, end_length),
            "CMSTDY": np.where(start_length == DAY, context.days(subject, start), np.nan),
            "CMENDY": np.where(end_length == DAY, context.days(subject, end), np.nan),
            "CMENRTPT": words(ongoing, ["ONGOING"]),
            "CMENTPT": words(ongoing, ["END OF STUDY"]),
        },
    )

"""MH: the onset of lupus and other medical history, one record a condition."""

from __future__ import annotations

from typing import Final

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import NO_DATE, build_dataset, iso_dates, sequence, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.course import NO_DAY
from adamline.simulate.jahh.design import SCREENING
from adamline.simulate.jahh.history import CONDITIONS

_LUPUS: Final = ("SYSTEMIC LUPUS ERYTHEMATOSUS", "Systemic lupus erythematosus")
_SYSTEM: Final = "Musculoskeletal and connective tissue disorders"


def build_mh(context: Context) -> Dataset:
    """One record a condition, the onset of lupus first; collected at screening, partial dates as they were told."""
    trial, history = context.trial, context.trial.history
    others = history.conditions
    total = len(trial.subjects)
    everyone = np.arange(total)
    subject = np.append(everyone, others.subject)
    order = np.argsort(subject, kind="stable")
    subject = subject[order]
    # The place of a condition, after lupus itself.
    condition = np.append(np.zeros(total, dtype=np.int64), 1 + others.condition)[order]
    lupus = condition == 0
    start = np.append(history.onset, others.start)[order]
    start_length = np.append(history.onset_length, others.start_length)[order]
    end = np.append(np.full(total, NO_DAY), others.end)[order]
    end_length = np.append(np.full(total, NO_DATE), others.end_length)[order]
    # What has ended on a day that nobody knows ended before screening all the same.
    relative = np.where(end == NO_DAY, 1, np.where(end_length == NO_DATE, 0, -1))
    visits = trial.visits
    screened = visits.day[visits.number == SCREENING][subject]
    day_one = trial.subjects.day_one[subject]
    return build_dataset(
        "MH",
        {
            "DOMAIN": "MH",
            "USUBJID": context.usubjid(subject),
            "MHSEQ": sequence(subject),
            "MHTERM": words(condition, [_LUPUS[0], *(entry.term for entry in CONDITIONS)]),
            "MHDECOD": words(condition, [_LUPUS[1], *(entry.preferred for entry in CONDITIONS)]),
            "MHEVDTYP": words(np.where(lupus, 0, -1), ["SYMPTOM ONSET"]),
            "MHCAT": words(lupus.astype(np.int64), ["GENERAL MEDICAL HISTORY", "STUDY INDICATION"]),
            "MHBODSYS": words(condition, [_SYSTEM, *(entry.system for entry in CONDITIONS)]),
            "MHDTC": context.dates(subject, screened),
            "MHSTDTC": iso_dates(day_one + start, start_length),
            "MHENDTC": iso_dates(day_one + end, end_length),
            "MHDY": context.days(subject, screened),
            "MHENRTPT": words(relative, ["BEFORE", "ONGOING"]),
            "MHENTPT": words(np.minimum(relative, 0), ["SCREENING"]),
        },
    )

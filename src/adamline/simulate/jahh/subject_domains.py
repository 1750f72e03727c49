"""DM, SUPPDM and DS: the domains of who is in the trial, and of how it ended for each."""

from __future__ import annotations

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import (
    DAY,
    MONTH,
    NO_DATE,
    build_dataset,
    flags,
    iso_dates,
    sequence,
    study_days,
    words,
)
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.course import NO_DAY, REASONS, EndKnown
from adamline.simulate.jahh.design import ARMS, COUNTRIES, REGIONS, SCREENING
from adamline.simulate.jahh.exposure import last_interval_start
from adamline.simulate.jahh.streams import Ints
from adamline.simulate.jahh.subjects import ETHNICITIES, RACES, SEXES

_STRATA = (
    ("STRAT1R", "SLEDAI-2K Stratum as Randomized", ("<10", ">=10")),
    ("STRAT2R", "Anti-dsDNA Stratum as Randomized", ("NEGATIVE", "POSITIVE")),
    ("STRAT3R", "Region Stratum as Randomized", REGIONS),
)
_MILESTONES = ("INFORMED CONSENT OBTAINED", "RANDOMIZED")
_TERMS = (*_MILESTONES, *REASONS)


def build_dm(context: Context) -> Dataset:
    """One record a subject; the reference day is that of randomisation, which the first dose follows at once."""
    subjects, course = context.trial.subjects, context.trial.course
    day_one, randomised, treated = subjects.day_one, subjects.randomised, course.treated
    arm = subjects.arm
    actual = np.where(treated, arm, -1)
    visits = context.trial.visits
    screened = visits.day[visits.number == SCREENING]
    # The last dose as far as EX knows it: the day, the month, or else the start of the last interval.
    length = np.where(treated, np.where(course.end_known == EndKnown.MONTH, MONTH, DAY), NO_DATE)
    last = np.where(course.end_known == EndKnown.NOTHING, last_interval_start(context), course.last_dose)
    return build_dataset(
        "DM",
        {
            "DOMAIN": "DM",
            "USUBJID": context.usubjid(np.arange(len(subjects))),
            "SUBJID": words(np.arange(len(subjects)), context.subjids),
            "RFSTDTC": iso_dates(day_one, np.where(randomised, DAY, NO_DATE)),
            "RFENDTC": iso_dates(
                day_one + np.where(treated, course.last_dose, context.last_contact),
                np.where(randomised, DAY, NO_DATE),
            ),
            "RFXSTDTC": iso_dates(day_one + course.first_dose, np.where(treated, DAY, NO_DATE)),
            "RFXENDTC": iso_dates(day_one + last, length),
            "RFICDTC": iso_dates(subjects.consent),
            "RFPENDTC": iso_dates(day_one + context.last_contact),
            "DTHDTC": iso_dates(day_one + course.death, np.where(course.death != NO_DAY, DAY, NO_DATE)),
            "DTHFL": flags(course.death != NO_DAY),
            "SITEID": words(subjects.site - subjects.site.min(), _sites(subjects.site)),
            "AGE": subjects.age,
            "AGEU": "YEARS",
            "SEX": words(subjects.sex, SEXES),
            "RACE": words(subjects.race, RACES),
            "ETHNIC": words(subjects.ethnicity, ETHNICITIES),
            "ARMCD": words(arm, [entry.code for entry in ARMS]),
            "ARM": words(arm, [entry.name for entry in ARMS]),
            "ACTARMCD": words(actual, [entry.code for entry in ARMS]),
            "ACTARM": words(actual, [entry.name for entry in ARMS]),
            "ARMNRS": words(
                np.where(treated, -1, randomised.astype(np.int64)), ["SCREEN FAILURE", "ASSIGNED, NOT TREATED"]
            ),
            "ACTARMUD": "",
            "COUNTRY": words(subjects.country, [entry.code for entry in COUNTRIES]),
            "DMDTC": iso_dates(day_one + screened),
            "DMDY": study_days(screened, randomised),
        },
    )


def _sites(site: Ints) -> list[str]:
    return [str(number) for number in range(int(site.min()), int(site.max()) + 1)]


def build_suppdm(context: Context) -> Dataset:
    """The strata as randomised, three records a randomised subject."""
    trial = context.trial
    who = np.flatnonzero(trial.subjects.randomised)
    codes = np.column_stack([trial.strata.sledai, trial.strata.dna, trial.subjects.region])[who]
    starts = np.cumsum([0, *(len(levels) for _, _, levels in _STRATA[:-1])])
    stratum = np.tile(np.arange(len(_STRATA)), len(who))
    return build_dataset(
        "SUPPDM",
        {
            "RDOMAIN": "DM",
            "USUBJID": context.usubjid(np.repeat(who, len(_STRATA))),
            "IDVAR": "",
            "IDVARVAL": "",
            "QNAM": words(stratum, [name for name, _, _ in _STRATA]),
            "QLABEL": words(stratum, [label for _, label, _ in _STRATA]),
            "QVAL": words((codes + starts).ravel(), [level for _, _, levels in _STRATA for level in levels]),
            "QORIG": "CRF",
            "QEVAL": "",
        },
    )


def build_ds(context: Context) -> Dataset:
    """Consent, randomisation, the end of treatment, the end of participation: those that each subject has."""
    subjects, course = context.trial.subjects, context.trial.course
    reason = course.reason + len(_MILESTONES)
    zero = np.zeros(len(subjects), dtype=np.int64)
    day = np.column_stack([subjects.consent - subjects.day_one, zero, course.last_dose, context.last_contact])
    term = np.column_stack([zero, zero + 1, reason, reason])
    has = np.column_stack([zero == 0, subjects.randomised, course.treated, zero == 0])
    subject, event = np.nonzero(has)
    day, term = day[subject, event], term[subject, event]
    return build_dataset(
        "DS",
        {
            "DOMAIN": "DS",
            "USUBJID": context.usubjid(subject),
            "DSSEQ": sequence(subject),
            "DSTERM": words(term, _TERMS),
            "DSDECOD": words(term, _TERMS),
            "DSCAT": words(event // 2, ["PROTOCOL MILESTONE", "DISPOSITION EVENT"]),
            "DSSCAT": words(np.maximum(event - 2, -1), ["STUDY TREATMENT", "STUDY PARTICIPATION"]),
            "EPOCH": context.epoch(subject, day),
            "DSSTDTC": context.dates(subject, day),
            "DSSTDY": context.days(subject, day),
        },
    )

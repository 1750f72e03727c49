"""Medical history: the onset of lupus, and the ordinary conditions that subjects have or have had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adamline.simulate.jahh.columns import DAY, MONTH, NO_DATE, YEAR
from adamline.simulate.jahh.course import NO_DAY
from adamline.simulate.jahh.streams import Bools, Floats, Ints, chance, one_of
from adamline.simulate.jahh.subjects import SEXES, Subjects

_YEAR: Final = 365.25


@dataclass(frozen=True)
class Condition:
    """A condition as collected, its preferred term and system (sponsor's words), and its share (all assumed)."""

    term: str
    preferred: str
    system: str
    share: float
    sex: str = ""


CONDITIONS: Final = (
    Condition("HIGH BLOOD PRESSURE", "Hypertension", "Vascular disorders", 0.30),
    Condition("RAYNAUD'S", "Raynaud's phenomenon", "Vascular disorders", 0.22),
    Condition("HYPOTHYROIDISM", "Hypothyroidism", "Endocrine disorders", 0.11),
    Condition("DEPRESSION", "Depression", "Psychiatric disorders", 0.16),
    Condition("ANXIETY", "Anxiety", "Psychiatric disorders", 0.12),
    Condition("FIBROMYALGIA", "Fibromyalgia", "Musculoskeletal and connective tissue disorders", 0.13),
    Condition("OSTEOPOROSIS", "Osteoporosis", "Musculoskeletal and connective tissue disorders", 0.07),
    Condition("SJOGREN'S SYNDROME", "Sjogren's syndrome", "Musculoskeletal and connective tissue disorders", 0.10),
    Condition("MIGRAINE", "Migraine", "Nervous system disorders", 0.12),
    Condition("ACID REFLUX", "Gastrooesophageal reflux disease", "Gastrointestinal disorders", 0.18),
    Condition("ASTHMA", "Asthma", "Respiratory, thoracic and mediastinal disorders", 0.10),
    Condition("HIGH CHOLESTEROL", "Hypercholesterolaemia", "Metabolism and nutrition disorders", 0.12),
    Condition("VITAMIN D DEFICIENCY", "Vitamin D deficiency", "Metabolism and nutrition disorders", 0.09),
    Condition("IRON DEFICIENCY ANEMIA", "Iron deficiency anaemia", "Blood and lymphatic system disorders", 0.12),
    Condition("LUPUS NEPHRITIS", "Lupus nephritis", "Renal and urinary disorders", 0.10),
    Condition("SHINGLES", "Herpes zoster", "Infections and infestations", 0.08),
    Condition("PNEUMONIA", "Pneumonia", "Infections and infestations", 0.06),
    Condition("DRUG ALLERGY", "Drug hypersensitivity", "Immune system disorders", 0.15),
    Condition("GALLBLADDER REMOVAL", "Cholecystectomy", "Surgical and medical procedures", 0.09),
    Condition("C-SECTION", "Caesarean section", "Surgical and medical procedures", 0.14, "F"),
    Condition("OVARIAN CYST", "Ovarian cyst", "Reproductive system and breast disorders", 0.08, "F"),
)
# What is over once it has happened.
_PAST: Final = {"Herpes zoster", "Pneumonia", "Cholecystectomy", "Caesarean section"}

# Years since onset before those beyond a subject's age are drawn anew; then mean and SD are about 11 and 9, as those
# of the three arms of table 2 together.
_YEARS, _SPREAD = 12.6, 11.6
_SHORTEST: Final = 0.6
_YOUNGEST_ONSET: Final = 8
_ONSET_LENGTHS = (np.array([YEAR, MONTH, DAY]), np.array([[0.40, 0.42, 0.18]]))
_LENGTHS = (np.array([NO_DATE, YEAR, MONTH, DAY]), np.array([[0.10, 0.45, 0.30, 0.15]]))
_ONGOING: Final = 0.85


@dataclass(frozen=True)
class Conditions:
    """One element a record, by subject; ``condition`` is the place in CONDITIONS, an ``end`` of NO_DAY is none."""

    subject: Ints
    condition: Ints
    start: Ints
    start_length: Ints
    end: Ints
    end_length: Ints


@dataclass(frozen=True)
class History:
    """The onset of lupus, one element a subject; and other conditions.

    Days count from randomisation. A length is how much of the date is known: 0, 4 (year), 7 (month) or 10 characters.
    """

    onset: Ints
    onset_length: Ints
    conditions: Conditions


def simulate_history(rng: np.random.Generator, subjects: Subjects) -> History:
    """Onset of symptoms of everyone screened, half a year or more before consent, and other conditions."""
    total = len(subjects)
    consent = subjects.consent - subjects.day_one
    age, one = subjects.age.astype(np.float64), np.zeros(total, dtype=np.int64)
    shape = (_YEARS / _SPREAD) ** 2
    years = np.maximum(rng.gamma(shape, _YEARS / shape, total), _SHORTEST)
    # Nobody has had lupus for longer than since the age of eight.
    longest = age - _YOUNGEST_ONSET
    years = np.where(years > longest, _SHORTEST + (longest - _SHORTEST) * rng.random(total), years)
    lengths, shares = _ONSET_LENGTHS
    onset_length = lengths[one_of(rng, shares, one)]
    subject, condition = np.nonzero(_has(rng, subjects))
    count = len(subject)
    since = (0.1 + 0.9 * rng.random(count)) * (age[subject] - _YOUNGEST_ONSET) * rng.random(count)
    start = consent[subject] - 1 - _days(since)
    lasted = np.floor((consent[subject] - start) * rng.random(count)).astype(np.int64)
    past = np.array([entry.preferred in _PAST for entry in CONDITIONS])[condition]
    ongoing = ~past & chance(rng, _ONGOING, count)
    lengths, shares = _LENGTHS
    none = np.zeros(count, dtype=np.int64)
    conditions = Conditions(
        subject=subject,
        condition=condition,
        start=start,
        start_length=lengths[one_of(rng, shares, none)],
        end=np.where(ongoing, NO_DAY, start + lasted),
        end_length=np.where(ongoing, NO_DATE, lengths[one_of(rng, shares, none)]),
    )
    return History(consent - _days(years), onset_length, conditions)


def _has(rng: np.random.Generator, subjects: Subjects) -> Bools:
    """Which conditions (columns) each subject (row) has or has had."""
    shares = np.array([entry.share for entry in CONDITIONS])
    of_sex = np.array([[entry.sex in ("", sex) for entry in CONDITIONS] for sex in SEXES])
    return np.asarray(chance(rng, shares, (len(subjects), len(CONDITIONS))) & of_sex[subjects.sex])


def _days(years: Floats) -> Ints:
    return np.asarray(np.rint(years * _YEAR), dtype=np.int64)

"""Adverse events of each treated subject: what, when, how severe, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from adamline.simulate.jahh.adverse_event_terms import REACTIONS
from adamline.simulate.jahh.columns import DAY, MONTH, NO_DATE, YEAR
from adamline.simulate.jahh.course import NO_DAY, Course, Reason
from adamline.simulate.jahh.streams import Bools, Floats, Ints, chance, one_of
from adamline.simulate.jahh.subjects import SEXES, Subjects
from adamline.simulate.jahh.visits import Visits, last_contact

_PERIOD: Final = 168.0
# Subjects differ in how many events they have: a gamma factor of this shape and mean 1.
_SHAPE: Final = 1.3
_SEVERITIES = np.array([0.62, 0.33, 0.05])
_SERIOUS = np.array([0.002, 0.04, 0.45])
_DAYS_MEDIAN = np.array([6.0, 11.0, 16.0])
_LENGTHS = (np.array([DAY, MONTH, YEAR, NO_DATE]), np.array([[0.93, 0.055, 0.010, 0.005]]))
_END_LENGTHS = (np.array([DAY, MONTH, YEAR, NO_DATE]), np.array([[0.93, 0.05, 0.005, 0.015]]))
_RELATED: Final = 0.28
_INTERRUPTED = np.array([0.02, 0.10, 0.30])


class Severity(IntEnum):
    """The place in AESEV's codelist."""

    MILD = 0
    MODERATE = 1
    SEVERE = 2


class Action(IntEnum):
    """What was done with study treatment: the place in ACTIONS."""

    NOT_CHANGED = 0
    INTERRUPTED = 1
    WITHDRAWN = 2
    NOT_APPLICABLE = 3


class Outcome(IntEnum):
    """What became of it: the place in OUTCOMES."""

    RECOVERED = 0
    RECOVERING = 1
    NOT_RECOVERED = 2
    SEQUELAE = 3
    FATAL = 4
    UNKNOWN = 5


ACTIONS: Final = ("DOSE NOT CHANGED", "DRUG INTERRUPTED", "DRUG WITHDRAWN", "NOT APPLICABLE")
OUTCOMES: Final = (
    "RECOVERED/RESOLVED",
    "RECOVERING/RESOLVING",
    "NOT RECOVERED/NOT RESOLVED",
    "RECOVERED/RESOLVED WITH SEQUELAE",
    "FATAL",
    "UNKNOWN",
)


@dataclass(frozen=True)
class AdverseEvents:
    """One element an event, by subject and start; days count from randomisation, an ``end`` of NO_DAY is not reached.

    ``reaction`` is the place in REACTIONS, ``wording`` tells which of its reported terms (any whole number). A length
    is how much of the date is known, in characters: 0, 4, 7 or 10.
    """

    subject: Ints
    reaction: Ints
    wording: Ints
    start: Ints
    start_length: Ints
    end: Ints
    end_length: Ints
    severity: Ints
    serious: Bools
    related: Bools
    action: Ints
    outcome: Ints


def simulate_adverse_events(
    rng: np.random.Generator, subjects: Subjects, course: Course, visits: Visits
) -> AdverseEvents:
    """Events from consent to last contact of the treated; who stopped for an event, or died, has one that says so."""
    last = last_contact(subjects, course, visits)
    subject, reaction, start = _happened(rng, subjects, course, last)
    decisive = np.flatnonzero(course.treated & np.isin(course.reason, (Reason.ADVERSE_EVENT, Reason.DEATH)))
    subject = np.append(subject, decisive)
    reaction = np.append(reaction, _decisive_reactions(rng, subjects, decisive))
    lead = np.minimum(rng.integers(0, 15, len(decisive)), course.last_dose[decisive] - course.first_dose[decisive] - 1)
    start = np.append(start, course.last_dose[decisive] - lead)
    decides = np.arange(len(subject)) >= len(subject) - len(decisive)
    order = np.lexsort((reaction, start, subject))
    subject, reaction, start, decides = subject[order], reaction[order], start[order], decides[order]
    return _described(rng, course, last, subject, reaction, start, decides)


def _happened(rng: np.random.Generator, subjects: Subjects, course: Course, last: Ints) -> tuple[Ints, Ints, Ints]:
    """Subject, reaction and first day of events by chance, before the first dose at the rates of placebo."""
    treated = np.flatnonzero(course.treated)
    rate = np.array([entry.rate for entry in REACTIONS])
    ratios = np.array([[1.0, *entry.ratios] for entry in REACTIONS]).T
    of_sex = np.array([[entry.sex in ("", sex) for entry in REACTIONS] for sex in SEXES])
    frailty = rng.gamma(_SHAPE, 1 / _SHAPE, len(treated))
    usual = frailty[:, None] * rate * of_sex[subjects.sex[treated]] / _PERIOD
    consent = (subjects.consent - subjects.day_one)[treated]
    first, end = course.first_dose[treated], last[treated]
    before = rng.poisson(0.5 * usual * (first - consent)[:, None])
    after = rng.poisson(usual * ratios[subjects.arm[treated]] * (end - first + 1)[:, None])
    found = []
    for count, begin, days in ((before, consent, first - consent), (after, first, end - first + 1)):
        row, reaction = np.nonzero(count)
        times = count[row, reaction]
        row, reaction = np.repeat(row, times), np.repeat(reaction, times)
        day = begin[row] + np.floor(rng.random(len(row)) * days[row]).astype(np.int64)
        found.append((treated[row], reaction, day))
    subject, reaction, day = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return subject, reaction, day


def _decisive_reactions(rng: np.random.Generator, subjects: Subjects, who: Ints) -> Ints:
    """An event that ends treatment, likelier one that tends to be severe."""
    weight = np.array([entry.rate * entry.severity**3 for entry in REACTIONS])
    of_sex = np.array([[entry.sex in ("", sex) for entry in REACTIONS] for sex in SEXES])
    return one_of(rng, weight * of_sex, subjects.sex[who])


def _described(
    rng: np.random.Generator, course: Course, last: Ints, subject: Ints, reaction: Ints, start: Ints, decides: Bools
) -> AdverseEvents:
    """Severity, seriousness, end, relation, action and outcome of each event."""
    count, one = len(subject), np.zeros(len(subject), dtype=np.int64)
    tendency = np.array([entry.severity for entry in REACTIONS])[reaction]
    fatal = decides & (course.reason[subject] == Reason.DEATH)
    shares = np.column_stack([np.full(count, _SEVERITIES[0]), *(share * tendency for share in _SEVERITIES[1:])])
    severity = _column_of(rng, shares)
    severity = np.where(decides, np.maximum(severity, Severity.MODERATE), severity)
    severity = np.where(fatal, Severity.SEVERE, severity)
    likelihood = np.where(decides, 2.0, 1.0) * _SERIOUS[severity] * tendency**1.5
    serious = chance(rng, likelihood, count) | fatal
    lasted = np.floor(_DAYS_MEDIAN[severity] * np.exp(0.9 * rng.standard_normal(count))).astype(np.int64)
    end = np.where(fatal, course.death[subject], start + lasted)
    ended = (end <= last[subject]) | fatal
    outcome = np.where(
        ended, Outcome.RECOVERED, np.where(chance(rng, 0.4, count), Outcome.RECOVERING, Outcome.NOT_RECOVERED)
    )
    outcome = np.where(ended & chance(rng, 0.01, count), Outcome.SEQUELAE, outcome)
    gone = course.reason[subject] == Reason.LOST_TO_FOLLOW_UP
    outcome = np.where(fatal, Outcome.FATAL, np.where(~ended & gone, Outcome.UNKNOWN, outcome))
    # Study treatment is given from the first dose to the last, and not after.
    given = (start >= course.first_dose[subject]) & (start < course.last_dose[subject])
    action = np.where(chance(rng, _INTERRUPTED[severity], count), Action.INTERRUPTED, Action.NOT_CHANGED)
    action = np.where(given, action, Action.NOT_APPLICABLE)
    action = np.where(decides, np.where(fatal, Action.NOT_APPLICABLE, Action.WITHDRAWN), action)
    related = (start >= course.first_dose[subject]) & chance(rng, np.where(decides, 0.55, _RELATED), count)
    lengths, known = _LENGTHS
    start_length = np.where(decides, DAY, lengths[one_of(rng, known, one)])
    lengths, known = _END_LENGTHS
    end_length = np.where(ended, lengths[one_of(rng, known, one)], NO_DATE)
    return AdverseEvents(
        subject=subject,
        reaction=reaction,
        wording=rng.integers(0, 1 << 16, count),
        start=start,
        start_length=start_length,
        end=np.where(ended, end, NO_DAY),
        end_length=np.where(fatal, DAY, end_length),
        severity=severity,
        serious=serious,
        related=related,
        action=action,
        outcome=outcome,
    )


def _column_of(rng: np.random.Generator, shares: Floats) -> Ints:
    """A column of each row of ``shares``."""
    return one_of(rng, shares, np.arange(len(shares)))

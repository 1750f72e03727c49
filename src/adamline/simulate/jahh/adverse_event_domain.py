"""AE: one record an adverse event, its dates as they were told."""

from __future__ import annotations

from typing import Final

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.adverse_event_terms import REACTIONS
from adamline.simulate.jahh.adverse_events import ACTIONS, OUTCOMES, Outcome, Severity
from adamline.simulate.jahh.columns import DAY, NO_DATE, Texts, build_dataset, iso_dates, sequence, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.course import NO_DAY
from adamline.simulate.jahh.streams import Bools

_WORDINGS: Final = tuple(term for reaction in REACTIONS for term in reaction.reported)


def build_ae(context: Context) -> Dataset:
    """One record an event, sorted by subject and start. There is no dictionary: terms are the sponsor's."""
    events, day_one = context.trial.adverse_events, context.trial.subjects.day_one
    subject = events.subject
    fatal = events.outcome == Outcome.FATAL
    # Another important event is what is serious without the hospital, or death.
    hospital = events.serious & ~fatal & ((events.severity == Severity.SEVERE) | (events.wording % 4 > 0))
    counts = np.array([len(reaction.reported) for reaction in REACTIONS])
    first = np.cumsum(counts) - counts
    wording = first[events.reaction] + events.wording % counts[events.reaction]
    whole = events.start_length == DAY
    # Assessments of the first day precede the dose; the events of that day follow it.
    on_first_day = events.start == context.trial.course.first_dose[subject]
    going_on = np.where((events.end == NO_DAY) & (events.outcome != Outcome.UNKNOWN), 0, -1)
    system = words(events.reaction, [reaction.system for reaction in REACTIONS])
    return build_dataset(
        "AE",
        {
            "DOMAIN": "AE",
            "USUBJID": context.usubjid(subject),
            "AESEQ": sequence(subject),
            "AETERM": words(wording, _WORDINGS),
            "AEDECOD": words(events.reaction, [reaction.preferred for reaction in REACTIONS]),
            "AEBODSYS": system,
            "AESOC": system,
            "AESEV": words(events.severity, [level.name for level in Severity]),
            "AESER": _yes_no(events.serious),
            "AEACN": words(events.action, ACTIONS),
            "AEREL": words(events.related.astype(np.int64), ["NOT RELATED", "RELATED"]),
            "AEOUT": words(events.outcome, OUTCOMES),
            "AESDTH": _yes_no(fatal),
            "AESHOSP": _yes_no(hospital),
            "AESMIE": _yes_no(events.serious & ~fatal & ~hospital),
            "EPOCH": context.epoch(subject, events.start + on_first_day, whole),
            "AESTDTC": iso_dates(day_one[subject] + events.start, events.start_length),
            "AEENDTC": iso_dates(
                day_one[subject] + events.end, np.where(events.end == NO_DAY, NO_DATE, events.end_length)
            ),
            "AESTDY": np.where(whole, context.days(subject, events.start), np.nan),
            "AEENDY": np.where(events.end_length == DAY, context.days(subject, events.end), np.nan),
            "AEENRTPT": words(going_on, ["ONGOING"]),
            "AEENTPT": words(going_on, ["END OF STUDY"]),
        },
    )


def _yes_no(wanted: Bools) -> Texts:
    return words(wanted.astype(np.int64), ["N", "Y"])

"""SV: the visits that each subject came to."""

from __future__ import annotations

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import build_dataset, words
from adamline.simulate.jahh.context import Context


def build_sv(context: Context) -> Dataset:
    """One record a visit."""
    visits = context.trial.visits
    subject = visits.subject
    return build_dataset(
        "SV",
        {
            "DOMAIN": "SV",
            "USUBJID": context.usubjid(subject),
            **context.visit_columns(np.arange(len(visits))),
            "EPOCH": context.epoch(subject, visits.day),
            "SVSTDTC": context.dates(subject, visits.day),
            "SVENDTC": context.dates(subject, visits.last_day),
            "SVSTDY": context.days(subject, visits.day),
            "SVENDY": context.days(subject, visits.last_day),
            "SVUPDES": words(np.where(visits.unscheduled, visits.scored, -1), ["LABORATORY RETEST", "DISEASE FLARE"]),
        },
    )

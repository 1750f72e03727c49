"""VS: vital signs in the units of the site and in the standard ones."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import Column, build_dataset, flags, last_of, sequence, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.safety import conventional
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.simulate.jahh.vital_signs import SIGNS
from adamline.standards.rounding import format_number, format_shortest, round_half_away

# Unit, factor and shift from the standard unit, and decimals, of sites in the USA.
_OTHER: Final = {
    "HEIGHT": ("in", 1 / 2.54, 0.0, 1),
    "TEMP": ("F", 1.8, 32.0, 1),
    "WEIGHT": ("LB", 1 / 0.45359237, 0.0, 1),
}
_SEATED: Final = ("DIABP", "PULSE", "SYSBP")
_DECIMALS: Final = 2


def build_vs(context: Context) -> Dataset:
    """One record a sign and visit, sorted by subject, sign and visit."""
    trial, signs = context.trial, context.trial.vital_signs
    wanted = ~np.isnan(signs.measured) | signs.missed
    visit, test = np.nonzero(wanted)
    order = np.lexsort((visit, test, trial.visits.subject[visit]))
    visit, test = visit[order], test[order]
    subject, day, value = trial.visits.subject[visit], trial.visits.day[visit], signs.measured[visit, test]
    done = ~np.isnan(value)
    before = done & context.before_dose(subject, day)
    seated = np.array([sign.code in _SEATED for sign in SIGNS])[test]
    return build_dataset(
        "VS",
        {
            "DOMAIN": "VS",
            "USUBJID": context.usubjid(subject),
            "VSSEQ": sequence(subject),
            "VSTESTCD": words(test, [sign.code for sign in SIGNS]),
            "VSTEST": words(test, [sign.name for sign in SIGNS]),
            "VSPOS": words(np.where(seated & done, 0, -1), ["SITTING"]),
            **_result_columns(test, value, conventional(trial.subjects)[subject]),
            "VSSTAT": words(np.where(done, -1, 0), ["NOT DONE"]),
            "VSLOBXFL": flags(last_of(subject * len(SIGNS) + test, before)),
            **context.visit_columns(visit),
            "EPOCH": context.epoch(subject, day),
            "VSDTC": context.dates(subject, day),
            "VSDY": context.days(subject, day),
        },
    )


def _result_columns(test: Ints, value: Floats, in_conventional: Bools) -> dict[str, Column]:
    """Results as measured, and in the standard unit: what was measured in another one is converted from it."""
    standard = [(sign.unit, 1.0, 0.0, sign.decimals) for sign in SIGNS]
    other = [_OTHER.get(sign.code, way) for sign, way in zip(SIGNS, standard, strict=True)]
    units = [way[0] for way in (*standard, *other)]
    place = test + np.where(in_conventional, len(SIGNS), 0)
    factor, shift, decimals = (np.array([way[column] for way in (*standard, *other)])[place] for column in (1, 2, 3))
    measured = round_half_away(value * factor + shift, decimals.astype(np.int64))
    converted = np.where(factor == 1.0, measured, round_half_away((measured - shift) / factor, _DECIMALS))
    done = ~np.isnan(value)
    return {
        "VSORRES": pd.Categorical(format_number(measured, decimals.astype(np.int64))),
        "VSORRESU": words(np.where(done, place, -1), units),
        "VSSTRESC": pd.Categorical(format_shortest(converted)),
        "VSSTRESN": converted,
        "VSSTRESU": words(np.where(done, test, -1), units),
    }

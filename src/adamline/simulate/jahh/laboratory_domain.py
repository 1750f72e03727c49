"""LB: laboratory results in the unit of the site's laboratory and in the standard unit."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import (
    DAY,
    MINUTE,
    Column,
    Texts,
    build_dataset,
    flags,
    iso_dates,
    last_of,
    sequence,
    words,
)
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.design import LAB_TESTS
from adamline.simulate.jahh.laboratory import REASONS_NOT_DONE
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.standards.rounding import format_number, format_shortest, round_half_away

# Complement comes in mg/dL from most laboratories, in g/L from those of every fourth site.
_OTHER_UNIT: Final = ("C3", "C4")
_MG_DL_OF_G_L, _LOST_DECIMALS = 100.0, 2
_EVERY_FOURTH = 4


def build_lb(context: Context) -> Dataset:
    """One record a result; a test not done has a record too, without a result."""
    trial, results = context.trial, context.trial.laboratory
    subject, test = trial.visits.subject[results.visit], results.test
    day = trial.visits.day[results.visit]
    done = ~np.isnan(results.value)
    moment = np.where(results.minute >= 0, MINUTE, DAY)
    before = done & context.before_dose(subject, day)
    visit = context.visit_columns(results.visit)
    return build_dataset(
        "LB",
        {
            "DOMAIN": "LB",
            "USUBJID": context.usubjid(subject),
            "LBSEQ": sequence(subject),
            "LBTESTCD": words(test, [entry.code for entry in LAB_TESTS]),
            "LBTEST": words(test, [entry.name for entry in LAB_TESTS]),
            "LBCAT": "IMMUNOLOGY",
            **_result_columns(test, results.value, trial.subjects.site[subject]),
            "LBSTAT": words(np.where(done, -1, 0), ["NOT DONE"]),
            "LBREASND": words(results.not_done, REASONS_NOT_DONE),
            "LBSPEC": "SERUM",
            "LBMETHOD": words(test, [entry.method for entry in LAB_TESTS]),
            "LBLOBXFL": flags(last_of(subject * len(LAB_TESTS) + test, before)),
            **visit,
            "EPOCH": context.epoch(subject, day),
            "LBDTC": iso_dates(trial.subjects.day_one[subject] + day, moment, np.maximum(results.minute, 0)),
            "LBDY": context.days(subject, day),
        },
    )


def _result_columns(test: Ints, value: Floats, site: Ints) -> dict[str, Column]:
    """Results, units, limits and indicator; a value below the limit of quantification is a text such as <10."""
    converted = np.array([entry.code in _OTHER_UNIT for entry in LAB_TESTS])[test] & (site % _EVERY_FOURTH != 0)
    decimals = np.array([entry.decimals for entry in LAB_TESTS])[test] - np.where(converted, _LOST_DECIMALS, 0)
    original = round_half_away(value * np.where(converted, _MG_DL_OF_G_L, 1.0), decimals)
    floor = np.array([entry.quantifiable or 0.0 for entry in LAB_TESTS])
    below = value < floor[test]
    below_text = np.array([f"<{limit:g}" for limit in floor.tolist()], dtype=object)[test]
    units = [*(entry.unit for entry in LAB_TESTS), "mg/dL"]
    done = ~np.isnan(value)
    low, high = _limits([entry.low for entry in LAB_TESTS])[test], _limits([entry.high for entry in LAB_TESTS])[test]
    indicator = np.where(done, 1 + (value > high).astype(np.int64) - (value < low), -1)
    return {
        "LBORRES": pd.Categorical(np.where(below, below_text, format_number(original, decimals))),
        "LBORRESU": words(np.where(done, np.where(converted, len(LAB_TESTS), test), -1), units),
        "LBORNRLO": _limit_texts(low, converted),
        "LBORNRHI": _limit_texts(high, converted),
        "LBSTRESC": pd.Categorical(np.where(below, below_text, format_shortest(value))),
        "LBSTRESN": np.where(below, np.nan, value),
        "LBSTRESU": words(np.where(done, test, -1), units),
        "LBSTNRLO": low,
        "LBSTNRHI": high,
        "LBNRIND": words(indicator, ["LOW", "NORMAL", "HIGH"]),
    }


def _limits(limits: list[float | None]) -> Floats:
    return np.array(limits, dtype=np.float64)


def _limit_texts(limits: Floats, converted: Bools) -> Texts:
    """Limits of the reference range in the original unit."""
    original = round_half_away(limits * np.where(converted, _MG_DL_OF_G_L, 1.0), 3)
    return pd.Categorical(format_shortest(original))

"""LB: laboratory results in the unit of the site's laboratory and in the standard unit."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
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
from adamline.simulate.jahh.laboratory_rows import UNITS, LabRows, lab_rows
from adamline.simulate.jahh.safety_tests import SAFETY_TESTS
from adamline.simulate.jahh.streams import Bools, Floats
from adamline.standards.rounding import format_number, format_shortest

_ALL: Final = (*LAB_TESTS, *SAFETY_TESTS)
_CATEGORIES: Final = (*("IMMUNOLOGY" for _ in LAB_TESTS), *(test.category for test in SAFETY_TESTS))
_SPECIMENS: Final = (*("SERUM" for _ in LAB_TESTS), *(test.specimen for test in SAFETY_TESTS))
_METHODS: Final = tuple(test.method for test in LAB_TESTS)


def build_lb(context: Context) -> Dataset:
    """One record a result; a test not done has a record too, without a result."""
    rows, subjects = lab_rows(context), context.trial.subjects
    test, subject = rows.test, rows.subject
    moment = np.where(rows.minute >= 0, MINUTE, DAY)
    before = rows.done & context.before_dose(subject, rows.day)
    return build_dataset(
        "LB",
        {
            "DOMAIN": "LB",
            "USUBJID": context.usubjid(subject),
            "LBSEQ": sequence(subject),
            "LBTESTCD": words(test, [entry.code for entry in _ALL]),
            "LBTEST": words(test, [entry.name for entry in _ALL]),
            "LBCAT": words(test, _CATEGORIES),
            **_result_columns(rows),
            "LBSTAT": words(np.where(rows.done, -1, 0), ["NOT DONE"]),
            "LBREASND": words(rows.not_done, REASONS_NOT_DONE),
            "LBSPEC": words(test, _SPECIMENS),
            "LBMETHOD": words(np.where(test < len(_METHODS), test, -1), _METHODS),
            "LBLOBXFL": flags(last_of(subject * len(_ALL) + test, before)),
            **context.visit_columns(rows.visit),
            "EPOCH": context.epoch(subject, rows.day),
            "LBDTC": iso_dates(subjects.day_one[subject] + rows.day, moment, np.maximum(rows.minute, 0)),
            "LBDY": context.days(subject, rows.day),
        },
    )


def _result_columns(rows: LabRows) -> dict[str, Column]:
    """Results, units, limits and indicator; a value below the limit of quantification is a text such as <10."""
    below = rows.result < rows.floor
    high, low = rows.standard > rows.standard_high, rows.standard < rows.standard_low
    indicator = np.where(rows.done, 1 + high.astype(np.int64) - low, -1)
    return {
        "LBORRES": _texts(format_number(rows.result, rows.decimals), below, rows.floor),
        "LBORRESU": words(np.where(rows.done, rows.unit, -1), UNITS),
        "LBORNRLO": pd.Categorical(format_shortest(rows.low)),
        "LBORNRHI": pd.Categorical(format_shortest(rows.high)),
        "LBSTRESC": _texts(format_shortest(rows.standard), below, rows.standard_floor),
        "LBSTRESN": np.where(below, np.nan, rows.standard),
        "LBSTRESU": words(np.where(rows.done, rows.standard_unit, -1), UNITS),
        "LBSTNRLO": rows.standard_low,
        "LBSTNRHI": rows.standard_high,
        "LBNRIND": words(indicator, ["LOW", "NORMAL", "HIGH"]),
    }


def _texts(numbers: npt.NDArray[np.object_], below: Bools, floor: Floats) -> Texts:
    """The numbers, or < and the limit of quantification where they are below it."""
    limits, place = np.unique(floor, return_inverse=True)
    return pd.Categorical(np.where(below, np.array([f"<{limit:g}" for limit in limits], dtype=object)[place], numbers))

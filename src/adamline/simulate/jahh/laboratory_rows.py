"""The records of LB as numbers: results in the unit reported and in the standard one, with limits, of both panels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.design import LAB_TESTS
from adamline.simulate.jahh.safety import conventional
from adamline.simulate.jahh.safety_tests import SAFETY_TESTS
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.standards.rounding import round_half_away

# Complement comes in mg/dL from most laboratories, in g/L from those of every fourth site.
_OTHER_UNIT: Final = ("C3", "C4")
_MG_DL_OF_G_L, _LOST_DECIMALS = 100.0, 2
_EVERY_FOURTH: Final = 4
# Decimals of a converted result or limit: more than any laboratory reports.
_CONVERTED: Final = 3

UNITS: Final = tuple(
    dict.fromkeys(
        [
            *(test.unit for test in LAB_TESTS),
            "mg/dL",
            *(way.unit for test in SAFETY_TESTS for way in (test.standard, test.conventional)),
        ]
    )
)


@dataclass(frozen=True)
class LabRows:
    """One element a record, by subject, test and time.

    ``test`` is the place in LAB_TESTS, or after them in SAFETY_TESTS; results are NaN where the test was not done.
    ``floor`` and ``standard_floor`` are limits of quantification, 0 for none; ``low`` and ``high`` those of the normal
    range, NaN for none. Units are places in UNITS.
    """

    subject: Ints
    visit: Ints
    test: Ints
    day: Ints
    minute: Ints
    not_done: Ints
    result: Floats
    decimals: Ints
    unit: Ints
    floor: Floats
    low: Floats
    high: Floats
    standard: Floats
    standard_unit: Ints
    standard_floor: Floats
    standard_low: Floats
    standard_high: Floats

    @property
    def done(self) -> Bools:
        """Which tests have a result."""
        return ~np.isnan(self.result)


def lab_rows(context: Context) -> LabRows:
    """The records of both panels; of a subject, immunology comes first."""
    panels = (_immunology(context), _safety(context))
    order = np.argsort(np.concatenate([panel.subject for panel in panels]), kind="stable")
    names = [field.name for field in fields(LabRows)]
    return LabRows(*(np.concatenate([getattr(panel, name) for panel in panels])[order] for name in names))


def _immunology(context: Context) -> LabRows:
    trial, results = context.trial, context.trial.laboratory
    subject, test = trial.visits.subject[results.visit], results.test
    may_differ = np.array([entry.code in _OTHER_UNIT for entry in LAB_TESTS])[test]
    converted = may_differ & (trial.subjects.site[subject] % _EVERY_FOURTH != 0)
    factor = np.where(converted, _MG_DL_OF_G_L, 1.0)
    decimals = np.array([entry.decimals for entry in LAB_TESTS])[test] - np.where(converted, _LOST_DECIMALS, 0)
    floor = np.array([entry.quantifiable or 0.0 for entry in LAB_TESTS])[test]
    low, high = (
        np.array([getattr(entry, side) for entry in LAB_TESTS], dtype=np.float64)[test] for side in ("low", "high")
    )
    unit = np.array([UNITS.index(entry.unit) for entry in LAB_TESTS])[test]
    return LabRows(
        subject=subject,
        visit=results.visit,
        test=test,
        day=trial.visits.day[results.visit],
        minute=results.minute,
        not_done=results.not_done,
        result=round_half_away(results.value * factor, decimals),
        decimals=decimals,
        unit=np.where(converted, UNITS.index("mg/dL"), unit),
        floor=floor,
        low=round_half_away(low * factor, _CONVERTED),
        high=round_half_away(high * factor, _CONVERTED),
        standard=results.value,
        standard_unit=unit,
        standard_floor=floor,
        standard_low=low,
        standard_high=high,
    )


def _safety(context: Context) -> LabRows:
    trial, results = context.trial, context.trial.safety
    subject, test = trial.visits.subject[results.visit], results.test
    way = conventional(trial.subjects)[subject].astype(np.int64)
    ways = [(entry.standard, entry.conventional) for entry in SAFETY_TESTS]
    factor, decimals, floor = (
        np.array([[getattr(one, what) or 0 for one in both] for both in ways])[test, way]
        for what in ("factor", "decimals", "quantifiable")
    )
    unit = np.array([[UNITS.index(one.unit) for one in both] for both in ways])
    low, high = (
        np.array([[limits[side] for limits in entry.ranges] for entry in SAFETY_TESTS])[
            test, trial.subjects.sex[subject]
        ]
        for side in (0, 1)
    )
    return LabRows(
        subject=subject,
        visit=results.visit,
        test=len(LAB_TESTS) + test,
        day=trial.visits.day[results.visit] + results.days_later,
        minute=results.minute,
        not_done=results.not_done,
        result=results.value,
        decimals=decimals,
        unit=unit[test, way],
        floor=floor,
        low=round_half_away(low / factor, decimals),
        high=round_half_away(high / factor, decimals),
        standard=round_half_away(results.value * factor, _CONVERTED),
        standard_unit=unit[test, 0],
        standard_floor=round_half_away(floor * factor, _CONVERTED),
        standard_low=low,
        standard_high=high,
    )

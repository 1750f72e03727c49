"""Values by analysed visit of each subject, for what the calibration report compares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.calibrate.analysed import NO_RECORD, WINDOWS, baseline_records, window_records
from adamline.simulate.jahh.calibrate.grid import build_grid
from adamline.simulate.jahh.calibrate.laboratory import meet_requirement
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.design import LAB_PLACE, LAB_TESTS
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.simulate.jahh.values import Values


@dataclass(frozen=True)
class Series:
    """``values`` by week (0: baseline), a row a subject and a column a test, NaN without; who meets its requirement."""

    values: dict[int, Floats]
    counted: Bools
    arm: Ints

    def weeks(self, code: str) -> tuple[int, ...]:
        """The weeks after baseline at which the test is planned: those with a value of more than half."""
        column = LAB_PLACE[code]
        return tuple(
            week
            for week, values in self.values.items()
            if week and 2 * (~np.isnan(values[:, column])).sum() > (self.arm >= 0).sum()
        )

    def change(self, code: str, week: int, arm: int) -> Floats:
        """Changes from baseline of those of an arm who meet the requirement."""
        column = LAB_PLACE[code]
        change = self.values[week][:, column] - self.values[0][:, column]
        members = (self.arm == arm) & self.counted[:, column] & ~np.isnan(change)
        return np.asarray(change[members])

    def log_values(self, code: str, week: int) -> Floats:
        """Logarithms of the values of all subjects."""
        return np.asarray(np.log(self.values[week][:, LAB_PLACE[code]]))


def build_series(values: Values) -> Series:
    """The series of a trial; a value below the limit of quantification is half the limit."""
    laboratory = values.laboratory
    patients = Patients(values.subjects, values.course, values.visits, values.steroids)
    grid = build_grid(laboratory)
    limit = np.array([test.quantifiable or 0.0 for test in LAB_TESTS])[laboratory.test]
    result = np.append(np.where(laboratory.value < limit, limit / 2, laboratory.value), np.nan)
    baseline = baseline_records(patients, laboratory)
    places = {0: baseline, **{week: window_records(patients, laboratory, week) for week in WINDOWS}}
    found = {week: result[np.where(at == NO_RECORD, len(result) - 1, at)] for week, at in places.items()}
    return Series(found, meet_requirement(grid, baseline), values.subjects.arm)


def correlation(first: Floats, second: Floats) -> float:
    """Pearson's correlation of the pairs that are complete, by sums in order.

    >>> round(correlation(np.array([1.0, 2.0, np.nan]), np.array([2.0, 4.0, 5.0])), 6)
    1.0
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    one, other = (values[both] - values[both].mean() for values in (first, second))
    return float((one * other).sum() / ((one * one).sum() * (other * other).sum()) ** 0.5)

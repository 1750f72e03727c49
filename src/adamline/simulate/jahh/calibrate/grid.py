"""The laboratory's values as whole numbers of half steps, with what each may become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.calibrate.moves import STEP, Sample
from adamline.simulate.jahh.design import LAB_TESTS
from adamline.simulate.jahh.laboratory import LabResults
from adamline.simulate.jahh.markers import MARKERS
from adamline.simulate.jahh.streams import Bools, Floats, Ints
from adamline.standards.rounding import round_half_away

_NEVER = np.iinfo(np.int64).max // 4


@dataclass
class Grid:
    """``numbers`` of half steps a record, half of the limit for what is below it; those ``free`` may move.

    ``low`` and ``high`` are limits that hold whatever the reach; ``sd`` is the assay's at the simulated value.
    """

    test: Ints
    numbers: Ints
    origin: Ints
    free: Bools
    low: Ints
    high: Ints
    sd: Floats

    def decimals(self, rows: Ints) -> int:
        """The decimals of the test that these records are of."""
        return LAB_TESTS[int(self.test[rows[0]])].decimals

    def sample(self, rows: Ints, base: Ints, reach: float) -> Sample:
        """The numbers of these records less ``base``; a move ends within ``reach`` assay SDs of the simulated value."""
        far = np.minimum(np.maximum(reach * self.sd[rows], STEP), _NEVER // 4).astype(np.int64) // STEP * STEP
        low = np.maximum(self.low[rows], np.minimum(self.origin[rows] - far, self.numbers[rows]))
        high = np.minimum(self.high[rows], np.maximum(self.origin[rows] + far, self.numbers[rows]))
        return Sample(self.numbers[rows] - base, self.free[rows], low - base, high - base, self.sd[rows])

    def set(self, rows: Ints, numbers: Ints) -> None:
        """Give these records these numbers."""
        self.numbers[rows] = numbers

    def values(self, laboratory: LabResults) -> Floats:
        """The values of all records, those moved as their numbers say."""
        decimals = _decimals(self.test)
        moved = self.numbers != self.origin
        return np.where(moved, round_half_away(self.numbers / STEP / 10.0**decimals, decimals), laboratory.value)


def build_grid(laboratory: LabResults) -> Grid:
    """The grid of all results; what is below the limit of quantification, or not done, does not move."""
    test = laboratory.test
    steps = STEP * 10.0 ** _decimals(test)
    done = laboratory.not_done < 0
    limit = np.array([entry.quantifiable or 0.0 for entry in LAB_TESTS])[test]
    below = done & (laboratory.value < limit)
    value = np.where(done, np.where(below, limit / 2, laboratory.value), 0.0)
    numbers = np.rint(value * steps).astype(np.int64)
    cv = np.array([MARKERS[entry.code].cv for entry in LAB_TESTS])[test]
    low = np.maximum(np.rint(limit * steps).astype(np.int64), STEP)
    return Grid(
        test=test,
        numbers=numbers,
        origin=numbers.copy(),
        free=done & ~below,
        low=low,
        high=np.full(len(test), _NEVER),
        sd=np.maximum(cv * value * steps, 1.0),
    )


def _decimals(test: Ints) -> Ints:
    return np.array([entry.decimals for entry in LAB_TESTS])[test]

"""Moves baseline values until counts beyond the cut, medians and ranges of each arm are as printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from adamline.simulate.jahh.calibrate.grid import Grid
from adamline.simulate.jahh.calibrate.moves import (
    STEP,
    Sample,
    half_steps,
    rounds_to,
    settle_count,
    settle_extreme,
    settle_median,
)
from adamline.simulate.jahh.calibrate.printed import Cell, Printed
from adamline.simulate.jahh.streams import Bools, Ints

BASELINE: Final = "Week 0"
_POSITIVE: Final = "POSITIVE"


@dataclass(frozen=True)
class Requirement:
    """The last value in the standard unit that meets the baseline requirement, and the side of it on which all do."""

    edge: Decimal
    side: int

    def edge_steps(self, decimals: int) -> int:
        """The edge in half steps."""
        return int(half_steps(self.edge, decimals))

    def met(self, numbers: Ints, decimals: int) -> Bools:
        """Whether numbers of half steps meet it."""
        return np.asarray(self.side * (numbers - self.edge_steps(decimals)) >= 0)


# The paper's table 1, of values with the assay's decimals: > 12 is 13 or more, < 90 mg/dL is 0.89 g/L or less.
REQUIREMENTS: Final = {
    "ADSDNA": Requirement(Decimal(30), 1),
    "C3": Requirement(Decimal("0.89"), -1),
    "C4": Requirement(Decimal("0.099"), -1),
    "SMTHAB": Requirement(Decimal(30), 1),
    "CRDIGMAB": Requirement(Decimal(13), 1),
    "CRDIGGAB": Requirement(Decimal(15), 1),
    "CRDIGAAB": Requirement(Decimal(12), 1),
    "RNPAB": Requirement(Decimal(30), 1),
    "SJSSAAB": Requirement(Decimal(21), 1),
    "SJSSBAB": Requirement(Decimal(21), 1),
}


def calibrate_baseline(
    rng: np.random.Generator, grid: Grid, printed: Printed, parameter: str, arm: int, rows: Ints
) -> None:
    """Move the baseline values of one parameter and arm in the grid; ``rows`` are its baseline records."""
    decimals = grid.decimals(rows)
    level = _POSITIVE if parameter == "ADSDNA" else ""
    requirement = REQUIREMENTS.get(parameter)
    if requirement is not None:
        edge, side = requirement.edge_steps(decimals), requirement.side
        count = printed.count(parameter, BASELINE, arm)
        grid.set(rows, settle_count(rng, grid.sample(rows, np.zeros_like(rows), np.inf), edge, side, count))
        met = requirement.met(grid.numbers[rows], decimals)
        # From here on nobody changes over.
        beyond = met if side > 0 else ~met
        grid.low[rows] = np.where(beyond, np.maximum(grid.low[rows], edge if side > 0 else edge + STEP), grid.low[rows])
        grid.high[rows] = np.where(beyond, grid.high[rows], edge - STEP if side > 0 else edge)
        if level:
            rows = rows[met]
    for statistic, side in (("min", -1), ("max", 1)):
        cell = printed.cell(parameter, BASELINE, arm, statistic, level)
        if cell is not None:
            sample = grid.sample(rows, np.zeros_like(rows), np.inf)
            grid.set(rows, settle_extreme(rng, sample, cell, decimals, side))
    cell = printed.cell(parameter, BASELINE, arm, "median", level)
    if cell is not None:
        grid.set(rows, _with_median(rng, grid.sample(rows, np.zeros_like(rows), np.inf), cell, decimals))


def _with_median(rng: np.random.Generator, sample: Sample, cell: Cell, decimals: int) -> Ints:
    """The numbers whose median rounds to what is printed."""
    median = float(np.median(sample.numbers))
    if rounds_to(median, cell, decimals):
        return sample.numbers
    half, target = half_steps(cell.half, decimals), half_steps(cell.number, decimals)
    if half > STEP:
        target += (half - STEP) * (1 if median > target else -1)
    return settle_median(rng, sample, int(target) // STEP * STEP)

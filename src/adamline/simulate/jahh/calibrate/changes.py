"""Moves values after baseline until medians of change and rank-sum tests against placebo are as printed."""

from __future__ import annotations

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.grid import Grid
from adamline.simulate.jahh.calibrate.moves import REACHES, Sample, half_steps, settle_median, settle_rank_sum
from adamline.simulate.jahh.calibrate.printed import Printed
from adamline.simulate.jahh.calibrate.rank_test import Wanted, rank_z, wanted_z
from adamline.simulate.jahh.design import ARMS
from adamline.simulate.jahh.streams import Ints

_PLACEBO = 0


def calibrate_change(
    rng: np.random.Generator,
    grid: Grid,
    printed: Printed,
    parameter: str,
    visit: str,
    rows: list[Ints],
    base: list[Ints],
) -> None:
    """Move the values of one parameter and visit in the grid.

    ``rows`` has the analysed records of each arm, ``base`` the numbers of their baseline records. The placebo's median
    comes first, then each dose's median and test.
    """
    for arm in range(len(ARMS)):
        if len(rows[arm]) == 0:
            continue
        cell = printed.cell(parameter, visit, arm, "median")
        target = None if cell is None else int(half_steps(cell.number, grid.decimals(rows[arm])))
        if target is not None:
            sample = grid.sample(rows[arm], base[arm], reach=np.inf)
            grid.set(rows[arm], settle_median(rng, sample, target) + base[arm])
        if arm == _PLACEBO or len(rows[arm]) < 2:
            continue
        wanted = wanted_z(printed.cell(parameter, visit, arm, "p"), printed.significance(parameter, visit, arm))
        if wanted is not None:
            placebo = grid.numbers[rows[_PLACEBO]] - base[_PLACEBO]
            _settle_test(rng, grid, rows[arm], base[arm], placebo, wanted, target is not None)


def _settle_test(
    rng: np.random.Generator,
    grid: Grid,
    rows: Ints,
    base: Ints,
    placebo: Ints,
    wanted: Wanted,
    keeps_median: bool,
) -> None:
    """Within ever wider reaches; where the median is fixed, numbers stay on its side and those in the middle stay."""
    for reach in REACHES:
        sample = grid.sample(rows, base, reach)
        if keeps_median:
            sample = _on_its_side(sample)
        numbers = settle_rank_sum(rng, sample, placebo, wanted)
        if numbers is not None:
            grid.set(rows, numbers + base)
            return
    raise AdamlineError(
        "A printed test of change is out of reach of the simulated values.",
        expected=f"z from {wanted.low:.3f} to {wanted.high:.3f}",
        found=f"{rank_z(grid.numbers[rows] - base, placebo):.3f}",
    )


def _on_its_side(sample: Sample) -> Sample:
    """The numbers in the middle held, the others kept on their side of the median."""
    order = np.argsort(sample.numbers, kind="stable")
    count = len(order)
    middle = order[(count - 1) // 2 : count // 2 + 1]
    free = sample.free.copy()
    free[middle] = False
    below = np.zeros(count, dtype=np.bool_)
    below[order[: (count - 1) // 2]] = True
    lower, upper = sample.numbers[middle[0]], sample.numbers[middle[-1]]
    high = np.where(below, np.minimum(sample.high, lower), sample.high)
    low = np.where(below, sample.low, np.maximum(sample.low, upper))
    return Sample(sample.numbers, free, low, high, sample.sd)

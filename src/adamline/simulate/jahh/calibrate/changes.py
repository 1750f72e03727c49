"""Moves values after baseline until medians of change and rank-sum tests against placebo are as printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.grid import Grid
from adamline.simulate.jahh.calibrate.moves import REACHES, Sample, half_steps, settle_median, settle_rank_sum
from adamline.simulate.jahh.calibrate.printed import Printed
from adamline.simulate.jahh.calibrate.rank_test import Wanted, rank_z, wanted_z
from adamline.simulate.jahh.streams import Ints

_PLACEBO = 0


@dataclass(frozen=True)
class Analysed:
    """The analysed records of one arm, their places, and the numbers of the baseline records that belong to them."""

    rows: Ints
    base: Ints


def calibrate_change(
    rng: np.random.Generator, grid: Grid, printed: Printed, parameter: str, visit: str, arms: Sequence[Analysed]
) -> None:
    """Move the values of one parameter and visit in the grid; ``arms`` has the records of each arm, in order.

    The placebo's median comes first, then each dose's median and test.
    """
    for arm, analysed in enumerate(arms):
        if len(analysed.rows) == 0:
            continue
        cell = printed.cell(parameter, visit, arm, "median")
        if cell is not None:
            target = int(half_steps(cell.number, grid.decimals(analysed.rows)))
            sample = grid.sample(analysed.rows, analysed.base, reach=np.inf)
            grid.set(analysed.rows, settle_median(rng, sample, target) + analysed.base)
        if arm == _PLACEBO or len(analysed.rows) < 2:
            continue
        p, significance = printed.cell(parameter, visit, arm, "p"), printed.significance(parameter, visit, arm)
        wanted = wanted_z(p, significance)
        if wanted is not None:
            placebo = grid.numbers[arms[_PLACEBO].rows] - arms[_PLACEBO].base
            _settle_test(rng, grid, analysed, placebo, wanted, keeps_median=cell is not None)


def _settle_test(
    rng: np.random.Generator, grid: Grid, analysed: Analysed, placebo: Ints, wanted: Wanted, *, keeps_median: bool
) -> None:
    """Within ever wider reaches; where the median is fixed, numbers stay on its side and those in the middle stay."""
    rows, base = analysed.rows, analysed.base
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

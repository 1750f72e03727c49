"""Who of those positive for anti-dsDNA at baseline reaches a normal value: as many as the paper says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.calibrate.grid import Grid
from adamline.simulate.jahh.calibrate.moves import STEP
from adamline.simulate.jahh.streams import Bools, Ints

_ABOVE = 8


@dataclass(frozen=True)
class Normalisation:
    """One element a subject: who is positive for anti-dsDNA at baseline, and who of those has a normal value later."""

    positive: Bools
    normal: Bools


def calibrate_normalisation(
    rng: np.random.Generator, grid: Grid, rows: Ints, subject: Ints, edge: int, count: int
) -> None:
    """Move values so that ``count`` subjects have one below ``edge``, and keep it so in what follows.

    ``rows`` are all records after baseline of those positive, ``subject`` whose they are. The subjects with the lowest
    values are those who reach a normal value.
    """
    numbers = grid.numbers[rows]
    order = np.lexsort((rows, numbers))
    first = order[np.unique(subject[order], return_index=True)[1]]  # each subject's lowest record
    lowest = first[np.argsort(numbers[first], kind="stable")]
    normal = lowest[:count]
    moved = numbers.copy()
    moved[normal] = np.minimum(moved[normal], edge - STEP)
    grid.high[rows[normal]] = edge - STEP
    stays = ~np.isin(subject, subject[normal])
    back = stays & (numbers < edge)
    steps = rng.integers(0, _ABOVE, len(rows))
    # The lower a value was the less it comes to lie above the edge.
    moved[back] = edge + STEP * ((numbers[back] - numbers[back].min(initial=edge)) // STEP // 4 + steps[back])
    grid.free[rows[back]] = True
    grid.low[rows[stays]] = np.maximum(grid.low[rows[stays]], edge)
    grid.set(rows, moved)

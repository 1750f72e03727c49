"""Moves of few values by little, on a grid of half steps of the assay: medians, ranges, counts, rank-sum statistics."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.printed import Cell
from adamline.simulate.jahh.calibrate.rank_test import Wanted, rank_z
from adamline.simulate.jahh.streams import Bools, Floats, Ints

# Values are counted in half steps of the assay's last decimal, since half of a limit of quantification may be one;
# a value that is moved stays on whole steps.
STEP = 2
_TRIES, _PROPOSALS = 12, 800
# Multiples of the assay's CV within which values may move, tried one after the other.
REACHES = (1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class Sample:
    """Numbers in half steps, whether each may move, between which limits, and the assay's SD there."""

    numbers: Ints
    free: Bools
    low: Ints
    high: Ints
    sd: Floats

    def cost(self, to: Ints | int) -> Floats:
        """How far it is to a number in SDs of the assay; infinite where it may not go."""
        may = self.free & (to >= self.low) & (to <= self.high)
        return np.where(may, np.abs(to - self.numbers) / self.sd, np.where(self.numbers == to, 0.0, np.inf))

    def with_numbers(self, numbers: Ints) -> Sample:
        """The same with other numbers."""
        return Sample(numbers, self.free, self.low, self.high, self.sd)


def half_steps(number: Decimal, decimals: int) -> Decimal:
    """A number in half steps of so many decimals.

    >>> half_steps(Decimal("-2.50"), 0)
    Decimal('-5.00')
    """
    return number.scaleb(decimals) * STEP


def rounds_to(number: float, cell: Cell, decimals: int) -> bool:
    """Whether a number in half steps rounds to the printed text, half away from zero.

    >>> rounds_to(251.0, Cell("125.5"), 0), rounds_to(253.0, Cell("126"), 0)
    (True, False)
    """
    size, printed = abs(Decimal(number)), abs(half_steps(cell.number, decimals))
    half = half_steps(cell.half, decimals)
    same_side = cell.number == 0 or number == 0 or (number < 0) == (cell.number < 0)
    return same_side and printed - half <= size < printed + half


def settle_median(rng: np.random.Generator, sample: Sample, target: int) -> Ints:
    """The numbers with this median: the cheapest change sides, and the one or two in the middle are set."""
    numbers = sample.numbers.copy()
    if np.median(numbers) == target:
        return numbers
    middle = 1 if len(numbers) % 2 else 2
    whole = target % STEP == 0
    if middle == 1 and not whole:
        raise AdamlineError("A median between two values needs an even number of them.", found=str(len(numbers)))
    lower, upper = (target, target) if whole else (target - STEP // 2, target + STEP // 2)
    taken = np.zeros(len(numbers), dtype=np.bool_)
    for place in (lower, upper)[:middle]:
        chosen = int(np.argmin(np.where(taken, np.inf, sample.cost(place))))
        numbers[chosen], taken[chosen] = place, True
    most = (len(numbers) - middle) // 2
    for side, edge in ((-1, upper), (1, lower)):
        beyond = ~taken & (side * (numbers - target) > 0)
        surplus = int(beyond.sum()) - most
        if surplus > 0:
            cost = np.where(beyond, sample.cost(edge), np.inf)
            movers = np.argsort(cost, kind="stable")[:surplus]
            numbers[movers] = _spread(rng, sample, movers, edge, -side)
    if np.median(numbers) != target:
        raise AdamlineError(
            "A printed median is out of reach of the simulated values.",
            expected=str(target),
            found=f"{np.median(numbers):g} (half steps of the assay)",
        )
    return numbers


def _spread(rng: np.random.Generator, sample: Sample, movers: Ints, edge: int, side: int) -> Ints:
    """Numbers at and beyond the edge on that side, within limits."""
    steps = np.floor(rng.random(len(movers)) * sample.sd[movers] / 2 / STEP).astype(np.int64)
    return np.clip(edge + side * STEP * steps, sample.low[movers], sample.high[movers])


def settle_count(rng: np.random.Generator, sample: Sample, edge: int, side: int, count: int) -> Ints:
    """The numbers with ``count`` at or beyond ``edge`` on the side; the closest change over."""
    numbers = sample.numbers.copy()
    inside = side * (numbers - edge) >= 0
    surplus = int(inside.sum()) - count
    to, over = (edge - side * STEP, -side) if surplus > 0 else (edge, side)
    movers = np.argsort(np.where(inside == (surplus > 0), sample.cost(to), np.inf), kind="stable")[: abs(surplus)]
    numbers[movers] = _spread(rng, sample, movers, to, over)
    found = int((side * (numbers - edge) >= 0).sum())
    if found != count:
        raise AdamlineError(
            "A printed count is out of reach of the simulated values.", expected=str(count), found=str(found)
        )
    return numbers


def settle_extreme(rng: np.random.Generator, sample: Sample, cell: Cell, decimals: int, side: int) -> Ints:
    """The numbers with the printed least (side -1) or greatest (1) value; who is beyond comes back to it."""
    numbers = sample.numbers.copy()
    extreme = int(np.argmax(side * numbers))
    if rounds_to(float(numbers[extreme]), cell, decimals):
        return numbers
    # A value is never zero, whatever its least is printed as.
    target = max(int(half_steps(cell.number, decimals)) // STEP * STEP, STEP)
    beyond = np.flatnonzero(side * (numbers - target) > 0)
    numbers[beyond] = _spread(rng, sample, beyond, target, -side)
    numbers[extreme] = target
    return numbers


def settle_rank_sum(rng: np.random.Generator, sample: Sample, others: Ints, wanted: Wanted) -> Ints | None:
    """The numbers, some moved until z of the rank-sum test against the others is where it is wanted; None if never."""
    for _ in range(_TRIES):
        numbers = _walk(rng, sample, others, wanted)
        if wanted.distance(rank_z(numbers, others)) == 0:
            return numbers
    return None


def _walk(rng: np.random.Generator, sample: Sample, others: Ints, wanted: Wanted) -> Ints:
    """One number after the other, drawn, moved by a drawn distance where that brings z nearer."""
    numbers = sample.numbers.copy()
    away = wanted.distance(rank_z(numbers, others))
    for _ in range(_PROPOSALS):
        if away == 0:
            break
        place = int(rng.integers(len(numbers)))
        room = (sample.high[place] if away > 0 else sample.low[place]) - numbers[place]
        steps = abs(int(room)) // STEP
        if not sample.free[place] or steps == 0 or (room > 0) != (away > 0):
            continue
        moved = numbers.copy()
        moved[place] += np.sign(room) * STEP * int(rng.integers(1, steps + 1))
        left = wanted.distance(rank_z(moved, others))
        if abs(left) < abs(away):
            numbers, away = moved, left
    return numbers

"""Moves whole numbers, keeping their order, until mean and standard deviation are as printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.printed import Cell
from adamline.simulate.jahh.streams import Ints

# Of the half unit within which a number rounds to the printed one, the part that is aimed at.
_INSIDE = 0.9
_AROUND, _TRIED = 10, 41
_FAR: Final = 1_000_000


def _as_they_are(numbers: Ints) -> Ints:
    return numbers


def settle_moments(
    numbers: Ints,
    mean: Cell,
    sd: Cell,
    unit: float = 1.0,
    low: Ints | int = -_FAR,
    high: Ints | int = _FAR,
    seen: Callable[[Ints], Ints] = _as_they_are,
) -> Ints:
    """The whole numbers between ``low`` and ``high`` with the printed mean and SD; the same if they have them.

    ``unit`` is what one is worth in the printed unit, ``seen`` what an analysis makes of the numbers. They are
    stretched about their mean, and rounded; of a few stretches the first that does it, the nearest coming first.

    >>> settle_moments(np.array([10, 12, 20, 30]), Cell("20"), Cell("10")).tolist()
    [11, 13, 22, 33]
    """
    now = _moments(numbers)[0]
    seen_mean, seen_sd = _moments(seen(numbers))
    for aim_mean in _aims(seen_mean * unit, mean):
        for aim_sd in _aims(seen_sd * unit, sd):
            centre, stretch = now + aim_mean / unit - seen_mean, aim_sd / unit / seen_sd
            moved = np.clip(np.rint(centre + (numbers - now) * stretch).astype(np.int64), low, high)
            if _moments_differ(seen(moved), mean, sd, unit, 1 - 1e-9) == 0:
                return np.asarray(moved)
    raise AdamlineError(
        "No stretch of the simulated values has the printed mean and standard deviation.",
        expected=f"{mean.text} ({sd.text})",
        found=f"{seen_mean * unit:.4f} ({seen_sd * unit:.4f})",
    )


def moments_differ(numbers: Ints, mean: Cell, sd: Cell) -> float:
    """How far mean and SD are from what safely rounds to the printed ones; 0 where both do."""
    return _moments_differ(numbers, mean, sd, 1.0, _INSIDE)


def _moments_differ(numbers: Ints, mean: Cell, sd: Cell, unit: float, inside: float) -> float:
    return sum(
        max(abs(found * unit - float(cell.number)) - float(cell.half) * inside, 0.0)
        for found, cell in zip(_moments(numbers), (mean, sd), strict=True)
    )


def _aims(now: float, cell: Cell) -> list[float]:
    """Where to aim: what rounds to the text and is nearest, then further on, since rounding and limits move it."""
    printed, half = float(cell.number), float(cell.half)
    nearest = min(max(now, printed - half * _INSIDE), printed + half * _INSIDE)
    around = np.linspace(printed - _AROUND * half, printed + _AROUND * half, _TRIED).tolist()
    return [nearest, *sorted(around, key=lambda aim: abs(aim - nearest))]


def _moments(values: Ints) -> tuple[float, float]:
    """Mean and SD (n - 1) of whole numbers, by sums that are exact."""
    count, total = len(values), int(values.sum())
    squares = count * int((values * values).sum()) - total * total
    return total / count, (squares / (count * (count - 1))) ** 0.5

"""Moves whole numbers, keeping their order, until mean and standard deviation are as printed."""

from __future__ import annotations

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.printed import Cell
from adamline.simulate.jahh.streams import Ints

_INSIDE = 0.9
_AROUND, _TRIED = 10, 41


def settle_moments(numbers: Ints, mean: Cell, sd: Cell, unit: float = 1.0, low: int = 0) -> Ints:
    """The whole numbers, times ``unit``, with this mean and SD; the same if they have them, none below ``low``.

    Stretched about the mean as little as it takes, then rounded: the first of a few stretches that gives both.

    >>> settle_moments(np.array([10, 12, 20, 30]), Cell("20"), Cell("10")).tolist()
    [11, 13, 22, 33]
    """
    now, spread = _moments(numbers)
    aims = [
        (aim_mean, aim_sd)
        for aim_mean in _aims(now * unit, mean)
        for aim_sd in _aims(spread * unit, sd)
    ]
    for aim_mean, aim_sd in aims:
        stretched = np.rint(aim_mean / unit + (numbers - now) * (aim_sd / unit / spread))
        moved = np.maximum(stretched.astype(np.int64), low)
        found_mean, found_sd = _moments(moved)
        if _is(found_mean * unit, mean) and _is(found_sd * unit, sd):
            return moved
    raise AdamlineError(
        "No stretch of the simulated values has the printed mean and standard deviation.",
        expected=f"{mean.text} ({sd.text})",
        found=f"{now * unit:.4f} ({spread * unit:.4f})",
    )


def moments_differ(numbers: Ints, mean: Cell, sd: Cell) -> float:
    """How far mean and SD are from what rounds to the printed ones; 0 where both do."""
    return sum(
        max(abs(found - float(cell.number)) - float(cell.half) * _INSIDE, 0.0)
        for found, cell in zip(_moments(numbers), (mean, sd), strict=True)
    )


def _aims(now: float, cell: Cell) -> list[float]:
    """Where to aim: what rounds to the text and is nearest, then further on, since rounding and ``low`` move it."""
    printed, half = float(cell.number), float(cell.half)
    nearest = min(max(now, printed - half * _INSIDE), printed + half * _INSIDE)
    around = np.linspace(printed - _AROUND * half, printed + _AROUND * half, _TRIED).tolist()
    return [nearest, *sorted(around, key=lambda aim: abs(aim - nearest))]


def _is(found: float, cell: Cell) -> bool:
    return abs(found - float(cell.number)) < float(cell.half) * (1 - 1e-9)


def _moments(values: Ints) -> tuple[float, float]:
    """Mean and SD (n - 1) of whole numbers, by sums that are exact."""
    count, total = len(values), int(values.sum())
    squares = count * int((values * values).sum()) - total * total
    return total / count, (squares / (count * (count - 1))) ** 0.5

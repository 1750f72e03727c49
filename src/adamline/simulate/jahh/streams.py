"""Random streams, one for each part of the simulation, so that a change of one part leaves the others' draws alone."""

from __future__ import annotations

from enum import IntEnum
from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Part(IntEnum):
    """A part with draws of its own; the number is its key for good, a new part takes a new one."""

    SUBJECTS = 1
    VISIT_DAYS = 2
    COURSE = 3
    VISITS = 4
    STEROIDS = 5
    ACTIVITY = 6
    LABORATORY = 7
    SCORES = 8
    STRATA = 9
    HISTORY = 10
    SAFETY = 11
    ADVERSE_EVENTS = 12
    VITAL_SIGNS = 13
    CALIBRATED_SUBJECTS = 101
    CALIBRATED_LABORATORY = 102
    CALIBRATED_SCORES = 103


def stream(seed: int, part: Part) -> np.random.Generator:
    """The generator of one part.

    >>> float(stream(1, Part.VISITS).random()) == float(stream(1, Part.COURSE).random())
    False
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(part,))))


def compact(numbers: Ints) -> Ints:
    """Whole numbers in the fewest bytes that hold them: places of tests and minutes of millions of results are kept.

    What is computed of them must not leave their type: as indices, or with numbers of eight bytes.

    >>> compact(np.array([-1, 1439])).dtype
    dtype('int16')
    """
    least, most = (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    kinds = (np.int8, np.int16, np.int32)
    kind = next((k for k in kinds if np.iinfo(k).min <= least and most <= np.iinfo(k).max), np.int64)
    return cast(Ints, numbers.astype(kind))


def chance(rng: np.random.Generator, probability: float | Floats, shape: int | tuple[int, ...]) -> Bools:
    """True with that probability, each by itself."""
    return np.asarray(rng.random(shape) < probability)


def autoregressive(rng: np.random.Generator, shape: tuple[int, ...], correlation: float) -> Floats:
    """Standard normal series along the last axis, each value correlated with the one before it."""
    series = rng.standard_normal(shape)
    fresh = (1.0 - correlation**2) ** 0.5
    for step in range(1, shape[-1]):
        series[..., step] = correlation * series[..., step - 1] + fresh * series[..., step]
    return series


def one_of(rng: np.random.Generator, shares: Floats, of: Ints) -> Ints:
    """A column of ``shares`` for each element of ``of``, which names the row of ``shares`` to draw by."""
    steps = shares.cumsum(axis=1) / shares.sum(axis=1, keepdims=True)
    return np.asarray((rng.random(len(of))[:, None] >= steps[of, :-1]).sum(axis=1), dtype=np.int64)

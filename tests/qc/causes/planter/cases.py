"""All cases: each cause alone, two causes in one variable, and controls without a cause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from zlib import crc32

from planter.case import WHERE, Case, Cause
from planter.controls import control
from planter.planting import planted_case

SEED = 20261
SINGLES = 18  # of each cause
REPEATS = 3  # of each pair
CONTROLS = 200

# Pairs that make sense in one variable, and that real data have room for.
PAIRS: tuple[tuple[Cause, Cause], ...] = (
    *product((Cause.ROUNDING, Cause.DAY, Cause.FACTOR, Cause.CASE, Cause.ENCODING), sorted(WHERE)),
    *product((Cause.MISSING, Cause.TIE), (Cause.CONDITION, Cause.VISIT)),
    *product((Cause.BLANK,), (Cause.CONDITION, Cause.SUBJECT)),
    *product((Cause.ROUNDING, Cause.FACTOR, Cause.DAY, Cause.CASE, Cause.BLANK, Cause.TIE), (Cause.MISSING,)),
    *product((Cause.ENCODING,), (Cause.CASE, Cause.BLANK)),
    (Cause.ROUNDING, Cause.FACTOR),
    (Cause.CASE, Cause.BLANK),
    (Cause.SUBJECT, Cause.VISIT),
    (Cause.VISIT, Cause.CONDITION),
)


def all_cases(seed: int = SEED, every: int = 1) -> Iterator[Case]:
    """Single causes, pairs and controls, one by one; with ``every``, one in so many of each.

    A case depends on the seed and its own name only.
    """
    yield from single_cases(seed, every)
    yield from mixed_cases(seed, every)
    yield from controls(seed, every)


def single_cases(seed: int = SEED, every: int = 1) -> Iterator[Case]:
    """Each cause alone."""
    for place, cause in enumerate(Cause):
        for number in range(place % every, SINGLES, every):
            yield planted_case(f"{cause}-{number:02d}", frozenset({cause}), number, seed)


def mixed_cases(seed: int = SEED, every: int = 1) -> Iterator[Case]:
    """Two causes in one variable."""
    for pair, number in list(product(PAIRS, range(REPEATS)))[::every]:
        name = "+".join(pair)
        yield planted_case(f"{name}-{number}", frozenset(pair), number + crc32(name.encode()), seed)


def controls(seed: int = SEED, every: int = 1) -> Iterator[Case]:
    """Differences without a cause."""
    for number in range(0, CONTROLS, every):
        yield control(f"control-{number:03d}", number, seed)

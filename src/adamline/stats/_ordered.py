"""Sort values within groups: their sums, their extremes, and what they are in whole millionths."""

from __future__ import annotations

import numpy as np

from adamline.stats._arrays import Floats, Ints

# Decimal data are summed as whole millionths, which is exact: a mean change that is 0.05 in decimal could otherwise
# lose more to cancellation than the fuzz of rounding forgives, and be shown as 0.0.
UNITS = 1e6
# How far from whole millionths a decimal may lie: half of its last binary place, or what a change from baseline keeps
# of the rounding of its operands (5.4 - 5.3 is not 0.1), which may be a thousand times larger than the changes.
_OPERAND_PLACES, _MOST_OFF = 1024, 1e-10
EXACT_BELOW = 2.0**53


def sorted_by_group(numbers: Floats, codes: Ints, count: int) -> tuple[Floats, Ints]:
    """Values in order within groups in order, and how many each has: sums then do not depend on the order of records.

    To sort numbers where they are is many times as fast as to find the place of each, so each group is sorted alone.
    """
    n = np.bincount(codes, minlength=count).astype(np.int64)
    # Codes of two bytes NumPy sorts without a comparison.
    by_group = np.argsort(codes.astype(np.min_scalar_type(max(count - 1, 0))), kind="stable")
    ordered = numbers[by_group] + 0.0  # no -0.0, whose place beside 0 is not told
    ends = np.cumsum(n)
    for start, end in zip((ends - n).tolist(), ends.tolist(), strict=True):
        ordered[start:end].sort()
    return ordered, n


def sums_by_group(ordered: Floats, n: Ints) -> Floats:
    """The sum of each group, 0 of none."""
    sums = np.zeros(len(n))
    filled = n > 0
    if filled.any():
        starts = np.cumsum(n) - n
        sums[filled] = np.add.reduceat(ordered, starts[filled])
    return sums


def extremes(ordered: Floats, n: Ints) -> tuple[Floats, Floats]:
    """Minimum and maximum of each group."""
    least, most = np.full(len(n), np.nan), np.full(len(n), np.nan)
    filled = n > 0
    ends = np.cumsum(n)[filled]
    least[filled], most[filled] = ordered[ends - n[filled]], ordered[ends - 1]
    return least, most


def in_units(ordered: Floats, n: Ints) -> Floats:
    """Whole millionths of numbers that have no more than six decimals, NaN for others.

    What counts as none more follows from the largest value of the group, never from other groups.
    """
    least, most = extremes(ordered, n)
    largest = np.repeat(np.maximum(np.abs(least), np.abs(most)), n)
    with np.errstate(over="ignore", invalid="ignore"):
        units = np.rint(ordered * UNITS)
        off = np.abs(ordered - units / UNITS)
        allowed = np.maximum(np.spacing(np.abs(ordered)), np.minimum(_OPERAND_PLACES * np.spacing(largest), _MOST_OFF))
        # A group without one whole millionth is not of decimals but of small numbers.
        return np.where((off <= allowed) & ((largest >= 0.5 / UNITS) | (ordered == 0)), units, np.nan)

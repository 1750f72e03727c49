"""Compute percentiles by group as PROC UNIVARIATE does, by any of its five definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, Ints, as_list, is_number
from adamline.stats._ordered import EXACT_BELOW, UNITS, in_units, sorted_by_group
from adamline.stats._ranks import checked_groups, checked_numbers

# PCTLDEF= of SAS; 5 is its default.
Definition = Literal[1, 2, 3, 4, 5]

_HALF = Fraction(1, 2)


def percentiles(
    values: npt.ArrayLike, percents: Sequence[float | Fraction], *, definition: Definition = 5
) -> tuple[float, ...]:
    """Percentiles of one set of numbers; the rules are those of `percentile_groups`.

    >>> percentiles([10, 20, 30, 40, 150, 160, 170, 180, 190, 200], [25, 40])
    (30.0, 95.0)
    """
    numbers = checked_numbers(values)
    table = percentile_groups(numbers, np.zeros(numbers.shape, dtype=np.int64), 1, percents, definition=definition)
    return tuple(table.iloc[0].tolist())


def percentile_groups(
    values: npt.ArrayLike,
    groups: npt.ArrayLike,
    count: int,
    percents: Sequence[float | Fraction],
    *,
    definition: Definition = 5,
) -> pd.DataFrame:
    """Percentiles of each group: a row for each code 0 to ``count - 1``, a column for each percent, in order.

    ``definition`` is PCTLDEF= (QNTLDEF=): 5, the default of SAS, the empirical distribution function with averaging.
    With j the whole part and g the rest of n p, and x_j the j-th value in order (x_0 is x_1, x_(n+1) is x_n):

    1: (1 - g) x_j + g x_(j+1);
    2: the x nearest to n p, where g is 1/2 the one with the even number;
    3: x_j where g is 0, else x_(j+1);
    4: as 1, of (n + 1) p;
    5: the mean of x_j and x_(j+1) where g is 0, else x_(j+1).

    n p is computed in fractions (0.07 * 100 is not 7 in floating point); a percent that is a float is the decimal that
    it prints as: 97.7 is 977/10. Missing values and negative codes are left out; of no values every percentile is
    missing. DataError for a percent outside 0 to 100, an unknown definition, and as `describe_groups`.
    Source: SAS PROC UNIVARIATE, PCTLDEF=.

    >>> percentile_groups([10, 20, 30, 40], [0, 0, 0, 0], 1, [25, 37.5], definition=1).iloc[0].tolist()
    [10.0, 15.0]
    """
    if definition not in (1, 2, 3, 4, 5):
        raise DataError("No such definition of percentiles.", expected="PCTLDEF 1 to 5", found=repr(definition))
    names, shares = as_list(percents, "The percents"), []
    for percent in names:
        if not ((isinstance(percent, Fraction) or is_number(percent)) and 0 <= percent <= 100):
            raise DataError("A percentile must lie between 0 and 100.", found=str(percent))
        shares.append((percent if isinstance(percent, Fraction) else Fraction(str(float(percent)))) / 100)
    numbers, codes, count = checked_groups(values, groups, count)
    present = ~np.isnan(numbers) & (codes >= 0)
    ordered, n = sorted_by_group(numbers[present], codes[present], count)
    units = in_units(ordered, n)
    columns = [percentile_of_ordered(ordered, units, n, share, definition) for share in shares]
    return pd.DataFrame(np.column_stack(columns) if columns else np.empty((count, 0)), columns=names)


def percentile_of_ordered(
    ordered: Floats, units: Floats, n: Ints, share: Fraction, definition: Definition = 5
) -> Floats:
    """A percentile of each group; ``units`` are the values as `in_units`."""
    result = np.full(len(n), np.nan)
    filled = n > 0
    count = n[filled]
    starts = (np.cumsum(n) - n)[filled]
    # Fractions of any length, once for each size of a group: in whole numbers of 64 bits those of 99.9 % overflow.
    sizes, of_size = np.unique(count, return_inverse=True)
    places = [_place((size + (definition == 4)) * share, definition) for size in sizes.tolist()]
    j = np.array([place for place, _ in places], dtype=np.int64)[of_size]
    part = np.array([way.numerator for _, way in places], dtype=np.float64)[of_size]
    whole = np.array([way.denominator for _, way in places], dtype=np.float64)[of_size]
    # Values are numbered from 1; those before the first and after the last are these.
    at, above = (starts + np.clip(each, 1, count) - 1 for each in (j, j + 1))
    result[filled] = _between(ordered[at], ordered[above], units[at], units[above], part, whole)
    return result


def _place(target: Fraction, definition: Definition) -> tuple[int, Fraction]:
    """The whole part j of n p, and how far from value j to the next one the percentile lies."""
    j = math.floor(target)
    rest = target - j
    match definition:
        case 1 | 4:
            return j, rest
        case 2:
            return j, Fraction(j % 2 if rest == _HALF else rest > _HALF)
        case 3:
            return j, Fraction(rest > 0)
    return j, _HALF if rest == 0 else Fraction(1)


def _between(low: Floats, high: Floats, low_units: Floats, high_units: Floats, part: Floats, whole: Floats) -> Floats:
    """The point ``part`` / ``whole`` of the way between two values, exact for decimals, and never outside of them."""
    with np.errstate(over="ignore", invalid="ignore"):
        is_exact = (np.abs(low_units) + np.abs(high_units)) * whole < EXACT_BELOW
        units = (low_units * (whole - part) + high_units * part) / (whole * UNITS)
        weight = part / whole
        return np.clip(np.where(is_exact, units, low * (1 - weight) + high * weight), low, high)

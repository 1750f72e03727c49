"""Describe numbers by group as PROC MEANS does: n, mean, SD, limits of the mean, percentiles, extremes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from adamline.errors import DataError
from adamline.stats._arrays import as_list, as_numbers, checked_level, held, is_number
from adamline.stats._ranks import Floats, Ints, checked_groups, checked_numbers

# PCTLDEF= of SAS; 5 is its default.
Definition = Literal[1, 2, 3, 4, 5]


class Statistic(StrEnum):
    """Names of statistics in stored results: those of the R package cards, else the keyword of PROC MEANS."""

    N = "N"
    N_MISSING = "nmiss"
    MEAN = "mean"
    SD = "sd"
    SE = "se"
    LCLM = "lclm"
    UCLM = "uclm"
    MEDIAN = "median"
    P25 = "p25"
    P75 = "p75"
    MIN = "min"
    MAX = "max"


# These need two values; the others need one.
NEED_TWO = frozenset({Statistic.SD, Statistic.SE, Statistic.LCLM, Statistic.UCLM})

# Decimal data are summed as whole millionths, which is exact: a mean change that is 0.05 in decimal could otherwise
# lose more to cancellation than the fuzz of rounding forgives, and be shown as 0.0.
_UNITS = 1e6
# How far from whole millionths a decimal may lie: half of its last binary place, or what a change from baseline keeps
# of the rounding of its operands (5.4 - 5.3 is not 0.1), which may be a thousand times larger than the changes.
_OPERAND_PLACES, _MOST_OFF = 1024, 1e-10
_EXACT_BELOW = 2.0**53

_HALF = Fraction(1, 2)
_QUARTILES = ((Statistic.P25, Fraction(1, 4)), (Statistic.MEDIAN, _HALF), (Statistic.P75, Fraction(3, 4)))


@dataclass(frozen=True)
class Description:
    """Descriptive statistics of one set of numbers; NaN where a statistic has too few values."""

    n: int
    n_missing: int
    mean: float
    sd: float
    se: float
    cv: float
    lclm: float
    uclm: float
    median: float
    p25: float
    p75: float
    minimum: float
    maximum: float
    level: float
    method: str = "PROC MEANS, VARDEF=DF, PCTLDEF=5"
    warnings: tuple[str, ...] = ()


def method_of(statistic: Statistic, level: float = 0.95) -> tuple[str, str]:
    """The method behind a statistic as SAS names it, and its options; ``level`` is that of the limits.

    >>> method_of(Statistic.MEDIAN), method_of(Statistic.LCLM, 0.9)
    (('PROC MEANS', 'PCTLDEF=5'), ("PROC MEANS, Student's t limits", 'VARDEF=DF, level=0.9'))
    """
    checked_level(level)
    match _known(statistic):
        case Statistic.LCLM | Statistic.UCLM:
            return "PROC MEANS, Student's t limits", f"VARDEF=DF, level={level!r}"
        case Statistic.SD | Statistic.SE:
            return "PROC MEANS", "VARDEF=DF"
        case Statistic.MEDIAN | Statistic.P25 | Statistic.P75:
            return "PROC MEANS", "PCTLDEF=5"
    return "PROC MEANS", ""


def describe_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int, level: float = 0.95) -> pd.DataFrame:
    """Statistics of the values of each group: a row for each code 0 to ``count - 1``, a column for each `Statistic`.

    ``groups`` has a code for each value; a negative code leaves the value out. Missing values (NaN) are counted in
    ``nmiss`` and otherwise left out. Where all values of a group have at most six decimals, the mean is that of the
    decimals, so that a tie is seen as one when it is rounded; it never leaves the range of the values. SD and SE divide
    by n - 1 (VARDEF=DF); ``lclm`` and ``uclm`` are the two-sided limits of the mean by Student's t at confidence
    ``level`` (CLM); percentiles follow PCTLDEF=5. A group without values has n = 0 and all else missing; with one value
    SD, SE and limits are missing; so are limits beyond the largest double. The order of the values does not matter.
    DataError for values that are infinite or no numbers, for lengths that differ, for codes that are not whole numbers
    or of no group.

    Source: SAS PROC MEANS.

    >>> described = describe_groups([1.0, 4.0, 2.0, float("nan"), 7.0], [0, 0, 0, 0, 1], count=3)
    >>> described[["N", "nmiss", "mean", "median", "sd"]].round(3)
         N  nmiss   mean  median     sd
    0  3.0    1.0  2.333     2.0  1.528
    1  1.0    0.0  7.000     7.0    NaN
    2  0.0    0.0    NaN     NaN    NaN
    """
    numbers, codes, count = checked_groups(values, groups, count)
    missing = np.isnan(numbers)
    present = ~missing & (codes >= 0)
    described = {Statistic.N_MISSING: np.bincount(codes[missing & (codes >= 0)], minlength=count).astype(np.float64)}

    ordered, n = _sorted_by_group(numbers[present], codes[present], count)
    units = _in_units(ordered, n)
    described[Statistic.N] = n.astype(np.float64)
    described |= _moments(ordered, units, n)
    described[Statistic.LCLM], described[Statistic.UCLM] = limits_of_mean(
        n, described[Statistic.MEAN], described[Statistic.SE], level
    )
    for statistic, share in _QUARTILES:
        described[statistic] = _percentile(ordered, units, n, share)
    described[Statistic.MIN], described[Statistic.MAX] = _extremes(ordered, n)
    return pd.DataFrame({statistic.value: described[statistic] for statistic in Statistic})


def describe(values: npt.ArrayLike, level: float = 0.95) -> Description:
    """Statistics of one set of numbers; the rules are those of `describe_groups`.

    ``cv`` is 100 SD / mean, missing where the mean is 0 or the CV beyond the largest double.

    >>> describe([10, 20, 30, 40, 150, 160, 170, 180, 190, 200]).p25
    30.0
    """
    numbers = checked_numbers(values)
    row = describe_groups(numbers, np.zeros(numbers.shape, dtype=np.int64), count=1, level=level).iloc[0]
    n, mean = int(row[Statistic.N]), float(row[Statistic.MEAN])
    return Description(
        n=n,
        n_missing=int(row[Statistic.N_MISSING]),
        mean=mean,
        sd=float(row[Statistic.SD]),
        se=float(row[Statistic.SE]),
        cv=_cv(float(row[Statistic.SD]), mean),
        lclm=float(row[Statistic.LCLM]),
        uclm=float(row[Statistic.UCLM]),
        median=float(row[Statistic.MEDIAN]),
        p25=float(row[Statistic.P25]),
        p75=float(row[Statistic.P75]),
        minimum=float(row[Statistic.MIN]),
        maximum=float(row[Statistic.MAX]),
        level=level,
        warnings=_warnings(n, mean, float(row[Statistic.UCLM])),
    )


def _cv(sd: float, mean: float) -> float:
    cv = 100 * sd / mean if mean else math.nan
    return cv if math.isfinite(cv) else math.nan


def _warnings(n: int, mean: float, upper: float) -> tuple[str, ...]:
    if n < 2:
        return ("one value: no SD, no limits",) if n else ("no values",)
    if np.isnan(upper):
        return ("numbers too large: no limits",)
    return ("a mean of 0: no CV",) if mean == 0 else ()


def limits_of_mean(
    n: npt.ArrayLike, mean: npt.ArrayLike, se: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Two-sided limits of the mean by Student's t with n - 1 degrees of freedom; missing where n is below 2.

    DataError when ``level`` is not between 0 and 1. Source: SAS PROC MEANS, CLM, ALPHA= 1 - level.

    >>> lower, upper = limits_of_mean(9, 0.43188889, 0.14228516)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.1038, 0.76)
    """
    checked_level(level)
    freedom = as_numbers(n, "A number of values") - 1
    centre, error = as_numbers(mean, "A mean"), as_numbers(se, "A standard error")
    try:
        np.broadcast_shapes(freedom.shape, centre.shape, error.shape)
    except ValueError:
        shapes = f"{freedom.shape}, {centre.shape}, {error.shape}"
        raise DataError("Numbers, means and standard errors must be of one length.", found=shapes) from None
    with np.errstate(invalid="ignore", over="ignore"):
        reach = stdtrit(np.where(freedom > 0, freedom, np.nan), 0.5 + level / 2) * error
        return held(centre - reach), held(centre + reach)


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
    ordered, n = _sorted_by_group(numbers[present], codes[present], count)
    units = _in_units(ordered, n)
    columns = [_percentile(ordered, units, n, share, definition) for share in shares]
    return pd.DataFrame(np.column_stack(columns) if columns else np.empty((count, 0)), columns=names)


def _known(statistic: Statistic) -> Statistic:
    try:
        return Statistic(statistic)
    except ValueError:
        raise DataError("There is no such statistic.", expected=", ".join(Statistic), found=repr(statistic)) from None


def _sorted_by_group(numbers: Floats, codes: Ints, count: int) -> tuple[Floats, Ints]:
    """Values in order within groups in order: sums then do not depend on the order of the records.

    Group and place among the distinct values fit one whole number; sorting these is faster than sorting by two keys.
    """
    distinct, places = np.unique(numbers, return_inverse=True)
    keys = np.sort(codes * len(distinct) + places)
    return distinct[keys % max(len(distinct), 1)], np.bincount(codes, minlength=count).astype(np.int64)


def _sums(ordered: Floats, n: Ints) -> Floats:
    sums = np.zeros(len(n))
    filled = n > 0
    if filled.any():
        starts = np.cumsum(n) - n
        sums[filled] = np.add.reduceat(ordered, starts[filled])
    return sums


def _extremes(ordered: Floats, n: Ints) -> tuple[Floats, Floats]:
    """Minimum and maximum of each group."""
    least, most = np.full(len(n), np.nan), np.full(len(n), np.nan)
    filled = n > 0
    ends = np.cumsum(n)[filled]
    least[filled], most[filled] = ordered[ends - n[filled]], ordered[ends - 1]
    return least, most


def _moments(ordered: Floats, units: Floats, n: Ints) -> dict[Statistic, Floats]:
    """Mean and SD in two passes, each corrected by the sum of what is left over; the mean exact for decimals.

    Values are taken by the power of two above the largest of the group, which rounds nothing: squares of 1e-200 or of
    1e200 are no doubles.
    """
    least, most = _extremes(ordered, n)
    power = np.frexp(np.fmax(np.abs(least), np.abs(most)))[1]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        scaled = np.ldexp(ordered, -np.repeat(power, n))
        centre = _sums(scaled, n) / n
        centre = centre + _sums(scaled - np.repeat(centre, n), n) / n
        left = scaled - np.repeat(centre, n)
        squares = _sums(left**2, n) - _sums(left, n) ** 2 / n
        sd = np.where(n > 1, np.ldexp(np.sqrt(np.maximum(squares, 0.0) / (n - 1)), power), np.nan)
        is_exact = _sums(np.abs(units), n) < _EXACT_BELOW
        mean = np.clip(np.where(is_exact, _sums(units, n) / (n * _UNITS), np.ldexp(centre, power)), least, most)
        return {Statistic.MEAN: mean, Statistic.SD: sd, Statistic.SE: sd / np.sqrt(n)}


def _in_units(ordered: Floats, n: Ints) -> Floats:
    """Whole millionths of numbers that have no more than six decimals, NaN for others.

    What counts as none more follows from the largest value of the group, never from other groups.
    """
    least, most = _extremes(ordered, n)
    largest = np.repeat(np.maximum(np.abs(least), np.abs(most)), n)
    with np.errstate(over="ignore", invalid="ignore"):
        units = np.rint(ordered * _UNITS)
        off = np.abs(ordered - units / _UNITS)
        allowed = np.maximum(np.spacing(np.abs(ordered)), np.minimum(_OPERAND_PLACES * np.spacing(largest), _MOST_OFF))
        # A group without one whole millionth is not of decimals but of small numbers.
        return np.where((off <= allowed) & ((largest >= 0.5 / _UNITS) | (ordered == 0)), units, np.nan)


def _between(low: Floats, high: Floats, low_units: Floats, high_units: Floats, part: Floats, whole: Floats) -> Floats:
    """The point ``part`` / ``whole`` of the way between two values, exact for decimals, and never outside of them."""
    with np.errstate(over="ignore", invalid="ignore"):
        is_exact = (np.abs(low_units) + np.abs(high_units)) * whole < _EXACT_BELOW
        units = (low_units * (whole - part) + high_units * part) / (whole * _UNITS)
        weight = part / whole
        return np.clip(np.where(is_exact, units, low * (1 - weight) + high * weight), low, high)


def _percentile(ordered: Floats, units: Floats, n: Ints, share: Fraction, definition: Definition = 5) -> Floats:
    """A percentile of each group; ``units`` are the values as `_in_units`."""
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

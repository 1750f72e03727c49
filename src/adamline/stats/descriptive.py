"""Describe numbers by group as PROC MEANS does: n, mean, SD, limits of the mean, percentiles, extremes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from adamline.errors import DataError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
# How far from a whole number of millionths a decimal may lie: a change from baseline is a computed value itself.
_OFF_UNIT, _OFF_RELATIVE = 1e-5, 4e-16
_EXACT_BELOW = 2.0**53

_QUARTILES = ((Statistic.P25, Fraction(1, 4)), (Statistic.MEDIAN, Fraction(1, 2)), (Statistic.P75, Fraction(3, 4)))


@dataclass(frozen=True)
class Description:
    """Descriptive statistics of one set of numbers; NaN where a statistic has too few values."""

    n: int
    n_missing: int
    mean: float
    sd: float
    se: float
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


def describe_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int, level: float = 0.95) -> pd.DataFrame:
    """Statistics of the values of each group: a row for each code 0 to ``count - 1``, a column for each `Statistic`.

    ``groups`` has a code for each value; a negative code leaves the value out. Missing values (NaN) are counted in
    ``nmiss`` and otherwise left out. The mean of values with up to six decimals is the mean of the decimals, so that a
    tie is seen as one when it is rounded. SD and SE divide by n - 1 (VARDEF=DF); ``lclm`` and ``uclm`` are the
    two-sided limits of the mean by Student's t at confidence ``level`` (CLM); percentiles follow PCTLDEF=5. A group
    without values has n = 0 and all else missing; with one value SD, SE and limits are missing. The order of the
    values does not matter. DataError for infinite values, for lengths that differ and for codes of no group.

    Source: SAS PROC MEANS.

    >>> described = describe_groups([1.0, 4.0, 2.0, float("nan"), 7.0], [0, 0, 0, 0, 1], count=3)
    >>> described[["N", "nmiss", "mean", "median", "sd"]].round(3)
         N  nmiss   mean  median     sd
    0  3.0    1.0  2.333     2.0  1.528
    1  1.0    0.0  7.000     7.0    NaN
    2  0.0    0.0    NaN     NaN    NaN
    """
    numbers, codes = _checked(values, groups, count)
    missing = np.isnan(numbers)
    present = ~missing & (codes >= 0)
    described = {Statistic.N_MISSING: np.bincount(codes[missing & (codes >= 0)], minlength=count).astype(np.float64)}

    ordered, n = _sorted_by_group(numbers[present], codes[present], count)
    described[Statistic.N] = n.astype(np.float64)
    described |= _moments(ordered, n)
    described[Statistic.LCLM], described[Statistic.UCLM] = limits_of_mean(
        n, described[Statistic.MEAN], described[Statistic.SE], level
    )
    for statistic, share in _QUARTILES:
        described[statistic] = _percentile(ordered, n, share)
    described[Statistic.MIN] = _percentile(ordered, n, Fraction(0))
    described[Statistic.MAX] = _percentile(ordered, n, Fraction(1))
    return pd.DataFrame({statistic.value: described[statistic] for statistic in Statistic})


def describe(values: npt.ArrayLike, level: float = 0.95) -> Description:
    """Statistics of one set of numbers; the rules are those of `describe_groups`.

    >>> describe([10, 20, 30, 40, 150, 160, 170, 180, 190, 200]).p25
    30.0
    """
    numbers = np.asarray(values, dtype=np.float64)
    row = describe_groups(numbers, np.zeros(numbers.shape, dtype=np.int64), count=1, level=level).iloc[0]
    n = int(row[Statistic.N])
    return Description(
        n=n,
        n_missing=int(row[Statistic.N_MISSING]),
        mean=float(row[Statistic.MEAN]),
        sd=float(row[Statistic.SD]),
        se=float(row[Statistic.SE]),
        lclm=float(row[Statistic.LCLM]),
        uclm=float(row[Statistic.UCLM]),
        median=float(row[Statistic.MEDIAN]),
        p25=float(row[Statistic.P25]),
        p75=float(row[Statistic.P75]),
        minimum=float(row[Statistic.MIN]),
        maximum=float(row[Statistic.MAX]),
        level=level,
        warnings=("no values",) if n == 0 else ("one value: no SD, no limits",) if n == 1 else (),
    )


def limits_of_mean(
    n: npt.ArrayLike, mean: npt.ArrayLike, se: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Two-sided limits of the mean by Student's t with n - 1 degrees of freedom; missing where n is below 2.

    DataError when ``level`` is not between 0 and 1. Source: SAS PROC MEANS, CLM, ALPHA= 1 - level.

    >>> lower, upper = limits_of_mean(9, 0.43188889, 0.14228516)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.1038, 0.76)
    """
    if not 0 < level < 1:
        raise DataError("A confidence level must lie between 0 and 1.", found=repr(level), hint="95 % is 0.95")
    freedom = np.asarray(n, dtype=np.float64) - 1
    centre = np.asarray(mean, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        reach = stdtrit(np.where(freedom > 0, freedom, np.nan), 0.5 + level / 2) * np.asarray(se, dtype=np.float64)
    return centre - reach, centre + reach


def percentiles(values: npt.ArrayLike, percents: Sequence[int | Fraction]) -> tuple[float, ...]:
    """Percentiles by PCTLDEF=5, the default of SAS: the empirical distribution function with averaging.

    With j the whole part of n*p, the percentile is value j + 1 in order, or the mean of values j and j + 1 where n*p
    is whole; n*p is computed in fractions (0.07 * 100 is not 7 in floating point). Missing values are left out; of no
    values every percentile is missing. DataError for a percent outside 0 to 100.

    >>> percentiles([10, 20, 30, 40, 150, 160, 170, 180, 190, 200], [25, 40])
    (30.0, 95.0)
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers, codes = _checked(numbers, np.zeros(numbers.shape, dtype=np.int64), 1)
    present = ~np.isnan(numbers)
    ordered, n = _sorted_by_group(numbers[present], codes[present], 1)
    for percent in percents:
        if not 0 <= percent <= 100:
            raise DataError("A percentile must lie between 0 and 100.", found=str(percent))
    return tuple(float(_percentile(ordered, n, Fraction(percent) / 100)[0]) for percent in percents)


def _checked(values: npt.ArrayLike, groups: npt.ArrayLike, count: int) -> tuple[Floats, Ints]:
    numbers = np.asarray(values, dtype=np.float64)
    codes = np.asarray(groups, dtype=np.int64)
    if numbers.shape != codes.shape or numbers.ndim != 1:
        raise DataError(
            "Values and groups must be two columns of one length.", found=f"{numbers.shape} and {codes.shape}"
        )
    if np.isinf(numbers).any():
        raise DataError("An infinite number cannot be summarised.", hint="look for a division by zero")
    if codes.size and codes.max() >= count:
        raise DataError("A group code names no group.", expected=f"less than {count}", found=str(codes.max()))
    return numbers, codes


def _sorted_by_group(numbers: Floats, codes: Ints, count: int) -> tuple[Floats, Ints]:
    """Values in order within groups in order: sums then do not depend on the order of the records."""
    return numbers[np.lexsort((numbers, codes))], np.bincount(codes, minlength=count).astype(np.int64)


def _sums(ordered: Floats, n: Ints) -> Floats:
    sums = np.zeros(len(n))
    filled = n > 0
    if filled.any():
        starts = np.cumsum(n) - n
        sums[filled] = np.add.reduceat(ordered, starts[filled])
    return sums


def _moments(ordered: Floats, n: Ints) -> dict[Statistic, Floats]:
    """Mean and SD in two passes, each corrected by the sum of what is left over; the mean exact for decimals."""
    units = _in_units(ordered)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _sums(ordered, n) / n
        mean = mean + _sums(ordered - np.repeat(mean, n), n) / n
        left = ordered - np.repeat(mean, n)
        squares = _sums(left**2, n) - _sums(left, n) ** 2 / n
        sd = np.where(n > 1, np.sqrt(np.maximum(squares, 0.0) / (n - 1)), np.nan)
        mean = np.where(_sums(np.abs(units), n) < _EXACT_BELOW, _sums(units, n) / (n * _UNITS), mean)
        return {Statistic.MEAN: mean, Statistic.SD: sd, Statistic.SE: sd / np.sqrt(n)}


def _in_units(numbers: Floats) -> Floats:
    """Whole millionths of numbers that have no more than six decimals, NaN for others."""
    scaled = numbers * _UNITS
    units = np.rint(scaled)
    return np.where(np.abs(scaled - units) <= _OFF_UNIT + np.abs(units) * _OFF_RELATIVE, units, np.nan)


def _middle(low: Floats, high: Floats) -> Floats:
    """The mean of two values, exact for decimals."""
    units = _in_units(low) + _in_units(high)
    return np.where(np.abs(units) < _EXACT_BELOW, units / (2 * _UNITS), low / 2 + high / 2)


def _percentile(ordered: Floats, n: Ints, share: Fraction) -> Floats:
    """PCTLDEF=5 of each group; shares 0 and 1 give minimum and maximum."""
    result = np.full(len(n), np.nan)
    filled = n > 0
    count = n[filled]
    starts = (np.cumsum(n) - n)[filled]
    whole, rest = np.divmod(count * share.numerator, share.denominator)
    upper = np.minimum(whole, count - 1)  # counted from 0: this is value j + 1
    lower = np.where(rest == 0, np.maximum(whole - 1, 0), upper)
    low, high = ordered[starts + lower], ordered[starts + upper]
    result[filled] = np.where(lower == upper, low, _middle(low, high))
    return result

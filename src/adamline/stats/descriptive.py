"""Describe numbers by group as PROC MEANS does: n, mean, SD, limits of the mean, percentiles, extremes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, Ints, as_numbers, checked_level, held
from adamline.stats._choices import as_option
from adamline.stats._ordered import EXACT_BELOW, UNITS, extremes, in_units, sorted_by_group, sums_by_group
from adamline.stats._ranks import checked_groups, checked_numbers
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import stdtrit
from adamline.stats.percentiles import percentile_of_ordered

METHOD = "PROC MEANS, VARDEF=DF, PCTLDEF=5"


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

    @property
    def column(self) -> str:
        """Its column in `describe_groups`, which is its name in a `Description`.

        >>> Statistic.LCLM.column, Statistic.MEAN.column
        ('lower', 'mean')
        """
        return _COLUMNS.get(self, self.value)


# Other keywords of PROC MEANS.
_KEYWORDS = {
    "STD": Statistic.SD,
    "STDDEV": Statistic.SD,
    "STDERR": Statistic.SE,
    "P50": Statistic.MEDIAN,
    "Q1": Statistic.P25,
    "Q3": Statistic.P75,
}
# Where results of all statistics have one name, and stored results another.
_COLUMNS = {
    Statistic.N: "n",
    Statistic.N_MISSING: "n_missing",
    Statistic.LCLM: "lower",
    Statistic.UCLM: "upper",
    Statistic.MIN: "minimum",
    Statistic.MAX: "maximum",
}
# These need two values; the others need one.
NEED_TWO = frozenset({Statistic.SD, Statistic.SE, Statistic.LCLM, Statistic.UCLM})


_QUARTILES = ((Statistic.P25, Fraction(1, 4)), (Statistic.MEDIAN, Fraction(1, 2)), (Statistic.P75, Fraction(3, 4)))


@dataclass(frozen=True)
class Description:
    """Descriptive statistics of one set of numbers; NaN where a statistic has too few values."""

    n: int
    n_missing: int
    mean: float
    sd: float
    se: float
    cv: float
    lower: float
    upper: float
    median: float
    p25: float
    p75: float
    minimum: float
    maximum: float
    level: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def method_of(statistic: str, level: float = 0.95) -> tuple[str, str]:
    """The method behind a statistic as SAS names it, and its options; ``level`` is that of the limits.

    >>> method_of(Statistic.MEDIAN), method_of(Statistic.LCLM, 0.9)
    (('PROC MEANS', 'PCTLDEF=5'), ("PROC MEANS, Student's t limits", 'VARDEF=DF, level=0.9'))
    """
    checked_level(level)
    match known_statistic(statistic):
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
    ``n_missing`` and otherwise left out. Where all values of a group have at most six decimals, the mean is that of the
    decimals, so that a tie is seen as one when it is rounded; it never leaves the range of the values. SD and SE divide
    by n - 1 (VARDEF=DF); ``lower`` and ``upper`` are the two-sided limits of the mean by Student's t at confidence
    ``level`` (CLM); percentiles follow PCTLDEF=5. A group without values has n = 0 and all else missing; with one value
    SD, SE and limits are missing; so are limits beyond the largest double. The order of the values does not matter.
    DataError for values that are infinite or no numbers, for lengths that differ, for codes that are not whole numbers
    or of no group.

    Source: SAS PROC MEANS.

    >>> described = describe_groups([1.0, 4.0, 2.0, float("nan"), 7.0], [0, 0, 0, 0, 1], count=3)
    >>> described[["n", "n_missing", "mean", "median", "sd"]].round(3)
       n  n_missing   mean  median     sd
    0  3          1  2.333     2.0  1.528
    1  1          0  7.000     7.0    NaN
    2  0          0    NaN     NaN    NaN
    """
    numbers, codes, count = checked_groups(values, groups, count)
    missing = np.isnan(numbers)
    present = ~missing & (codes >= 0)
    n_missing = np.bincount(codes[missing & (codes >= 0)], minlength=count)

    ordered, n = sorted_by_group(numbers[present], codes[present], count)
    units = in_units(ordered, n)
    described = _moments(ordered, units, n)
    described[Statistic.LCLM], described[Statistic.UCLM] = limits_of_mean(
        n, described[Statistic.MEAN], described[Statistic.SE], level
    )
    for statistic, share in _QUARTILES:
        described[statistic] = percentile_of_ordered(ordered, units, n, share)
    described[Statistic.MIN], described[Statistic.MAX] = extremes(ordered, n)
    counts = {Statistic.N.column: n, Statistic.N_MISSING.column: n_missing}
    figures = {statistic.column: described[statistic] for statistic in Statistic if statistic in described}
    return pd.DataFrame(counts | figures)


def describe(values: npt.ArrayLike, level: float = 0.95) -> Description:
    """Statistics of one set of numbers; the rules are those of `describe_groups`.

    ``cv`` is 100 SD / mean, missing where the mean is 0 or the CV beyond the largest double.

    >>> describe([10, 20, 30, 40, 150, 160, 170, 180, 190, 200]).p25
    30.0
    """
    numbers = checked_numbers(values)
    row = describe_groups(numbers, np.zeros(numbers.shape, dtype=np.int64), count=1, level=level).iloc[0]
    n, n_missing = int(row.pop("n")), int(row.pop("n_missing"))
    figures = {str(name): float(value) for name, value in row.items()}
    return Description(
        n=n,
        n_missing=n_missing,
        cv=_cv(figures["sd"], figures["mean"]),
        level=level,
        method=METHOD,
        warnings=_warnings(n, figures["mean"], figures["upper"]),
        **figures,
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
    check_same_records(n=n, mean=mean, se=se)
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


def known_statistic(statistic: str) -> Statistic:
    """The statistic of that name, or of that keyword of PROC MEANS; DataError for another one."""
    return as_option(Statistic, statistic, "statistics", _KEYWORDS)


def _moments(ordered: Floats, units: Floats, n: Ints) -> dict[Statistic, Floats]:
    """Mean and SD in two passes, each corrected by the sum of what is left over; the mean exact for decimals.

    Values are taken by the power of two above the largest of the group, which rounds nothing: squares of 1e-200 or of
    1e200 are no doubles.
    """
    least, most = extremes(ordered, n)
    power = np.frexp(np.fmax(np.abs(least), np.abs(most)))[1]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        scaled = np.ldexp(ordered, -np.repeat(power, n))
        centre = sums_by_group(scaled, n) / n
        centre = centre + sums_by_group(scaled - np.repeat(centre, n), n) / n
        left = scaled - np.repeat(centre, n)
        squares = sums_by_group(left**2, n) - sums_by_group(left, n) ** 2 / n
        sd = np.where(n > 1, np.ldexp(np.sqrt(np.maximum(squares, 0.0) / (n - 1)), power), np.nan)
        is_exact = sums_by_group(np.abs(units), n) < EXACT_BELOW
        mean = np.clip(np.where(is_exact, sums_by_group(units, n) / (n * UNITS), np.ldexp(centre, power)), least, most)
        return {Statistic.MEAN: mean, Statistic.SD: sd, Statistic.SE: sd / np.sqrt(n)}

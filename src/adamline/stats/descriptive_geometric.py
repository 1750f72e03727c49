"""Geometric mean, CV and limits by group as PROC TTEST with DIST=LOGNORMAL gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import held
from adamline.stats._ranks import checked_codes, checked_numbers
from adamline.stats._same_records import check_same_records
from adamline.stats.descriptive import describe_groups

METHOD = "PROC TTEST, DIST=LOGNORMAL"


@dataclass(frozen=True)
class Geometric:
    """The geometric mean of one set of numbers; NaN where one of them is not above 0."""

    n: int
    n_missing: int
    n_not_positive: int
    mean: float
    sd: float
    cv: float
    lower: float
    upper: float
    level: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def geometric_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int, *, level: float = 0.95) -> pd.DataFrame:
    """The geometric mean of each group, with its spread and limits: a row for each code 0 to ``count - 1``.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN). With
    m and s the mean and the SD (divisor n - 1) of the natural logarithms: ``n``; ``n_missing``; ``n_not_positive``,
    how many of n are 0 or below; ``mean``, exp(m); ``sd``, exp(s), a factor; ``cv``, in percent,
    100 sqrt(exp(s**2) - 1); ``lower`` and ``upper``, exp of the limits of m by Student's t at confidence ``level``.

    A group with a value that is not above 0 has no geometric mean: all is missing, nothing is left out silently. With
    one value all but the mean is missing; so is a figure beyond the largest double. DataError for values that are
    infinite or no numbers, for lengths that differ, for codes of no group, and for a level outside 0 to 1.

    Source: SAS PROC TTEST, DIST=LOGNORMAL, which prints the CV as a ratio, not in percent.

    >>> geometric_groups([1.0, 2.0, 4.0, 0.0, 8.0], [0, 0, 0, 1, 1], 2)[["n_not_positive", "mean", "sd", "cv"]].round(4)
       n_not_positive  mean   sd      cv
    0               0   2.0  2.0  78.537
    1               1   NaN  NaN     NaN
    """
    check_same_records(values=values, groups=groups)
    numbers = checked_numbers(values)
    codes = checked_codes(groups, len(numbers))
    positive = numbers > 0
    low = ~positive & ~np.isnan(numbers)
    logs = np.where(positive, np.log(np.where(positive, numbers, 1.0)), np.where(low, 0.0, np.nan))
    described = describe_groups(logs, codes, count, level)
    n_not_positive = np.bincount(codes[low & (codes >= 0)], minlength=count)
    figures = described[["mean", "sd", "lower", "upper"]].to_numpy(copy=True)
    figures[n_not_positive > 0] = np.nan
    with np.errstate(over="ignore"):
        mean, sd, lower, upper = held(np.exp(figures)).T
        cv = held(100 * np.sqrt(np.expm1(figures[:, 1] ** 2)))
    return pd.DataFrame(
        {
            "n": described["n"],
            "n_missing": described["n_missing"],
            "n_not_positive": n_not_positive,
            "mean": mean,
            "sd": sd,
            "cv": cv,
            "lower": lower,
            "upper": upper,
        }
    )


def geometric(values: npt.ArrayLike, *, level: float = 0.95) -> Geometric:
    """The geometric mean of one set of numbers; the rules are those of `geometric_groups`.

    >>> round(geometric([1.0, 2.0, 4.0]).cv, 4)
    78.537
    """
    numbers = checked_numbers(values)
    row = geometric_groups(numbers, np.zeros(len(numbers), dtype=np.int64), 1, level=level).iloc[0]
    n, low = int(row["n"]), int(row["n_not_positive"])
    warnings = (f"{low} of {n} values are not above 0: no geometric mean",) if low else ()
    if n < 2 and not low:
        warnings = ("one value: no CV, no limits",) if n else ("no values",)
    if n > 1 and not low and np.isnan(row[["sd", "cv", "lower", "upper"]].astype(np.float64)).any():
        warnings = ("values too far apart: a figure beyond the largest double is missing",)
    figures = {name: float(row[name]) for name in ("mean", "sd", "cv", "lower", "upper")}
    return Geometric(
        n=n,
        n_missing=int(row["n_missing"]),
        n_not_positive=low,
        level=level,
        method=METHOD,
        warnings=warnings,
        **figures,
    )

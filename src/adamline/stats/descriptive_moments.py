"""Moments of numbers by group as PROC UNIVARIATE prints them: sums, variance, skewness, kurtosis, CV."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats, Ints
from adamline.stats._ranks import checked_codes, checked_to_square
from adamline.stats._same_records import check_same_records
from adamline.stats.descriptive import describe_groups


def moments_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int) -> pd.DataFrame:
    """Moments of the values of each group: a row for each code 0 to ``count - 1``.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN).
    Columns: ``n``; ``n_missing``; ``sum``; ``mean``; ``sd`` and ``variance`` (divisor n - 1); ``se``; ``cv``, 100 SD /
    mean; ``uss`` and ``css``, sums of squares of the values and of their distances from the mean; ``skewness``,
    n / ((n - 1) (n - 2)) times the sum of z**3, and ``kurtosis``, n (n + 1) / ((n - 1) (n - 2) (n - 3)) times the sum
    of z**4, less 3 (n - 1)**2 / ((n - 2) (n - 3)), with z the distances from the mean in SDs (VARDEF=DF).

    Missing: all but the counts without values; SD, variance, SE and CV with one; CV where the mean is 0; skewness with
    less than three values, kurtosis with less than four, both where the SD is 0. DataError for values that are infinite
    or no numbers, for lengths that differ, and for codes of no group. Source: SAS PROC UNIVARIATE, Moments.

    >>> moments_groups([2.0, 4.0, 4.0, 6.0, 14.0], [0] * 5, 1)[["sum", "css", "cv", "skewness", "kurtosis"]].round(4)
        sum   css       cv  skewness  kurtosis
    0  30.0  88.0  78.1736    1.7444    3.3223
    """
    check_same_records(values=values, groups=groups)
    numbers = checked_to_square(values)
    codes = checked_codes(groups, len(numbers))
    described = describe_groups(numbers, codes, count)
    present = ~np.isnan(numbers) & (codes >= 0)
    numbers, codes = numbers[present], codes[present]
    # In order, so that the last digits of sums do not depend on the order of the records.
    order = np.lexsort((numbers, codes))
    numbers, codes = numbers[order], codes[order]
    n = described["n"].to_numpy(dtype=np.float64)
    mean, sd = described["mean"].to_numpy(), described["sd"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        css = np.where(n > 1, sd**2 * (n - 1), np.where(n == 1, 0.0, np.nan))
        left = numbers - mean[codes]
        # Again, by what rounding of the mean left: beside a spread far below the values that is not little.
        z = (left - (np.bincount(codes, left, count) / n)[codes]) / np.where(sd > 0, sd, np.nan)[codes]
        squares = np.where(n > 0, np.bincount(codes, numbers**2, count), np.nan)
        return pd.DataFrame(
            {
                "n": described["n"],
                "n_missing": described["n_missing"],
                "sum": n * mean,
                "mean": mean,
                "sd": sd,
                "variance": sd**2,
                "se": described["se"],
                "cv": np.where(mean == 0, np.nan, 100 * sd / mean),
                "uss": squares,
                "css": css,
                "skewness": _skewness(z, codes, n),
                "kurtosis": _kurtosis(z, codes, n),
            }
        )


def _skewness(z: Floats, codes: Ints, n: Floats) -> Floats:
    size = np.where(n > 2, n, np.nan)
    cubes: Floats = np.bincount(codes, z**3, len(n)) * size / ((size - 1) * (size - 2))
    return cubes


def _kurtosis(z: Floats, codes: Ints, n: Floats) -> Floats:
    size = np.where(n > 3, n, np.nan)
    fourth = np.bincount(codes, z**4, len(n)) * size * (size + 1) / ((size - 1) * (size - 2) * (size - 3))
    excess: Floats = fourth - 3 * (size - 1) ** 2 / ((size - 2) * (size - 3))
    return excess

"""Test whether a median is a given one by the sign test as PROC UNIVARIATE does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._ranks import checked_groups, checked_null, checked_numbers
from adamline.stats._scipy import bdtr

METHOD = "PROC UNIVARIATE, sign test"


@dataclass(frozen=True)
class SignTest:
    """The sign test of one set of numbers; ``n`` are those that are not ``null``."""

    n: int
    n_above: int
    n_below: int
    n_null: int
    n_missing: int
    m: float
    p: float
    null: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def sign_test_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int, *, null: float = 0.0) -> pd.DataFrame:
    """The sign test of each group, such as differences of pairs: a row for each code 0 to ``count - 1``.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN).
    Columns: ``n``, the number of values other than ``null``; ``n_above``, ``n_below``, ``n_null``, ``n_missing``;
    ``m``, half of the number above less that below; ``p``, two-sided and exact: twice the probability that a binomial
    count of n with 1/2 is at most the smaller of the two numbers, at most 1.

    With n = 0 m and p are missing. DataError for values that are infinite or no numbers, for lengths that differ, and
    for codes of no group. Source: SAS PROC UNIVARIATE, MU0=, Tests for Location.

    >>> sign_test_groups([1.5, -0.5, 2.0, 0.0, 3.5, 1.0], [0, 0, 0, 0, 0, 1], 2)
       n  n_above  n_below  n_null  n_missing    m      p
    0  4        3        1       1          0  1.0  0.625
    1  1        1        0       0          0  0.5  1.000
    """
    null = checked_null(null)
    numbers, codes, count = checked_groups(values, groups, count)
    numbers, codes = numbers[codes >= 0], codes[codes >= 0]
    kinds = (numbers > null, numbers < null, numbers == null, np.isnan(numbers))
    above, below, equal, missing = (np.bincount(codes[kind], minlength=count) for kind in kinds)
    n = above + below
    p = np.minimum(2 * bdtr(np.minimum(above, below).astype(np.float64), n, 0.5), 1.0)
    return pd.DataFrame(
        {
            "n": n,
            "n_above": above,
            "n_below": below,
            "n_null": equal,
            "n_missing": missing,
            "m": np.where(n > 0, (above - below) / 2, np.nan),
            "p": np.where(n > 0, p, np.nan),
        }
    )


def sign_test(values: npt.ArrayLike, *, null: float = 0.0) -> SignTest:
    """The sign test of one set of numbers; the rules are those of `sign_test_groups`.

    >>> sign_test([1.5, -0.5, 2.0, 0.0, 3.5]).p
    0.625
    """
    numbers = checked_numbers(values)
    row = sign_test_groups(numbers, np.zeros(len(numbers), dtype=np.int64), 1, null=null).iloc[0]
    counts = {str(name): int(number) for name, number in row.items() if name not in ("m", "p")}
    return SignTest(
        m=float(row["m"]),
        p=float(row["p"]),
        null=null,
        method=METHOD,
        warnings=("no value differs from the null hypothesis: no test",) if counts["n"] == 0 else (),
        **counts,
    )

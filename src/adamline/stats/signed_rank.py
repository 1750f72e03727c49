"""Test whether the median of symmetric values is a given one by the signed rank test, as PROC UNIVARIATE does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats, Ints
from adamline.stats._ranks import checked_groups, checked_null, checked_numbers, mid_ranks
from adamline.stats._scipy import stdtr

METHOD = "PROC UNIVARIATE, signed rank test"

# Up to this many values that are not null the p-value is exact.
LARGEST_EXACT = 20
# Groups of work at a time: 14 MB.
_GROUPS = 4096


@dataclass(frozen=True)
class SignedRank:
    """The signed rank test of one set of numbers; ``n`` are those that are not ``null``."""

    n: int
    n_null: int
    n_missing: int
    s: float
    p: float
    is_exact: bool
    null: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def signed_rank_groups(values: npt.ArrayLike, groups: npt.ArrayLike, count: int, *, null: float = 0.0) -> pd.DataFrame:
    """The signed rank test of each group, such as differences of pairs: a row for each code 0 to ``count - 1``.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN).
    Columns: ``n``, the number of values other than ``null``, the only ones that are ranked; ``n_null``;
    ``n_missing``; ``s``, the sum of the ranks of the values above null, less its mean n (n + 1) / 4, where ranks are
    those of the distances from null, with mean ranks for ties; ``p``, two-sided, P(|S| >= |s|); ``is_exact``. Up to
    n = 20 p is exact: each rank has either sign with probability 1/2, ties included. Above it is that of Student's t
    with n - 1 degrees of freedom, t = s sqrt((n - 1) / (n V - s**2)), V = n (n + 1) (2 n + 1) / 24 less the sum of
    t (t + 1) (t - 1) / 48 over the ties.

    With n = 0 s and p are missing, and p where more than 20 values have one distance and one sign (t is infinite).
    DataError for values that are infinite or no numbers, for lengths that differ, and for codes of no group.

    Source: SAS PROC UNIVARIATE, MU0=, Tests for Location; Iman 1974.

    >>> signed_rank_groups([1.5, -0.5, 2.0, 0.0, 3.5, 1.0], [0, 0, 0, 0, 0, 1], 2)
       n  n_null  n_missing    s     p  is_exact
    0  4       1          0  4.0  0.25      True
    1  1       0          0  0.5  1.00      True
    """
    numbers, codes, count = checked_groups(values, groups, count)
    distance = numbers - checked_null(null)
    known = codes >= 0
    missing = np.isnan(distance) & known
    used = known & ~np.isnan(distance) & (distance != 0)
    is_null = known & (distance == 0)
    distance, group = distance[used], codes[used]
    ranks, ties = mid_ranks(np.abs(distance), group, count)
    n = np.bincount(group, minlength=count)
    s = np.bincount(group, np.where(distance > 0, ranks, 0.0), count) - n * (n + 1) / 4
    s = np.where(n > 0, s, np.nan)
    p = _approximate(n, s, ties)
    is_small = (n > 0) & (n <= LARGEST_EXACT)
    p[is_small] = _exact(ranks, group, np.flatnonzero(is_small), n, s)
    return pd.DataFrame(
        {
            "n": n,
            "n_null": np.bincount(codes[is_null], minlength=count),
            "n_missing": np.bincount(codes[missing], minlength=count),
            "s": s,
            "p": p,
            "is_exact": n <= LARGEST_EXACT,
        }
    )


def signed_rank(values: npt.ArrayLike, *, null: float = 0.0) -> SignedRank:
    """The signed rank test of one set of numbers; the rules are those of `signed_rank_groups`.

    >>> signed_rank([1.5, -0.5, 2.0, 0.0, 3.5]).p
    0.25
    """
    numbers = checked_numbers(values)
    row = signed_rank_groups(numbers, np.zeros(len(numbers), dtype=np.int64), 1, null=null).iloc[0]
    n, p = int(row["n"]), float(row["p"])
    return SignedRank(
        n=n,
        n_null=int(row["n_null"]),
        n_missing=int(row["n_missing"]),
        s=float(row["s"]),
        p=p,
        is_exact=bool(row["is_exact"]),
        null=null,
        warnings=("no value differs from the null hypothesis: no test",)
        if n == 0
        else ("all values have one distance and one sign: no t approximation",)
        if np.isnan(p)
        else (),
    )


def _approximate(n: Ints, s: Floats, ties: Floats) -> Floats:
    size = n.astype(np.float64)
    variance = size * (size + 1) * (2 * size + 1) / 24 - ties / 48
    left = size * variance - s**2
    with np.errstate(invalid="ignore", divide="ignore"):
        t = s * np.sqrt((size - 1) / np.where(left > 0, left, np.nan))
    p: Floats = 2 * stdtr(np.maximum(size - 1, 1), -np.abs(t))
    return p


def _exact(ranks: Floats, group: Ints, chosen: Ints, n: Ints, s: Floats) -> Floats:
    """P(|S| >= |s|) of the chosen groups; all sums are of halves to the power of n, so nothing is rounded."""
    place = np.full(len(n), -1)
    place[chosen] = np.arange(len(chosen))
    row = place[group]
    row, doubled = row[row >= 0], np.rint(2 * ranks[row >= 0]).astype(np.int64)
    order = np.argsort(row, kind="stable")
    size = n[chosen]
    column = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    table = np.zeros((len(chosen), LARGEST_EXACT), dtype=np.int64)  # 0 where a group has fewer values
    table[row[order], column] = doubled[order]
    parts = [
        _tails(table[start : start + _GROUPS], size[start : start + _GROUPS], s[chosen[start : start + _GROUPS]])
        for start in range(0, len(chosen), _GROUPS)
    ]
    return np.concatenate([np.empty(0), *parts])


def _tails(doubled: Ints, n: Ints, s: Floats) -> Floats:
    """The exact p of groups whose doubled ranks stand in rows."""
    largest = LARGEST_EXACT * (LARGEST_EXACT + 1)
    sums = np.arange(largest + 1)
    probability = np.zeros((len(n), largest + 1))
    probability[:, 0] = 1.0
    for rank in doubled.T[:, :, np.newaxis]:
        before = sums - rank
        taken = np.take_along_axis(probability, np.maximum(before, 0), axis=1)
        both = (probability + np.where(before >= 0, taken, 0.0)) / 2
        probability = np.where(rank > 0, both, probability)
    middle = (n * (n + 1) // 2)[:, np.newaxis]
    observed = np.rint(2 * np.abs(s)).astype(np.int64)[:, np.newaxis]
    p: Floats = np.where(np.abs(sums - middle) >= observed, probability, 0.0).sum(axis=1)
    return p

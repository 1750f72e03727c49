"""Compare two groups by the Wilcoxon rank-sum test as PROC NPAR1WAY does, by its normal and t approximations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, Ints, is_number
from adamline.stats._ranks import by_group, checked_numbers, checked_pairs
from adamline.stats._scipy import ndtr, stdtr

METHOD = "PROC NPAR1WAY, Wilcoxon two-sample test, normal approximation"


@dataclass(frozen=True)
class RankSum:
    """The test of one pair of groups; statistic, mean, SD and z are those of the smaller group."""

    n1: int
    n2: int
    sum1: float
    sum2: float
    statistic: float
    mean: float
    sd: float
    z: float
    p: float
    p_one_sided: float
    p_t: float
    p_t_one_sided: float
    correction: float
    n_missing: int = 0
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def rank_sum_pairs(
    values: npt.ArrayLike, groups: npt.ArrayLike, pairs: npt.ArrayLike, *, correction: float = 0.5
) -> pd.DataFrame:
    """The rank-sum test of many pairs of groups: a row for each pair.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN).
    ``pairs`` has two group codes a row, the first and the second group. Columns: ``n1``, ``n2``, the numbers of values;
    ``sum1``, ``sum2``, the sums of their ranks, with mean ranks for ties; ``statistic``, that of the smaller group, of
    the first where both are of one size; its ``mean`` and ``sd`` if nothing differs, the variance corrected for ties;
    ``z``; ``p``, two-sided; ``p_one_sided``, in the direction of ``z``; ``p_t`` and ``p_t_one_sided``, the same with z
    taken as Student's t with n1 + n2 - 1 degrees of freedom. ``correction`` is taken from the distance between
    statistic and mean, never beyond zero; 0 is CORRECT=NO. Values are tied where they are the same number, as in SAS.

    Where a group has no value all but the counts is missing; where all values of a pair are tied, ``sd`` is 0 and z and
    p are missing. DataError for values that are infinite or no numbers, for lengths that differ, for pairs that are not
    two different codes of 0 or more, and for a correction outside 0 to 0.5. For an exact p see `rank_sum_exact`.

    Source: SAS PROC NPAR1WAY, WILCOXON, CORRECT=.

    >>> tested = rank_sum_pairs([1.0, 4.0, 2.0, 7.0, 8.0, 9.0], [0, 0, 0, 1, 1, 1], [(0, 1), (1, 0)])
    >>> tested[["n1", "n2", "statistic", "mean", "z", "p", "p_t"]].round(4)
       n1  n2  statistic  mean       z       p     p_t
    0   3   3        6.0  10.5 -1.7457  0.0809  0.1413
    1   3   3       15.0  10.5  1.7457  0.0809  0.1413
    """
    numbers, codes = by_group(values, groups)
    members = checked_pairs(pairs)
    if not (is_number(correction) and 0 <= correction <= 0.5):
        raise DataError("A continuity correction must lie between 0 and 0.5.", found=repr(correction))
    n, ranks, ties = _ranked(numbers, codes, members)
    return _tested(n, ranks, ties, correction)


def rank_sum(first: npt.ArrayLike, second: npt.ArrayLike, *, correction: float = 0.5) -> RankSum:
    """The rank-sum test of two sets of numbers; the rules are those of `rank_sum_pairs`.

    >>> rank_sum([3.1, 2.6, 2.9], [3.6, 3.3, 3.6, 3.2]).statistic
    6.0
    """
    samples = [checked_numbers(sample, "values of a group") for sample in (first, second)]
    groups = np.repeat([0, 1], [sample.size for sample in samples])
    row = rank_sum_pairs(np.concatenate(samples), groups, [(0, 1)], correction=correction).iloc[0]
    n1, n2 = int(row.pop("n1")), int(row.pop("n2"))
    return RankSum(
        n1=n1,
        n2=n2,
        correction=correction,
        n_missing=groups.size - n1 - n2,
        method=METHOD,
        warnings=("a group without values: no test",)
        if 0 in (n1, n2)
        else ("all values are tied: no test",)
        if row["sd"] == 0
        else (),
        **{str(name): float(value) for name, value in row.items()},
    )


def _ranked(numbers: Floats, codes: Ints, members: Ints) -> tuple[Ints, Floats, Floats]:
    """For each pair the sizes of both groups, the sums of their ranks, and the sum of t**3 - t over its ties.

    A value becomes its place among the distinct values, so that pair, place and group fit one whole number: sorting
    these sorts the values of all pairs at once, and their runs are the ties.
    """
    distinct, places = np.unique(numbers, return_inverse=True)
    keys, sizes = _keys(places, codes, members, len(distinct))
    count = len(members)
    starts = np.flatnonzero(np.diff(keys >> 1, prepend=-1))
    ends = np.flatnonzero(np.diff(keys >> 1, append=-1)) + 1
    pair = (keys[starts] >> 1) // max(len(distinct), 1)
    before = np.cumsum(sizes.sum(axis=1)) - sizes.sum(axis=1)
    rank = (starts + ends + 1) / 2 - before[pair]  # the mean of the ranks start + 1 to end
    seconds = np.add.reduceat(keys & 1, starts)
    length = (ends - starts).astype(np.float64)
    shares = (rank * (length - seconds), rank * seconds, length**3 - length)
    totals: Floats = np.column_stack([np.bincount(pair, share, count) for share in shares])
    return sizes, totals[:, :2], totals[:, 2]


def _keys(places: Ints, codes: Ints, members: Ints, distinct: int) -> tuple[Ints, Ints]:
    """Sorted keys, twice (pair * distinct + place) plus 1 in the second group; and the sizes of each pair's groups."""
    n = np.bincount(codes, minlength=int(members.max(initial=-1)) + 1)
    by_group = places[np.argsort(codes)]
    sizes = n[members]
    lengths = sizes.ravel()
    # A group that is in more than one pair is gathered for each.
    shift = (np.cumsum(n) - n)[members].ravel() - (np.cumsum(lengths) - lengths)
    gathered = by_group[np.arange(lengths.sum()) + np.repeat(shift, lengths)]
    member = np.repeat(np.arange(len(lengths)), lengths)
    return np.sort(2 * ((member >> 1) * distinct + gathered) + (member & 1)), sizes


def _tested(sizes: Ints, ranks: Floats, ties: Floats, correction: float) -> pd.DataFrame:
    n1, n2 = sizes[:, 0], sizes[:, 1]
    total = (n1 + n2).astype(np.float64)
    smaller = np.minimum(n1, n2)
    has_both = smaller > 0
    statistic = np.where(has_both, np.where(n2 < n1, ranks[:, 1], ranks[:, 0]), np.nan)
    mean = np.where(has_both, smaller * (total + 1) / 2, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # One tie of all values makes the bracket zero exactly: both terms are the same product.
        variance = n1 * n2 * ((total**3 - total) - ties) / (12 * total * (total - 1))
        sd = np.where(has_both, np.sqrt(variance), np.nan)
        distance = statistic - mean
        # Both are multiples of a half, so that 0.5 never reaches beyond the mean.
        z = (distance - np.sign(distance) * correction) / sd
    p_one_sided = ndtr(-np.abs(z))
    p_t_one_sided = stdtr(np.maximum(total - 1, 1), -np.abs(z))
    sums = np.where(has_both[:, np.newaxis], ranks, np.nan)
    return pd.DataFrame(
        {
            "n1": n1,
            "n2": n2,
            "sum1": sums[:, 0],
            "sum2": sums[:, 1],
            "statistic": statistic,
            "mean": mean,
            "sd": sd,
            "z": z,
            "p": 2 * p_one_sided,
            "p_one_sided": p_one_sided,
            "p_t": 2 * p_t_one_sided,
            "p_t_one_sided": p_t_one_sided,
        }
    )

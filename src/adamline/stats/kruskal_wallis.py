"""Compare any number of groups by the Kruskal-Wallis test as PROC NPAR1WAY does."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats, Ints
from adamline.stats._ranks import checked_codes, checked_groups, checked_numbers, coded_labels, mid_ranks
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import chdtrc

METHOD = "PROC NPAR1WAY, Kruskal-Wallis test"


@dataclass(frozen=True)
class KruskalWallis:
    """The test of all groups together; ``groups`` has a row for each, as the table "Wilcoxon Scores" of SAS."""

    n: int
    n_missing: int
    chi_square: float
    df: int
    p: float
    groups: pd.DataFrame = field(compare=False, repr=False)
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def kruskal_wallis_blocks(
    values: npt.ArrayLike, groups: npt.ArrayLike, blocks: npt.ArrayLike, count: int
) -> pd.DataFrame:
    """The test of all groups within each block, such as a visit of a parameter: a row for each of ``count`` blocks.

    ``groups`` and ``blocks`` have a code for each value, those of blocks below ``count``; a negative code leaves the
    value out, and so does a missing value (NaN). Columns: ``n``, the number of values; ``n_groups``, the number of
    groups that have any; ``chi_square``, of the ranks within the block with mean ranks for ties, corrected for ties and
    without a continuity correction; ``df``, one less than ``n_groups``; ``p``.

    With less than two groups, or with all values of a block tied, chi-square and p are missing. DataError for values
    that are infinite or no numbers, for lengths that differ, and for a block code of ``count`` or more.

    Source: SAS PROC NPAR1WAY, WILCOXON, with two or more classes.

    >>> kruskal_wallis_blocks([2.9, 3.0, 2.5, 3.8, 2.7, 4.0, 1.0], [0, 0, 0, 1, 1, 2, 2], [0] * 6 + [1], 2).round(4)
       n  n_groups  chi_square  df       p
    0  6         3       2.381   2  0.3041
    1  1         1         NaN   0     NaN
    """
    check_same_records(values=values, groups=groups, blocks=blocks)
    numbers, block, count = checked_groups(values, blocks, count, "block")
    group = checked_codes(groups, len(numbers))
    present = ~np.isnan(numbers) & (group >= 0) & (block >= 0)
    sizes, sums, variance = _scored(numbers[present], group[present], block[present], count)
    n = sizes.sum(axis=1)
    filled = (sizes > 0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(sizes > 0, sums / sizes - ((n + 1) / 2)[:, np.newaxis], 0.0)
        # Of the mean ranks about their mean: sums of squared rank sums would lose digits.
        chi_square = (sizes * distance**2).sum(axis=1) / variance
    chi_square = np.where((filled > 1) & (variance > 0), chi_square, np.nan)
    df = np.maximum(filled - 1, 0)
    return pd.DataFrame(
        {"n": n, "n_groups": filled, "chi_square": chi_square, "df": df, "p": chdtrc(np.maximum(df, 1), chi_square)}
    )


def kruskal_wallis(values: npt.ArrayLike, groups: npt.ArrayLike) -> KruskalWallis:
    """The test of all groups; ``groups`` are labels, and a missing one leaves the value out.

    The columns of the result's ``groups`` are ``group``, sorted; ``n``; ``sum``, of the ranks; ``expected`` and ``sd``
    of that sum if nothing differs, the latter corrected for ties; ``mean``, of the ranks. The other rules are those of
    `kruskal_wallis_blocks`.

    >>> found = kruskal_wallis([2.9, 3.0, 2.5, 3.8, 2.7, 4.0], ["A", "A", "A", "B", "B", "C"])
    >>> round(found.chi_square, 4), found.df, round(found.p, 4)
    (2.381, 2, 0.3041)
    """
    check_same_records(values=values, groups=groups)
    numbers = checked_numbers(values)
    codes, labels = coded_labels(groups)
    row = kruskal_wallis_blocks(numbers, codes, np.zeros(len(codes), dtype=np.int64), 1).iloc[0]
    present = ~np.isnan(numbers) & (codes >= 0)
    n, df = int(row["n"]), int(row["df"])
    block = np.zeros(n, dtype=np.int64)
    sizes, sums, variance = (part[0] for part in _scored(numbers[present], codes[present], block, 1, len(labels)))
    return KruskalWallis(
        n=n,
        n_missing=len(numbers) - n,
        chi_square=float(row["chi_square"]),
        df=df,
        p=float(row["p"]),
        groups=_table(labels, sizes, sums, float(variance)),
        warnings=("less than two groups with values: no test",)
        if df < 1
        else ("all values are tied: no test",)
        if variance == 0
        else (),
    )


def _scored(numbers: Floats, group: Ints, block: Ints, count: int, width: int = 0) -> tuple[Ints, Floats, Floats]:
    """By block and group the numbers of values and the sums of their ranks; by block the variance of the ranks.

    The variance, with the number of values less 1 as divisor, is N (N + 1) / 12 without ties.
    """
    width = max(width, int(group.max(initial=-1)) + 1)
    ranks, ties = mid_ranks(numbers, block, count)
    cell = block * width + group
    sizes: Ints = np.bincount(cell, minlength=count * width).astype(np.int64).reshape(count, width)
    sums: Floats = np.bincount(cell, ranks, count * width).astype(np.float64).reshape(count, width)
    n = sizes.sum(axis=1).astype(np.float64)
    # One tie of all values gives exactly 0: both terms are the same product.
    variance: Floats = ((n**3 - n) - ties) / (12 * np.maximum(n - 1, 1))
    return sizes, sums, variance


def _table(labels: npt.NDArray[np.object_], sizes: Ints, sums: Floats, variance: float) -> pd.DataFrame:
    n = int(sizes.sum())
    rest = n - sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame(
            {
                "group": labels,
                "n": sizes,
                "sum": sums,
                "expected": sizes * (n + 1) / 2,
                "sd": np.sqrt(sizes * rest * variance / max(n, 1)),
                "mean": sums / sizes,
            }
        )

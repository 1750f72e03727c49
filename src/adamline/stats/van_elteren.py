"""Compare groups within strata by the van Elteren test, as PROC FREQ with CMH SCORES=MODRIDIT does."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats, Ints
from adamline.stats._ranks import checked_codes, checked_groups, checked_numbers, coded_labels, mid_ranks
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import chdtrc

METHOD = "PROC FREQ, CMH row mean scores, SCORES=MODRIDIT (van Elteren test)"

# An eigenvalue of the covariance below this share of the largest is 0.
_SINGULAR = 1e-10


@dataclass(frozen=True)
class VanElteren:
    """The test of all groups together; ``groups`` has a row for each: n, observed, expected, statistic.

    ``z`` is that of the first of two groups, else missing.
    """

    n: int
    n_missing: int
    chi_square: float
    df: int
    p: float
    z: float
    n_strata: int
    n_strata_used: int
    groups: pd.DataFrame = field(compare=False, repr=False)
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def van_elteren_blocks(
    values: npt.ArrayLike, groups: npt.ArrayLike, strata: npt.ArrayLike, blocks: npt.ArrayLike, count: int
) -> pd.DataFrame:
    """The stratified test within each block, such as a visit of a parameter: a row for each of ``count`` blocks.

    ``groups``, ``strata`` and ``blocks`` have a code for each value, those of blocks below ``count``; a value with a
    negative code or a missing value (NaN) is left out. Values are ranked within block and stratum, with mean ranks for
    ties; their scores are rank / (n + 1), n the number of values there (modified ridits). The test is of the sums of
    the scores by group over all strata against their expectation given n, by their covariance given the scores.
    Columns: ``n``; ``chi_square``; ``df``, the rank of the covariance: one less than there are groups, unless the
    strata do not tell all groups apart; ``p``; ``n_strata`` and ``n_strata_used``, the numbers of strata with values,
    and of those with more than one group and not all values tied.

    With ``df`` 0 chi-square and p are missing. With one stratum the test is that of Kruskal and Wallis. DataError for
    values that are infinite or no numbers, for lengths that differ, and for a block code of ``count`` or more.

    Source: SAS PROC FREQ, TABLES stratum*group*value / CMH2 SCORES=MODRIDIT; van Elteren 1960.

    >>> values, groups = [1.0, 2.0, 4.0, 3.0, 9.0, 6.0, 7.0, 8.0], [0, 0, 1, 1, 0, 0, 1, 1]
    >>> van_elteren_blocks(values, groups, [0, 0, 0, 0, 1, 1, 1, 1], [0] * 8, 1).round(4)
       n  chi_square  df       p  n_strata  n_strata_used
    0  8         1.2   1  0.2733         2              2
    """
    check_same_records(values=values, groups=groups, strata=strata, blocks=blocks)
    numbers, in_block, count = checked_groups(values, blocks, count, "block")
    codes = [checked_codes(groups, len(numbers)), checked_codes(strata, len(numbers), "strata"), in_block]
    present = ~np.isnan(numbers) & (np.min(codes, axis=0) >= 0)
    group, stratum, block = (code[present] for code in codes)
    observed, expected, covariance, used, known = _scored(numbers[present], group, stratum, block, count)
    chi_square, df = _quadratic(observed - expected, covariance)
    return pd.DataFrame(
        {
            "n": np.bincount(block, minlength=count),
            "chi_square": chi_square,
            "df": df,
            "p": chdtrc(np.maximum(df, 1), chi_square),
            "n_strata": known,
            "n_strata_used": used,
        }
    )


def van_elteren(values: npt.ArrayLike, groups: npt.ArrayLike, strata: npt.ArrayLike) -> VanElteren:
    """The stratified test of all groups; ``groups`` and ``strata`` are labels, and a missing one leaves the value out.

    The columns of the result's ``groups`` are ``group``, sorted; ``n``; ``observed`` and ``expected``, sums of the
    scores; ``statistic``, their difference. The rules are those of `van_elteren_blocks`.

    >>> found = van_elteren([1.0, 2.0, 4.0, 3.0, 9.0, 6.0, 7.0, 8.0], list("AABBAABB"), [1, 1, 1, 1, 2, 2, 2, 2])
    >>> round(found.chi_square, 4), found.df, round(found.z, 4)
    (1.2, 1, -1.0954)
    """
    check_same_records(values=values, groups=groups, strata=strata)
    numbers = checked_numbers(values)
    group, labels = coded_labels(groups)
    stratum, _ = coded_labels(strata)
    none = np.zeros(len(numbers), dtype=np.int64)
    row = van_elteren_blocks(numbers, group, stratum, none, 1).iloc[0]
    present = ~np.isnan(numbers) & (group >= 0) & (stratum >= 0)
    code = group[present]
    observed, expected, covariance, _, _ = _scored(
        numbers[present], code, stratum[present], none[present], 1, len(labels)
    )
    n, df = np.bincount(code, minlength=len(labels)), int(row["df"])
    statistic = (observed - expected)[0]
    filled = int((n > 0).sum())
    warnings = ("no stratum with two groups and values that differ: no test",) if df == 0 else ()
    if 0 < df < filled - 1:
        warnings = (f"{filled} groups, but {df} degrees of freedom: the strata do not tell all groups apart",)
    return VanElteren(
        n=int(row["n"]),
        n_missing=len(numbers) - int(row["n"]),
        chi_square=float(row["chi_square"]),
        df=df,
        p=float(row["p"]),
        z=float(statistic[0] / np.sqrt(covariance[0, 0, 0])) if len(labels) == 2 and df == 1 else np.nan,
        n_strata=int(row["n_strata"]),
        n_strata_used=int(row["n_strata_used"]),
        groups=pd.DataFrame(
            {"group": labels, "n": n, "observed": observed[0], "expected": expected[0], "statistic": statistic}
        ),
        warnings=warnings,
    )


def _scored(
    numbers: Floats, group: Ints, stratum: Ints, block: Ints, count: int, width: int = 0
) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """By block and group sums of scores, their expectation and covariance; by block the strata that tell, and all."""
    width = max(width, int(group.max(initial=-1)) + 1)
    cell, cell_block = _cells(block, stratum)
    cells = len(cell_block)
    ranks, ties = mid_ranks(numbers, cell, cells)
    sizes = np.bincount(cell * width + group, minlength=cells * width).reshape(cells, width).astype(np.float64)
    n = sizes.sum(axis=1)
    sums = np.bincount(cell * width + group, ranks / (n + 1)[cell], cells * width).reshape(cells, width)
    # The mean score is 1/2, and the variance of the ranks (divisor n - 1) that of the Kruskal-Wallis test.
    variance = ((n**3 - n) - ties) / (12 * np.maximum(n - 1, 1) * (n + 1) ** 2)
    share = sizes / n[:, np.newaxis]
    spread = np.eye(width) * sizes[:, :, np.newaxis] - sizes[:, :, np.newaxis] * share[:, np.newaxis, :]
    tells = ((sizes > 0).sum(axis=1) > 1) & (variance > 0)
    observed, expected = np.zeros((count, width)), np.zeros((count, width))
    covariance = np.zeros((count, width, width))
    np.add.at(observed, cell_block, sums)
    np.add.at(expected, cell_block, sizes / 2)
    np.add.at(covariance, cell_block[tells], (variance[:, np.newaxis, np.newaxis] * spread)[tells])
    used = np.bincount(cell_block[tells], minlength=count)
    return observed, expected, covariance, used, np.bincount(cell_block, minlength=count)


def _cells(block: Ints, stratum: Ints) -> tuple[Ints, Ints]:
    """For each value the number of its block and stratum together, and for each such cell its block."""
    wide = int(stratum.max(initial=0)) + 1
    keys, cell = np.unique(block * wide + stratum, return_inverse=True)
    return cell.astype(np.int64), keys // wide


def _quadratic(statistic: Floats, covariance: Floats) -> tuple[Floats, Ints]:
    """The quadratic form u' V- u and the rank of V, of each block."""
    if not statistic.size:
        return np.full(len(statistic), np.nan), np.zeros(len(statistic), dtype=np.int64)
    sizes, vectors = np.linalg.eigh(covariance)
    kept = sizes > _SINGULAR * np.maximum(sizes.max(axis=1, keepdims=True), 0)
    along = np.einsum("bi,bij->bj", statistic, vectors)
    parts = np.where(kept, along**2 / np.where(kept, sizes, 1.0), 0.0)
    df = kept.sum(axis=1)
    return np.where(df > 0, parts.sum(axis=1), np.nan), df

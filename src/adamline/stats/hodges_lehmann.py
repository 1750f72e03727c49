"""Estimate the shift between two groups by Hodges and Lehmann as PROC NPAR1WAY with the option HL does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import Floats
from adamline.stats._choices import as_choice
from adamline.stats._counts import checked_quantile
from adamline.stats._ranks import by_group, checked_numbers, checked_pairs, mid_ranks, samples_by_group
from adamline.stats._ranks_differences import ordered_differences
from adamline.stats.rank_sum import rank_sum_pairs
from adamline.stats.rank_sum_exact import WORK_BUDGET, rank_sum_distribution

Reference = Literal["larger", "first", "second"]
METHOD = "PROC NPAR1WAY, Hodges-Lehmann estimation"

_FIGURES = ["shift", "lower", "upper", "midpoint", "se", "exact_lower", "exact_upper", "exact_midpoint"]


@dataclass(frozen=True)
class HodgesLehmann:
    """The shift of one pair of groups, the other one minus the reference; exact limits are missing if not asked for."""

    n1: int
    n2: int
    reference: int
    shift: float
    lower: float
    upper: float
    midpoint: float
    se: float
    exact_lower: float
    exact_upper: float
    exact_midpoint: float
    level: float
    n_missing: int = 0
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def hodges_lehmann_pairs(
    values: npt.ArrayLike,
    groups: npt.ArrayLike,
    pairs: npt.ArrayLike,
    *,
    level: float = 0.95,
    reference: str | int = "larger",
    is_exact: bool = False,
    work_budget: float = WORK_BUDGET,
) -> pd.DataFrame:
    """The shift between the groups of many pairs, with its limits: a row for each pair.

    ``values``, ``groups`` and ``pairs`` are as in `rank_sum_pairs`. The shift is that of the other group against the
    reference: ``larger``, the default of SAS, is the group with more values, the second one where both are of one size;
    ``first`` and ``second`` are those of the pair (REFCLASS=1, 2). Columns: ``n1``, ``n2``; ``reference``, 1 or 2;
    ``shift``, the median of all n1 n2 differences; ``lower`` and ``upper``, the limits of Moses at confidence
    ``level``: the C-th smallest and C-th largest difference, C the whole part of n1 n2 / 2 - z SD, SD that of the rank
    sum with its correction for ties; their ``midpoint``; ``se``, their distance divided by 2 z (SAS: "Asymptotic
    Standard Error"). With ``is_exact`` also ``exact_lower``, ``exact_upper`` and ``exact_midpoint``: with u the largest
    value of the Mann-Whitney statistic U of the smaller group (the first where both are of one size) that occurs among
    the permutations of the tied values and has P(U <= u) <= (1 - level) / 2, C is the whole part of u, plus 1.

    Limits are missing where there is no such C of 1 or more; all is missing where a group has no value. Memory stays
    bounded whatever the sizes. DataError as in `rank_sum_pairs`, for a level outside 0 to 1, an unknown reference, and
    exact limits that need more steps than ``work_budget`` (see `rank_sum_exact_pairs`).

    Source: SAS PROC NPAR1WAY, HL(REFCLASS=), EXACT HL; Hodges and Lehmann 1963; Hollander and Wolfe 1999.

    >>> found = hodges_lehmann_pairs([1.1, 2.4, 3.0, 4.7, 5.2, 6.6, 7.9], [0, 0, 0, 0, 1, 1, 1], [(0, 1)], level=0.9)
    >>> found[["reference", "shift", "lower", "upper", "se"]].round(4)
       reference  shift  lower  upper      se
    0          1   3.85    0.5    6.8  1.9151
    """
    numbers, codes = by_group(values, groups)
    members = checked_pairs(pairs)
    z = checked_quantile(level)
    # REFCLASS= has the number of the class.
    against = as_choice(get_args(Reference), str(reference), "references", {"1": "first", "2": "second"})
    tested = rank_sum_pairs(numbers, codes, members)
    samples = samples_by_group(numbers, codes, members)
    n1, n2 = tested["n1"].to_numpy(), tested["n2"].to_numpy()
    is_first = np.full(len(members), against == "first") if against != "larger" else n1 > n2
    found = np.full((len(members), len(_FIGURES)), np.nan)
    # Differences of one pair at a time: that keeps few, and parting them is cheaper than one sort of all.
    for row in np.flatnonzero((n1 > 0) & (n2 > 0)).tolist():
        first, second = (samples[code] for code in members[row])
        middle = n1[row] * n2[row] / 2
        c = np.floor(middle - z * tested["sd"].iloc[row])
        exact_c = _exact_c(first, second, (1 - level) / 2, work_budget) if is_exact else 0
        of, to = (second, first) if is_first[row] else (first, second)
        found[row] = _figures(of, to, int(c), exact_c, z)
    table = pd.DataFrame({"n1": n1, "n2": n2, "reference": np.where(is_first, 1, 2)})
    return table.join(pd.DataFrame(found, columns=_FIGURES))


def hodges_lehmann(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    level: float = 0.95,
    reference: str | int = "larger",
    is_exact: bool = False,
    work_budget: float = WORK_BUDGET,
) -> HodgesLehmann:
    """The shift between two sets of numbers; the rules are those of `hodges_lehmann_pairs`.

    >>> found = hodges_lehmann([1.1, 2.4, 3.0, 4.7], [5.2, 6.6, 7.9], level=0.9, is_exact=True)
    >>> round(found.shift, 4), round(found.exact_lower, 4), round(found.exact_upper, 4)
    (3.85, 0.5, 6.8)
    """
    samples = [checked_numbers(sample, "values of a group") for sample in (first, second)]
    groups = np.repeat([0, 1], [sample.size for sample in samples])
    row = hodges_lehmann_pairs(
        np.concatenate(samples),
        groups,
        [(0, 1)],
        level=level,
        reference=reference,
        is_exact=is_exact,
        work_budget=work_budget,
    ).iloc[0]
    n1, n2, number = (int(row.pop(name)) for name in ("n1", "n2", "reference"))
    warnings = ["a group without values: no estimate"] if 0 in (n1, n2) else []
    if n1 and n2:
        warnings += ["limits: too few values for this level"] if np.isnan(row["lower"]) else []
        warnings += ["exact limits: too few values for this level"] if is_exact and np.isnan(row["exact_lower"]) else []
    return HodgesLehmann(
        n1=n1,
        n2=n2,
        reference=number,
        level=level,
        n_missing=groups.size - n1 - n2,
        method=METHOD,
        warnings=tuple(warnings),
        **{str(name): float(value) for name, value in row.items()},
    )


def _figures(of: Floats, to: Floats, c: int, exact_c: int, z: float) -> list[float]:
    """The columns of the result: the shift of ``of`` against ``to``, and the c-th differences from both ends."""
    count = len(of) * len(to)
    # Where C is 0 there is no such difference: any place will do, the limits are left out.
    ends = [place for each in (c, exact_c) for place in (max(each, 1) - 1, count - max(each, 1))]
    low, high, *limits = ordered_differences(to, of, [(count - 1) // 2, count // 2, *ends])
    lower, upper = limits[:2] if c >= 1 else (np.nan, np.nan)
    exact_lower, exact_upper = limits[2:] if exact_c >= 1 else (np.nan, np.nan)
    return [
        float(low + (high - low) / 2),
        *(lower, upper, (lower + upper) / 2, (upper - lower) / (2 * z)),
        *(exact_lower, exact_upper, (exact_lower + exact_upper) / 2),
    ]


def _exact_c(first: Floats, second: Floats, tail: float, work_budget: float) -> int:
    """The place of the exact limits, 0 where even the least value of U is too likely."""
    total = len(first) + len(second)
    n = min(len(first), len(second))
    ranks, _ = mid_ranks(np.concatenate([first, second]), np.zeros(total, dtype=np.int64), 1)
    distribution = rank_sum_distribution(ranks, n, work_budget=work_budget)
    # A tail that is exactly the level may come out a rounding error above it.
    fits = np.cumsum(distribution.probability) <= tail * (1 + 1e-9)
    occurring = np.flatnonzero(fits & (distribution.probability > 0))
    if not occurring.size:
        return 0
    doubled = int(distribution.doubled_sums[occurring[-1]]) - n * (n + 1)
    return doubled // 2 + 1

"""Compare two groups by the exact Wilcoxon rank-sum test, with ties, as PROC NPAR1WAY with EXACT WILCOXON does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import WorkBudgetError
from adamline.stats._arrays import Floats, Ints
from adamline.stats._ranks import by_group, checked_numbers, checked_pairs, mid_ranks, samples_by_group

METHOD = "PROC NPAR1WAY, Wilcoxon two-sample test, exact"

# Steps of the recursion, about 2 s for a thousand million; 200 values in each group without ties take 0.6 of these.
WORK_BUDGET = 2e9
# What a sum of arrays costs beside its length, in steps.
_OVERHEAD = 5000


@dataclass(frozen=True)
class RankSumExact:
    """The exact test of one pair of groups; statistic and mean are those of the smaller group."""

    n1: int
    n2: int
    statistic: float
    mean: float
    p: float
    p_one_sided: float
    p_point: float
    n_missing: int = 0
    method: str = METHOD
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RankSumDistribution:
    """The sum of the ranks of ``n`` values drawn from all: it is (``low`` + ``step`` i) / 2 with ``probability`` i.

    ``low`` and ``step`` are whole numbers, so that sums can be compared without rounding.
    """

    n: int
    low: int
    step: int
    probability: Floats

    @property
    def doubled_sums(self) -> Ints:
        """Twice each sum."""
        return self.low + self.step * np.arange(len(self.probability))


def rank_sum_exact_pairs(
    values: npt.ArrayLike,
    groups: npt.ArrayLike,
    pairs: npt.ArrayLike,
    *,
    work_budget: float = WORK_BUDGET,
    skip_large: bool = False,
) -> pd.DataFrame:
    """The exact rank-sum test of many pairs of groups: a row for each pair.

    ``values``, ``groups`` and ``pairs`` are as in `rank_sum_pairs`, so are the columns ``n1``, ``n2``, ``statistic``
    and ``mean``. The p-values come from all ways to part the values, ties included, into two groups of these sizes:
    ``p``, two-sided, of a statistic at least as far from its mean as the observed one; ``p_one_sided``, of one no
    smaller where the observed one is above its mean, else of one no larger; ``p_point``, of the observed one. They are
    accurate to a relative 1e-11; below about 1e-300 they may be 0.

    Where a group has no value all but the counts is missing; where all values of a pair are tied, all p are 1.
    DataError as in `rank_sum_pairs`, and where one pair needs more steps than ``work_budget``: about (n1 n2)**2 / 4,
    twice that with ties. The default lets pass 250 and 250 values with ties; a thousand million steps take about 2 s.
    With ``skip_large`` such a pair is no error, and all but its counts is missing.

    Source: SAS PROC NPAR1WAY, EXACT WILCOXON / POINT.

    >>> rank_sum_exact_pairs([1.0, 4.0, 2.0, 7.0, 8.0, 7.0], [0, 0, 0, 1, 1, 1], [(0, 1)])
       n1  n2  statistic  mean    p  p_one_sided  p_point
    0   3   3        6.0  10.5  0.1         0.05     0.05
    """
    numbers, codes = by_group(values, groups)
    members = checked_pairs(pairs)
    samples = samples_by_group(numbers, codes, members)
    # Each pair has a distribution of its own length, so they are worked one after the other.
    rows = [_tested(samples[first], samples[second], work_budget, skip_large) for first, second in members.tolist()]
    names = ["n1", "n2", "statistic", "mean", "p", "p_one_sided", "p_point"]
    return pd.DataFrame(rows, columns=names).astype({"n1": np.int64, "n2": np.int64})


def rank_sum_exact(first: npt.ArrayLike, second: npt.ArrayLike, *, work_budget: float = WORK_BUDGET) -> RankSumExact:
    """The exact rank-sum test of two sets of numbers; the rules are those of `rank_sum_exact_pairs`.

    >>> found = rank_sum_exact([3.1, 2.6, 2.9], [3.6, 3.3, 3.6, 3.1])
    >>> found.statistic, round(found.p, 4), round(found.p_one_sided, 4)
    (6.5, 0.0857, 0.0571)
    """
    samples = [checked_numbers(sample, "values of a group") for sample in (first, second)]
    groups = np.repeat([0, 1], [sample.size for sample in samples])
    row = rank_sum_exact_pairs(np.concatenate(samples), groups, [(0, 1)], work_budget=work_budget).iloc[0]
    n1, n2 = int(row.pop("n1")), int(row.pop("n2"))
    is_tied = n1 and n2 and np.ptp(np.concatenate([sample[~np.isnan(sample)] for sample in samples])) == 0
    return RankSumExact(
        n1=n1,
        n2=n2,
        n_missing=groups.size - n1 - n2,
        method=METHOD,
        warnings=("a group without values: no test",)
        if 0 in (n1, n2)
        else ("all values are tied: no other rank sum is possible",)
        if is_tied
        else (),
        **{str(name): float(value) for name, value in row.items()},
    )


def rank_sum_distribution(ranks: Floats, n: int, *, work_budget: float = WORK_BUDGET) -> RankSumDistribution:
    """The distribution of the sum of ``n`` of the ranks when each choice of n is as likely; ranks may be halves.

    WorkBudgetError, a DataError, where it takes more steps than ``work_budget``.

    >>> rank_sum_distribution(np.array([1.0, 2.5, 2.5, 4.0]), 2)
    RankSumDistribution(n=2, low=7, step=3, probability=array([0.33333333, 0.33333333, 0.33333333]))
    """
    doubled = np.sort(np.rint(2 * ranks).astype(np.int64))
    step = int(np.gcd.reduce(np.diff(doubled))) if len(doubled) > 1 else 0
    # Ranks as whole steps above the least one.
    height = (doubled - doubled[:1]) // step if step else np.zeros(len(doubled), dtype=np.int64)
    rest = len(height) - n
    _refuse_too_much(n, rest, height, work_budget)
    # The group with fewer values is the inner one, which keeps few arrays at a time; sums of both add up to one total.
    is_inner = n <= rest
    probability = _chosen(height.tolist(), min(n, rest), max(n, rest))
    return RankSumDistribution(
        n=n,
        low=int(doubled[:n].sum()),
        step=max(step, 1),
        probability=probability if is_inner else probability[::-1],
    )


def _refuse_too_much(n: int, rest: int, height: Ints, work_budget: float) -> None:
    # Sums of a chosen and b others span at most a b times the largest distance of neighbours, and no more than all.
    span = int(height[::-1][:n].sum() - height[:n].sum())
    steps = (span / 4 + _OVERHEAD) * (n + 1) * (rest + 1)
    if steps > work_budget:
        raise WorkBudgetError(
            "Groups are too large for the exact rank-sum test.",
            expected=f"at most {work_budget:,.0f} steps",
            found=f"{n} and {rest} values: {steps:,.0f} steps",
            hint="use the normal approximation, or a larger work_budget",
        )


def _chosen(height: list[int], n: int, rest: int) -> Floats:
    """Probabilities of the sum of ``n`` of the sorted heights, counted from the smallest possible sum.

    With a chosen and b left among the first a + b, the sum has a distribution that follows from the two before: the
    last one is among the chosen with probability a / (a + b). Probabilities, not counts: these would overflow.
    """
    lowest = np.concatenate([[0], np.cumsum(height)]).tolist()  # the smallest sum of a of them

    def span(a: int, b: int) -> int:
        # The largest sum of a of the first a + b, less the smallest, and one.
        return int(lowest[a + b] - lowest[b] - lowest[a]) + 1

    # At b = 0 all are chosen, in one way. Each distribution is worked on in place, where there is room for its longest.
    row = [np.zeros(span(a, rest)) for a in range(n + 1)]
    for each in row:
        each[0] = 1.0
    scaled = np.empty(span(n, rest))
    for b in range(1, rest + 1):
        for a in range(1, n + 1):
            row[a][: span(a, b - 1)] *= b / (a + b)
            taken = scaled[: span(a - 1, b)]
            np.multiply(row[a - 1][: len(taken)], a / (a + b), out=taken)
            # Of a height above the a-th smallest, which the base of the sum counts in its place.
            shift = height[a + b - 1] - height[a - 1]
            row[a][shift : shift + len(taken)] += taken
    return row[n]


def _tested(first: Floats, second: Floats, work_budget: float, skip_large: bool) -> tuple[float, ...]:
    n1, n2 = len(first), len(second)
    if not n1 or not n2:
        return (n1, n2, *[np.nan] * 5)
    total = n1 + n2
    ranks, _ = mid_ranks(np.concatenate([first, second]), np.zeros(total, dtype=np.int64), 1)
    n = min(n1, n2)
    observed = int(np.rint(2 * (ranks[n1:] if n2 < n1 else ranks[:n1]).sum()))
    try:
        distribution = rank_sum_distribution(ranks, n, work_budget=work_budget)
    except WorkBudgetError:
        if skip_large:
            return (n1, n2, *[np.nan] * 5)
        raise
    sums, mean = distribution.doubled_sums, n * (total + 1)
    is_beyond = sums >= observed if observed > mean else sums <= observed
    parts = (np.abs(sums - mean) >= abs(observed - mean), is_beyond, sums == observed)
    # Never above 1 by rounding.
    p = (min(float(distribution.probability[part].sum()), 1.0) for part in parts)
    return (n1, n2, observed / 2, mean / 2, *p)

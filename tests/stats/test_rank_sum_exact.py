"""Exact rank-sum test: brute force over all permutations in fractions, scipy without ties, ties, missing and empty."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from adamline.errors import DataError
from adamline.stats.rank_sum_exact import rank_sum_distribution, rank_sum_exact, rank_sum_exact_pairs

# SAS/STAT User's Guide, The NPAR1WAY Procedure, "Exact Wilcoxon Two-Sample Test": reaction times of two stimulants.
STIMULANT_1 = [1.94, 1.94, 2.92, 2.92, 2.92, 2.92, 3.27, 3.27, 3.27, 3.27, 3.70, 3.70, 3.74]
STIMULANT_2 = [3.27, 3.27, 3.27, 3.70, 3.70, 3.74]

SMALL = st.lists(st.integers(0, 4).map(float), min_size=1, max_size=6)


def ranks_of(values: list[float]) -> list[Fraction]:
    return [Fraction(1 + 2 * sum(x < value for x in values) + sum(x == value for x in values), 2) for value in values]


def test_listing_of_sas() -> None:
    test = rank_sum_exact(STIMULANT_1, STIMULANT_2)
    assert (test.n1, test.n2, test.statistic, test.mean) == (13, 6, 79.5, 60.0)
    assert (test.p_one_sided, test.p) == pytest.approx((0.0527, 0.1054), abs=5e-5)
    assert test.method == "PROC NPAR1WAY, Wilcoxon two-sample test, exact"
    assert test.warnings == ()


@settings(max_examples=80, deadline=None)
@given(SMALL, SMALL)
def test_against_all_permutations(first: list[float], second: list[float]) -> None:
    test = rank_sum_exact(first, second)
    ranks = ranks_of(first + second)
    of_smaller = ranks[len(first) :] if len(second) < len(first) else ranks[: len(first)]
    sums = [sum(chosen, Fraction(0)) for chosen in combinations(ranks, len(of_smaller))]
    observed, mean = sum(of_smaller, Fraction(0)), sum(sums, Fraction(0)) / len(sums)
    share = lambda count: pytest.approx(count / len(sums), rel=1e-13)  # noqa: E731
    assert (test.statistic, test.mean) == (observed, mean)
    assert test.p == share(sum(abs(each - mean) >= abs(observed - mean) for each in sums))
    assert test.p_one_sided == share(sum(each >= observed if observed > mean else each <= observed for each in sums))
    assert test.p_point == share(sum(each == observed for each in sums))


@settings(max_examples=60, deadline=None)
@given(SMALL, st.integers(0, 6))
def test_the_whole_distribution(values: list[float], n: int) -> None:
    n = min(n, len(values))
    ranks = ranks_of(values)
    found = rank_sum_distribution(np.array(ranks, dtype=np.float64), n)
    counted = Counter(2 * sum(chosen, Fraction(0)) for chosen in combinations(ranks, n))
    expected = [counted[Fraction(int(each))] / math.comb(len(values), n) for each in found.doubled_sums]
    np.testing.assert_allclose(found.probability, expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (1, 9), (9, 2), (20, 20), (60, 45)])
def test_without_ties_agrees_with_scipy(n1: int, n2: int) -> None:
    values = np.random.default_rng(n1 * n2).permutation(n1 + n2).astype(float)
    test = rank_sum_exact(values[:n1], values[n1:])
    # Without ties the distribution has two equal tails, and twice one of them is what SAS counts.
    assert test.p == pytest.approx(mannwhitneyu(values[:n1], values[n1:], method="exact").pvalue, rel=1e-11)


def test_small_p_keeps_its_digits() -> None:
    test = rank_sum_exact(np.arange(100.0), np.arange(1000.0, 1100.0))
    assert test.p_point == test.p_one_sided == pytest.approx(1 / math.comb(200, 100), rel=1e-11)
    assert test.p == pytest.approx(2 / math.comb(200, 100), rel=1e-11)


@settings(max_examples=60, deadline=None)
@given(SMALL, SMALL, st.randoms(use_true_random=False))
def test_order_swap_and_scale(first: list[float], second: list[float], random) -> None:  # type: ignore[no-untyped-def]
    test = rank_sum_exact(first, second)
    swapped = rank_sum_exact(second, first)
    assert (swapped.n1, swapped.n2) == (test.n2, test.n1)
    assert swapped.p == pytest.approx(test.p, rel=1e-13)
    scaled = rank_sum_exact([2 * x**3 + 5 for x in first], [2 * x**3 + 5 for x in second])
    assert (scaled.p, scaled.p_one_sided) == (test.p, test.p_one_sided)
    random.shuffle(first)
    random.shuffle(second)
    assert repr(rank_sum_exact([*first, math.nan], second)) == repr(test).replace("n_missing=0", "n_missing=1")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 4), st.one_of(st.just(math.nan), st.integers(-3, 3))), max_size=20),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), min_size=1),
)
def test_pairs_agree_with_one_at_a_time(cells: list[tuple[int, float]], pairs: list[tuple[int, int]]) -> None:
    table = rank_sum_exact_pairs([value for _, value in cells], [group for group, _ in cells], pairs)
    for row, (first, second) in zip(table.to_dict("records"), pairs, strict=True):
        alone = rank_sum_exact(
            [value for group, value in cells if group == first], [value for group, value in cells if group == second]
        )
        np.testing.assert_array_equal(list(row.values()), [getattr(alone, name) for name in row])


def test_pairs_without_a_test_say_why() -> None:
    empty = rank_sum_exact([1.0, 2.0], [math.nan])
    assert (empty.n1, empty.n2, empty.n_missing) == (2, 0, 1)
    assert all(map(math.isnan, (empty.statistic, empty.mean, empty.p, empty.p_one_sided, empty.p_point)))
    assert empty.warnings == ("a group without values: no test",)
    tied = rank_sum_exact([0.0, -0.0], [0.0])
    assert (tied.p, tied.p_one_sided, tied.p_point) == (1.0, 1.0, 1.0)
    assert tied.warnings == ("all values are tied: no other rank sum is possible",)
    assert rank_sum_exact([1.0], [2.0]).warnings == ()
    assert len(rank_sum_exact_pairs([], [], np.empty((0, 2), dtype=np.int64))) == 0


def test_too_much_work_is_refused() -> None:
    with pytest.raises(DataError, match="too large for the exact"):
        rank_sum_exact(np.arange(1000.0), np.arange(1000.0))
    with pytest.raises(DataError, match="too large"):
        rank_sum_exact(np.arange(9.0), np.arange(9.0), work_budget=1e5)
    with pytest.raises(DataError, match="too large"):
        rank_sum_exact(np.zeros(3000), np.zeros(3000))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (["1", "2"], [3.0], "must be a number"),
        ([1.0, math.inf], [3.0], "infinite"),
        ([[1.0, 2.0]], [3.0], "one column"),
        ([1.0, [2.0]], [3.0], "rows of one length"),
        (np.array(["2020-01-01"], dtype="datetime64[s]"), [3.0], "must be a number"),
    ],
)
def test_bad_input(first: object, second: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        rank_sum_exact(first, second)  # type: ignore[arg-type]


def test_bad_codes() -> None:
    with pytest.raises(DataError, match="codes"):
        rank_sum_exact_pairs([1.0, 2.0], [0.5, 1], [(0, 1)])
    with pytest.raises(DataError, match="codes"):
        rank_sum_exact_pairs([1.0, 2.0], [math.nan, 1], [(0, 1)])
    with pytest.raises(DataError, match="one length"):
        rank_sum_exact_pairs([1.0, 2.0], [0], [(0, 1)])

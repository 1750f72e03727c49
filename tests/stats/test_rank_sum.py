"""Wilcoxon rank-sum test: a published listing, brute force over all permutations, scipy, ties, missing and empty."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from scipy.stats import t as student

from adamline.errors import DataError
from adamline.stats.rank_sum import rank_sum, rank_sum_pairs

# SAS/STAT User's Guide, The NPAR1WAY Procedure, "Exact Wilcoxon Two-Sample Test": reaction times of two stimulants.
STIMULANT_1 = [1.94, 1.94, 2.92, 2.92, 2.92, 2.92, 3.27, 3.27, 3.27, 3.27, 3.70, 3.70, 3.74]
STIMULANT_2 = [3.27, 3.27, 3.27, 3.70, 3.70, 3.74]

# Few distinct values, so that ties are many.
SAMPLE = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=25)
SMALL = st.lists(st.integers(0, 4).map(float), min_size=1, max_size=5)


def test_listing_of_sas_without_correction() -> None:
    test = rank_sum(STIMULANT_1, STIMULANT_2, correction=0)
    assert (test.n1, test.n2, test.statistic, test.mean) == (13, 6, 79.5, 60.0)
    assert test.sd == pytest.approx(11.004784, abs=5e-7)
    assert test.z == pytest.approx(1.7720, abs=5e-5)
    assert test.p_one_sided == pytest.approx(0.0382, abs=5e-5)
    assert test.p == pytest.approx(0.0764, abs=5e-5)
    assert test.p_t_one_sided == pytest.approx(0.0467, abs=5e-5)
    assert test.p_t == pytest.approx(0.0933, abs=5e-5)
    assert (test.sum1, test.sum2) == (110.5, 79.5)
    assert test.method == "PROC NPAR1WAY, Wilcoxon two-sample test, normal approximation"
    assert test.warnings == ()


def test_correction_moves_the_statistic_towards_its_mean() -> None:
    # (79.5 - 60 - 0.5) / 11.004784 and, for the smaller group below its mean, (-19.5 + 0.5) / 11.004784
    test = rank_sum(STIMULANT_1, STIMULANT_2)
    assert test.z == pytest.approx(1.726522, abs=1e-6)
    # The listing of version 8 of the same guide, with the correction: normal and t.
    assert (test.p_one_sided, test.p) == pytest.approx((0.0421, 0.0843), abs=5e-5)
    assert (test.p_t_one_sided, test.p_t) == pytest.approx((0.0507, 0.1014), abs=5e-5)
    assert rank_sum([-x for x in STIMULANT_1], [-x for x in STIMULANT_2]).z == pytest.approx(-1.726522, abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ([1.0, 4.0], [2.0, 3.0], 0.0),  #           ranks 1 + 4 = 5, mean 5
        ([2.0], [1.0, 2.0, 3.0, 3.0], -0.5),  #     mean rank 2.5, mean 3
        ([2.0], [1.0, 1.0, 2.0, 3.0], 0.5),  #      mean rank 3.5, mean 3
    ],
)
def test_a_statistic_within_the_correction_has_z_0_and_p_1(
    first: list[float], second: list[float], distance: float
) -> None:
    test = rank_sum(first, second)
    assert test.statistic - test.mean == distance
    assert (test.z, test.p, test.p_one_sided) == (0.0, 1.0, 0.5)


def test_many_pairs_of_shared_groups() -> None:
    # group:    0              1              2 (missing)  3            left out
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, math.nan, math.nan, 2.0, 2.0, 999.0]
    groups = [0, 0, 0, 1, 1, 1, 2, 1, 3, 3, -1]
    table = rank_sum_pairs(values, groups, [(0, 1), (1, 0), (0, 3), (3, 0), (0, 2), (7, 0)])
    assert table["n1"].tolist() == [3, 3, 3, 2, 3, 0]
    assert table["n2"].tolist() == [3, 3, 2, 3, 0, 3]
    # equal sizes: the first group's ranks; else those of the smaller: of 1, (2, 2, 2), 3 each 2 has rank 3
    np.testing.assert_array_equal(table["statistic"], [6, 15, 6, 6, np.nan, np.nan])
    np.testing.assert_array_equal(table["mean"], [10.5, 10.5, 6, 6, np.nan, np.nan])
    # 3 * 3 * 7 / 12; 3 * 2 / 12 * (6 - 24 / 20)
    np.testing.assert_allclose(table["sd"] ** 2, [5.25, 5.25, 2.4, 2.4, np.nan, np.nan], rtol=1e-14)
    assert table[["z", "p", "p_one_sided"]].iloc[4:].isna().all(axis=None)


def test_no_pairs_and_no_values() -> None:
    none = np.empty((0, 2), dtype=np.int64)
    assert len(rank_sum_pairs([1.0, 2.0], [0, 1], none)) == 0
    assert len(rank_sum_pairs([], [], none)) == 0
    assert rank_sum_pairs([], [], [(0, 1)])[["n1", "n2"]].to_numpy().tolist() == [[0, 0]]


def test_pairs_without_a_test_say_why() -> None:
    tied = rank_sum([0.0, -0.0, 0.0], [0.0, 0.0])
    assert (tied.statistic, tied.mean, tied.sd) == (6.0, 6.0, 0.0)
    assert math.isnan(tied.z) and math.isnan(tied.p) and math.isnan(tied.p_one_sided)
    assert tied.warnings == ("all values are tied: no test",)
    empty = rank_sum([1.0, 2.0], [math.nan])
    assert (empty.n1, empty.n2, empty.n_missing) == (2, 0, 1)
    assert math.isnan(empty.sum1) and math.isnan(empty.p_t)
    assert math.isnan(empty.statistic) and math.isnan(empty.p)
    assert empty.warnings == ("a group without values: no test",)


def test_all_values_tied_in_large_groups() -> None:
    assert rank_sum(np.full(70_001, 0.1), np.full(90_001, 0.1)).sd == 0


@settings(max_examples=60, deadline=None)
@given(SMALL, SMALL)
def test_mean_and_variance_over_all_permutations(first: list[float], second: list[float]) -> None:
    test = rank_sum(first, second)
    both = first + second
    ranks = [Fraction(1 + 2 * sum(x < value for x in both) + sum(x == value for x in both), 2) for value in both]
    of_smaller = ranks[len(first) :] if len(second) < len(first) else ranks[: len(first)]
    sums = [sum(chosen) for chosen in combinations(ranks, len(of_smaller))]
    mean = Fraction(sum(sums), len(sums))
    variance = sum((each - mean) ** 2 for each in sums) / len(sums)
    assert (test.statistic, test.mean) == (sum(of_smaller), mean)
    assert test.sd**2 == pytest.approx(float(variance), rel=1e-14)


@settings(max_examples=100, deadline=None)
@given(SAMPLE, SAMPLE, st.booleans())
def test_p_agrees_with_scipy(first: list[float], second: list[float], is_corrected: bool) -> None:
    if len(set(first + second)) == 1:
        return
    test = rank_sum(first, second, correction=0.5 if is_corrected else 0)
    other = mannwhitneyu(first, second, use_continuity=is_corrected, method="asymptotic")
    assert test.p == pytest.approx(other.pvalue, rel=1e-11)
    assert test.p == 2 * test.p_one_sided
    assert test.p_t == 2 * test.p_t_one_sided
    assert test.p_t == pytest.approx(2 * student.sf(abs(test.z), len(first + second) - 1), rel=1e-10)


def test_small_p_keeps_its_digits() -> None:
    # 200 and 300 values apart: S = 20100, E = 50100, Var = 200 * 300 * 501 / 12, z = -29999.5 / 1582.7191...
    test = rank_sum(np.arange(200.0), np.arange(1000.0, 1300.0))
    assert test.z == pytest.approx(-29999.5 / math.sqrt(2_505_000), rel=1e-14)
    assert test.p == pytest.approx(math.erfc(29999.5 / math.sqrt(2 * 2_505_000)), rel=1e-10)
    assert 0 < test.p < 1e-70


@settings(max_examples=60, deadline=None)
@given(SAMPLE, SAMPLE, st.randoms(use_true_random=False))
def test_order_swap_and_scale(first: list[float], second: list[float], random) -> None:  # type: ignore[no-untyped-def]
    test = rank_sum(first, second)
    swapped = rank_sum(second, first)
    assert (swapped.n1, swapped.n2) == (test.n2, test.n1)
    # Of unequal groups both name the smaller one; of equal ones the other, so that z changes its sign.
    sign = -1 if len(first) == len(second) else 1
    np.testing.assert_array_equal([swapped.z, swapped.p], [sign * test.z, test.p])
    np.testing.assert_array_equal(
        rank_sum([2 * x**3 + 5 for x in first], [2 * x**3 + 5 for x in second]).p_one_sided, test.p_one_sided
    )
    random.shuffle(first)
    random.shuffle(second)
    assert str(rank_sum(first, second)) == str(test)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 4), st.one_of(st.just(math.nan), st.integers(-3, 3))), max_size=40),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), min_size=1),
)
def test_pairs_agree_with_one_at_a_time(cells: list[tuple[int, float]], pairs: list[tuple[int, int]]) -> None:
    table = rank_sum_pairs([value for _, value in cells], [group for group, _ in cells], pairs)
    for row, (first, second) in zip(table.to_dict("records"), pairs, strict=True):
        alone = rank_sum(
            [value for group, value in cells if group == first], [value for group, value in cells if group == second]
        )
        np.testing.assert_array_equal(list(row.values()), [getattr(alone, name) for name in row])


@pytest.mark.parametrize(
    ("values", "groups", "pairs", "correction", "message"),
    [
        ([1.0, math.inf], [0, 1], [(0, 1)], 0.5, "infinite"),
        ([1.0, 2.0], [0], [(0, 1)], 0.5, "one length"),
        ([[1.0]], [[0]], [(0, 1)], 0.5, "one column"),
        ([1.0, 2.0], [0, 1], [(0, -1)], 0.5, "two different groups"),
        ([1.0, 2.0], [0, 1], [(0, 1), (1, 1)], 0.5, "two different groups"),
        ([1.0, 2.0], [0, 1], [0, 1], 0.5, "two group codes a row"),
        ([1.0, 2.0], [0, 1], [(0, 1), (1,)], 0.5, "two group codes a row"),
        ([1.0, 2.0], [0, 1], [(0.5, 1)], 0.5, "must be group codes"),
        ([1.0, 2.0], [0, 1], [("0", "1")], 0.5, "must be group codes"),
        (["1.0", "2.0"], [0, 1], [(0, 1)], 0.5, "must be a number"),
        ([True, "x"], [0, 1], [(0, 1)], 0.5, "must be a number"),
        ([1.0, 2.0], ["0", "1"], [(0, 1)], 0.5, "must be a number"),
        ([1.0, 2.0], [0, 1], [(0, 1)], 1.0, "between 0 and 0.5"),
        ([1.0, 2.0], [0, 1], [(0, 1)], math.nan, "between 0 and 0.5"),
    ],
)
def test_bad_input(values: object, groups: object, pairs: object, correction: float, message: str) -> None:
    with pytest.raises(DataError, match=message):
        rank_sum_pairs(values, groups, pairs, correction=correction)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5, None, 4],
        [1, 2.5, pd.NA, 4],
        np.array([1, 2.5, np.nan, 4], dtype=np.float32),
        pd.Series([1, 2.5, None, 4], index=[9, 9, 9, 9]),
        pd.array([1, 2.5, None, 4], dtype="Float64"),
        pd.Series([1, 2.5, None, 4], dtype="Float64"),
        pd.Series([1, 2.5, None, 4], dtype=object),
        pd.Series(pd.Categorical([1, 2.5, None, 4])),
        [Decimal("1"), Decimal("2.5"), None, Decimal(4)],
    ],
)
def test_every_kind_of_numbers(values: object) -> None:
    test = rank_sum(values, [3, 5])  # type: ignore[arg-type]
    assert (test.n1, test.n2, test.n_missing, test.sum2) == (3, 2, 1, 8.0)


def test_groups_that_are_no_columns() -> None:
    with pytest.raises(DataError, match="one column"):
        rank_sum([[1.0, 2.0]], [3.0])

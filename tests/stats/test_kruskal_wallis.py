"""Kruskal-Wallis test: a listing of SAS, scipy, its law for two groups, missing, empty and tied values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal

from adamline.errors import DataError
from adamline.stats.kruskal_wallis import kruskal_wallis, kruskal_wallis_blocks
from adamline.stats.rank_sum import rank_sum

# SAS/STAT User's Guide, The NPAR1WAY Procedure, "Exact Wilcoxon Two-Sample Test": reaction times of two stimulants.
STIMULANT_1 = [1.94, 1.94, 2.92, 2.92, 2.92, 2.92, 3.27, 3.27, 3.27, 3.27, 3.70, 3.70, 3.74]
STIMULANT_2 = [3.27, 3.27, 3.27, 3.70, 3.70, 3.74]

SAMPLE = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=9)


def test_listing_of_sas() -> None:
    test = kruskal_wallis(STIMULANT_1 + STIMULANT_2, [1] * 13 + [2] * 6)
    assert (test.n, test.df, test.warnings) == (19, 1, ())
    assert test.chi_square == pytest.approx(3.1398, abs=5e-5)
    assert test.p == pytest.approx(0.0764, abs=5e-5)
    assert test.groups["group"].tolist() == [1, 2]
    assert test.groups["sum"].tolist() == [110.5, 79.5]
    assert test.groups["expected"].tolist() == [130, 60]
    assert test.groups["sd"].tolist() == pytest.approx([11.004784] * 2, abs=5e-7)
    assert test.groups["mean"].tolist() == [8.5, 13.25]


@settings(max_examples=100, deadline=None)
@given(st.lists(SAMPLE, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_agrees_with_scipy_in_any_order(samples: list[list[float]], random) -> None:  # type: ignore[no-untyped-def]
    records = [(value, code) for code, sample in enumerate(samples) for value in sample]
    random.shuffle(records)
    test = kruskal_wallis([value for value, _ in records], [code for _, code in records])
    if len({value for value, _ in records}) == 1:
        assert math.isnan(test.chi_square) and math.isnan(test.p)
        assert test.warnings == ("all values are tied: no test",)
        return
    other = kruskal(*samples)
    assert test.chi_square == pytest.approx(other.statistic, rel=1e-10, abs=1e-12)
    assert test.p == pytest.approx(other.pvalue, rel=1e-10)
    assert test.df == len(samples) - 1


@settings(max_examples=60, deadline=None)
@given(SAMPLE, SAMPLE)
def test_of_two_groups_it_is_the_square_of_z_without_correction(first: list[float], second: list[float]) -> None:
    test = kruskal_wallis(first + second, ["a"] * len(first) + ["b"] * len(second))
    other = rank_sum(first, second, correction=0)
    assert test.chi_square == pytest.approx(other.z**2, rel=1e-12, abs=1e-14, nan_ok=True)
    assert test.p == pytest.approx(other.p, rel=1e-11, nan_ok=True)
    assert test.groups["sum"].tolist() == [other.sum1, other.sum2]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 3), st.integers(-1, 2), st.one_of(st.just(math.nan), st.integers(-3, 3))),
        max_size=40,
    )
)
def test_blocks_agree_with_one_at_a_time(cells: list[tuple[int, int, float]]) -> None:
    table = kruskal_wallis_blocks([v for _, _, v in cells], [g for g, _, _ in cells], [b for _, b, _ in cells], 3)
    for block, row in enumerate(table.to_dict("records")):
        own = [(g, v) for g, b, v in cells if b == block and g >= 0]
        alone = kruskal_wallis([v for _, v in own], [g for g, _ in own])
        np.testing.assert_array_equal(
            [row["n"], row["df"], row["chi_square"], row["p"]], [alone.n, alone.df, alone.chi_square, alone.p]
        )


def test_without_a_test() -> None:
    one = kruskal_wallis([1.0, 2.0, math.nan, 3.0], ["a", "a", "b", None])
    assert (one.n, one.n_missing, one.df) == (2, 2, 0)
    assert math.isnan(one.chi_square) and math.isnan(one.p)
    assert one.warnings == ("less than two groups with values: no test",)
    assert one.groups["n"].tolist() == [2, 0]
    assert kruskal_wallis([], []).n == 0
    labelled = kruskal_wallis([1.0, 2.0, 3.0], ["b", math.nan, "a"])
    assert (labelled.n, labelled.groups["group"].tolist()) == (2, ["a", "b"])
    assert len(kruskal_wallis_blocks([], [], [], 0)) == 0


def test_bad_input() -> None:
    with pytest.raises(DataError, match="infinite"):
        kruskal_wallis([math.inf], ["a"])
    with pytest.raises(DataError, match="no block"):
        kruskal_wallis_blocks([1.0], [0], [2], 2)
    with pytest.raises(DataError, match="one length"):
        kruskal_wallis([1.0, 2.0], ["a"])
    with pytest.raises(DataError, match="numbers"):
        kruskal_wallis(["x"], ["a"])

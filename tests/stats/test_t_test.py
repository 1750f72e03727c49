"""t tests: a listing of SAS, scipy, laws of swaps, shifts and scales, missing values, few values, no spread."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.t_test import t_test, t_test_groups, t_test_paired, t_test_pairs, t_test_two_sample

# SAS/STAT User's Guide, The TTEST Procedure, "Paired Comparisons": blood pressure before and after a stimulus.
BEFORE = [120, 124, 130, 118, 140, 128, 140, 135, 126, 130, 126, 127]
AFTER = [128, 131, 131, 127, 132, 125, 141, 137, 118, 132, 129, 135]

SAMPLE = st.lists(st.integers(-50, 50).map(lambda x: x / 10), min_size=2, max_size=12)
WITH_MISSING = st.lists(st.one_of(st.just(math.nan), st.integers(-50, 50).map(lambda x: x / 10)), max_size=8)


def test_paired_listing_of_sas() -> None:
    test = t_test_paired(BEFORE, AFTER)
    assert (test.n, test.minimum, test.maximum, test.df) == (12, -9, 8, 11)
    assert (test.mean, test.sd, test.se) == pytest.approx((-1.8333, 5.8284, 1.6825), abs=5e-5)
    assert (test.lower, test.upper) == pytest.approx((-5.5365, 1.8698), abs=5e-5)
    assert (test.sd_lower, test.sd_upper) == pytest.approx((4.1288, 9.8958), abs=5e-5)
    assert test.t == pytest.approx(-1.09, abs=5e-3)
    assert test.p == pytest.approx(0.2992, abs=5e-5)
    assert (test.method, test.warnings) == ("PROC TTEST, paired t test", ())


@settings(max_examples=100, deadline=None)
@given(SAMPLE, SAMPLE, st.sampled_from([0.0, 1.5]), st.sampled_from([0.9, 0.95]))
def test_two_samples_agree_with_scipy(first: list[float], second: list[float], null: float, level: float) -> None:
    test = t_test_two_sample(first, second, null=null, level=level)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert math.isnan(test.f)
        return
    moved = [value - null for value in first]
    for found, is_pooled in ((test.pooled, True), (test.satterthwaite, False)):
        other = scipy.stats.ttest_ind(moved, second, equal_var=is_pooled)
        limits = other.confidence_interval(level)
        assert (found.t, found.p, found.df) == pytest.approx((other.statistic, other.pvalue, other.df), rel=1e-9)
        expected = (limits.low + null, limits.high + null)
        assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    variances = sorted((np.var(sample, ddof=1), len(sample) - 1) for sample in (first, second))
    assert test.f == pytest.approx(variances[1][0] / variances[0][0], rel=1e-9)
    tail = scipy.stats.f.sf(test.f, test.f_num_df, test.f_den_df)
    assert test.f_p == pytest.approx(min(2 * tail, 1), rel=1e-9)
    df = len(first) + len(second) - 2
    quantiles = scipy.stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], df)
    expected = tuple(test.pooled_sd * np.sqrt(df / quantiles))
    assert (test.pooled_sd_lower, test.pooled_sd_upper) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(SAMPLE, st.sampled_from([0.0, -0.7]))
def test_one_sample_agrees_with_scipy(values: list[float], null: float) -> None:
    test = t_test(values, null=null)
    if len(set(values)) == 1:
        assert test.warnings == ("all values are equal: no test",)
        assert math.isnan(test.t) and math.isnan(test.p)
        return
    other = scipy.stats.ttest_1samp(values, null)
    assert (test.t, test.p) == pytest.approx((other.statistic, other.pvalue), rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(SAMPLE, SAMPLE, st.randoms(use_true_random=False))
def test_swap_shuffle_and_scale(first: list[float], second: list[float], random) -> None:  # type: ignore[no-untyped-def]
    test = t_test_two_sample(first, second)
    swapped = t_test_two_sample(second, first)
    np.testing.assert_array_equal(
        [swapped.difference, swapped.pooled.t, swapped.pooled.p, swapped.satterthwaite.df, swapped.f, swapped.f_p],
        [-test.difference, -test.pooled.t, test.pooled.p, test.satterthwaite.df, test.f, test.f_p],
    )
    tiny = t_test_two_sample([x * 1e-100 for x in first], [x * 1e-100 for x in second])
    if not math.isnan(test.f):
        assert tiny.satterthwaite.df == pytest.approx(test.satterthwaite.df, rel=1e-9)
    random.shuffle(first)
    random.shuffle(second)
    assert repr(t_test_two_sample([*first, math.nan], second).pooled) == repr(test.pooled)


@settings(max_examples=60, deadline=None)
@given(st.lists(WITH_MISSING, min_size=3, max_size=3))
def test_many_agree_with_one_at_a_time_whatever_is_missing(samples: list[list[float]]) -> None:
    values = [value for sample in samples for value in sample]
    groups = [code for code, sample in enumerate(samples) for _ in sample]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = t_test_pairs(values, groups, [(0, 1), (2, 0)])
        alone = t_test_groups(values, groups, 3)
    for row, (a, b) in zip(table.to_dict("records"), [(0, 1), (2, 0)], strict=True):
        test = t_test_two_sample(samples[a], samples[b])
        np.testing.assert_array_equal(
            [row["n1"], row["n2"], row["difference"], row["pooled_p"], row["satterthwaite_p"], row["f_p"]],
            [test.first.n, test.second.n, test.difference, test.pooled.p, test.satterthwaite.p, test.f_p],
        )
        if math.isnan(test.pooled.p) or math.isnan(test.satterthwaite.p) or math.isnan(test.f):
            assert test.warnings
    for row, sample in zip(alone.to_dict("records"), samples, strict=True):
        single = t_test(sample)
        np.testing.assert_array_equal(list(row.values()), [getattr(single, name) for name in row])


def test_few_values() -> None:
    one = t_test_two_sample([1.0], [2.0, 4.0, 3.0])
    # The pooled variance is that of the second group: 1; SE = sqrt(1 + 1/3), t = -2 / 1.1547
    assert (one.pooled_sd, one.pooled.df) == (1.0, 2.0)
    assert one.pooled.t == pytest.approx(-math.sqrt(3), rel=1e-14)
    assert math.isnan(one.satterthwaite.p) and math.isnan(one.f_p)
    assert one.warnings == ("a group with one value: no test for unequal variances",)
    assert t_test_two_sample([1.0], [2.0]).warnings == ("one value in each group: no test",)
    assert t_test_two_sample([1.0], [math.nan]).warnings == ("a group without values: no test",)
    assert t_test_two_sample([1.0, 1.0], [2.0, 2.0]).warnings == ("no value differs from its group's mean: no test",)
    assert t_test_two_sample([1.0, 1.0], [2.0, 3.0]).warnings == ("a group's values are all equal: no F test",)
    assert t_test([]).warnings == ("no values",)
    assert t_test([5.0]).warnings == ("one value: no SD, no test",)
    assert (t_test([5.0]).mean, t_test([5.0]).df) == (5.0, 0.0)
    paired = t_test_paired([1.0, 2.0, math.nan], [math.nan, 1.0, 1.0])
    assert (paired.n, paired.n_missing, paired.mean) == (1, 2, 1.0)


def test_bad_input() -> None:
    with pytest.raises(DataError, match="one length"):
        t_test_paired([1.0], [1.0, 2.0])
    with pytest.raises(DataError, match="level"):
        t_test([1.0, 2.0], level=95)
    with pytest.raises(DataError, match="null hypothesis"):
        t_test([1.0, 2.0], null=math.nan)
    with pytest.raises(DataError, match="two different groups"):
        t_test_pairs([1.0, 2.0], [0, 1], [(0, 0)])
    with pytest.raises(DataError, match="infinite"):
        t_test([math.inf, 1.0])
    with pytest.raises(DataError, match="numbers"):
        t_test_two_sample(["1"], [2.0])


@pytest.mark.filterwarnings("error")
def test_numbers_whose_squares_are_no_doubles() -> None:
    first, second = [1.0, 2.0, 4.0, 8.0], [3.0, 5.0, 5.5]
    test = t_test_two_sample(first, second)
    tiny = t_test_two_sample([x * 1e-200 for x in first], [x * 1e-200 for x in second])
    assert (tiny.pooled.t, tiny.pooled.p) == pytest.approx((test.pooled.t, test.pooled.p), rel=1e-12)
    assert (tiny.satterthwaite.t, tiny.f) == pytest.approx((test.satterthwaite.t, test.f), rel=1e-12)
    assert tiny.warnings == tiny.first.warnings == ()

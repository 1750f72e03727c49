"""Descriptive statistics by group: hand-worked cases, brute force with the standard library, missing and empty."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.descriptive import (
    Statistic,
    describe,
    describe_groups,
    limits_of_mean,
    method_of,
)

CELLS = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-5000, 5000))), max_size=40)


def percentile_by_definition(ordered: list[Fraction], percent: Fraction) -> Fraction:
    """PCTLDEF=5 as the SAS documentation words it: y = (x_j + x_{j+1}) / 2 if g = 0, x_{j+1} if g > 0."""
    target = len(ordered) * percent / 100
    j = math.floor(target)
    at = lambda i: ordered[min(max(i, 1), len(ordered)) - 1]  # noqa: E731
    return (at(j) + at(j + 1)) / 2 if target == j else at(j + 1)


def test_three_groups() -> None:
    #        group 0: 4 values, one missing   group 1: one value   group 2: none   left out
    values = [2.0, 4.0, 4.0, math.nan, 6.0, 7.5, math.nan, 100.0]
    groups = [0, 0, 0, 0, 0, 1, 2, -1]
    table = describe_groups(values, groups, count=3)
    # sum of squares about the mean 4: 4 + 0 + 0 + 4 = 8; 8/3 = 2.667; t(0.975, 3) = 3.182446
    expected = {
        "n": [4, 1, 0],
        "n_missing": [1, 0, 1],
        "mean": [4.0, 7.5, math.nan],
        "sd": [1.632993162, math.nan, math.nan],
        "se": [0.816496581, math.nan, math.nan],
        "lower": [4 - 3.182446305 * 0.816496581, math.nan, math.nan],
        "upper": [4 + 3.182446305 * 0.816496581, math.nan, math.nan],
        "median": [4.0, 7.5, math.nan],
        "p25": [3.0, 7.5, math.nan],
        "p75": [5.0, 7.5, math.nan],
        "minimum": [2.0, 7.5, math.nan],
        "maximum": [6.0, 7.5, math.nan],
    }
    assert list(table.columns) == list(expected)
    for name, column in expected.items():
        np.testing.assert_allclose(table[name], column, rtol=1e-9, err_msg=name)


@settings(max_examples=150, deadline=None)
@given(CELLS, st.randoms(use_true_random=False))
def test_groups_agree_with_the_standard_library_in_any_order(cells: list[tuple[int, int | None]], random) -> None:  # type: ignore[no-untyped-def]
    scaled = [(group, math.nan if value is None else value / 10) for group, value in cells]
    table = describe_groups([value for _, value in scaled], [group for group, _ in scaled], count=4)
    random.shuffle(scaled)
    assert describe_groups([v for _, v in scaled], [g for g, _ in scaled], count=4).equals(table)
    for group in range(4):
        exact = sorted(Fraction(value, 10) for code, value in cells if code == group and value is not None)
        row = table.iloc[group]
        assert row["n"] == len(exact)
        assert row["n_missing"] == sum(code == group and value is None for code, value in cells)
        if not exact:
            assert row.drop(["n", "n_missing"]).isna().all()
            continue
        assert row["mean"] == pytest.approx(float(statistics.mean(exact)), rel=1e-14, abs=1e-13)
        quartiles = [float(percentile_by_definition(exact, Fraction(p))) for p in (0, 25, 50, 75, 100)]
        assert row[["minimum", "p25", "median", "p75", "maximum"]].tolist() == pytest.approx(quartiles, rel=1e-15)
        if len(exact) > 1:
            assert row["sd"] == pytest.approx(math.sqrt(statistics.variance(exact)), rel=1e-13)
        else:
            assert math.isnan(row["sd"])


def test_sd_of_large_numbers_keeps_its_digits() -> None:
    assert describe([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).sd == pytest.approx(math.sqrt(30), rel=1e-14)
    assert describe([0.1] * 10).sd == 0
    assert describe([0.1] * 10).mean == 0.1


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([0.1 + 0.2, 100.3 - 100.1, -0.35], 0.05),  # computed decimals: 0.3, 0.2, -0.35
        ([1e12, 1e12 + 2, 1e12 + 4], 1e12 + 2),  # beyond exact millionths
        ([1 / 3, 2 / 3], 0.5),  # no decimals
        ([1e-8, 3e-8], 2e-8),  # more decimals than six
        ([1e-8, 1.0], 0.500000005),
    ],
)
def test_mean_of_decimals_and_of_others(values: list[float], mean: float) -> None:
    assert describe(values).mean == pytest.approx(mean, rel=1e-15)
    assert describe(values).median == pytest.approx(sorted(values)[1] if len(values) == 3 else mean, rel=1e-15)


@pytest.mark.parametrize(
    ("values", "mean", "median"),
    [
        ([1e-12, 2e-12, 3e-12], 2e-12, 2e-12),  # not zero millionths
        ([0.1234560000049] * 2, 0.1234560000049, 0.1234560000049),  # a seventh decimal and more are data
        ([0.1234560000049, 0.1234560000051, 0.1234560000053], 0.1234560000051, 0.1234560000051),
        ([-9e12, 9e12 + 0.5], 0.25, 0.25),  # millionths that a double does not hold exactly
        ([1e7, -1e7, 3e-7], 1e-7, 3e-7),
        ([1e305, 1e305], 1e305, 1e305),
        ([5.4 - 5.3] * 2, 5.4 - 5.3, 5.4 - 5.3),  # nothing leaves the range of the values
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_is_no_whole_number_of_millionths(values: list[float], mean: float, median: float) -> None:
    found = describe(values)
    assert found.mean == pytest.approx(mean, rel=1e-2 if mean == 1e-7 else 1e-15, abs=0)
    assert found.median == median


def test_other_groups_do_not_decide_what_a_decimal_is() -> None:
    alone = describe([1e-9, 2e-9, 4e-9])
    beside = describe_groups([1e-9, 2e-9, 4e-9, 1e6], [0, 0, 0, 1], count=2).iloc[0]
    assert beside["mean"] == alone.mean == pytest.approx(7e-9 / 3, rel=1e-15, abs=0)


NUMBERS = st.one_of(
    st.floats(-1e15, 1e15),
    st.floats(1e-15, 1e-3),
    st.decimals(-9999, 9999, places=3).map(float),
    st.tuples(st.integers(0, 9999), st.integers(0, 9999)).map(lambda pair: pair[0] / 10 - pair[1] / 10),
    st.sampled_from([0.0, -0.0, 1e-15, 1e15, 2.0**53]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=12), st.randoms(use_true_random=False))
@pytest.mark.filterwarnings("error")
def test_mean_and_median_lie_in_the_range_in_any_order(values: list[float], random) -> None:  # type: ignore[no-untyped-def]
    found = describe(values)
    assert (found.minimum, found.maximum) == (min(values), max(values))
    assert found.minimum <= found.mean <= found.maximum
    assert found.minimum <= found.p25 <= found.median <= found.p75 <= found.maximum
    exact = statistics.mean(map(Fraction, values))
    # To a relative 1e-12, or the smallest double.
    assert abs(Fraction(found.mean) - exact) <= max(
        Fraction(1, 10**12) * max(map(abs, map(Fraction, values))), Fraction(5e-324)
    )
    random.shuffle(values)
    assert repr(describe(values)) == repr(found)


def test_the_method_of_every_statistic() -> None:
    methods = {statistic: method_of(statistic, 0.9) for statistic in Statistic}
    assert methods[Statistic.SD] == ("PROC MEANS", "VARDEF=DF")
    assert methods[Statistic.P75] == ("PROC MEANS", "PCTLDEF=5")
    assert methods[Statistic.UCLM] == ("PROC MEANS, Student's t limits", "VARDEF=DF, level=0.9")
    assert {method for method, _ in methods.values()} == {"PROC MEANS", "PROC MEANS, Student's t limits"}


def test_no_values_and_one_value() -> None:
    none = describe([math.nan, math.nan])
    assert (none.n, none.n_missing, none.warnings) == (0, 2, ("no values",))
    assert math.isnan(none.mean)
    one = describe([3.0])
    assert (one.n, one.mean, one.median, one.warnings) == (1, 3.0, 3.0, ("one value: no SD, no limits",))
    assert math.isnan(one.sd)
    assert math.isnan(one.lower)
    assert describe([1.0, 2.0]).warnings == ()
    assert describe([]).n == 0


def test_cv() -> None:
    assert describe([2.0, 4.0, 4.0, 6.0]).cv == pytest.approx(100 * math.sqrt(8 / 3) / 4, rel=1e-15)
    assert describe([-2.0, -4.0]).cv < 0
    balanced = describe([-1.0, 1.0])
    assert math.isnan(balanced.cv)
    assert balanced.warnings == ("a mean of 0: no CV",)


def test_limits_at_another_level() -> None:
    lower, upper = limits_of_mean(11, 10.0, 2.0, level=0.9)  # t(0.95, 10) = 1.812461
    assert (float(lower), float(upper)) == pytest.approx((10 - 3.624922, 10 + 3.624922), abs=1e-6)
    assert describe([1, 2, 3], level=0.5).upper < describe([1, 2, 3]).upper


def test_what_cannot_be_summarised_is_refused() -> None:
    with pytest.raises(DataError, match="infinite"):
        describe([math.inf])
    with pytest.raises(DataError, match="one length"):
        describe_groups([1.0], [0, 1], 2)
    with pytest.raises(DataError, match="must be a number"):
        describe(["a", "b"])
    with pytest.raises(DataError, match="no group"):
        describe_groups([1.0], [2], 2)
    with pytest.raises(DataError, match="confidence level"):
        describe([1.0], level=95)


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-200, 1.0, 1e200, 1e305])
@pytest.mark.filterwarnings("error")
def test_very_small_and_very_large_numbers(scale: float) -> None:
    found = describe([0.0, scale, 2 * scale, 7 * scale])
    digits = {5e-324: 0.51, 1e-310: 1e-13}.get(scale, 1e-15)
    assert found.mean / scale == pytest.approx(2.5, abs=digits)
    assert found.sd / scale == pytest.approx(math.sqrt(29 / 3), abs=2 * digits)
    assert found.median / scale == pytest.approx(1.5, abs=digits)
    assert math.isnan(describe([0.0, 8e306], level=0.999).upper)
    assert describe([0.0, 8e306], level=0.999).warnings == ("numbers too large: no limits",)


def test_codes_that_are_identifiers_are_refused() -> None:
    for code in (1e300, 10**9, -(10**9)):
        with pytest.raises(DataError, match="not identifiers"):
            describe_groups([1.0, 2.0], [code, 0], 2)
    with pytest.raises(DataError, match="too large"):
        describe([1e308])

"""Moments and geometric means by group: scipy and the standard library, few values, missing, not positive."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.descriptive_geometric import geometric, geometric_groups
from adamline.stats.descriptive_moments import moments_groups

CELLS = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.just(math.nan), st.integers(-50, 50).map(float))), max_size=40
)
POSITIVE = st.lists(st.integers(1, 5000).map(lambda x: x / 100), min_size=2, max_size=15)


@settings(max_examples=100, deadline=None)
@given(CELLS, st.randoms(use_true_random=False))
@pytest.mark.filterwarnings("error")
def test_moments_agree_with_scipy_in_any_order(cells: list[tuple[int, float]], random) -> None:  # type: ignore[no-untyped-def]
    table = moments_groups([value for _, value in cells], [group for group, _ in cells], 4)
    random.shuffle(cells)
    assert moments_groups([value for _, value in cells], [group for group, _ in cells], 4).equals(table)
    for group, row in enumerate(table.to_dict("records")):
        own = np.array([value for code, value in cells if code == group and not math.isnan(value)])
        n = len(own)
        assert row["n"] == n
        assert row["n_missing"] == sum(code == group and math.isnan(value) for code, value in cells)
        if not n:
            assert all(math.isnan(value) for name, value in row.items() if name not in ("n", "n_missing"))
            continue
        assert (row["sum"], row["uss"]) == pytest.approx((own.sum(), (own**2).sum()), rel=1e-13, abs=1e-12)
        assert row["css"] == pytest.approx(((own - own.mean()) ** 2).sum(), rel=1e-12, abs=1e-12)
        if n > 1:
            assert row["variance"] == pytest.approx(own.var(ddof=1), rel=1e-12, abs=1e-12)
        has_spread = len(set(own)) > 1
        for name, least, function in (("skewness", 3, scipy.stats.skew), ("kurtosis", 4, scipy.stats.kurtosis)):
            if n >= least and has_spread:
                assert row[name] == pytest.approx(function(own, bias=False), rel=1e-10, abs=1e-12), name
            else:
                assert math.isnan(row[name]), name
        if n > 1 and row["mean"] != 0:
            assert row["cv"] == pytest.approx(100 * own.std(ddof=1) / own.mean(), rel=1e-12, abs=1e-12)
        else:
            assert math.isnan(row["cv"])


@settings(max_examples=80, deadline=None)
@given(POSITIVE, st.randoms(use_true_random=False))
def test_geometric_agrees_with_others_in_any_order(values: list[float], random) -> None:  # type: ignore[no-untyped-def]
    found = geometric(values, level=0.9)
    assert found.mean == pytest.approx(statistics.geometric_mean(values), rel=1e-12)
    assert found.sd == pytest.approx(math.exp(statistics.stdev(map(math.log, values))), rel=1e-9)
    logs = np.log(values)
    assert found.cv == pytest.approx(100 * math.sqrt(math.exp(logs.var(ddof=1)) - 1), rel=1e-7, abs=1e-5)
    if len(set(values)) > 1:
        limits = scipy.stats.t.interval(0.9, len(values) - 1, logs.mean(), logs.std(ddof=1) / math.sqrt(len(values)))
        assert (found.lower, found.upper) == pytest.approx(tuple(np.exp(limits)), rel=1e-9)
    random.shuffle(values)
    assert repr(geometric([*values, math.nan], level=0.9)) == repr(found).replace("n_missing=0", "n_missing=1")


def test_a_factor_changes_the_mean_alone() -> None:
    one, other = geometric([1.0, 3.0, 7.0]), geometric([1e-5, 3e-5, 7e-5])
    assert other.mean == pytest.approx(one.mean * 1e-5, rel=1e-12)
    assert other.cv == pytest.approx(one.cv, rel=1e-12)


def test_what_has_no_geometric_mean() -> None:
    low = geometric([1.0, 0.0, -2.0, math.nan])
    assert (low.n, low.n_missing, low.n_not_positive) == (3, 1, 2)
    assert all(map(math.isnan, (low.mean, low.sd, low.cv, low.lower, low.upper)))
    assert low.warnings == ("2 of 3 values are not above 0: no geometric mean",)
    one = geometric([5.0])
    assert one.mean == pytest.approx(5, rel=1e-15) and math.isnan(one.cv) and math.isnan(one.lower)
    assert one.warnings == ("one value: no CV, no limits",)
    assert geometric([]).warnings == ("no values",)
    table = geometric_groups([1.0, 4.0, 0.0, 9.0], [0, 0, -1, 1], 3)
    np.testing.assert_allclose(table["mean"], [2, 9, np.nan], rtol=1e-15)
    assert table["n_not_positive"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("function", [moments_groups, geometric_groups])
def test_bad_input(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match="no group"):
        function([1.0], [1], 1)
    with pytest.raises(DataError, match="numbers"):
        function(["1"], [0], 1)
    with pytest.raises(DataError, match="infinite"):
        function([math.inf], [0], 1)
    assert len(function([], [], 0)) == 0
    with pytest.raises(DataError, match="level"):
        geometric([1.0], level=95)


def test_spread_far_below_the_values() -> None:
    """Whole numbers that no double rounds: the shape is that of the same numbers near 0."""
    small = [0.0, 1.0, 1.0, 3.0, 9.0, 4.0, 2.0]
    names = ["skewness", "kurtosis"]
    expected = moments_groups(small, [0] * 7, 1)[names]
    found = moments_groups([2.0**52 + each for each in small], [0] * 7, 1)[names]
    np.testing.assert_allclose(found, expected, rtol=1e-12)

"""Tests of a risk difference: a published one, Pearson's chi-square, duality with Mee's limits, halving, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, norm

from adamline.errors import DataError
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference
from adamline.stats.risk_difference_test import RiskDifferenceTestMethod as Method
from adamline.stats.risk_difference_test import risk_difference_test, risk_difference_test_tables

ROW = st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda x: [x, n - x]))
TABLE = st.tuples(ROW, ROW).map(list)
NULL = st.sampled_from([-0.9, -0.3, -0.1, 0.0, 0.05, 0.2, 0.5, 1 / 3])


def restricted_variance(table: list[list[int]], null: float) -> float:
    """The variance at the likeliest risks with this difference, by halving where the slope changes its sign."""
    (x1, r1), (x2, r2) = table
    low, high = max(0.0, -null), min(1.0, 1.0 - null)

    def slope(p2: float) -> float:
        total = 0.0
        for x, r, p in ((x1, r1, p2 + null), (x2, r2, p2)):
            total += (x / p if x else 0.0) - (r / (1 - p) if r else 0.0)
        return total

    for _ in range(100):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    p1, p2 = middle + null, middle
    return p1 * (1 - p1) / (x1 + r1) + p2 * (1 - p2) / (x2 + r2)


def test_published_non_inferiority() -> None:
    """28 of 42 in both rows, margin 0.2: the p-value of PROC FREQ that the validation of the macro SCORECI quotes."""
    found = risk_difference_test([[28, 14], [28, 14]], -0.2, Method.FARRINGTON_MANNING)
    assert found.p_greater == pytest.approx(0.0245, abs=5.01e-5)
    # "Superiority test (Pr>Z) = 0.9755" with the same margin
    other = risk_difference_test([[28, 14], [28, 14]], 0.2, Method.FARRINGTON_MANNING)
    assert other.p_greater == pytest.approx(0.9755, abs=5.01e-5)


def test_wald_by_hand() -> None:
    # 10 of 20 and 5 of 25 against -0.1: (0.3 + 0.1) / sqrt(0.25 / 20 + 0.16 / 25)
    found = risk_difference_test([[10, 10], [5, 20]], -0.1, Method.WALD)
    z = 0.4 / math.sqrt(0.0189)
    assert (found.estimate, found.se, found.z) == pytest.approx((0.3, math.sqrt(0.0189), z), rel=1e-13)
    assert (found.p_greater, found.p_less, found.p) == pytest.approx((norm.sf(z), norm.cdf(z), 2 * norm.sf(z)))
    assert (found.n1, found.n2, found.warnings) == (20, 25, ())


@settings(max_examples=150, deadline=None)
@given(TABLE, NULL)
def test_variance_under_the_hypothesis_by_halving(table: list[list[int]], null: float) -> None:
    found = risk_difference_test(table, null, Method.FARRINGTON_MANNING)
    assert found.se**2 == pytest.approx(restricted_variance(table, null), rel=1e-7, abs=1e-13)


@settings(max_examples=100, deadline=None)
@given(TABLE)
def test_at_0_it_is_pearsons_chi_square(table: list[list[int]]) -> None:
    found = risk_difference_test(table, 0, Method.FARRINGTON_MANNING)
    if 0 in np.sum(table, axis=0):
        assert math.isnan(found.z) and found.warnings == ("a standard error of 0: no test",)
        return
    other = chi2_contingency(table, correction=False)
    assert (found.z**2, found.p) == pytest.approx((other.statistic, other.pvalue), rel=1e-10, abs=1e-14)


@settings(max_examples=100, deadline=None)
@given(TABLE, st.sampled_from([0.8, 0.95]))
def test_limits_of_mee_are_just_rejected(table: list[list[int]], level: float) -> None:
    limits = risk_difference(table, RiskDifferenceMethod.MEE, level=level)
    for limit in (limits.lower, limits.upper):
        if abs(limit) < 1:
            found = risk_difference_test(table, limit, Method.FARRINGTON_MANNING)
            assert found.p == pytest.approx(1 - level, rel=1e-8)


@settings(max_examples=100, deadline=None)
@given(TABLE, NULL, st.sampled_from(list(Method)))
def test_swapped_rows_and_columns(table: list[list[int]], null: float, method: Method) -> None:
    found = risk_difference_test(table, null, method)
    swapped = risk_difference_test(table[::-1], -null, method)
    other = risk_difference_test(table, -null, method, column=2)
    for each in (swapped, other):
        assert (each.z, each.p_less) == pytest.approx((-found.z, found.p_greater), rel=1e-9, abs=1e-12, nan_ok=True)


def test_many_agree_with_one_at_a_time() -> None:
    tables = np.random.default_rng(5).integers(0, 6, (60, 2, 2))
    for method in Method:
        frame = risk_difference_test_tables(tables, 0.1, method)
        for row, table in zip(frame.to_dict("records"), tables, strict=True):
            alone = risk_difference_test(table, 0.1, method)
            np.testing.assert_array_equal(list(row.values()), [getattr(alone, str(name)) for name in row])
            assert math.isnan(alone.z) == bool(alone.warnings)
        assert len(risk_difference_test_tables(np.empty((0, 2, 2)), 0.1, method)) == 0


@pytest.mark.parametrize(
    ("tables", "null", "options", "message"),
    [
        ([[1, 2], [3, 4]], 0, {}, "another shape"),
        ([[[1, -2], [3, 4]]], 0, {}, "whole number"),
        ([[["a", 2], [3, 4]]], 0, {}, "must be a number"),
        ([[[1, 2], [3, 4]]], 1, {}, "null hypothesis"),
        ([[[1, 2], [3, 4]]], math.nan, {}, "null hypothesis"),
        ([[[1, 2], [3, 4]]], "0", {}, "null hypothesis"),
        ([[[1, 2], [3, 4]]], 0, {"column": 3}, "column of a 2 x 2 table"),
        ([[[1, 2], [3, 4]]], 0, {"method": "HA"}, "no tests of this name"),
    ],
)
def test_bad_input(tables: object, null: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        risk_difference_test_tables(tables, null, **({"method": Method.WALD} | options))  # type: ignore[arg-type]

"""Limits of a proportion: scipy's limits, brute force of the searched ones, symmetry, ends, bad counts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binomtest

from adamline.errors import DataError
from adamline.stats.proportion_limits import ProportionMethod as Method
from adamline.stats.proportion_limits import proportion_limits, proportion_limits_groups

EVENTS_OF = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVEL = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
# The others may have a limit on the wrong side of 0 of n (see the docstring), or none.
CONTAINING = [each for each in Method if each not in (Method.JEFFREYS, Method.LOGIT)]


def chance(k: int, n: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def blaker_p(p: float, x: int, n: int) -> float:
    """Blaker's p-value by its definition: the smaller tail, and of the other side the largest tail not above it."""
    chances = [chance(k, n, p) for k in range(n + 1)]
    left = [math.fsum(chances[: k + 1]) for k in range(n + 1)]
    right = [math.fsum(chances[k:]) for k in range(n + 1)]
    own, other = (left[x], right) if left[x] < right[x] else (right[x], left)
    return min(1.0, own + max((tail for tail in other if tail <= own * (1 + 1e-12)), default=0.0))


def mid_p_excess(x: int, n: int, tail: float) -> Callable[[float], float]:
    return lambda p: sum(chance(k, n, p) for k in range(x + 1, n + 1)) + chance(x, n, p) / 2 - tail


def ratio_excess(x: int, n: int, level: float) -> Callable[[float], float]:
    critical = brentq(lambda z: math.erf(z / math.sqrt(2)) - level, 0, 10, xtol=1e-14) ** 2

    def log_likelihood(p: float) -> float:
        return x * math.log(p) + ((n - x) * math.log(1 - p) if n > x else 0.0)

    return lambda p: 2 * (log_likelihood(x / n) - log_likelihood(p)) - critical


@settings(max_examples=150, deadline=None)
@given(EVENTS_OF, LEVEL)
def test_agrees_with_scipy(case: tuple[int, int], level: float) -> None:
    for ours, theirs in (
        (Method.WILSON, "wilson"),
        (Method.WILSON_CORRECTED, "wilsoncc"),
        (Method.CLOPPER_PEARSON, "exact"),
    ):
        found = proportion_limits(*case, ours, level=level)
        other = binomtest(*case).proportion_ci(level, theirs)
        assert (found.lower, found.upper) == pytest.approx((other.low, other.high), rel=1e-9, abs=1e-12), ours


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), LEVEL)
def test_searched_limits_by_another_search(case: tuple[int, int], level: float) -> None:
    x, n = case
    found = proportion_limits(x, n, Method.MID_P, level=level)
    assert found.lower == pytest.approx(brentq(mid_p_excess(x, n, (1 - level) / 2), 0, 1, xtol=1e-15), rel=1e-9)
    found = proportion_limits(x, n, Method.LIKELIHOOD_RATIO, level=level)
    assert found.lower == pytest.approx(brentq(ratio_excess(x, n, level), 1e-30, x / n, xtol=1e-300), rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), LEVEL)
def test_blaker_by_its_definition(case: tuple[int, int], level: float) -> None:
    x, n = case
    found = proportion_limits(x, n, Method.BLAKER, level=level)
    step, alpha = 1e-8, 1 - level
    if x > 0:
        assert blaker_p(found.lower + step, x, n) >= alpha - 1e-9
        assert all(blaker_p(p, x, n) < alpha + 1e-9 for p in np.linspace(0, max(found.lower - step, 0), 50))
    if x < n:
        assert blaker_p(found.upper - step, x, n) >= alpha - 1e-9
        assert all(blaker_p(p, x, n) < alpha + 1e-9 for p in np.linspace(min(found.upper + step, 1), 1, 50))


def test_a_jump_of_blaker() -> None:
    """2 of 5 at 95 %: where the exact test jumps, twice P(X >= 2) is more than 0.05 and P(X >= 2) alone is less."""
    found = proportion_limits(2, 5, Method.BLAKER)
    exact = proportion_limits(2, 5, Method.CLOPPER_PEARSON)
    assert exact.lower < found.lower < found.upper < exact.upper
    # P(X <= -1) is 0: below the jump only the right tail counts; it is 0.05 at the one-sided exact limit.
    assert found.lower == pytest.approx(proportion_limits(2, 5, Method.CLOPPER_PEARSON, level=0.9).lower, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(EVENTS_OF, LEVEL)
def test_limits_mirror_contain_and_nest(case: tuple[int, int], level: float) -> None:
    x, n = case
    for method in Method:
        found, mirrored = proportion_limits(x, n, method, level=level), proportion_limits(n - x, n, method, level=level)
        np.testing.assert_allclose([1 - mirrored.upper, 1 - mirrored.lower], [found.lower, found.upper], atol=1e-15)
        if method in CONTAINING:
            assert 0 <= found.lower <= found.estimate <= found.upper <= 1, method
        wider = proportion_limits(x, n, method, level=(1 + level) / 2)
        if not math.isnan(found.lower):
            assert wider.lower <= found.lower <= found.upper <= wider.upper, method


def test_by_hand() -> None:
    # 0 of 20: 1 - 0.025**(1/20); 1 - 0.05**(1/20); z**2 / (20 + z**2); 1 - exp(-z**2 / 40)
    z2 = 1.959963984540054**2
    by_hand = {
        Method.CLOPPER_PEARSON: 1 - 0.025**0.05,
        Method.MID_P: 1 - 0.05**0.05,
        Method.WILSON: z2 / (20 + z2),
        Method.LIKELIHOOD_RATIO: 1 - math.exp(-z2 / 40),
        Method.WALD: 0.0,
        Method.WALD_CORRECTED: 0.025,
    }
    for method, upper in by_hand.items():
        found = proportion_limits(0, 20, method)
        assert (found.lower, found.upper) == (0, pytest.approx(upper, rel=1e-12, abs=1e-15)), method


def test_limits_of_wald_are_cut_at_0_and_1() -> None:
    assert proportion_limits(1, 10, Method.WALD).lower == 0
    assert proportion_limits(9, 10, Method.WALD_CORRECTED).upper == 1
    assert proportion_limits(1, 10, Method.AGRESTI_COULL).lower == 0


def test_what_has_no_limits_says_why() -> None:
    none = proportion_limits(0, 0, Method.WILSON)
    assert math.isnan(none.estimate) and math.isnan(none.se) and math.isnan(none.lower) and math.isnan(none.upper)
    assert none.warnings == ("a total of 0: no proportion",)
    logit = proportion_limits(7, 7, Method.LOGIT)
    assert (logit.estimate, logit.se) == (1, 0) and math.isnan(logit.lower) and math.isnan(logit.upper)
    assert logit.warnings == ("no events, or nothing but events: no logit limits",)
    assert proportion_limits(7, 7, Method.WALD).warnings == (
        "no events, or nothing but events: Wald limits have no width",
    )
    assert proportion_limits(7, 7, Method.WILSON).warnings == ()


@pytest.mark.parametrize("method", list(Method))
def test_many_are_each_alone_whatever_their_size(method: Method) -> None:
    random = np.random.default_rng(3)
    totals = np.concatenate([random.integers(0, 60, 60), [100_000, 1_000_000, 1_000_000]])
    events = np.concatenate([random.integers(0, totals[:60] + 1), [1, 0, 999_998]])
    together = proportion_limits_groups(events, totals, method)
    assert list(together.columns) == ["estimate", "se", "lower", "upper"]
    for place in range(0, 63, 3):
        alone = proportion_limits_groups(events[[place]], totals[[place]], method)
        np.testing.assert_allclose(together.iloc[[place]], alone, rtol=1e-12)
    assert len(proportion_limits_groups([], [], method)) == 0


@pytest.mark.parametrize(
    ("events", "totals", "level", "message"),
    [
        ([3], [2], 0.95, "more events than the total"),
        ([-1], [2], 0.95, "whole number, 0 or more"),
        ([0.5], [2], 0.95, "whole number, 0 or more"),
        ([math.nan], [2], 0.95, "whole number, 0 or more"),
        ([1], [math.inf], 0.95, "whole number, 0 or more"),
        (["a"], [2], 0.95, "must be a number"),
        ([1, 2], [2], 0.95, "one length"),
        ([[1]], [[2]], 0.95, "one length"),
        ([1], [2], 95, "between 0 and 1"),
        ([1], [2], 0.0, "between 0 and 1"),
        ([1], [2], math.nan, "between 0 and 1"),
    ],
)
def test_bad_input(events: list[float], totals: list[float], level: float, message: str) -> None:
    with pytest.raises(DataError, match=message):
        proportion_limits_groups(events, totals, Method.WILSON, level=level)


def test_a_method_that_is_none() -> None:
    with pytest.raises(DataError, match="no limits of this name"):
        proportion_limits(1, 2, "NORMAL")  # type: ignore[arg-type]
    assert proportion_limits(1, 2, "WILSON").method == "PROC FREQ, BINOMIAL(CL=WILSON)"  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [1e-300, 1 - 1e-16])
def test_a_level_without_digits_is_refused(level: float) -> None:
    with pytest.raises(DataError, match="confidence level"):
        proportion_limits(2, 5, Method.WILSON, level=level)

"""Odds ratios, relative risks, their common forms, Breslow-Day and McNemar: scipy, fractions, brute force, zeros."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binomtest, contingency, nchypergeom_fisher, norm

from adamline.errors import DataError
from adamline.stats.breslow_day import breslow_day, breslow_day_tables
from adamline.stats.common_odds_ratio import common_odds_ratio, common_odds_ratio_tables
from adamline.stats.common_relative_risk import common_relative_risk, common_relative_risk_tables
from adamline.stats.mcnemar import mcnemar, mcnemar_tables
from adamline.stats.odds_ratio import odds_ratio, odds_ratio_tables
from adamline.stats.relative_risk import relative_risk, relative_risk_tables

COUNT = st.integers(0, 30)
TABLE = st.tuples(COUNT, COUNT, COUNT, COUNT).map(lambda x: [list(x[:2]), list(x[2:])])
FULL = st.tuples(*[st.integers(1, 30)] * 4).map(lambda x: [list(x[:2]), list(x[2:])])
STRATA = st.lists(TABLE, min_size=1, max_size=4)
FULL_STRATA = st.lists(FULL, min_size=2, max_size=4)
RATIO = ["estimate", "lower", "upper"]


def ratio_of(made: object) -> list[float]:
    return [getattr(made, name) for name in RATIO]


@settings(max_examples=60, deadline=None)
@given(FULL, st.sampled_from([0.8, 0.95, 0.99]))
def test_odds_ratio_agrees_with_scipy(table: list[list[int]], level: float) -> None:
    made = odds_ratio(table, level=level)
    sample = contingency.odds_ratio(table, kind="sample")
    limits = sample.confidence_interval(level)
    np.testing.assert_allclose(ratio_of(made), [sample.statistic, limits.low, limits.high], rtol=1e-10)
    exact = contingency.odds_ratio(table, kind="conditional").confidence_interval(level)
    np.testing.assert_allclose([made.exact_lower, made.exact_upper], [exact.low, exact.high], rtol=1e-6)
    assert made.warnings == ()


@pytest.mark.parametrize("table", [[[0, 9], [4, 6]], [[22, 39], [39, 113]], [[3, 1], [1, 3]], [[5, 0], [1, 300]]])
def test_exact_limits_are_where_a_tail_is_half_of_alpha(table: list[list[int]]) -> None:
    """Tails of Fisher's noncentral hypergeometric distribution, searched anew."""
    (a, b), (c, d) = table
    made = odds_ratio(table)

    def tail(log: float, side: str) -> float:
        law = nchypergeom_fisher(a + b + c + d, a + b, a + c, math.exp(log))
        return (law.sf(a - 1) if side == "lower" else law.cdf(a)) - 0.025

    if a > max(0, a - d):
        assert made.exact_lower == pytest.approx(math.exp(brentq(tail, -12, 12, ("lower",), xtol=1e-13)), rel=1e-8)
    else:
        assert made.exact_lower == 0
    if b > 0 and c > 0:
        assert made.exact_upper == pytest.approx(math.exp(brentq(tail, -12, 12, ("upper",), xtol=1e-13)), rel=1e-8)
    else:
        assert made.exact_upper == math.inf


def test_zero_cells() -> None:
    none, all_ = odds_ratio([[0, 9], [4, 6]]), odds_ratio([[9, 0], [6, 4]])
    assert all(map(math.isnan, ratio_of(none) + ratio_of(all_)))
    assert none.exact_lower == 0 and all_.exact_upper == math.inf
    assert none.exact_upper == pytest.approx(1 / all_.exact_lower, rel=1e-12)
    assert none.warnings == ("a count of 0: no sample odds ratio and no Wald limits",)
    only = odds_ratio([[0, 5], [0, 7]])  # no other table has these totals
    assert math.isnan(only.exact_lower) and math.isnan(only.exact_upper)
    risk = relative_risk([[0, 9], [4, 6]])
    assert all(map(math.isnan, ratio_of(risk)))
    assert risk.warnings == ("a count of 0 in column 1: no relative risk",)
    # Column 2 has counts: 9/9 over 6/10, variance 0 + 4/60.
    other = relative_risk([[0, 9], [4, 6]], column=2)
    half = norm.ppf(0.975) * math.sqrt(4 / 60)
    np.testing.assert_allclose(ratio_of(other), [10 / 6, 10 / 6 * math.exp(-half), 10 / 6 * math.exp(half)])


@settings(max_examples=60, deadline=None)
@given(FULL)
def test_relative_risk_agrees_with_scipy(table: list[list[int]]) -> None:
    (a, b), (c, d) = table
    other = contingency.relative_risk(a, a + b, c, c + d)
    limits = other.confidence_interval(0.95)
    np.testing.assert_allclose(
        ratio_of(relative_risk(table)), [other.relative_risk, limits.low, limits.high], rtol=1e-10
    )
    swapped = relative_risk([[b, a], [d, c]], column=2)
    np.testing.assert_allclose(ratio_of(swapped), ratio_of(relative_risk(table)), rtol=1e-13)
    turned = ratio_of(relative_risk([[c, d], [a, b]]))
    np.testing.assert_allclose([1 / turned[0], 1 / turned[2], 1 / turned[1]], ratio_of(relative_risk(table)))


@settings(max_examples=60, deadline=None)
@given(FULL)
def test_one_stratum_is_the_plain_ratio(table: list[list[int]]) -> None:
    """The variances of the Mantel-Haenszel estimates are then Woolf's and the plain one."""
    for method in ("MH", "LOGIT"):
        np.testing.assert_allclose(
            ratio_of(common_odds_ratio([table], method=method)), ratio_of(odds_ratio(table, is_exact=False)), rtol=1e-9
        )
        for column in (1, 2):
            np.testing.assert_allclose(
                ratio_of(common_relative_risk([table], method=method, column=column)),
                ratio_of(relative_risk(table, column=column)),
                rtol=1e-9,
            )


@settings(max_examples=60, deadline=None)
@given(FULL_STRATA, st.randoms(use_true_random=False))
def test_common_estimates_by_fractions_and_in_any_order(strata: list[list[list[int]]], random) -> None:  # type: ignore[no-untyped-def]
    up = sum(Fraction(a * d, a + b + c + d) for (a, b), (c, d) in strata)
    down = sum(Fraction(b * c, a + b + c + d) for (a, b), (c, d) in strata)
    odds = common_odds_ratio(strata)
    assert odds.estimate == pytest.approx(float(up / down), rel=1e-13)
    up = sum(Fraction(a * (c + d), a + b + c + d) for (a, b), (c, d) in strata)
    down = sum(Fraction(c * (a + b), a + b + c + d) for (a, b), (c, d) in strata)
    assert common_relative_risk(strata).estimate == pytest.approx(float(up / down), rel=1e-13)
    shuffled = list(strata)
    random.shuffle(shuffled)
    np.testing.assert_allclose(ratio_of(common_odds_ratio(shuffled)), ratio_of(odds), rtol=1e-13)
    # A stratum without records adds nothing, whatever the method.
    for method in ("MH", "LOGIT"):
        empty = [*strata, [[0, 0], [0, 0]]]
        np.testing.assert_array_equal(
            ratio_of(common_odds_ratio(empty, method=method)), ratio_of(common_odds_ratio(strata, method=method))
        )
        assert common_odds_ratio(empty, method=method).n_strata == len(strata)


def test_logit_adds_a_half_in_strata_with_a_zero() -> None:
    strata, corrected = [[[5, 3], [2, 8]], [[0, 6], [4, 2]]], [[[5, 3], [2, 8]], [[0.5, 6.5], [4.5, 2.5]]]
    logs = [math.log(a * d / (b * c)) for (a, b), (c, d) in corrected]
    weights = [1 / (1 / a + 1 / b + 1 / c + 1 / d) for (a, b), (c, d) in corrected]
    made = common_odds_ratio(strata, method="LOGIT")
    assert made.estimate == pytest.approx(math.exp(np.average(logs, weights=weights)), rel=1e-13)
    assert (made.n_corrected, made.warnings) == (1, ("1/2 added to each cell of 1 strata with a count of 0",))
    logs = [math.log(a / (a + b) / (c / (c + d))) for (a, b), (c, d) in corrected]
    weights = [1 / (b / (a + b) / a + d / (c + d) / c) for (a, b), (c, d) in corrected]
    assert common_relative_risk(strata, method="LOGIT").estimate == pytest.approx(
        math.exp(np.average(logs, weights=weights)), rel=1e-13
    )
    assert common_odds_ratio(strata).n_corrected == 0


def test_no_common_estimate() -> None:
    for made in (common_odds_ratio([[[5, 0], [3, 0]]]), common_relative_risk([[[0, 5], [3, 0]], [[0, 0], [2, 2]]])):
        assert all(map(math.isnan, ratio_of(made)))
        assert made.warnings == ("a sum over the strata is 0: no common estimate",)


@settings(max_examples=80, deadline=None)
@given(FULL_STRATA)
def test_breslow_day_by_bisection(strata: list[list[list[int]]]) -> None:
    ratio = common_odds_ratio(strata).estimate
    total, differences, variances = 0.0, 0.0, 0.0
    for (a, b), (c, d) in strata:
        row, column, n = a + b, a + c, a + b + c + d
        low, high = max(0, row + column - n), min(row, column)

        def gap(e: float, row: int = row, column: int = column, n: int = n) -> float:
            return e * (n - row - column + e) - ratio * (row - e) * (column - e)

        e = brentq(gap, low, high, xtol=1e-14, rtol=1e-15)
        variance = 1 / (1 / e + 1 / (row - e) + 1 / (column - e) + 1 / (n - row - column + e))
        total, differences, variances = total + (a - e) ** 2 / variance, differences + a - e, variances + variance
    made = breslow_day(strata)
    assert made.df == len(strata) - 1
    assert made.chi_square == pytest.approx(total, rel=1e-7, abs=1e-9)
    assert breslow_day(strata, tarone=True).chi_square == pytest.approx(
        max(total - differences**2 / variances, 0), rel=1e-7, abs=1e-9
    )


@pytest.mark.parametrize("tarone", [False, True])
@pytest.mark.parametrize("count", [10, 10_000, 10_000_000])
def test_breslow_day_keeps_its_digits_in_large_tables(count: int, tarone: bool) -> None:
    """A common ratio far from 1, where fitted counts near 0 stand by counts of millions; roots with 80 digits."""
    strata = [[[count, 1], [1, count]], [[count, 0], [3, count // 2]], [[1, 0], [0, 1]]]
    with localcontext() as context:
        context.prec = 80
        up = sum(Decimal(a * d) / (a + b + c + d) for (a, b), (c, d) in strata)
        ratio = up / sum(Decimal(b * c) / (a + b + c + d) for (a, b), (c, d) in strata)
        total = differences = variances = Decimal(0)
        for (a, b), (c, d) in strata:
            row, column, n = a + b, a + c, a + b + c + d
            half = ratio * (row + column) + n - row - column
            e = (half - (half**2 - 4 * (ratio - 1) * ratio * row * column).sqrt()) / (2 * (ratio - 1))
            variance = 1 / (1 / e + 1 / (row - e) + 1 / (column - e) + 1 / (n - row - column + e))
            total, differences, variances = total + (a - e) ** 2 / variance, differences + a - e, variances + variance
        expected = float(total - differences**2 / variances if tarone else total)
    swapped = [[row[::-1] for row in table] for table in strata]
    for same in (strata, swapped, [table[::-1] for table in strata], np.transpose(strata, (0, 2, 1)).tolist()):
        assert breslow_day(same, tarone=tarone).chi_square == pytest.approx(expected, rel=1e-12)


def test_limits_beyond_the_largest_double_are_infinite() -> None:
    """Two strata, each with one of the two sums: the variance of the logarithm is near 1e9."""
    with np.errstate(over="raise"):
        made = common_odds_ratio([[[1, 0], [10**9, 1]], [[0, 1], [1, 10**9]]])
    assert ratio_of(made) == [1, 0, math.inf]


def test_limits_of_a_common_risk_keep_their_digits_in_large_tables() -> None:
    """Of [a 1 / 1 0] the variance is (n1 n2 (a + 1) - a n) / n**2 over the two sums, and that is 1 / n**2 over them."""
    a = 10**9 - 1
    n1, n = a + 1, a + 2
    up, down = Fraction(a, n), Fraction(n1, n)
    variance = Fraction(n1 * (a + 1) - a * n, n * n) / (up * down)
    made = common_relative_risk([[[a, 1], [1, 0]]])
    half = norm.ppf(0.975) * math.sqrt(variance)
    assert made.estimate == pytest.approx(float(up / down), rel=1e-15)
    assert made.upper / made.estimate - 1 == pytest.approx(math.expm1(half), rel=1e-6)


def test_breslow_day_without_a_test_or_a_stratum() -> None:
    alone = breslow_day([[[5, 3], [2, 8]], [[0, 6], [0, 2]]])
    assert alone.df == 0 and math.isnan(alone.chi_square) and math.isnan(alone.p)
    assert alone.warnings == ("fewer than 2 strata, or no Mantel-Haenszel odds ratio: no test",)
    assert math.isnan(breslow_day([[[5, 0], [2, 8]], [[6, 0], [2, 3]]]).p)  # the common ratio is infinite
    both = [[[5, 3], [2, 8]], [[3, 6], [4, 2]]]
    assert breslow_day([*both, [[0, 6], [0, 2]]]).chi_square == breslow_day(both).chi_square
    assert breslow_day([both[0]] * 3).chi_square == pytest.approx(0, abs=1e-20)


@settings(max_examples=80, deadline=None)
@given(TABLE)
def test_mcnemar_agrees_with_a_binomial_test(table: list[list[int]]) -> None:
    (_, b), (c, _) = table
    made = mcnemar(table)
    if b + c == 0:
        assert math.isnan(made.chi_square) and math.isnan(made.p) and math.isnan(made.p_exact)
        assert made.warnings == ("no discordant pair: no test",)
        return
    assert made.p_exact == pytest.approx(binomtest(b, b + c).pvalue, rel=1e-12)
    assert made.chi_square == pytest.approx((b - c) ** 2 / (b + c), rel=1e-14)
    assert made.p == pytest.approx(2 * norm.sf(abs(b - c) / math.sqrt(b + c)), rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.lists(TABLE, min_size=1, max_size=6), STRATA)
def test_many_agree_with_one_at_a_time(tables: list[list[list[int]]], strata: list[list[list[int]]]) -> None:
    many = {
        odds_ratio: odds_ratio_tables(tables),
        relative_risk: relative_risk_tables(tables),
        mcnemar: mcnemar_tables(tables),
    }
    for scalar, frame in many.items():
        for table, row in zip(tables, frame.to_dict("records"), strict=True):
            alone = scalar(table)  # type: ignore[operator]
            np.testing.assert_allclose([getattr(alone, k) for k in row], list(row.values()), rtol=1e-12)
    stacked = [strata, strata[::-1], np.zeros_like(strata)]
    for frame in (
        common_odds_ratio_tables(stacked),
        common_relative_risk_tables(stacked, method="LOGIT"),
        breslow_day_tables(stacked),
    ):
        np.testing.assert_allclose(frame.iloc[0].to_numpy(float), frame.iloc[1].to_numpy(float), rtol=1e-9, atol=1e-9)
        assert np.isnan(frame.iloc[2].iloc[-1])


@settings(max_examples=40, deadline=None)
@given(TABLE)
def test_swapped_rows_turn_the_odds_ratio_over(table: list[list[int]]) -> None:
    made, turned = odds_ratio(table), odds_ratio(table[::-1])
    assume(not math.isnan(made.exact_lower))
    with np.errstate(divide="ignore"):
        over = [float(np.divide(1, x)) for x in (turned.exact_upper, turned.exact_lower)]
    np.testing.assert_allclose([made.exact_lower, made.exact_upper], over, rtol=1e-9)


@pytest.mark.parametrize("scalar", [odds_ratio, relative_risk, mcnemar])
def test_bad_tables(scalar) -> None:  # type: ignore[no-untyped-def]
    for table in ([[1, 2, 3], [4, 5, 6]], [1, 2], [[1, -2], [3, 4]], [[1, math.nan], [3, 4]], [["a", 1], [2, 3]]):
        with pytest.raises(DataError):
            scalar(table)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: odds_ratio([[1, 2], [3, 4]], level=95), "between 0 and 1"),
        (lambda: odds_ratio([[10**6, 2], [3, 4]]), "too large for exact limits"),
        (lambda: relative_risk([[1, 2], [3, 4]], column=0), "1 or 2"),
        (lambda: common_relative_risk([[[1, 2], [3, 4]]], column=3), "1 or 2"),
        (lambda: relative_risk([[1, 2], [3, 4]], column=True), "1 or 2"),
        (lambda: relative_risk([[1, 2], [3, 4]], column=[1, 2]), "1 or 2"),  # type: ignore[arg-type]
        (lambda: common_relative_risk([[[1, 2], [3, 4]]], column=1.0), "1 or 2"),  # type: ignore[arg-type]
        (lambda: common_odds_ratio([[[1, 2], [3, 4]]], method="EXACT"), "There are no common estimates"),
        (lambda: common_odds_ratio([[1, 2], [3, 4]]), "another shape"),
        (lambda: breslow_day([[[1, 2, 3], [3, 4, 5]]]), "another shape"),
    ],
)
def test_bad_options(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        call()


def test_large_tables_need_no_exact_limits() -> None:
    assert odds_ratio([[10**7, 2], [3, 4]], is_exact=False).estimate == pytest.approx(4e7 / 6)

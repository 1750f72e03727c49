"""Kappa: the formulas of Fleiss, Cohen and Everitt cell by cell, the delta method by differences, laws, bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from adamline.errors import DataError
from adamline.stats.kappa import kappa, kappa_tables

TABLE = st.integers(2, 4).flatmap(
    lambda r: st.lists(st.lists(st.integers(1, 9), min_size=r, max_size=r), min_size=r, max_size=r)
)
KINDS = st.sampled_from(["SIMPLE", "CA", "FC"])


def weight(i: int, j: int, r: int, kind: str) -> float:
    away = abs(i - j) / (r - 1)
    return float(i == j) if kind == "SIMPLE" else 1 - away if kind == "CA" else 1 - away**2


def value(shares: np.ndarray, kind: str) -> float:
    r = len(shares)
    w = np.array([[weight(i, j, r, kind) for j in range(r)] for i in range(r)])
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(((w * shares).sum() - (w * by_chance).sum()) / (1 - (w * by_chance).sum()))


@settings(max_examples=60, deadline=None)
@given(TABLE, KINDS)
def test_delta_method_by_differences(table: list[list[int]], kind: str) -> None:
    """The variance is that of the gradient under multinomial counts, here by central differences."""
    shares = np.array(table) / np.sum(table)
    made = kappa(table, weights=kind)
    assert made.estimate == pytest.approx(value(shares, kind), rel=1e-12, abs=1e-13)

    def slope(p: np.ndarray, i: int, j: int) -> float:
        step = np.zeros_like(p)
        step[i, j] = 1e-6
        up, down = p + step, p - step
        return (value(up / up.sum(), kind) - value(down / down.sum(), kind)) / 2e-6

    for p, se in ((shares, made.se), (np.outer(shares.sum(axis=1), shares.sum(axis=0)), made.se_null)):
        gradient = np.array([[slope(p, i, j) for j in range(len(p))] for i in range(len(p))])
        variance = (p * gradient**2).sum() - (p * gradient).sum() ** 2
        assert se == pytest.approx(math.sqrt(max(variance, 0) / np.sum(table)), rel=1e-5, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_simple_kappa_cell_by_cell(table: list[list[int]]) -> None:
    """The form of the manual as we know it, cell by cell: (A + B - C) / ((1 - Pe)**2 n)."""
    p = np.array(table) / np.sum(table)
    rows, columns, r = p.sum(axis=1), p.sum(axis=0), len(p)
    k, expected = kappa(table).estimate, float(rows @ columns)
    a = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - k)) ** 2 for i in range(r))
    b = (1 - k) ** 2 * sum(p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(r) for j in range(r) if i != j)
    c = (k - expected * (1 - k)) ** 2
    made = kappa(table)
    assert made.se == pytest.approx(math.sqrt(max(a + b - c, 0) / np.sum(table)) / (1 - expected), rel=1e-8, abs=1e-9)
    null = expected + expected**2 - (rows * columns * (rows + columns)).sum()
    assert made.se_null == pytest.approx(math.sqrt(null / np.sum(table)) / (1 - expected), rel=1e-9)
    assert made.p == pytest.approx(2 * norm.sf(abs(made.estimate / made.se_null)), rel=1e-9)
    assert made.upper - made.estimate == pytest.approx(norm.ppf(0.975) * made.se, rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(TABLE, KINDS)
def test_laws(table: list[list[int]], kind: str) -> None:
    made = kappa(table, weights=kind)
    turned, mirrored = kappa(np.transpose(table), weights=kind), kappa(np.flip(table), weights=kind)
    doubled = kappa(2 * np.array(table), weights=kind)
    for other in (turned, mirrored):
        np.testing.assert_allclose([other.estimate, other.se], [made.estimate, made.se], rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose([doubled.estimate, doubled.se * math.sqrt(2)], [made.estimate, made.se], atol=1e-9)
    if len(table) == 2:  # weights play no part
        np.testing.assert_allclose(made.estimate, kappa(table).estimate, rtol=1e-12)


def test_scores_of_the_ratings() -> None:
    table = [[5, 2, 1], [1, 6, 2], [0, 3, 7]]
    assert kappa(table, weights="CA", scores=[10, 20, 30]).estimate == pytest.approx(
        kappa(table, weights="CA").estimate
    )
    assert kappa(table, weights="CA", scores=[0, 1, 10]).estimate != kappa(table, weights="CA").estimate
    # Ratings 0, 1, 10: weights 1 - 1/10, 1 - 9/10, 0.
    w = np.array([[1, 0.9, 0], [0.9, 1, 0.1], [0, 0.1, 1]])
    p = np.array(table) / 27
    chance = (w * np.outer(p.sum(axis=1), p.sum(axis=0))).sum()
    assert kappa(table, weights="CA", scores=[0, 1, 10]).estimate == pytest.approx(
        ((w * p).sum() - chance) / (1 - chance)
    )


def test_full_agreement_and_none() -> None:
    full = kappa([[4, 0], [0, 6]])
    assert (full.estimate, full.se, full.lower, full.upper) == (1.0, 0.0, 1.0, 1.0)
    for table in ([[0, 0], [0, 0]], [[9, 0], [0, 0]]):
        made = kappa(table)
        assert math.isnan(made.estimate) and math.isnan(made.lower) and math.isnan(made.p)
        assert made.warnings == ("no pair, or one rating alone: no kappa",)
    one_rater = kappa([[4, 3], [0, 0]])
    assert (one_rater.estimate, one_rater.se_null) == (0.0, 0.0)
    assert math.isnan(one_rater.p) and one_rater.warnings == ("the standard error if kappa is 0 is 0: no test",)
    assert len(kappa_tables(np.empty((0, 3, 3)))) == 0


@pytest.mark.parametrize("weights", ["SIMPLE", "CA", "FC"])
def test_one_pair_apart_from_many(weights: str) -> None:
    """Of [a 0 / 0 1] kappa is 1; if it is 0 its variance is (pe + pe**2 - sum 2 pi**3) / (1 - pe)**2 / n."""
    a = 987_834_854
    n = a + 1
    p = [Fraction(a, n), Fraction(1, n)]
    expected = sum(x**2 for x in p)
    null = (expected + expected**2 - sum(2 * x**3 for x in p)) / (1 - expected) ** 2 / n
    made = kappa([[a, 0], [0, 1]], weights=weights)
    assert (made.estimate, made.se) == (1, 0)
    assert made.se_null == pytest.approx(math.sqrt(null), rel=1e-12)


def test_no_agreement_beyond_chance_is_0_and_has_no_sign() -> None:
    made = kappa([[1, 1, 1], [0, 0, 0], [1, 0, 1]])  # 2/5 agree, as expected: (3 * 2 + 2 * 2) / 25
    assert (made.estimate, made.z, made.p) == (0, 0, 1)
    assert math.copysign(1, made.estimate) == 1
    assert kappa([[742, 861, 564], [0, 0, 0], [0, 0, 0]], weights="CA").estimate == 0


def test_weights_that_leave_no_variance_give_no_test() -> None:
    """All ratings of one rater are below all of the other: pairs play no part in the mean disagreement."""
    made = kappa([[0, 0, 3, 1], [0, 0, 2, 5], [0] * 4, [0] * 4], weights="CA")
    assert (made.estimate, made.se, made.se_null) == (0, 0, 0)
    assert math.isnan(made.z) and made.warnings == ("the standard error if kappa is 0 is 0: no test",)
    reverse = kappa([[0, 0, 1], [0, 1, 0], [1, 0, 0]], weights="FC")
    assert (reverse.estimate, reverse.se) == (-1, 0)


@pytest.mark.parametrize(
    ("table", "more", "message"),
    [
        ([[1, 2, 3], [4, 5, 6]], {}, "square"),
        ([[1]], {}, "square"),
        ([[1, -1], [2, 3]], {}, "whole number"),
        ([[1, 2], [3, 4]], {"weights": "AC"}, "no weights of this name"),
        ([[1, 2], [3, 4]], {"weights": "CA", "scores": [2, 1]}, "must rise"),
        ([[1, 2], [3, 4]], {"weights": "CA", "scores": [-1e308, 1e308]}, "too large or too close"),
        ([[1, 2], [3, 4]], {"level": 1}, "between 0 and 1"),
    ],
)
def test_bad_input(table: object, more: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        kappa(table, **more)  # type: ignore[arg-type]

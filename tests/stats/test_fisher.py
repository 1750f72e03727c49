"""Fisher's exact test of 2 x 2 tables: exact fractions, scipy, symmetries, empty rows and bad counts."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact as fisher_of_scipy

from adamline.errors import DataError
from adamline.stats.fisher import fisher_exact, fisher_exact_tables

COUNT = st.integers(0, 40)
TABLE = st.tuples(COUNT, COUNT, COUNT, COUNT).map(lambda cells: [list(cells[:2]), list(cells[2:])])
LARGE = [
    [[500, 520], [480, 500]],
    [[3, 9_997], [25, 9_975]],
    [[12_000, 13_000], [1_000, 800]],
    [[0, 60], [60, 0]],
    [[1, 200_000], [7, 200_001]],
    [[700, 300], [300, 700]],
]


def exact(table: list[list[int]]) -> list[float]:
    """Two-sided, left, right and table probability, from fractions over all tables with the same totals."""
    (first, right), (below, last) = table
    row, column, total = first + right, first + below, first + right + below + last
    ways = {
        count: math.comb(row, count) * math.comb(total - row, column - count)
        for count in range(max(0, row + column - total), min(row, column) + 1)
    }
    observed = ways[first]
    parts = (
        sum(way for way in ways.values() if way <= observed * (1 + Fraction(1, 10**7))),
        sum(way for count, way in ways.items() if count <= first),
        sum(way for count, way in ways.items() if count >= first),
        observed,
    )
    return [float(Fraction(part, math.comb(total, column))) for part in parts]


def test_tea() -> None:
    """Fisher's lady tasting tea, three of four right: 1, 16, 36, 16, 1 of 70 ways to have 0 to 4 right."""
    test = fisher_exact([[3, 1], [1, 3]])
    assert test.p_table == pytest.approx(16 / 70, rel=1e-14)
    assert test.p_left == pytest.approx(69 / 70, rel=1e-14)
    assert test.p_right == pytest.approx(17 / 70, rel=1e-14)
    assert test.p == pytest.approx(34 / 70, rel=1e-14)
    assert (test.n, test.method, test.warnings) == (8, "PROC FREQ, Fisher's exact test", ())


@settings(max_examples=150, deadline=None)
@given(TABLE)
def test_small_tables_against_fractions(table: list[list[int]]) -> None:
    np.testing.assert_allclose(fisher_exact_tables([table]).iloc[0], exact(table), rtol=1e-13, atol=0)


@pytest.mark.parametrize("table", LARGE)
def test_large_tables_against_fractions(table: list[list[int]]) -> None:
    np.testing.assert_allclose(fisher_exact_tables([table]).iloc[0], exact(table), rtol=1e-12, atol=0)


def test_tables_of_nearly_the_same_probability_are_told_apart() -> None:
    """With these totals 8 in cell (1,1) is more likely than 5, by 1.5e-5 of it: it does not count against 5."""
    of_5, of_8 = fisher_exact([[5, 31], [11, 41]]), fisher_exact([[8, 28], [8, 44]])
    assert of_8.p_table / of_5.p_table == pytest.approx(1 + 1.483e-5, rel=1e-8)
    assert of_8.p - of_5.p == pytest.approx(of_8.p_table, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_agrees_with_scipy(table: list[list[int]]) -> None:
    test = fisher_exact(table)
    assert test.p == pytest.approx(fisher_of_scipy(table, "two-sided").pvalue, rel=1e-9)
    assert test.p_left == pytest.approx(fisher_of_scipy(table, "less").pvalue, rel=1e-9)
    assert test.p_right == pytest.approx(fisher_of_scipy(table, "greater").pvalue, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_turned_tables(table: list[list[int]]) -> None:
    """Swapped rows or columns exchange left and right; the transposed table is the same."""
    counts = np.array(table)
    turned = fisher_exact_tables([counts, counts[::-1], counts[:, ::-1], counts.T])
    np.testing.assert_allclose(turned["p"], [turned["p"][0]] * 4, rtol=1e-12)
    np.testing.assert_allclose(turned["p_table"], [turned["p_table"][0]] * 4, rtol=1e-12)
    left, right = turned["p_left"][0], turned["p_right"][0]
    np.testing.assert_allclose(turned["p_left"], [left, right, right, left], rtol=1e-12)
    np.testing.assert_allclose(turned["p_right"], [right, left, left, right], rtol=1e-12)
    assert left + right == pytest.approx(1 + turned["p_table"][0], rel=1e-12)


def test_many_tables_of_very_different_sizes() -> None:
    """More cells of work than one step takes; to the last bit each row is that of its table alone."""
    random = np.random.default_rng(7)
    tables = random.integers(0, 5, size=(800, 2, 2)) * random.choice([1, 10, 300], size=(800, 1, 1))
    together = fisher_exact_tables(tables)
    for place in range(0, 800, 8):
        alone = fisher_exact_tables(tables[[place]])
        assert together.iloc[[place]].reset_index(drop=True).equals(alone)
    assert (together <= 1).all(axis=None)


def test_the_widest_table() -> None:
    """Half a million possible tables; the variance of cell (1,1) is 500,000**4 / (10**12 * 999,999) = 62,500.06."""
    test = fisher_exact(np.full((2, 2), 250_000))
    assert test.p_table == pytest.approx(1 / math.sqrt(2 * math.pi * 62_500.0625), rel=1e-5)
    assert test.p_left == pytest.approx((1 + test.p_table) / 2, rel=1e-12)
    assert test.p == 1


def test_only_one_table_possible() -> None:
    tables = [[[0, 0], [3, 4]], [[3, 0], [4, 0]], [[0, 2], [0, 9]], [[3, 4], [0, 0]], [[0, 0], [0, 0]]]
    assert (fisher_exact_tables(tables) == 1).all(axis=None)
    for table in tables:
        assert fisher_exact(table).warnings == (
            "an empty row or column: no other table is possible, SAS gives no test",
        )
    assert fisher_exact([[0, 3], [4, 0]]).warnings == ()


def test_no_table() -> None:
    assert fisher_exact_tables(np.empty((0, 2, 2))).shape == (0, 4)


def test_the_far_end_of_a_large_table_is_0_and_not_missing() -> None:
    test = fisher_exact([[2_000, 0], [0, 2_000]])
    assert (test.p_table, test.p, test.p_right, test.p_left) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[1, -1], [2, 3]], "whole number, 0 or more"),
        ([[1, 0.5], [2, 3]], "whole number, 0 or more"),
        ([[1, math.nan], [2, 3]], "whole number, 0 or more"),
        ([[1, math.inf], [2, 3]], "whole number, 0 or more"),
        ([[1, 2, 3], [4, 5, 6]], "another shape"),
        ([1, 2, 3, 4], "another shape"),
        ([[1_000_000, 0], [0, 1]], "too large"),
    ],
)
def test_bad_input(table: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fisher_exact(table)  # type: ignore[arg-type]

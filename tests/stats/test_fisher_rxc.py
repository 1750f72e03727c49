"""The exact r x c test: all tables counted in whole numbers, the 2 x 2 test, laws, the budget, bad input."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.fisher import fisher_exact
from adamline.stats.fisher_rxc import fisher_rxc


def tables(rows: int, columns: int, most: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(0, most), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


SHAPES = {(2, 3): 6, (3, 2): 6, (2, 5): 3, (3, 3): 3, (3, 4): 2, (4, 3): 2, (4, 4): 1, (2, 6): 2}
ANY = st.sampled_from(sorted(SHAPES)).flatmap(lambda shape: tables(*shape, SHAPES[shape]))


def columns_of(total: int, room: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(room) == 1:
        if total <= room[0]:
            yield (total,)
        return
    for count in range(min(total, room[0]) + 1):
        for rest in columns_of(total - count, room[1:]):
            yield (count, *rest)


def ways(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[int]:
    """Of each table with these totals, in how many ways the records can make it."""
    if not columns:
        yield 1
        return
    for column in columns_of(columns[0], rows):
        here = math.prod(math.comb(row, count) for row, count in zip(rows, column, strict=True))
        for rest in ways(tuple(row - count for row, count in zip(rows, column, strict=True)), columns[1:]):
            yield here * rest


def exact(table: list[list[int]]) -> tuple[float, float]:
    counts = np.asarray(table)
    rows, columns = tuple(counts.sum(axis=1).tolist()), tuple(counts.sum(axis=0).tolist())
    observed, left = 1, list(rows)
    for column in counts.T.tolist():
        observed *= math.prod(math.comb(row, count) for row, count in zip(left, column, strict=True))
        left = [row - count for row, count in zip(left, column, strict=True)]
    all_ways = list(ways(rows, columns))
    within = sum(way for way in all_ways if way <= observed * (1 + Fraction(1, 10**7)))
    return float(Fraction(within, sum(all_ways))), float(Fraction(observed, sum(all_ways)))


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_small_tables_against_enumeration(table: list[list[int]]) -> None:
    made = fisher_rxc(table)
    np.testing.assert_allclose([made.p, made.p_table], exact(table), rtol=1e-10)


@settings(max_examples=80, deadline=None)
@given(tables(2, 2, 30))
def test_two_by_two(table: list[list[int]]) -> None:
    assert fisher_rxc(table).p == pytest.approx(fisher_exact(table).p, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(3, 4, 5), st.randoms(use_true_random=False))
def test_order_transpose_and_empty_rows(table: list[list[int]], random) -> None:  # type: ignore[no-untyped-def]
    made = fisher_rxc(table)
    random.shuffle(table)
    turned = np.insert(np.transpose(table), 2, 0, axis=0)
    again = fisher_rxc(turned)
    np.testing.assert_allclose([again.p, again.p_table], [made.p, made.p_table], rtol=1e-9)
    assert again.n == made.n


def test_nearly_full_association_keeps_its_digits() -> None:
    """Only the tables that are the observed one with rows exchanged are as unlikely: 6 of 30! / 10!**3 ways."""
    made = fisher_rxc(np.diag([10, 10, 10]))
    assert made.p == pytest.approx(6 * math.factorial(10) ** 3 / math.factorial(30), rel=1e-9)


def test_one_row_or_column_or_none() -> None:
    for table in ([[3, 4, 5], [0, 0, 0]], [[3], [4]], [[0, 0], [0, 0]]):
        made = fisher_rxc(table)
        assert (made.p, made.p_table) == (1.0, 1.0)
        assert made.warnings == ("fewer than 2 rows or columns: no other table is possible",)


def test_three_by_five_of_314_and_its_budget() -> None:
    table = [[22, 17, 25, 21, 19], [30, 14, 20, 22, 18], [15, 26, 24, 17, 24]]
    assert np.sum(table) == 314
    made = fisher_rxc(table)
    # Simulated: 20,000 tables with these totals, three standard errors.
    rng = np.random.default_rng(314)
    row, column = np.repeat(np.arange(3), np.sum(table, axis=1)), np.repeat(np.arange(5), np.sum(table, axis=0))
    logs = np.array([math.lgamma(x + 1) for x in range(315)])
    limit = logs[np.array(table)].sum() - 1e-7
    drawn = np.empty(20_000, dtype=bool)
    for place in range(len(drawn)):
        cells = np.bincount(row * 5 + rng.permutation(column), minlength=15)
        drawn[place] = logs[cells].sum() >= limit
    assert made.p == pytest.approx(drawn.mean(), abs=3.5 * math.sqrt(made.p * (1 - made.p) / len(drawn)))
    with pytest.raises(DataError, match="too much work"):
        fisher_rxc(table, budget=made.work // 2)


def test_too_large_a_table_says_so_at_once() -> None:
    with pytest.raises(DataError, match="too much work"):
        fisher_rxc(np.full((8, 8), 20))
    with pytest.raises(DataError, match="too much work"):
        fisher_rxc(np.full((15, 15), 900))


@pytest.mark.parametrize("table", [[1, 2], [[1, -1], [2, 3]], [[1, math.nan], [2, 3]], [[], []], [["a", "b"]]])
def test_bad_input(table: object) -> None:
    with pytest.raises(DataError):
        fisher_rxc(table)  # type: ignore[arg-type]

"""Van Elteren test: the CMH formula on contingency tables, Kruskal-Wallis, the Wilcoxon sums, singular designs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, rankdata

from adamline.errors import DataError
from adamline.stats.kruskal_wallis import kruskal_wallis
from adamline.stats.rank_sum import rank_sum
from adamline.stats.van_elteren import van_elteren, van_elteren_blocks

# group, stratum, value
RECORDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 4)), max_size=30)


def row_mean_scores(records: list[tuple[int, int, int]]) -> tuple[float, int]:
    """The generalised CMH statistic of PROC FREQ: G = sum B (n - m), V = sum B Cov(n) B', B = C (x) R, Q = G' V- G.

    Written from the guide's formula with Kronecker products over the cells of tables stratum * group * value, C the
    modified ridits of the columns, R an identity; the reader of the tables shares no code with the package.
    """
    groups, levels = (sorted({record[part] for record in records}) for part in (0, 2))
    total, spread = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    for stratum in {record[1] for record in records}:
        table = np.zeros((len(groups), len(levels)))
        for group, own, value in records:
            if own == stratum:
                table[groups.index(group), levels.index(value)] += 1
        n = table.sum()
        if n < 2:
            continue
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        scores = (np.cumsum(columns) - columns + (columns + 1) / 2) / (n + 1)
        b = np.kron(np.eye(len(groups)), scores)
        p, q = rows / n, columns / n
        covariance = n**2 / (n - 1) * np.kron(np.diag(p) - np.outer(p, p), np.diag(q) - np.outer(q, q))
        total += b @ (table.ravel() - n * np.kron(p, q))
        spread += b @ covariance @ b.T
    if not len(groups):
        return math.nan, 0
    return float(total @ np.linalg.pinv(spread, rcond=1e-9) @ total), int(np.linalg.matrix_rank(spread, tol=1e-9))


@settings(max_examples=150, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_against_the_cmh_formula_in_any_order(records: list[tuple[int, int, int]], random) -> None:  # type: ignore[no-untyped-def]
    expected, df = row_mean_scores(records)
    random.shuffle(records)
    test = van_elteren(*([record[part] for record in records] for part in (2, 0, 1)))
    assert (test.n, test.df) == (len(records), df)
    if df == 0:
        assert math.isnan(test.chi_square) and math.isnan(test.p)
        assert test.warnings == ("no stratum with two groups and values that differ: no test",)
        return
    assert test.chi_square == pytest.approx(expected, rel=1e-8, abs=1e-10)
    assert test.p == pytest.approx(chi2.sf(test.chi_square, df), rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_of_one_stratum_it_is_kruskal_wallis(records: list[tuple[int, int, int]]) -> None:
    values, groups = [value for _, _, value in records], [group for group, _, _ in records]
    test, other = van_elteren(values, groups, [7] * len(values)), kruskal_wallis(values, groups)
    assert test.chi_square == pytest.approx(other.chi_square, rel=1e-10, abs=1e-12, nan_ok=True)
    assert test.p == pytest.approx(other.p, rel=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 9), min_size=1, max_size=7), st.lists(st.integers(0, 9), min_size=1, max_size=7)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_of_two_groups_it_is_the_sum_of_weighted_wilcoxon_statistics(strata: list[tuple[list[int], list[int]]]) -> None:
    """T = sum S / (n + 1), as the guide of PROC NPAR1WAY words its stratified test."""
    values, groups, labels, top, variance = [], [], [], 0.0, 0.0
    for label, (first, second) in enumerate(strata):
        values += first + second
        groups += ["a"] * len(first) + ["b"] * len(second)
        labels += [label] * (len(first) + len(second))
        n = len(first) + len(second)
        top += (rankdata(first + second)[: len(first)].sum() - len(first) * (n + 1) / 2) / (n + 1)
        variance += rank_sum(first, second).sd ** 2 / (n + 1) ** 2
    test = van_elteren(values, groups, labels)
    if variance < 1e-12:
        assert math.isnan(test.z)
        return
    assert test.z == pytest.approx(top / math.sqrt(variance), rel=1e-10, abs=1e-12)
    assert test.chi_square == pytest.approx(test.z**2, rel=1e-10, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2), st.integers(-1, 2), st.integers(0, 4)), max_size=40))
def test_blocks_agree_with_one_at_a_time(cells: list[tuple[int, int, int, int]]) -> None:
    columns = [[float(cell[part]) for cell in cells] for part in (3, 0, 1, 2)]
    table = van_elteren_blocks(*columns, 3)  # type: ignore[arg-type]
    for block, row in enumerate(table.to_dict("records")):
        own = [cell for cell in cells if cell[2] == block and min(cell[:2]) >= 0]
        alone = van_elteren(*([cell[part] for cell in own] for part in (3, 0, 1)))
        assert (row["n"], row["df"], row["n_strata"]) == (alone.n, alone.df, alone.n_strata)
        assert row["n_strata_used"] == alone.n_strata_used
        assert row["chi_square"] == pytest.approx(alone.chi_square, rel=1e-9, abs=1e-12, nan_ok=True)


def test_what_is_left_out_and_what_does_not_tell() -> None:
    values = [1.0, 3.0, 2.0, 5.0, math.nan, 4.0, 9.0, 9.0]
    groups = ["A", "B", "A", "B", "A", None, "A", "B"]
    strata = [1, 1, 1, 1, 1, 1, 2, None]
    test = van_elteren(values, groups, strata)
    # In stratum 1 A has ranks 1, 2 and B 3, 4 of 4; stratum 2 has one group.
    assert (test.n, test.n_missing, test.n_strata, test.n_strata_used) == (5, 3, 2, 1)
    assert test.z == pytest.approx((3 - 5) / math.sqrt(2 * 2 * 5 / 12), rel=1e-14)
    assert test.groups["observed"].tolist() == pytest.approx([3 / 5 + 1 / 2, 7 / 5])
    assert test.groups["expected"].tolist() == [1.5, 1.0]
    apart = van_elteren([1.0, 2.0, 3.0, 4.0], ["A", "B", "C", "D"], [1, 1, 2, 2])
    assert apart.df == 2
    assert apart.warnings == ("4 groups, but 2 degrees of freedom: the strata do not tell all groups apart",)
    assert van_elteren([], [], []).n == 0
    assert len(van_elteren_blocks([], [], [], [], 0)) == 0


def test_bad_input() -> None:
    with pytest.raises(DataError, match="no block"):
        van_elteren_blocks([1.0], [0], [0], [1], 1)
    with pytest.raises(DataError, match="one length"):
        van_elteren([1.0, 2.0], ["A"], [1, 1])
    with pytest.raises(DataError, match="infinite"):
        van_elteren([math.inf], ["A"], [1])
    with pytest.raises(DataError, match="numbers"):
        van_elteren(["x"], ["A"], [1])

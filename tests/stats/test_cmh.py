"""CMH statistics: the chi-square tests of one stratum, plain matrices, van Elteren, degenerate strata, bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, kruskal

from adamline.errors import DataError
from adamline.stats.chi_square import chi_square
from adamline.stats.cmh import cmh, cmh_tables

CELL = st.integers(0, 9)


def strata(rows: int, columns: int, most: int = 3, least: int = 0) -> st.SearchStrategy[np.ndarray]:
    return st.integers(1, most).flatmap(
        lambda k: st.lists(st.integers(least, 9), min_size=k * rows * columns, max_size=k * rows * columns).map(
            lambda x: np.reshape(x, (k, rows, columns))
        )
    )


def scores_of(totals: np.ndarray, kind: str, given: list[int]) -> np.ndarray:
    """Scores of rows or columns: as given, or from the mean ranks of their records."""
    if kind == "TABLE":
        return np.array(given) + Fraction(0)
    ranks = totals.cumsum() - (totals - 1) / 2
    return ranks / {"RANK": 1, "RIDIT": totals.sum(), "MODRIDIT": totals.sum() + 1}[kind]


def quadratic(vector: np.ndarray, matrix: np.ndarray) -> tuple[Fraction, int]:
    """G' V- G and the rank of V, by elimination of one direction after the other."""
    rest, value, rank = np.column_stack([matrix, vector]), Fraction(0), 0
    for i in range(len(rest)):
        if rest[i, i]:
            value, rank = value + rest[i, -1] ** 2 / rest[i, i], rank + 1
            rest = rest - np.outer(rest[:, i] / rest[i, i], rest[i])
    return value, rank


def exactly(tables: np.ndarray, kind: str, row: list[int], column: list[int]) -> dict[str, tuple[Fraction, int]]:
    """Value and degrees of freedom in fractions, by the matrices of each stratum: sum B (n - m) and sum B Var B'."""
    r, c = tables.shape[1:]
    totals: dict[str, list[np.ndarray]] = {}
    for table in tables[tables.sum(axis=(1, 2)) >= 2] + Fraction(0):
        n, p, q = table.sum(), table.sum(axis=1) / table.sum(), table.sum(axis=0) / table.sum()
        a, b = scores_of(table.sum(axis=1), kind, row), scores_of(table.sum(axis=0), kind, column)
        excess = (table - n * np.outer(p, q)).ravel()
        spread = np.kron(np.diag(p) - np.outer(p, p), np.diag(q) - np.outer(q, q)) * n**2 / (n - 1)
        whole = np.eye(r, dtype=int)
        for name, w in (
            ("correlation", np.kron([a], [b])),
            ("row_means", np.kron(whole, [b])),
            ("general", np.kron(whole, np.eye(c, dtype=int))),
        ):
            old = totals.get(name, [0, 0])
            totals[name] = [old[0] + w @ excess, old[1] + w @ spread @ w.T]
    return {name: quadratic(*found) for name, found in totals.items()}


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(strata(3, 3, most=4), strata(2, 3, most=6).map(lambda x: x * (x > 6)), strata(3, 2, least=1)),
    st.sampled_from(["TABLE", "RANK", "RIDIT", "MODRIDIT"]),
)
def test_fractions_also_of_strata_without_some_rows(tables: np.ndarray, scores: str) -> None:
    row, column = [1, 2, 5][: tables.shape[1]], [0, 3, 4][: tables.shape[2]]
    given = {"row_scores": row, "column_scores": column} if scores == "TABLE" else {}
    made = cmh(tables, scores=scores, **given)
    expected = exactly(tables, scores, row, column)
    for kind in ("correlation", "row_means", "general"):
        chi, df = expected.get(kind, (0, 0))
        assert getattr(made, f"df_{kind}") == df
        if df:
            assert getattr(made, kind) == pytest.approx(float(chi), rel=1e-9, abs=1e-10)
            assert getattr(made, f"p_{kind}") == pytest.approx(chi2.sf(float(chi), df), rel=1e-7, abs=1e-12)
        else:
            assert math.isnan(getattr(made, kind)) and math.isnan(getattr(made, f"p_{kind}"))


@settings(max_examples=60, deadline=None)
@given(strata(3, 3, most=1, least=1))
def test_one_stratum(tables: np.ndarray) -> None:
    """(n - 1) / n of Pearson's chi-square, the Mantel-Haenszel chi-square, and the test of Kruskal and Wallis."""
    made, test = cmh(tables), chi_square(tables[0])
    assert made.general == pytest.approx(test.chi_square * (test.n - 1) / test.n, rel=1e-9, abs=1e-9)
    assert made.correlation == pytest.approx(test.mantel_haenszel, rel=1e-9, abs=1e-9)
    groups = [np.repeat(np.arange(3), row) for row in tables[0]]
    for kind in ("RANK", "RIDIT", "MODRIDIT"):
        assert cmh(tables, scores=kind).row_means == pytest.approx(kruskal(*groups).statistic, rel=1e-8, abs=1e-8)


def test_modified_ridits_weigh_strata_as_van_elteren() -> None:
    """Sum of W / (n + 1) over the strata, by hand: W of [1 2 / 3 1] has ranks 2.5 and 6; of [4 0 / 2 3] 3.5 and 8."""
    tables = [[[1, 2], [3, 1]], [[4, 0], [2, 3]]]
    total = variance = 0.0
    for table, ranks in zip(tables, ([2.5, 6.0], [3.5, 8.0]), strict=True):
        n, n1 = np.sum(table), np.sum(table[0])
        columns = np.sum(table, axis=0)
        w, mean = np.dot(table[0], ranks), n1 * (n + 1) / 2
        spread = np.dot(columns, (np.array(ranks) - (n + 1) / 2) ** 2) / n
        total += (w - mean) / (n + 1)
        variance += n1 * (n - n1) / (n - 1) * spread / (n + 1) ** 2
    assert cmh(tables, scores="MODRIDIT").row_means == pytest.approx(total**2 / variance, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(strata(2, 2, most=4))
def test_two_by_two_statistics_are_one(tables: np.ndarray) -> None:
    made = cmh(tables)
    np.testing.assert_allclose([made.row_means, made.general], [made.correlation] * 2, rtol=1e-9, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(strata(3, 3), st.randoms(use_true_random=False))
def test_order_small_strata_and_empty_rows(tables: np.ndarray, random) -> None:  # type: ignore[no-untyped-def]
    made = cmh(tables)
    order = list(range(len(tables)))
    random.shuffle(order)
    single = np.zeros((1, 3, 3), dtype=int)
    single[0, 0, 0] = 1
    wider = np.insert(np.concatenate([tables[order], single]), 1, 0, axis=1)
    again = cmh(wider)
    assert (again.n, again.n_strata) == (made.n, made.n_strata)
    assert again.warnings[0].endswith(" with fewer than 2 records not used")
    for kind in ("correlation", "row_means", "general"):
        np.testing.assert_allclose(getattr(again, kind), getattr(made, kind), rtol=1e-7, atol=1e-9)
        assert getattr(again, f"df_{kind}") == getattr(made, f"df_{kind}")


def test_rows_that_share_no_stratum_lose_a_degree_of_freedom() -> None:
    tables = [[[3, 5], [6, 2], [0, 0], [0, 0]], [[0, 0], [0, 0], [4, 4], [7, 1]]]
    made = cmh(tables)
    parts = [cmh([[[3, 5], [6, 2]]]).general, cmh([[[4, 4], [7, 1]]]).general]
    assert made.general == pytest.approx(sum(parts), rel=1e-12)
    assert (made.df_general, made.df_row_means) == (2, 2)
    assert made.warnings == ("the strata leave fewer degrees of freedom than the table has",)


def test_counts_of_a_thousand_million_leave_no_variance_of_rounding() -> None:
    """No stratum has two rows and two columns: the variance is 0, and not what rounding leaves of 1e18."""
    tables = [
        [[568_647_105, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [107_308_556, 0, 0]],
        [[0, 0, 0], [0, 509_155_963, 479_690_541]],
        [[0, 862_705_292, 0], [0, 136_721_052, 0]],
        [[0, 0, 0], [883_427_082, 0, 0]],
    ]
    for kind in ("TABLE", "RANK", "RIDIT", "MODRIDIT"):
        made = cmh(tables, scores=kind)
        assert (made.df_correlation, made.df_row_means, made.df_general) == (0, 0, 0)
        assert made.warnings == ("no stratum has 2 rows and 2 columns: no statistics",)
    # One more stratum has both: all that is left is its own test.
    one = [[3, 5, 0], [6, 2, 0]]
    made, alone = cmh([*tables, one]), cmh([one])
    assert (made.df_general, made.general) == (1, pytest.approx(alone.general, rel=1e-12))


@settings(max_examples=60, deadline=None)
@given(strata(3, 3, least=1), st.sampled_from([1e-12, 1.0, 1e9]), st.sampled_from([0.0, 1e6]))
def test_a_linear_change_of_scores_changes_nothing(tables: np.ndarray, factor: float, offset: float) -> None:
    row, column = np.array([1.0, 2.0, 5.0]), np.array([0.0, 1.0, 4.0])
    made = cmh(tables, row_scores=row, column_scores=column)
    again = cmh(tables, row_scores=(row + offset) * factor, column_scores=(column + offset) * factor)
    for kind in ("correlation", "row_means", "general"):
        assert getattr(again, kind) == pytest.approx(getattr(made, kind), rel=1e-8, abs=1e-8)
        assert getattr(again, f"df_{kind}") == getattr(made, f"df_{kind}")


def test_nothing_to_compare() -> None:
    none = cmh([[[3, 5], [0, 0]]])
    assert none.df_general == none.df_correlation == 0 and math.isnan(none.general) and math.isnan(none.p_row_means)
    assert none.warnings == ("fewer than 2 rows or columns that are not empty: no statistics",)
    apart = cmh([[[3, 5], [0, 0]], [[0, 0], [4, 2]]])
    assert apart.df_general == 0 and math.isnan(apart.general)
    assert apart.warnings == ("no stratum has 2 rows and 2 columns: no statistics",)
    small = cmh([[[1, 0], [0, 0]]])
    assert (small.n, small.n_strata) == (0, 0)
    many = cmh_tables([[[[3, 5], [0, 0]]], [[[3, 5], [6, 2]]]])
    assert many["df_general"].tolist() == [0, 1]
    assert len(cmh_tables(np.empty((0, 2, 3, 3)))) == 0


@pytest.mark.parametrize(
    ("tables", "more", "message"),
    [
        ([[1, 2], [3, 4]], {}, "another shape"),
        ([[[1, -2], [3, 4]]], {}, "whole number"),
        ([[[1, math.nan], [3, 4]]], {}, "whole number"),
        ([[[1, 2], [3, 4]]], {"scores": "TABEL"}, "no scores of this name"),
        ([[[1, 2], [3, 4]]], {"row_scores": [1e200, 2e200]}, "too large or too close"),
        ([[[1, 2], [3, 4]]], {"column_scores": [1e-200, 2e-200]}, "too large or too close"),
        ([[[1, 2], [3, 4]]], {"row_scores": [2, 2]}, "must differ"),
    ],
)
def test_bad_input(tables: object, more: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        cmh(tables, **more)  # type: ignore[arg-type]

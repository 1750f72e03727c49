"""Chi-square statistics: scipy, plain formulas, a published warning, empty rows, scores, laws and bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, pearsonr, rankdata, spearmanr

from adamline.errors import DataError
from adamline.stats.chi_square import chi_square, chi_square_tables


def tables(rows: int, columns: int, least: int = 0, most: int = 12) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(least, most), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


ANY = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(lambda shape: tables(*shape))


def records(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Row and column number of each record."""
    counts = np.asarray(table)
    row, column = np.indices(counts.shape)
    return np.repeat(row, counts.ravel()), np.repeat(column, counts.ravel())


@settings(max_examples=150, deadline=None)
@given(st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(lambda shape: tables(*shape, 1)))
def test_full_tables_agree_with_scipy(table: list[list[int]]) -> None:
    made = chi_square(table)
    n, smaller = np.sum(table), min(np.shape(table)) - 1
    other = chi2_contingency(table, correction=False)
    assert made.df == other.dof
    np.testing.assert_allclose([made.chi_square, made.p], [other.statistic, other.pvalue], rtol=1e-10, atol=1e-12)
    ratio = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    np.testing.assert_allclose(
        [made.likelihood_ratio, made.p_likelihood_ratio], [ratio.statistic, ratio.pvalue], rtol=1e-9, atol=1e-12
    )
    assert abs(made.phi) == pytest.approx(math.sqrt(other.statistic / n), rel=1e-10, abs=1e-8)
    assert abs(made.cramer_v) == pytest.approx(math.sqrt(other.statistic / n / smaller), rel=1e-10, abs=1e-8)
    assert made.contingency == pytest.approx(math.sqrt(other.statistic / (other.statistic + n)), rel=1e-10, abs=1e-8)
    assert made.share_small == np.mean(other.expected_freq < 5)
    if np.shape(table) == (2, 2):
        corrected = chi2_contingency(table, correction=True)
        np.testing.assert_allclose(
            [made.adjusted, made.p_adjusted], [corrected.statistic, corrected.pvalue], rtol=1e-9, atol=1e-12
        )
    else:
        assert math.isnan(made.adjusted) and math.isnan(made.p_adjusted)
    row, column = records(table)
    assert made.mantel_haenszel == pytest.approx((n - 1) * pearsonr(row, column).statistic ** 2, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(3, 4, 1))
def test_scores(table: list[list[int]]) -> None:
    row, column = records(table)
    n = len(row)
    ranked = (n - 1) * spearmanr(row, column).statistic ** 2
    for kind in ("RANK", "RIDIT", "MODRIDIT"):  # a linear change of the scores changes nothing
        assert chi_square(table, scores=kind).mantel_haenszel == pytest.approx(ranked, rel=1e-8, abs=1e-8)
    values = np.array([0.0, 10.0, 15.0])
    by_value = (n - 1) * pearsonr(values[row], rankdata(column, method="dense")).statistic ** 2
    assert chi_square(table, row_scores=values).mantel_haenszel == pytest.approx(by_value, rel=1e-8, abs=1e-8)


def test_phi_and_v_of_2_by_2_have_a_sign() -> None:
    made, turned = chi_square([[10, 2], [2, 4]]), chi_square([[2, 10], [4, 2]])
    assert made.phi == made.cramer_v == pytest.approx(0.5)  # 36 / sqrt(12 * 6 * 12 * 6)
    assert turned.phi == turned.cramer_v == -made.phi
    assert turned.contingency == made.contingency > 0


def test_correction_never_reaches_beyond_zero() -> None:
    made = chi_square([[5, 5], [5, 6]])
    assert (made.adjusted, made.p_adjusted) == (0.0, 1.0)


def test_warning_of_small_expected_counts() -> None:
    """One cell of four at 16 * 235 / 766 = 4.9086: SAS warns of 25 %; at 20 % of the cells it does not."""
    table = [[5, 11], [230, 520]]
    assert chi_square(table).warnings == (
        "25% of the cells have expected counts less than 5. Chi-Square may not be a valid test.",
    )
    # One column of five is small in both rows: 2 cells of 10.
    made = chi_square([[20, 20, 20, 20, 4], [20, 20, 20, 20, 4]])
    assert (made.share_small, made.warnings) == (0.2, ())
    assert chi_square([[10, 10], [10, 10]]).warnings == ()  # an expected count of 5 or more is none


@settings(max_examples=80, deadline=None)
@given(ANY)
def test_empty_rows_and_columns_are_left_out(table: list[list[int]]) -> None:
    wider = np.insert(np.insert(np.asarray(table), 1, 0, axis=0), 0, 0, axis=1)
    np.testing.assert_allclose(
        chi_square_tables([table]).to_numpy(), chi_square_tables(wider[np.newaxis]).to_numpy(), rtol=1e-13
    )
    kept = np.asarray(table)
    kept = kept[kept.any(axis=1)][:, kept.any(axis=0)]
    if min(kept.shape, default=0) < 2:
        made = chi_square(table)
        assert made.df == 0 and math.isnan(made.chi_square) and math.isnan(made.p_mantel_haenszel)
        assert made.warnings == ("fewer than 2 rows or columns that are not empty: no statistics",)
    else:
        assert chi_square(kept).p == pytest.approx(chi_square(table).p, rel=1e-12)


def test_scores_of_empty_rows_go_with_them() -> None:
    full = chi_square([[3, 5], [7, 2], [4, 4]], row_scores=[1, 4, 9])
    wider = chi_square([[3, 5], [0, 0], [7, 2], [4, 4]], row_scores=[1, 2, 4, 9])
    assert wider.mantel_haenszel == full.mantel_haenszel
    tied = chi_square([[3, 5], [0, 0], [7, 2]], row_scores=[1, 2, 1])
    assert math.isnan(tied.mantel_haenszel) and tied.df == 1


@settings(max_examples=80, deadline=None)
@given(tables(3, 3))
def test_doubled_swapped_and_together(table: list[list[int]]) -> None:
    one, doubled = chi_square(table), chi_square(2 * np.asarray(table))
    figures = ["chi_square", "likelihood_ratio"]
    np.testing.assert_allclose(
        [getattr(doubled, f) for f in figures], [2 * getattr(one, f) for f in figures], rtol=1e-10, atol=1e-10
    )
    np.testing.assert_allclose([doubled.phi, doubled.contingency], [one.phi, one.contingency], rtol=1e-9, atol=1e-7)
    turned = chi_square(np.asarray(table).T)
    np.testing.assert_allclose(
        [turned.chi_square, turned.likelihood_ratio, turned.mantel_haenszel],
        [one.chi_square, one.likelihood_ratio, one.mantel_haenszel],
        rtol=1e-9,
        atol=1e-9,
    )
    many = chi_square_tables([np.eye(3), table, np.zeros((3, 3)), table])
    np.testing.assert_allclose(many.iloc[1], many.iloc[3], rtol=1e-13)
    np.testing.assert_allclose(many.iloc[1], chi_square_tables([table]).iloc[0], rtol=1e-13)


def test_tiny_p_and_none() -> None:
    made = chi_square([[500, 0], [0, 500]])
    assert made.chi_square == 1000 and 0 < made.p < 1e-200
    assert len(chi_square_tables(np.empty((0, 2, 3)))) == 0
    assert chi_square([[1, 0], [0, 1]]).chi_square == 2


@pytest.mark.parametrize(
    ("table", "more", "message"),
    [
        ([[1, -1], [2, 3]], {}, "whole number"),
        ([[1, 1.5], [2, 3]], {}, "whole number"),
        ([[1, math.nan], [2, 3]], {}, "whole number"),
        ([[1, math.inf], [2, 3]], {}, "whole number"),
        ([["a", "b"], ["c", "d"]], {}, "number"),
        ([1, 2, 3], {}, "another shape"),
        ([[], []], {}, "another shape"),
        ([[1, 2], [3, 4]], {"scores": "LOGRANK"}, "no scores of this name"),
        ([[1, 2], [3, 4]], {"row_scores": [1e200, 2e200]}, "too large or too close"),
        ([[1, 2], [3, 4]], {"column_scores": [1e-200, 2e-200]}, "too large or too close"),
        ([[1, 2], [3, 4]], {"row_scores": [1, 1]}, "must differ"),
        ([[1, 2], [3, 4]], {"column_scores": [1, math.nan]}, "finite"),
        ([[1, 2], [3, 4]], {"row_scores": [1, 2, 3]}, "2 finite"),
    ],
)
def test_bad_input(table: object, more: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        chi_square(table, **more)  # type: ignore[arg-type]

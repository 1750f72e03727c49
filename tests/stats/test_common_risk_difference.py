"""Common risk differences: one stratum, fractions by hand, strata in any order, empty rows, no events, bad input."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod as Method
from adamline.stats.common_risk_difference import common_risk_difference, common_risk_difference_tables
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference

ROW = st.integers(1, 30).flatmap(lambda n: st.integers(0, n).map(lambda x: [x, n - x]))
TABLE = st.tuples(ROW, ROW).map(list)
STRATA = st.lists(TABLE, min_size=1, max_size=6)
FIGURES = ("estimate", "se", "lower", "upper")
Z = NormalDist().inv_cdf(0.975)


def figures(tables: object, method: Method, **options: object) -> list[float]:
    found = common_risk_difference(tables, method, **options)  # type: ignore[arg-type]
    return [getattr(found, name) for name in FIGURES]


@settings(max_examples=100, deadline=None)
@given(STRATA)
def test_mantel_haenszel_in_fractions(tables: list[list[list[int]]]) -> None:
    total = difference = sum_p = sum_q = binomial = Fraction(0)
    for (x1, r1), (x2, r2) in tables:
        n1, n2 = x1 + r1, x2 + r2
        n = n1 + n2
        weight = Fraction(n1 * n2, n)
        total += weight
        difference += weight * (Fraction(x1, n1) - Fraction(x2, n2))
        sum_p += Fraction(n1**2 * x2 - n2**2 * x1, n**2) + Fraction(n1 * n2 * (n2 - n1), 2 * n**2)
        sum_q += Fraction(x1 * r2 + x2 * r1, 2 * n)
        binomial += weight**2 * (Fraction(x1 * r1, n1**3) + Fraction(x2 * r2, n2**3))
    difference /= total
    sato = (difference * sum_p + sum_q) / total**2
    found = common_risk_difference(tables, Method.MANTEL_HAENSZEL)
    assert found.estimate == pytest.approx(float(difference), abs=1e-14)
    assert sato >= 0
    assert found.se**2 == pytest.approx(float(sato), rel=1e-9, abs=1e-15)
    assert found.lower == pytest.approx(max(found.estimate - Z * found.se, -1), abs=1e-14)
    other = common_risk_difference(tables, Method.MANTEL_HAENSZEL_BINOMIAL)
    assert (other.estimate, other.se) == pytest.approx((found.estimate, math.sqrt(binomial / total**2)), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(STRATA)
def test_summary_score_by_its_definition(tables: list[list[list[int]]]) -> None:
    limits = [risk_difference(table, RiskDifferenceMethod.MIETTINEN_NURMINEN) for table in tables]
    weights = [(2 * Z / (each.upper - each.lower)) ** 2 for each in limits]
    estimate = sum(w * (each.lower + each.upper) / 2 for w, each in zip(weights, limits, strict=True)) / sum(weights)
    se = 1 / math.sqrt(sum(weights))
    expected = [estimate, se, max(estimate - Z * se, -1), min(estimate + Z * se, 1)]
    assert figures(tables, Method.SUMMARY_SCORE) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_one_stratum(table: list[list[int]]) -> None:
    """The difference and Newcombe's limits are those of the table; the score limits those of Miettinen-Nurminen."""
    newcombe = risk_difference(table, RiskDifferenceMethod.NEWCOMBE)
    found = common_risk_difference([table], Method.NEWCOMBE)
    assert (found.estimate, found.lower, found.upper) == pytest.approx(
        (newcombe.estimate, newcombe.lower, newcombe.upper), abs=1e-12
    )
    score = risk_difference(table, RiskDifferenceMethod.MIETTINEN_NURMINEN)
    pooled = common_risk_difference([table], Method.SUMMARY_SCORE)
    assert (pooled.lower, pooled.upper) == pytest.approx((score.lower, score.upper), abs=1e-12)
    wald = risk_difference(table, RiskDifferenceMethod.WALD)
    assert figures([table], Method.MANTEL_HAENSZEL_BINOMIAL) == pytest.approx(
        [wald.estimate, wald.se, wald.lower, wald.upper], abs=1e-12
    )


@settings(max_examples=60, deadline=None)
@given(STRATA, st.sampled_from(list(Method)), st.randoms(use_true_random=False))
def test_order_swap_and_column(tables: list[list[list[int]]], method: Method, random) -> None:  # type: ignore[no-untyped-def]
    found = figures(tables, method)
    estimate, se, lower, upper = found
    swapped = figures([table[::-1] for table in tables], method)
    assert [-swapped[0], swapped[1], -swapped[3], -swapped[2]] == pytest.approx(found, abs=1e-12)
    assert figures(tables, method, column=2) == pytest.approx([-estimate, se, -upper, -lower], abs=1e-12)
    random.shuffle(tables)
    assert figures(tables, method) == pytest.approx(found, abs=1e-12)
    assert -1 <= lower <= estimate <= upper <= 1


@pytest.mark.parametrize("method", list(Method))
def test_strata_with_an_empty_row_are_left_out(method: Method) -> None:
    tables = [[[4, 6], [2, 9]], [[3, 1], [0, 0]], [[5, 5], [4, 8]], [[0, 0], [0, 0]]]
    found = common_risk_difference(tables, method)
    assert (found.n, found.n_strata, found.n_strata_used) == (43, 4, 2)
    assert found.warnings == ("2 strata with an empty row left out",)
    assert figures(tables, method) == figures([tables[0], tables[2]], method)
    none = common_risk_difference([tables[1], tables[3]], method)
    assert none.warnings == ("no stratum has records in both rows: no common difference",)
    assert (none.n, none.n_strata_used) == (0, 0)
    assert all(math.isnan(getattr(none, name)) for name in FIGURES)


def test_no_events_in_a_row() -> None:
    tables = [[[4, 6], [0, 11]], [[5, 5], [0, 12]]]
    found = common_risk_difference(tables, Method.NEWCOMBE)
    assert found.warnings == ("no spread in any stratum of row 2: strata taken by 1/n in its Wilson limits",)
    # With next to no events the limits are next to these: nothing jumps.
    near = common_risk_difference([[[4e6, 6e6], [1, 11e6]], [[5e6, 5e6], [1, 12e6]]], Method.NEWCOMBE)
    assert near.warnings == ()
    less = common_risk_difference([[[4e6, 6e6], [0, 11e6]], [[5e6, 5e6], [0, 12e6]]], Method.NEWCOMBE)
    assert (near.lower, near.upper) == pytest.approx((less.lower, less.upper), abs=1e-6)
    flat = common_risk_difference([[[0, 6], [0, 11]], [[0, 5], [0, 12]]], Method.MANTEL_HAENSZEL)
    assert (flat.estimate, flat.se, flat.lower, flat.upper) == (0, 0, 0, 0)
    assert flat.warnings == ("a standard error of 0: limits have no width",)
    score = common_risk_difference([[[0, 6], [0, 11]], [[0, 5], [0, 12]]], Method.SUMMARY_SCORE)
    assert score.lower < 0 < score.upper


def test_a_difference_of_1_everywhere() -> None:
    found = common_risk_difference([[[7, 0], [0, 3]], [[11, 0], [0, 13]]], Method.MANTEL_HAENSZEL)
    assert (found.estimate, found.se, found.lower, found.upper) == (1, 0, 1, 1)


@pytest.mark.parametrize("method", list(Method))
def test_many_agree_with_one_at_a_time(method: Method) -> None:
    rng = np.random.default_rng(3)
    tables = rng.integers(0, 12, (40, 3, 2, 2))
    frame = common_risk_difference_tables(tables, method)
    for row, table in zip(frame.to_dict("records"), tables, strict=True):
        alone = common_risk_difference(table, method)
        np.testing.assert_array_equal(list(row.values()), [getattr(alone, str(name)) for name in row])
    assert len(common_risk_difference_tables(np.empty((0, 3, 2, 2)), method)) == 0
    assert common_risk_difference_tables(np.empty((2, 0, 2, 2)), method)["estimate"].isna().all()


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        ([[1, 2], [3, 4]], {}, "another shape"),
        ([[[1, 2, 3], [3, 4, 5]]], {}, "another shape"),
        ([[[1, -2], [3, 4]]], {}, "whole number"),
        ([[[1, math.nan], [3, 4]]], {}, "whole number"),
        ([[["a", 2], [3, 4]]], {}, "must be a number"),
        ([[[1, 2], [3, 4]]], {"level": 1.0}, "between 0 and 1"),
        ([[[1, 2], [3, 4]]], {"column": 0}, "column of a 2 x 2 table"),
        ([[[1, 2], [3, 4]]], {"method": "MINRISK"}, "no limits of this name"),
    ],
)
def test_bad_input(tables: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        common_risk_difference(tables, **({"method": Method.NEWCOMBE} | options))  # type: ignore[arg-type]

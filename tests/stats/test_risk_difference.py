"""Limits of risk differences: published ones, score limits by another search, symmetry, ends, empty rows, bad input."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from adamline.errors import DataError
from adamline.stats.proportion_limits import ProportionMethod, proportion_limits
from adamline.stats.risk_difference import RiskDifferenceMethod as Method
from adamline.stats.risk_difference import risk_difference, risk_difference_tables, row_risks_tables

ROW = st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda x: [x, n - x]))
TABLE = st.tuples(ROW, ROW).map(list)
LEVEL = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
SCORE = [Method.MEE, Method.MIETTINEN_NURMINEN]
# The limits of these hold the observed difference; those of Agresti and Caffo are about another centre.
CONTAINING = [each for each in Method if each is not Method.AGRESTI_CAFFO]


def restricted(x1: int, n1: int, x2: int, n2: int, difference: float) -> tuple[float, float]:
    """The likeliest p1 and p2 with this difference: where the slope of the likelihood changes its sign, by halving."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def slope(p2: float) -> float:
        total = 0.0
        for x, n, p in ((x1, n1, p2 + difference), (x2, n2, p2)):
            total += x / p if x else 0.0
            total -= (n - x) / (1 - p) if n > x else 0.0
        return total

    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return middle + difference, middle


def score(x1: int, n1: int, x2: int, n2: int, difference: float, factor: float) -> float:
    p1, p2 = restricted(x1, n1, x2, n2, difference)
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * factor
    return (x1 / n1 - x2 / n2 - difference) / math.sqrt(max(variance, 1e-300))


@pytest.mark.parametrize(
    ("method", "limits"),
    [
        (Method.MIETTINEN_NURMINEN, (-0.0326, 0.1933)),
        (Method.MEE, (-0.0313, 0.1926)),
        (Method.NEWCOMBE, (-0.0381, 0.1926)),
    ],
)
def test_published_example_with_a_zero(method: Method, limits: tuple[float, float]) -> None:
    """5 of 56 and 0 of 29: example (d) of Newcombe, Stat Med 1998;17:873, as the tests of R's ratesci quote it."""
    found = risk_difference([[5, 51], [0, 29]], method)
    assert (found.lower, found.upper) == pytest.approx(limits, abs=5.01e-5)


def test_published_score_limits_without_the_factor() -> None:
    """7 of 25 and 2 of 25: Gart and Nam, Biometrics 1990;46:637, as the tests of R's ratesci quote it."""
    found = risk_difference([[7, 18], [2, 23]], Method.MEE)
    assert (found.lower, found.upper) == pytest.approx((-0.014, 0.412), abs=5.01e-4)


@settings(max_examples=100, deadline=None)
@given(TABLE, LEVEL)
def test_score_limits_by_another_search(table: list[list[int]], level: float) -> None:
    """No formula in common: the proportions by halving, the limits by Brent's method."""
    (x1, r1), (x2, r2) = table
    n1, n2 = x1 + r1, x2 + r2
    z = NormalDist().inv_cdf((1 + level) / 2)
    for method in SCORE:
        factor = (n1 + n2) / (n1 + n2 - 1) if method is Method.MIETTINEN_NURMINEN else 1.0
        found = risk_difference(table, method, level=level)
        for limit, sign, end in ((found.lower, 1, -1.0), (found.upper, -1, 1.0)):
            if limit == end:
                assert found.estimate == end
                continue

            def excess(difference: float, sign: int = sign, factor: float = factor) -> float:
                return sign * score(x1, n1, x2, n2, difference, factor) - z

            other = brentq(excess, end * (1 - 1e-12), found.estimate, xtol=1e-15)
            assert limit == pytest.approx(other, abs=1e-9)


# The quantile of 0.975 to 35 decimals.
Z_DIGITS = "1.95996398454005423552459443052055153"


def lower_in_decimals(x1: int, n1: int, x2: int, n2: int) -> Decimal:
    """The lower Miettinen-Nurminen limit at 95 %, by halving within halving, to 20 decimals."""

    def likeliest(difference: Decimal) -> Decimal:
        low, high = max(Decimal(0), -difference), min(Decimal(1), 1 - difference)
        for _ in range(110):
            middle = (low + high) / 2
            slope = Decimal(0)
            for x, n, p in ((x1, n1, middle + difference), (x2, n2, middle)):
                slope += (x / p if x else 0) - ((n - x) / (1 - p) if n > x else 0)
            low, high = (middle, high) if slope > 0 else (low, middle)
        return (low + high) / 2

    observed = Decimal(x1) / n1 - Decimal(x2) / n2
    critical = Decimal(Z_DIGITS) ** 2 * (n1 + n2) / (n1 + n2 - 1)
    low, high = Decimal(-1), observed
    for _ in range(70):
        middle = (low + high) / 2
        p2 = likeliest(middle)
        p1 = p2 + middle
        variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
        low, high = (middle, high) if (observed - middle) ** 2 > critical * variance else (low, middle)
    return (low + high) / 2


def test_score_limits_in_decimals() -> None:
    """The limits are right to the last digits of a double: within 1e-15."""
    rng = np.random.default_rng(1)
    with localcontext(prec=40):
        for largest in (8, 80, 800) * 9:
            n1, n2 = (int(n) for n in rng.integers(1, largest, 2))
            x1 = int(rng.choice([0, n1, rng.integers(0, n1 + 1)], p=[0.2, 0.2, 0.6]))
            x2 = int(rng.choice([0, n2, rng.integers(0, n2 + 1)], p=[0.2, 0.2, 0.6]))
            found = risk_difference([[x1, n1 - x1], [x2, n2 - x2]], Method.MIETTINEN_NURMINEN)
            if x1 == 0 and x2 == n2:
                assert found.lower == -1
                continue
            assert abs(Decimal(found.lower) - lower_in_decimals(x1, n1, x2, n2)) < Decimal("1e-15")


def test_closed_forms_by_hand() -> None:
    # 10 of 20 and 5 of 25; z = 1.959964; difference 0.3
    z = 1.959963984540054
    table = [[10, 10], [5, 20]]
    se = math.sqrt(0.25 / 20 + 0.16 / 25)
    by_hand = {
        Method.WALD: z * se,
        Method.WALD_CORRECTED: z * se + 0.0225 * 2,
        Method.HAUCK_ANDERSON: z * math.sqrt(0.25 / 19 + 0.16 / 24) + 1 / 40,
    }
    for method, half in by_hand.items():
        found = risk_difference(table, method)
        assert (found.lower, found.upper) == pytest.approx((0.3 - half, 0.3 + half), rel=1e-12), method
        assert (found.estimate, found.se) == pytest.approx((0.3, se), rel=1e-12)
    caffo = risk_difference(table, Method.AGRESTI_CAFFO)
    centre, half = 11 / 22 - 6 / 27, z * math.sqrt(0.25 / 22 + 6 * 21 / 27**3)
    assert (caffo.lower, caffo.upper) == pytest.approx((centre - half, centre + half), rel=1e-12)
    assert caffo.estimate == pytest.approx(0.3)
    # 0 of 20 and 0 of 30: the likeliest p2 for a difference -d is d, so that d**2 = z**2 d (1 - d) / 30.
    none = risk_difference([[0, 20], [0, 30]], Method.MEE)
    assert (none.lower, none.upper) == pytest.approx((-(z**2) / (30 + z**2), z**2 / (20 + z**2)), rel=1e-14)


@settings(max_examples=100, deadline=None)
@given(TABLE, LEVEL)
def test_newcombe_by_its_definition(table: list[list[int]], level: float) -> None:
    pairs = ((Method.NEWCOMBE, "WILSON"), (Method.NEWCOMBE_CORRECTED, "WILSON(CORRECT)"))
    for method, wilson in pairs:
        first, second = (proportion_limits(x, x + r, ProportionMethod(wilson), level=level) for x, r in table)
        found = risk_difference(table, method, level=level)
        below = math.hypot(first.estimate - first.lower, second.upper - second.estimate)
        above = math.hypot(second.estimate - second.lower, first.upper - first.estimate)
        assert found.lower == pytest.approx(found.estimate - below, abs=1e-14)
        assert found.upper == pytest.approx(found.estimate + above, abs=1e-14)


@settings(max_examples=150, deadline=None)
@given(TABLE, LEVEL)
def test_swaps_containment_and_nesting(table: list[list[int]], level: float) -> None:
    for method in Method:
        found = risk_difference(table, method, level=level)
        swapped = risk_difference(table[::-1], method, level=level)
        other = risk_difference(table, method, column=2, level=level)
        assert (found.estimate, found.lower, found.upper) == pytest.approx(
            (-swapped.estimate, -swapped.upper, -swapped.lower), abs=1e-15, nan_ok=True
        )
        assert (other.estimate, other.lower, other.upper) == pytest.approx(
            (-found.estimate, -found.upper, -found.lower), abs=1e-14, nan_ok=True
        )
        if math.isnan(found.lower):
            assert method is Method.HAUCK_ANDERSON and found.warnings
            continue
        assert -1 <= found.lower <= found.upper <= 1, method
        if method in CONTAINING:
            assert found.lower <= found.estimate <= found.upper, method
        wider = risk_difference(table, method, level=(1 + level) / 2)
        assert wider.lower <= found.lower <= found.upper <= wider.upper, method


@settings(max_examples=50, deadline=None)
@given(st.lists(TABLE, min_size=1, max_size=30), st.sampled_from(list(Method)))
def test_many_tables_agree_with_one_at_a_time(tables: list[list[list[int]]], method: Method) -> None:
    frame = risk_difference_tables(tables, method)
    for row, table in zip(frame.to_dict("records"), tables, strict=True):
        alone = risk_difference(table, method)
        np.testing.assert_array_equal(list(row.values()), [getattr(alone, str(name)) for name in row])


@pytest.mark.parametrize("method", list(Method))
def test_an_empty_row(method: Method) -> None:
    found = risk_difference([[3, 7], [0, 0]], method)
    assert (found.risk1, found.n2) == (0.3, 0)
    assert all(math.isnan(each) for each in (found.risk2, found.estimate, found.se, found.lower, found.upper))
    assert found.warnings == ("a row without records: no difference",)
    frame = risk_difference_tables([[[0, 0], [0, 0]], [[1, 2], [3, 4]]], method)
    assert frame.isna().all(axis=1).tolist() == [True, False]
    assert frame.loc[1].notna().all()


def test_no_tables() -> None:
    none = np.empty((0, 2, 2))
    assert len(row_risks_tables(none)) == 0
    assert all(len(risk_difference_tables(none, method)) == 0 for method in Method)


def test_ends() -> None:
    """Nothing but events against none: the difference is 1, and so is the upper limit."""
    for method in (Method.MEE, Method.MIETTINEN_NURMINEN, Method.NEWCOMBE, Method.NEWCOMBE_CORRECTED):
        found = risk_difference([[9, 0], [0, 7]], method)
        assert found.upper == 1 and 0 < found.lower < 1, method
    flat = risk_difference([[9, 0], [0, 7]], Method.WALD)
    assert (flat.lower, flat.upper, flat.se) == (1.0, 1.0, 0.0)
    assert flat.warnings == ("no events, or nothing but events, in both rows: Wald limits have no width",)
    assert risk_difference([[4, 0], [3, 2]], Method.WALD).warnings == ()
    lonely = risk_difference([[1, 0], [3, 2]], Method.HAUCK_ANDERSON)
    assert math.isnan(lonely.lower) and math.isnan(lonely.upper)
    assert lonely.warnings == ("a row of one record: no Hauck-Anderson limits",)


def test_large_tables_keep_their_digits() -> None:
    """A rare event in many: the limits are those of the difference of two Poisson rates, about 1e-8."""
    n = 1e9
    found = risk_difference([[3, n - 3], [0, n]], Method.MEE)
    # In events per n: with d above 1.5 the likeliest second rate is 0 and the first d, so that (3 - d)**2 = z**2 d.
    z2 = 1.959963984540054**2
    root = (6 + z2 + math.sqrt((6 + z2) ** 2 - 36)) / 2
    assert found.upper == pytest.approx(root / n, rel=1e-7)


def test_risks_of_rows_by_their_definition() -> None:
    frame = row_risks_tables([[[3, 7], [0, 0]], [[5, 0], [1, 4]]], column=2, level=0.9)
    assert frame["table"].tolist() == [0, 0, 0, 1, 1, 1]
    assert frame["row"].tolist() == ["row 1", "row 2", "total"] * 2
    for row in frame.to_dict("records"):
        wald = proportion_limits(row["events"], row["n"], ProportionMethod.WALD, level=0.9)
        exact = proportion_limits(row["events"], row["n"], ProportionMethod.CLOPPER_PEARSON, level=0.9)
        np.testing.assert_array_equal(
            [row[name] for name in ("risk", "se", "lower", "upper", "exact_lower", "exact_upper")],
            [wald.estimate, wald.se, wald.lower, wald.upper, exact.lower, exact.upper],
        )
    assert frame["events"].tolist() == [7, 0, 7, 0, 4, 4]


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        ([[1, 2], [3, 4]], {}, "another shape"),
        ([[[1, 2, 3], [3, 4, 5]]], {}, "another shape"),
        ([[[1, -2], [3, 4]]], {}, "whole number"),
        ([[[1, 2.5], [3, 4]]], {}, "whole number"),
        ([[[1, math.nan], [3, 4]]], {}, "whole number"),
        ([[[1, math.inf], [3, 4]]], {}, "whole number"),
        ([[["a", 2], [3, 4]]], {}, "must be a number"),
        ([[[1, 2], [3, 4]]], {"level": 95}, "between 0 and 1"),
        ([[[1, 2], [3, 4]]], {"level": math.nan}, "between 0 and 1"),
        ([[[1, 2], [3, 4]]], {"column": 3}, "column of a 2 x 2 table"),
        ([[[1, 2], [3, 4]]], {"method": "EXACT"}, "no limits of this name"),
    ],
)
def test_bad_input(tables: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        risk_difference_tables(tables, **({"method": Method.WALD} | options))  # type: ignore[arg-type]
    if "method" not in options:
        with pytest.raises(DataError, match=message):
            row_risks_tables(tables, **options)  # type: ignore[arg-type]


def test_columns() -> None:
    frame = risk_difference_tables([[[1, 2], [3, 4]]], Method.WALD)
    assert frame.columns.tolist() == ["risk1", "risk2", "estimate", "se", "lower", "upper"]
    assert isinstance(frame, pd.DataFrame)

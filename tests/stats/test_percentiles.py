"""Percentiles by each definition of SAS, in fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.percentiles import percentile_groups, percentiles

CELLS = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-5000, 5000))), max_size=40)


def by_definition(ordered: list[Fraction], percent: Fraction, definition: int) -> Fraction:
    """The five definitions as the page "Calculating Percentiles" of PROC UNIVARIATE words them."""
    n = len(ordered)
    at = lambda i: ordered[min(max(i, 1), n) - 1]  # noqa: E731
    target = (n + 1 if definition == 4 else n) * percent / 100
    j, g = math.floor(target), target - math.floor(target)
    if definition in (1, 4):
        return (1 - g) * at(j) + g * at(j + 1)
    if definition == 2:
        if g == Fraction(1, 2):
            return at(j) if j % 2 == 0 else at(j + 1)
        return at(math.floor(target + Fraction(1, 2)))
    if definition == 3:
        return at(j) if g == 0 else at(j + 1)
    return (at(j) + at(j + 1)) / 2 if g == 0 else at(j + 1)


def test_percentile_position_is_exact_where_floating_point_is_not() -> None:
    values = list(range(1, 101))
    assert 0.07 * 100 != 7
    for percent in (7, 29, 55, 57):  # n*p is whole: the mean of two neighbours
        assert percentiles(values, [percent]) == (percent + 0.5,)


def test_every_percentile_of_every_small_sample_by_definition() -> None:
    for n in range(1, 30):
        values = [Fraction(i * i) for i in range(n)]
        found = percentiles([float(v) for v in values], list(range(101)))
        assert list(found) == [float(by_definition(values, Fraction(p), 5)) for p in range(101)]


@pytest.mark.parametrize("definition", [1, 2, 3, 4, 5])
def test_the_five_definitions(definition: int) -> None:
    percents = [*range(101), Fraction(25, 2), Fraction(1, 3), Fraction("97.5")]
    for n in range(1, 16):
        values = [Fraction(i * i, 10) for i in range(n)]
        found = percentiles([float(v) for v in values], percents, definition=definition)  # type: ignore[arg-type]
        expected = [float(by_definition(values, Fraction(p), definition)) for p in percents]
        assert list(found) == pytest.approx(expected, rel=1e-15)


@settings(max_examples=80, deadline=None)
@given(CELLS, st.sampled_from([1, 2, 3, 4, 5]))
def test_percentiles_of_groups_agree_with_one_at_a_time(cells: list[tuple[int, int | None]], definition: int) -> None:
    values, groups = [math.nan if v is None else v / 10 for _, v in cells], [g for g, _ in cells]
    table = percentile_groups(values, groups, 4, [0, 10, 50, Fraction(95, 2)], definition=definition)  # type: ignore[arg-type]
    for code in range(4):
        own = [value for value, group in zip(values, groups, strict=True) if group == code]
        np.testing.assert_array_equal(
            table.iloc[code],
            percentiles(own, [0, 10, 50, Fraction(95, 2)], definition=definition),  # type: ignore[arg-type]
        )
    assert percentile_groups(values, groups, 4, []).shape == (4, 0)


@pytest.mark.parametrize("definition", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("percent", [0.1, 97.7, 99.9, np.float64(33.3), Fraction(10**30 + 1, 10**30)])
def test_a_percent_with_a_long_fraction(percent: float | Fraction, definition: int) -> None:
    """97.7 is the decimal, and no product of it and the number of values leaves the whole numbers."""
    exact = percent if isinstance(percent, Fraction) else Fraction(str(float(percent)))
    for n in (1000, 100_000):
        values = list(range(1, n + 1))
        found = percentiles(values, [percent], definition=definition)[0]  # type: ignore[arg-type]
        assert found == pytest.approx(float(by_definition([Fraction(v) for v in values], exact, definition)), rel=1e-15)


def test_nothing_and_what_is_refused() -> None:
    assert math.isnan(percentiles([], [50])[0])
    with pytest.raises(DataError, match="must be a number"):
        percentiles(["1"], [50])
    with pytest.raises(DataError, match="percentile"):
        percentiles([1.0], [101])
    with pytest.raises(DataError, match="definition"):
        percentiles([1.0], [50], definition=6)  # type: ignore[arg-type]

"""Signed rank and sign tests: listings of SAS, all signs in fractions, scipy, zeros, missing, large samples."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.sign_test import sign_test, sign_test_groups
from adamline.stats.signed_rank import signed_rank, signed_rank_groups

# Base SAS Procedures Guide, The UNIVARIATE Procedure, "Creating a Frequency Table" (data: posttest less pretest) and
# "Performing a Sign Test Using Paired Data" (the tests). 3, 5 and 14 are tied in absolute value.
SCORE_CHANGE = [
    91 - 94,
    65 - 51,
    97 - 95,
    75 - 63,
    75 - 80,
    55 - 92,
    78 - 75,
    82 - 89,
    76 - 79,
    77 - 71,
    70 - 75,
    73 - 87,
]

SMALL = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=9)


def test_listing_of_sas_with_ties() -> None:
    ranks, signs = signed_rank(SCORE_CHANGE), sign_test(SCORE_CHANGE)
    assert (ranks.n, ranks.s, ranks.is_exact, ranks.warnings) == (12, -8.5, True, ())
    assert ranks.p == pytest.approx(0.5278, abs=5e-5)
    assert (signs.n, signs.n_above, signs.n_below, signs.m, signs.warnings) == (12, 5, 7, -1, ())
    assert signs.p == pytest.approx(0.7744, abs=5e-5)
    assert (ranks.method, signs.method) == ("PROC UNIVARIATE, signed rank test", "PROC UNIVARIATE, sign test")


@settings(max_examples=80, deadline=None)
@given(SMALL, st.sampled_from([0.0, 1.0]))
def test_exact_against_all_signs(values: list[float], null: float) -> None:
    found, signs = signed_rank(values, null=null), sign_test(values, null=null)
    sizes = [abs(value - null) for value in values if value != null]
    assert (found.n, found.n_null) == (len(sizes), len(values) - len(sizes)) == (signs.n, signs.n_null)
    if not sizes:
        assert math.isnan(found.s) and math.isnan(found.p) and math.isnan(signs.m) and math.isnan(signs.p)
        assert found.warnings == signs.warnings == ("no value differs from the null hypothesis: no test",)
        return
    ranks = [Fraction(1 + 2 * sum(x < size for x in sizes) + sum(x == size for x in sizes), 2) for size in sizes]
    above = [value > null for value in values if value != null]
    mean = sum(ranks, Fraction(0)) / 2
    s = sum((rank for rank, is_above in zip(ranks, above, strict=True) if is_above), Fraction(0)) - mean
    assert found.s == s
    sums = [
        sum((r for r, sign in zip(ranks, each, strict=True) if sign), Fraction(0)) - mean
        for each in product((0, 1), repeat=len(ranks))
    ]
    assert found.p == sum(abs(each) >= abs(s) for each in sums) / len(sums)
    assert signs.m == Fraction(2 * sum(above) - len(above), 2)
    assert signs.p == pytest.approx(scipy.stats.binomtest(sum(above), len(above)).pvalue, rel=1e-12)


def test_exact_up_to_20_without_ties_agrees_with_scipy() -> None:
    values = np.random.default_rng(3).normal(0.4, 1, 20)
    assert signed_rank(values).p == pytest.approx(scipy.stats.wilcoxon(values, method="exact").pvalue, rel=1e-12)


def test_above_20_by_students_t() -> None:
    values = [float(v) for v in range(-7, 16)]  # 22 that are not 0; 1 to 7 stand there with both signs
    found = signed_rank(values)
    # ranks of the pairs: 1.5, 3.5 … 13.5, then 15 to 22; above 0 are one of each pair and 15 to 22
    positive = sum(1.5 + 2 * i for i in range(7)) + sum(range(15, 23))
    s = positive - 22 * 23 / 4
    v = 22 * 23 * 45 / 24 - 7 * 2 * 3 * 1 / 48
    t = s * math.sqrt(21 / (22 * v - s**2))
    assert (found.n, found.n_null, found.s, found.is_exact) == (22, 1, s, False)
    assert found.p == pytest.approx(2 * scipy.stats.t.sf(t, 21), rel=1e-10)
    # 21 and more values at one distance on one side: nV is S squared
    tied = signed_rank([2.0] * 25)
    assert math.isnan(tied.p)
    assert tied.warnings == ("all values have one distance and one sign: no t approximation",)
    assert signed_rank([2.0] * 20).p == 2.0**-19


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 3), st.one_of(st.just(math.nan), st.integers(-9, 9))), max_size=70),
    st.randoms(use_true_random=False),
)
def test_groups_agree_with_one_at_a_time_in_any_order(cells: list[tuple[int, float]], random) -> None:  # type: ignore[no-untyped-def]
    values, groups = [v for _, v in cells], [g for g, _ in cells]
    ranks, signs = signed_rank_groups(values, groups, 4), sign_test_groups(values, groups, 4)
    random.shuffle(cells)
    for code in range(4):
        own = [value for group, value in cells if group == code]
        for table, alone in ((ranks, signed_rank(own)), (signs, sign_test(own))):
            row = table.iloc[code].to_dict()
            np.testing.assert_array_equal(list(row.values()), [getattr(alone, name) for name in row])
        mirrored = signed_rank([-value for value in own])
        np.testing.assert_array_equal([mirrored.s, mirrored.p], [-ranks["s"][code], ranks["p"][code]])


def test_many_groups_in_parts() -> None:
    random = np.random.default_rng(8)
    values, groups = random.integers(-5, 6, 60_000).astype(float), np.repeat(np.arange(6000), 10)
    table = signed_rank_groups(values, groups, 6000)
    for code in (0, 4095, 4096, 5999):
        assert table["p"][code] == signed_rank(values[groups == code]).p


@pytest.mark.parametrize("test", [signed_rank_groups, sign_test_groups])
def test_bad_input(test) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match="no group"):
        test([1.0], [1], 1)
    with pytest.raises(DataError, match="null hypothesis"):
        test([1.0], [0], 1, null=math.inf)
    with pytest.raises(DataError, match="numbers"):
        test(["1"], [0], 1)
    with pytest.raises(DataError, match="one length"):
        test([1.0], [0, 0], 1)
    assert len(test([], [], 0)) == 0
    assert test([], [], 2)["n"].tolist() == [0, 0]

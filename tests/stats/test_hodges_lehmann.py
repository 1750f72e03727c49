"""Hodges-Lehmann shift: listings of SAS, all differences in plain Python, large samples, swaps, missing and empty."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from adamline.errors import DataError
from adamline.stats import _ranks_differences
from adamline.stats._ranks_differences import ordered_differences
from adamline.stats.hodges_lehmann import hodges_lehmann, hodges_lehmann_pairs
from adamline.stats.rank_sum import rank_sum

# SAS/STAT User's Guide, The NPAR1WAY Procedure, "Hodges-Lehmann Estimation": reaction times of two stimulants.
STIMULANT_1 = [1.94, 1.94, 2.92, 2.92, 2.92, 2.92, 3.27, 3.27, 3.27, 3.27, 3.70, 3.70, 3.74]
STIMULANT_2 = [3.27, 3.27, 3.27, 3.70, 3.70, 3.74]
# CAMIS, "Non-parametric point estimation in SAS": the example of Hollander, Wolfe and Chicken.
GROUP_A = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
GROUP_B = [0.878, 0.647, 0.598, 2.050, 1.060, 1.290, 1.060, 3.140, 1.290]

SMALL = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=7)
FIGURES = ("shift", "lower", "upper", "midpoint", "se", "exact_lower", "exact_upper", "exact_midpoint")


def figures(test: object) -> list[float]:
    return [getattr(test, name) for name in FIGURES]


def test_listing_of_sas() -> None:
    test = hodges_lehmann(STIMULANT_1, STIMULANT_2, level=0.98, is_exact=True)
    assert figures(test) == pytest.approx([0.35, 0, 0.82, 0.41, 0.1762, 0, 1.33, 0.665], abs=5e-5)
    assert (test.n1, test.n2, test.reference, test.warnings) == (13, 6, 1, ())
    assert test.method == "PROC NPAR1WAY, Hodges-Lehmann estimation"


def test_listing_of_camis_with_refclass_b() -> None:
    printed = [0.56, -0.37, 1.183, 0.4065, 0.3962, -0.22, 1.082, 0.431]
    for reference in ("second", "larger"):  # of two groups of one size the second is the reference
        test = hodges_lehmann(GROUP_A, GROUP_B, reference=reference, is_exact=True)  # type: ignore[arg-type]
        assert figures(test) == pytest.approx(printed, abs=5.1e-5)
        assert test.reference == 2


def ranks_of(values: list[float]) -> list[Fraction]:
    return [Fraction(1 + 2 * sum(x < value for x in values) + sum(x == value for x in values), 2) for value in values]


@settings(max_examples=80, deadline=None)
@given(SMALL, SMALL, st.sampled_from([0.5, 0.8, 0.95]))
def test_against_the_definitions(first: list[float], second: list[float], level: float) -> None:
    test = hodges_lehmann(first, second, level=level, reference="first", is_exact=True)
    differences = sorted(y - x for x in first for y in second)
    count, z = len(differences), norm.ppf(0.5 + level / 2)
    assert test.shift == np.median(differences)
    c = math.floor(count / 2 - z * rank_sum(first, second).sd)
    if c >= 1:
        assert (test.lower, test.upper) == (differences[c - 1], differences[-c])
        assert test.se == pytest.approx((test.upper - test.lower) / (2 * z), rel=1e-12)
    else:
        assert math.isnan(test.lower) and math.isnan(test.upper) and math.isnan(test.se)
        assert "limits: too few values for this level" in test.warnings
    n = min(len(first), len(second))
    sums = Counter(sum(chosen, Fraction(0)) for chosen in combinations(ranks_of(first + second), n))
    total = Fraction(math.comb(len(first + second), n))
    tail = (1 - Fraction(str(level))) / 2
    fitting = [s for s in sums if sum(sums[other] for other in sums if other <= s) / total <= tail]
    if fitting:
        exact_c = math.floor(max(fitting) - Fraction(n * (n + 1), 2)) + 1
        assert (test.exact_lower, test.exact_upper) == (differences[exact_c - 1], differences[-exact_c])
    else:
        assert math.isnan(test.exact_lower) and math.isnan(test.exact_upper)


@settings(max_examples=60, deadline=None)
@given(SMALL, SMALL, st.randoms(use_true_random=False))
def test_swapped_shifted_shuffled(first: list[float], second: list[float], random) -> None:  # type: ignore[no-untyped-def]
    test = hodges_lehmann(first, second, level=0.8, reference="first", is_exact=True)
    swapped = hodges_lehmann(first, second, level=0.8, reference="second", is_exact=True)
    np.testing.assert_array_equal(
        [swapped.shift, swapped.lower, swapped.upper, swapped.exact_lower, swapped.exact_upper, swapped.se],
        [-test.shift, -test.upper, -test.lower, -test.exact_upper, -test.exact_lower, test.se],
    )
    random.shuffle(first)
    random.shuffle(second)
    again = hodges_lehmann([*first, math.nan], second, level=0.8, reference="first", is_exact=True)
    np.testing.assert_array_equal(figures(again), figures(test))
    moved = hodges_lehmann(first, [y + 1 for y in second], reference="first")
    assert moved.shift == test.shift + 1


@pytest.mark.parametrize("scale", [1, 0.1, 1e-300, 1e300])
def test_places_of_large_samples_without_all_differences(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    random = np.random.default_rng(5)
    first, second = np.sort(random.integers(-40, 40, 57) * scale), np.sort(random.integers(-30, 60, 83) * scale)
    places = [0, 1, 999, 2365, 2366, 57 * 83 - 1]
    direct = ordered_differences(first, second, places)
    np.testing.assert_array_equal(direct, np.sort(np.subtract.outer(second, first).ravel())[places])
    monkeypatch.setattr(_ranks_differences, "_AT_ONCE", 0)
    np.testing.assert_array_equal(ordered_differences(first, second, places), direct)


def test_pairs_and_their_references() -> None:
    values = [1.0, 2.0, 4.0, 5.0, 7.0, math.nan, 3.0]
    groups = [0, 0, 0, 1, 1, 2, -1]
    table = hodges_lehmann_pairs(values, groups, [(0, 1), (1, 0), (0, 2), (9, 1)])
    assert table["reference"].tolist() == [1, 2, 1, 2]
    np.testing.assert_array_equal(table["shift"], [3.5, 3.5, np.nan, np.nan])
    assert table["exact_lower"].isna().all()
    assert len(hodges_lehmann_pairs([], [], np.empty((0, 2), dtype=np.int64))) == 0


def test_nothing_to_estimate_and_nothing_that_differs() -> None:
    empty = hodges_lehmann([1.0], [math.nan], is_exact=True)
    assert math.isnan(empty.shift) and empty.n_missing == 1
    assert empty.warnings == ("a group without values: no estimate",)
    tied = hodges_lehmann([2.0] * 3, [2.0] * 4)
    assert (tied.shift, tied.lower, tied.upper, tied.se) == (0.0, 0.0, 0.0, 0.0)


def test_bad_input() -> None:
    with pytest.raises(DataError, match="reference"):
        hodges_lehmann([1.0], [2.0], reference="smaller")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="level"):
        hodges_lehmann([1.0], [2.0], level=95)
    with pytest.raises(DataError, match="too large"):
        hodges_lehmann(np.arange(2000.0), np.arange(2000.0), is_exact=True)
    with pytest.raises(DataError, match="numbers"):
        hodges_lehmann(["a"], [2.0])

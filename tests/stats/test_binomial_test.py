"""Test of a proportion: scipy's exact tails, the corrected z by hand, mirror, bad null."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from adamline.errors import DataError
from adamline.stats.binomial_test import binomial_test, binomial_test_groups

EVENTS_OF = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NULL = st.sampled_from([0.05, 0.3, 0.5, 0.9])


@settings(max_examples=100, deadline=None)
@given(EVENTS_OF, NULL)
def test_exact_tails_of_scipy(case: tuple[int, int], null: float) -> None:
    found = binomial_test(*case, null)
    tail = binomtest(*case, null, alternative="greater" if found.z > 0 else "less").pvalue
    assert found.p_exact_one_sided == pytest.approx(tail, rel=1e-9)
    assert found.p_exact == min(1.0, 2 * found.p_exact_one_sided)
    assert found.p == 2 * found.p_one_sided
    mirrored = binomial_test(case[1] - case[0], case[1], 1 - null)
    assert mirrored.z == pytest.approx(-found.z, abs=1e-9)


def test_correction() -> None:
    # 30 of 100 against 0.25: (0.05 - 0.005) / sqrt(0.25 * 0.75 / 100)
    assert binomial_test(30, 100, 0.25, is_corrected=True).z == pytest.approx(0.045 / math.sqrt(0.001875), rel=1e-12)
    assert binomial_test(20, 100, 0.25, is_corrected=True).z == pytest.approx(-0.045 / math.sqrt(0.001875), rel=1e-12)
    # Within the correction nothing is left.
    assert binomial_test(3, 7, 0.5, is_corrected=True).z == 0
    assert binomial_test(3, 7, 0.5, is_corrected=True).method == "PROC FREQ, BINOMIAL(P=0.5 CORRECT)"


def test_nothing_to_test() -> None:
    found = binomial_test(0, 0)
    assert found.warnings == ("a total of 0: no test",)
    assert np.isnan([found.z, found.p, found.p_exact, found.se_null]).all()
    assert binomial_test_groups([], []).shape == (0, 6)


@pytest.mark.parametrize("null", [0.0, 1.0, -0.1, math.nan])
def test_bad_null(null: float) -> None:
    with pytest.raises(DataError, match="null hypothesis"):
        binomial_test(1, 2, null)


@pytest.mark.parametrize(("events", "total", "null"), [(29, 100, 0.29), (57, 100, 0.57), (28, 50, 0.56), (1, 3, 1 / 3)])
def test_a_proportion_that_is_the_null(events: int, total: int, null: float) -> None:
    """z is 0, so the exact tail is the lower one; in floating point 100 times 0.29 is not 29."""
    found = binomial_test(events, total, null)
    lower = sum(math.comb(total, k) * null**k * (1 - null) ** (total - k) for k in range(events + 1))
    assert (found.z, found.p, found.p_exact) == (0, 1, 1)
    assert found.p_exact_one_sided == pytest.approx(lower, rel=1e-12)

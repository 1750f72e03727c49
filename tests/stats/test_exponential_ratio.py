"""Likelihood ratio of exponential times: by hand, maximum found numerically, missing, and no test."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from adamline.errors import DataError
from adamline.stats.exponential_ratio import exponential_ratio

RECORDS = st.lists(st.tuples(st.integers(1, 20), st.booleans(), st.sampled_from("AB")), min_size=2, max_size=25)


def test_by_hand() -> None:
    # 6-MP and placebo (Freireich and others 1963): 9 events in 359 weeks, 21 in 182.
    found = exponential_ratio([359, *[0] * 8, 182, *[0] * 20], [1] * 30, ["6-MP"] * 9 + ["placebo"] * 21)
    expected = 2 * (9 * math.log(9 / 359) + 21 * math.log(21 / 182) - 30 * math.log(30 / 541))
    assert found.chi_square == pytest.approx(expected, rel=1e-12)
    assert (found.df, found.n_event) == (1, 30)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_maximum_of_the_likelihood(records: list[tuple[int, bool, str]]) -> None:
    def best(own: list[tuple[int, bool, str]]) -> float:
        d, total = sum(event for _, event, _ in own), sum(time for time, _, _ in own)
        if d == 0:
            return 0.0
        return -minimize_scalar(lambda b: total * math.exp(b) - d * b, bounds=(-12, 6), options={"xatol": 1e-10}).fun

    times, events, groups = zip(*records, strict=True)
    found = exponential_ratio(times, events, groups)
    if len(set(groups)) == 2 and any(events):
        parts = [[record for record in records if record[2] == group] for group in "AB"]
        assert found.chi_square == pytest.approx(2 * (sum(map(best, parts)) - best(records)), abs=1e-7)
        assert exponential_ratio([3 * t for t in times], events, groups).chi_square == pytest.approx(
            found.chi_square, abs=1e-9
        )
    else:
        assert math.isnan(found.p) and found.warnings == ("no test: it needs two groups and an event",)


def test_missing_and_no_time() -> None:
    assert exponential_ratio([1, 2, math.nan], [1, 1, 1], ["A", "B", "B"]).n_missing == 1
    found = exponential_ratio([0, 2], [1, 1], ["A", "B"])
    assert math.isnan(found.chi_square)
    assert "no time under observation" in found.warnings[0]
    with pytest.raises(DataError, match="0 or more"):
        exponential_ratio([-1, 2], [1, 1], ["A", "B"])

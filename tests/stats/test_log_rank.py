"""Log-rank and Wilcoxon tests: published figures, brute force in fractions, strata, swaps, missing and bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import logrank

from adamline.errors import DataError
from adamline.stats.log_rank import log_rank, log_rank_pairs

# Weeks of remission in leukaemia, 6-MP and placebo (Freireich and others 1963, Blood 21): + is censored. As in the file
# gehan.dat of the Python package lifelines; a LIFETEST listing of the 6-MP stratum is in test_kaplan_meier.py.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

RECORD = st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 2), st.integers(0, 1))
RECORDS = st.lists(RECORD, min_size=1, max_size=25)


def test_nan_among_labels_of_text_is_missing() -> None:
    """A list of text and NaN as an array has the text "nan", which must not become a group."""
    for missing in (float("nan"), None, "", "  "):
        found = log_rank([2, 3, 5, 4, 6, 7], [1, 1, 1, 1, 0, 1], ["A", "A", missing, "B", "B", "B"])
        assert (found.n, found.n_missing, found.groups["group"].tolist()) == (5, 1, ["A", "B"])


def leukaemia() -> tuple[list[float], list[int], list[str]]:
    words = [(word, "6-MP") for word in SIX_MP.split()] + [(word, "placebo") for word in PLACEBO.split()]
    return [float(w.rstrip("+")) for w, _ in words], [int("+" not in w) for w, _ in words], [g for _, g in words]


def brute(records: list[tuple[int, bool, int, int]], test: str) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Statistics and covariance of three groups as sums over strata and event times."""
    u = [Fraction(0)] * 3
    v = [[Fraction(0)] * 3 for _ in range(3)]
    for stratum in (0, 1):
        own = [record for record in records if record[3] == stratum]
        for time in {t for t, event, _, _ in own if event}:
            risk = [record for record in own if record[0] >= time]
            n, d = len(risk), sum(event and t == time for t, event, _, _ in risk)
            weight = 1 if test == "logrank" else n
            share = [Fraction(sum(g == group for _, _, g, _ in risk), n) for group in range(3)]
            for g in range(3):
                u[g] += weight * (sum(e and t == time and each == g for t, e, each, _ in risk) - d * share[g])
                for h in range(3):
                    if n > 1:
                        spread = Fraction(weight**2 * d * (n - d), n - 1)
                        v[g][h] += spread * share[g] * ((g == h) - share[h])
    return u, v


def test_leukaemia_trial_in_fractions() -> None:
    times, events, groups = leukaemia()
    records = [(t, e, int(g == "placebo"), 0) for t, e, g in zip(times, events, groups, strict=True)]
    for test in ("logrank", "wilcoxon"):
        found = log_rank(times, events, groups, test=test)  # type: ignore[arg-type]
        u, v = brute(records, test)  # type: ignore[arg-type]
        assert found.chi_square == pytest.approx(float(u[0] ** 2 / v[0][0]), rel=1e-12)
    assert found.method == "PROC LIFETEST, Wilcoxon (Gehan) test"
    assert found.groups["observed"].tolist() == [9, 21]
    assert found.groups["expected"].sum() == pytest.approx(30)


@settings(max_examples=80, deadline=None)
@given(RECORDS, st.sampled_from(["logrank", "wilcoxon"]))
def test_statistics_and_covariance_in_fractions(records: list[tuple[int, bool, int, int]], test: str) -> None:
    u, v = brute(records, test)
    times, events, groups, strata = zip(*records, strict=True)
    found = log_rank(times, events, groups, strata=strata, test=test)  # type: ignore[arg-type]
    present = sorted(set(groups))
    np.testing.assert_allclose(found.groups["statistic"], [float(u[g]) for g in present], atol=1e-11)
    np.testing.assert_allclose(found.covariance, [[float(v[g][h]) for h in present] for g in present], atol=1e-11)
    pairs = log_rank_pairs(times, events, groups, [(0, 1), (2, 0)], strata=strata, test=test)  # type: ignore[arg-type]
    for row, (first, second) in zip(pairs.itertuples(), [(0, 1), (2, 0)], strict=True):
        u, v = brute([record for record in records if record[2] in (first, second)], test)
        assert (row.statistic, row.variance) == pytest.approx((float(u[first]), float(v[first][first])), abs=1e-11)
        assert math.isnan(row.chi_square) == (v[first][first] == 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), min_size=4, max_size=25))
def test_agrees_with_scipy(records: list[tuple[int, bool, bool]]) -> None:
    from scipy.stats import CensoredData

    def sample(group: bool) -> CensoredData:
        return CensoredData(
            uncensored=[t for t, e, g in records if e and g is group],
            right=[t for t, e, g in records if not e and g is group],
        )

    times, events, groups = zip(*records, strict=True)
    found = log_rank(times, events, groups)
    if found.df == 1:
        assert found.p == pytest.approx(logrank(sample(False), sample(True)).pvalue, rel=1e-8, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_order_names_and_time_scale(records, random) -> None:  # type: ignore[no-untyped-def]
    def test(records, names: str, scale: float):  # type: ignore[no-untyped-def]
        times, events, groups, strata = zip(*records, strict=True)
        return log_rank([scale * t**2 for t in times], events, [names[g] for g in groups], strata=strata)

    first = test(records, "ABC", 1.0)
    random.shuffle(records)
    second = test(records, "CBA", 7.0)
    assert (second.df, second.n_event) == (first.df, first.n_event)
    assert second.chi_square == pytest.approx(first.chi_square, rel=1e-9, abs=1e-12, nan_ok=True)


def test_one_stratum_is_no_stratum_and_pairs_are_groups() -> None:
    times, events, groups = leukaemia()
    plain = log_rank(times, events, groups)
    assert log_rank(times, events, groups, strata=["x"] * 42).chi_square == plain.chi_square
    codes = [int(group == "placebo") for group in groups]
    pairs = log_rank_pairs(times, events, codes, [(0, 1), (1, 0), (0, 5)])
    assert pairs["chi_square"].tolist()[:2] == pytest.approx([plain.chi_square] * 2, rel=1e-13)
    assert pairs["statistic"].tolist()[:2] == pytest.approx([-10.251, 10.251], abs=1e-3)
    assert pairs[["n1", "n2"]].to_numpy().tolist() == [[21, 21], [21, 21], [21, 0]]
    assert math.isnan(pairs["p"][2])


def test_missing_parts_leave_a_record_out() -> None:
    times = [1.0, 2.0, 3.0, math.nan, 5.0, 6.0]
    found = log_rank(times, [1, 1, 1, 1, math.nan, 1], ["A", "B", "A", "A", "B", None])
    assert (found.n, found.n_missing) == (3, 3)
    assert found.chi_square == log_rank([1, 2, 3], [1, 1, 1], ["A", "B", "A"]).chi_square
    stratified = log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"], strata=["x", "x", "x", None])
    assert (stratified.n, stratified.n_missing, stratified.n_strata) == (3, 1, 1)


def test_no_test_is_said() -> None:
    for found in (
        log_rank([1, 2], [0, 0], ["A", "B"]),  # no event
        log_rank([1, 2], [1, 1], ["A", "A"]),  # one group
        log_rank([1, 2], [1, 1], ["A", "B"], strata=["x", "y"]),  # never two groups at risk
        log_rank([], [], []),
    ):
        assert math.isnan(found.chi_square) and math.isnan(found.p)
        assert found.df == 0
        assert found.warnings == ("no test: no event with two groups at risk",)
    # C is gone before the first event: two of three groups are compared.
    partial = log_rank([1, 3, 4, 5, 6], [0, 1, 1, 1, 1], ["C", "A", "B", "A", "B"])
    assert partial.df == 1
    assert "3 groups, but 1 degrees of freedom" in partial.warnings[0]


@pytest.mark.parametrize(
    ("pairs", "test", "message"),
    [
        ([(0, 0)], "logrank", "two different groups"),
        ([(0, -1)], "logrank", "two different groups"),
        ([0, 1], "logrank", "two group codes a row"),
        ([(0, 1)], "peto", "There are no tests"),
    ],
)
def test_bad_pairs(pairs: object, test: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        log_rank_pairs([1, 2], [1, 1], [0, 1], pairs, test=test)  # type: ignore[arg-type]


def test_bad_times() -> None:
    with pytest.raises(DataError, match="0 or more"):
        log_rank([-1, 2], [1, 1], [0, 1])
    with pytest.raises(DataError, match="1 \\(seen\\)"):
        log_rank([1, 2], [1, 3], [0, 1])
    with pytest.raises(DataError, match="one length"):
        log_rank([1, 2], [1, 1], [0, 1], strata=[1])

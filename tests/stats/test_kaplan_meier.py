"""Kaplan-Meier: a printed stratum, a curve by hand, fractions, limits by hand, ties, missing, empty and bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.kaplan_meier import (
    kaplan_meier,
    kaplan_meier_at,
    kaplan_meier_groups,
    kaplan_meier_quantiles,
)

# Few distinct times, so that ties of events and of censored records are many.
RECORDS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30)


def test_a_quartile_between_two_event_times() -> None:
    # 24 records: S = 18/24 = 0.7500 at 12, censored at 25, then 0.75 * 16/17 = 0.7059; the first quartile is half way
    # between 12 and 35. SE by Greenwood's formula, by hand. The times after 35 do not matter.
    times = [3, 8, 8, 10, 11, 12, 25, 35, *range(36, 52)]
    events = [1, 1, 1, 1, 1, 1, 0, 1, *[1] * 16]
    found = kaplan_meier(times, events, conftype="linear")
    curve = found.curve.set_index("time")
    for time, survival, se, failed, left in [
        (3, 0.9583, 0.0408, 1, 23),
        (8, 0.8750, 0.0675, 3, 21),
        (10, 0.8333, 0.0761, 4, 20),
        (11, 0.7917, 0.0829, 5, 19),
        (12, 0.7500, 0.0884, 6, 18),
        (35, 0.7059, 0.0936, 7, 16),
    ]:
        row = curve.loc[time]
        assert (row["n_failed"], row["n_left"]) == (failed, left)
        assert row["survival"] == pytest.approx(survival, abs=5e-5)
        assert row["se"] == pytest.approx(se, abs=5e-5)
    assert (found.quartiles[0].estimate, found.quartiles[0].lower) == (23.5, 8.0)


def test_a_stratum_printed_by_lifetest() -> None:
    # The first rows of the stratum 6-MP of the leukaemia trial (Freireich and others 1963), from a listing of PROC
    # LIFETEST in a course on survival analysis (BSTA 6652, "Non-parametric Methods").
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    events = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = kaplan_meier(times, events).curve.set_index("time")
    for time, survival, failure, se, failed, left in [
        (6, 0.8571, 0.1429, 0.0764, 3, 18),
        (7, 0.8067, 0.1933, 0.0869, 4, 16),
        (10, 0.7529, 0.2471, 0.0963, 5, 14),
    ]:
        row = curve.loc[time]
        assert (row["n_failed"], row["n_left"]) == (failed, left)
        assert row[["survival", "failure", "se"]].tolist() == pytest.approx([survival, failure, se], abs=5e-5)
    assert curve.loc[13, "survival"] == pytest.approx(0.6902, abs=5e-5)


def test_se_is_0_and_limits_are_missing_where_survival_is_0() -> None:
    # As LIFETEST prints the last row of a stratum whose longest time is an event.
    last = kaplan_meier([1, 2], [1, 1]).curve.iloc[-1]
    assert (last["survival"], last["failure"], last["se"], last["n_left"]) == (0.0, 1.0, 0.0, 0)
    assert math.isnan(last["lower"]) and math.isnan(last["upper"])


@pytest.mark.parametrize(
    ("conftype", "lower", "upper"),
    [
        # S = 0.5 and SE = 0.25 at time 3 of the times below, z = 1.959964
        ("linear", 0.5 - 1.959964 * 0.25, 0.5 + 1.959964 * 0.25),
        ("log", 0.5 * math.exp(-1.959964 * 0.5), 1.0),
        ("loglog", 0.5 ** math.exp(1.959964 * 0.5 / math.log(2)), 0.5 ** math.exp(-1.959964 * 0.5 / math.log(2))),
        ("logit", 1 / (1 + math.exp(1.959964)), 1 / (1 + math.exp(-1.959964))),
        ("asinsqrt", math.sin(math.pi / 4 - 1.959964 * 0.25) ** 2, math.sin(math.pi / 4 + 1.959964 * 0.25) ** 2),
    ],
)
def test_limits_of_each_scale(conftype: str, lower: float, upper: float) -> None:
    curve = kaplan_meier([2, 3, 3, 5], [1, 1, 0, 1], conftype=conftype).curve  # type: ignore[arg-type]
    assert curve["lower"].tolist()[2] == pytest.approx(lower, abs=1e-6)
    assert curve["upper"].tolist()[2] == pytest.approx(upper, abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(RECORDS)
def test_curve_and_quantiles_in_fractions(records: list[tuple[int, bool]]) -> None:
    survival, hazard = Fraction(1), Fraction(0)
    steps: list[tuple[int, Fraction, Fraction]] = []
    for time in sorted({time for time, event in records if event}):
        n = sum(each >= time for each, _ in records)
        d = sum(event and each == time for each, event in records)
        survival *= 1 - Fraction(d, n)
        hazard += Fraction(d, n * (n - d)) if n > d else 0
        steps.append((time, survival, hazard))
    times, events = zip(*records, strict=True)
    found = kaplan_meier(times, events)
    rows = found.curve[found.curve["n_event"] > 0]
    assert rows["time"].tolist() == [time for time, _, _ in steps]
    np.testing.assert_allclose(rows["survival"], [float(s) for _, s, _ in steps], rtol=1e-13, atol=0)
    np.testing.assert_allclose(rows["se"], [float(s) * math.sqrt(h) for _, s, h in steps], rtol=1e-12, atol=0)
    for quartile in found.quartiles:
        share = 1 - Fraction(quartile.percent) / 100
        passed = [time for time, s, _ in steps if s < share]
        equal = [time for time, s, _ in steps if s == share]
        expected = math.nan if not passed else (passed[0] + (equal[0] if equal else passed[0])) / 2
        assert quartile.estimate == pytest.approx(expected, nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(RECORDS, st.sampled_from(["loglog", "log", "linear", "logit", "asinsqrt"]))
def test_limits_of_quantiles_are_times_whose_survival_they_allow(
    records: list[tuple[int, bool]], conftype: str
) -> None:
    times, events = zip(*records, strict=True)
    found = kaplan_meier(times, events, conftype=conftype)  # type: ignore[arg-type]
    curve = found.curve[found.curve["n_event"] > 0]
    for quartile in found.quartiles:
        assert not quartile.lower > quartile.estimate
        assert not quartile.estimate > quartile.upper
        if conftype == "linear" and quartile.lower > 0:
            # Before the lower limit the pointwise limits of survival lie above the share.
            before = curve[curve["time"] < quartile.lower]
            assert (before["lower"] > 1 - quartile.percent / 100 - 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0, 1, math.nan]), st.integers(-1, 3)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_groups_agree_with_one_at_a_time(records, random) -> None:  # type: ignore[no-untyped-def]
    random.shuffle(records)
    times, events, groups = ([record[place] for record in records] for place in range(3))
    curves = kaplan_meier_groups(times, events, groups, 4)
    quantiles = kaplan_meier_quantiles(times, events, groups, 4)
    at = kaplan_meier_at(times, events, groups, 4, [0, 2.5, 3, 9])
    for group in range(4):
        own = sorted(((t, e) for t, e, g in records if g == group), key=str)
        alone = kaplan_meier([t for t, _ in own], [e for _, e in own])
        pd.testing.assert_frame_equal(
            curves[curves["group"] == group].drop(columns="group").reset_index(drop=True),
            alone.curve.reset_index(drop=True),
        )
        np.testing.assert_array_equal(
            quantiles.loc[quantiles["group"] == group, ["percent", "estimate", "lower", "upper"]],
            [[q.percent, q.estimate, q.lower, q.upper] for q in alone.quartiles],
        )
        for row in at[at["group"] == group].itertuples():
            known = [t for t, e in own if not math.isnan(e)]
            assert row.n_risk == sum(t >= row.at for t in known)
            before = alone.curve[(alone.curve["time"] <= row.at)]
            if not known or (row.n_risk == 0 and before["survival"].iloc[-1] > 0):
                assert math.isnan(row.survival) and math.isnan(row.upper)
            else:
                assert row.survival == before["survival"].iloc[-1]


def test_time_may_be_scaled() -> None:
    times, events = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0], [1, 1, 0, 1, 1, 0]
    first, second = kaplan_meier(times, events), kaplan_meier([2 * t for t in times], events)
    assert [2 * q.estimate for q in first.quartiles] == pytest.approx(
        [q.estimate for q in second.quartiles], nan_ok=True
    )
    np.testing.assert_array_equal(first.curve["upper"], second.curve["upper"])


def test_an_event_at_time_0_comes_after_the_start() -> None:
    curve = kaplan_meier([0, 1], [1, 1]).curve
    assert curve["time"].tolist() == [0.0, 0.0, 1.0]
    assert curve["survival"].tolist() == [1.0, 0.5, 0.0]


def test_nothing_to_estimate_is_said() -> None:
    empty = kaplan_meier([math.nan], [1])
    assert (empty.n, empty.n_missing, len(empty.curve)) == (0, 1, 0)
    assert empty.warnings == ("no records",)
    assert all(math.isnan(quartile.estimate) for quartile in empty.quartiles)
    censored = kaplan_meier([3, 4], [0, 0])
    assert censored.warnings == ("no events: survival is 1 throughout",)
    assert censored.curve["survival"].tolist() == [1.0, 1.0, 1.0]
    assert censored.curve["lower"].tolist() == [1.0, 1.0, 1.0]
    assert len(kaplan_meier_groups([], [], [], 2)) == 0
    assert kaplan_meier_at([], [], [], 1, [1.0])["n_risk"].tolist() == [0]


@pytest.mark.parametrize(
    ("times", "events", "groups", "message"),
    [
        ([-1.0], [1], [0], "finite number, 0 or more"),
        ([math.inf], [1], [0], "finite number, 0 or more"),
        ([1.0], [2], [0], "1 \\(seen\\) or 0"),
        ([1.0, 2.0], [1], [0], "one length"),
        ([[1.0]], [[1]], [[0]], "one length"),
        ([1.0], [1], [2], "names no group"),
    ],
)
def test_bad_input(times: object, events: object, groups: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        kaplan_meier_groups(times, events, groups, 2)  # type: ignore[arg-type]


def test_bad_options() -> None:
    with pytest.raises(DataError, match="There are no scales"):
        kaplan_meier([1.0], [1], conftype="plain")  # type: ignore[arg-type]
    for level in (0.0, 1.0, 95.0, math.nan):
        with pytest.raises(DataError, match="level"):
            kaplan_meier([1.0], [1], level=level)
    for percent in (0, 100, math.nan):
        with pytest.raises(DataError, match="between 0 and 100"):
            kaplan_meier_quantiles([1.0], [1], [0], 1, [percent])
    with pytest.raises(DataError, match="0 or more"):
        kaplan_meier_at([1.0], [1], [0], 1, [-1.0])

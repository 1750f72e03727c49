"""Incidence rates: published limits, scipy's distributions, time units, swapped groups, subjects' rows, bad input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson

from adamline.errors import DataError
from adamline.stats.incidence_rate import (
    incidence_rate,
    incidence_rates,
    rate_comparison,
    rate_comparisons,
    subject_incidence_rates,
)

EVENTS = st.integers(0, 400)
TIME = st.floats(0.01, 5000)
LEVEL = st.sampled_from([0.8, 0.9, 0.95, 0.99])


def test_published_example() -> None:
    """14 events in 200 people in 1 year and 100 in 2: the worked example of a manual of statistics (StatsDirect)."""
    found = incidence_rate(14, 200 + 100 * 2, per=1)
    assert found.estimate == 0.035
    assert (found.lower, found.upper) == pytest.approx((0.019135, 0.058724), abs=5.01e-7)


def test_published_upper_limit_of_no_events() -> None:
    """The manual of R's epitools gives 3.689 for `pois.exact` of no events; it is -log(0.025)."""
    found = incidence_rate(0, 1.0, per=1)
    assert (found.lower, found.upper) == (0.0, pytest.approx(3.689, abs=5.01e-4))
    assert found.upper == pytest.approx(-math.log(0.025), rel=1e-14)


@settings(max_examples=100, deadline=None)
@given(EVENTS, TIME, LEVEL)
def test_limits_have_tails_of_half_alpha(events: int, time: float, level: float) -> None:
    found = incidence_rate(events, time, per=100, level=level)
    tail = (1 - level) / 2
    assert found.estimate == pytest.approx(100 * events / time)
    assert found.se == pytest.approx(100 * math.sqrt(events) / time)
    assert poisson.cdf(events, found.upper * time / 100) == pytest.approx(tail, rel=1e-9)
    if events:
        assert poisson.sf(events - 1, found.lower * time / 100) == pytest.approx(tail, rel=1e-9)
    else:
        assert found.lower == 0
    days = incidence_rate(events, time * 365.25, per=36525, level=level)
    assert (days.estimate, days.lower, days.upper) == pytest.approx((found.estimate, found.lower, found.upper))


@settings(max_examples=100, deadline=None)
@given(EVENTS, TIME, EVENTS, TIME, LEVEL)
def test_comparison_by_scipy(x1: int, t1: float, x2: int, t2: float, level: float) -> None:
    found = rate_comparison(x1, t1, x2, t2, per=100, level=level)
    if x1 + x2 == 0:
        assert math.isnan(found.ratio) and math.isnan(found.ratio_lower) and math.isnan(found.ratio_upper)
        assert found.p == 1 and found.warnings
        return
    test = binomtest(x1, x1 + x2, t1 / (t1 + t2))
    limits = test.proportion_ci(level, "exact")
    assert found.ratio_lower == pytest.approx(limits.low / (1 - limits.low) * t2 / t1, rel=1e-8)
    if x2:
        assert found.ratio == pytest.approx(x1 / t1 / (x2 / t2))
        assert found.ratio_upper == pytest.approx(limits.high / (1 - limits.high) * t2 / t1, rel=1e-8)
        assert found.warnings == ()
    else:
        assert math.isnan(found.ratio) and math.isnan(found.ratio_upper)
        assert found.warnings == ("no events in the second group: no ratio and no upper limit of it",)
    tails = [binomtest(x1, x1 + x2, t1 / (t1 + t2), side).pvalue for side in ("less", "greater")]
    assert found.p == pytest.approx(min(2 * min(tails), 1), rel=1e-9)
    assert found.difference == pytest.approx(100 * (x1 / t1 - x2 / t2), rel=1e-9, abs=1e-9)
    assert found.difference_se == pytest.approx(100 * math.sqrt(x1 / t1**2 + x2 / t2**2))


def test_wald_limits_of_the_difference_by_hand() -> None:
    # 12 in 300 and 20 in 400 years: 4 - 5 per 100; SE sqrt(12 / 9 + 20 / 16)
    found = rate_comparison(12, 300, 20, 400, per=100)
    se = math.sqrt(12 / 9 + 20 / 16)
    half = 1.959963984540054 * se
    assert (found.difference, found.difference_se) == pytest.approx((-1, se))
    assert (found.difference_lower, found.difference_upper) == pytest.approx((-1 - half, -1 + half))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), TIME, st.integers(1, 200), TIME)
def test_swapped_groups(x1: int, t1: float, x2: int, t2: float) -> None:
    found, swapped = rate_comparison(x1, t1, x2, t2, per=1), rate_comparison(x2, t2, x1, t1, per=1)
    assert (1 / swapped.ratio, 1 / swapped.ratio_upper, 1 / swapped.ratio_lower, swapped.p) == pytest.approx(
        (found.ratio, found.ratio_lower, found.ratio_upper, found.p)
    )
    assert (-swapped.difference, -swapped.difference_upper) == pytest.approx(
        (found.difference, found.difference_lower), rel=1e-9, abs=1e-12
    )


def test_no_time_and_no_groups() -> None:
    none = incidence_rate(0, 0.0, per=100)
    assert math.isnan(none.estimate) and math.isnan(none.lower) and math.isnan(none.upper)
    assert none.warnings == ("no person-time: no rate",)
    pair = rate_comparison(3, 10.0, 0, 0.0, per=100)
    assert all(math.isnan(each) for each in (pair.ratio, pair.ratio_lower, pair.p, pair.difference))
    assert pair.warnings == ("a group without person-time: no comparison",)
    assert len(incidence_rates([], [], per=100)) == 0
    assert len(rate_comparisons([], [], [], [], per=100)) == 0
    assert len(subject_incidence_rates([], [], [], per=100)) == 0


def test_rows_of_subjects() -> None:
    nan = math.nan
    #           group 0         left out  group 2 (1 is empty)  missing
    events = [1, 0, True, 0.0, 1, 0, 0, nan, 1]
    times = [0.5, 2.0, 1.5, 3.0, 9.0, 1.0, 2.0, 4.0, nan]
    groups = [0, 0, 0, 0, -1, 2, 2, 2, 0]
    frame = subject_incidence_rates(events, times, groups, per=100)
    assert frame["n"].tolist() == [4, 0, 2]
    assert frame["n_missing"].tolist() == [1, 0, 1]
    assert frame["events"].tolist() == [2, 0, 0]
    assert frame["time"].tolist() == [7.0, 0.0, 3.0]
    assert frame.loc[0, "estimate"] == pytest.approx(200 / 7)
    assert frame.loc[1, ["estimate", "lower", "upper"]].isna().all()
    assert frame.loc[2, "upper"] == incidence_rate(0, 3.0, per=100).upper
    order = [8, 3, 1, 0, 2, 7, 6, 5, 4]
    columns = [[each[place] for place in order] for each in (events, times, groups)]
    assert subject_incidence_rates(*columns, per=100).equals(frame)


@pytest.mark.parametrize(
    ("events", "time", "options", "message"),
    [
        ([1], [1.0, 2.0], {}, "one length"),
        ([[1]], [[1.0]], {}, "one length"),
        ([-1], [1.0], {}, "whole number"),
        ([0.5], [1.0], {}, "whole number"),
        (["a"], [1.0], {}, "must be a number"),
        ([1], ["b"], {}, "must be a number"),
        ([1], [-1.0], {}, "finite number"),
        ([1], [math.nan], {}, "finite number"),
        ([1], [math.inf], {}, "finite number"),
        ([1], [0.0], {}, "events without person-time"),
        ([1], [1.0], {"per": 0}, "above 0"),
        ([1], [1.0], {"per": math.inf}, "above 0"),
        ([1], [1.0], {"per": "100"}, "above 0"),
        ([1], [1.0], {"level": 0}, "between 0 and 1"),
    ],
)
def test_bad_input(events: list[object], time: list[object], options: dict[str, object], message: str) -> None:
    options = {"per": 100} | options
    with pytest.raises(DataError, match=message):
        incidence_rates(events, time, **options)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=message):
        rate_comparisons(events, time, [1], [1.0], **options)  # type: ignore[arg-type]


def test_groups_of_unequal_length() -> None:
    with pytest.raises(DataError, match="Both groups"):
        rate_comparisons([1], [1.0], [1, 2], [1.0, 2.0], per=100)


@pytest.mark.parametrize(
    ("events", "time", "groups", "message"),
    [
        ([2], [1.0], [0], "must be 0 or 1"),
        (["Y"], [1.0], [0], "must be a number"),
        ([1], [-1.0], [0], "finite number"),
        ([1], [math.inf], [0], "finite number"),
        ([1], [1.0], [math.nan], "whole number"),
        ([1], [1.0], [0.5], "whole number"),
        ([1], [1.0], [10**9], "identifiers"),
        ([1], [1.0], ["A"], "must be a number"),
        ([1], [1.0, 2.0], [0], "one length"),
        ([1], [0.0], [0], "events without person-time"),
    ],
)
def test_bad_rows(events: list[object], time: list[object], groups: list[object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        subject_incidence_rates(events, time, groups, per=100)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("error")
def test_times_that_are_no_data() -> None:
    for time in (5e-324, 1e-101, 1e101, 1e300):
        with pytest.raises(DataError, match="too small or too large"):
            incidence_rate(1, time, per=1)
    with pytest.raises(DataError, match="above 0"):
        incidence_rate(1, 1.0, per=1e300)
    extreme = rate_comparison(1_000_000_000, 1e-100, 1, 1e100, per=1e100)
    assert extreme.difference == pytest.approx(1e209) and math.isfinite(extreme.difference_se)

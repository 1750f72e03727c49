"""The pieces of the calibration: each on small numbers, tests against scipy."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, mannwhitneyu, norm

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.changes import _on_its_side
from adamline.simulate.jahh.calibrate.fisher import fisher_p
from adamline.simulate.jahh.calibrate.history import days_since
from adamline.simulate.jahh.calibrate.moments import moments_differ, settle_moments
from adamline.simulate.jahh.calibrate.moves import (
    Sample,
    half_steps,
    rounds_to,
    settle_count,
    settle_extreme,
    settle_median,
    settle_rank_sum,
)
from adamline.simulate.jahh.calibrate.printed import Cell, read_printed
from adamline.simulate.jahh.calibrate.rank_test import Wanted, rank_z, wanted_z


def sample(numbers, sd=2.0, free=None, low=-10_000, high=10_000):
    numbers = np.asarray(numbers, dtype=np.int64)
    free = np.ones(len(numbers), dtype=np.bool_) if free is None else np.asarray(free)
    limits = [np.broadcast_to(np.asarray(limit, dtype=np.int64), numbers.shape) for limit in (low, high)]
    return Sample(numbers, free, *limits, np.broadcast_to(np.asarray(sd, dtype=np.float64), numbers.shape))


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@given(
    first=st.lists(st.integers(-5, 5), min_size=1, max_size=12),
    second=st.lists(st.integers(-5, 5), min_size=1, max_size=12),
)
@settings(max_examples=200, deadline=None)
def test_rank_z_is_that_of_scipy(first, second):
    z = rank_z(np.array(first), np.array(second))
    if len({*first, *second}) == 1:
        assert z == 0
        return
    both = mannwhitneyu(first, second, method="asymptotic", use_continuity=True)
    # With its statistic at the mean scipy's correction goes beyond zero; SAS's, and ours, stops there.
    expected = 1.0 if both.statistic == len(first) * len(second) / 2 else both.pvalue
    assert 2 * norm.sf(abs(z)) == pytest.approx(expected, rel=1e-9)
    assert np.sign(z) in (0, np.sign(both.statistic - len(first) * len(second) / 2))


@given(counts=st.tuples(*[st.integers(0, 15)] * 4))
@settings(max_examples=200, deadline=None)
def test_fisher_p_is_that_of_scipy(counts):
    a, b, c, d = counts
    assert fisher_p((a, b), (c, d)) == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-9)


@pytest.mark.parametrize(("p", "other"), [("0.028", "0.0284"), ("0.003", "0.0026")])
def test_wanted_z_of_a_printed_p_value(p, other):
    wanted = wanted_z(Cell(p), "significant")
    assert wanted.distance(norm.ppf(float(p) / 2)) == 0
    assert wanted.distance(norm.ppf(float(other) / 2)) == 0
    assert wanted.distance(norm.ppf((float(p) + 0.0006) / 2)) < 0
    assert wanted.distance(norm.ppf((float(p) - 0.0006) / 2)) > 0


def test_wanted_z_of_what_is_only_called_significant_or_not():
    assert wanted_z(None, "significant").distance(norm.ppf(0.04 / 2)) == 0
    assert wanted_z(None, "significant").distance(norm.isf(0.04 / 2)) < 0  # the other direction
    assert wanted_z(None, "not significant").distance(0.0) == 0
    assert wanted_z(None, "not significant").distance(norm.ppf(0.049 / 2)) > 0
    assert wanted_z(None, None) is None


@pytest.mark.parametrize(
    ("numbers", "target"),
    [([2, 4, 6, 8, 10], 6), ([2, 4, 6, 8, 10], 12), ([2, 4, 6, 8, 10], -20), ([2, 4, 6, 8], 4), ([2, 4, 6, 8], -5),
     ([0, 0, 0, 0, 0], 2), ([7], 20), ([-6, 4], 0)],
)  # fmt: skip
def test_a_median_is_settled(rng, numbers, target):
    settled = settle_median(rng, sample(numbers), target)
    assert np.median(settled) == target
    assert (settled % 2 == np.asarray(numbers) % 2).all() or target % 2 or len(numbers) == 1


def test_the_cheapest_change_sides(rng):
    # 12 is nearest to the new median of 20, but 16 SDs away; 10 only half an SD.
    settled = settle_median(rng, sample([2, 10, 12, 30, 40], sd=[1.0, 20.0, 0.5, 1.0, 1.0]), 20)
    assert settled.tolist()[0] == 2 and settled.tolist()[2:] == [12, 30, 40]
    assert settled[1] == 20


def test_what_is_held_does_not_move(rng):
    free = [False, True, True, True, False]
    settled = settle_median(rng, sample([2, 4, 6, 8, 10], free=free), 12)
    assert np.median(settled) == 12 and settled[0] == 2 and settled[4] == 10


def test_a_half_needs_an_even_number(rng):
    with pytest.raises(AdamlineError, match="even number"):
        settle_median(rng, sample([2, 4, 6]), 5)


@pytest.mark.parametrize(("count", "side"), [(0, 1), (2, 1), (3, 1), (5, 1), (1, -1), (4, -1)])
def test_a_count_is_settled_and_as_few_as_it_takes_move(rng, count, side):
    numbers = np.array([10, 20, 30, 40, 50])
    settled = settle_count(rng, sample(numbers), 28, side, count)
    assert (side * (settled - 28) >= 0).sum() == count
    assert (settled != numbers).sum() == abs((side * (numbers - 28) >= 0).sum() - count)


def test_an_extreme_is_settled(rng):
    least = settle_extreme(rng, sample([10, 20, 90, 100, 110]), Cell("33"), 0, -1)
    assert least.min() == 66 and least.tolist()[2:] == [90, 100, 110]
    assert settle_extreme(rng, sample([60, 70]), Cell("35"), 0, 1).tolist() == [60, 70]


def test_the_rank_sum_is_settled_within_limits(rng):
    numbers, others = np.arange(0, 80, 2), np.arange(1, 81, 2)
    start = sample(numbers, low=numbers - 30, high=numbers + 30)
    wanted = wanted_z(Cell("0.028"), "significant")
    settled = settle_rank_sum(rng, start, others, wanted)
    assert round(mannwhitneyu(settled, others, method="asymptotic").pvalue, 3) == 0.028
    assert (np.abs(settled - numbers) <= 30).all()
    assert settle_rank_sum(rng, sample(numbers, low=numbers, high=numbers), others, wanted) is None
    assert settle_rank_sum(rng, start, others, Wanted(-1, 1)).tolist() == numbers.tolist()


def test_numbers_stay_on_their_side_of_the_median():
    held = _on_its_side(sample([6, 2, 10, 4, 8]))
    assert held.free.tolist() == [False, True, True, True, True]
    assert held.high[[1, 3]].tolist() == [6, 6] and held.low[[2, 4]].tolist() == [6, 6]


@pytest.mark.parametrize(
    ("number", "text", "decimals", "expected"),
    [(251.0, "126", 0, True), (251.0, "125", 0, False), (-5.0, "-2.50", 0, True), (0.0, "0.0", 3, True),
     (99.0, "0.0", 3, True), (100.0, "0.0", 3, False), (-130.0, "0.65", 2, False), (2.5, "0.1", 1, True)],
)  # fmt: skip
def test_rounds_to(number, text, decimals, expected):
    assert rounds_to(number, Cell(text), decimals) is expected


def test_half_steps_are_exact():
    assert half_steps(Decimal("125.8"), 1) == 2516
    assert half_steps(Decimal("0.099"), 3) == 198


@pytest.mark.parametrize(("mean", "sd"), [("20", "10"), ("44.9", "12.8"), ("18", "8")])
def test_moments_are_settled_in_order(mean, sd):
    numbers = np.array([10, 12, 20, 30, 15, 17, 28, 22, 19, 11])
    settled = settle_moments(numbers, Cell(mean), Cell(sd))
    for found, text in ((settled.mean(), mean), (settled.std(ddof=1), sd)):
        assert f"{found:.{len(text.partition('.')[2])}f}" == text
    assert (np.diff(settled[np.argsort(numbers)]) >= 0).all()


def test_moments_that_are_right_stay():
    numbers = np.array([10, 12, 20, 30])
    assert numbers.mean() == 18 and round(numbers.std(ddof=1), 1) == 9.1
    assert settle_moments(numbers, Cell("18.0"), Cell("9.1")).tolist() == numbers.tolist()
    assert moments_differ(numbers, Cell("18.0"), Cell("9.1")) == 0


def test_moments_out_of_reach_are_an_error():
    with pytest.raises(AdamlineError, match="No stretch"):
        settle_moments(np.array([20, 20, 21, 30]), Cell("40"), Cell("1"), high=25)


def test_days_since_a_partial_onset():
    day_one = np.full(4, (np.datetime64("2016-05-10") - np.datetime64("1970-01-01")).astype(int))
    days = np.array([10, 400, 40, 20])  # 2016-04-30, 2015-04-06, 2016-03-31, 2016-04-20
    assert days_since(day_one, days, np.array([10, 10, 7, 4])).tolist() == [10, 400, 56, 0]
    assert days_since(day_one, days, np.array([4, 4, 4, 7])).tolist() == [0, 315, 0, 25]


def test_printed_cells():
    printed = read_printed()
    assert printed.cell("ADSDNA", "Week 4", 0, "median") == Cell("0.2")  # not the abstract's 0.02
    assert printed.count("C4", "Week 0", 1) == 26
    assert printed.significance("SMTHAB", "Week 12", 2) == "not significant"
    assert printed.cell("SMTHAB", "Week 24", 2, "p").half == Decimal("0.0005")

"""The display policy: decimals, texts of missing statistics, and rows that show more than one."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from adamline.errors import DataError
from adamline.stats.descriptive import Statistic, describe_groups
from adamline.stats.display import display_texts, p_value_texts


def test_decimals_beyond_those_of_the_data() -> None:
    #                            data with 0 and 2 decimals
    expected = {
        Statistic.N: (0, 0),
        Statistic.N_MISSING: (0, 0),
        Statistic.MEAN: (1, 3),
        Statistic.MEDIAN: (1, 3),
        Statistic.P25: (1, 3),
        Statistic.P75: (1, 3),
        Statistic.LCLM: (1, 3),
        Statistic.UCLM: (1, 3),
        Statistic.SD: (2, 4),
        Statistic.SE: (2, 4),
        Statistic.MIN: (0, 2),
        Statistic.MAX: (0, 2),
    }
    for statistic, decimals in expected.items():
        texts = display_texts(statistic, [7.0, 7.0], [0, 2], [9, 9])
        assert tuple(len(text.partition(".")[2]) for text in texts) == decimals, statistic
    assert set(expected) == set(Statistic)


def test_missing_statistics() -> None:
    n = [3, 1, 0]
    assert display_texts(Statistic.N, n, 1, n).tolist() == ["3", "1", "0"]
    assert display_texts(Statistic.SD, [1.5, math.nan, math.nan], 1, n).tolist() == ["1.500", "NA", ""]
    assert display_texts(Statistic.MEAN, [1.25, -7.0, math.nan], [0, 1, 1], n).tolist() == ["1.3", "-7.00", ""]


def test_one_value_at_many_decimals_and_no_sign_of_zero() -> None:
    assert display_texts(Statistic.MEAN, [-0.04], [0, 1], [3]).tolist() == ["0.0", "-0.04"]
    assert display_texts(Statistic.MIN, [-0.0, -0.049999, -0.05], 1, 3).tolist() == ["0.0", "0.0", "-0.1"]
    with pytest.raises(DataError, match="one length"):
        display_texts(Statistic.SD, [1.0, 2.0], [1, 2, 3], [1, 1])
    with pytest.raises(DataError, match="0 or more"):
        display_texts(Statistic.MEAN, [1.0], -1, [2])
    with pytest.raises(DataError, match="infinite"):
        display_texts(Statistic.MEAN, [math.inf], 1, [2])


def test_p_values() -> None:
    expected = {
        0.0: "<0.001",
        0.0009999: "<0.001",
        0.001: "0.001",
        0.0014999: "0.001",
        0.0015: "0.002",
        0.0284999: "0.028",
        0.0285: "0.029",
        0.05: "0.050",
        0.9994999: "0.999",
        0.9995: "1.000",
        1.0: "1.000",
        math.nan: "NE",
    }
    assert p_value_texts(list(expected)).tolist() == list(expected.values())
    assert p_value_texts([]).tolist() == []


@pytest.mark.parametrize("wrong", [-1e-9, 1.0000001, math.inf])
def test_a_number_outside_0_to_1_is_no_p_value(wrong: float) -> None:
    with pytest.raises(DataError, match="between 0 and 1"):
        p_value_texts([0.5, math.nan, wrong])


def test_means_at_exact_ties_are_displayed_as_the_decimal_mean() -> None:
    """Changes from baseline of decimal data: many means and medians are ties, and their doubles lie on either side."""
    random = np.random.default_rng(14)
    count, n = 2000, 20
    base, value = random.integers(0, 9999, size=(2, count, n))  # in tenths
    change = value / 10 - base / 10
    table = describe_groups(change.ravel(), np.repeat(np.arange(count), n), count)
    means = display_texts(Statistic.MEAN, table["mean"], 1, table["n"])
    medians = display_texts(Statistic.MEDIAN, table["median"], 0, table["n"])
    ties = 0
    for tenths, mean, median in zip((value - base).tolist(), means, medians, strict=True):
        exact = Decimal(sum(tenths)) / (10 * n)
        ties += abs(exact * 1000) % 10 == 5
        assert mean == half_up(exact, "0.01")
        assert median == half_up((Decimal(sorted(tenths)[9]) + sorted(tenths)[10]) / 20, "0.1")
    assert ties > 500


def test_ties_of_small_changes_of_large_values() -> None:
    """Changes below 0.5 of weights near 90: what rounding left of the operands is large beside the changes."""
    random = np.random.default_rng(15)
    count, n = 2000, 4
    base, change = random.integers(800, 999, size=(count, n)), random.integers(-4, 5, size=(count, n))
    change[:, 0] = 4
    table = describe_groups(((base + change) / 10 - base / 10).ravel(), np.repeat(np.arange(count), n), count)
    means = display_texts(Statistic.MEAN, table["mean"], 0, table["n"])
    exact = [Decimal(total) / (10 * n) for total in change.sum(axis=1).tolist()]
    assert means.tolist() == [half_up(mean, "0.1") for mean in exact]
    assert sum(abs(mean * 100) % 10 == 5 for mean in exact) > 300


def half_up(exact: Decimal, unit: str) -> str:
    rounded = exact.quantize(Decimal(unit), ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)

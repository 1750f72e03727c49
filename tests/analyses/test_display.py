"""The display policy: decimals, texts of missing statistics, and rows that show more than one."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest

from adamline.analyses.display import p_value_texts
from adamline.analyses.summary import summary
from adamline.errors import DataError


def shown(values: list[float] | pd.Series, groups: object, name: str, statistic: str, **said: object) -> list[str]:
    """The displayed texts of one statistic of a summary, a group after another."""
    made = summary(pd.DataFrame({"AVAL": values, "G": groups}), "AVAL", by="G", statistics=[name], **said)
    return made.loc[made["stat_name"] == statistic, "stat_text"].tolist()


def test_decimals_beyond_those_of_the_data() -> None:
    #                                            data with 0 and 2 decimals
    expected = {
        "n": ("n", 0, 0),
        "n_missing": ("n_missing", 0, 0),
        "mean": ("mean", 1, 3),
        "median": ("median", 1, 3),
        "p25": ("q1_q3", 1, 3),
        "p75": ("q1_q3", 1, 3),
        "lower": ("limits", 1, 3),
        "upper": ("limits", 1, 3),
        "sd": ("sd", 2, 4),
        "se": ("se", 2, 4),
        "minimum": ("min", 0, 2),
        "maximum": ("max", 0, 2),
    }
    for statistic, (name, *decimals) in expected.items():
        texts = [shown([7.0, 8.0], "A", name, statistic, decimals=places)[0] for places in (0, 2)]
        assert [len(text.partition(".")[2]) for text in texts] == decimals, statistic


def test_missing_statistics() -> None:
    values, groups = [1.0, 2.5, 4.0, -7.0, math.nan], list("AAABC")
    assert shown(values, groups, "n", "n") == ["3", "1", "0"]
    assert shown(values, groups, "sd", "sd", decimals=1) == ["1.500", "NA", ""]
    assert shown(values, groups, "mean", "mean", decimals=1) == ["2.50", "-7.00", ""]


def test_no_sign_of_zero_and_no_infinite_number() -> None:
    assert shown([-0.04], "A", "mean", "mean", decimals=0) == ["0.0"]
    assert shown([-0.04], "A", "mean", "mean", decimals=1) == ["-0.04"]
    assert shown([-0.0, -0.049999, -0.05], list("ABC"), "min", "minimum", decimals=1) == ["0.0", "0.0", "-0.1"]
    with pytest.raises(DataError, match="infinite"):
        shown([math.inf], "A", "mean", "mean", decimals=1)


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
    groups = np.repeat(np.arange(count, dtype=float), n)
    means = shown(change.ravel(), groups, "mean", "mean", decimals=1)
    medians = shown(change.ravel(), groups, "median", "median", decimals=0)
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
    values, groups = ((base + change) / 10 - base / 10).ravel(), np.repeat(np.arange(count, dtype=float), n)
    means = shown(values, groups, "mean", "mean", decimals=0)
    exact = [Decimal(total) / (10 * n) for total in change.sum(axis=1).tolist()]
    assert means == [half_up(mean, "0.1") for mean in exact]
    assert sum(abs(mean * 100) % 10 == 5 for mean in exact) > 300


def half_up(exact: Decimal, unit: str) -> str:
    rounded = exact.quantize(Decimal(unit), ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)

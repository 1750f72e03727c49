"""Decimals: values that are cut by the decimals shown, and those that only computing made long."""

from __future__ import annotations

import numpy as np
import pytest

from adamline.errors import Place
from adamline.findings import Severity
from adamline.results.check_decimals import check_decimals


def test_values_with_more_decimals_are_counted_by_parameter() -> None:
    codes = ["ALT", "ALT", "ALT", "K", "K"]
    (found,) = check_decimals([0.4, 0.5, 12, 4.05, np.nan], [0, 0, 0, 1, 1], codes, "AVAL", Place("t-1.yaml"))
    assert found.severity is Severity.NOTE
    assert found.place == Place("t-1.yaml", variable="AVAL")
    assert found.message == (
        "AVAL is shown with fewer decimals than 3 of its 4 values have: ALT (2 with more than 0, such as 0.4); "
        "K (1 with more than 1, such as 4.05)"
    )


@pytest.mark.parametrize(
    ("value", "decimals"),
    [(0.1 + 0.2, 1), (5.1 - 5.0, 1), (100000.1 - 100000.0, 1), (0.3 - 0.1 * 3, 0), (1e15, 0), (-7.25, 2), (np.nan, 0)],
)
def test_what_computing_leaves_is_no_decimal(value: float, decimals: int) -> None:
    assert check_decimals([value], decimals, ["ALT"], "CHG") == ()


@pytest.mark.parametrize(("value", "decimals"), [(0.0004, 3), (-0.4, 0), (1234567.5, 0), (0.3333333333, 2)])
def test_a_decimal_too_many_is_seen(value: float, decimals: int) -> None:
    assert len(check_decimals([value], decimals, ["ALT"], "CHG")) == 1


def test_no_values_give_no_finding() -> None:
    assert check_decimals([], 0, [], "AVAL") == ()

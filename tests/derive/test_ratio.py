"""Tests of derive.ratio."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.ratio import derive_ratio
from adamline.errors import DataError


def test_missing_where_the_divisor_is_zero(derives):
    derives(
        derive_ratio,
        """
        AVAL A1HI | R2A1HI
        30   40   | 0.75
        -30  40   | -0.75
        0    40   | 0
        30   0    | .
        0    0    | .
        .    40   | .
        30   .    | .
        """,
        variable="R2A1HI",
        from_="AVAL",
        to="A1HI",
    )


def test_decimals_make_ratios_equal_that_are_so_in_decimal():
    """Three times the upper limit is not above it; 0.3 is once 0.1 + 0.2."""
    adlb = pd.DataFrame({"AVAL": [2.1, 0.1 + 0.2], "A1HI": [0.7, 0.3]})
    names = {"variable": "R2A1HI", "from_": "AVAL", "to": "A1HI"}
    assert derive_ratio(adlb, **names)["R2A1HI"].tolist() == [3.0000000000000004, 1.0000000000000002]
    assert derive_ratio(adlb, **names, decimals=10)["R2A1HI"].tolist() == [3.0, 1.0]


def test_text_and_unknown_variables_are_errors(table):
    adlb = table("AVAL AVALC\n1 '1'")
    with pytest.raises(DataError, match="AVALC is not a number"):
        derive_ratio(adlb, variable="R", from_="AVAL", to="AVALC")
    with pytest.raises(DataError, match="no variable AVALN"):
        derive_ratio(adlb, variable="R", from_="AVALN", to="AVAL")

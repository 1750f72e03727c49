"""Tests of derive.ratio."""

from __future__ import annotations

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


def test_text_and_unknown_variables_are_errors(table):
    adlb = table("AVAL AVALC\n1 '1'")
    with pytest.raises(DataError, match="AVALC is not a number"):
        derive_ratio(adlb, variable="R", from_="AVAL", to="AVALC")
    with pytest.raises(DataError, match="no variable AVALN"):
        derive_ratio(adlb, variable="R", from_="AVALN", to="AVAL")

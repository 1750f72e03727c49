"""Tests of derive.rounded."""

from __future__ import annotations

import pytest

from adamline.derive.rounded import derive_rounded
from adamline.errors import DataError


def test_half_away_from_zero(derives):
    derives(
        derive_rounded,
        """
        X     | Y
        2.45  | 2.5
        -2.45 | -2.5
        2.44  | 2.4
        0.05  | 0.1
        .     | .
        """,
        variable="Y",
        from_="X",
        decimals=1,
    )


def test_to_whole_numbers_and_to_tens(table, plain):
    frame = table("X\n2.5\n15")
    assert plain(derive_rounded(frame, variable="Y", from_="X", decimals=0)["Y"]) == [3.0, 15.0]
    assert plain(derive_rounded(frame, variable="Y", from_="X", decimals=-1)["Y"]) == [0.0, 20.0]


def test_text_is_an_error(table):
    with pytest.raises(DataError, match="X is not a number"):
        derive_rounded(table("X\n'2.5'"), variable="Y", from_="X", decimals=1)

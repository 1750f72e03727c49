"""Tests of derive.bmi."""

from __future__ import annotations

import pytest

from adamline.derive.bmi import derive_bmi
from adamline.errors import DataError


def test_kilograms_by_square_metres(derives):
    derives(
        derive_bmi,
        """
        HEIGHTBL WEIGHTBL | BMIBL
        200      80       | 20
        150      45       | 20
        .        80       | .
        200      .        | .
        0        80       | .
        """,
        height="HEIGHTBL",
        weight="WEIGHTBL",
    )


def test_text_is_an_error_that_shows_it(table):
    adsl = table("""
        HEIGHTBL WEIGHTBL
        '200'    80
        """)
    with pytest.raises(DataError, match="HEIGHTBL is not a number") as error:
        derive_bmi(adsl, height="HEIGHTBL", weight="WEIGHTBL")
    assert error.value.found == "text, '200'"

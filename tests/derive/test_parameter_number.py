"""A number by parameter, as a limit of its range."""

from __future__ import annotations

import pytest

from adamline.derive.parameter_number import derive_parameter_number
from adamline.errors import DataError


def test_by_parameter(table, plain):
    adlb = table("""
        PARAMCD AVISITN A1LO
        K       0       3.5
        K       2       .
        ANISO   0       .
        .       0       .
        NA      0       135
        """)
    limits = {"K": "3.5", "NA": "135", "CL": "98"}
    made = derive_parameter_number(adlb, variable="X", number=limits, where="AVISITN = 0")
    assert plain(made["X"]) == plain(adlb["A1LO"])


def test_text_that_is_no_number(table):
    with pytest.raises(DataError, match="no number") as caught:
        derive_parameter_number(table("PARAMCD\nK"), variable="X", number={"K": "3,5"})
    assert caught.value.found == "3,5"

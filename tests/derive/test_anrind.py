"""Tests of derive.anrind."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.anrind import derive_anrind
from adamline.errors import DataError


def test_limits_belong_to_the_range_and_one_may_be_missing(derives):
    derives(
        derive_anrind,
        """
        AVAL ANRLO ANRHI | ANRIND
        9.9  10    40    | LOW
        10   10    40    | NORMAL
        40   10    40    | NORMAL
        40.1 10    40    | HIGH
        99   10    .     | NORMAL
        9    10    .     | LOW
        0    .     40    | NORMAL
        41   .     40    | HIGH
        41   .     .     | .
        .    10    40    | .
        0    0     0     | NORMAL
        """,
    )


def test_a_converted_value_on_its_converted_limit_is_normal():
    on_limit = pd.DataFrame({"AVAL": [3.3, 0.1 + 0.2], "ANRLO": [1.1 * 3, 0.0], "ANRHI": [9.0, 0.3]})
    assert (on_limit["AVAL"] < on_limit["ANRLO"]).any() and (on_limit["AVAL"] > on_limit["ANRHI"]).any()
    assert derive_anrind(on_limit).ANRIND.tolist() == ["NORMAL", "NORMAL"]


def test_text_and_unknown_variables_are_errors(table):
    adlb = table("AVAL ANRLO ANRHI\n1 'x' 2")
    with pytest.raises(DataError, match="ANRLO is not a number"):
        derive_anrind(adlb)
    with pytest.raises(DataError, match="no variable A1LO"):
        derive_anrind(adlb, lower="A1LO")

"""Tests of derive.chg."""

from __future__ import annotations

import pytest

from adamline.derive.chg import derive_chg
from adamline.errors import DataError


def test_aval_minus_base(derives):
    derives(
        derive_chg,
        """
        AVAL BASE | CHG
        25   20   | 5
        20   20   | 0
        .    20   | .
        25   .    | .
        """,
    )


def test_rounding_makes_equal_changes_tie(table):
    frame = table("""
        AVAL BASE
        5.4  5.3
        0.3  0.2
        0.1  0
        """)
    assert derive_chg(frame)["CHG"].nunique() == 3
    assert derive_chg(frame, decimals=6)["CHG"].tolist() == [0.1, 0.1, 0.1]


def test_not_on_records_that_where_leaves_out(derives):
    derives(
        derive_chg,
        """
        ABLFL AVALX BASEX | CHGX
        Y     20    20    | .
        .     25    20    | 5
        """,
        variable="CHGX",
        aval="AVALX",
        base="BASEX",
        where="ABLFL is missing",
    )


def test_dates_and_text_are_no_numbers(table):
    """The difference of two dates would be a time, not a change."""
    adlb = table("""
        AVAL BASE ADT        AVALC
        1    1    2014-01-02 '1'
        """)
    with pytest.raises(DataError, match="ADT is not a number"):
        derive_chg(adlb, aval="ADT", base="ADT")
    with pytest.raises(DataError, match="AVALC is not a number"):
        derive_chg(adlb, base="AVALC")

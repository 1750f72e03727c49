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

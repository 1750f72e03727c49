"""Tests of derive.dtf."""

from __future__ import annotations

import pytest

from adamline.derive.dtf import derive_dtf
from adamline.errors import DataError


def test_the_highest_part_that_was_imputed(derives):
    derives(
        derive_dtf,
        """
        LBDTC            ADT        | ADTF
        '2014-03-05'     2014-03-05 | .
        2014-03-05T10:30 2014-03-05 | .
        '2014-03'        2014-03-01 | D
        '2014-03--'      2014-03-01 | D
        '2014'           2014-01-01 | M
        2014---15        2014-01-01 | M
        --03-15          2014-03-15 | Y
        .                2014-01-01 | Y
        '2014-03'        .          | .
        .                .          | .
        """,
        variable="ADTF",
        from_="LBDTC",
        date="ADT",
    )


def test_a_date_is_needed(table):
    with pytest.raises(DataError, match="ADT is not a date"):
        derive_dtf(table("LBDTC ADT\n2014 x"), variable="ADTF", from_="LBDTC", date="ADT")

"""Tests of derive.dtf."""

from __future__ import annotations

import pytest

from adamline.derive.dtf import check_dtf, derive_dtf
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


def test_a_date_that_cannot_be_of_its_text_is_a_warning(table):
    lb = table("""
        USUBJID LBSEQ LBDTC        ADT
        01      1     '2014-03'    2014-03-31
        01      2     '2014-03'    2014-04-01
        01      3     '2014-03-05' 2014-03-06
        01      4     .            2014-03-06
        01      5     '2014-02-30' 2014-03-02
        """)
    arguments = {"variable": "ADTF", "from_": "LBDTC", "date": "ADT"}
    assert derive_dtf(lb, **arguments)["ADTF"].astype(object).fillna(".").tolist() == ["D", "D", ".", "Y", "Y"]
    (tally,) = check_dtf(lb, **arguments)
    found = tally.finding()
    assert found.severity.name == "WARNING"
    assert found.message == "2 values of ADT are none that their LBDTC can be; is it made of another variable?"
    assert found.place.keys == (
        "USUBJID=01, LBSEQ=2, ADT=2014-04-01, LBDTC=2014-03; USUBJID=01, LBSEQ=3, ADT=2014-03-06, LBDTC=2014-03-05"
    )

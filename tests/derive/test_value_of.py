"""Tests of derive.value_of."""

from __future__ import annotations

import pytest

from adamline.derive.value_of import check_value_of, derive_value_of
from adamline.errors import DataError, DerivationError

ADRS = """
USUBJID PARAMCD VISITNUM ADT        AVAL
01      FORM    2        2016-05-01 8
01      SUM     2        2016-05-01 6
01      FORM    5        2016-05-29 4
01      SUM     5        2016-05-30 2
02      FORM    2        2016-06-01 1
02      SUM     2        2016-06-01 .
03      FORM    .        2016-06-01 1
03      SUM     .        2016-06-01 3
"""
BY = ["USUBJID", "VISITNUM", "ADT"]


def test_of_the_record_with_the_same_keys(table, plain):
    """Not of another day, and not of missing keys; only the selected records have it."""
    made = derive_value_of(table(ADRS), variable="ITEMSUM", parameter="SUM", by=BY, where="PARAMCD = 'FORM'")
    assert plain(made["ITEMSUM"]) == [6.0, None, None, None, None, None, None, None]
    made = derive_value_of(table(ADRS), variable="DAY", parameter="SUM", by=["USUBJID", "VISITNUM"], from_="ADT")
    days = [None if day is None else str(day)[:10] for day in plain(made["DAY"])]
    assert days == ["2016-05-01"] * 2 + ["2016-05-30"] * 2 + ["2016-06-01"] * 2 + [None] * 2


def test_records_that_find_none_are_counted(table):
    given = {"variable": "ITEMSUM", "parameter": "SUM", "by": BY, "where": "PARAMCD = 'FORM'"}
    (found,) = (tally.finding() for tally in check_value_of(table(ADRS), **given))
    assert found.message == "3 records have no ITEMSUM, since SUM has no AVAL at their USUBJID, VISITNUM, ADT: FORM"
    assert found.place.keys == "USUBJID=01; USUBJID=02; USUBJID=03"


def test_errors(table):
    with pytest.raises(DerivationError, match="1 key has several records"):
        derive_value_of(table(ADRS), variable="X", parameter="SUM", by=["USUBJID"])
    with pytest.raises(DataError, match="no variable AVALL"):
        derive_value_of(table(ADRS), variable="X", parameter="SUM", by=BY, from_="AVALL")

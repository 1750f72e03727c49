"""Tests of derive.ontrtfl."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from adamline.contract import contract_of
from adamline.derive.fupfl import derive_fupfl
from adamline.derive.ontrtfl import check_ontrtfl, derive_ontrtfl
from adamline.derive.trtemfl import derive_trtemfl
from adamline.errors import DataError

DAYS = """
        ADT        TRTSDT     TRTEDT     AVISIT   | ONTRTFL
        2014-01-01 2014-01-02 2014-01-15 Baseline | .
        2014-01-02 2014-01-02 2014-01-15 Baseline | {first_day}
        2014-01-15 2014-01-02 2014-01-15 'Week 2' | Y
        2014-01-16 2014-01-02 2014-01-15 'Week 2' | {after}
        2014-01-17 2014-01-02 2014-01-15 'Week 2' | .
        2019-01-16 2014-01-02 .          'Week 2' | Y
        2014-01-16 .          2014-01-17 'Week 2' | .
        .          2014-01-02 2014-01-15 'Week 2' | .
        """


@pytest.mark.parametrize(
    ("arguments", "first_day", "after"),
    [({}, "Y", "."), ({"days_after": 1}, "Y", "Y"), ({"where": "AVISIT <> 'Baseline'"}, ".", ".")],
)
def test_from_the_first_day_to_the_last(derives, arguments, first_day, after):
    derives(derive_ontrtfl, DAYS.format(first_day=first_day, after=after), **arguments)


def test_times_do_not_count():
    frame = pd.DataFrame(
        {
            "ADTM": pd.to_datetime(["2014-01-02T08:00", "2014-01-15T23:59"]).astype("datetime64[us]"),
            "TRTSDTM": pd.to_datetime(["2014-01-02T09:00"] * 2).astype("datetime64[us]"),
            "TRTEDT": pd.to_datetime(["2014-01-15"] * 2).astype("datetime64[s]"),
        }
    )
    assert derive_ontrtfl(frame, from_="ADTM", start="TRTSDTM").ONTRTFL.tolist() == ["Y", "Y"]


def test_text_is_an_error(table):
    with pytest.raises(DataError, match="TRTEDT is not a date"):
        derive_ontrtfl(table("ADT TRTSDT TRTEDT\n2014-01-02 2014-01-02 'soon'"))


def test_what_a_missing_date_decides_and_an_end_before_its_start(table):
    adlb = table("""
        USUBJID ADT        TRTSDT     TRTEDT
        01      2014-01-03 2014-01-02 2014-01-15
        02      2014-01-03 2014-01-02 .
        03      2014-01-01 2014-01-02 .
        04      .          2014-01-02 2014-01-15
        05      2014-01-03 .          2014-01-15
        06      2014-01-03 2014-01-02 2013-01-15
        """)
    found = [tally.finding() for tally in check_ontrtfl(adlb, derive_ontrtfl(adlb))]
    assert [(f.severity.name, f.message, f.place.keys) for f in found] == [
        ("WARNING", "1 record has TRTEDT before TRTSDT, and so no day on treatment by these", "USUBJID=06"),
        ("NOTE", "1 record is not flagged in ONTRTFL: ADT is missing", "USUBJID=04"),
        ("NOTE", "1 record is not flagged in ONTRTFL: TRTSDT is missing", "USUBJID=05"),
        ("NOTE", "1 record is on treatment since it has no end: TRTEDT is missing", "USUBJID=02"),
    ]


@pytest.mark.parametrize("derive", [derive_ontrtfl, derive_fupfl, derive_trtemfl])
def test_days_after_are_never_negative(derive):
    (days_after,) = (asked for asked in contract_of(derive).parameters if asked.name == "days_after")
    assert TypeAdapter(days_after.annotation).validate_python(0) == 0
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        TypeAdapter(days_after.annotation).validate_python(-1)

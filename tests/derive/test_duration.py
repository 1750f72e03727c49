"""Tests of derive.duration."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.duration import check_duration, derive_duration
from adamline.errors import DataError


def test_both_days_count(derives):
    derives(
        derive_duration,
        """
        TRTSDT     TRTEDT     | TRTDURD
        2014-01-02 2014-01-02 | 1
        2014-01-02 2014-01-08 | 7
        2012-02-28 2012-03-01 | 3
        .          2014-01-08 | .
        2014-01-02 .          | .
        """,
        variable="TRTDURD",
        from_="TRTSDT",
        to="TRTEDT",
    )


def test_days_elapsed(derives):
    derives(
        derive_duration,
        """
        TRTEDT     DTHDT      | LDDTHELD
        2014-01-02 2014-01-02 | 0
        2014-01-02 2014-02-01 | 30
        2014-01-02 2014-01-01 | -1
        """,
        variable="LDDTHELD",
        from_="TRTEDT",
        to="DTHDT",
        plus=0,
    )


@pytest.mark.parametrize(
    ("unit", "expected"), [("days", 1461.0), ("weeks", 1461 / 7), ("months", 48.0), ("years", 4.0)]
)
def test_units(table, unit, expected):
    """Four years with one leap day are 4 times 365.25 days."""
    adsl = table("""
        START      END
        2011-01-01 2014-12-31
        """)
    made = derive_duration(adsl, variable="DUR", from_="START", to="END", unit=unit)
    assert made["DUR"].tolist() == pytest.approx([expected], rel=1e-15)


@pytest.mark.parametrize("empty", ["float64", "object", "str", "category"])
def test_no_date_at_all_of_any_type(table, plain, empty):
    adsl = table("""
        START END
        .     2014-12-31
        """).astype({"START": empty})
    assert plain(derive_duration(adsl, variable="DUR", from_="START", to="END")["DUR"]) == [None]


def test_text_is_no_date(table):
    adsl = table("""
        START        END
        '2014-01-02' 2014-01-08
        """)
    with pytest.raises(DataError, match="START is not a date") as error:
        derive_duration(adsl, variable="DUR", from_="START", to="END")
    assert error.value.found == "text, '2014-01-02'"


def said(frame, **arguments):
    found = (tally.finding() for tally in check_duration(frame, **arguments))
    return [(f.severity.name, f.message, f.place.keys) for f in found if f]


def test_an_end_before_its_start_is_a_warning_with_the_subject(table):
    """A typing error of the year gives -2536 days of treatment."""
    adsl = table("""
        USUBJID TRTSDT     TRTEDT
        01      2014-01-02 2014-01-02
        02      2014-01-02 2007-01-23
        03      2014-01-02 2014-01-01
        04      2014-01-02 .
        05      .          2014-01-02
        06      .          .
        """)
    arguments = {"variable": "TRTDURD", "from_": "TRTSDT", "to": "TRTEDT"}
    assert derive_duration(adsl, **arguments)["TRTDURD"].tolist()[:3] == [1, -2535, 0]
    assert said(adsl, **arguments) == [
        (
            "WARNING",
            "2 records have TRTEDT before TRTSDT, and count the days of TRTDURD backwards",
            "USUBJID=02, TRTSDT=2014-01-02, TRTEDT=2007-01-23; USUBJID=03, TRTSDT=2014-01-02, TRTEDT=2014-01-01",
        ),
        ("NOTE", "1 record has TRTEDT and no TRTDURD: TRTSDT is missing", "USUBJID=05"),
        ("NOTE", "1 record has TRTSDT and no TRTDURD: TRTEDT is missing", "USUBJID=04"),
    ]
    assert [one[0] for one in said(adsl.iloc[1:2], **arguments, plus=0, unit="months")] == ["WARNING"]


def test_a_date_and_a_datetime_are_an_error():
    """The time of day would count on one side alone: from 10:00 to the same day would be -10 hours."""
    adsl = pd.DataFrame({"TRTSDTM": pd.to_datetime(["2014-01-02T10:00"]), "TRTEDT": pd.to_datetime(["2014-01-02"])})
    adsl = adsl.astype({"TRTEDT": "datetime64[s]", "TRTSDTM": "datetime64[us]"})
    with pytest.raises(DataError, match="not all of one type"):
        derive_duration(adsl, variable="TRTDURD", from_="TRTSDTM", to="TRTEDT")

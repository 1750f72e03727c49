"""Tests of derive.duration."""

from __future__ import annotations

import pytest

from adamline.derive.duration import derive_duration
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

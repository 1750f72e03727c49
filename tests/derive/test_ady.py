"""Tests of derive.ady."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.ady import check_ady, derive_ady
from adamline.errors import DataError


def test_there_is_no_day_0(derives):
    derives(
        derive_ady,
        """
        ADT        TRTSDT     | ADY
        2016-02-27 2016-02-29 | -2
        2016-02-28 2016-02-29 | -1
        2016-02-29 2016-02-29 | 1
        2016-03-01 2016-02-29 | 2
        2017-03-01 2016-02-29 | 367
        .          2016-02-29 | .
        2016-02-29 .          | .
        """,
    )


def test_the_time_of_day_does_not_count():
    """A sample at 08:00 of the day of a first dose at 09:00 is of day 1."""
    frame = pd.DataFrame(
        {"ADTM": pd.to_datetime(["2016-02-29T08:00", "2016-02-28T23:59"]), "TRTSDTM": pd.Timestamp("2016-02-29T09:00")}
    )
    assert derive_ady(frame, from_="ADTM", start="TRTSDTM")["ADY"].tolist() == [1.0, -1.0]


def test_text_is_no_date():
    frame = pd.DataFrame({"ADT": ["2016-02-29"], "TRTSDT": pd.to_datetime(["2016-02-29"])})
    with pytest.raises(DataError, match="ADT is not a date"):
        derive_ady(frame)


def test_a_date_without_a_reference_date_is_a_note(table):
    adlb = table("""
        USUBJID ADT        TRTSDT
        01      2014-01-02 2014-01-02
        02      2014-01-02 .
        03      .          .
        """)
    (tally,) = check_ady(adlb)
    found = tally.finding()
    assert (found.severity.name, found.place.keys) == ("NOTE", "USUBJID=02")
    assert found.message == "1 record has ADT and no ADY: TRTSDT is missing"

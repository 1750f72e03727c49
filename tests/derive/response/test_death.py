"""Tests of derive.response.death."""

from __future__ import annotations

import pytest

from adamline.derive.response.death import add_death
from adamline.errors import DataError

ADRS = "USUBJID PARAMCD ADT AVAL AVALC ANL01FL\n01 OVR 2020-03-25 5 PD Y"
ADSL = """
USUBJID DTHDT      CUTDT      ITTFL
01      .          2020-06-01 Y
02      2020-05-01 2020-06-01 Y
03      2020-05-02 2020-06-01 .
"""


def test_death_of_each_subject(adds, table):
    text = """
        USUBJID PARAMCD ADT        AVAL AVALC ANL01FL
        01      DEATH   .          0    N     Y
        02      DEATH   2020-05-01 1    Y     Y
        """
    adds(add_death, table(ADRS), text, subjects=table(ADSL), subjects_where="ITTFL = 'Y'", set_={"ANL01FL": "Y"})


def test_a_frame_without_dates_takes_them(table):
    made = add_death(table(ADRS).iloc[:0], subjects=table(ADSL))
    assert made["ADT"].dt.strftime("%F").tolist()[1:] == ["2020-05-01", "2020-05-02"]


def test_a_date_that_is_none_is_an_error(table):
    with pytest.raises(DataError, match="ITTFL is not a date"):
        add_death(table(ADRS), subjects=table(ADSL), date="ITTFL")

"""Tests of derive.response.sledai."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.derive.response.sledai import add_sledai
from adamline.errors import DataError, DerivationError

ITEMS = ["SLED0101", "SLED0109", "SLED0115"]


@pytest.fixture
def adrs(table):
    return table("""
        USUBJID PARAMCD  VISITNUM VISIT    ADT        ADY ANL01FL AVAL
        02      SLED0101 5        'Week 4' 2016-05-03 30  Y       8
        02      SLED0109 5        'Week 4' 2016-05-03 30  Y       4
        02      SLED0115 5        'Week 4' 2016-05-03 30  Y       2
        01      SLED0101 2        Baseline 2016-04-01 1   .       0
        01      SLED0109 2        Baseline 2016-04-01 1   .       4
        01      SLED0115 2        Baseline 2016-04-01 1   .       0
        01      PGA      2        Baseline 2016-04-01 1   .       1.5
        01      SLED0101 5        'Week 4' 2016-04-30 30  Y       0
        01      SLED0109 5        'Week 4' 2016-04-30 30  Y       .
        01      SLED0115 5        'Week 4' 2016-04-30 30  Y       0
        01      SLED0101 6        'Week 8' 2016-05-30 60  Y       0
        01      SLED0109 6        'Week 8' 2016-05-30 60  Y       0
        """)


def test_the_sum_of_the_items_of_an_assessment(adds, adrs):
    """An item without AVAL (01, Week 4) and one without a record (01, Week 8): no total."""
    text = """
        USUBJID PARAMCD VISITNUM VISIT    ADT        ADY AVAL
        01      SLEDTOT 2        Baseline 2016-04-01 1   4
        02      SLEDTOT 5        'Week 4' 2016-05-03 30  14
        """
    adds(add_sledai, adrs, text, items=ITEMS, copied=["VISIT", "ADY"])


def test_where_and_constants(adds, adrs):
    text = """
        USUBJID PARAMCD VISITNUM ADT        ANL01FL AVAL
        02      TOTAL   5        2016-05-03 N       14
        """
    adds(add_sledai, adrs, text, items=ITEMS, parameter="TOTAL", where="ANL01FL = 'Y'", set_={"ANL01FL": "N"})


def test_items_on_two_dates_are_two_assessments_without_a_total(adrs):
    """Unless `by` leaves the date out."""
    moved = adrs.iloc[:3].assign(ADT=pd.to_datetime(["2016-05-03", "2016-05-03", "2016-05-04"]).astype("datetime64[s]"))
    assert len(add_sledai(moved, items=ITEMS)) == 3
    assert add_sledai(moved, items=ITEMS, by=["USUBJID", "VISITNUM"])["AVAL"].iloc[3] == 14


@pytest.mark.parametrize("value", ["Week 5", None])
def test_items_that_differ_in_what_is_copied_are_an_error(adrs, value):
    adrs.loc[1, "VISIT"] = value
    with pytest.raises(DerivationError, match=r"1 assessment has several values of VISIT") as error:
        add_sledai(adrs, items=ITEMS, copied=["ADY", "VISIT"])
    assert error.value.place.keys == "USUBJID=02, VISITNUM=5, ADT=2016-05-03"
    assert len(add_sledai(adrs, items=ITEMS)) == len(adrs) + 2


def test_an_item_twice_is_an_error(adrs):
    with pytest.raises(DerivationError, match="1 key has several records") as error:
        add_sledai(pd.concat([adrs, adrs.iloc[[4]]]), items=ITEMS)
    assert "USUBJID=01" in error.value.place.keys and "PARAMCD=SLED0109" in error.value.place.keys
    with pytest.raises(DerivationError, match="named twice") as error:
        add_sledai(adrs, items=[*ITEMS, "SLED0109"])
    assert error.value.found == "SLED0109"
    with pytest.raises(DerivationError, match="No parameter is named"):
        add_sledai(adrs, items=[])


def test_unknown_variables_are_errors(adrs):
    with pytest.raises(DataError, match="no variable VISITT"):
        add_sledai(adrs, items=ITEMS, copied=["VISITT"])
    with pytest.raises(DataError, match="no variable ANL02FL"):
        add_sledai(adrs, items=ITEMS, set_={"ANL02FL": "Y"})


def test_all_24_items_make_0_to_105(table):
    """Weights of SLEDAI-2K: 8 of 8 points, 6 of 4, 7 of 2, 3 of 1; the sum is 105 (Gladman 2002)."""
    weights = np.repeat([8.0, 4.0, 2.0, 1.0], [8, 6, 7, 3])
    items = [f"SLED01{n:02}" for n in range(1, 25)]
    frame = pd.DataFrame({"USUBJID": "01", "PARAMCD": items, "AVAL": weights})
    assert add_sledai(frame, items=items, by=["USUBJID"])["AVAL"].iloc[-1] == 105
    assert add_sledai(frame.assign(AVAL=0.0), items=items, by=["USUBJID"])["AVAL"].iloc[-1] == 0

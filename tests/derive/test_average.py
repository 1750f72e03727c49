"""Tests of derive.average."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.derive.average import add_average
from adamline.errors import DataError

BY = ["USUBJID", "PARAMCD", "AVISIT"]


def added(frame, **arguments):
    made = add_average(frame, **{"by": BY, **arguments}).iloc[len(frame) :]
    return sorted(zip(made.USUBJID, made.AVISIT, made.AVAL, strict=True))


@pytest.fixture
def advs(table):
    return table("""
        USUBJID PARAMCD AVISIT   AVAL ADT        ATPT DTYPE
        01      SYSBP   'Day 1'  120  2020-01-01 A    .
        01      SYSBP   'Day 1'  125  2020-01-01 B    .
        01      SYSBP   'Day 1'  .    2020-01-02 C    .
        01      SYSBP   'Day 8'  130  2020-01-08 A    .
        02      SYSBP   'Day 1'  110  2020-01-01 A    .
        02      SYSBP   'Day 1'  111  2020-01-02 A    .
        02      SYSBP   'Day 1'  113  2020-01-03 A    .
        """).astype({"DTYPE": "str"})


def test_the_mean_of_what_has_a_value(advs):
    assert added(advs) == [("01", "Day 1", 122.5), ("02", "Day 1", 334 / 3)]
    assert added(advs, at_least=3) == [("02", "Day 1", 334 / 3)]
    assert added(advs, at_least=1)[1] == ("01", "Day 8", 130.0)
    assert added(advs, where="ATPT = 'A'") == [("02", "Day 1", 334 / 3)]


def test_variables_that_all_records_agree_in(advs):
    made = add_average(advs, by=BY, common=["ADT", "ATPT"], set_={"DTYPE": "AVERAGE"}).iloc[len(advs) :]
    made = made.astype(object).where(made.notna(), ".").set_index("USUBJID")
    assert made.loc["01", ["ADT", "ATPT", "DTYPE"]].tolist() == [pd.Timestamp("2020-01-01"), ".", "AVERAGE"]
    assert made.loc["02", ["ADT", "ATPT", "DTYPE"]].tolist() == [".", "A", "AVERAGE"]


def test_a_baseline_that_is_the_mean_of_several(table):
    """The record of the mean is the one to be flagged; see ADaMIG 3.3.8, at most one ABLFL in a parameter."""
    from adamline.derive.ablfl import derive_ablfl
    from adamline.derive.base import derive_base
    from adamline.derive.chg import derive_chg

    adlb = table("""
        USUBJID PARAMCD AVISIT   AVISITN ADY AVAL DTYPE
        01      ALT     .        .       -7  20   .
        01      ALT     .        .       1   23   .
        01      ALT     'Week 2' 2       15  30   .
        """).astype({"DTYPE": "str", "AVISIT": "str"})
    before = {"where": "ADY <= 1", "by": ["USUBJID", "PARAMCD"], "at_least": 1}
    adlb = add_average(adlb, **before, set_={"DTYPE": "AVERAGE", "AVISIT": "Baseline", "AVISITN": "0"})
    adlb = derive_chg(derive_base(derive_ablfl(adlb, where="DTYPE = 'AVERAGE'")), where="AVISITN > 0")
    assert adlb["BASE"].tolist() == [21.5] * 4
    assert adlb["CHG"].tolist()[2] == 8.5


def test_an_unknown_variable(advs):
    with pytest.raises(DataError, match="no variable"):
        add_average(advs, by=[*BY, "ATM"])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.randoms())
def test_the_order_of_records_does_not_change_the_last_bit(values, random):
    shuffled = random.sample(values, len(values))
    means = [
        add_average(pd.DataFrame({"USUBJID": "01", "AVAL": of}), by=["USUBJID"])["AVAL"].iloc[-1]
        for of in (values, shuffled)
    ]
    assert means[0] == means[1] == pytest.approx(sum(values) / len(values), rel=1e-9, abs=1e-6)

"""Tests of derive.converted."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.derive.anrind import derive_anrind
from adamline.derive.converted import check_converted, derive_converted
from adamline.derive.ratio import derive_ratio
from adamline.derive.result import derive_result

UNIT = {"C3": "mg/dL"}


@pytest.fixture(scope="module")
def convert():
    return pd.DataFrame({"from": ["g/L"], "to": ["mg/dL"], "factor": ["100"]}, dtype="str")


def test_the_range_is_in_the_unit_of_the_parameter(derives, convert):
    made = derives(
        derive_converted,
        """
        PARAMCD LBSTNRLO LBSTRESC LBSTRESU | ANRLO
        C3      0.9      <0.1     g/L      | 90
        C3      0.29     .        g/L      | 29
        C3      90       87       mg/dL    | 90
        C3      .        87       mmol/L   | .
        C3      0.9      87       mmol/L   | .
        """,
        variable="ANRLO",
        from_="LBSTNRLO",
        unit=UNIT,
        convert=convert,
    )
    tallies = list(check_converted(made, variable="ANRLO", from_="LBSTNRLO", unit=UNIT, convert=convert))
    assert [tally.finding().message for tally in tallies if tally.finding()] == [
        "1 result of C3 in mmol/L has no ANRLO: the table of units does not know this unit."
    ]


@given(
    limit=st.decimals(min_value=0, max_value=10_000, places=3),
    factor=st.decimals(min_value="0.0001", max_value=1000, places=4),
)
def test_a_result_on_its_limit_stays_on_it_in_any_unit(limit, factor):
    """The decimals are multiplied exactly, and the product is the double nearest to it."""
    table = pd.DataFrame({"from": ["A"], "to": ["B"], "factor": [str(factor)]}, dtype="str")
    number = float(limit)
    lb = pd.DataFrame({"PARAMCD": ["X"], "LBSTRESN": number, "LBSTRESC": str(limit), "LBSTRESU": "A", "LIMIT": number})
    lb = derive_result(lb, unit={"X": "B"}, convert=table)
    lb = derive_converted(lb, variable="ANRLO", from_="LIMIT", unit={"X": "B"}, convert=table)
    lb = derive_converted(lb, variable="ANRHI", from_="LIMIT", unit={"X": "B"}, convert=table)
    assert lb["AVAL"].tolist() == lb["ANRLO"].tolist() == [float(limit * factor)]
    assert derive_anrind(lb)["ANRIND"].tolist() == ["NORMAL"]
    ratio = derive_ratio(lb, variable="R2ANRHI", from_="AVAL", to="ANRHI")["R2ANRHI"]
    assert ratio.tolist() == [1.0] or limit == 0

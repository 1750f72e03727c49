"""Tests of derive.differential."""

from __future__ import annotations

import pytest

from adamline.derive.differential import add_differential
from adamline.errors import DataError, DerivationError

BASO = {"parameter": "BASO", "total": "WBC", "fraction": "BASOLE", "by": ["USUBJID", "VISITNUM"]}


def added(frame, **arguments):
    made = add_differential(frame, **{**BASO, **arguments}).iloc[len(frame) :]
    return list(zip(made["USUBJID"], made["VISITNUM"], made["PARAMCD"], made["AVAL"], strict=True))


def test_a_count_where_the_fraction_and_the_total_are_of_one_assessment(table):
    adlb = table("""
        USUBJID VISITNUM PARAMCD AVAL
        01      1        WBC     6
        01      1        BASOLE  0.5
        01      4        WBC     8
        02      1        BASOLE  0.5
        """)
    assert added(adlb) == [("01", 1.0, "BASO", 3.0)]
    assert added(adlb, whole=100) == [("01", 1.0, "BASO", 0.03)]
    assert added(adlb, where="VISITNUM > 1") == []


@pytest.mark.parametrize(
    "reported",
    ["01 1 BASO 0.1", "01 1 BASO .", "01 . BASOLE 0.2"],
    ids=["a count", "a count without a value", "a fraction of no visit"],
)
def test_a_reported_count_stays_alone(table, reported):
    adlb = table(f"USUBJID VISITNUM PARAMCD AVAL\n01 1 WBC 6\n{reported}\n02 1 WBC 6\n02 1 BASOLE .")
    assert added(adlb) == []


def test_constants_and_copied_variables(table):
    adlb = table("""
        USUBJID VISITNUM PARAMCD AVAL ADY DTYPE
        01      1        WBC     6    1   .
        01      1        BASOLE  0.5  2   .
        """).astype({"DTYPE": "str"})
    last = add_differential(adlb, **BASO, copied=["ADY"], set_={"DTYPE": "CALCULATION"}).iloc[-1]
    assert (last["ADY"], last["DTYPE"]) == (2.0, "CALCULATION")


def test_two_totals_of_an_assessment_are_an_error(table):
    adlb = table("USUBJID VISITNUM PARAMCD AVAL\n01 1 WBC 6\n01 1 WBC 7\n01 1 BASOLE 0.5")
    with pytest.raises(DerivationError):
        add_differential(adlb, **BASO)
    with pytest.raises(DataError, match="no variable ADT"):
        add_differential(adlb, **{**BASO, "by": ["USUBJID", "ADT"]})

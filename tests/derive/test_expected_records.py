"""Tests of derive.expected_records: by example, and against a search for every planned visit."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.derive.expected_records import add_expected_records
from adamline.errors import DataError, DerivationError

VISITS = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AVISITN": ["2", "4"]}, dtype="str")
PLANNED = {"parameters": ["ALT", "AST"], "visits": ["Week 2", "Week 4"], "table": VISITS}


def added(frame, **arguments):
    made = add_expected_records(frame, **{**PLANNED, **arguments}).iloc[len(frame) :]
    return sorted(zip(made.USUBJID, made.PARAMCD, made.AVISIT, made.AVISITN, strict=True))


@pytest.fixture
def adsl(table):
    return table("USUBJID ITTFL\n01 Y\n02 Y\n03 .")


@pytest.fixture
def adlb(table):
    return table("""
        USUBJID PARAMCD AVISIT      AVISITN AVAL DTYPE
        01      ALT     'Week 2'    2       20   .
        01      ALT     'Week 4'    4       .    .
        01      AST     'Week 2'    2       20   .
        01      ALT     .           .       20   .
        02      K       'Week 2'    2       4    .
        09      ALT     'Week 2'    2       20   .
        """).astype({"DTYPE": "str"})


def test_each_planned_visit_of_each_expected_subject(adlb, adsl):
    """01 missed one, 02 has no record of either parameter, 03 is not expected, 09 is no subject."""
    nothing = [("02", "ALT", "Week 2", 2.0), ("02", "ALT", "Week 4", 4.0), ("02", "AST", "Week 2", 2.0),
               ("02", "AST", "Week 4", 4.0)]  # fmt: skip
    expected = [("01", "AST", "Week 4", 4.0), *nothing]
    assert added(adlb, subjects=adsl, subjects_where="ITTFL = 'Y'") == expected
    without_value = [("01", "ALT", "Week 4", 4.0), *expected]
    assert added(adlb, subjects=adsl, subjects_where="ITTFL = 'Y'", where="AVAL is not missing") == without_value
    assert len(added(adlb, subjects=adsl)) == len(expected) + 4


def test_constants(adlb, adsl):
    made = add_expected_records(adlb, **PLANNED, subjects=adsl, set_={"DTYPE": "PHANTOM"}).iloc[len(adlb) :]
    assert set(made.DTYPE) == {"PHANTOM"}
    assert made.AVAL.isna().all()


def test_faults(adlb, adsl):
    with pytest.raises(DataError, match="not in the table"):
        added(adlb, subjects=adsl, visits=["Week 8"])
    with pytest.raises(DerivationError, match="several records"):
        added(adlb, subjects=pd.concat([adsl, adsl]))


@given(
    records=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["ALT", "AST", "K"]), st.sampled_from([2.0, 4.0, 8.0]))
    ),
    subjects=st.sets(st.sampled_from("abd")),
)
def test_beside_a_search_for_every_planned_visit(records, subjects):
    frame = pd.DataFrame(records, columns=["USUBJID", "PARAMCD", "AVISITN"]).astype(
        {"USUBJID": "str", "PARAMCD": "str"}
    )
    frame["AVISITN"] = frame["AVISITN"].astype("float64")
    frame["AVISIT"] = pd.Series([f"Week {number:g}" for number in frame["AVISITN"]], dtype="str")
    frame["AVAL"] = 1.0
    adsl = pd.DataFrame({"USUBJID": sorted(subjects)}, dtype="str")
    expected = [
        (subject, parameter, f"Week {visit:g}", visit)
        for subject in sorted(subjects)
        for parameter in ("ALT", "AST")
        for visit in (2.0, 4.0)
        if (subject, parameter, visit) not in records
    ]
    assert added(frame, subjects=adsl) == expected

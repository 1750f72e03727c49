"""Whose records a table is made from: a population with a subject twice, and records that disagree with it."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.analyses.small_studies import Study, numbers, table

from adamline.errors import DataError

ADSL = pd.DataFrame(
    {"USUBJID": ["S1", "S2", "S3"], "TRT01P": ["A", "A", "B"], "ITTFL": ["Y", "N", "Y"], "TRTDURD": 1.0}, dtype=object
).astype({"USUBJID": "str", "TRT01P": "str", "ITTFL": "str", "TRTDURD": float})
ADLB = pd.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3"],
        "TRTP": ["A", "A", "B"],
        "ITTFL": ["Y", "N", "Y"],
        "PARAMCD": "P",
        "AVISIT": ["Week 2", "Week 4", "Week 6"],
        "AVAL": [1.0, 2.0, 3.0],
    }
)
ROW = {"summary": "AVAL", "statistics": ["n"]}


def test_a_subject_twice_in_the_population() -> None:
    twice = pd.concat([ADSL, ADSL[ADSL["USUBJID"] != "S2"]], ignore_index=True)
    with pytest.raises(DataError, match="A population needs one record for each subject") as raised:
        table(Study(twice, ADLB), ROW)
    assert raised.value.place.keys == "USUBJID = S1"
    assert raised.value.place.dataset == "ADSL"
    assert raised.value.found == "4 records of 2 subjects"


def test_twice_outside_the_population_is_nobody_counted_twice() -> None:
    twice = pd.concat([ADSL, ADSL[ADSL["USUBJID"] == "S2"]], ignore_index=True)
    found = numbers(table(Study(twice, ADLB), ROW), "visit", "column")
    assert found["Week 2", "Total", "n"] == 1


@pytest.mark.parametrize(("subject", "flag"), [("S1", "N"), ("S2", "Y")])
def test_records_that_disagree_with_the_population(subject: str, flag: str) -> None:
    other = ADLB.assign(ITTFL=ADLB["ITTFL"].mask(ADLB["USUBJID"] == subject, flag))
    with pytest.raises(DataError, match="ADLB and ADSL disagree on who is in the population") as raised:
        table(Study(ADSL, other), ROW)
    assert raised.value.place.keys == f"USUBJID = {subject}"
    assert raised.value.found == "1 subject with records for whom it differs"


def test_records_without_the_flag_are_selected_by_subject() -> None:
    found = numbers(table(Study(ADSL, ADLB.drop(columns="ITTFL")), ROW), "visit", "column")
    assert (found["Week 2", "A", "n"], found["Week 4", "A", "n"], found["Week 6", "B", "n"]) == (1, 0, 1)

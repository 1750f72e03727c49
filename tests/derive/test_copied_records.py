"""Tests of derive.copied_records."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.copied_records import add_copied_records
from adamline.errors import ConditionError, DataError


def test_copies_stand_after_the_frame_with_variables_set(table, plain):
    adlb = table("""
        USUBJID AVISIT   AVISITN AENTMTFL LBSEQ
        01      'Week 2' 2       .        1
        01      'Week 4' 4       Y        2
        02      'Week 2' 2       Y        1
        """)
    expected = table("""
        USUBJID AVISIT   AVISITN AENTMTFL LBSEQ
        01      'Week 2' 2       .        1
        01      'Week 4' 4       Y        2
        02      'Week 2' 2       Y        1
        01      End      99      Y        2
        02      End      99      Y        1
        """)
    made = add_copied_records(adlb, where="AENTMTFL = 'Y'", set_={"AVISIT": "End", "AVISITN": "99"})
    assert {name: plain(made[name]) for name in made} == {name: plain(expected[name]) for name in expected}
    assert made["AVISITN"].dtype == "float64" and list(made.index) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("where", ["X > 9", None])
def test_types_stay_whether_copies_are_made_or_not(table, where):
    frame = table("""
        X TEXT ADT
        1 b    2014-01-02
        2 a    .
        """)
    frame = frame.assign(CAT=frame["TEXT"].astype("category"), OBJ=frame["TEXT"].astype(object))
    made = add_copied_records(frame, where=where, set_={"X": "3", "TEXT": "c", "CAT": "c", "OBJ": "c"})
    kinds = {name: "category" if name == "CAT" else dtype for name, dtype in frame.dtypes.items()}
    assert {name: dtype == kinds[name] for name, dtype in made.dtypes.items()} == dict.fromkeys(frame, True)
    assert list(made["CAT"].cat.categories) == (["a", "b", "c"] if where is None else ["a", "b"])


def test_a_number_that_is_set_is_no_longer_missing_of_some_kind(plain):
    frame = pd.DataFrame({"AVAL": [float("nan")], "AVAL.missing": pd.Categorical(["A"])})
    made = add_copied_records(frame, where=None, set_={"AVAL": "7"})
    assert plain(made["AVAL"]) == [None, 7.0] and plain(made["AVAL.missing"]) == ["A", None]


def test_values_of_the_wrong_type_are_errors(table):
    adlb = table("""
        AVISITN ADT
        1       2014-01-02
        """)
    with pytest.raises(DataError, match="AVISITN is a number") as error:
        add_copied_records(adlb, where=None, set_={"AVISITN": "End"})
    assert error.value.found == "End" and error.value.place.variable == "AVISITN"
    with pytest.raises(DataError, match="ADT is a date and cannot be set"):
        add_copied_records(adlb, where=None, set_={"ADT": "2014-01-02"})


def test_unknown_variables_are_errors(table):
    adlb = table("AVISIT AVISITN\nx 1")
    with pytest.raises(DataError, match="no variable AVISITT") as error:
        add_copied_records(adlb, where=None, set_={"AVISITT": "x"})
    assert error.value.hint == "did you mean AVISIT?"
    with pytest.raises(ConditionError, match="no variable ZZ"):
        add_copied_records(adlb, where="ZZ = 1", set_={})

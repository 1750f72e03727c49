"""Tests of derive.subject_variables."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.subject_variables import derive_subject_variables
from adamline.errors import DataError


@pytest.fixture
def adsl(table):
    return table("""
        USUBJID TRT01P  TRTSDT     AGE
        02      Active  2014-01-02 71
        01      Placebo .          .
        09      Active  2014-01-04 66
        """)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_values_of_the_subject_on_each_record(adsl, table, plain, dtype):
    """Records of subjects that the other dataset does not have, and of no subject, are left out."""
    lb = table("""
        USUBJID LBSEQ
        01      1
        02      1
        99      1
        .       1
        01      2
        """).astype({"USUBJID": dtype})
    expected = table("""
        USUBJID LBSEQ TRTP    TRTSDT     AGE
        01      1     Placebo .          .
        02      1     Active  2014-01-02 71
        01      2     Placebo .          .
        """)
    lb.index = [4] * 5
    new = {"TRTP": "TRT01P", "TRTSDT": "TRTSDT", "AGE": "AGE"}
    made = derive_subject_variables(lb, subject=adsl, new=new)
    assert {name: plain(made[name]) for name in made} == {name: plain(expected[name]) for name in expected}
    assert made["TRTSDT"].dtype == "datetime64[s]"


def test_the_kind_of_missing_goes_with_it(adsl, table, plain):
    kinds = pd.Categorical([None, "B", None])
    made = derive_subject_variables(
        table("USUBJID\n01\n02"), subject=adsl.assign(**{"AGE.missing": kinds}), new={"AAGE": "AGE"}
    )
    assert plain(made["AAGE"]) == [None, 71.0] and plain(made["AAGE.missing"]) == ["B", None]


def test_no_records_and_no_subjects(adsl, table):
    lb = table("USUBJID\n01")
    for frame, subject in ((lb.iloc[:0], adsl), (lb, adsl.iloc[:0])):
        made = derive_subject_variables(frame, subject=subject, new={"AGE": "AGE"})
        assert len(made) == 0 and made["AGE"].dtype == "float64"


def test_a_subject_twice_is_an_error_that_lists_it(adsl, table):
    with pytest.raises(DataError, match="has a subject twice") as error:
        derive_subject_variables(table("USUBJID\n01"), subject=pd.concat([adsl, adsl.iloc[:1]]), new={"AGE": "AGE"})
    assert error.value.place.keys == "02"


def test_unknown_variables_are_errors(adsl, table):
    with pytest.raises(DataError, match="no variable TRT01PN") as error:
        derive_subject_variables(table("USUBJID\n01"), subject=adsl, new={"TRTPN": "TRT01PN"})
    assert error.value.hint == "did you mean TRT01P?"
    with pytest.raises(DataError, match="no variable USUBJID"):
        derive_subject_variables(table("SUBJID\n01"), subject=adsl, new={})

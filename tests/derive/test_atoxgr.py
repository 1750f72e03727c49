"""Tests of derive.atoxgr; all published cases are in tests/oracle/test_ctcae.py."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.atoxgr import derive_atoxgr
from adamline.errors import DataError


def test_a_low_value_by_numbers_and_its_limit(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE PCHG | GRADE
        K       2.4  3.5   5     4    .    | '4'
        K       2.5  3.5   5     4    .    | '3'
        K       3    3.5   5     4    .    | '2'
        K       3.5  3.5   5     4    .    | '0'
        K       2.4  .     5     4    .    | '4'
        K       3    .     5     4    .    | .
        K       .    3.5   5     4    .    | .
        NA      2.4  3.5   5     4    .    | .
        """,
        variable="GRADE",
        direction="low",
        term={"K": "hypokalemia"},
        unit={"K": "MMOL/L"},
    )


def test_a_high_value_by_its_limit_or_its_baseline(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE PCHG | GRADE
        CREAT   100  50    100   100  .    | '0'
        CREAT   101  50    100   101  .    | '1'
        CREAT   101  50    100   60   .    | '2'
        CREAT   601  50    100   .    .    | '4'
        CREAT   100  50    100   .    .    | .
        HGB     165  120   160   170  .    | '0'
        HGB     171  120   160   170  .    | '1'
        HGB     191  120   160   170  .    | '2'
        HGB     191  120   160   .    .    | '2'
        HGB     191  120   .     170  .    | .
        """,
        variable="GRADE",
        direction="high",
        term={"CREAT": "Creatinine increased", "HGB": "Hemoglobin increased"},
        unit={"CREAT": "umol/L", "HGB": "g/L"},
    )


def test_a_value_on_a_computed_cut_is_not_beyond_it():
    # 3 * 1.1 is 3.3000000000000003 and 1.5 * 0.7 is 1.0499999999999998 in binary
    adlb = pd.DataFrame({"PARAMCD": "ALT", "AVAL": [3.3, 1.05], "ANRHI": [1.1, 0.35]}).assign(ANRLO=0.0, BASE=1.0)
    term = {"ALT": "Alanine aminotransferase increased"}
    made = derive_atoxgr(adlb.assign(PCHG=0.0), variable="GRADE", direction="high", term=term, unit={})
    assert made.GRADE.tolist() == ["1", "1"]


def test_another_unit_has_no_grade_and_an_unknown_term_is_an_error(table):
    adlb = table("PARAMCD AVAL ANRLO ANRHI BASE PCHG\nK 2.4 3.5 5 4 .")
    made = derive_atoxgr(adlb, variable="G", direction="low", term={"K": "Hypokalemia"}, unit={"K": "mg/dL"})
    assert made.G.isna().all()
    with pytest.raises(DataError, match="do not have the term") as error:
        derive_atoxgr(adlb, variable="G", direction="low", term={"K": "Hypokalaemia"}, unit={})
    assert "Hypokalemia" in str(error.value)
    with pytest.raises(DataError, match="do not have the term"):  # it is one of the other direction
        derive_atoxgr(adlb, variable="G", direction="high", term={"K": "Hypokalemia"}, unit={})

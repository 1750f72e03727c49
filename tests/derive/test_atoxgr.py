"""Tests of derive.atoxgr; all published cases are in tests/oracle/test_ctcae.py."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.atoxgr import check_atoxgr, check_atoxgr_arguments, derive_atoxgr
from adamline.errors import DataError


def test_a_low_value_by_numbers_and_its_limit(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND | GRADE
        K       2.4  3.5   5     4    NORMAL | '4'
        K       2.5  3.5   5     4    NORMAL | '3'
        K       3    3.5   5     4    NORMAL | '2'
        K       3.5  3.5   5     4    NORMAL | '0'
        K       2.4  .     5     4    NORMAL | '4'
        K       3    .     5     4    NORMAL | .
        K       .    3.5   5     4    NORMAL | .
        NA      2.4  3.5   5     4    NORMAL | .
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
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND | GRADE
        CREAT   100  50    100   100  NORMAL | '0'
        CREAT   101  50    100   101  HIGH   | '1'
        CREAT   101  50    100   60   NORMAL | '2'
        CREAT   601  50    100   .    .      | '4'
        CREAT   100  50    100   .    .      | .
        HGB     165  120   160   170  HIGH   | '0'
        HGB     171  120   160   170  HIGH   | '1'
        HGB     191  120   160   170  HIGH   | '2'
        HGB     191  120   160   .    .      | '2'
        HGB     191  120   160   155  NORMAL | '2'
        HGB     201  120   160   155  NORMAL | '3'
        HGB     191  120   .     155  NORMAL | .
        """,
        variable="GRADE",
        direction="high",
        term={"CREAT": "Creatinine increased", "HGB": "Hemoglobin increased"},
        unit={"CREAT": "umol/L", "HGB": "g/L"},
    )


def test_v5_grades_liver_values_by_the_baseline_where_it_was_abnormal(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND     | GRADE
        ALT     40   5     40    30   NORMAL     | '0'
        ALT     41   5     40    30   NORMAL     | '1'
        ALT     41   5     40    3    LOW        | '1'
        ALT     41   5     40    .    .          | '1'
        ALT     121  5     40    30   NORMAL     | '2'
        ALT     121  5     40    100  HIGH       | '0'
        ALT     149  5     40    100  HIGH       | '0'
        ALT     150  5     40    100  HIGH       | '1'
        ALT     150  5     40    100  'HIGH HIGH' | '1'
        ALT     300  5     40    100  HIGH       | '1'
        ALT     301  5     40    100  HIGH       | '2'
        ALT     2001 5     40    100  HIGH       | '4'
        ALT     150  5     .     100  HIGH       | '1'
        ALT     150  5     40    .    HIGH       | .
        BILI    20   5     20    30   HIGH       | '0'
        BILI    30   5     20    30   HIGH       | '0'
        BILI    31   5     20    30   HIGH       | '1'
        GGT     199  5     60    100  HIGH       | '0'
        GGT     200  5     60    100  HIGH       | '1'
        GGT     251  5     60    100  HIGH       | '2'
        """,
        variable="GRADE",
        direction="high",
        term={
            "ALT": "Alanine aminotransferase increased",
            "BILI": "Blood bilirubin increased",
            "GGT": "GGT increased",
        },
        unit={},
        criteria="v5-si",
    )


def test_v5_of_terms_that_need_more_than_one_comparison(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND | GRADE
        CREAT   100  50    100   70   NORMAL | '0'
        CREAT   106  50    110   70   NORMAL | '2'
        CREAT   100  50    100   .    .      | .
        EOS     0.5  0     0.5   0.2  NORMAL | '0'
        EOS     0.6  0     0.5   0.2  NORMAL | '1'
        EOS     0.6  0     0.5   0.6  HIGH   | '0'
        EOS     0.6  0     0.5   .    .      | .
        EOS     0.5  0     0.5   .    .      | '0'
        HGB     165  120   160   170  HIGH   | '1'
        HGB     180  120   160   170  HIGH   | '1'
        HGB     181  120   160   170  HIGH   | '2'
        HGB     201  120   160   170  HIGH   | '3'
        INR     1.2  0.9   1.1   1.2  HIGH   | '0'
        INR     1.2  0.9   1.1   1.1  NORMAL | '1'
        INR     1.3  0.9   1.1   .    .      | '1'
        INR     1.5  0.9   1.1   1.5  HIGH   | '1'
        INR     2.6  0.9   1.1   2.5  HIGH   | '3'
        TRIG    1.71 0     2     1    NORMAL | '0'
        TRIG    1.72 0     2     1    NORMAL | '1'
        """,
        variable="GRADE",
        direction="high",
        term={
            "CREAT": "Creatinine increased",
            "EOS": "Eosinophilia",
            "HGB": "Hemoglobin increased",
            "INR": "INR increased",
            "TRIG": "Hypertriglyceridemia",
        },
        unit={"HGB": "g/L", "TRIG": "mmol/L"},
        criteria="v5-si",
    )


def test_a_decrease_of_fibrinogen_counts_in_v5_only_where_the_value_is_low(derives):
    frame = """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND | {}
        FIB     2    2     4     2    NORMAL | '0'
        FIB     2    2     4     3    NORMAL | {}
        FIB     1.9  2     4     1.9  LOW    | '1'
        FIB     1.9  2     4     3.8  NORMAL | '3'
        FIB     1.6  1.7   4     6.4  HIGH   | '4'
        FIB     0.9  2     4     2    NORMAL | '3'
        FIB     0.49 0.4   4     0.4  NORMAL | '4'
        FIB     1.9  2     4     .    .      | '1'
        FIB     2    2     4     .    .      | {}
        FIB     1.9  .     4     7.6  HIGH   | {}
        """
    term = {"direction": "low", "term": {"FIB": "Fibrinogen decreased"}, "unit": {"FIB": "g/L"}}
    derives(derive_atoxgr, frame.format("V4", "'2'", ".", "'4'"), variable="V4", criteria="v4-si", **term)
    derives(derive_atoxgr, frame.format("V5", "'0'", "'0'", "."), variable="V5", criteria="v5-si", **term)


def test_v5_sodium_of_a_symptomatic_patient(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND | GRADE
        NA      119  135   145   140  NORMAL | '4'
        NA      120  135   145   140  NORMAL | '3'
        NA      129  135   145   140  NORMAL | '3'
        NA      130  135   145   140  NORMAL | '1'
        NA      135  135   145   140  NORMAL | '0'
        """,
        variable="GRADE",
        direction="low",
        term={"NA": "Hyponatremia"},
        unit={"NA": "mEq/L"},
        criteria="v5-us",
    )


def test_counts_in_each_unit_of_the_us(derives):
    derives(
        derive_atoxgr,
        """
        PARAMCD AVAL  ANRLO  ANRHI  BASE   BNRIND | GRADE
        PLT     49    150    400    200    NORMAL | '3'
        PLT     50    150    400    200    NORMAL | '2'
        PLTMM   49999 150000 400000 200000 NORMAL | '3'
        PLTMM   50000 150000 400000 200000 NORMAL | '2'
        """,
        variable="GRADE",
        direction="low",
        term={"PLT": "Platelet count decreased", "PLTMM": "Platelet count decreased"},
        unit={"PLT": "10^3/uL", "PLTMM": "/mm3"},
        criteria="v5-us",
    )


def test_a_value_on_a_computed_cut_is_not_beyond_it():
    # 3 * 1.1 is 3.3000000000000003 and 1.5 * 0.7 is 1.0499999999999998 in binary
    adlb = pd.DataFrame({"PARAMCD": "ALT", "AVAL": [3.3, 1.05], "ANRHI": [1.1, 0.35]}).assign(ANRLO=0.0, BASE=1.0)
    term = {"ALT": "Alanine aminotransferase increased"}
    made = derive_atoxgr(adlb.assign(BNRIND="NORMAL"), variable="GRADE", direction="high", term=term, unit={})
    assert made.GRADE.tolist() == ["1", "1"]


def test_another_unit_has_no_grade_and_an_unknown_term_is_an_error(table):
    adlb = table("PARAMCD AVAL ANRLO ANRHI BASE BNRIND\nK 2.4 3.5 5 4 NORMAL")
    made = derive_atoxgr(adlb, variable="G", direction="low", term={"K": "Hypokalemia"}, unit={"K": "mg/dL"})
    assert made.G.isna().all()
    with pytest.raises(DataError, match="do not have the term") as error:
        derive_atoxgr(adlb, variable="G", direction="low", term={"K": "Hypokalaemia"}, unit={})
    assert "Hypokalemia" in str(error.value)
    with pytest.raises(DataError, match="do not have the term"):  # it is one of the other direction
        derive_atoxgr(adlb, variable="G", direction="high", term={"K": "Hypokalemia"}, unit={})


def said(frame, **arguments):
    tallies = check_atoxgr(frame, derive_atoxgr(frame, **arguments), **arguments)
    return [(one.severity.name, one.message) for tally in tallies if (one := tally.finding())]


def test_values_in_a_unit_that_the_criteria_do_not_have():
    """1.9 g/dL is grade 3 by v5.0 (below 20 g/L): here it has none, and that is said, with and without data."""
    frame = pd.DataFrame({"PARAMCD": ["ALB"], "AVAL": 1.9, "ANRLO": 3.5, "ANRHI": 5.0, "BASE": 4.0, "BNRIND": "NORMAL"})
    given = {"variable": "ATOXGRL", "direction": "low", "term": {"ALB": "Hypoalbuminemia"}, "criteria": "v5-si"}
    message = "1 value of ALB in {} has no grade: v5-si grades Hypoalbuminemia in g/L"
    assert said(frame, **given, unit={"ALB": "g/dL"}) == [("WARNING", message.format("g/dL"))]
    assert said(frame, **given, unit={}) == [("WARNING", message.format("no unit"))]
    (tally,) = check_atoxgr_arguments(**given, unit={"ALB": "g/dL"})
    assert tally.finding().message == "Values of ALB in g/dL have no grade: v5-si grades Hypoalbuminemia in g/L"
    assert list(check_atoxgr_arguments(**given, unit={"ALB": "g/L"})) == []


def test_a_limit_that_is_missing_leaves_a_grade_open(table):
    """Hypokalemia: grade 1 and 2 are below ANRLO, 3 below 3.0 and 4 below 2.5 mmol/L."""
    frame = table(
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND
        K       2.4  .     5     4    NORMAL
        K       4    .     5     4    NORMAL
        """
    )
    given = {"variable": "NEW", "direction": "low", "term": {"K": "Hypokalemia"}, "unit": {"K": "mmol/L"}}
    assert said(frame, **given) == [("NOTE", "1 value of K has no grade, since ANRLO is missing")]


def test_a_higher_grade_that_a_missing_value_leaves_open(table):
    """Creatinine: grade 1 above the limit, and above the baseline; from 1.5 x baseline on it is grade 2."""
    frame = table(
        """
        PARAMCD AVAL ANRLO ANRHI BASE BNRIND
        CREAT   101  50    100   .    .
        """
    )
    term, unit = {"CREAT": "Creatinine increased"}, {"CREAT": "umol/L"}
    found = said(frame, variable="NEW", direction="high", term=term, unit=unit)
    assert ("WARNING", "1 value of CREAT may have a higher grade: one of ANRHI, BASE is missing") in found

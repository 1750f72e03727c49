"""Tests of derive.parameter_variables."""

from __future__ import annotations

import pytest

from adamline.derive.parameter_variables import check_parameter_variables, derive_parameter_variables
from adamline.errors import DataError
from adamline.findings import Severity

ROWS = [
    {"LBTESTCD": "GLUC", "LBSPEC": "SERUM", "PARAMCD": "GLUC", "PARAM": "Glucose (mmol/L)", "PARAMN": "31"},
    {"LBTESTCD": "GLUC", "LBSPEC": "URINE", "PARAMCD": "UGLUC", "PARAM": "Glucose, urine", "PARAMN": None},
]
MATCH, GIVE = ["LBTESTCD", "LBSPEC"], ["PARAMCD", "PARAM", "PARAMN"]


@pytest.fixture
def lb(table):
    return table("""
        LBTESTCD LBSPEC LBSEQ
        GLUC     URINE  1
        GLUC     SERUM  2
        GLUC     .      3
        XYZ      SERUM  4
        GLUC     SERUM  5
        """)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_records_that_match_and_those_left_over(lb, table, plain, dtype):
    lb = lb.astype({"LBTESTCD": dtype, "LBSPEC": dtype}).set_index([[7] * 5])
    matched, left = derive_parameter_variables(lb, parameters=ROWS, match=MATCH, give=GIVE)
    expected = table("""
        LBTESTCD LBSPEC LBSEQ PARAMCD PARAM              PARAMN
        GLUC     URINE  1     UGLUC   'Glucose, urine'   .
        GLUC     SERUM  2     GLUC    'Glucose (mmol/L)' 31
        GLUC     SERUM  5     GLUC    'Glucose (mmol/L)' 31
        """)
    assert {name: plain(matched[name]) for name in matched} == {name: plain(expected[name]) for name in expected}
    assert matched["PARAMN"].dtype == "float64"
    assert plain(left["LBSEQ"]) == [3.0, 4.0] and list(left.columns) == list(lb.columns)


def test_no_records_and_no_parameters(lb):
    matched, left = derive_parameter_variables(lb.iloc[:0], parameters=ROWS, match=MATCH, give=GIVE)
    assert (len(matched), len(left)) == (0, 0) and list(matched.columns)[-3:] == GIVE
    matched, left = derive_parameter_variables(lb, parameters=[], match=MATCH, give=GIVE)
    assert (len(matched), len(left)) == (0, 5)


def test_two_parameters_for_the_same_records_are_an_error(lb):
    with pytest.raises(DataError, match="Two parameters match the same records") as error:
        derive_parameter_variables(lb, parameters=[*ROWS, ROWS[0]], match=MATCH, give=GIVE)
    assert error.value.place.keys == "LBTESTCD=GLUC, LBSPEC=SERUM"
    assert error.value.hint == "add a variable to match, or say `records_of` where both are meant"


def test_faults_are_errors(lb):
    with pytest.raises(DataError, match="nothing to match on"):
        derive_parameter_variables(lb, parameters=ROWS[:1], match=[], give=GIVE)
    with pytest.raises(DataError, match=r"no variable LBTEST\.") as unknown:
        derive_parameter_variables(lb, parameters=ROWS, match=["LBTEST"], give=GIVE)
    assert unknown.value.hint == "did you mean LBTESTCD?"
    with pytest.raises(DataError, match="PARAMN is a number") as number:
        derive_parameter_variables(lb, parameters=[{**ROWS[0], "PARAMN": "first"}], match=MATCH, give=GIVE)
    assert "first" in number.value.found
    with pytest.raises(DataError, match="The key LBSEQ is number in one dataset and text in the other"):
        derive_parameter_variables(lb, parameters=[{"LBSEQ": "1", "PARAMCD": "A"}], match=["LBSEQ"], give=["PARAMCD"])


def test_a_variable_that_a_row_leaves_blank_is_not_looked_at(lb, plain):
    any_xyz = {"LBTESTCD": "XYZ", "LBSPEC": None, "PARAMCD": "XYZ"}
    matched, left = derive_parameter_variables(lb, parameters=[*ROWS, any_xyz], match=MATCH, give=["PARAMCD"])
    assert dict(zip(plain(matched["LBSEQ"]), plain(matched["PARAMCD"]), strict=True)) == {
        1.0: "UGLUC",
        2.0: "GLUC",
        4.0: "XYZ",
        5.0: "GLUC",
    }
    assert plain(left["LBSEQ"]) == [3.0]


def test_a_general_row_and_a_special_one_for_the_same_records_are_an_error(lb):
    any_glucose = {"LBTESTCD": "GLUC", "LBSPEC": None, "PARAMCD": "ANYGLUC"}
    with pytest.raises(DataError, match="Two parameters match the same records") as error:
        derive_parameter_variables(lb, parameters=[*ROWS, any_glucose], match=MATCH, give=["PARAMCD"])
    assert "LBTESTCD=GLUC, LBSPEC=URINE" in error.value.place.keys


def test_a_second_parameter_has_the_records_of_another(lb, plain):
    """Of all its rows, each record once more behind the others."""
    any_xyz = {"LBTESTCD": "XYZ", "PARAMCD": "GLUC"}
    second = {"records_of": "GLUC", "PARAMCD": "GLUCCV", "PARAM": "Glucose (mg/dL)", "PARAMN": "32"}
    matched, left = derive_parameter_variables(lb, parameters=[second, *ROWS, any_xyz], match=MATCH, give=GIVE)
    assert list(zip(plain(matched["LBSEQ"]), plain(matched["PARAMCD"]), plain(matched["PARAMN"]), strict=True)) == [
        (1.0, "UGLUC", None),
        (2.0, "GLUC", 31.0),
        (4.0, "GLUC", None),
        (5.0, "GLUC", 31.0),
        (2.0, "GLUCCV", 32.0),
        (4.0, "GLUCCV", 32.0),
        (5.0, "GLUCCV", 32.0),
    ]
    assert plain(left["LBSEQ"]) == [3.0]
    nothing, _ = derive_parameter_variables(lb.iloc[:0], parameters=[second, *ROWS], match=MATCH, give=GIVE)
    assert len(nothing) == 0 and list(nothing.columns) == [*lb.columns, *GIVE]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_records_of_one_parameter_that_differ(table, dtype):
    """HGB names no LBSPEC; GLUC has a row for each; ALT has one; the missing one of AST says nothing."""
    matched = table("""
        PARAMCD LBSPEC
        HGB     BLOOD
        HGB     SERUM
        HGB     SERUM
        GLUC    SERUM
        GLUC    PLASMA
        GLUC2   SERUM
        GLUC2   PLASMA
        ALT     SERUM
        AST     SERUM
        AST     .
        """).astype({"LBSPEC": dtype})
    rows = [
        *({"LBTESTCD": code, "PARAMCD": code} for code in ("HGB", "ALT", "AST")),
        *({"LBTESTCD": "GLUC", "LBSPEC": spec, "PARAMCD": "GLUC"} for spec in ("SERUM", "PLASMA")),
        {"PARAMCD": "GLUC2", "records_of": "GLUC"},
    ]
    tallies = check_parameter_variables(matched, parameters=rows, told_apart={"LBSPEC": Severity.WARNING})
    found = [tally.finding() for tally in tallies]
    assert [one.message for one in found if one] == [
        "3 records of HGB have several LBSPEC: SERUM (2); BLOOD (1); name it in `parameters`, also where all are meant."
    ]


def test_a_row_that_names_nothing_matches_nothing(lb):
    derived = {"LBTESTCD": None, "PARAMCD": "TOTAL"}
    matched, _ = derive_parameter_variables(lb, parameters=[*ROWS, derived], match=MATCH, give=["PARAMCD"])
    assert "TOTAL" not in set(matched["PARAMCD"])
    matched, left = derive_parameter_variables(lb, parameters=[derived], match=MATCH, give=["PARAMCD"])
    assert (len(matched), len(left)) == (0, len(lb))

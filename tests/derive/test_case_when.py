"""Tests of derive.case_when."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.contract import Case
from adamline.derive.case_when import check_case_when, derive_case_when
from adamline.errors import ConditionError, DataError, DerivationError

AGE_GROUPS = [
    Case(when="AGE < 65", value="<65"),
    Case(when="AGE <= 80", value="65-80"),
    Case(when="AGE > 80", value=">80"),
]


def test_the_first_row_that_holds_decides(derives):
    """A missing AGE is in no group."""
    derives(
        derive_case_when,
        """
        AGE | AGEGR1
        64  | <65
        65  | 65-80
        80  | 65-80
        81  | >80
        .   | .
        """,
        variable="AGEGR1",
        rows=AGE_GROUPS,
    )


def test_categories_of_each_parameter_with_its_unit(derives):
    """AVALCAT1; a parameter without rows has none, nor has a missing value."""
    derives(
        derive_case_when,
        """
        PARAMCD AVAL | AVALCAT1
        C3      89.9 | '< 90 mg/dL'
        C3      90   | '>= 90 mg/dL'
        C3      .    | .
        ADSDNA  90   | '>= 30 IU/mL'
        ADSDNA  29   | '< 30 IU/mL'
        ALT     29   | .
        """,
        variable="AVALCAT1",
        rows=[
            Case(when="AVAL is missing"),
            Case(when="PARAMCD = 'C3' and AVAL < 90", value="< 90 mg/dL"),
            Case(when="PARAMCD = 'C3'", value=">= 90 mg/dL"),
            Case(when="PARAMCD = 'ADSDNA' and AVAL < 30", value="< 30 IU/mL"),
            Case(when="PARAMCD = 'ADSDNA'", value=">= 30 IU/mL"),
        ],
    )


def test_a_row_without_when_holds_for_all_that_are_left(derives):
    derives(
        derive_case_when,
        """
        TRTSDT     | SAFFL
        2014-01-02 | Y
        .          | N
        """,
        variable="SAFFL",
        rows=[Case(when="TRTSDT is not missing", value="Y"), Case(value="N")],
    )


def test_numbers(derives):
    made = derives(
        derive_case_when,
        """
        TRT01P  | TRT01PN
        Placebo | 0
        High    | 81
        Other   | .
        .       | .
        """,
        variable="TRT01PN",
        rows=[Case(when="TRT01P = 'Placebo'", value="0"), Case(when="TRT01P = 'High'", value="81")],
        kind="number",
    )
    assert made["TRT01PN"].dtype == "float64"


def test_otherwise_the_value_of_a_variable(derives):
    """A row that holds and has no value gives a missing value, not that of the variable."""
    derives(
        derive_case_when,
        """
        DSDECOD   | DCDECOD
        DEVIATION | VIOLATION
        COMPLETED | COMPLETED
        UNKNOWN   | .
        .         | .
        """,
        variable="DCDECOD",
        rows=[
            Case(when="DSDECOD = 'DEVIATION'", value="VIOLATION"),
            Case(when="DSDECOD = 'UNKNOWN'"),
            Case(from_="DSDECOD"),
        ],
    )
    derives(
        derive_case_when,
        """
        VISITNUM | VISNUMEN
        13       | 12
        8        | 8
        .        | .
        """,
        variable="VISNUMEN",
        rows=[Case(when="VISITNUM = 13", value="12"), Case(from_="VISITNUM")],
        kind="number",
    )


@pytest.mark.parametrize("empty", ["float64", "object", "str", "category", "datetime64[s]"])
@pytest.mark.parametrize("kind", ["text", "number"])
def test_from_a_variable_without_values_of_any_type(table, plain, empty, kind):
    frame = table("""
        X EMPTY
        1 .
        2 .
        """).astype({"EMPTY": empty})
    rows = [Case(when="X = 1", value="7"), Case(from_="EMPTY")]
    made = derive_case_when(frame, variable="NEW", rows=rows, kind=kind)
    assert plain(made["NEW"]) == ["7" if kind == "text" else 7.0, None]


def test_no_rows_give_missing_values(derives):
    derives(
        derive_case_when,
        """
        X | NEW
        1 | .
        """,
        variable="NEW",
        rows=[],
    )


@pytest.mark.parametrize(
    ("kind", "other", "message"), [("number", "TEXT", "TEXT is not a number"), ("text", "NUM", "NUM is no text")]
)
def test_from_a_variable_of_the_other_type_is_an_error(table, kind, other, message):
    """Neither text among numbers nor numbers turned to text unasked."""
    frame = table("""
        X TEXT NUM
        1 a    1
        2 b    2
        """)
    with pytest.raises(DataError, match=message):
        derive_case_when(frame, variable="NEW", rows=[Case("1", "X = 1"), Case(from_=other)], kind=kind)


def test_a_value_that_is_no_number_is_shown(table):
    frame = table("""
        X
        1
        """)
    with pytest.raises(DataError, match="no number") as error:
        derive_case_when(frame, variable="NEW", rows=[Case("low", "X = 1")], kind="number")
    assert "low" in error.value.found and error.value.place.variable == "NEW"


def test_unknown_variables_are_errors(table):
    frame = table("""
        AGE
        1
        """)
    with pytest.raises(ConditionError, match="no variable AGEE"):
        derive_case_when(frame, variable="NEW", rows=[Case("1", "AGEE = 1")])
    with pytest.raises(DataError, match="no variable AGR") as error:
        derive_case_when(frame, variable="NEW", rows=[Case(from_="AGR")])
    assert error.value.hint == "did you mean AGE?"


def said(frame, rows, **arguments):
    tallies = check_case_when(frame, variable="NEW", rows=rows, **arguments)
    return [(one.severity.name, one.message) for tally in tallies if (one := tally.finding())]


def test_a_value_that_no_row_is_for():
    frame = pd.DataFrame({"RACE": ["WHITE", "ASIAN", "ASIAN", None]})
    rows = [Case("1", "RACE = 'WHITE'"), Case("2", "RACE = 'BLACK'")]
    assert said(frame, rows) == [
        ("NOTE", "1 row holds for no record: `RACE = 'BLACK'`"),
        ("WARNING", "2 records have a value that no row is for: RACE=ASIAN"),
    ]
    # One value alone is a flag; a row without a value says that nothing is meant.
    assert said(frame, rows[:1]) == []
    assert said(frame, [rows[0], Case("3", "RACE = 'ASIAN'"), Case(None, "RACE = 'OTHER'")]) == []


def test_what_a_missing_value_gives_to_the_row_that_is_left():
    """N is said of an age that nobody knows."""
    frame = pd.DataFrame({"AGE": [70.0, 60, None, None]})
    old, otherwise = Case("Y", "AGE >= 65"), Case("N")
    why = "since a comparison with a missing value leaves an earlier one open"
    warning = ("WARNING", f"2 records have the value that is left for all others, {why}")
    assert said(frame, [old, otherwise]) == [warning]
    assert said(frame.assign(OTHER="N"), [old, Case(from_="OTHER")]) == [warning]
    assert (
        said(frame, [old, Case("N", "AGE is missing")])
        == [
            ("WARNING", "1 record has a value that no row is for: AGE=60"),
            ("NOTE", f"2 records are of a later row, {why}"),
        ][::-1]
    )
    assert said(frame, [Case(None, "AGE is missing"), old, otherwise]) == []
    none = "2 records are of no row, since a comparison with a missing value is open"
    assert said(frame, [old, Case("N", "AGE < 65")]) == [("NOTE", none)]


def test_dates_and_values_of_variables(table, plain):
    """A death ends the period, else the end of treatment; a date may be written."""
    adsl = table("""
        DTHDT      TRTEDT     ONGOING END        REASON
        2020-03-01 2020-02-01 .       2020-03-01 Death
        .          2020-02-01 .       2020-02-01 .
        .          .          Y       2020-12-31 Y
        .          2020-02-01 Y       2020-02-01 Y
        """)
    rows = [
        Case(when="DTHDT is not missing", from_="DTHDT"),
        Case(when="TRTEDT is not missing", from_="TRTEDT"),
        Case(value="2020-12-31"),
    ]
    made = derive_case_when(adsl, variable="X", rows=rows, kind="date")["X"]
    assert made.equals(adsl["END"])
    reasons = [Case(when="DTHDT is not missing", value="Death"), Case(from_="ONGOING")]
    assert plain(derive_case_when(adsl, variable="X", rows=reasons)["X"]) == plain(adsl["REASON"])
    none = derive_case_when(adsl.iloc[:0], variable="X", rows=rows, kind="date")["X"]
    assert none.dtype == adsl["END"].dtype


def test_a_variable_of_another_kind(table):
    adsl = table("""
        DTHDT      AGE ARM
        2020-03-01 40  A
        """)
    for name, kind in (("AGE", "date"), ("DTHDT", "text"), ("ARM", "date"), ("DTHDT", "number")):
        with pytest.raises(DataError):
            derive_case_when(adsl, variable="X", rows=[Case(from_=name)], kind=kind)
    with pytest.raises(DerivationError, match="a `value` and a `from`"):
        derive_case_when(adsl, variable="X", rows=[Case(value="1", from_="AGE")], kind="number")

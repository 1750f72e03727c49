"""Tests of condition.tree."""

from __future__ import annotations

import datetime

import pytest

from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    Date,
    In,
    IsMissing,
    Not,
    Number,
    Operator,
    Or,
    Text,
    VariableRef,
    variables_of,
)
from adamline.errors import ConditionError

AVAL, BASE, PARAMCD = VariableRef("AVAL"), VariableRef("BASE"), VariableRef("PARAMCD")
ALT = Comparison(PARAMCD, Operator.EQ, Text("ALT"))
HIGH = Comparison(AVAL, Operator.GT, BASE)
GONE = IsMissing(BASE)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (ALT, "PARAMCD = 'ALT'"),
        (Comparison(PARAMCD, Operator.NE, Text("Crohn's")), "PARAMCD <> 'Crohn''s'"),
        (HIGH, "AVAL > BASE"),
        (Comparison(AVAL, Operator.LE, Number(24)), "AVAL <= 24"),
        (Comparison(AVAL, Operator.LE, Number(-0.1)), "AVAL <= -0.1"),
        (Comparison(AVAL, Operator.GE, Date(datetime.date(2014, 1, 31))), "AVAL >= date '2014-01-31'"),
        (In(AVAL, (Number(1), Number(2))), "AVAL in (1, 2)"),
        (Not(In(AVAL, (Number(1),))), "AVAL not in (1)"),
        (Not(GONE), "BASE is not missing"),
        (Not(Not(GONE)), "not BASE is not missing"),
        (Not(ALT), "not (PARAMCD = 'ALT')"),
        (And((ALT, Or((HIGH, GONE)))), "PARAMCD = 'ALT' and (AVAL > BASE or BASE is missing)"),
        (Or((And((ALT, HIGH)), GONE)), "PARAMCD = 'ALT' and AVAL > BASE or BASE is missing"),
        (Not(And((ALT, HIGH))), "not (PARAMCD = 'ALT' and AVAL > BASE)"),
    ],
)
def test_canonical_text(condition: Condition, text: str) -> None:
    assert str(condition) == text


def test_nested_ands_are_one_and_conditions_compare_and_hash_by_content() -> None:
    assert And((And((ALT, HIGH)), GONE)) == And((ALT, And((HIGH, GONE)))) == And((ALT, HIGH, GONE))
    assert And((ALT, HIGH)) != Or((ALT, HIGH))
    assert len({And((ALT, HIGH)), And((ALT, HIGH)), Or((ALT, HIGH))}) == 2


def test_trailing_blanks_of_text_are_dropped_and_leading_ones_kept() -> None:
    assert Text("ALT  ") == Text("ALT")
    assert Text(" ALT").value == " ALT"


def test_variables_come_once_in_order_of_first_appearance() -> None:
    assert variables_of(Or((Not(And((HIGH, ALT))), GONE))) == ("AVAL", "BASE", "PARAMCD")


@pytest.mark.parametrize("operator", list(Operator))
@pytest.mark.parametrize(("left", "right"), [(1, 2), (2, 1), (1, 1)])
def test_negated_and_mirrored_operators(operator: Operator, left: int, right: int) -> None:
    holds = {"=": left == right, "<>": left != right, "<": left < right, "<=": left <= right}
    holds |= {">": left > right, ">=": left >= right}
    mirror = {"=": right == left, "<>": right != left, "<": right < left, "<=": right <= left}
    mirror |= {">": right > left, ">=": right >= left}
    assert holds[operator.negated] is not holds[operator]
    assert mirror[operator.mirrored] is holds[operator]


@pytest.mark.parametrize("name", ["", "A B", "1A", "and", "NOT", "missing", "null", 'A"B', "É"])
def test_names_that_could_not_be_read_back_are_refused(name: str) -> None:
    with pytest.raises(ConditionError, match="cannot be the name"):
        VariableRef(name)


def test_values_that_are_none_are_refused() -> None:
    with pytest.raises(ConditionError, match="Blank text is missing"):
        Text("   ")
    with pytest.raises(ConditionError, match="control character"):
        Text("A\nB")
    for value in (float("nan"), float("inf")):
        with pytest.raises(ConditionError, match="too large, or missing"):
            Number(value)
    with pytest.raises(ConditionError, match="empty"):
        In(AVAL, ())
    with pytest.raises(ConditionError, match="mixes"):
        In(AVAL, (Number(1), Text("1")))
    with pytest.raises(ConditionError, match="AND needs at least two"):
        And((ALT,))


def test_a_control_character_of_the_data_is_named() -> None:
    """As of a level that records are counted at: the page would show a space, and the condition find nothing."""
    with pytest.raises(ConditionError, match="holds a line break or another control character") as caught:
        Text("RASH\x0bITCHY")
    assert caught.value.found == r"'RASH\x0bITCHY'"
    assert "`cleaned`" in caught.value.hint

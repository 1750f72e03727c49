"""Tests of condition.parse and, through it, of condition.tokens."""

from __future__ import annotations

import pytest

from adamline.condition.parse import MAX_DEPTH, MAX_LENGTH, parse_condition
from adamline.condition.tree import And, Comparison, In, IsMissing, Not, Number, Operator, Or, Text, VariableRef
from adamline.errors import ConditionError, Place

A, B, C = (Comparison(VariableRef(name), Operator.EQ, Number(1)) for name in "ABC")
X = VariableRef("X")


def test_and_binds_closer_than_or_and_not_closest() -> None:
    assert parse_condition("A = 1 or B = 1 and C = 1") == Or((A, And((B, C))))
    assert parse_condition("(A = 1 or B = 1) and C = 1") == And((Or((A, B)), C))
    assert parse_condition("not A = 1 and B = 1") == And((Not(A), B))
    assert parse_condition("not (A = 1 and B = 1)") == Not(And((A, B)))
    assert parse_condition("A = 1 and (B = 1 and ((C = 1)))") == And((A, B, C))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("X in('A','B  ')", "X in ('A', 'B')"),
        ("X NOT IN (1, -2.50, .5, 1e3)", "X not in (1, -2.5, 0.5, 1000)"),
        ("not X in (1)", "X not in (1)"),
        ("X Is Missing AND Y IS NOT missing", "X is missing and Y is not missing"),
        ("2 <= X", "X >= 2"),
        ("'A' <> X", "X <> 'A'"),
        ("X=-1", "X = -1"),
        ("X\n  = 'It''s'", "X = 'It''s'"),
        ("ADT >= DATE '2014-01-31'", "ADT >= date '2014-01-31'"),
        ("DATE >= ADT", "DATE >= ADT"),  # the word is a name where no quoted date follows
        ("X = 'and'", "X = 'and'"),
    ],
)
def test_forms_and_their_canonical_text(text: str, canonical: str) -> None:
    assert str(parse_condition(text)) == canonical


def test_leaves() -> None:
    assert parse_condition("X = 'A'") == Comparison(X, Operator.EQ, Text("A"))
    assert parse_condition("X <> Y") == Comparison(X, Operator.NE, VariableRef("Y"))
    assert parse_condition("X in (1, 2)") == In(X, (Number(1), Number(2)))
    assert parse_condition("X is not missing") == Not(IsMissing(X))


@pytest.mark.parametrize(
    ("text", "character", "message", "hint"),
    [
        ("X == 1", 3, "== has no meaning", "write ="),
        ("X != 1", 3, "!= has no meaning", "write <>"),
        ("X ^= 1", 3, "^= has no meaning", "write <>"),
        ("X ~= 1", 3, "~= has no meaning", "write <>"),
        ("X ¬= 1", 3, "¬= has no meaning", "write <>"),
        ("X ne 1", 3, "ne stands where it cannot", "write <>"),
        ("X EQ 1", 3, "EQ stands where it cannot", "write ="),
        ("X gt 1", 3, "gt stands where it cannot", "write >"),
        ("X ge 1", 3, "ge stands where it cannot", "write >="),
        ("X lt 1", 3, "lt stands where it cannot", "write <"),
        ("X le 1", 3, "le stands where it cannot", "write <="),
        ("X => 1", 3, "=> has no meaning", "write >="),
        ("X = 1 & Y = 1", 7, "& has no meaning", "write and"),
        ("X = 1 | Y = 1", 7, "| has no meaning", "write or"),
        ("X = ''", 1, "A missing value cannot be compared", "X is missing"),
        ("X <> '  '", 1, "A missing value cannot be compared", "X is not missing"),
        ("X > .", 1, "A missing value cannot be compared", "X is missing"),
        ("X = .A", 1, "A missing value cannot be compared", "X is missing"),
        ("X = NULL", 1, "A missing value cannot be compared", "X is missing"),
        ("'' = X", 1, "A missing value cannot be compared", "X is missing"),
        ("X in ('A', '')", 12, "A missing value cannot be compared", "X is missing"),
        ("X is null", 6, "null stands where it cannot", "write missing"),
        ("X between 1 and 2", 3, "between stands", "X >= low and X <= high"),
        ("X like 'A%'", 3, "like stands", "no search in text"),
        ("X =: 'A'", 3, "=: has no meaning", "no search in text"),
        ("2 <= X <= 24", 8, "Comparisons cannot be chained", "X >= 2 and X <= 24"),
        ("upcase(X) = 'A'", 7, "There are no functions", "derive a variable"),
        ("X + 1 = 2", 3, "+ has no meaning", "no arithmetic"),
        ("X-1 = 2", 2, "-1 stands where it cannot", "no arithmetic"),
        ("X = '31JAN2014'd", 5, "This is a date, time or datetime of SAS", "date '2014-01-31'"),
        ("X = date '2014-02-30'", 10, "is not a date", "date '2014-01-31'"),
        ("X = date '20140131'", 10, "is not a date", "date '2014-01-31'"),
        ('X = "A"', 5, '" has no meaning', "single quotes"),
        ("X = ‘A’", 5, "‘ has no meaning", "word processor"),
        ("X = 'A", 5, "' has no meaning", "opened and not closed"),
        ("X in (A)", 7, "A list can hold only values", "write 'A'"),
        ("X in ('A' 'B')", 11, "'B' stands where it cannot", ""),
        ("X in ('A', 1)", 6, "mixes text, numbers and dates", ""),
        ("X in ()", 7, ") stands where it cannot", ""),
        ("ITTFL", 6, "ITTFL stands alone", "ITTFL = 'Y'"),
        ("1 = 1", 1, "A comparison names no variable", ""),
        ("X = 1e999", 5, "too large", ""),
        ("X = 2A", 5, "2 has no meaning", ""),
        ("X = 1 Y = 2", 7, "Y stands where it cannot", ""),
        ("(X = 1", 7, "The condition ends too early", ""),
        ("X = 1)", 6, ") stands where it cannot", ""),
        ("X = 1 and", 10, "The condition ends too early", ""),
        ("  ", 1, "The condition is empty", "leave it out"),
    ],
)
def test_errors_point_to_the_character_and_offer_the_right_form(
    text: str, character: int, message: str, hint: str
) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert message in caught.value.what
    assert f"(character {character})" in caught.value.what
    assert hint in caught.value.hint


def test_error_text_has_its_caret_below_the_fault_and_names_the_place() -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition("PARAMCD = 'ALT'\n and AVISITN != 2", place=Place(file="adlb.yaml", line=7))
    assert str(caught.value).splitlines() == [
        "!= has no meaning in a condition (character 30).",
        "  where:    adlb.yaml, line 7",
        "  found:    PARAMCD = 'ALT'  and AVISITN != 2",
        "                                         ^",
        "  try:      write <>",
    ]


@pytest.mark.parametrize("opening", ["(", "not (", "not "])
def test_nesting_is_limited(opening: str) -> None:
    closing = ")" if "(" in opening else ""
    deepest = opening * MAX_DEPTH + "X = 1" + closing * MAX_DEPTH
    condition = parse_condition(deepest)
    assert parse_condition(str(condition)) == condition
    with pytest.raises(ConditionError, match="nested too deeply"):
        parse_condition(opening + deepest + closing)


def test_length_is_limited_but_many_terms_are_no_nesting() -> None:
    assert len(str(parse_condition(" or ".join(["X = 1"] * 2000)))) < MAX_LENGTH
    with pytest.raises(ConditionError, match="too long"):
        parse_condition(" or ".join(["X = 1"] * 3000))

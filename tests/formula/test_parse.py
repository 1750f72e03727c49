"""The text of a formula is read as arithmetic is, and all else is refused with the place."""

from __future__ import annotations

import pytest

from adamline.errors import FormulaError
from adamline.formula.parse import parse_formula
from adamline.formula.tree import Function, Name, Negative, Number, Operation, names_of

A, B, C, TWO = Name("A"), Name("B"), Name("C"), Number(2)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A + B * C", Operation("+", A, Operation("*", B, C))),
        ("(A + B) * C", Operation("*", Operation("+", A, B), C)),
        ("A - B - C", Operation("-", Operation("-", A, B), C)),
        ("A / B / C", Operation("/", Operation("/", A, B), C)),
        ("A ** B ** C", Operation("**", A, Operation("**", B, C))),
        ("-A ** 2", Negative(Operation("**", A, TWO))),  # as SAS
        ("A ** -2", Operation("**", A, Negative(TWO))),
        ("A-2", Operation("-", A, TWO)),
        ("2*A", Operation("*", TWO, A)),
        ("1.5e3 * A", Operation("*", Number(1500), A)),
        ("LOG10(A)", Function("log10", (A,))),
        ("max(A, B, 2)", Function("max", (A, B, TWO))),
    ],
)
def test_arithmetic(text: str, tree: object) -> None:
    assert parse_formula(text) == tree


def test_names_in_the_order_of_first_use() -> None:
    assert names_of(parse_formula("B / sqrt(A * B) + -C")) == ("B", "A", "C")


REFUSED = {
    "": "The formula ends too early.",
    "A +": "The formula ends too early.",
    "A B": "The formula goes on where it should end.",
    "(A": "A bracket is opened and not closed.",
    "A)": "The formula goes on where it should end.",
    "A * / B": "A value is missing here.",
    "aval * 2": "aval is no name.",
    "1 + 2": "The formula names nothing.",
    "mean(A, B)": "There is no function mean.",
    "log(A)": "There is no function log.",
    "log10(A, B)": "log10 takes another number of arguments.",
    "max(A)": "max takes another number of arguments.",
    "A ^ 2": "This cannot stand in a formula.",
    "A = 2": "This cannot stand in a formula.",
    "A.B": "This cannot stand in a formula.",
    "'A'": "This cannot stand in a formula.",
    "A[0]": "This cannot stand in a formula.",
    "__import__('os')": "This cannot stand in a formula.",
    "open(A)": "There is no function open.",
    "A\u0660": "This cannot stand in a formula.",
    "(" * 60 + "A" + ")" * 60: "The formula is nested too deep.",
    "-" * 60 + "A": "The formula is nested too deep.",
    "A + " * 1000 + "A": "The formula is too long.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert caught.value.what == REFUSED[text]


def test_an_error_says_where_and_what_to_write() -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula("AVAL ^ 2")
    assert caught.value.found == "'^ 2', character 6 of 'AVAL ^ 2'"
    assert caught.value.hint == "a power is written **"

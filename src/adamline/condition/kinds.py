"""Which kinds of value a condition compares: text, numbers, dates or times, never one with another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    Date,
    In,
    IsMissing,
    Literal,
    Not,
    Number,
    Or,
    Text,
    VariableRef,
)
from adamline.errors import ConditionError, Place


class ValueKind(StrEnum):
    """What a variable holds, in the words of the messages."""

    TEXT = "text"
    NUMBER = "a number"
    DATE = "a date or datetime"
    TIME = "a time"


KIND_OF_LITERAL = {Text: ValueKind.TEXT, Number: ValueKind.NUMBER, Date: ValueKind.DATE}


def mismatches(condition: Condition, kind_of: Callable[[str], ValueKind | None]) -> Iterator[ConditionError]:
    """An error for each comparison of two kinds; ``kind_of`` says None of a variable whose kind is not known.

    >>> from adamline.condition.parse import parse_condition
    >>> kinds = {"AVAL": ValueKind.NUMBER}
    >>> for error in mismatches(parse_condition("AVAL = '30' and PARAMCD = 'ALT'"), kinds.get):
    ...     print(error.what)
    AVAL is a number, and is compared with '30', which is text.
    """
    match condition:
        case Not(term=term):
            yield from mismatches(term, kind_of)
        case And(terms=terms) | Or(terms=terms):
            for term in terms:
                yield from mismatches(term, kind_of)
        case Comparison(left=left, right=right):
            yield from _mismatch_of(left, right, kind_of)
        case In(variable=variable, values=values):
            yield from _mismatch_of(variable, values[0], kind_of)  # the values are of one kind
        case IsMissing():
            return


def _mismatch_of(
    left: VariableRef, right: VariableRef | Literal, kind_of: Callable[[str], ValueKind | None]
) -> Iterator[ConditionError]:
    kind = kind_of(left.name)
    other = kind_of(right.name) if isinstance(right, VariableRef) else KIND_OF_LITERAL[type(right)]
    if kind is not None and other is not None and kind is not other:
        yield mismatch(left, kind, right, other)


def mismatch(variable: VariableRef, kind: ValueKind, right: VariableRef | Literal, other: ValueKind) -> ConditionError:
    """The error of a comparison between different kinds."""
    by_name = isinstance(right, VariableRef)
    return ConditionError(
        f"{variable} is {kind}, and is compared with {right}, which is {other}.",
        place=Place(variable=variable.name),
        expected=f"a variable that is {kind}" if by_name else _EXPECTED[kind],
        found=str(right),
    )


_EXPECTED = {
    ValueKind.TEXT: "text in single quotes, as in 'ALT'; for a --DTC variable '2014-01-31'",
    ValueKind.NUMBER: "a number without quotes",
    ValueKind.DATE: "a date, as in date '2014-01-31'",
    ValueKind.TIME: "another variable that is a time, or is missing",
}

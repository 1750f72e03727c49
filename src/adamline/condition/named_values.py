"""The values that a condition names, and how many records select or leave out by each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import Rows, Selection
from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    In,
    Literal,
    Not,
    Number,
    Operator,
    Or,
    Text,
    VariableRef,
)


@dataclass(frozen=True)
class NamedValue:
    """A text or number that a variable is to be equal to, or not.

    ``selects`` says which; ``is_one`` whether it is one of several ways to be selected, as the values of a list are.
    """

    variable: VariableRef
    value: Literal
    selects: bool
    is_one: bool

    def __str__(self) -> str:
        return f"{self.variable} {self.value}"


def named_values(condition: Condition, *, wanted: bool = True, is_one: bool = False) -> Iterator[NamedValue]:
    """The texts and numbers that variables of a condition are equal or not equal to, in its order.

    ``wanted`` and ``is_one`` are of a part of a condition: whether it is to be true, and one of several.

    >>> [str(named) for named in named_values(parse_condition("SEX <> 'M' and not (AGE = 4 or RACE in ('A', 'B'))"))]
    ["SEX 'M'", 'AGE 4', "RACE 'A'", "RACE 'B'"]
    """
    match condition:
        case Comparison(left=left, operator=Operator.EQ | Operator.NE as operator, right=Text() | Number() as right):
            yield NamedValue(left, right, (operator is Operator.EQ) == wanted, is_one)
        case In(variable=variable, values=values) if isinstance(values[0], Text | Number):
            several = is_one or (wanted and len(values) > 1)
            yield from (NamedValue(variable, value, wanted, several) for value in values)
        case Not(term=term):
            yield from named_values(term, wanted=not wanted, is_one=is_one)
        case And(terms=terms) | Or(terms=terms):
            is_one = is_one or isinstance(condition, Or) == wanted
            for term in terms:
                yield from named_values(term, wanted=wanted, is_one=is_one)


def records_by_value(frame: pd.DataFrame, condition: str, rows: Rows, *, selects: bool) -> dict[str, int]:
    """How many records select by each value that a condition names as one of several, or are left out by each.

    ``rows`` are those that the condition selects; only they say what it is selected by (``selects``), so that records
    that it does not select need not be there. What a value leaves out is counted among all. Each value once.

    >>> ae = pd.DataFrame({"AEREL": ["POSSIBLE", "NONE", "POSSIBLE"]})
    >>> records_by_value(ae, "AEREL in ('POSSIBLE', 'PROBABEL')", (ae["AEREL"] == "POSSIBLE").to_numpy(), selects=True)
    {"AEREL 'POSSIBLE'": 2, "AEREL 'PROBABEL'": 0}
    """
    named = {
        str(one): one
        for one in named_values(parse_condition(condition))
        if one.selects == selects and (one.is_one or not selects)
    }
    selection = Selection(frame)
    counts = {}
    for text, one in named.items():
        has_value = selection.rows(Comparison(one.variable, Operator.EQ, one.value))
        counts[text] = int((has_value & rows).sum() if selects else has_value.sum())
    return counts

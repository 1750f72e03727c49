"""The tree of a condition: what a parsed condition is made of, written back as its canonical text."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from adamline.errors import ConditionError

# Words that the grammar needs where a variable could stand; no variable can be named so.
RESERVED = frozenset({"and", "or", "not", "in", "is", "missing", "null"})


class Operator(StrEnum):
    """How two values are compared; the value is the operator as it is written."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="

    @property
    def negated(self) -> Operator:
        """The operator that is true where this one is false, both values being there."""
        return _NEGATED[self]

    @property
    def mirrored(self) -> Operator:
        """The operator that says the same with left and right exchanged."""
        return _MIRRORED.get(self, self)


_NEGATED = {
    Operator.EQ: Operator.NE,
    Operator.NE: Operator.EQ,
    Operator.LT: Operator.GE,
    Operator.GE: Operator.LT,
    Operator.GT: Operator.LE,
    Operator.LE: Operator.GT,
}
_MIRRORED = {Operator.LT: Operator.GT, Operator.GT: Operator.LT, Operator.LE: Operator.GE, Operator.GE: Operator.LE}


@dataclass(frozen=True)
class VariableRef:
    """A variable, by name."""

    name: str

    def __post_init__(self) -> None:
        """Refuse what could not be read back."""
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.name) or self.name.lower() in RESERVED:
            raise ConditionError(f"{self.name!r} cannot be the name of a variable in a condition.")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Text:
    """A text value; trailing blanks are dropped, since they are not significant."""

    value: str

    def __post_init__(self) -> None:
        """Drop trailing blanks; refuse blank text, which is missing, and control characters."""
        object.__setattr__(self, "value", self.value.rstrip(" "))
        if not self.value:
            raise ConditionError("Blank text is missing and cannot be compared.", hint="X is missing")
        if any(character < " " for character in self.value):
            raise ConditionError(
                "Text in a condition holds a line break or another control character.",
                expected="text on one line, as of a value that records are selected or grouped by",
                found=repr(self.value),
                hint="where it is a value of the data, derive the variable by `cleaned`, which makes blanks of them",
            )

    def __str__(self) -> str:
        return "'" + self.value.replace("'", "''") + "'"


@dataclass(frozen=True)
class Number:
    """A finite number."""

    value: float

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        object.__setattr__(self, "value", float(self.value))
        if not math.isfinite(self.value):
            raise ConditionError("A number in a condition is too large, or missing.", found=str(self.value))

    def __str__(self) -> str:
        return repr(self.value).removesuffix(".0")


@dataclass(frozen=True)
class Date:
    """A calendar date; compared with a datetime it is that day's midnight."""

    value: datetime.date

    def __str__(self) -> str:
        return f"date '{self.value.isoformat()}'"


Literal: TypeAlias = Text | Number | Date
Operand: TypeAlias = VariableRef | Literal
Condition: TypeAlias = "Comparison | In | IsMissing | And | Or | Not"


@dataclass(frozen=True)
class Comparison:
    """A variable compared with a value or with another variable."""

    left: VariableRef
    operator: Operator
    right: Operand

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True)
class In:
    """A variable that equals one of the values, which are of one kind."""

    variable: VariableRef
    values: tuple[Literal, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list and one of several kinds."""
        if not self.values:
            raise ConditionError("A list of values is empty.")
        if len({type(value) for value in self.values}) > 1:
            raise ConditionError(
                "A list of values mixes text, numbers and dates.",
                expected="values of one kind",
                found=", ".join(map(str, self.values)),
            )

    def __str__(self) -> str:
        return f"{self.variable} in {self.listed}"

    @property
    def listed(self) -> str:
        """The list of values as it is written, with its brackets."""
        return f"({', '.join(map(str, self.values))})"


@dataclass(frozen=True)
class IsMissing:
    """A variable that has no value."""

    variable: VariableRef

    def __str__(self) -> str:
        return f"{self.variable} is missing"


@dataclass(frozen=True)
class And:
    """Conditions that must all be true; nested ones of the same sort are made one."""

    terms: tuple[Condition, ...]
    word: ClassVar[str] = "and"

    def __post_init__(self) -> None:
        """Flatten, so that brackets without effect make no difference."""
        object.__setattr__(self, "terms", _flat(self))

    def __str__(self) -> str:
        return " and ".join(f"({term})" if isinstance(term, Or) else str(term) for term in self.terms)


@dataclass(frozen=True)
class Or:
    """Conditions of which one must be true; nested ones of the same sort are made one."""

    terms: tuple[Condition, ...]
    word: ClassVar[str] = "or"

    def __post_init__(self) -> None:
        """Flatten, so that brackets without effect make no difference."""
        object.__setattr__(self, "terms", _flat(self))

    def __str__(self) -> str:
        return " or ".join(map(str, self.terms))


@dataclass(frozen=True)
class Not:
    """A condition that must be false."""

    term: Condition

    def __str__(self) -> str:
        match self.term:
            case In(variable=variable):
                return f"{variable} not in {self.term.listed}"
            case IsMissing(variable=variable):
                return f"{variable} is not missing"
            case Not():
                return f"not {self.term}"
        # The brackets matter to SAS readers: in a DATA step `not X = 1` means `(not X) = 1`.
        return f"not ({self.term})"


def variables_of(condition: Condition) -> tuple[str, ...]:
    """Names of the variables of a condition, each once, in the order of their first appearance.

    >>> one, aval, base = Number(1), VariableRef("AVAL"), VariableRef("BASE")
    >>> variables_of(And((Comparison(aval, Operator.GT, base), In(aval, (one,)))))
    ('AVAL', 'BASE')
    """
    return tuple(dict.fromkeys(_names(condition)))


def _flat(joined: And | Or) -> tuple[Condition, ...]:
    """The terms, with those of the same sort opened up."""
    terms: list[Condition] = []
    for term in joined.terms:
        if isinstance(term, And | Or) and type(term) is type(joined):
            terms += term.terms
        else:
            terms.append(term)
    if len(terms) < 2:
        raise ConditionError(f"{joined.word.upper()} needs at least two conditions to join.")
    return tuple(terms)


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case Comparison(left=left, right=right):
            yield left.name
            if isinstance(right, VariableRef):
                yield right.name
        case In(variable=variable) | IsMissing(variable=variable):
            yield variable.name
        case Not(term=term):
            yield from _names(term)
        case And(terms=terms) | Or(terms=terms):
            for term in terms:
                yield from _names(term)

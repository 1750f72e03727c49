"""Reads the text of a condition into its tree, by recursive descent.

any:         all {OR all}
all:         negation {AND negation}
negation:    NOT negation | "(" any ")" | comparison
comparison:  variable operator operand | literal operator variable
             | variable [NOT] IN "(" literal {"," literal} ")" | variable IS [NOT] MISSING
literal:     'text' | number | DATE 'yyyy-mm-dd'
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import lru_cache
from typing import TypeAlias, TypeVar

from adamline.condition.tokens import Token, TokenKind, fault, scan
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
    Operand,
    Operator,
    Or,
    Text,
    VariableRef,
)
from adamline.errors import NOWHERE, ConditionError, Place

MAX_LENGTH = 20_000  # characters; no condition that a person wrote comes near
MAX_DEPTH = 100  # brackets and NOTs inside one another; keeps well clear of Python's own limit


class _Blank(Enum):
    """What stands where a value should and is none: '' or . or NULL."""

    BLANK = "blank"


_Read: TypeAlias = Operand | _Blank
_Node = TypeVar("_Node")


# Steps, checks and pages read the same few conditions again and again; a tree cannot be changed.
@lru_cache(maxsize=1024)
def parse_condition(text: str, *, place: Place = NOWHERE) -> Condition:
    """Parse the text of a condition.

    Keywords may be written in either case, names of variables only as they are. A literal may stand first
    (``2 <= AVISITN``); it is turned round. ``place`` goes into errors.

    Raises ConditionError, which points to the character, for text that is not a condition, for a comparison with
    blank text, ``.`` or NULL, for more than ``MAX_LENGTH`` characters or ``MAX_DEPTH`` levels of brackets and NOT.

    >>> str(parse_condition("ITTFL = 'Y' AND (2 <= AVISITN or AVISITN IS MISSING)"))
    "ITTFL = 'Y' and (AVISITN >= 2 or AVISITN is missing)"
    """
    return _Parser(text, place).condition()


class _Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str, place: Place) -> None:
        self._text, self._place = text, place
        self._depth = self._next = 0
        if len(text) > MAX_LENGTH:
            raise self._fault("The condition is too long", MAX_LENGTH, expected=f"at most {MAX_LENGTH} characters")
        self._tokens = tuple(scan(text, place))

    def condition(self) -> Condition:
        if self._token.kind is TokenKind.END:
            raise self._fault("The condition is empty", 0, hint="leave it out to select all records")
        condition = self._any()
        if self._token.text:
            raise self._unexpected("and, or, or the end of the condition")
        return condition

    def _any(self) -> Condition:
        terms = [self._all()]
        while self._take("or"):
            terms.append(self._all())
        return Or(tuple(terms)) if len(terms) > 1 else terms[0]

    def _all(self) -> Condition:
        terms = [self._negation()]
        while self._take("and"):
            terms.append(self._negation())
        return And(tuple(terms)) if len(terms) > 1 else terms[0]

    def _negation(self) -> Condition:
        if self._take("not"):
            with self._deeper():
                # `not (` is one level, or a canonical text could be one level deeper than what it came from.
                return Not(self._brackets() if self._take("(") else self._negation())
        if self._take("("):
            with self._deeper():
                return self._brackets()
        return self._comparison()

    def _brackets(self) -> Condition:
        condition = self._any()
        self._expect(")")
        return condition

    def _comparison(self) -> Condition:
        start = self._token.at
        left = self._operand()
        if isinstance(left, VariableRef):
            if self._take("is"):
                negated = self._take("not")
                self._expect("missing")
                return Not(IsMissing(left)) if negated else IsMissing(left)
            if self._take("not"):
                self._expect("in")
                return Not(self._in(left))
            if self._take("in"):
                return self._in(left)
        operator = self._operator(left)
        right = self._operand()
        if self._token.is_word(*Operator):
            hint = "write two joined by and, as in X >= 2 and X <= 24"
            raise self._fault("Comparisons cannot be chained", self._token.at, hint=hint)
        if isinstance(left, VariableRef):
            return Comparison(left, operator, self._valued(right, left, start))
        if isinstance(right, VariableRef):
            return Comparison(right, operator.mirrored, self._valued(left, right, start))
        raise self._fault("A comparison names no variable", start, hint="write names of variables without quotes")

    def _in(self, variable: VariableRef) -> In:
        start = self._token.at
        self._expect("(")
        values = [self._listed(variable)]
        while self._take(","):
            values.append(self._listed(variable))
        if not self._take(")"):
            raise self._unexpected(", between the values and ) after the last")
        return self._made(start, lambda: In(variable, tuple(values)))

    def _listed(self, variable: VariableRef) -> Literal:
        start = self._token.at
        value = self._valued(self._operand(), variable, start)
        if isinstance(value, VariableRef):
            raise self._fault("A list can hold only values", start, hint=f"if {value} is text, write '{value}'")
        return value

    def _operator(self, left: _Read) -> Operator:
        token = self._token
        if token.is_word(*Operator):
            self._next += 1
            return Operator(token.text)
        if isinstance(left, VariableRef) and token.is_word("", ")", "and", "or"):
            what = f"{left} stands alone, and is not compared with anything"
            raise self._fault(what, token.at, hint=f"as in {left} = 'Y'")
        if isinstance(left, VariableRef) and token.is_word("("):
            raise self._fault("There are no functions in a condition", token.at, hint="derive a variable and name it")
        raise self._unexpected("one of = <> < <= > >=, in, not in, is missing, is not missing")

    def _operand(self) -> _Read:
        token = self._token
        if token.kind is TokenKind.END or token.is_word("(", ")", ",", *Operator, "and", "or", "not", "in", "is"):
            raise self._unexpected("a variable or a value")
        self._next += 1
        if token.kind is TokenKind.NUMBER:
            return self._made(token.at, lambda: Number(float(token.text)))
        if token.kind is TokenKind.TEXT:
            text = token.text[1:-1].replace("''", "'")
            return self._made(token.at, lambda: Text(text)) if text.rstrip(" ") else _Blank.BLANK
        if token.kind is TokenKind.DOT or token.is_word("missing", "null"):
            return _Blank.BLANK
        if token.is_word("date") and self._token.kind is TokenKind.TEXT:
            return self._date()
        return VariableRef(token.text)

    def _date(self) -> Date:
        token = self._token
        self._next += 1
        try:
            # Python's own reader takes other forms of ISO 8601 too, such as 20140131.
            if re.fullmatch(r"'\d{4}-\d\d-\d\d'", token.text, re.ASCII):
                return Date(datetime.date.fromisoformat(token.text[1:-1]))
        except ValueError:
            pass  # such as 30 February: the same fault as a text of another form
        hint = "year, month and day, as in date '2014-01-31'"
        raise self._fault(f"{token.text} is not a date", token.at, hint=hint)

    def _valued(self, operand: _Read, variable: VariableRef, at: int) -> Operand:
        """The operand, unless it stands for missing: nothing equals a missing value."""
        if isinstance(operand, _Blank):
            hint = f"{variable} is missing, or {variable} is not missing"
            raise self._fault("A missing value cannot be compared", at, hint=hint)
        return operand

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self, word: str) -> bool:
        """Step over the token if it is this keyword or symbol."""
        taken = self._token.is_word(word)
        self._next += taken
        return taken

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(word)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            expected = f"at most {MAX_DEPTH} brackets and NOTs inside one another"
            raise self._fault("The condition is nested too deeply", self._token.at, expected=expected)
        yield
        self._depth -= 1

    def _made(self, at: int, make: Callable[[], _Node]) -> _Node:
        """The node, its own complaint pointed to the character."""
        try:
            return make()
        except ConditionError as error:
            raise self._fault(error.what.removesuffix("."), at, hint=error.hint, expected=error.expected) from None

    def _unexpected(self, expected: str) -> ConditionError:
        token = self._token
        what = f"{token.text} stands where it cannot" if token.text else "The condition ends too early"
        return self._fault(what, token.at, hint=token.hint, expected=expected)

    def _fault(self, what: str, at: int, *, hint: str = "", expected: str = "") -> ConditionError:
        return fault(what, self._text, at, self._place, hint=hint, expected=expected)

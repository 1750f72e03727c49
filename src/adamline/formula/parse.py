"""Reads the text of a formula: numbers, names, + - * / **, brackets, functions of a closed list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from adamline.errors import NOWHERE, FormulaError, Place, nearest
from adamline.formula.tree import Formula, Function, Name, Negative, Number, Operation, names_of

# The functions, each with how many arguments it takes at least and at most.
FUNCTIONS = {
    "abs": (1, 1),
    "exp": (1, 1),
    "ln": (1, 1),
    "log10": (1, 1),
    "max": (2, 20),
    "min": (2, 20),
    "sqrt": (1, 1),
}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))|(?P<name>[A-Za-z_]\w*)|(?P<symbol>\*\*|[-+*/(),]))",
    re.ASCII,
)
_HINTS = {
    "^": "a power is written **",
    "log": "write ln for the natural logarithm, log10 for that to the base of 10",
    "sum": "write A + B",
    "mean": "write (A + B) / 2",
    "=": "a formula is one expression; a condition stands in `where`",
    "<": "a formula is one expression; a condition stands in `where`",
    ">": "a formula is one expression; a condition stands in `where`",
    "'": "a formula is of numbers",
}
_DEEPEST, _LONGEST = 50, 2_000


def parse_formula(text: str, *, place: Place = NOWHERE) -> Formula:
    """The tree of a formula.

    Powers are taken from the right and before a sign (`-2 ** 2` is -4), as in SAS; then products and quotients, then
    sums, each from the left. Names are upper case. Raises FormulaError, with the place in the text and what to write,
    for anything else.

    >>> parse_formula("2 * DIABP")
    Operation(operator='*', left=Number(value=2.0), right=Name(name='DIABP'))
    """
    try:
        return _parsed(text)
    except FormulaError as error:
        raise FormulaError(
            error.what, place=place, expected=error.expected, found=error.found, hint=error.hint
        ) from None


@cache
def _parsed(text: str) -> Formula:
    if len(text) > _LONGEST:
        raise FormulaError("The formula is too long.", expected=f"at most {_LONGEST} characters")
    reader = _Reader(text, _tokens(text))
    formula = reader.sum(0)
    if reader.kind != "end":
        raise reader.fault("The formula goes on where it should end.", "an operator, or the end")
    if not names_of(formula):
        raise FormulaError("The formula names nothing.", expected="a variable or a parameter", found=repr(text))
    return formula


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise _fault("This cannot stand in a formula.", text, start, "numbers, names, + - * / ** ( ) and functions")
        found.append(_Token(str(match.lastgroup), match[str(match.lastgroup)], match.start(str(match.lastgroup))))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


def _fault(what: str, text: str, at: int, expected: str) -> FormulaError:
    rest = text[at:].strip()
    word = re.match(r"\w+|\W", rest)
    hint = _HINTS.get(word[0].lower() if word else "", "")
    return FormulaError(what, expected=expected, found=f"{rest!r}, character {at + 1} of {text!r}", hint=hint)


class _Reader:
    """Goes through the tokens, one look ahead."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text, self._tokens, self._at = text, tokens, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at].kind

    def fault(self, what: str, expected: str) -> FormulaError:
        return _fault(what, self._text, self._tokens[self._at].at, expected)

    def _takes(self, *symbols: str) -> str:
        """The symbol that stands here, if it is one of these, gone by."""
        token = self._tokens[self._at]
        if token.kind == "symbol" and token.text in symbols:
            self._at += 1
            return token.text
        return ""

    def sum(self, depth: int) -> Formula:
        if depth > _DEEPEST:
            raise self.fault("The formula is nested too deep.", f"at most {_DEEPEST} levels")
        found = self._product(depth)
        while symbol := self._takes("+", "-"):
            found = Operation("+" if symbol == "+" else "-", found, self._product(depth))
        return found

    def _product(self, depth: int) -> Formula:
        found = self._signed(depth)
        while symbol := self._takes("*", "/"):
            found = Operation("*" if symbol == "*" else "/", found, self._signed(depth))
        return found

    def _signed(self, depth: int) -> Formula:
        if depth > _DEEPEST:
            raise self.fault("The formula is nested too deep.", f"at most {_DEEPEST} levels")
        if self._takes("-"):
            return Negative(self._signed(depth + 1))
        found = self._atom(depth)
        return Operation("**", found, self._signed(depth + 1)) if self._takes("**") else found

    def _atom(self, depth: int) -> Formula:
        token = self._tokens[self._at]
        if self._takes("("):
            found = self.sum(depth + 1)
            if not self._takes(")"):
                raise self.fault("A bracket is opened and not closed.", ")")
            return found
        if token.kind == "number":
            self._at += 1
            return Number(float(token.text))
        if token.kind != "name":
            ends = token.kind == "end"
            raise self.fault(
                "The formula ends too early." if ends else "A value is missing here.", "a number or a name"
            )
        self._at += 1
        if self._takes("("):
            return self._function(token, depth)
        if not token.text.isupper():
            self._at -= 1
            raise self.fault(f"{token.text} is no name.", "names in upper case, or a function with (")
        return Name(token.text)

    def _function(self, token: _Token, depth: int) -> Formula:
        name = token.text.lower()
        if name not in FUNCTIONS:
            hint = _HINTS.get(name) or nearest(name, FUNCTIONS)
            what = f"There is no function {token.text}."
            raise FormulaError(what, expected=", ".join(FUNCTIONS), found=repr(self._text), hint=hint)
        parts = [self.sum(depth + 1)]
        while self._takes(","):
            parts.append(self.sum(depth + 1))
        if not self._takes(")"):
            raise self.fault("A bracket is opened and not closed.", ")")
        least, most = FUNCTIONS[name]
        if not least <= len(parts) <= most:
            expected = "one" if most == 1 else f"{least} to {most}"
            what = f"{name} takes another number of arguments."
            raise FormulaError(what, expected=expected, found=f"{len(parts)} in {self._text!r}")
        return Function(name, tuple(parts))

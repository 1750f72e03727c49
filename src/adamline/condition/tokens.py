"""Cuts the text of a condition into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from adamline.errors import ConditionError, Place


class TokenKind(StrEnum):
    """What a token is; DOT is the missing number of SAS (`.`, `.A`)."""

    TEXT = "text"
    NUMBER = "number"
    NAME = "name"
    SYMBOL = "symbol"
    DOT = "dot"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of the text and the character where it starts, counted from 0."""

    kind: TokenKind
    text: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords (in either case) or symbols."""
        return self.text.lower() in words

    @property
    def hint(self) -> str:
        """What to write instead, where the token does not belong."""
        word = self.text.lower()
        if word in _INSTEAD:
            return f"write {_INSTEAD[word]}"
        # `X-1` is read as X and the number -1.
        return _HINTS.get(word[:1] if self.kind is TokenKind.NUMBER else word, "")


_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<sasdate>'[^']*'(?:dt|d|t)\b)
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![a-z0-9_]))
      | (?P<name>[a-z_][a-z0-9_]*)
      | (?P<foreign>==|!=|\^=|~=|¬=|=<|=>|=:|<>:|<:|>:|&&?|\|\|?|[!^~¬])
      | (?P<symbol><>|<=|>=|[=<>(),])
      | (?P<dot>\.[a-z_]?(?!\w))""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# How other languages, SAS first, write what is written in one way here.
_INSTEAD = {
    **dict.fromkeys(("==", "eq"), "="),
    **dict.fromkeys(("!=", "^=", "~=", "¬=", "ne"), "<>"),
    **dict.fromkeys(("=<", "le"), "<="),
    **dict.fromkeys(("=>", "ge"), ">="),
    **dict.fromkeys(("&", "&&"), "and"),
    **dict.fromkeys(("|", "||"), "or"),
    **dict.fromkeys(("!", "^", "~", "¬"), "not"),
    "lt": "<",
    "gt": ">",
    "null": "missing",
}
_NO_SEARCH = "there is no search in text: list the values with in (...), or derive a flag"
_HINTS = {
    **dict.fromkeys(("like", "contains", "=:", "<>:", "<:", ">:"), _NO_SEARCH),
    "between": "write X >= low and X <= high",
    '"': "text stands in single quotes, as in 'ALT'",
    "'": "a quote is opened and not closed; a quote inside text is doubled, as in 'Crohn''s disease'",
    **dict.fromkeys("‘’“”`", "this is a quote of a word processor; write the straight ', as in 'ALT'"),
    **dict.fromkeys("+-*/%", "there is no arithmetic in a condition: derive a variable and name it"),
}


def scan(text: str, place: Place) -> Iterator[Token]:
    """The tokens of the text, an END token last; ConditionError at a character that has no meaning."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        group, piece = (match.lastgroup, match.group()) if match else (None, text[at])
        if group == "sasdate":
            raise fault("This is a date, time or datetime of SAS", text, at, place, hint="write date '2014-01-31'")
        if group is None or group == "foreign":
            hint = Token(TokenKind.SYMBOL, piece, at).hint
            raise fault(f"{piece} has no meaning in a condition", text, at, place, hint=hint)
        if group != "blank":
            yield Token(TokenKind(group), piece, at)
        at += len(piece)
    yield Token(TokenKind.END, "", len(text))


def fault(what: str, text: str, at: int, place: Place, *, hint: str = "", expected: str = "") -> ConditionError:
    """The error that shows the text around character ``at`` (from 0) with a caret under it."""
    start = max(0, at - 40)
    shown = re.sub(r"\s", " ", text[start : at + 40])
    found = f"{shown}\n{' ' * (at - start)}^"
    return ConditionError(f"{what} (character {at + 1}).", place=place, expected=expected, found=found, hint=hint)

"""Numbers in cells: where the numbers of a text stand, and which texts of a column are of one kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_PREFIX = r"(?:[<>≤≥=~≈]{1,2} ?)?"
# A hyphen behind a digit, a letter or a bracket joins two numbers; elsewhere it is a minus.
_SIGN = r"(?:(?<![\w)\]%.])[-+−])?"
_WHOLE = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
_REST = r"(?:\.\d+)?(?:[Ee][-+]?\d+(?!\w))?"
_NUMBER = rf"(?P<whole>{_PREFIX}{_SIGN}(?:{_WHOLE}|(?=\.\d))){_REST}"
# What stands for a number that there is not, among others: NE (12, NE).
_NONE = r"(?<![\w.])[A-Z]{2,3}(?!\w)"
_TOKEN = re.compile(rf"{_NUMBER}|(?P<none>{_NONE})")
# Marks of notes behind a number are no numbers.
_RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_MARKS = rf"(?:(?: \[\d+\])+|{_RAISED}[⁰¹²³⁴⁵⁶⁷⁸⁹,]*)?"
_LONE = re.compile(rf"(?P<number>{_NUMBER}){_MARKS}")
_RAISED_MARKS = re.compile(rf"{_RAISED}(?:,?{_RAISED})*$")
# A p-value, of three decimals or more, or below or above what can be told.
_P = re.compile(rf"(?:[<>≤≥]{{1,2}} ?0?\.\d+|0?\.\d{{3,}}|1\.0{{3,}}){_MARKS}")
# Where the part of a separator begins that stands below those of other rows: brackets, not commas.
_LINED_UP = re.compile(r"[(\[{|±/–].*", re.DOTALL)


class Token(NamedTuple):
    """A number in a text: where it starts, where its decimals do (or would), and where it ends.

    One that stands for a number that there is not, such as NE, has no such place: ``point`` is -1.
    """

    start: int
    point: int
    end: int


Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What texts of one kind have in common: what stands before, between and behind their numbers.

    ``whole`` says whether the first of them is a whole number: ``12 (34.5)`` is a count with its per cent and no mean
    with its SD; None where none is a number.
    """

    parts: tuple[str, ...]
    whole: bool | None

    @property
    def is_lone(self) -> bool:
        """Whether it is of one number, with nothing about it."""
        return self.parts == ("", "")

    @property
    def is_anchored(self) -> bool:
        """Whether its first number lines up with those of other kinds: nothing before it, and no fraction or word."""
        return self.whole is not None and self.parts[0] == "" and not self.parts[1].lstrip().startswith("/")


_LONE_KINDS = {whole: Kind(("", ""), whole) for whole in (True, False)}


def read(text: str) -> tuple[Kind, Tokens]:
    """The kind of a text and its numbers; a text without a digit has no number.

    >>> read("12 (3.5)")
    (Kind(parts=('', ' (', ')'), whole=True), (Token(start=0, point=2, end=2), Token(start=4, point=5, end=7)))
    >>> read("not done")
    (Kind(parts=('not done',), whole=None), ())
    """
    lone = _LONE.fullmatch(text)
    if lone is not None:
        end, point = lone.end("number"), lone.end("whole")
        return _LONE_KINDS[point == end], (Token(0, point, end),)
    tokens, parts, whole, done = [], [], None, 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        point = -1 if found["none"] else found.end("whole")
        if whole is None and point >= 0:
            whole = point == end
        tokens.append(Token(start, point, end))
        parts.append(text[done:start])
        done = end
    if len(tokens) < 2 and whole is None:
        return Kind((text,), None), ()
    return Kind((*parts, _RAISED_MARKS.sub("", text[done:])), whole), tuple(tokens)


def is_p_like(text: str) -> bool:
    """Whether a lone number may be a p-value.

    >>> is_p_like("<0.001"), is_p_like("0.029"), is_p_like("0.5"), is_p_like("12.345")
    (True, True, False, False)
    """
    return _P.fullmatch(text) is not None


def lined_up(separator: str) -> int:
    """Where in a separator the part begins that stands below those of other rows; its length where there is none.

    >>> lined_up(" ("), lined_up(", ")
    (1, 2)
    """
    found = _LINED_UP.search(separator)
    return found.start() if found else len(separator)


def merged(kinds: set[Kind]) -> dict[Kind, Kind]:
    """What each kind is shown as: itself, the longer kind that it begins, or one like it where it has no number.

    ``0/80`` begins ``46/105 (43.8)``; ``NE (NE, NE)`` is as ``1.2 (0.3, 2.1)``.
    """
    shown = {}
    for kind in kinds:
        longer = sorted((other for other in kinds if _begins(kind, other)), key=lambda other: len(other.parts))
        is_one = longer and all(_begins(other, longer[-1]) for other in longer[:-1])
        shown[kind] = longer[-1] if is_one else kind
    for kind in kinds:
        if kind.whole is None and len(kind.parts) > 2:
            like = sorted(
                (o for o in kinds if o.parts == kind.parts and o.whole is not None), key=lambda o: not o.whole
            )
            shown[kind] = like[0] if like else kind
    return shown


def _begins(kind: Kind, other: Kind) -> bool:
    """Whether a kind of several numbers is the beginning of another."""
    last = len(kind.parts) - 1
    return (
        2 <= last < len(other.parts) - 1
        and kind.whole == other.whole
        and kind.parts[:last] == other.parts[:last]
        and other.parts[last].startswith(kind.parts[last])
    )

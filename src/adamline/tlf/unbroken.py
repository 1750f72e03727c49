"""Unbroken: which parts of a text stand on one line: numbers, dates, times as SAS and ISO 8601 write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
# A run without spaces: digits with what stands between them in numbers, dates (05MAR2014, 2014-03-05, 2014-W10, 14Q1),
# times, datetimes and intervals of them; months (MAR2014), partial dates (--03-05), durations (P1Y2MT3H).
_DURATION = r"P(?:\d+(?:[.,]\d+)?[YMWDHS]|T)+"
_RUN = rf"""
    [-+−±]? {_DURATION} (?: / \d[\dT:-]+ )?
  | (?: [-+−±$€£]* \.? \d | -{{0,5}}T?\d | {_MONTH}-?\d )
    (?: [\d.,:()\[\]%^±+−–-] | T(?=[\d:-]) | Z(?![a-z]) | [ED](?=[-+]?\d) | [WQ](?=\d) | {_MONTH}(?![a-z])
      | [AP]M(?![a-z]) | / (?:{_DURATION})? )*
"""
# Behind a letter or a hyphen after one stand the digits of a name (A12, PILOT01-701-1015), not a number.
_SPAN = re.compile(rf"(?<![^\W_]) (?<![^\W_]-) (?:{_RUN}) (?![^\W_])", re.VERBOSE | re.IGNORECASE)
# A word with the spaces after it, cut after a hyphen between two letters.
_UNIT = re.compile(r"[^ ]+?(?:(?<=[^\W\d_]-)(?=[^\W\d_])| +|$)| +")
_ENDS = ".,:;/()[]"
# No line begins with the first or ends with the second, a space between or not (Unicode, annex 14, LB13 and LB14).
_CLOSING, _OPENING = ")]}!?", "([{"
# A number with brackets, signs and marks about it, and a letter or two that flag it.
_NUMBER = re.compile(rf"[<>≤≥=~(\[]* (?:{_RUN}) [A-Za-z*†‡]? [)\]]* [;,.]?", re.VERBOSE | re.IGNORECASE)
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_COMPACT = rf"(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|\d{{1,2}}-?{_MONTH}-?\d{{2,4}})"
# What has spaces in it and is one date, time or number all the same.
_PHRASE = rf"""
    (?: (?:{_DAY},?[ ])? (?: \d{{1,2}}[ ]{_MONTH}[ ]\d{{4}} | {_MONTH}[ ]\d{{1,2}},[ ]\d{{4}} | {_COMPACT} )
        (?: [ ]{_TIME} )?
      | {_MONTH}[ ]\d{{4}}
      | \d{{4}}[ ]\d{{2}}[ ]\d{{2}} | \d{{2}}[ ]\d{{2}}[ ]\d{{4}}
      | {_TIME}
      | [-+−]?\d{{1,3}}(?:[ ]\d{{3}})+(?:[.,]\d+)?
    ) (?: [ ][AP]\.?M\.? )?
  | [<>≤≥=±~][ ]?{{signed}} (?: [ ]% )? | {{signed}}[ ]%
  | {{signed}}[ ] (?: ± [ ]? {{signed}} | \( {{signed}} [ ]?%? \) )
"""
_SIGNED = r"[-+−]?(?:\d[\d.,]*|\.\d+)(?:[ED][-+]?\d+)?"
_SPACED = re.compile(rf"(?<![^\W_]) (?:{_PHRASE.replace('{signed}', _SIGNED)}) (?![^\W_])", re.VERBOSE | re.IGNORECASE)


def is_number(text: str) -> bool:
    """Whether a text consists of numbers, dates and times only, such as ``12 (34.5%)``.

    >>> is_number("12 (34.5%)"), is_number("05MAR2014:10:30:00"), is_number("not done")
    (True, True, False)
    """
    words = text.split()
    if not words or "\n" in text:
        return False
    return is_phrase(text) or all(_NUMBER.fullmatch(word) for word in words)


def is_phrase(text: str) -> bool:
    """Whether a text is one date, time or number that is written with spaces.

    >>> is_phrase("March 5, 2014"), is_phrase("5 %"), is_phrase("5 mg")
    (True, True, False)
    """
    return " " in text.strip() and _SPACED.fullmatch(text.strip()) is not None


def unbroken(text: str) -> list[str]:
    """The parts of a text that no line may end in: numbers, dates and times, with the brackets and marks about them.

    >>> unbroken("drawn on 05MAR2014 (LBDTC=2014-03-05T10:30), 12 of A1B2")
    ['05MAR2014', '2014-03-05T10:30', '12']
    """
    if is_phrase(text):
        return [text.strip()]
    parts: list[str] = []
    for word in text.split():
        parts += [word] if _NUMBER.fullmatch(word) else [word[start:end] for start, end in spans(word)]
    return parts


def spans(word: str) -> list[tuple[int, int]]:
    """Where the numbers, dates and times of a text without spaces start and end.

    >>> spans("LBDTC=2014-03-05,X1")
    [(6, 16)]
    """
    return [(found.start(), found.start() + len(found[0].rstrip(_ENDS))) for found in _SPAN.finditer(word)]


def units(text: str) -> list[str]:
    """The pieces of a text, a line may end after each: words with the spaces behind them, cut after a hyphen in words.

    >>> units("post-baseline rose by 5 % ")
    ['post-', 'baseline ', 'rose ', 'by ', '5 % ']
    """
    inside = {place for start, end in joined(text) for place in range(start + 1, end)}
    pieces: list[str] = []
    for found in _UNIT.finditer(text):
        is_bracket = pieces and (found[0][0] in _CLOSING or pieces[-1].rstrip(" ").endswith(tuple(_OPENING)))
        if found.start() in inside or is_bracket:
            pieces[-1] += found[0]
        else:
            pieces.append(found[0])
    return pieces


def joined(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers, dates and times that hold spaces start and end in a text.

    >>> list(joined("rose by 5 % on 5 March 2014"))
    [(8, 11), (15, 27)]
    """
    return (found.span() for found in _SPACED.finditer(text) if " " in found[0])

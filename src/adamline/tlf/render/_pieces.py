"""Pieces: the planned lines of a text as what stands in a run of Word, numbers at a line's end kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from adamline.tlf.metrics import SOFT_ENDS
from adamline.tlf.pages import Cell
from adamline.tlf.unbroken import joined, spans, units

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def pieces(lines: Sequence[str]) -> list[tuple[str, str]]:
    r"""The planned lines of a text as what stands in a run: text, line breaks, hyphens that must not end a line.

    Numbers, dates and times on either side of a wrapped line's end need such hyphens, and spaces of that kind.
    Elsewhere they are as any, because Word's Find takes the two for different characters. Where a word was cut before
    or after a number, or behind a slash or the like, the line is ended: Word knows no such place. Behind a word that
    was cut elsewhere, Word's lines may be others than the planned ones, and any number of the paragraph may come to
    stand at an end. A text that is empty has no pieces.

    >>> pieces(("Table 14-6.01\n", "SD of -0.1 and ", "-0.2"))
    [('text', 'Table 14-6.01'), ('break', '\n'), ('text', 'SD of -0.1 and '), ('hyphen', '-'), ('text', '0.2')]
    """
    if len(lines) == 1:
        return [("text", lines[0])] if lines[0] else []
    if not any(lines):
        return []
    made: list[tuple[str, str]] = []
    wrapped = parted = False
    for number, line in enumerate(lines, start=1):
        wraps = number < len(lines) and not line.endswith("\n")
        words = units(line.removesuffix("\n"))
        guarded = ({0} if wrapped else set()) | ({len(words) - 1} if wraps else set())
        for index, word in enumerate(words):
            made += _guarded(word) if parted or index in guarded else [("text", word)]
        cut = wraps and not line.endswith((" ", "-"))
        parted = wraps and (parted or cut)
        ends = line.endswith("\n") or (cut and (line[-1] in SOFT_ENDS or _is_at_number(line, lines[number])))
        made += [("break", "\n")] if ends else []
        wrapped = wraps
    return _joined(made)


def spaced(cell: Cell) -> list[tuple[str, int]]:
    """The text of a cell in pieces with the room behind each, in twips: behind a piece of one character, or none.

    Word adds to the width of every character of a run, so the character before a space is a run of its own.

    >>> spaced(Cell(("12 (5.3)",), spaces=((4, 90),)))
    [('12 ', 0), ('(', 90), ('5.3)', 0)]
    """
    made, done = [], 0
    for offset, space in cell.spaces:
        made += [(cell.text[done : offset - 1], 0), (cell.text[offset - 1 : offset], space)]
        done = offset
    return [(piece, space) for piece, space in (*made, (cell.text[done:], 0)) if piece]


def after_spaces(text: str, spaces: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    """The pieces of a text, each with the room before it.

    >>> after_spaces("46 (43.8)", ((3, 90), (4, 45)))
    [(0, '46 '), (90, '('), (45, '43.8)')]
    """
    offsets = [0, *(offset for offset, _ in spaces), len(text)]
    room = [0, *(twips for _, twips in spaces)]
    return [(space, text[start:stop]) for space, (start, stop) in zip(room, pairwise(offsets), strict=True)]


def _guarded(word: str) -> list[tuple[str, str]]:
    """A word whose numbers, dates and times Word keeps on one line."""
    ends = len(word.rstrip(" "))
    inside = {place for start, stop in (*spans(word), *joined(word)) for place in range(start, stop)}
    made = []
    for place, char in enumerate(word):
        before_digit = char == "-" and word[place + 1 : place + 2].isdigit()
        if char == "-" and (place in inside or before_digit):
            made.append(("hyphen", char))
        elif char == " " and place in inside and place < ends:
            made.append(("text", _NO_BREAK_SPACE))
        else:
            made.append(("text", char))
    return made


def _is_at_number(line: str, following: str) -> bool:
    """Whether a number, date or time ends this line of a word that is cut, or begins the next."""
    word, rest = line.split(" ")[-1], following.split(" ")[0]
    return any(stop == len(word) for _, stop in spans(word)) or any(start == 0 for start, _ in spans(rest))


def _joined(made: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same pieces, neighbouring texts made one."""
    joined: list[tuple[str, str]] = []
    for kind, text in made:
        if kind == "text" and joined and joined[-1][0] == "text":
            text = joined.pop()[1] + text
        joined.append((kind, text))
    return joined

"""HTML text: a text in the pieces that HTML marks, the room before each, and the footnote that a mark leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from adamline.tlf.layout import Layout
from adamline.tlf.render._pieces import after_spaces

# As `tlf.table.notes` writes them: before a footnote, and behind the first line of a text.
_FOOTNOTE = re.compile(r"\[(\d+)\] ")
_MARKS = re.compile(r"(?: \[\d+\])+\Z")
_MARK = re.compile(r"\[(\d+)\]")

# A piece: the room before it in em, its text, the id of the footnote that it leads to.
Piece = tuple[str, str, str]


@dataclass(frozen=True)
class HtmlNote:
    """A footnote; one that marks lead to has an id."""

    text: str
    id: str


class HtmlTexts:
    """Divides the texts of an output into pieces."""

    def __init__(self, layout: Layout, length: Callable[[float], str]) -> None:
        """``length`` says a length in twips in em."""
        self.length = length
        found = [(note, _FOOTNOTE.match(note)) for note in layout.footnotes if note]
        self.notes = tuple(HtmlNote(note, _id(match[1]) if match else "") for note, match in found)
        self._known = {note.id for note in self.notes if note.id}

    def pieces(self, text: str, spaces: Sequence[tuple[int, int]] = ()) -> tuple[Piece, ...]:
        """The pieces of a text with this room inside it; marks of footnotes that are there are pieces of their own."""
        made = [(self.length(twips) if twips else "", piece, "") for twips, piece in after_spaces(text, spaces)]
        if not self._known or "[" not in text:
            return tuple(made)
        first, end, rest = text.partition("\n")
        found = _MARKS.search(first)
        if found is None or (spaces and spaces[-1][0] > found.start()):
            return tuple(made)
        space, last, _ = made.pop()
        kept = len(last) - len(found[0] + end + rest)
        marked = chain([(space, last[:kept], "")], self._linked(found[0]), [("", end + rest, "")])
        return (*made, *(piece for piece in marked if piece[1]))

    def _linked(self, marks: str) -> Iterator[Piece]:
        for part in _parts(marks):
            mark = _MARK.fullmatch(part)
            name = _id(mark[1]) if mark else ""
            yield "", part, name if name in self._known else ""


def _parts(marks: str) -> Iterable[str]:
    """Marks and the blanks between them.

    >>> list(_parts(" [1] [2]"))
    [' ', '[1]', ' ', '[2]']
    """
    return (part for part in re.split(r"(\[\d+\])", marks) if part)


def _id(number: str) -> str:
    return f"note-{number}"

"""Cell frames: what adamline's own template of a cell puts around text, learnt from cells that hold marks for text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import escape

from adamline.tlf.pages import Cell
from adamline.tlf.render._pieces import pieces, spaced

# The cell, its width, style and columns, its row; and `starts_page` where a page starts before it.
CellMacro = Callable[..., str]
# Marks stand for texts: of an area that is for private use, and of no meaning in XML, in Word, or in a line's breaking.
_FIRST_MARK = 0xE000
_MOST_MARKS = 6400
_MARK = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MOST_MARKS - 1)}]")


# What `escape` changes; looking for it is quicker than to escape a text that has none of it.
_ESCAPED = re.compile("[&<>'\"]")


# What a frame is of: width, style and columns of a cell, the space above its row, whether it is bold, the cell.
FrameKey = tuple[int, str, int, int, bool, Cell]
# Frames kept at most.
_MOST_FRAMES = 20_000


@dataclass(frozen=True)
class CellTemplate:
    """The macros that write a cell and a row, and whether they only frame texts and cells.

    Such a cell has its texts, escaped, where its pieces go, and such a row its cells. adamline's own are so; of those
    that a study brings it is not known. ``frames`` are those of cells that were learnt, for all outputs.
    """

    macro: CellMacro
    row_macro: Callable[..., str]
    frames_texts: bool
    frames_cells: bool
    frames: dict[FrameKey, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def keep(self, key: FrameKey, frame: tuple[str, ...]) -> tuple[str, ...]:
        """Keep a frame for cells to come; only so many, since indents and room in texts are of many lengths."""
        if len(self.frames) >= _MOST_FRAMES:
            self.frames.clear()
        self.frames[key] = frame
        return frame


def shape_of(cell: Cell) -> tuple[Cell, list[str]] | None:
    """A cell with a mark in the place of each text, and the texts; None where its pieces are of other kinds.

    Cells of one shape differ in their texts alone. The one with marks is cut into as many pieces, of the same kinds.

    >>> marked, texts = shape_of(Cell(("12 (5.3)",), spaces=((4, 90),)))
    >>> len(marked.text), marked.spaces, texts
    (3, ((2, 90),), ['12 ', '(', '5.3)'])
    """
    if cell.spaces:
        found = spaced(cell)
        marks = _marks(len(found))
        spaces = tuple((place, room) for place, (_, room) in enumerate(found, start=1) if room)
        return Cell(("".join(marks),), cell.indent, spaces), [text for text, _ in found]
    parts = pieces(cell.lines)
    if any(kind not in ("text", "break") for kind, _ in parts):
        return None
    texts = [text for kind, text in parts if kind == "text"]
    following = iter(_marks(len(texts)))
    lines = "".join(next(following) if kind == "text" else "\n" for kind, _ in parts).split("\n")
    return Cell((*(line + "\n" for line in lines[:-1]), lines[-1]), cell.indent), texts


def mark() -> str:
    """A mark, which stands for what is put in its place."""
    return chr(_FIRST_MARK)


def _marks(count: int) -> list[str]:
    return [chr(_FIRST_MARK + number % _MOST_MARKS) for number in range(count)]


def cut_at_marks(written: str) -> tuple[str, ...]:
    """What a template wrote around the marks of a cell."""
    return tuple(_MARK.split(written))


def escaped(text: str) -> str:
    """A text as the templates escape it."""
    return str(escape(text)) if _ESCAPED.search(text) else text


def filled(frame: Sequence[str], texts: Sequence[str]) -> str:
    """A frame with texts, escaped as the templates escape them, in its places.

    >>> filled(("<w:t>", "</w:t>"), ["a < b"])
    '<w:t>a &lt; b</w:t>'
    """
    parts = [frame[0]]
    for text, following in zip(texts, frame[1:], strict=True):
        parts += (escaped(text), following)
    return "".join(parts)

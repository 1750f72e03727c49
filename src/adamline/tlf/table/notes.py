"""Notes of a table: marks on what they belong to, numbered in reading order, and the footnotes with their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adamline.analyses.anchors import Anchor, Marks, Note
from adamline.errors import LayoutError, Place, faults_at, nearest
from adamline.tlf.layout import HeaderCell, Layout, Row

# Reading order: titles, then the header row by row, then the body row by row, its first column first.
_TITLE, _HEADER, _BODY = 0, 1, 2
_Spot = tuple[int, int, int]
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def with_notes(
    layout: Layout, notes: Sequence[Note], texts: Mapping[str, str], style: Marks = Marks.BRACKETS
) -> Layout:
    """The layout with a mark such as `[1]` behind each text that a note belongs to, and the notes as footnotes.

    ``texts`` are those of the study's footnotes. Notes are numbered by the first place of each, in reading order: the
    title, the column heads from the top row down, then row by row with the headings over each; they stand below the
    footnotes without a mark. One that is named for several places has one number. A note at a row marks every row, or
    heading, with that label. LayoutError, with the nearest, for one that belongs to nothing.
    """
    if not notes:
        return layout
    spots: dict[str, set[_Spot]] = {}
    for number, note in enumerate(notes):
        with faults_at(("notes", number)):
            spots.setdefault(note.note, set()).update(_spots(layout, note))
    order = sorted(spots, key=lambda name: min(spots[name]))
    numbers: dict[_Spot, list[int]] = {}
    for number, name in enumerate(order, start=1):
        for spot in spots[name]:
            numbers.setdefault(spot, []).append(number)
    marks = {spot: _mark(each, style) for spot, each in numbers.items()}
    footnotes = [f"{_mark([number], style).strip()} {texts[name]}" for number, name in enumerate(order, start=1)]
    return replace(
        layout,
        titles=tuple(_marked(title, marks.get((_TITLE, n, 0))) for n, title in enumerate(layout.titles)),
        header=tuple(
            tuple(replace(cell, text=_marked(cell.text, marks.get((_HEADER, r, c)))) for c, cell in enumerate(row))
            for r, row in enumerate(layout.header)
        ),
        rows=tuple(_marked_row(row, r, marks) for r, row in enumerate(layout.rows)),
        footnotes=(*layout.footnotes, *footnotes),
    )


def _mark(numbers: Sequence[int], style: Marks) -> str:
    """What stands behind a text that has these notes.

    >>> _mark([1, 12], Marks.BRACKETS), _mark([1, 12], Marks.SUPERSCRIPT)
    (' [1] [12]', '¹,¹²')
    """
    if style is Marks.SUPERSCRIPT:
        return ",".join(map(str, numbers)).translate(_RAISED)
    return "".join(f" [{number}]" for number in numbers)


def _marked(text: str, mark: str | None) -> str:
    """The text with its marks, on the first of its lines."""
    if not mark:
        return text
    first, *rest = text.split("\n")
    return "\n".join([first + mark, *rest])


def _marked_row(row: Row, number: int, marks: Mapping[_Spot, str]) -> Row:
    cells = tuple(_marked(cell, marks.get((_BODY, number, column))) for column, cell in enumerate(row.cells))
    above = [marks.get((_BODY, number, depth - len(row.group))) for depth in range(len(row.group))]
    group = tuple(map(_marked, row.group, above))
    return replace(row, cells=cells, group=group)


def _spots(layout: Layout, note: Note) -> list[_Spot]:
    """Every place that a note belongs to; headings stand at negative columns of each row below them."""
    if note.at == "title":
        return [(_TITLE, len(layout.titles) - 1, 0)]
    assert isinstance(note.at, Anchor)  # noqa: S101 - the options have no other
    columns = _columns(layout, note.at.column) if note.at.column is not None else []
    if note.at.row is None:
        return columns
    found: list[_Spot] = []
    for number, row in enumerate(layout.rows):
        depth = row.group.index(note.at.row) if note.at.row in row.group else None
        if depth is not None and not columns:
            found.append((_BODY, number, depth - len(row.group)))
        elif row.cells[0] == note.at.row:
            under = _under(layout, columns) if columns else [0]
            found += [(_BODY, number, column) for column in under if row.cells[column]]
    if not found:
        known = [row.cells[0] for row in layout.rows] + [text for row in layout.rows for text in row.group]
        raise _nowhere(layout, "row", note.at.row, known)
    return found


def _columns(layout: Layout, name: str) -> list[_Spot]:
    """The heads whose first line is ``name``."""
    heads = [
        (_HEADER, r, c) for r, row in enumerate(layout.header) for c, cell in enumerate(row) if _first(cell) == name
    ]
    if not heads:
        raise _nowhere(layout, "column", name, [_first(cell) for row in layout.header for cell in row])
    return heads


def _under(layout: Layout, heads: Sequence[_Spot]) -> list[int]:
    """The columns of the body under these heads."""
    columns: list[int] = []
    for _, r, c in heads:
        start = sum(cell.span for cell in layout.header[r][:c])
        columns += range(start, start + layout.header[r][c].span)
    return columns


def _first(cell: HeaderCell) -> str:
    return cell.text.split("\n")[0]


def _nowhere(layout: Layout, what: str, name: str, known: Sequence[str]) -> LayoutError:
    message = f"A note belongs to the {what} {name}, which the table has not."
    return LayoutError(message, place=Place(file=layout.output), hint=nearest(name, filter(None, known)))

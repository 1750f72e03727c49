"""HTML head: the column header of a table as HTML marks it, and which headers stand over each column."""

from __future__ import annotations

from dataclasses import dataclass

from adamline.tlf.layout import Layout
from adamline.tlf.render._html_text import HtmlTexts, Piece
from adamline.tlf.render._views import HEAD_STYLE


@dataclass(frozen=True)
class HeadCell:
    """A cell of the column header; one without a text has no ``scope``, since it heads nothing."""

    pieces: tuple[Piece, ...]
    id: str
    scope: str
    span: int
    align: str
    rule: bool


@dataclass(frozen=True)
class HeadRow:
    """One row of the column header."""

    cells: tuple[HeadCell, ...]


class HtmlHead:
    """The column header: its ``rows``, the ``groups`` of columns under one head, and the ids over each column."""

    def __init__(self, layout: Layout, texts: HtmlTexts) -> None:
        """Name the cells of a layout's header."""
        over: list[list[str]] = [[] for _ in layout.columns]
        rows = []
        for number, row in enumerate(layout.header, start=1):
            column, cells = 0, []
            for cell in row:
                name = f"h{number}-{column + 1}" if cell.text else ""
                scope = ("colgroup" if cell.span > 1 else "col") if cell.text else ""
                rule = cell.span > 1 and bool(cell.text)
                cells.append(HeadCell(texts.pieces(cell.text), name, scope, cell.span, HEAD_STYLE[cell.align], rule))
                for each in over[column : column + cell.span]:
                    each += [name] if name else []
                column += cell.span
            rows.append(HeadRow(tuple(cells)))
        self.rows = tuple(rows)
        self.over = tuple(" ".join(names) for names in over)
        self.has_spans = any(cell.span > 1 for row in layout.header for cell in row)
        self.groups = _groups(layout)


def _groups(layout: Layout) -> tuple[int, ...]:
    """How many columns stand in each group of columns: those under the lowest head over several of them."""
    spanning = [row for row in layout.header if any(cell.span > 1 for cell in row)]
    return tuple(cell.span for cell in spanning[-1]) if spanning else (1,) * len(layout.columns)

"""HTML rows: the rows of a table's body as HTML marks them, with the headings over them, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from adamline.tlf.cells import INDENT_STEP, PADDING
from adamline.tlf.flow import _apart, _first_change, _under_a_row
from adamline.tlf.layout import Layout, Row
from adamline.tlf.pages import Cell, Paginated, RowKind
from adamline.tlf.render._html_head import HtmlHead
from adamline.tlf.render._html_text import HtmlTexts, Piece

# Cells kept at most, so that a listing of distinct texts does not fill memory; about 300 bytes each.
_MOST_KEPT = 50_000

# Pieces of a text; scope and id of a header; ids of the headers over it; columns; indent in
# em; whether it says what the cell above says.
CellMacro = Callable[[tuple[Piece, ...], str, str, str, int, str, bool], str]


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """A row, of which ``opens`` says that a group of rows begins with it; a heading has one cell.

    ``kind`` are the classes of the style: h for a heading, gap for space above, bold, page where one starts in print.
    """

    cells: Markup
    heading: bool
    opens: bool
    kind: str


def html_rows(output: Paginated, head: HtmlHead, texts: HtmlTexts, macro: CellMacro) -> Iterator[HtmlRow]:
    """The rows of the body in order, headings before the first row under them; none of an empty table.

    ``macro``, of the template, escapes all text.
    """
    layout = output.layout
    if not layout.rows:
        return
    writer = _Rows(layout, head, texts, macro)
    starts = _page_starts(output)
    fresh = [0, *(_first_change(a.group_below, b.group) for a, b in pairwise(layout.rows))]
    under = [*_under_a_row(layout.rows)]
    before: Row | None = None
    for index, cells in _cells(output):
        row = layout.rows[index]
        gap = before is not None and not under[index] and _apart(before, row)
        made = [*writer.headings(row, fresh[index]), writer.body(index, row, before, cells)]
        opens = before is None or (not fresh[index] and bool(row.group or row.heads))
        for place, each in enumerate(made, start=1):
            heading, first = place < len(made), place == 1
            bold = first and fresh[index] <= row.top if heading else row.is_strong
            marks = {"h": heading, "gap": first and gap, "bold": bold}
            kind = " ".join(name for name, is_so in {**marks, "page": first and index in starts}.items() if is_so)
            yield HtmlRow(Markup(each), heading, first and opens, kind)  # noqa: S704 - the macro has escaped it
        before = row


class _Rows:
    """Writes the cells of rows and knows which headings stand over the row at hand."""

    def __init__(self, layout: Layout, head: HtmlHead, texts: HtmlTexts, macro: CellMacro) -> None:
        self._over, self._texts, self._macro = head.over, texts, macro
        self._repeats, self._keys = layout.repeat_keys, max(1, layout.repeat_keys)
        self._columns = len(layout.columns)
        # Where one header a column is all there is, its scope says enough.
        self._named = head.has_spans or any(row.group for row in layout.rows)
        self._ids: list[str] = []
        self._headings = 0
        self._last: tuple[Cell, ...] = ()
        self._kept: dict[tuple[int, str, Cell, bool], str] = {}

    def headings(self, row: Row, fresh: int) -> list[str]:
        """The new headings before a row."""
        made = []
        for depth in range(fresh, len(row.group)):
            text, name = row.group[depth], ""
            if text:
                self._headings += 1
                name = f"g{self._headings}"
                indent = self._indent(depth * INDENT_STEP)
                made.append(
                    self._macro(
                        self._texts.pieces(text), "rowgroup", name, self._above(depth), self._columns, indent, False
                    )
                )
            self._ids[depth:] = [name]
        return made

    def _above(self, depth: int) -> str:
        """The ids of the headings over a row that stands under ``depth`` of them."""
        return " ".join(filter(None, self._ids[:depth]))

    def _indent(self, twips: int) -> str:
        return self._texts.length(PADDING + twips) if twips else ""

    def body(self, index: int, row: Row, before: Row | None, cells: tuple[Cell, ...]) -> str:
        """The cells of a row; the first, or its keys, head the others."""
        cells, same = self._shown(row, cells), _same_keys(before, row, self._repeats)
        if self._named:
            return self._named_cells(index, row, same, cells)
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        kept, made = self._kept, []
        for column, (text, cell) in enumerate(zip(row.cells, cells, strict=True)):
            key = (column, text, cell, column < same)
            if key not in kept:
                kept[key] = self._cell(column, text, cell, column < same)
            made.append(kept[key])
        return "".join(made)

    def _named_cells(self, index: int, row: Row, same: int, cells: tuple[Cell, ...]) -> str:
        """The cells of a row, each with the ids of all that stands over it."""
        above = self._above(len(row.group))
        own: list[str] = []
        made = []
        for column, (text, cell) in enumerate(zip(row.cells, cells, strict=True)):
            name = f"r{index + 1}-{column + 1}" if column < self._keys and text else ""
            headers = " ".join(filter(None, (self._over[column], above, *own)))
            made.append(self._cell(column, text, cell, column < same, name, headers))
            own += [name] if name else []
        if row.heads:
            self._ids[len(row.group) :] = own[:1] or [""]
        return "".join(made)

    def _cell(self, column: int, text: str, cell: Cell, again: bool, name: str = "", headers: str = "") -> str:
        scope = "row" if column < self._keys and text else ""
        return self._macro(
            self._texts.pieces(text, cell.spaces), scope, name, headers, 1, self._indent(cell.indent), again
        )

    def _shown(self, row: Row, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """The cells as they are set; where a page does not show a key again, as it did before."""
        hidden = (bool(text) and not cell.text for text, cell in zip(row.cells, cells, strict=True))
        self._last = tuple(
            old if is_hidden else cell for old, cell, is_hidden in zip(self._last or cells, cells, hidden, strict=True)
        )
        return self._last


def _same_keys(before: Row | None, row: Row, count: int) -> int:
    """How many leading keys say what those of the row before say."""
    if not count or before is None or before.group != row.group:
        return 0
    same = (a == b for a, b in zip(before.cells[:count], row.cells[:count], strict=True))
    return next((index for index, equal in enumerate(same) if not equal), count)


def _page_starts(output: Paginated) -> frozenset[int]:
    """The rows with which a page but the first starts; not one that goes on from the page before."""
    first = output.pages[0].panel.columns
    ends = [(page.rows[0].row, page.rows[-1].row) for page in output.pages if page.panel.columns == first]
    return frozenset(after[0] for before, after in pairwise(ends) if after[0] != before[1])


def _cells(output: Paginated) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Each row of the layout with its cells as they are set, of all panels."""
    panels = dict.fromkeys(page.panel.columns for page in output.pages)
    if len(panels) == 1:
        yield from _of_panel(output, *panels)
        return
    for parts in zip(*(_of_panel(output, columns) for columns in panels), strict=True):
        # A column that each panel repeats is that of the first.
        found = {
            column: cell
            for columns, (_, cells) in reversed([*zip(panels, parts, strict=True)])
            for column, cell in zip(columns, cells, strict=True)
        }
        yield parts[0][0], tuple(found[column] for column in range(len(output.layout.columns)))


def _of_panel(output: Paginated, columns: tuple[int, ...]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Each row with its cells in one panel; of a row in several pieces those of the first."""
    last = -1
    for page in output.pages:
        for row in page.rows if page.panel.columns == columns else ():
            if row.kind is RowKind.BODY and row.row != last:
                yield row.row, row.cells
                last = row.row

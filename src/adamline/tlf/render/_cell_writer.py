"""CellWriter: writes the body rows of pages, through the templates only once for cells and rows that are alike."""

from __future__ import annotations

from markupsafe import Markup

from adamline.tlf.pages import Cell, Page, PageRow, Panel, RowKind
from adamline.tlf.render._cell_frame import CellTemplate, cut_at_marks, escaped, filled, mark, shape_of

# Cells kept at most, so that a listing of distinct texts does not fill memory; about 300 bytes each.
_MOST_KEPT = 50_000

# What stands before and behind a text of one line, by the indent of its cell; of a cell without text, by `~indent`.
_Around = dict[int, tuple[str, str]]


class CellWriter:
    """Turns rows of a page into XML, by the macros of templates.

    Where the template of a cell only frames texts, it is run once for each shape of a cell, and texts are put into what
    it wrote; else once for each distinct cell of a column. That of a row is run once for each height, or for each row.
    """

    def __init__(self, template: CellTemplate, styles: tuple[str, ...], wide: dict[RowKind, str]):
        """``styles`` are those of the layout's columns, ``wide`` those of rows with one cell across the panel."""
        self._template = template
        self._styles, self._wide = styles, wide
        self._kept: dict[tuple[int, int, int, bool, Cell], str] = {}
        self._around: dict[tuple[tuple[int, ...], tuple[int, ...], int, bool], list[_Around]] = {}
        self._rows: dict[int, tuple[str, ...]] = {}

    def rows(self, page: Page, fill: int, starts_page: bool) -> Markup:
        """The XML of the rows of a page, the last one taller by ``fill``; where it starts one, Word's begins too."""
        heights = [row.height for row in page.rows]
        heights[-1:] = [height + fill for height in heights[-1:]]
        written = [
            self._row(height, self.cells(row, page.panel, starts_page and not number))
            for number, (row, height) in enumerate(zip(page.rows, heights, strict=True))
        ]
        return Markup("\n".join(written))  # noqa: S704

    def _row(self, height: int, cells: str) -> str:
        if not self._template.frames_cells:
            return self._template.row_macro(height, Markup(cells))  # noqa: S704
        if height not in self._rows:
            self._rows[height] = cut_at_marks(self._template.row_macro(height, mark()))
        before, behind = self._rows[height]
        return f"{before}{cells}{behind}"

    def cells(self, row: PageRow, panel: Panel, starts_page: bool = False) -> Markup:
        """The XML of the cells of a row of a panel, before which a page may start; all text in it is escaped."""
        if row.kind is not RowKind.BODY:
            style, count = self._wide[row.kind], len(panel.widths)
            return Markup(self._by_macro(row.cells[0], panel.width, style, count, row, starts_page))  # noqa: S704
        cells = row.cells
        written: list[str] = []
        if starts_page:
            written.append(self._by_macro(cells[0], panel.widths[0], self._styles[panel.columns[0]], 1, row, True))
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        key = (panel.columns, panel.widths, row.gap, row.bold)
        around = self._around.get(key)
        if around is None:
            around = self._around[key] = [{} for _ in panel.columns]
        for index in range(int(starts_page), len(cells)):
            cell = cells[index]
            lines = cell.lines
            found = None
            if len(lines) == 1 and not cell.spaces:
                found = around[index].get(cell.indent if lines[0] else ~cell.indent)
            if found:
                written += (found[0], escaped(lines[0]), found[1])
            else:
                written.append(self._cell(cell, panel.columns[index], panel.widths[index], row, around[index]))
        return Markup("".join(written))  # noqa: S704

    def _cell(self, cell: Cell, column: int, width: int, row: PageRow, around: _Around) -> str:
        """A cell that is written for the first time, or is of several pieces."""
        key = (column, width, row.gap, row.bold, cell)
        if key not in self._kept:
            shape = shape_of(cell) if self._template.frames_texts else None
            if shape is None:
                return self._kept.setdefault(key, self._by_macro(cell, width, self._styles[column], 1, row, False))
            marked, texts = shape
            frame = self._frame(marked, column, width, row)
            if len(cell.lines) == 1 and not cell.spaces:
                around[cell.indent if texts else ~cell.indent] = (frame[0], frame[1] if texts else "")
            self._kept[key] = filled(frame, texts)
        return self._kept[key]

    def _frame(self, marked: Cell, column: int, width: int, row: PageRow) -> tuple[str, ...]:
        """What the template writes around the texts of cells of one shape."""
        style = self._styles[column]
        key = (width, style, 1, row.gap, row.bold, marked)
        known = self._template.frames.get(key)
        if known is not None:
            return known
        return self._template.keep(key, cut_at_marks(self._by_macro(marked, width, style, 1, row, False)))

    def _by_macro(self, cell: Cell, width: int, style: str, span: int, row: PageRow, starts_page: bool) -> str:
        """A cell as the template's macro writes it, which is told only of pages that start."""
        told = {"starts_page": True} if starts_page else {}
        return self._template.macro(cell, width, style, span, row, **told)

"""CellWriter: writes the cells of body rows, each distinct cell of a column through the template only once."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from adamline.tlf.pages import Cell, PageRow, Panel, RowKind

# Cells kept at most, so that a listing of distinct texts does not fill memory; about 300 bytes each.
_MOST_KEPT = 50_000

# The cell, its width, style and columns, its row; and `starts_page` where a page starts before it.
CellMacro = Callable[..., str]


class CellWriter:
    """Turns a row of a page into the XML of its cells, by a template's macro."""

    def __init__(self, macro: CellMacro, styles: tuple[str, ...], wide: dict[RowKind, str]):
        """``styles`` are those of the layout's columns, ``wide`` those of rows with one cell across the panel."""
        self._macro = macro
        self._styles, self._wide = styles, wide
        self._kept: dict[tuple[int, int, int, bool, Cell], str] = {}

    def __call__(self, row: PageRow, panel: Panel, starts_page: bool = False) -> Markup:
        """The XML of the cells of a row of a panel, before which a page may start; the macro has escaped all text."""
        if row.kind is not RowKind.BODY:
            style, count = self._wide[row.kind], len(panel.widths)
            return Markup(self._written(row.cells[0], panel.width, style, count, row, starts_page))  # noqa: S704
        kept = self._kept
        if len(kept) > _MOST_KEPT:
            kept.clear()
        gap, bold = row.gap, row.bold
        written = []
        cells = zip(panel.columns, panel.widths, row.cells, strict=True)
        if starts_page:
            column, width, cell = next(cells)
            written.append(self._written(cell, width, self._styles[column], 1, row, starts_page))
        for column, width, cell in cells:
            key = (column, width, gap, bold, cell)
            if key not in kept:
                kept[key] = self._macro(cell, width, self._styles[column], 1, row)
            written.append(kept[key])
        return Markup("".join(written))  # noqa: S704

    def _written(self, cell: Cell, width: int, style: str, span: int, row: PageRow, starts_page: bool) -> str:
        """A cell as the template's macro writes it, which is told only of pages that start."""
        told = {"starts_page": True} if starts_page else {}
        return self._macro(cell, width, style, span, row, **told)

"""CellWriter: writes the cells of body rows, each distinct cell of a column through the template only once."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from adamline.tlf.pages import Cell, PageRow, RowKind

# Cells kept at most, so that a listing of distinct texts does not fill memory; about 300 bytes each.
_MOST_KEPT = 50_000

# The cell, its width, style and columns, its row; and `starts_page` where a page starts before it.
CellMacro = Callable[..., str]


class CellWriter:
    """Turns a row of a page into the XML of its cells, by a template's macro."""

    def __init__(self, macro: CellMacro, widths: tuple[int, ...], styles: tuple[str, ...], wide: dict[RowKind, str]):
        """``styles`` are those of the columns, ``wide`` those of rows with one cell across the table."""
        self._macro = macro
        self._widths, self._styles, self._wide = widths, styles, wide
        self._kept: dict[tuple[int, int, bool, Cell], str] = {}

    def __call__(self, row: PageRow, starts_page: bool = False) -> Markup:
        """The XML of the row's cells, before which a page starts if so; the macro has escaped all text in it."""
        if row.kind is not RowKind.BODY:
            first = self._written(
                row.cells[0], sum(self._widths), self._wide[row.kind], len(self._widths), row, starts_page
            )
            return Markup(first)  # noqa: S704
        kept = self._kept
        if len(kept) > _MOST_KEPT:
            kept.clear()
        gap, bold = row.gap, row.bold
        written = []
        cells = enumerate(row.cells)
        if starts_page:
            written.append(self._written(row.cells[0], self._widths[0], self._styles[0], 1, row, starts_page))
            next(cells)
        for index, cell in cells:
            key = (index, gap, bold, cell)
            if key not in kept:
                kept[key] = self._macro(cell, self._widths[index], self._styles[index], 1, row)
            written.append(kept[key])
        return Markup("".join(written))  # noqa: S704

    def _written(self, cell: Cell, width: int, style: str, span: int, row: PageRow, starts_page: bool) -> str:
        """A cell as the template's macro writes it, which is told only of pages that start."""
        told = {"starts_page": True} if starts_page else {}
        return self._macro(cell, width, style, span, row, **told)

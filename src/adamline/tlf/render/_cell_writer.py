"""CellWriter: writes the cells of body rows, each distinct cell of a column through the template only once."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from adamline.tlf.pages import Cell, PageRow, Panel, RowKind

# Cells kept at most, so that a listing of distinct texts does not fill memory; about 300 bytes each.
_MOST_KEPT = 50_000

CellMacro = Callable[[Cell, int, str, int, PageRow], str]


class CellWriter:
    """Turns a row of a page into the XML of its cells, by a template's macro."""

    def __init__(self, macro: CellMacro, styles: tuple[str, ...], wide: dict[RowKind, str]):
        """``styles`` are those of the layout's columns, ``wide`` those of rows with one cell across the panel."""
        self._macro = macro
        self._styles, self._wide = styles, wide
        self._kept: dict[tuple[int, int, int, bool, Cell], str] = {}

    def __call__(self, row: PageRow, panel: Panel) -> Markup:
        """The XML of the cells of a row of a panel; the macro has escaped all text in it."""
        if row.kind is not RowKind.BODY:
            style = self._wide[row.kind]
            return Markup(self._macro(row.cells[0], panel.width, style, len(panel.widths), row))  # noqa: S704
        kept = self._kept
        if len(kept) > _MOST_KEPT:
            kept.clear()
        gap, bold = row.gap, row.bold
        written = []
        for column, width, cell in zip(panel.columns, panel.widths, row.cells, strict=True):
            key = (column, width, gap, bold, cell)
            if key not in kept:
                kept[key] = self._macro(cell, width, self._styles[column], 1, row)
            written.append(kept[key])
        return Markup("".join(written))  # noqa: S704

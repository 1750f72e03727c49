"""Panels: which columns of a layout stand beside each other on a page, with the column header over them."""

from __future__ import annotations

from adamline.errors import Place
from adamline.tlf.cells import check_fit, check_text, column_names, inner_width
from adamline.tlf.layout import Align, HeaderCell, Layout
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Cell, HeaderPageCell, HeaderRow, Panel
from adamline.tlf.widths import set_widths

# Space above and below the text of a header cell.
HEADER_PADDING = 40
# The rule under a cell over several columns, with its distance from the text.
SPAN_RULE = 30


def set_panels(layout: Layout, metrics: Metrics) -> tuple[Panel, ...]:
    """The panels of a layout, left to right; one without columns for a figure."""
    if not layout.columns:
        return (Panel(),)
    widths = set_widths(layout, metrics)
    return (Panel(tuple(range(len(widths))), widths, _set_header(layout, widths, metrics)),)


def _set_header(layout: Layout, widths: tuple[int, ...], metrics: Metrics) -> tuple[HeaderRow, ...]:
    """The rows of the column header, wrapped in the width of the columns they span."""
    rows = []
    for row in layout.header:
        cells = []
        column = 0
        for cell in row:
            cells.append(_set_header_cell(cell, sum(widths[column : column + cell.span]), layout, metrics, column))
            column += cell.span
        height = max(len(cell.cell.lines) * metrics.line + (SPAN_RULE if cell.rule else 0) for cell in cells)
        rows.append(HeaderRow(tuple(cells), height + 2 * HEADER_PADDING))
    return tuple(rows)


def _set_header_cell(cell: HeaderCell, width: int, layout: Layout, metrics: Metrics, column: int) -> HeaderPageCell:
    place = Place(file=layout.output, variable=column_names(layout)[column])
    check_text(cell.text, place, "header")
    check_fit(cell.text, Align.CENTER, inner_width(width), metrics, place)
    lines = metrics.wrap(cell.text, inner_width(width))
    return HeaderPageCell(Cell(lines), cell.span, width, cell.align, rule=cell.span > 1 and bool(cell.text))

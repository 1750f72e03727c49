"""Panels: which columns of a layout stand beside each other on a page, with the column header over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adamline.errors import Place
from adamline.tlf.cells import check_fit, check_text, column_names, inner_width
from adamline.tlf.cut_columns import cut_columns
from adamline.tlf.layout import Align, HeaderCell, Layout
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Cell, HeaderPageCell, HeaderRow, Panel

# Space above and below the text of a header cell.
HEADER_PADDING = 40
# The rule under a cell over several columns, with its distance from the text.
SPAN_RULE = 30


def set_panels(layout: Layout, metrics: Metrics) -> tuple[Panel, ...]:
    """The panels of a layout, left to right; one without columns for a figure.

    A column is as wide in each panel, all panels are as wide as the page, and their headers are as high.
    """
    if not layout.columns:
        return (Panel(),)
    cuts = cut_columns(layout, metrics)
    headers = [_set_header(layout, columns, widths, metrics) for columns, widths in cuts]
    heights = [max(row.height for row in level) for level in zip(*headers, strict=True)]
    return tuple(
        Panel(columns, widths, tuple(map(_as_high, header, heights)))
        for (columns, widths), header in zip(cuts, headers, strict=True)
    )


def _as_high(row: HeaderRow, height: int) -> HeaderRow:
    return HeaderRow(row.cells, height)


def _set_header(
    layout: Layout, columns: tuple[int, ...], widths: tuple[int, ...], metrics: Metrics
) -> tuple[HeaderRow, ...]:
    """The rows of the column header over some columns, wrapped in the width of those they span."""
    rows = []
    for row in layout.header:
        cells = []
        place = 0
        for cell, span in _over(row, columns):
            width = sum(widths[place : place + span])
            cells.append(_set_header_cell(cell, span, width, layout, metrics, columns[place]))
            place += span
        height = max(len(cell.cell.lines) * metrics.line + (SPAN_RULE if cell.rule else 0) for cell in cells)
        rows.append(HeaderRow(tuple(cells), height + 2 * HEADER_PADDING))
    return tuple(rows)


def _over(row: Sequence[HeaderCell], columns: tuple[int, ...]) -> Iterator[tuple[HeaderCell, int]]:
    """The cells of a header row that stand over some of these columns, each with how many."""
    shown = set(columns)
    start = 0
    for cell in row:
        span = sum(column in shown for column in range(start, start + cell.span))
        if span:
            yield cell, span
        start += cell.span


def _set_header_cell(
    cell: HeaderCell, span: int, width: int, layout: Layout, metrics: Metrics, column: int
) -> HeaderPageCell:
    place = Place(file=layout.output, variable=column_names(layout)[column])
    check_text(cell.text, place, "header")
    check_fit(cell.text, Align.CENTER, inner_width(width), metrics, place)
    lines = metrics.wrap(cell.text, inner_width(width))
    # A part of a cell that a page cuts has its rule even over one column.
    return HeaderPageCell(Cell(lines), span, width, cell.align, rule=cell.span > 1 and bool(cell.text))

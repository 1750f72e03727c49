"""Frame: sets what stands around the body on each page of an output, and the height that is left for the body."""

from __future__ import annotations

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import TOLERANCE, check_fit, check_text, column_names, inner_width
from adamline.tlf.layout import Align, HeaderCell, Layout, Picture
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import Cell, Frame, HeaderPageCell, HeaderRow
from adamline.tlf.widths import set_widths

# Space above and below the text of a header cell.
HEADER_PADDING = 40
# Space between the rule that ends the table and the first footnote.
NOTE_GAP = 60
# The rule under a cell over several columns, with its distance from the text.
SPAN_RULE = 30
# Room for the widest "Page x of y" beside the study line.
PAGE_TEXT = "Page 99999 of 99999"
# A body of fewer lines than this is no page of a table.
LEAST_LINES = 3


def set_frame(layout: Layout, metrics: Metrics) -> Frame:
    """Wrap titles, header and footnotes of a layout; what they leave of the page is the body's capacity.

    A line is kept free on each page, for the rules of the table and for renderers that round lengths up. Raises
    LayoutError where less than ``LEAST_LINES`` lines are left.
    """
    body_width = layout.page.body_width * TWIPS_PER_INCH
    widths = set_widths(layout, metrics) if layout.columns else ()
    study = _wrap_all((layout.study,), body_width - metrics.width(PAGE_TEXT), metrics, layout, "study line") or ("",)
    titles = _wrap_all(layout.titles, body_width, metrics, layout, "title", bold=True)
    population = _wrap_all((layout.population,), body_width, metrics, layout, "population line")
    footnotes = _wrap_all(layout.footnotes, body_width, metrics, layout, "footnote")
    source = _wrap_all((layout.source,), body_width, metrics, layout, "source line")
    header = _set_header(layout, widths, metrics)
    line, gap = metrics.line, metrics.line // 2
    lines = sum(map(len, (study, titles, population, footnotes, source)))
    spaces = 2 * gap + (NOTE_GAP if footnotes else 0) + (NOTE_GAP if source else 0)
    height = int(layout.page.body_height * TWIPS_PER_INCH)
    capacity = height - lines * line - spaces - sum(row.height for row in header) - line
    if capacity < LEAST_LINES * line:
        raise LayoutError(
            "Titles, header and footnotes leave no room for the body on the page.",
            place=Place(file=layout.output),
            expected=f"room for {LEAST_LINES} lines",
            found=f"{max(0, capacity) // line} lines",
            hint="shorten the footnotes, or in the spec take a smaller page: font_size or smaller page: margins",
        )
    return Frame(study, titles, population, header, footnotes, source, widths, line, gap, height, capacity)


def _wrap_all(
    texts: tuple[str, ...], width: float, metrics: Metrics, layout: Layout, what: str, *, bold: bool = False
) -> tuple[str, ...]:
    """The lines of the texts that there are, one text after the other."""
    for text in texts:
        check_text(text, Place(file=layout.output), what)
    return tuple(line for text in texts if text for line in metrics.wrap(text, width * TOLERANCE, bold))


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


def picture_size(picture: Picture, layout: Layout, capacity: int) -> tuple[float, float]:
    """The width and height in inches at which a figure fits the page; it is made smaller, never greater."""
    room = capacity / TWIPS_PER_INCH
    scale = min(1.0, layout.page.body_width / picture.width, room / picture.height)
    return picture.width * scale, picture.height * scale

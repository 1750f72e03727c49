"""Paginate: cuts a layout into pages after every text is wrapped, so that each page is known before it is written."""

from __future__ import annotations

from itertools import accumulate, pairwise

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import check_text, inner_width
from adamline.tlf.flow import Flow
from adamline.tlf.frame import picture_size, set_frame
from adamline.tlf.layout import Layout
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import Cell, Frame, Page, PageRow, Paginated, Panel, RowKind
from adamline.tlf.panels import set_panels


def paginate(layout: Layout) -> Paginated:
    """Cut a layout into its pages.

    Every text is wrapped first, in the measured width of its column; pages are filled second, by the heights of the
    wrapped rows. The rules, in order of precedence: a page ends where the layout says so; a row is not split unless it
    is taller than a page; headings stay with the first two rows under them, and their last row with the one before it;
    the rows of a block stay together if half a page holds them, else the first two and the last two of them do. A page
    that starts inside a group repeats the group's headings with "(continued)", a row that heads others by its first
    cell alone; repeated keys are shown again on its first row.
    A table without rows is one page with the layout's ``empty`` text.

    Columns that the page is too narrow for are cut into panels (`cut_columns`); a stretch of rows is a page in each of
    them, so that each panel has the same rows on its pages.

    Raises LayoutError for header or rows that do not match the columns, for a number wider than its column, for a
    text with control characters, and where titles and footnotes leave no room.
    """
    _check(layout)
    metrics = Metrics(layout.page.font, layout.page.font_size)
    panels = set_panels(layout, metrics)
    frame = set_frame(layout, panels, metrics)
    if layout.picture is not None:
        size = picture_size(layout.picture, layout, frame.capacity)
        height = round(size[1] * TWIPS_PER_INCH)
        numbers = range(1, len(layout.picture.pages) + 1)
        return Paginated(layout, frame, tuple(_page(n, panels[0], (), frame, height) for n in numbers), size)
    if not layout.rows:
        return Paginated(layout, frame, (_page(1, panels[0], (_empty_row(layout, panels[0], frame, metrics),), frame),))
    flow = Flow(layout, panels, frame, metrics)
    starts = _page_starts(flow, frame.capacity)
    bounds = list(pairwise([*starts, len(flow)]))
    if layout.page.panels_down:
        order = [(bound, panel) for panel in panels for bound in bounds]
    else:
        order = [(bound, panel) for bound in bounds for panel in panels]
    pages = (_page(n, panel, flow.page_rows(*bound, panel), frame) for n, (bound, panel) in enumerate(order, start=1))
    return Paginated(layout, frame, tuple(pages))


def _check(layout: Layout) -> None:
    """Refuse a layout whose parts do not match."""
    place = Place(file=layout.output)
    count = len(layout.columns)
    if not layout.titles:
        raise LayoutError("An output has no title.", place=place)
    if bool(count) == (layout.picture is not None):
        raise LayoutError("An output is a table with columns or a figure with a picture, one of the two.", place=place)
    if any(column.share <= 0 for column in layout.columns):
        raise LayoutError("The share of a column's width must be above zero.", place=place)
    for number, header in enumerate(layout.header, start=1):
        spans = sum(cell.span for cell in header)
        if spans != count:
            what = f"Row {number} of the column header does not cover the columns."
            raise LayoutError(what, place=place, expected=f"spans of {count} columns in all", found=str(spans))
    for index, row in enumerate(layout.rows):
        if len(row.cells) != count:
            where = Place(file=layout.output, record=index)
            raise LayoutError(
                "A row does not match the columns.", place=where, expected=f"{count} cells", found=str(len(row.cells))
            )


def _page(number: int, panel: Panel, rows: tuple[PageRow, ...], frame: Frame, picture_height: int = 0) -> Page:
    used = frame.height - frame.capacity
    return Page(number, panel, rows, used + picture_height + sum(row.height for row in rows))


def _empty_row(layout: Layout, panel: Panel, frame: Frame, metrics: Metrics) -> PageRow:
    """The row that says that there is nothing to show, with half a line above and below it."""
    check_text(layout.empty, Place(file=layout.output), "text for an empty body")
    cell = Cell(metrics.wrap(layout.empty, inner_width(panel.width)))
    return PageRow(RowKind.EMPTY, (cell,), len(cell.lines) * frame.line + 2 * frame.gap, frame.gap, False, -1)


def _page_starts(flow: Flow, capacity: int) -> list[int]:
    """The first row of each page: units are placed one after the other, a unit too tall for any page row by row."""
    inside, top, breaks = flow.inside, flow.top, flow.breaks()
    before = [0, *accumulate(inside)]
    starts = [0]
    used = 0
    for start, stop in flow.units():
        whole = before[stop] - before[start]
        if start and start not in breaks and used + whole <= capacity:
            used += whole
            continue
        alone = top[start] + before[stop] - before[start + 1]
        if alone <= capacity:
            starts += [start] if start else []
            used = alone
            continue
        for row in range(start, stop):
            if row and row not in breaks and used + inside[row] <= capacity:
                used += inside[row]
            else:
                starts += [row] if row else []
                used = top[row]
    return starts

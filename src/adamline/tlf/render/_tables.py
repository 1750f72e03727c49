"""Tables: which planned pages make one Word table, and where its rows are made taller so that each page is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adamline.spec.docx_form import DocxForm
from adamline.tlf.pages import Page, Paginated, Panel

# Rows of one Word table at most: LibreOffice's time for each row grows with the rows of its table.
MOST_ROWS = 500
# Room that is left of a page, as a share of what its rows may take; where it is more, another table follows.
_MOST_LEFT = 0.25


@dataclass(frozen=True)
class TableView:
    """One Word table: its pages, and by how much the last row of each is taller than its lines, in twips."""

    pages: tuple[Page, ...]
    fill: tuple[int, ...]

    @property
    def panel(self) -> Panel:
        """The columns of all its pages."""
        return self.pages[0].panel


def tables_of(output: Paginated, form: DocxForm) -> tuple[TableView, ...]:
    """The Word tables of an output: in the fixed form one for each page, in the flow form as few as there can be.

    In the flow form the pages of one table end where they were planned to: Word by the page break before the first row
    of the next, LibreOffice, which knows no break inside a table, because the last row takes what is left of the page.
    Where the columns change, where much is left, as where a spec has a new page start, and after ``MOST_ROWS`` rows,
    the table ends there.
    """
    if form is DocxForm.FIXED:
        return tuple(TableView((page,), (0,)) for page in output.pages)
    left = _left(output)
    # A little less, for renderers that round lengths up: what remains holds no row all the same.
    fill = [max(0, room - output.frame.line // 4) for room in left]
    views = []
    for start, stop in pairwise(_edges(output, left)):
        views.append(TableView(output.pages[start:stop], (*fill[start : stop - 1], 0)))
    return tuple(views)


def _left(output: Paginated) -> tuple[int, ...]:
    """The room that the rows of each page leave; what is kept free on each page is not of it."""
    highest = max(panel.header_height for panel in {page.panel for page in output.pages})
    room = output.frame.capacity + highest
    return tuple(room - page.panel.header_height - sum(row.height for row in page.rows) for page in output.pages)


def _edges(output: Paginated, left: Sequence[int]) -> Iterator[int]:
    """The pages with which tables begin, by their index, and the number of pages."""
    rows = 0
    for index, page in enumerate(output.pages):
        before = output.pages[index - 1]
        is_much = left[index - 1] > _MOST_LEFT * output.frame.capacity
        if index == 0 or page.panel != before.panel or is_much or rows + len(page.rows) > MOST_ROWS:
            yield index
            rows = 0
        rows += len(page.rows)
    yield len(output.pages)

"""Tables: which planned pages make one Word table, and where its rows are made taller so that each page is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adamline.spec.docx_form import DocxForm
from adamline.tlf.pages import Frame, Page, Paginated

# Rows of one Word table at most: LibreOffice's time for a table grows with the square of its rows.
MOST_ROWS = 1_000
# Room that is left of a page, as a share of what its rows may take; where it is more, another table follows.
_MOST_LEFT = 0.25


@dataclass(frozen=True)
class TableView:
    """One Word table: its pages, and by how much the last row of each is taller than its lines, in twips."""

    pages: tuple[Page, ...]
    fill: tuple[int, ...]


def tables_of(output: Paginated, form: DocxForm) -> tuple[TableView, ...]:
    """The Word tables of an output: in the fixed form one for each page, in the flow form as few as there can be.

    In the flow form the pages of one table end where they were planned to: Word by the page break before the first row
    of the next, LibreOffice, which knows no break inside a table, because the last row takes what is left of the page.
    Where much is left, as where a spec has a new page start, and after ``MOST_ROWS`` rows, the table ends there.
    """
    if form is DocxForm.FIXED:
        return tuple(TableView((page,), (0,)) for page in output.pages)
    return tuple(_table(pages, output.frame) for pages in _stretches(output))


def _table(pages: Sequence[Page], frame: Frame) -> TableView:
    fill = [_left(page, frame) for page in pages]
    return TableView(tuple(pages), (*fill[:-1], 0))


def _stretches(output: Paginated) -> Iterator[list[Page]]:
    """The pages of each table."""
    pages: list[Page] = []
    rows = 0
    for page in output.pages:
        if pages and (rows + len(page.rows) > MOST_ROWS or _left(pages[-1], output.frame) > _much(output.frame)):
            yield pages
            pages, rows = [], 0
        pages.append(page)
        rows += len(page.rows)
    yield pages


def _left(page: Page, frame: Frame) -> int:
    """The room that the rows of a page leave; the line that is kept free on each page is not of it."""
    return frame.height - page.height


def _much(frame: Frame) -> float:
    return _MOST_LEFT * frame.capacity

"""Widths: divides a page among the columns of a table by their shares, so that nothing that must be whole is broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import INDENT_STEP, MORE_ROOM, column_names, decimal_width, inches, inner_width, padded
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.metrics import TWIPS_PER_INCH, TWIPS_PER_POINT, Metrics
from adamline.tlf.unbroken import is_number, unbroken, units

_LONGEST_NAME = 40


def set_widths(layout: Layout, metrics: Metrics) -> tuple[int, ...]:
    """The widths of the columns in twips; they add up to the body's width exactly.

    A column has its share of the width, and at least what its heading's longest word and its longest number, date or
    time need, at the cost of the others; the words of the first are whole where there is room. LayoutError, with the
    width that is needed and what each column takes of it, where the page is too narrow for all of them.
    """
    room = round(layout.page.body_width * TWIPS_PER_INCH)
    widths = shared_widths(layout.columns, room)
    least = _least_widths(layout, metrics, widths)
    if all(need <= width for need, width in zip(least, widths, strict=True)):
        return widths
    least = _least_widths(layout, metrics, (0,) * len(widths))
    if sum(least) > room:
        names = zip(column_names(layout), least, strict=True)
        each = ", ".join(f"{name[:_LONGEST_NAME]} {width / TWIPS_PER_INCH:.2f}" for name, width in names)
        count = f"{len(least)} columns that need" if len(least) > 1 else "a column that needs"
        raise LayoutError(
            "The columns are too wide for the page: a number, a date or a word of a heading would be broken.",
            place=Place(file=layout.output),
            expected=f"columns that need at most {inches(room)}",
            found=f"{count} {inches(sum(least))}: {each}",
            hint=MORE_ROOM,
        )
    widths = shared_widths(layout.columns, room, least)
    label = ceil(_longest_word(layout, metrics))
    if widths[0] < label <= room - sum(least[1:]):
        return shared_widths(layout.columns, room, (label, *least[1:]))
    return widths


def _longest_word(layout: Layout, metrics: Metrics) -> float:
    """What the longest word of the first column needs, which is broken only where the page has no room for it."""
    words = ((word.rstrip(), row) for row in layout.rows for word in _words(row.cells[0]))
    return max(
        (padded(metrics.width(word, row.is_strong) + row.indent * INDENT_STEP) for word, row in words), default=0.0
    )


def shared_widths(columns: Sequence[Column], room: int, least: Sequence[int] = ()) -> tuple[int, ...]:
    """Widths by the shares of the columns, each at least its ``least``; they add up to ``room``.

    >>> shared_widths((Column(2), Column(1), Column(1)), 4000)
    (2000, 1000, 1000)
    >>> shared_widths((Column(2), Column(1), Column(1)), 4000, (0, 0, 1600))
    (1600, 800, 1600)
    """
    fixed: dict[int, int] = {}
    while True:
        free = [index for index in range(len(columns)) if index not in fixed]
        left, total = room - sum(fixed.values()), sum(columns[index].share for index in free)
        tight = {i: least[i] for i in free if least and columns[i].share / total * left < least[i]}
        if not tight:
            break
        fixed |= tight
        if len(fixed) == len(columns):
            # All of the room is needed, or what is left of it after rounding.
            fixed[len(columns) - 1] += room - sum(fixed.values())
            return tuple(fixed[index] for index in range(len(columns)))
    edges, done = [0], 0.0
    for index in free:
        done += columns[index].share
        edges.append(round(done / total * left))
    fixed |= dict(zip(free, (right - start for start, right in pairwise(edges)), strict=True))
    return tuple(fixed[index] for index in range(len(columns)))


def _least_widths(layout: Layout, metrics: Metrics, known: Sequence[int]) -> tuple[int, ...]:
    """What each column needs at least; texts that fit the ``known`` widths are not looked into."""
    texts = zip(*(row.cells for row in layout.rows), strict=True) if layout.rows else [()] * len(layout.columns)
    least = [
        _least_of(column, list(each), layout.rows if index == 0 else (), metrics, known[index])
        for index, (column, each) in enumerate(zip(layout.columns, texts, strict=True))
    ]
    for cell, column in sorted(_header_cells(layout), key=lambda found: found[0].span):
        need = padded(max((metrics.width(word.rstrip()) for word in _words(cell.text)), default=0.0))
        lacking = need - sum(least[column : column + cell.span])
        for index in range(column, column + cell.span):
            least[index] += max(0.0, lacking) / cell.span
    return tuple(map(ceil, least))


def _least_of(column: Column, texts: list[str], rows: Sequence[Row], metrics: Metrics, known: int) -> float:
    """What the body of a column needs; ``rows`` are given where they indent its cells."""
    if column.align is Align.DECIMAL:
        return decimal_width((text for text in set(texts) if text and is_number(text)), metrics)
    keys = (
        {(text, row.is_strong, row.indent) for text, row in zip(texts, rows, strict=True)}
        if rows
        else {(text, False, 0) for text in set(texts)}
    )
    # A character at least, with what stands about it.
    least = padded(metrics.size * TWIPS_PER_POINT) if any(texts) else 0.0
    for text, bold, indent in keys:
        room = inner_width(known) - indent * INDENT_STEP
        if metrics.width(text, bold) > room:
            widest = max((metrics.width(part, bold) for part in unbroken(text)), default=0.0)
            least = max(least, padded(widest + indent * INDENT_STEP))
    return least


def _header_cells(layout: Layout) -> Iterator[tuple[HeaderCell, int]]:
    """Each cell of the column header, and the first of its columns."""
    for row in layout.header:
        column = 0
        for cell in row:
            yield cell, column
            column += cell.span


def _words(text: str) -> list[str]:
    return [unit for line in text.split("\n") for unit in units(line)]

"""Widths: divides a page among the columns of a table by their shares, so that nothing that must be whole is broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from adamline.tlf.cells import INDENT_STEP, decimal_width, inner_width, padded
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.metrics import TWIPS_PER_INCH, TWIPS_PER_POINT, Metrics
from adamline.tlf.unbroken import is_number, unbroken, units

# A word is kept whole where it takes no more than this part of the page's width.
WHOLE_WORD = 1 / 6


def set_widths(layout: Layout, metrics: Metrics) -> tuple[int, ...] | None:
    """The widths of the columns in twips; they add up to the body's width exactly.

    A column has its share of the width, and at least what its heading's longest word and its longest number, date or
    time need, at the cost of the others. Words are whole where there is room: those of the first column, then those
    that lack least, none of them wider than a sixth of the page. None where the page is too narrow for all that must
    be whole.
    """
    room = round(layout.page.body_width * TWIPS_PER_INCH)
    widths = shared_widths(layout.columns, room)
    least = _least_widths(layout, metrics, widths)
    if any(need > width for need, width in zip(least, widths, strict=True)):
        least = least_widths(layout, metrics)
        if sum(least) > room:
            return None
        widths = shared_widths(layout.columns, room, least)
    texts = [index for index, column in enumerate(layout.columns) if column.align is not Align.DECIMAL]
    if not any(_longest_word(layout, index, metrics, widths[index]) > widths[index] for index in texts):
        return widths
    return shared_widths(layout.columns, room, _with_words(layout, texts, room, metrics))


def _with_words(layout: Layout, texts: Sequence[int], room: int, metrics: Metrics) -> list[int]:
    """What each column needs at least, with the words of columns of texts as far as there is room for them."""
    least = list(least_widths(layout, metrics))
    words = {index: _longest_word(layout, index, metrics) for index in texts}
    for index in sorted(texts, key=lambda each: (each > 0, words[each] - least[each])):
        lacking = words[index] - least[index]
        if 0 < lacking <= room - sum(least) and (index == 0 or words[index] <= room * WHOLE_WORD):
            least[index] += lacking
    return least


def least_widths(layout: Layout, metrics: Metrics) -> tuple[int, ...]:
    """What each column needs at least, in twips, so that nothing that must be whole is broken."""
    return _least_widths(layout, metrics, (0,) * len(layout.columns))


def longest_words(layout: Layout, metrics: Metrics) -> tuple[int, ...]:
    """What the longest word of each column's body needs, in twips."""
    return tuple(_longest_word(layout, column, metrics) for column in range(len(layout.columns)))


def longest_texts(layout: Layout, metrics: Metrics) -> tuple[int, ...]:
    """What the longest text of each column's body takes on one line, in twips."""
    texts = zip(*(row.cells for row in layout.rows), strict=True) if layout.rows else [()] * len(layout.columns)
    return tuple(ceil(max(map(metrics.width, set(column)), default=0)) for column in texts)


def header_widths(layout: Layout, metrics: Metrics, columns: Sequence[int], needs: Sequence[float]) -> tuple[int, ...]:
    """What some columns need where the words of the header cells over them, or over parts of them, are whole."""
    place = {column: index for index, column in enumerate(columns)}
    lifted: list[float] = list(needs)
    for cell, start in sorted(_header_cells(layout), key=lambda found: found[0].span):
        over = [place[column] for column in range(start, start + cell.span) if column in place]
        lacking = _word_width(cell.text, metrics) - sum(lifted[index] for index in over)
        for index in over:
            lifted[index] += max(0.0, lacking) / len(over)
    return tuple(map(ceil, lifted))


def _longest_word(layout: Layout, column: int, metrics: Metrics, known: float = 0) -> int:
    """What the longest word of a column needs, among the texts that are wider than the ``known`` width."""
    texts = {(row.cells[column], row.is_strong, 0 if column else row.indent) for row in layout.rows}
    wide = [
        key for key in texts if not known or metrics.width(*key[:2]) > inner_width(round(known)) - key[2] * INDENT_STEP
    ]
    words = {(word, bold, indent) for text, bold, indent in wide for word in text.split()}
    widths = (
        metrics.width(unit.rstrip(), bold) + indent * INDENT_STEP
        for word, bold, indent in words
        for unit in units(word)
    )
    return ceil(padded(max(widths, default=0.0))) if words else 0


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
    return header_widths(layout, metrics, range(len(least)), least)


def _word_width(text: str, metrics: Metrics) -> float:
    """What the longest word of a header cell needs."""
    return padded(max((metrics.width(word.rstrip()) for word in _words(text)), default=0.0))


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

"""Spare: the room that columns of texts do not need goes to those whose texts would else be wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from adamline.tlf.cells import INDENT_STEP, padded
from adamline.tlf.layout import Align, Layout
from adamline.tlf.metrics import Metrics

# Space that a column keeps behind its longest text when it gives room away, in twips.
_KEPT = 120


def spared(layout: Layout, widths: tuple[int, ...], metrics: Metrics) -> tuple[int, ...]:
    """The widths, room moved between columns of texts so that more of them stand on one line; they add up to as much.

    A column gives what is left over behind its longest text and the longest line of its head, all in proportion to
    what they have. Columns that lack least take first, each as much as puts all its texts on one line; the next has
    the rest.
    """
    of_texts = [index for index, column in enumerate(layout.columns) if column.align is not Align.DECIMAL]
    if not layout.rows or len(of_texts) < 2:
        return widths
    needs = {index: _line_width(layout, index, metrics) for index in of_texts}
    heads = _head_widths(layout, metrics)
    over = {index: widths[index] - max(needs[index], heads[index]) - _KEPT for index in of_texts}
    given = {index: room for index, room in over.items() if room > 0}
    left, taken = sum(given.values()), dict[int, int]()
    for index in sorted(of_texts, key=lambda each: needs[each] - widths[each]):
        if needs[index] > widths[index] and left:
            taken[index] = min(left, needs[index] + _KEPT // 2 - widths[index])
            left -= taken[index]
    if not taken:
        return widths
    made = [width + taken.get(index, 0) for index, width in enumerate(widths)]
    need, of = sum(taken.values()), sum(given.values())
    for index, room in given.items():
        part = ceil(need * room / of)
        made[index] -= part
        need, of = need - part, of - room
    return tuple(made)


def _line_width(layout: Layout, column: int, metrics: Metrics) -> int:
    """What the texts of a column need on one line each."""
    keys = {(row.cells[column], row.is_strong, 0 if column else row.indent) for row in layout.rows}
    widths = (
        metrics.width(line, bold) + indent * INDENT_STEP for text, bold, indent in keys for line in text.split("\n")
    )
    return ceil(padded(max(widths, default=0.0)))


def _head_widths(layout: Layout, metrics: Metrics) -> Sequence[int]:
    """What the lines of each column's own head need."""
    made = [0] * len(layout.columns)
    for row in layout.header:
        column = 0
        for cell in row:
            if cell.span == 1:
                lines = cell.text.split("\n")
                made[column] = max(made[column], ceil(padded(max(map(metrics.width, lines)))))
            column += cell.span
    return made

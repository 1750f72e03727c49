"""Fitting: label columns as wide as their labels, and columns of numbers in which all numbers line up."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from adamline.tlf.alignment import Alignment
from adamline.tlf.cells import INDENT_STEP, padded
from adamline.tlf.layout import Align, Layout
from adamline.tlf.metrics import Metrics
from adamline.tlf.spare import spared
from adamline.tlf.unbroken import units
from adamline.tlf.widths import shared_widths

# Space behind the longest label, in twips.
_GUTTER = 180
# A label column that needs more than this share of the page wraps its labels.
_MOST_LABEL = 0.4
# Columns of numbers of the largest share are not made wider than this, in twips, so that rows can be read across.
_WIDE_NUMBERS = 2880


def fit_columns(layout: Layout, widths: tuple[int, ...], metrics: Metrics) -> tuple[int, ...]:
    """The widths of a table's columns, fitted to what is in them; they add up to as much.

    The label column that ``fits`` is as wide as its longest label, up to two fifths of the page, as far as the numbers
    leave room in which all of them line up and the words of their heads are whole; then the lines of the heads are
    whole where there is room. Columns of one share have one width where that is enough for each. Where columns are
    left over, the labels have the rest. Without such a column the columns of numbers share what they have, and columns
    of texts give each other what they do not need.
    """
    numbers = [index for index, column in enumerate(layout.columns) if column.align is Align.DECIMAL]
    if not layout.rows:
        return widths
    if not numbers:
        return spared(layout, widths, metrics)
    aligned = _aligned_widths(layout, numbers, metrics)
    if not layout.columns[0].fits or numbers != list(range(1, len(widths))):
        return spared(layout, _shared_among(layout, widths, numbers, aligned), metrics)
    room, wanted = sum(widths), _label_width(layout, metrics)
    tight = _with_heads(layout, aligned, metrics, whole_lines=False)
    easy = _with_heads(layout, aligned, metrics, whole_lines=True)
    label = max(min(wanted, round(_MOST_LABEL * room), room - sum(tight)), min(wanted, widths[0]))
    largest = max(column.share for column in layout.columns[1:])
    most = [
        max(need, _WIDE_NUMBERS * column.share / largest) for need, column in zip(easy, layout.columns[1:], strict=True)
    ]
    label = max(label, room - ceil(sum(most)))
    least = next((each for each in (easy, tight) if sum(each) <= room - label), widths[1:])
    return (label, *shared_widths(layout.columns[1:], room - label, _evened(layout, least, room - label)))


def _aligned_widths(layout: Layout, numbers: Sequence[int], metrics: Metrics) -> list[int]:
    """The width of each column of numbers in which all of them line up."""
    keys = (
        {(row.cells[index], row.is_strong, row.under) for row in layout.rows if row.cells[index]} for index in numbers
    )
    return [ceil(padded(Alignment(each, metrics).width)) for each in keys]


def _shared_among(
    layout: Layout, widths: tuple[int, ...], numbers: Sequence[int], least: Sequence[int]
) -> tuple[int, ...]:
    """The widths where the columns of numbers alone are divided anew, if that makes all numbers line up."""
    room = sum(widths[index] for index in numbers)
    tight = any(widths[index] < need for index, need in zip(numbers, least, strict=True))
    if not tight or sum(least) > room:
        return widths
    shared = dict(zip(numbers, shared_widths([layout.columns[i] for i in numbers], room, least), strict=True))
    return tuple(shared.get(index, width) for index, width in enumerate(widths))


def _label_width(layout: Layout, metrics: Metrics) -> int:
    """What the labels need on one line each, with the gutter behind them, and the words of their head."""
    keys = {(row.cells[0], row.is_strong, row.indent) for row in layout.rows}
    labels = (
        metrics.width(line, bold) + indent * INDENT_STEP for text, bold, indent in keys for line in text.split("\n")
    )
    heads = [row[0].text for row in layout.header if row[0].span == 1]
    longest = max((metrics.width(line) for text in heads for line in text.split("\n")), default=0.0)
    return ceil(padded(max(max(labels, default=0.0), longest)) + _GUTTER)


def _with_heads(layout: Layout, needs: Sequence[int], metrics: Metrics, *, whole_lines: bool) -> list[int]:
    """What the columns behind the first need with their heads, in lines that are whole or broken between words."""
    made: list[float] = list(needs)
    cells = sorted(
        ((cell, sum(each.span for each in row[:place])) for row in layout.header for place, cell in enumerate(row)),
        key=lambda found: found[0].span,
    )
    for cell, start in cells:
        lines = cell.text.split("\n")
        parts = lines if whole_lines else [part.rstrip() for line in lines for part in units(line)]
        lacking = padded(max(map(metrics.width, parts), default=0.0)) - sum(made[start - 1 : start - 1 + cell.span])
        for index in range(start - 1, start - 1 + cell.span) if start else ():
            made[index] += max(0.0, lacking) / cell.span
    return list(map(ceil, made))


def _evened(layout: Layout, least: Sequence[int], room: int) -> Sequence[int]:
    """As much for all columns of one share as one of them needs, if there is room."""
    shares = [column.share for column in layout.columns[1:]]
    most = {share: max(need for need, of in zip(least, shares, strict=True) if of == share) for share in shares}
    even = [most[share] for share in shares]
    return even if sum(even) <= room else least

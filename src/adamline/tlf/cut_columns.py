"""Cuts the columns of a layout that the page is too narrow for into panels, the key columns repeated in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import MORE_ROOM, column_names, inches
from adamline.tlf.fitting import fit_columns
from adamline.tlf.layout import HeaderCell, Layout
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.widths import (
    WHOLE_WORD,
    header_widths,
    least_widths,
    longest_texts,
    longest_words,
    set_widths,
    shared_widths,
)

# A text has the room to stand in so many lines where that takes no more than this part of the page's width.
_MOST_LINES = 8
_LONG_TEXT = 1 / 4
_LONGEST_NAME = 40

# The columns of a panel, and the width of each in twips.
Cut = tuple[tuple[int, ...], tuple[int, ...]]


def cut_columns(layout: Layout, metrics: Metrics) -> tuple[Cut, ...]:
    """The columns of each panel, by their places in the layout, with their widths; all of them in one that holds all.

    A layout is cut where its columns, at their least, need more than the page's width, and before each that
    ``starts_panel``. Its key columns (``key_columns``) stand in each panel, as wide in all of them. Columns under one
    cell of the header stay together if a panel holds them. There are as few panels as that leaves, filled alike; each
    is as wide as the page. LayoutError where the page is too narrow for the keys and one column.
    """
    is_forced = any(column.starts_panel for column in layout.columns)
    widths = None if is_forced else set_widths(layout, metrics)
    if widths is not None:
        return ((tuple(range(len(widths))), fit_columns(layout, widths, metrics)),)
    room = round(layout.page.body_width * TWIPS_PER_INCH)
    least = least_widths(layout, metrics)
    cutter = _needs_of(layout, metrics, least, room)
    keys = tuple(range(layout.key_columns))
    panels = [(*keys, *columns) for columns in cutter.panels()]
    needs = [_with_heads(layout, panel, cutter.needs, room, metrics) for panel in panels]
    first = [
        shared_widths([layout.columns[index] for index in panel], room, need)
        for panel, need in zip(panels, needs, strict=True)
    ]
    # Keys are as wide in each panel: their texts break alike.
    of_keys = tuple(min(widths[key] for widths in first) for key in keys)
    return tuple(
        (panel, (*of_keys, *_others(layout, panel[len(keys) :], need[len(keys) :], room - sum(of_keys))))
        for panel, need in zip(panels, needs, strict=True)
    )


def _others(layout: Layout, columns: Sequence[int], need: Sequence[int], room: int) -> tuple[int, ...]:
    return shared_widths([layout.columns[index] for index in columns], room, need)


def _needs_of(layout: Layout, metrics: Metrics, least: Sequence[int], room: int) -> _Cutter:
    """What cuts the columns: by widths at which texts read well if each goes with the keys then, else by the least.

    LayoutError where one does not go with them by the least.
    """
    words, texts = longest_words(layout, metrics), longest_texts(layout, metrics)
    readable = [
        max(need, min(word, ceil(room * WHOLE_WORD)), min(ceil(text / _MOST_LINES), ceil(room * _LONG_TEXT)))
        for need, word, text in zip(least, words, texts, strict=True)
    ]
    for needs in (readable, list(least)):
        cutter = _Cutter(layout, tuple(needs), room - sum(needs[: layout.key_columns]))
        if cutter.widest <= cutter.room:
            return cutter
    wide = max(range(layout.key_columns, len(least)), key=least.__getitem__, default=0)
    shown = dict.fromkeys([*range(layout.key_columns), wide])
    names = column_names(layout)
    each = ", ".join(f"{names[index][:_LONGEST_NAME]} {least[index] / TWIPS_PER_INCH:.2f}" for index in shown)
    need = sum(least[index] for index in shown)
    count = f"{len(shown)} columns that need" if len(shown) > 1 else "a column that needs"
    raise LayoutError(
        "The columns are too wide for the page: a number, a date or a word of a heading would be broken.",
        place=Place(file=layout.output),
        expected=f"key columns and one other that need at most {inches(room)}" if len(shown) > 1 else inches(room),
        found=f"{count} {inches(need)}: {each}",
        hint=MORE_ROOM,
    )


def _with_heads(
    layout: Layout, panel: tuple[int, ...], needs: Sequence[int], room: int, metrics: Metrics
) -> tuple[int, ...]:
    """What the columns of a panel need, with the parts of header cells that stand over them, if there is room."""
    bare = [needs[index] for index in panel]
    lifted = header_widths(layout, metrics, panel, bare)
    return lifted if sum(lifted) <= room else tuple(bare)


@dataclass
class _Cutter:
    """Cuts the columns after the keys; ``needs`` are those of all columns, ``room`` is what the keys leave."""

    layout: Layout
    needs: tuple[int, ...]
    room: int

    @property
    def widest(self) -> int:
        """What the widest column after the keys needs."""
        return max(self.needs[self.layout.key_columns :], default=0)

    def panels(self) -> list[tuple[int, ...]]:
        """The columns of each panel: as few panels as there can be, and these as narrow as that number allows."""
        count = len(self._cut(self.room))
        low, high = self.widest, self.room
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if len(self._cut(middle)) <= count else (middle + 1, high)
        return self._cut(high)

    def _cut(self, room: int) -> list[tuple[int, ...]]:
        """The columns in panels that need at most this room, but for groups that need more and fit the page."""
        starts = [self.layout.key_columns]
        used = 0
        for start, stop in self._together(self.layout.key_columns, len(self.needs), 0):
            need = sum(self.needs[start:stop])
            if start > starts[-1] and (used + need > room or self.layout.columns[start].starts_panel):
                starts.append(start)
                used = 0
            used += need
        return [tuple(range(start, stop)) for start, stop in pairwise([*starts, len(self.needs)])]

    def _together(self, first: int, end: int, level: int) -> Iterator[tuple[int, int]]:
        """The stretches of columns that stay together: those under a header cell if they fit, else those under it."""
        if level == len(self.layout.header):
            yield from ((index, index + 1) for index in range(first, end))
            return
        for start, stop in _groups(self.layout.header[level], first, end):
            is_cut = any(column.starts_panel for column in self.layout.columns[start + 1 : stop])
            is_wide = sum(self.needs[start:stop]) > self.room
            is_loose = stop - start > 1 and not _is_group(self.layout.header[level], start)
            if is_cut or is_wide or is_loose:
                yield from self._together(start, stop, level + 1)
            else:
                yield start, stop


def _groups(row: Sequence[HeaderCell], first: int, end: int) -> list[tuple[int, int]]:
    """The stretches of the columns ``first`` up to ``end`` that stand under one cell of a header row each."""
    edges = [0, *accumulate(cell.span for cell in row)]
    inside = [edge for edge in edges if first < edge < end]
    return list(pairwise([first, *inside, end]))


def _is_group(row: Sequence[HeaderCell], column: int) -> bool:
    """Whether the header cell over a column has a text: a blank one holds nothing together."""
    edges = accumulate(cell.span for cell in row)
    return next(bool(cell.text) for cell, edge in zip(row, edges, strict=True) if column < edge)

"""Flow: the rows of a table measured, one after the other, with the headings that stand before each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import INDENT_STEP, check_text, inner_width, set_body
from adamline.tlf.layout import Layout, Row
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import BLANK, Cell, Frame, PageRow, Panel, RowKind, column_widths

CONTINUED = " (continued)"
# Space between the rule of the column header and the first row, and between the last row and its rule, in twips.
FIRST_GAP = 40
LAST_GAP = 30


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings before a row: a cell for each, their height together, whether the first is of the first level."""

    cells: tuple[Cell, ...]
    height: int
    has_top: bool


class Flow:
    """The rows of a table in order, measured; a row taller than a page is several pieces, each a row here.

    ``inside[r]`` is the height of row r, with headings and gap, where it follows another on the page; ``top[r]``
    its height as the first row of a page, with all its headings and keys. ``units`` are the stretches of rows that
    should stay together.
    """

    def __init__(self, layout: Layout, panels: Sequence[Panel], frame: Frame, metrics: Metrics) -> None:
        """Wrap and measure all rows of a layout that has some."""
        self._layout, self._frame, self._metrics = layout, frame, metrics
        # A column is as wide, and all panels together are, in each panel.
        self._widths = column_widths(panels)
        self._width = panels[0].width
        self._heads: dict[tuple[tuple[str, ...], int, int], Heads] = {}
        self._columns = set_body(layout, self._widths, metrics)
        self._rows = list(range(len(layout.rows)))
        self._fresh = [0, *(_first_change(a.group_below, b.group) for a, b in pairwise(layout.rows))]
        self._hidden = [0, *(_same_keys(a, b, layout.repeat_keys) for a, b in pairwise(layout.rows))]
        alone = _alone(layout)
        apart = (_apart(a, b) and not both for (a, b), both in zip(pairwise(layout.rows), alone, strict=True))
        under = [*_under_a_row(layout.rows)][1:]
        self._gaps = [0, *(frame.gap if one and not other else 0 for one, other in zip(apart, under, strict=True))]
        self._split_tall_rows()
        self._measure()

    def _row(self, piece: int) -> Row:
        return self._layout.rows[self._rows[piece]]

    def _heads_before(self, piece: int, *, first: bool) -> Heads:
        """The headings before a row: the new ones, and, first on a page, the others as continued."""
        fresh = self._fresh[piece]
        return self._heads_of(self._row(piece), fresh, 0 if first else fresh)

    def _heads_of(self, row: Row, fresh: int, start: int) -> Heads:
        """The headings over a row from depth ``start``; those above depth ``fresh`` are continued."""
        key = (row.group, fresh, start)
        if key not in self._heads:
            self._heads[key] = self._set_heads(row, fresh, start)
        return self._heads[key]

    def _set_heads(self, row: Row, fresh: int, start: int) -> Heads:
        room = inner_width(self._width)
        cells = []
        for depth, text in enumerate(row.group):
            if depth >= start and text:
                check_text(text, Place(file=self._layout.output), "heading")
                shown = text if depth >= fresh else text + CONTINUED
                lines = self._metrics.wrap(shown, room - depth * INDENT_STEP, depth == row.top)
                cells.append(Cell(lines, depth * INDENT_STEP))
        height = sum(len(cell.lines) for cell in cells) * self._frame.line
        return Heads(tuple(cells), height, has_top=start <= row.top)

    def _split_tall_rows(self) -> None:
        """Cut each row that no page can hold into pieces that fill one, so that each but the first starts a page.

        Keys are repeated with each piece, and the last key (the first cell, where there are none) says that the
        record is continued: its other cells, blank now, would else look like missing data.
        """
        counts = np.array([[len(cell.lines) for cell in column] for column in self._columns]).max(axis=0).tolist()
        room = [self._lines_of_page(row) for row in range(len(counts))]
        if all(count <= lines for count, lines in zip(counts, room, strict=True)):
            return
        keys = max(1, self._layout.repeat_keys)
        mark = self._metrics.wrap(CONTINUED.strip(), inner_width(self._widths[keys - 1]))
        pieces = [
            (row, *piece)
            for row, (cell, count, lines) in enumerate(zip(self._columns[keys - 1], counts, room, strict=True))
            for piece in _pieces(count, lines, lines - len(mark) if len(cell.lines) > lines else lines)
        ]
        self._columns = [
            [_slice(column[row], start, stop, room[row], keep=index < keys) for row, start, stop in pieces]
            for index, column in enumerate(self._columns)
        ]
        self._columns[keys - 1] = [
            _marked(cell, mark, room[row]) if start else cell
            for cell, (row, start, _) in zip(self._columns[keys - 1], pieces, strict=True)
        ]
        rows = self._layout.rows
        self._fresh = [len(rows[row].group) if start else self._fresh[row] for row, start, _ in pieces]
        self._hidden = [self._hidden[row] for row, _, _ in pieces]
        self._gaps = [self._gaps[row] for row, _, _ in pieces]
        self._rows = [row for row, _, _ in pieces]

    def _lines_of_page(self, row: int) -> int:
        """How many lines of a row a page can hold under all headings of the row."""
        held = self._layout.rows[row]
        heads = self._heads_of(held, len(held.group), 0).height
        lines = (self._frame.capacity - FIRST_GAP - LAST_GAP - heads) // self._frame.line
        if lines < 1:
            raise LayoutError(
                "The headings of a group fill a page by themselves.",
                place=Place(file=self._layout.output, record=row),
                hint="shorten the headings",
            )
        return lines

    def _measure(self) -> None:
        """Fill ``inside``, ``top`` and the heights of the rows alone."""
        counts = np.array([[len(cell.lines) for cell in column] for column in self._columns])
        hidden = np.array(self._hidden)
        shown = counts.copy()
        for key in range(self._layout.repeat_keys):
            shown[key][hidden > key] = 1
        self._height_top = (counts.max(axis=0) * self._frame.line).tolist()
        self._height_inside = (shown.max(axis=0) * self._frame.line).tolist()
        count = range(len(self))
        self.top = [
            FIRST_GAP + LAST_GAP + self._heads_before(r, first=True).height + self._height_top[r] for r in count
        ]
        self.inside = [
            self._gaps[r] + self._heads_before(r, first=False).height + self._height_inside[r] for r in count
        ]

    def breaks(self) -> frozenset[int]:
        """The rows before which a page ends because the layout says so."""
        pages = [self._row(piece).page for piece in range(len(self))]
        return frozenset(piece for piece, (one, next_) in enumerate(pairwise(pages), start=1) if one != next_)

    def __len__(self) -> int:
        """The number of rows, pieces counted."""
        return len(self._rows)

    def units(self) -> list[tuple[int, int]]:
        """The stretches of rows that should stay together.

        They are the rows of a block that takes at most half a page; a row that heads others and what follows; and,
        of a taller block and under a heading, the first two rows and the last two.
        """
        rows = [self._row(piece) for piece in range(len(self))]
        before = [0, *accumulate(self.inside)]
        edges = [0]
        for start, stop in _runs(rows, lambda a, b: bool(a.block) and a.block == b.block):
            is_whole = before[stop] - before[start] - self._gaps[start] <= self._frame.capacity // 2
            edges += [start] if start and _is_edge(rows, start) else []
            if not is_whole:
                edges += [piece for piece in range(start + 2, stop - 1) if _is_edge(rows, piece)]
        return list(pairwise([*edges, len(self)]))

    def page_rows(self, start: int, stop: int, panel: Panel) -> tuple[PageRow, ...]:
        """The rows of the page that holds rows ``start`` up to ``stop`` of a panel, headings among them."""
        columns = [self._columns[index] for index in panel.columns]
        page: list[PageRow] = []
        for piece in range(start, stop):
            first = piece == start
            gap = FIRST_GAP if first else self._gaps[piece]
            row = self._rows[piece]
            heads = self._heads_before(piece, first=first)
            for number, cell in enumerate(heads.cells):
                height = len(cell.lines) * self._frame.line + gap
                page.append(PageRow(RowKind.HEADING, (cell,), height, gap, heads.has_top and number == 0, row))
                gap = 0
            cells = tuple(column[piece] for column in columns)
            if not first and self._hidden[piece]:
                hidden = self._hidden[piece]
                cells = (BLANK,) * hidden + cells[hidden:]
            height = (self._height_top if first else self._height_inside)[piece] + gap
            height += LAST_GAP if piece == stop - 1 else 0
            page.append(PageRow(RowKind.BODY, cells, height, gap, self._row(piece).is_strong, row))
        return tuple(page)


def _first_change(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """The depth of the first heading of ``after`` that is new; its length if none is."""
    if before == after:
        return len(after)
    same = (a == b for a, b in zip(before, after, strict=False))
    return next((depth for depth, equal in enumerate(same) if not equal), min(len(before), len(after)))


def _same_keys(before: Row, after: Row, count: int) -> int:
    """How many leading keys a row shares with the one before it; none where a new group starts."""
    if before.group != after.group:
        return 0
    same = (a == b for a, b in zip(before.cells[:count], after.cells[:count], strict=True))
    return next((index for index, equal in enumerate(same) if not equal), count)


def _apart(before: Row, after: Row) -> bool:
    """Whether space stands between two rows: a heading or another block comes in between, or the other is one.

    A row that is set in below one under the same headings is a part of it.
    """
    if before.heads and before.group_below in (after.group, after.group_below):
        return False
    if after.indent > before.indent and after.group == before.group and not after.heads:
        return False
    return after.heads or before.block != after.block or _first_change(before.group, after.group) < len(after.group)


def _alone(layout: Layout) -> Iterator[bool]:
    """Whether two rows of a table are a block each, of one row, and stand under the same headings."""
    runs = [stop - start for start, stop in _runs(layout.rows, lambda a, b: a.block == b.block)]
    sizes = [size for size in runs for _ in range(size)]
    for (before, after), one, other in zip(pairwise(layout.rows), sizes, sizes[1:], strict=False):
        are_single = one == other == 1 and bool(before.block and after.block) and not layout.repeat_keys
        yield are_single and before.group == after.group and not (before.heads or after.heads)


def _under_a_row(rows: Iterable[Row]) -> Iterator[bool]:
    """Whether each row stands under one that is itself its heading."""
    heading: tuple[str, ...] = ()
    for row in rows:
        is_under = bool(heading) and row.group[: len(heading)] == heading
        if not is_under:
            heading = row.group_below if row.heads else ()
        yield is_under


def _runs(rows: Sequence[Row], is_same: Callable[[Row, Row], bool]) -> list[tuple[int, int]]:
    """The stretches of rows that follow each other on pages that the layout does not part and are the same."""
    edges = [place for place, (a, b) in enumerate(pairwise(rows), start=1) if a.page != b.page or not is_same(a, b)]
    return list(pairwise([0, *edges, len(rows)]))


def _is_edge(rows: Sequence[Row], place: int) -> bool:
    """Whether a page may end before a row, blocks aside: not behind the first row of a heading, or before its last."""
    before, row = rows[place - 1], rows[place]
    if before.page != row.page:
        return True
    if before.heads:
        return False
    if not row.group or row.group != before.group:
        return True
    is_second = place == 1 or rows[place - 2].group != row.group
    is_last = place + 1 == len(rows) or rows[place + 1].group != row.group
    return not (is_second or is_last)


def _pieces(count: int, first: int, next_ones: int) -> list[tuple[int, int]]:
    """Where the pieces of a row of ``count`` lines start and stop; each but the last fills a page.

    Pieces after the first may hold fewer lines, because a mark stands on their pages too.

    >>> _pieces(8, 3, 2)
    [(0, 3), (3, 5), (5, 7), (7, 8)]
    """
    step = next_ones if next_ones > 0 else first
    edges = [0, *range(first, count, step), count]
    return list(pairwise(edges))


def _slice(cell: Cell, start: int, stop: int, room: int, *, keep: bool) -> Cell:
    """The lines of a cell that stand in one piece of its row; a key that fits a page is kept whole in each.

    A line feed where the row is cut is left out: it would be one more line below the piece.
    """
    if keep and len(cell.lines) <= room:
        return cell
    lines = cell.lines[start:stop]
    if not lines:
        return BLANK
    return Cell((*lines[:-1], lines[-1].removesuffix("\n") if stop < len(cell.lines) else lines[-1]), cell.indent)


def _marked(cell: Cell, mark: tuple[str, ...], room: int) -> Cell:
    """The cell with the mark on lines of its own below it; without it where there is no room for both."""
    if len(cell.lines) + len(mark) > room:
        return cell
    if not cell.text:
        return Cell(mark, cell.indent)
    return Cell((*cell.lines[:-1], cell.lines[-1].removesuffix("\n") + "\n", *mark), cell.indent)

"""Paginate: cuts a layout into pages after every text is wrapped, so that each page is known before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import INDENT_STEP, check_text, inner_width, set_body
from adamline.tlf.frame import picture_size, set_frame
from adamline.tlf.layout import Layout, Row
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import BLANK, Cell, Frame, Page, PageRow, Paginated, RowKind

CONTINUED = " (continued)"
# Space between the rule of the column header and the first row, in twips.
FIRST_GAP = 40


def paginate(layout: Layout) -> Paginated:
    """Cut a layout into its pages.

    Every text is wrapped first, in the measured width of its column; pages are filled second, by the heights of the
    wrapped rows. The rules, in order of precedence: a row is not split unless it is taller than a page; headings
    stay with the first rows under them; the rows of a block stay together if a page holds them. A page that starts
    inside a group repeats the group's headings with "(continued)"; repeated keys are shown again on its first row.
    A table without rows is one page with the layout's ``empty`` text.

    Raises LayoutError for header or rows that do not match the columns, for a number wider than its column, for a
    text with control characters, and where titles and footnotes leave no room.
    """
    _check(layout)
    metrics = Metrics(layout.page.font, layout.page.font_size)
    frame = set_frame(layout, metrics)
    if layout.picture is not None:
        size = picture_size(layout.picture, layout, frame.capacity)
        return Paginated(layout, frame, (_page(1, (), frame, round(size[1] * TWIPS_PER_INCH)),), size)
    if not layout.rows:
        return Paginated(layout, frame, (_page(1, (_empty_row(layout, frame, metrics),), frame),))
    flow = _Flow(layout, frame, metrics)
    starts = _page_starts(flow.units(), flow.inside, flow.top, frame.capacity)
    bounds = pairwise([*starts, len(flow.rows)])
    pages = tuple(_page(n, flow.page_rows(*bound), frame) for n, bound in enumerate(bounds, start=1))
    return Paginated(layout, frame, pages)


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


def _page(number: int, rows: tuple[PageRow, ...], frame: Frame, picture_height: int = 0) -> Page:
    used = frame.height - frame.capacity
    return Page(number, rows, used + picture_height + sum(row.height for row in rows))


def _empty_row(layout: Layout, frame: Frame, metrics: Metrics) -> PageRow:
    """The row that says that there is nothing to show, with half a line above and below it."""
    check_text(layout.empty, Place(file=layout.output), "text for an empty body")
    cell = Cell(metrics.wrap(layout.empty, inner_width(sum(frame.widths))))
    return PageRow(RowKind.EMPTY, (cell,), len(cell.lines) * frame.line + 2 * frame.gap, frame.gap, False, -1)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The headings before a row: cells, their heights and how many of them are there to say "(continued)"."""

    cells: tuple[Cell, ...]
    height: int


class _Flow:
    """The rows of a table in order, measured; a row taller than a page is several pieces, each a row here.

    ``inside[r]`` is the height of row r, with headings and gap, where it follows another on the page; ``top[r]``
    its height as the first row of a page, with all its headings and keys.
    """

    def __init__(self, layout: Layout, frame: Frame, metrics: Metrics) -> None:
        self.layout, self.frame, self._metrics = layout, frame, metrics
        self._heads: dict[tuple[tuple[str, ...], int, int], _Heads] = {}
        self.columns = set_body(layout, frame.widths, metrics)
        self.rows = list(range(len(layout.rows)))
        self.fresh = [0, *(_first_change(a.group, b.group) for a, b in pairwise(layout.rows))]
        self.hidden = [0, *(_same_keys(a, b, layout.repeat_keys) for a, b in pairwise(layout.rows))]
        self.gaps = [0, *(frame.gap if _apart(a, b) else 0 for a, b in pairwise(layout.rows))]
        self._split_tall_rows()
        self._measure()

    def _row(self, piece: int) -> Row:
        return self.layout.rows[self.rows[piece]]

    def heads(self, piece: int, *, first: bool) -> _Heads:
        """The headings before a row: the new ones, and, first on a page, the others as continued."""
        group, fresh = self._row(piece).group, self.fresh[piece]
        key = (group, fresh, 0 if first else fresh)
        if key not in self._heads:
            self._heads[key] = self._set_heads(*key)
        return self._heads[key]

    def _set_heads(self, group: tuple[str, ...], fresh: int, start: int) -> _Heads:
        room = inner_width(sum(self.frame.widths))
        cells = []
        for depth, text in enumerate(group):
            if depth >= start and text:
                check_text(text, Place(file=self.layout.output), "heading")
                shown = text if depth >= fresh else text + CONTINUED
                lines = self._metrics.wrap(shown, room - depth * INDENT_STEP)
                cells.append(Cell(lines, depth * INDENT_STEP))
        return _Heads(tuple(cells), sum(len(cell.lines) for cell in cells) * self.frame.line)

    def _split_tall_rows(self) -> None:
        """Cut each row that no page can hold into pieces that fill one; keys are repeated with each piece."""
        counts = np.array([[len(cell.lines) for cell in column] for column in self.columns]).max(axis=0)
        room = self.frame.capacity - FIRST_GAP
        most = room // self.frame.line
        deep = max(len(row.group) for row in self.layout.rows)
        if deep == 0 and counts.max() <= most:
            return
        pieces: list[tuple[int, int, int]] = []
        for row, count in enumerate(counts.tolist()):
            group = self.layout.rows[row].group
            lines = (room - self._set_heads_height(group)) // self.frame.line if group else most
            if lines < 1:
                raise LayoutError(
                    "The headings of a group fill a page by themselves.",
                    place=Place(file=self.layout.output, record=row),
                    hint="shorten the headings",
                )
            pieces += [(row, start, lines) for start in range(0, count, lines)]
        if len(pieces) == len(self.rows):
            return
        keys = self.layout.repeat_keys
        self.columns = [
            [_slice(column[row], start, lines, keep=index < keys) for row, start, lines in pieces]
            for index, column in enumerate(self.columns)
        ]
        rows = self.layout.rows
        self.fresh = [self.fresh[row] if start == 0 else len(rows[row].group) for row, start, _ in pieces]
        self.hidden = [self.hidden[row] if start == 0 else keys for row, start, _ in pieces]
        self.gaps = [self.gaps[row] if start == 0 else 0 for row, start, _ in pieces]
        self.rows = [row for row, _, _ in pieces]

    def _set_heads_height(self, group: tuple[str, ...]) -> int:
        """The height of all headings of a group when each is continued."""
        key = (group, len(group), 0)
        if key not in self._heads:
            self._heads[key] = self._set_heads(*key)
        return self._heads[key].height

    def _measure(self) -> None:
        """Fill ``inside``, ``top`` and the heights of the rows alone."""
        counts = np.array([[len(cell.lines) for cell in column] for column in self.columns])
        hidden = np.array(self.hidden)
        shown = counts.copy()
        for key in range(self.layout.repeat_keys):
            shown[key][hidden > key] = 1
        self.height_top = (counts.max(axis=0) * self.frame.line).tolist()
        self.height_inside = (shown.max(axis=0) * self.frame.line).tolist()
        count = range(len(self.rows))
        self.top = [FIRST_GAP + self.heads(r, first=True).height + self.height_top[r] for r in count]
        self.inside = [self.gaps[r] + self.heads(r, first=False).height + self.height_inside[r] for r in count]

    def units(self) -> list[tuple[int, int]]:
        """The stretches of rows that should stay together: the rows of a block, or one row alone."""
        edges = [0]
        for piece in range(1, len(self.rows)):
            block = self._row(piece).block
            if not block or block != self._row(piece - 1).block:
                edges.append(piece)
        return list(pairwise([*edges, len(self.rows)]))

    def page_rows(self, start: int, stop: int) -> tuple[PageRow, ...]:
        """The rows of the page that holds rows ``start`` up to ``stop``, headings among them."""
        page: list[PageRow] = []
        for piece in range(start, stop):
            first = piece == start
            gap = FIRST_GAP if first else self.gaps[piece]
            row = self.rows[piece]
            for cell in self.heads(piece, first=first).cells:
                height = len(cell.lines) * self.frame.line + gap
                page.append(PageRow(RowKind.HEADING, (cell,), height, gap, False, row))
                gap = 0
            cells = tuple(column[piece] for column in self.columns)
            if not first and self.hidden[piece]:
                hidden = self.hidden[piece]
                cells = (BLANK,) * hidden + cells[hidden:]
            height = (self.height_top if first else self.height_inside)[piece] + gap
            page.append(PageRow(RowKind.BODY, cells, height, gap, self._row(piece).bold, row))
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
    """Whether space stands between two rows: a heading or another block comes in between."""
    return before.block != after.block or _first_change(before.group, after.group) < len(after.group)


def _slice(cell: Cell, start: int, count: int, *, keep: bool) -> Cell:
    """The lines of a cell that stand in one piece of its row; a key that fits is kept whole in each."""
    if keep and len(cell.lines) <= count:
        return cell
    lines = cell.lines[start : start + count]
    return Cell(lines, cell.indent) if lines else BLANK


def _page_starts(units: list[tuple[int, int]], inside: list[int], top: list[int], capacity: int) -> list[int]:
    """The first row of each page: units are placed one after the other, a unit too tall for any page row by row."""
    before = [0, *accumulate(inside)]
    starts = [0]
    used = 0
    for start, stop in units:
        whole = before[stop] - before[start]
        if start and used + whole <= capacity:
            used += whole
            continue
        alone = top[start] + before[stop] - before[start + 1]
        if alone <= capacity:
            starts += [start] if start else []
            used = alone
            continue
        for row in range(start, stop):
            if row and used + inside[row] <= capacity:
                used += inside[row]
            else:
                starts += [row] if row else []
                used = top[row]
    return starts

"""Pages: the immutable model of one output cut into pages, which every writer renders as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adamline.tlf.layout import Align, Layout


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in its lines (joined, they are the text) and how far it stands from the left, in twips.

    ``spaces`` are pairs of an offset in the text, which is above zero, and of twips: so much room stands, beside what
    the text itself takes, before the character at that offset. A cell with spaces has one line.
    """

    lines: tuple[str, ...]
    indent: int = 0
    spaces: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)


BLANK = Cell(("",))


class RowKind(StrEnum):
    """What a row of a page is; only BODY rows have a cell for each column, the others one across the panel."""

    HEADING = "heading"
    BODY = "body"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row of a page; ``row`` is its index in the layout (of a heading: of the row it stands over).

    A BODY row has a cell for each column of its page's panel, in the order of the panel's ``columns``. ``height`` holds
    the lines and ``gap``, the space above them, both in twips.
    """

    kind: RowKind
    cells: tuple[Cell, ...]
    height: int
    gap: int
    bold: bool
    row: int


@dataclass(frozen=True, slots=True)
class HeaderPageCell:
    """A cell of the column header; ``rule`` says that a rule stands below it."""

    cell: Cell
    span: int
    width: int
    align: Align
    rule: bool


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One row of a panel's column header."""

    cells: tuple[HeaderPageCell, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Panel:
    """The columns that stand beside each other on a page: which of the layout's, how wide, and the header over them.

    A layout whose columns fit the page has one panel. ``widths`` are in twips, one for each of ``columns``; a figure
    has none.
    """

    columns: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    header: tuple[HeaderRow, ...] = ()

    @property
    def width(self) -> int:
        """The width of the columns together."""
        return sum(self.widths)

    @property
    def header_height(self) -> int:
        """The height of the column header."""
        return sum(row.height for row in self.header)


def column_widths(panels: Sequence[Panel]) -> tuple[int, ...]:
    """The width of each column of a layout, in the order of its columns.

    >>> column_widths([Panel((0, 1), (900, 300)), Panel((0, 2), (900, 300))])
    (900, 300, 300)
    """
    widths = {column: width for panel in panels for column, width in zip(panel.columns, panel.widths, strict=True)}
    return tuple(widths[column] for column in sorted(widths))


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number in the output, its panel and rows, and the height of all that stands on it, in twips."""

    number: int
    panel: Panel
    rows: tuple[PageRow, ...]
    height: int


@dataclass(frozen=True)
class Frame:
    """What stands on each page of an output around the body, wrapped, with the measures that writers need.

    Lengths are in twips. ``capacity`` is the height that is left for the body's rows on each page, below the highest
    column header.
    """

    study: tuple[str, ...]
    titles: tuple[str, ...]
    population: tuple[str, ...]
    footnotes: tuple[str, ...]
    source: tuple[str, ...]
    line: int
    gap: int
    height: int
    capacity: int


@dataclass(frozen=True)
class Paginated:
    """One output on its pages; ``picture_size`` is the width and height of a figure as shown, in inches."""

    layout: Layout
    frame: Frame
    pages: tuple[Page, ...]
    picture_size: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Planned:
    """An output of a document: how many pages it has is known, the pages themselves are made when they are written.

    Of ``layout`` only what stands around the body is asked for. ``media`` are the formats in which its figure is there.
    """

    layout: Layout
    pages: int
    media: tuple[str, ...]
    paginated: Callable[[], Paginated]

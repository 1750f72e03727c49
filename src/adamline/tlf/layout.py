"""Layout: the immutable model of one output, before it is cut into pages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from adamline.analyses.empty_text import EMPTY_TEXT
from adamline.findings import Finding


class Align(StrEnum):
    """How the text of a column stands in its cell; DECIMAL lines numbers up at their decimal point."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    DECIMAL = "decimal"


@dataclass(frozen=True)
class PageSetup:
    """Paper, margins and type; lengths in inches, font size in points. US letter, landscape, by default.

    Columns that are cut into panels go across the pages: the rows of a page in each panel, then the next rows; with
    ``panels_down``, all rows of a panel come before the next one. The font is one of those whose widths are known:
    Times New Roman, Arial, Courier New (or Liberation Serif, Sans, Mono, which have the same widths).
    """

    width: float = 11.0
    height: float = 8.5
    margin_top: float = 1.0
    margin_bottom: float = 0.75
    margin_left: float = 1.0
    margin_right: float = 1.0
    font: str = "Times New Roman"
    font_size: float = 9.0
    panels_down: bool = False

    @property
    def body_width(self) -> float:
        """Width between the margins, in inches."""
        return self.width - self.margin_left - self.margin_right

    @property
    def body_height(self) -> float:
        """Height between the margins, in inches."""
        return self.height - self.margin_top - self.margin_bottom


LETTER = PageSetup()
A4 = PageSetup(width=11.69, height=8.27)


@dataclass(frozen=True)
class Column:
    """One column: its share of the table's width (shares are relative) and how its cells are aligned.

    A first column of labels that ``fits`` is as wide as its labels need, as far as columns of numbers leave room.
    ``starts_panel`` cuts the table before it: it stands on another page than the columns on its left, the keys apart.
    """

    share: float
    align: Align = Align.LEFT
    starts_panel: bool = False
    fits: bool = False


@dataclass(frozen=True)
class HeaderCell:
    """A cell of the column header; a cell over several columns carries a rule below it."""

    text: str
    span: int = 1
    align: Align = Align.CENTER


@dataclass(frozen=True)
class Row:
    """One row of the body.

    ``cells`` has a text for each column; a line feed in it is a line break. ``indent`` moves the first cell right,
    counted from the edge of the table: the heading at depth k of ``group`` stands at indent k, so rows under one
    heading usually have indent 1. ``group`` is the chain of headings the row stands under, outermost first; the
    pages show them as rows of their own, once, and again with "(continued)" at the top of a page that starts inside
    the group. Those of the first level are in bold, those below it are set in. A row that ``heads`` others has cells of
    its own and is the heading of the rows under it, in bold if it is of the first level: their group goes on with its
    first cell, it stays with the first of them, and only its text is repeated as continued. Rows that follow each other
    with the same ``block`` (not empty) stay on one page if half of one holds them; half a line of space stands before a
    heading, before the outermost of rows that head others, and between blocks. Where ``page`` is another than on the
    row before, a new page starts. ``results`` names, cell by cell, the results behind the text, a line each (empty
    where none is).
    """

    cells: tuple[str, ...]
    indent: int = 0
    group: tuple[str, ...] = ()
    heads: bool = False
    block: str = ""
    bold: bool = False
    page: str = ""
    results: tuple[str, ...] = ()

    @property
    def top(self) -> int:
        """The depth of the outermost heading over the row that has a text: the one of the first level, in bold."""
        return next((depth for depth, text in enumerate(self.group) if text), len(self.group))

    @property
    def is_strong(self) -> bool:
        """Whether the row is in bold: it says so, or it is itself the heading of the first level."""
        return self.bold or (self.heads and self.top == len(self.group))

    @property
    def under(self) -> str:
        """The outermost heading that the row stands under, or is."""
        return next((text for text in self.group_below if text), "")

    @property
    def group_below(self) -> tuple[str, ...]:
        """The headings of which the row below need not say again: its own, and the row itself where it is one."""
        return (*self.group, self.cells[0]) if self.heads else self.group


@dataclass(frozen=True)
class Picture:
    """A figure as bytes: PNG for every reader, SVG for those that can; size in inches; text for screen readers.

    One whose rows need more pages than one is the first of them, and the others, of the same size, are ``further``.
    """

    png: bytes
    svg: bytes
    width: float
    height: float
    alt: str
    further: tuple[Picture, ...] = ()

    @property
    def pages(self) -> tuple[Picture, ...]:
        """What stands on each page of the output."""
        return (replace(self, further=()), *self.further)


@dataclass(frozen=True)
class Layout:
    """One output: a table or listing (``columns``, ``header``, ``rows``) or a figure (``picture``).

    ``repeat_keys`` is the number of leading columns whose text is shown only where it, or one left of it, changes,
    and always on the first row of a page (listings). Where the page is too narrow for all columns they are cut into
    panels, each on pages of its own, and the leading ``fixed_columns``, at least those of ``repeat_keys``, stand in
    each. ``empty`` is shown in place of a body without rows. ``findings``
    are what there is to say of how it was laid out.
    """

    output: str
    titles: tuple[str, ...]
    population: str = ""
    columns: tuple[Column, ...] = ()
    header: tuple[tuple[HeaderCell, ...], ...] = ()
    rows: tuple[Row, ...] = ()
    footnotes: tuple[str, ...] = ()
    source: str = ""
    study: str = ""
    repeat_keys: int = 0
    fixed_columns: int = 1
    picture: Picture | None = None
    empty: str = EMPTY_TEXT
    page: PageSetup = field(default_factory=PageSetup)
    findings: tuple[Finding, ...] = ()

    @property
    def key_columns(self) -> int:
        """How many leading columns stand in each panel."""
        return max(self.fixed_columns, self.repeat_keys)

"""Views: an output as the Word templates see it, with the styles, pictures and bookmarks made on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, count, pairwise

from markupsafe import Markup

from adamline.errors import LayoutError, Place
from adamline.spec.docx_form import DocxForm
from adamline.tlf.cells import PADDING
from adamline.tlf.frame import NOTE_GAP
from adamline.tlf.layout import Align, Layout, PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import Frame, Page, PageRow, Paginated, Panel, Planned, RowKind
from adamline.tlf.render._cell_frame import CellTemplate
from adamline.tlf.render._cell_writer import CellWriter
from adamline.tlf.render._tables import TableView, tables_of

EMU_PER_INCH = 914400
# Lines that a figure leaves free in what flows: it cannot be cut, and would leave a page where titles grow.
FIGURE_LINES = 3
# The rule over the notes in a footer, with its distance from the text: a part of the gap above them.
NOTE_RULE = 35
# The bytes that each PNG begins with.
_PNG = b"\x89PNG\r\n\x1a\n"
# The indents of decimal cells are measured from the left.
CELL_STYLE = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "left"}
# A header over a decimal column is centred over its numbers.
HEAD_STYLE = CELL_STYLE | {Align.DECIMAL: "center"}


@dataclass(frozen=True)
class Paper:
    """The measures of a section, in twips."""

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    body_width: int


@dataclass(frozen=True)
class PictureView:
    """A page of a figure as a document refers to it: the page of the whole that it stands on, and its size in EMU."""

    number: int
    png: str
    svg: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class SectionView:
    """The section an output stands in; in the fixed form consecutive outputs on the same paper share one.

    ``header`` and ``footer`` are relationship ids, empty where there is none. ``top`` and ``bottom`` are the margins of
    the body in twips, outside which they stand. ``closes`` says that it is the last of the document.
    """

    paper: Paper
    header: str
    footer: str
    top: int
    bottom: int
    starts: bool
    ends: bool
    closes: bool


@dataclass(frozen=True)
class TextView:
    """The texts around an output's body, in their lines; ``caption`` and ``description`` are read out, not shown.

    ``study`` and ``notes`` are several texts, each with its lines; ``title`` is one, all titles in it.
    """

    study: tuple[tuple[str, ...], ...]
    title: tuple[str, ...]
    population: tuple[str, ...]
    notes: tuple[tuple[str, ...], ...]
    has_source: bool
    caption: str
    description: str


@dataclass(frozen=True)
class OutputView:
    """All that the templates need to know of one output.

    ``first`` is the page on which it begins, ``count`` the number of pages, both of the document; they are what fields
    say until Word counts anew.
    """

    number: int
    bookmark: str
    form: DocxForm
    pages: tuple[Page, ...]
    tables: tuple[TableView, ...]
    first: int
    count: int
    frame: Frame
    text: TextView
    pictures: tuple[PictureView, ...]
    style: Mapping[str, str]
    body: CellWriter
    section: SectionView
    padding: int = PADDING
    note_gap: int = NOTE_GAP
    note_rule: int = NOTE_RULE

    def cells(self, row: PageRow, panel: Panel, starts_page: bool = False) -> Markup:
        """The cells of a body row, which a page may start before."""
        return self.body.cells(row, panel, starts_page)

    def rows(self, page: Page, fill: int, starts_page: bool) -> Markup:
        """The body rows of a page, the last one taller by ``fill``; a page of Word's may start with them."""
        return self.body.rows(page, fill, starts_page)


@dataclass(frozen=True)
class Given:
    """What a document gives each of its outputs: number, bookmark, styles, pictures, sections, place in the whole."""

    number: int
    bookmark: str
    form: DocxForm
    style: Mapping[str, str]
    media: Sequence[Mapping[str, str]]
    section: SectionView
    first: int
    count: int


def output_view(output: Paginated, given: Given, cell: CellTemplate) -> OutputView:
    """An output as the templates see it."""
    return OutputView(
        number=given.number,
        bookmark=given.bookmark,
        form=given.form,
        pages=output.pages,
        tables=() if output.layout.picture else tables_of(output, given.form),
        first=given.first,
        count=given.count,
        frame=output.frame,
        text=text_of(output.layout, output.frame),
        pictures=_pictures(output, given),
        style=given.style,
        body=_cell_writer(output, given.style, cell),
        section=_with_edges(given.section, output.frame) if given.form is DocxForm.FLOW else given.section,
    )


def _with_edges(section: SectionView, frame: Frame) -> SectionView:
    """The section with room for titles above its body and for footnotes below it."""
    above = sum(map(len, (frame.study, frame.titles, frame.population))) * frame.line + 2 * frame.gap
    notes = sum(NOTE_GAP + len(lines) * frame.line for lines in (frame.footnotes, frame.source) if lines)
    return replace(section, top=section.paper.top + above, bottom=section.paper.bottom + notes)


def metrics_of(layout: Layout) -> Metrics:
    return Metrics(layout.page.font, layout.page.font_size)


def sections_of(papers: Sequence[Paper], edges: Sequence[tuple[str, str]], *, has_front: bool) -> list[SectionView]:
    """The section of each output, by its paper and the ids of its header and footer; neighbours of the same share one.

    Pages at the front stand before the first: in its section, unless an output has a header of its own.
    """
    each = [*zip(papers, edges, strict=True)]
    before = [each[0] if has_front and not edges[0][0] else None, *each[:-1]]
    after = [*each[1:], None]
    return [
        SectionView(
            this[0],
            *this[1],
            top=this[0].top,
            bottom=this[0].bottom,
            starts=this != previous,
            ends=following is not None and this != following,
            closes=following is None,
        )
        for this, previous, following in zip(each, before, after, strict=True)
    ]


def caption_of(layout: Layout) -> str:
    """All titles of an output on one line."""
    return " ".join(layout.titles).replace("\n", " ")


def text_of(layout: Layout, frame: Frame) -> TextView:
    caption = caption_of(layout)
    notes = _lines_of(layout.footnotes, frame.footnotes)
    *firsts, last = _lines_of(layout.titles, frame.titles)
    return TextView(
        study=_lines_of(tuple(layout.study.split("\n")), tuple(line.removesuffix("\n") for line in frame.study)),
        title=(*(line for lines in firsts for line in (*lines[:-1], lines[-1] + "\n")), *last),
        population=frame.population,
        notes=(*notes, frame.source) if layout.source else notes,
        has_source=bool(layout.source),
        caption=caption,
        description=". ".join(part for part in (caption, layout.population) if part),
    )


def _lines_of(texts: tuple[str, ...], lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The lines of each text, from those of all of them one after the other; an empty text has none.

    >>> _lines_of(("ab c", "", "d"), ("ab ", "c", "d"))
    (('ab ', 'c'), (), ('d',))
    """
    ends = list(accumulate(map(len, lines)))
    bounds = pairwise([0, *accumulate(map(len, texts))])
    return tuple(
        tuple(line for line, end in zip(lines, ends, strict=True) if start < end <= stop) for start, stop in bounds
    )


def _cell_writer(output: Paginated, style: Mapping[str, str], cell: CellTemplate) -> CellWriter:
    columns = tuple(style[CELL_STYLE[column.align]] for column in output.layout.columns)
    wide = {RowKind.HEADING: style["left"], RowKind.EMPTY: style["center"]}
    return CellWriter(cell, columns, wide)


def _pictures(output: Paginated, given: Given) -> tuple[PictureView, ...]:
    """The figure as it was planned; in what flows with room below it for other type of titles and notes."""
    if output.layout.picture is None:
        return ()
    frame, pictures = output.frame, output.layout.picture.pages
    if not all(picture.png.startswith(_PNG) for picture in pictures):
        place = Place(file=output.layout.output)
        raise LayoutError("The picture of a figure cannot be read.", place=place, expected="PNG")
    room = frame.capacity - (FIGURE_LINES * frame.line if given.form is DocxForm.FLOW else 0)
    scale = min(1.0, room / TWIPS_PER_INCH / output.picture_size[1])
    width, height = (round(length * scale * EMU_PER_INCH) for length in output.picture_size)
    return tuple(
        PictureView(number, ids["png"], ids.get("svg", ""), width, height, picture.alt)
        for number, (picture, ids) in enumerate(zip(pictures, given.media, strict=True), start=given.first)
    )


def paper_of(page: PageSetup) -> Paper:
    """The measures of a page in twips."""
    lengths = (page.width, page.height, page.margin_top, page.margin_right, page.margin_bottom, page.margin_left)
    return Paper(*(round(length * TWIPS_PER_INCH) for length in (*lengths, page.body_width)))


def bookmarks_of(outputs: Sequence[Planned]) -> list[str]:
    """The name of the bookmark at the title of each output."""
    names: list[str] = []
    for output in outputs:
        names.append(_bookmark(output.layout.output, names))
    return names


def _bookmark(output: str, taken: Sequence[str]) -> str:
    """A bookmark name that Word accepts (letters, digits, underscores, a letter first, at most 40) and is not taken.

    >>> _bookmark("T-14-2-1", [])
    'T_14_2_1'
    """
    name = re.sub(r"\W", "_", output, flags=re.ASCII)
    name = (name if name[:1].isalpha() else "O_" + name)[:36]
    used = {bookmark.lower() for bookmark in taken}
    return next(n for n in chain([name], (f"{name}_{k}" for k in count(2))) if n.lower() not in used)

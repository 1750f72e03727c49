"""Renders outputs that are cut into pages as one Word document, the same bytes for the same pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import jinja2

from adamline._resources import resource_folder
from adamline.tlf.cells import PADDING
from adamline.tlf.frame import NOTE_GAP
from adamline.tlf.layout import Align, PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import Frame, Page, Paginated
from adamline.tlf.render._base import BaseDocument
from adamline.tlf.render._zip import write_zip

EMU_PER_INCH = 914400
DOCUMENT = "word/document.xml"
TEMPLATE = "docx/document.xml.j2"
BASE = "docx/base.docx"
# Word's names of alignments; the indents of decimal cells are measured from the left.
JC = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "center"}
CELL_STYLE = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "left"}
_BUFFER = 4096


def render_docx(outputs: Sequence[Paginated], target: BinaryIO, templates: Sequence[Path] = ()) -> None:
    """Write outputs, in this order, as one Word document.

    One Word table holds one page, and all that a page shows (study line, "Page x of y", titles, footnotes) is text
    of the body. ``templates`` are folders searched before adamline's own: a file there takes the place of the one
    of the same name (``docx/table.xml.j2``, or ``docx/base.docx`` for styles). A document of several outputs has
    the number of the page in the whole in its footer. Nothing in it depends on clock, user, host or folder.
    """
    if not outputs:
        raise ValueError("render_docx needs at least one output")
    base = BaseDocument(_find(BASE, templates))
    views = _views(outputs, base)
    base.set_properties(views[0].caption if len(views) == 1 else "Tables, listings and figures", outputs[0].layout.study)
    parts: dict[str, bytes | Iterator[bytes]] = {**base.parts()}
    parts[DOCUMENT] = _body(views, templates)
    write_zip(target, parts)


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
    """A figure as a document refers to it; size in EMU."""

    png: str
    svg: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class OutputView:
    """All that the templates need to know of one output."""

    number: int
    bookmark: str
    pages: tuple[Page, ...]
    frame: Frame
    study: tuple[str, ...]
    title: str
    population: str
    notes: tuple[str, ...]
    has_source: bool
    caption: str
    description: str
    picture: PictureView | None
    style: Mapping[str, str]
    cells: CellWriter
    paper: Paper
    footer: str
    starts_section: bool
    ends_section: bool
    padding: int = PADDING
    note_gap: int = NOTE_GAP


def _views(outputs: Sequence[Paginated], base: BaseDocument) -> list[OutputView]:
    """The outputs as the templates see them; parts of the document that they need are made on the way."""
    footer = base.add_footer() if len(outputs) > 1 else ""
    styles: dict[Metrics, Mapping[str, str]] = {}
    taken: set[str] = set()
    views = []
    for index, output in enumerate(outputs):
        metrics = Metrics(output.layout.page.font, output.layout.page.font_size)
        if not styles:
            base.set_default_font(metrics)
        if metrics not in styles:
            styles[metrics] = base.add_styles(metrics, len(styles) + 1)
        paper = _paper(output.layout.page)
        starts = index == 0 or _paper(outputs[index - 1].layout.page) != paper
        ends = index + 1 < len(outputs) and _paper(outputs[index + 1].layout.page) != paper
        bookmark = _bookmark(output.layout.output, taken)
        views.append(_view(output, index + 1, bookmark, base, styles[metrics], (paper, footer, starts, ends)))
    return views


def _view(
    output: Paginated,
    number: int,
    bookmark: str,
    base: BaseDocument,
    style: Mapping[str, str],
    section: tuple[Paper, str, bool, bool],
) -> OutputView:
    layout = output.layout
    title = " ".join(" ".join(layout.titles).split())
    return OutputView(
        number,
        bookmark,
        output.pages,
        output.frame,
        tuple(layout.study.split("\n")),
        "\n".join(layout.titles),
        layout.population,
        (*layout.footnotes, *([layout.source] if layout.source else [])),
        bool(layout.source),
        title,
        ". ".join(part for part in (title, layout.population) if part),
        _picture(output, base),
        style,
        tuple(style[CELL_STYLE[column.align]] for column in layout.columns),
        *section,
    )


def _picture(output: Paginated, base: BaseDocument) -> PictureView | None:
    picture = output.layout.picture
    if picture is None:
        return None
    png, svg = base.add_picture(picture.png, picture.svg)
    width, height = (round(length * EMU_PER_INCH) for length in output.picture_size)
    return PictureView(png, svg, width, height, picture.alt)


def _paper(page: PageSetup) -> Paper:
    lengths = (page.width, page.height, page.margin_top, page.margin_right, page.margin_bottom, page.margin_left)
    return Paper(*(round(length * TWIPS_PER_INCH) for length in (*lengths, page.body_width)))


def _bookmark(output: str, taken: set[str]) -> str:
    """A bookmark name that Word accepts (letters, digits, underscores, a letter first, at most 40) and is not taken.

    >>> _bookmark("T-14-2-1", set())
    'T_14_2_1'
    """
    name = re.sub(r"\W", "_", output, flags=re.ASCII)
    name = (name if name[:1].isalpha() else "O_" + name)[:36]
    unique = next(n for n in (name, *(f"{name}_{k}" for k in range(2, 999))) if n.lower() not in taken)
    taken.add(unique.lower())
    return unique


# A hyphen before a digit is a sign or part of a date; Word would break the line after it.
_PIECE = re.compile(r"(?P<break>\n)|(?P<hyphen>-(?=\d))|(?P<text>(?:(?!-\d)[^\n])+)")


def pieces(text: str, wraps: bool = True) -> list[tuple[str, str]]:
    r"""A text as what stands in a run: text, line breaks, and, where lines wrap, hyphens that must not end a line.

    >>> pieces("SD of -0.1\nper week")
    [('text', 'SD of '), ('hyphen', '-'), ('text', '0.1'), ('break', '\n'), ('text', 'per week')]
    """
    if not wraps:
        return [("text", text)]
    return [(found.lastgroup or "text", found[0]) for found in _PIECE.finditer(text)]


def _find(name: str, templates: Sequence[Path]) -> Path | None:
    """The file of this name in the first folder that has it."""
    return next((folder / name for folder in templates if (folder / name).is_file()), None)


def _body(views: Sequence[OutputView], templates: Sequence[Path]) -> Iterator[bytes]:
    """The document's body as it is rendered, so that no long listing stands in memory as XML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*templates, resource_folder("templates")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["pieces"] = pieces
    environment.filters["jc"] = JC.__getitem__
    stream = environment.get_template(TEMPLATE).stream(outputs=views)
    stream.enable_buffering(_BUFFER)
    return (piece.encode() for piece in stream)

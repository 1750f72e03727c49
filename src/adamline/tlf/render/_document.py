"""Writes a Word document by the templates: its parts first, then the body piece by piece, never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import jinja2

from adamline._templates import template_environment, template_faults, template_macro
from adamline.errors import LayoutError, Place
from adamline.tlf.layout import Align
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Planned
from adamline.tlf.render._base import BaseDocument, figure_part
from adamline.tlf.render._base_file import NAME as BASE
from adamline.tlf.render._base_file import base_faults
from adamline.tlf.render._front import FrontView
from adamline.tlf.render._pieces import pieces, spaced
from adamline.tlf.render._views import output_views, sections_of
from adamline.tlf.render._zip import write_zip

DOCUMENT = "word/document.xml"
TEMPLATE = "docx/document.xml.j2"
CELL_TEMPLATE = "docx/cell.xml.j2"
# Word's names of alignments; a header over a decimal column is centred over its numbers.
JC = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "center"}
# Pieces of a template's output that are joined before they are compressed.
_BUFFER = 4096


@dataclass(frozen=True)
class Document:
    """What a document holds: outputs in their order, its title and subject, and the pages before the first output."""

    outputs: Sequence[Planned]
    title: str
    subject: str
    front: Callable[[BaseDocument], FrontView] | None = None


def write_document(
    document: Document,
    target: BinaryIO,
    templates: Sequence[Path],
    environment: jinja2.Environment | None = None,
) -> None:
    """Write a document; ``templates`` are folders searched before adamline's own, ``environment`` is that of these.

    One with pages at its front has the number of the page in the whole in its footer.
    """
    first = document.outputs[0].layout
    base_file = _find(BASE, templates)
    environment = environment or docx_environment(templates)
    with template_faults(templates):
        cell = template_macro(environment, CELL_TEMPLATE, "cell")
    with base_faults() if base_file else nullcontext():
        base = BaseDocument(base_file, Metrics(first.page.font, first.page.font_size))
        sections = sections_of(document.outputs, base.add_footer() if document.front else "")
        views = output_views(document.outputs, sections, base, cell)
        front = document.front(base) if document.front else None
        base.set_properties(document.title, document.subject)
        parts = base.parts()
    figures = {
        figure_part(number, suffix): _figure(output, suffix)
        for number, output in enumerate(document.outputs, start=1)
        for suffix in output.media
    }
    with template_faults(templates):
        body = environment.get_template(TEMPLATE).stream(outputs=views, front=front, last_section=sections[-1])
        write_zip(target, {**parts, **figures, DOCUMENT: _well_formed(_encoded(body))})


def _find(name: str, templates: Sequence[Path]) -> Path | None:
    """The file of this name in the first folder that has it."""
    return next((folder / name for folder in templates if (folder / name).is_file()), None)


def docx_environment(templates: Sequence[Path]) -> jinja2.Environment:
    """What runs the templates of these folders, then adamline's own, for documents; it compiles each of them once."""
    environment = template_environment(templates)
    environment.filters["pieces"] = pieces
    environment.filters["spaced"] = spaced
    environment.filters["jc"] = JC.__getitem__
    return environment


def _encoded(body: jinja2.environment.TemplateStream) -> Iterator[bytes]:
    """The document's body as it is rendered, so that no long listing stands in memory as XML."""
    body.enable_buffering(_BUFFER)
    return (piece.encode() for piece in body)


def _figure(output: Planned, suffix: str) -> Iterator[bytes]:
    """The bytes of a figure, read when they are written."""
    picture = output.paginated().layout.picture
    assert picture is not None  # noqa: S101 - media are those of a picture
    yield picture.png if suffix == "png" else picture.svg


def _well_formed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; LayoutError where they are not XML, which Word could not open."""
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield piece
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = "The templates make a document that is not XML."
        hint = "each element that a template opens, it or another one closes"
        raise LayoutError(what, place=Place(TEMPLATE), found=str(error), hint=hint) from error

"""Writes a Word document by the templates: its parts first, then the body piece by piece, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import jinja2

from adamline._templates import is_own, template_environment, template_faults, template_macro
from adamline.errors import LayoutError, Place
from adamline.spec.docx_form import DocxForm
from adamline.tlf.front import Front
from adamline.tlf.pages import Planned
from adamline.tlf.render._base import Base, make_base
from adamline.tlf.render._base_file import NAME as BASE
from adamline.tlf.render._base_file import base_faults, read_base
from adamline.tlf.render._cell_frame import CellTemplate
from adamline.tlf.render._front import FrontView, front_types, front_view
from adamline.tlf.render._package import Package
from adamline.tlf.render._pieces import pieces, spaced
from adamline.tlf.render._views import (
    HEAD_STYLE,
    Given,
    OutputView,
    SectionView,
    bookmarks_of,
    metrics_of,
    output_view,
    paper_of,
    sections_of,
)
from adamline.tlf.render._zip import write_zip

TEMPLATE = "docx/document.xml.j2"
CELL_TEMPLATE, ROW_TEMPLATE = "docx/cell.xml.j2", "docx/row.xml.j2"
# The templates that write a cell.
_OF_CELLS = (CELL_TEMPLATE, "docx/text.xml.j2")
HEADER_TEMPLATE, FOOTER_TEMPLATE = "docx/header.xml.j2", "docx/footer.xml.j2"
# The footer of a pack whose pages are written out: the number of the page in the whole.
NUMBER_TEMPLATE = "docx/number.xml.j2"
# Pieces of a template's output that are joined before they are compressed.
_BUFFER = 4096


@dataclass(frozen=True)
class Document:
    """What a document holds: outputs in their order, its title and subject, its form, the pages before the first."""

    outputs: Sequence[Planned]
    title: str
    subject: str
    form: DocxForm
    front: Front | None = None

    @property
    def front_pages(self) -> int:
        """How many pages stand before those of the first output: the cover, and the contents."""
        return 0 if self.front is None else 1 + len(self.front.contents)

    @property
    def pages(self) -> int:
        """How many pages the whole has."""
        return self.front_pages + sum(output.pages for output in self.outputs)


def write_document(
    document: Document,
    target: BinaryIO,
    templates: Sequence[Path],
    environment: jinja2.Environment | None = None,
) -> None:
    """Write a document; ``templates`` are folders searched before adamline's own, ``environment`` is that of these.

    One with pages at its front has the number of the page in the whole on each page.
    """
    environment = environment or docx_environment(templates)
    base = _base(document, _find(BASE, templates))
    package = Package(base.parts)
    package.set_title(document.title, document.subject)
    with template_faults(templates):
        writer = _Writer(document, base, package, environment, is_of_study=_has_own(templates))
        body = environment.get_template(TEMPLATE).stream(outputs=writer.outputs(), front=writer.front)
        write_zip(target, package.parts(writer.checked(_encoded(body), TEMPLATE)))


def _base(document: Document, file: Path | None) -> Base:
    """The document that the pages go into, from the study's own where it has one."""
    types = tuple(dict.fromkeys(metrics_of(output.layout) for output in document.outputs))
    front = front_types(document.outputs[0].layout.page) if document.front else ()
    if file is None:
        return make_base(None, types, front)
    with base_faults():
        return make_base(read_base(file), types, front)


class _Writer:
    """The outputs of a document one after the other, and what each puts in the document's package."""

    def __init__(
        self, document: Document, base: Base, package: Package, environment: jinja2.Environment, *, is_of_study: bool
    ) -> None:
        """Give each output its place in the package before the first is written; templates may be those of a study."""
        self._document, self._base, self._environment = document, base, environment
        self._is_of_study = is_of_study
        self._cell = cell_template(environment)
        # Headers and footers, from when their output is written until they are.
        self._edges: dict[tuple[str, int], bytes] = {}
        count = range(1, len(document.outputs) + 1)
        numbers = ""
        if document.front:
            numbers = package.add_edge("footer", 0, self._render(NUMBER_TEMPLATE, {"count": document.pages}))
        if document.form is DocxForm.FLOW:
            edges = [
                (
                    package.add_edge("header", n, self._edge("header", n)),
                    package.add_edge("footer", n, self._edge("footer", n)),
                )
                for n in count
            ]
        else:
            edges = [("", numbers) for _ in count]
        papers = [paper_of(output.layout.page) for output in document.outputs]
        self._sections = sections_of(papers, edges, has_front=document.front is not None)
        self._media = [
            [
                {
                    suffix: package.add_picture(f"word/media/{_file(n, page)}.{suffix}", _figure(output, page, suffix))
                    for suffix in output.media
                }
                for page in range(output.pages if output.media else 0)
            ]
            for n, output in enumerate(document.outputs, start=1)
        ]
        self.front = self._front(numbers) if document.front else None

    def _front(self, numbers: str) -> FrontView:
        """The pages at the front, in a section of their own where the first output starts one."""
        document, first = self._document, self._sections[0]
        assert document.front is not None  # noqa: S101 - asked for where there is one
        paper = first.paper
        section = SectionView(paper, "", numbers, paper.top, paper.bottom, starts=True, ends=first.starts, closes=False)
        return front_view(document.front, document.outputs[0].layout.page, self._base.front, section)

    def outputs(self) -> Iterator[OutputView]:
        """The outputs as the templates see them, each made when it is asked for."""
        document = self._document
        starts = accumulate((output.pages for output in document.outputs), initial=document.front_pages + 1)
        bookmarks = bookmarks_of(document.outputs)
        for index, (output, first) in enumerate(zip(document.outputs, starts, strict=False)):
            given = Given(
                number=index + 1,
                bookmark=bookmarks[index],
                form=document.form,
                style=self._base.styles[metrics_of(output.layout)],
                media=self._media[index],
                section=self._sections[index],
                first=first,
                count=document.pages,
            )
            view = output_view(output.paginated(), given, self._cell)
            if document.form is DocxForm.FLOW:
                for kind, template in (("header", HEADER_TEMPLATE), ("footer", FOOTER_TEMPLATE)):
                    self._edges[kind, index + 1] = self._render(template, {"output": view})
            yield view

    def _edge(self, kind: str, number: int) -> Iterator[bytes]:
        """A header or footer, which stands behind the body in the file: its output is written by then."""
        if (kind, number) not in self._edges:
            what, hint = "The templates leave an output out.", "docx/document.xml.j2 writes each of `outputs`"
            raise LayoutError(what, place=Place(TEMPLATE), found=f"output {number} is not written", hint=hint)
        yield self._edges.pop((kind, number))

    def _render(self, template: str, given: Mapping[str, object]) -> bytes:
        """A part that is rendered whole."""
        content = self._environment.get_template(template).render(**given).encode()
        return b"".join(self.checked(iter([content]), template))

    def checked(self, pieces: Iterator[bytes], template: str) -> Iterator[bytes]:
        """The same pieces of what a template makes; LayoutError where a study's templates do not make XML.

        What adamline's own make is XML whatever the texts, in which layouts let no character stand that cannot. To
        parse it takes a third of the time of writing a long listing.
        """
        return _well_formed(pieces, template) if self._is_of_study else pieces


def _find(name: str, templates: Sequence[Path]) -> Path | None:
    """The file of this name in the first folder that has it."""
    return next((folder / name for folder in templates if (folder / name).is_file()), None)


def docx_environment(templates: Sequence[Path]) -> jinja2.Environment:
    """What runs the templates of these folders, then adamline's own, for documents; it compiles each of them once."""
    environment = template_environment(templates)
    environment.filters["pieces"] = pieces
    environment.filters["spaced"] = spaced
    environment.filters["jc"] = HEAD_STYLE.__getitem__
    return environment


@lru_cache(maxsize=4)
def cell_template(environment: jinja2.Environment) -> CellTemplate:
    """The templates of cells and rows, which the documents of a run share with what is learnt of them."""
    return CellTemplate(
        template_macro(environment, CELL_TEMPLATE, "cell"),
        template_macro(environment, ROW_TEMPLATE, "row"),
        frames_texts=all(is_own(environment, name) for name in _OF_CELLS),
        frames_cells=is_own(environment, ROW_TEMPLATE),
    )


def _encoded(body: jinja2.environment.TemplateStream) -> Iterator[bytes]:
    """The document's body as it is rendered, so that no long listing stands in memory as XML."""
    body.enable_buffering(_BUFFER)
    return (piece.encode() for piece in body)


def _file(number: int, page: int) -> str:
    """The name of the file of a page, from 0, of the figure of an output."""
    return f"figure{number}_{page + 1}" if page else f"figure{number}"


def _figure(output: Planned, page: int, suffix: str) -> Iterator[bytes]:
    """The bytes of a page of a figure, read when they are written."""
    picture = output.paginated().layout.picture
    assert picture is not None  # noqa: S101 - media are those of a picture
    yield getattr(picture.pages[page], suffix)


def _has_own(templates: Sequence[Path]) -> bool:
    """Whether a study has templates of documents in these folders."""
    return any(path for folder in templates for path in (folder / "docx").glob("*.j2"))


def _well_formed(pieces: Iterator[bytes], template: str) -> Iterator[bytes]:
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
        raise LayoutError(what, place=Place(template), found=str(error), hint=hint) from error

"""Writes an RTF document: its head, then the outputs page by page, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from adamline.tlf.front import Front
from adamline.tlf.layout import PageSetup
from adamline.tlf.pages import Planned
from adamline.tlf.render._front import front_types
from adamline.tlf.render._rtf_front import rtf_footer, rtf_front
from adamline.tlf.render._rtf_head import head, styles_of
from adamline.tlf.render._rtf_page import Placed, rtf_pages
from adamline.tlf.render._views import bookmarks_of, metrics_of, paper_of


@dataclass(frozen=True)
class RtfDocument:
    """What a document holds: outputs in their order, its title and subject, the pages before the first."""

    outputs: Sequence[Planned]
    title: str
    subject: str
    front: Front | None = None

    @property
    def pages(self) -> int:
        """How many pages the whole has."""
        return (1 + len(self.front.contents) if self.front else 0) + sum(output.pages for output in self.outputs)


def write_rtf(document: RtfDocument, target: BinaryIO) -> None:
    """Write a document; one with pages at its front has the number of the page in the whole at each foot."""
    for piece in _pieces(document):
        target.write(piece.encode("ascii"))


def _pieces(document: RtfDocument) -> Iterator[str]:
    outputs, front = document.outputs, document.front
    first = outputs[0].layout
    styles = styles_of([metrics_of(output.layout) for output in outputs], front_types(first.page) if front else ())
    kind = metrics_of(first)
    footer = rtf_footer(styles.outputs[kind]["head"], styles.type_of(kind), document.pages) if front else ""
    yield head(styles, document.title, document.subject)
    yield _paper(first.page)
    before = None
    if front:
        before = paper_of(first.page)
        yield _section(first.page) + footer
        yield from rtf_front(front, first.page, styles)
    for output, bookmark in zip(outputs, bookmarks_of(outputs), strict=True):
        paper = paper_of(output.layout.page)
        if paper != before:
            yield ("\\sect" if before else "") + _section(output.layout.page) + footer
        yield from rtf_pages(Placed(output.paginated(), bookmark, starts=paper != before), styles)
        before = paper
    yield "}\n"


def _paper(page: PageSetup) -> str:
    """The paper of the document, for readers that know no sections."""
    paper = paper_of(page)
    size = f"\\paperw{paper.width}\\paperh{paper.height}" + ("\\landscape" if paper.width > paper.height else "")
    return f"{size}\\margl{paper.left}\\margr{paper.right}\\margt{paper.top}\\margb{paper.bottom}\n"


def _section(page: PageSetup) -> str:
    """A section on this paper, which begins on a new page."""
    paper = paper_of(page)
    size = f"\\pgwsxn{paper.width}\\pghsxn{paper.height}" + ("\\lndscpsxn" if paper.width > paper.height else "")
    margins = f"\\marglsxn{paper.left}\\margrsxn{paper.right}\\margtsxn{paper.top}\\margbsxn{paper.bottom}"
    return f"\\sectd\\sbkpage{size}{margins}\\headery360\\footery360\n"

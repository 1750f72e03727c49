"""Writes an RTF document: its head, then the outputs page by page, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from adamline.tlf.layout import PageSetup
from adamline.tlf.pages import Planned
from adamline.tlf.render._rtf_head import head, styles_of
from adamline.tlf.render._rtf_page import Placed, metrics_of, rtf_pages
from adamline.tlf.render._views import bookmarks_of, paper_of


@dataclass(frozen=True)
class RtfDocument:
    """What a document holds: outputs in their order, its title and subject."""

    outputs: Sequence[Planned]
    title: str
    subject: str


def write_rtf(document: RtfDocument, target: BinaryIO) -> None:
    """Write a document."""
    for piece in _pieces(document):
        target.write(piece.encode("ascii"))


def _pieces(document: RtfDocument) -> Iterator[str]:
    outputs = document.outputs
    styles = styles_of([metrics_of(output.layout) for output in outputs])
    first = outputs[0].layout.page
    yield head(styles, document.title, document.subject)
    yield f"{_paper(first)}\n"
    before = None
    for output, bookmark in zip(outputs, bookmarks_of(outputs), strict=True):
        paper = paper_of(output.layout.page)
        if paper != before:
            yield ("\\sect" if before else "") + _section(output.layout.page)
        yield from rtf_pages(Placed(output.paginated(), bookmark, starts=paper != before), styles)
        before = paper
    yield "}\n"


def _paper(page: PageSetup) -> str:
    """The paper of the document, for readers that know no sections."""
    paper = paper_of(page)
    size = f"\\paperw{paper.width}\\paperh{paper.height}" + ("\\landscape" if paper.width > paper.height else "")
    return f"{size}\\margl{paper.left}\\margr{paper.right}\\margt{paper.top}\\margb{paper.bottom}"


def _section(page: PageSetup) -> str:
    """A section on this paper, which begins on a new page."""
    paper = paper_of(page)
    size = f"\\pgwsxn{paper.width}\\pghsxn{paper.height}" + ("\\lndscpsxn" if paper.width > paper.height else "")
    margins = f"\\marglsxn{paper.left}\\margrsxn{paper.right}\\margtsxn{paper.top}\\margbsxn{paper.bottom}"
    return f"\\sectd\\sbkpage{size}{margins}\\headery360\\footery360\n"

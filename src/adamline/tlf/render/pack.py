"""Renders outputs as one Word document with a cover and contents, the same bytes for the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adamline.spec.docx_form import DocxForm
from adamline.tlf.front import Cover, Front, Listed, plan_front
from adamline.tlf.layout import Layout
from adamline.tlf.pages import Planned
from adamline.tlf.render._document import Document, write_document
from adamline.tlf.render._views import bookmarks_of


@dataclass(frozen=True)
class Group:
    """Outputs of a pack under one heading of the contents."""

    name: str
    outputs: tuple[Planned, ...]


def render_pack(
    cover: Cover,
    groups: Sequence[Group],
    target: BinaryIO,
    templates: Sequence[Path] = (),
    form: DocxForm = DocxForm.FIXED,
) -> None:
    """Write the outputs of all groups, in this order, as one Word document.

    The cover is its first page, the contents the next ones: each output with the page where it begins, as it was
    planned, and a link to it. Its pages are those of `render_docx` in this form. Each has its number in the whole: in
    the fixed form at its foot, beside that in the output; in the flow form "Page x of y" is of the whole, because
    numbers that began anew with each output would be those of the contents no more. Outputs are asked for their pages
    one after the other, and none is kept. ``templates`` are as in `render_docx`, with ``docx/cover.xml.j2`` and
    ``docx/contents.xml.j2`` for the front. Nothing depends on clock, user, host or folder.

    ValueError where there is no output.
    """
    outputs, front = plan_pack(cover, groups)
    write_document(Document(outputs, cover.title, outputs[0].layout.study, form, front), target, templates)


def plan_pack(cover: Cover, groups: Sequence[Group]) -> tuple[list[Planned], Front]:
    """The outputs of a pack in their order, and the pages before them; ValueError where there is no output."""
    outputs = [output for group in groups for output in group.outputs]
    if not outputs:
        raise ValueError("a pack needs at least one output")
    names = [group.name for group in groups for _ in group.outputs]
    listed = [
        Listed(name, _title(output.layout), bookmark, output.pages)
        for name, output, bookmark in zip(names, outputs, bookmarks_of(outputs), strict=True)
    ]
    return outputs, plan_front(cover, listed, outputs[0].layout.page)


def _title(layout: Layout) -> str:
    """The titles of an output on one line: its number, then what it shows."""
    first, *rest = (title.replace("\n", " ") for title in layout.titles)
    return f"{first} {' – '.join(rest)}".strip()

"""Renders one output that is cut into pages as a Word document, the same bytes for the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import jinja2

from adamline.tlf.pages import Paginated, Planned
from adamline.tlf.render._document import Document, write_document
from adamline.tlf.render._views import caption_of
from adamline.tlf.stored import media_of


def render_docx(
    output: Paginated,
    target: BinaryIO,
    templates: Sequence[Path] = (),
    environment: jinja2.Environment | None = None,
) -> None:
    """Write one output as a Word document.

    One Word table holds one page, and all that a page shows (study line, "Page x of y", titles, footnotes) is text
    of the body. ``templates`` are folders searched before adamline's own: a file there takes the place of the one
    of the same name (``docx/table.xml.j2``, or ``docx/base.docx`` for styles). ``environment`` is that of these
    folders (`docx_environment`), where several documents share it. Nothing in it depends on clock, user, host or
    folder.
    """
    layout = output.layout
    planned = Planned(layout, len(output.pages), media_of(layout), lambda: output)
    write_document(Document([planned], caption_of(layout), layout.study), target, templates, environment)

"""Renders one output that is cut into pages as a Word document, the same bytes for the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import jinja2

from adamline.spec.docx_form import DocxForm
from adamline.tlf.pages import Paginated, Planned
from adamline.tlf.render._document import Document, write_document
from adamline.tlf.render._views import caption_of
from adamline.tlf.stored import media_of


def render_docx(
    output: Paginated,
    target: BinaryIO,
    templates: Sequence[Path] = (),
    environment: jinja2.Environment | None = None,
    form: DocxForm = DocxForm.FLOW,
) -> None:
    """Write one output as a Word document.

    In the flow form, for those who go on writing, one Word table holds all pages; study line, "Page x of y" as fields
    and titles stand in Word's header, footnotes and source in its footer, so that they are on each page whatever
    becomes of the body. In the fixed form one Word table holds one page, and all that a page shows is text of the
    body. Both have the pages that were planned.

    ``templates`` are folders searched before adamline's own: a file there takes the place of the one of the same name
    (``docx/table.xml.j2``, or ``docx/base.docx`` for styles). ``environment`` is that of these folders
    (`docx_environment`), where several documents share it. Nothing depends on clock, user, host or folder.
    """
    layout = output.layout
    planned = Planned(layout, len(output.pages), media_of(layout), lambda: output)
    document = Document([planned], caption_of(layout), layout.study, form)
    write_document(document, target, templates, environment)

"""The formats that an output is written in: a table of their writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import jinja2

from adamline.spec.docx_form import DocxForm
from adamline.spec.formats import Format
from adamline.tlf.pages import Paginated
from adamline.tlf.render.csv import render_csv
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.html import render_html
from adamline.tlf.render.pdf import render_pdf
from adamline.tlf.render.rtf import render_rtf


@dataclass(frozen=True)
class Given:
    """What a study gives the writers of its outputs: folders of its own templates, what runs them, the form in Word."""

    templates: Sequence[Path] = ()
    environment: jinja2.Environment | None = None
    form: DocxForm = DocxForm.FLOW


@dataclass(frozen=True)
class Writer:
    """How a format is written: all pages of an output to a file.

    ``library`` is what it needs beyond what adamline itself does, and ``extra`` brings it (`adamline[extra]`).
    """

    write: Callable[[Paginated, BinaryIO, Given], None]
    library: str = ""
    extra: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether all that it needs is there."""
        return not self.library or find_spec(self.library) is not None


WRITERS: Mapping[Format, Writer] = {
    Format.DOCX: Writer(
        lambda pages, target, given: render_docx(pages, target, given.templates, given.environment, given.form)
    ),
    Format.RTF: Writer(lambda pages, target, given: render_rtf(pages, target)),
    Format.HTML: Writer(
        lambda pages, target, given: render_html(pages, target, given.templates, given.environment),
    ),
    Format.PDF: Writer(lambda pages, target, given: render_pdf(pages, target), library="typst", extra="pdf"),
    Format.CSV: Writer(lambda pages, target, given: render_csv(pages, target)),
}

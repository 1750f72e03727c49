"""The formats that an output is written in: a table of their writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from adamline.spec.docx_form import DocxForm
from adamline.spec.formats import Format
from adamline.tlf.pages import Paginated

if TYPE_CHECKING:
    import jinja2


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


# Each loads the libraries that it writes with, which who only asks for formats does without.


def _write_docx(pages: Paginated, target: BinaryIO, given: Given) -> None:
    from adamline.tlf.render.docx import render_docx

    render_docx(pages, target, given.templates, given.environment, given.form)


def _write_rtf(pages: Paginated, target: BinaryIO, given: Given) -> None:
    from adamline.tlf.render.rtf import render_rtf

    render_rtf(pages, target)


def _write_html(pages: Paginated, target: BinaryIO, given: Given) -> None:
    from adamline.tlf.render.html import render_html

    render_html(pages, target, given.templates, given.environment)


def _write_pdf(pages: Paginated, target: BinaryIO, given: Given) -> None:
    from adamline.tlf.render.pdf import render_pdf

    render_pdf(pages, target)


def _write_csv(pages: Paginated, target: BinaryIO, given: Given) -> None:
    from adamline.tlf.render.csv import render_csv

    render_csv(pages, target)


WRITERS: Mapping[Format, Writer] = {
    Format.DOCX: Writer(_write_docx),
    Format.RTF: Writer(_write_rtf),
    Format.HTML: Writer(_write_html),
    Format.PDF: Writer(_write_pdf, library="typst", extra="pdf"),
    Format.CSV: Writer(_write_csv),
}

"""The writers of the torture set: what each makes of planned pages, and the cells that are read back from it.

Another one is added to `WRITERS` by ``render``, its bytes of an output, and ``read_back``, the texts of its rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import docx
from docx.oxml.ns import qn
from lxml import etree, html
from tests.tlf.render.rtf_reader import TableRow, read_rtf

from adamline.spec.docx_form import DocxForm
from adamline.tlf.layout import Layout
from adamline.tlf.pages import Paginated
from adamline.tlf.render.csv import FIRST_COLUMNS, harmless, render_csv
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.html import render_html
from adamline.tlf.render.pdf import render_pdf
from adamline.tlf.render.rtf import render_rtf

Rows = list[tuple[str, ...]]


def rows_of_pages(output: Paginated) -> Rows:
    """The texts of all rows of all pages, headings among them."""
    return [tuple(map(plain, (cell.text for cell in row.cells))) for page in output.pages for row in page.rows]


def rows_of_layout(output: Paginated) -> Rows:
    """The texts of the rows of the layout, whatever pages they stand on."""
    layout: Layout = output.layout
    return [tuple(map(plain, row.cells)) for row in layout.rows] or [(plain(layout.empty),)]


def plain(text: str) -> str:
    """A text without ends of lines, which writers need not tell from wrapped ones, and with one kind of space."""
    return text.replace("\n", "").replace("\u00a0", " ")


@dataclass(frozen=True)
class Writer:
    """How an output is written and its cells are read back; ``rows`` are those that should be found.

    ``suffix`` is that of files which LibreOffice makes a PDF of, or pdf; ``every`` takes one case of so many, and of
    those no more ``pages``, so that the set is quick. ``is_flow``: notes stand at the foot of the page.
    ``lacks`` is a character that it refuses where no font has it.
    """

    render: Callable[[Paginated], bytes]
    read_back: Callable[[bytes], Rows] | None
    rows: Callable[[Paginated], Rows] = rows_of_pages
    suffix: str = ""
    every: int = 1
    pages: int = 1_000
    is_flow: bool = False
    lacks: str = ""


def _bytes(write: Callable[..., None], output: Paginated) -> bytes:
    target = io.BytesIO()
    write(output, target)
    return target.getvalue()


def _read_docx(content: bytes) -> Rows:
    """The rows of all tables below their headers, as python-docx opens them."""
    body = docx.Document(io.BytesIO(content)).element.body
    rows = (row for row in body.iter(qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None)
    return [tuple(_text_of(cell) for cell in row.iterchildren(qn("w:tc"))) for row in rows]


def _text_of(cell: etree._Element) -> str:
    marks = {qn("w:noBreakHyphen"): "-"}
    found = (each for each in cell.iter() if each.tag == qn("w:t") or each.tag in marks)
    return plain("".join(marks.get(each.tag, each.text or "") for each in found))


def _read_rtf(content: bytes) -> Rows:
    rows = (each for page in read_rtf(content).pages for each in page if isinstance(each, TableRow))
    return [tuple(plain(cell.text) for cell in row.cells) for row in rows if "trhdr" not in row.words]


def _read_html(content: bytes) -> Rows:
    page = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    rows = (row.findall("*") for row in page.iterfind(".//tbody/tr"))
    return [tuple(plain(str(cell.text_content())) for cell in row) for row in rows if row[0].get("scope") != "rowgroup"]


def _read_csv(content: bytes) -> Rows:
    _, *records = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [tuple(map(plain, record[len(FIRST_COLUMNS) :])) for record in records]


def _rows_of_csv(output: Paginated) -> Rows:
    """As those of the layout, a text that a spreadsheet would take for a formula made harmless."""
    layout = output.layout
    empty = [(layout.empty, *("" for _ in layout.columns[1:]))]
    return [tuple(plain(harmless(cell)) for cell in cells) for cells in [row.cells for row in layout.rows] or empty]


WRITERS: Mapping[str, Writer] = {
    "fixed": Writer(partial(_bytes, partial(render_docx, form=DocxForm.FIXED)), _read_docx, suffix="docx"),
    "flow": Writer(partial(_bytes, render_docx), _read_docx, suffix="docx", every=5, pages=8, is_flow=True),
    "rtf": Writer(partial(_bytes, render_rtf), _read_rtf, suffix="rtf", every=5, pages=8),
    "typst": Writer(partial(_bytes, render_pdf), None, suffix="pdf", every=5, pages=8, lacks="東"),
    "html": Writer(partial(_bytes, render_html), _read_html, rows_of_layout, every=3, pages=30),
    "csv": Writer(partial(_bytes, render_csv), _read_csv, _rows_of_csv),
}


def chosen(writer: Writer, outputs: Mapping[str, Paginated]) -> Sequence[str]:
    """The cases that a writer takes."""
    small = [
        name
        for name, output in outputs.items()
        if len(output.pages) <= writer.pages and not (writer.lacks and writer.lacks in "".join(output.layout.titles))
    ]
    return small[:: writer.every]

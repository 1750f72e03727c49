"""PDF: the pages that were planned, line for line where Word's stand, tagged, from data that is never typst."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from tests.tlf.render import layouts
from tests.tlf.render.layouts import NASTY, lab_table
from tests.tlf.render.pdf import page_words, written_as_pdf

from adamline.errors import AdamlineError, LayoutError
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Picture, Row
from adamline.tlf.pages import Cell, Page, Paginated
from adamline.tlf.paginate import paginate
from adamline.tlf.render import pdf
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.pdf import render_pdf

OUTPUTS = {"table": lab_table(), "listing": layouts.listing(), "figure": layouts.figure()}
# What typst would run, load or take for markup.
TYPST = r'#read("/etc/passwd") #panic() $x^2$ *b* _i_ `c` <l> @ref // /* \u{41} \ ] ) } " \" = - + 1. ~ --- ... #{1+1}'


@pytest.fixture(autouse=True, scope="module")
def _poppler() -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")


@cache
def planned(name: str) -> Paginated:
    return paginate(OUTPUTS[name])


def written(output: Paginated) -> bytes:
    target = io.BytesIO()
    render_pdf(output, target)
    return target.getvalue()


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typst")
    for name in OUTPUTS:
        (folder / f"{name}.pdf").write_bytes(written(planned(name)))
    return folder


def raw_pages(content: bytes, folder: Path) -> list[list[str]]:
    """The words of each page in the order in which they are drawn."""
    (folder / "drawn.pdf").write_bytes(content)
    run = subprocess.run(["pdftotext", "-raw", str(folder / "drawn.pdf"), "-"], check=True, capture_output=True)
    return [page.split() for page in run.stdout.decode().split("\f")[:-1]]


def planned_words(output: Paginated, page: Page) -> list[str]:
    """All that stands on a page, in its order, line by line."""
    frame = output.frame
    head = [line for row in page.panel.header for cell in row.cells for line in cell.cell.lines]
    body = [line for row in page.rows for cell in row.cells for line in cell.lines]
    around = [*frame.study, f"Page {page.number} of {len(output.pages)}", *frame.titles, *frame.population]
    lines = [*around, *head, *body, *frame.footnotes, *frame.source]
    return [word for line in lines for word in line.split()]


@pytest.mark.parametrize("name", OUTPUTS)
def test_pages_hold_what_was_planned_line_by_line(name: str, pdfs: Path, tmp_path: Path) -> None:
    output = planned(name)
    pages = raw_pages((pdfs / f"{name}.pdf").read_bytes(), tmp_path)
    assert len(pages) == len(output.pages)
    for words, page in zip(pages, output.pages, strict=True):
        assert words == planned_words(output, page)


def test_cells_stand_where_they_were_planned(pdfs: Path) -> None:
    """Each first word of a cell that is set from the left, within half a point, and rows one below the other."""
    output = planned("table")
    left = output.layout.page.margin_left * 72
    for words, page in zip(page_words(pdfs / "table.pdf"), output.pages, strict=True):
        starts = [left + sum(page.panel.widths[:column]) / 20 + 3 for column in range(5)]
        expected = Counter(
            (cell.text.split()[0], round(starts[column] + cell.indent / 20))
            for row in page.rows
            for column, cell in enumerate(row.cells)
            if cell.text
        )
        found = Counter((word.text, round(word.left + shift)) for word in words for shift in (0,))
        near = {(text, x + by) for text, x in found for by in (-1, 0, 1)}
        assert set(expected) <= near
        for (text, x), count in expected.items():
            assert sum(found[text, x + by] for by in (-1, 0, 1)) >= count


def test_lines_stand_where_libreoffice_has_those_of_word(pdfs: Path, soffice: str, tmp_path: Path) -> None:
    """Words that stand once on a page: within a point across and down, but for what the two say of a font's descent."""
    target = io.BytesIO()
    render_docx(planned("table"), target)
    folder = written_as_pdf({"table": target.getvalue()}, soffice, tmp_path)
    compared = 0
    for mine, theirs in zip(page_words(pdfs / "table.pdf"), page_words(folder / "table.pdf"), strict=True):
        counts = Counter(word.text for word in mine)
        where = {word.text: word for word in theirs}
        pairs = [(word, where[word.text]) for word in mine if counts[word.text] == 1]
        descent = min((theirs.bottom - mine.bottom for mine, theirs in pairs), key=abs)
        for one, other in pairs:
            assert one.left == pytest.approx(other.left, abs=1), one.text
            assert one.bottom + descent == pytest.approx(other.bottom, abs=1), one.text
            compared += 1
    assert compared > 60


def test_room_within_a_text_is_kept(tmp_path: Path) -> None:
    """20 points more stand before the bracket."""
    output = planned("table")
    spaced = replace(output, pages=tuple(_spaced(page) for page in output.pages))
    places = []
    for made in (output, spaced):
        (tmp_path / "a.pdf").write_bytes(written(made))
        word = next(word for word in page_words(tmp_path / "a.pdf")[0] if word.text == "(4.56)")
        places.append(word.left)
    assert places[1] - places[0] == pytest.approx(20, abs=0.1)
    assert raw_pages(written(spaced), tmp_path)[0] == planned_words(output, output.pages[0])


def _spaced(page: Page) -> Page:
    def cell(cell: Cell) -> Cell:
        return replace(cell, spaces=((5, 400),)) if cell.text == "12.3 (4.56)" else cell

    return replace(page, rows=tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in page.rows))


def test_no_text_is_taken_for_typst(tmp_path: Path) -> None:
    for evil in (TYPST, NASTY, "a  b \u00a0 c", "x\ny", "{{ 7 * 7 }} <script>alert(1)</script>"):
        layout = Layout(
            evil, (evil,), evil, (Column(1), Column(1, Align.RIGHT)), ((HeaderCell(evil, 2),),),
            (Row((evil, evil), group=(evil,)),), footnotes=(evil,), source=evil, study=evil,
        )  # fmt: skip
        for made in (paginate(layout), paginate(replace(layout, rows=(), empty=evil))):
            (words,) = raw_pages(written(made), tmp_path)
            assert words == planned_words(made, made.pages[0])


def test_the_first_pages_are_numbered_as_in_the_whole(tmp_path: Path) -> None:
    target = io.BytesIO()
    render_pdf(planned("table"), target, first=2)
    pages = raw_pages(target.getvalue(), tmp_path)
    assert pages == [planned_words(planned("table"), page) for page in planned("table").pages[:2]]


def test_same_bytes() -> None:
    for name in OUTPUTS:
        assert written(planned(name)) == written(paginate(OUTPUTS[name]))


# What a screen reader needs, a test each.


@cache
def structure(path: Path) -> str:
    return subprocess.run(["pdfinfo", "-struct-text", str(path)], check=True, capture_output=True).stdout.decode()


@pytest.mark.parametrize("name", OUTPUTS)
def test_it_says_that_it_is_pdf_ua_and_has_language_and_title(name: str, pdfs: Path) -> None:
    path = pdfs / f"{name}.pdf"
    content = path.read_bytes()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"/Lang(en-US)" in content
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True).stdout.decode()
    assert re.search(rf"^Title: +{' '.join(OUTPUTS[name].titles)}$", told, re.MULTILINE)
    assert re.search("^Tagged: +yes$", told, re.MULTILINE)
    assert re.search("^JavaScript: +no$", told, re.MULTILINE)


def test_titles_are_one_heading_in_the_outline(pdfs: Path) -> None:
    told = structure(pdfs / "table.pdf")
    assert re.findall('^ +H1 "(.*)" ', told, re.MULTILINE) == ["Table 14.3.4.1 Laboratory Values by Visit <chemistry>"]


def test_header_cells_are_headers_of_their_columns(pdfs: Path) -> None:
    told = structure(pdfs / "table.pdf")
    output = planned("table")
    assert len(re.findall(r"^ +Table ", told, re.MULTILINE)) == len(output.pages)
    assert len(re.findall(r"^ +TH ", told, re.MULTILINE)) == len(output.pages) * 8
    assert len(re.findall("/Scope /Column", told)) == len(output.pages) * 8
    assert len(re.findall("/ColSpan 2", told)) == len(output.pages) * 2
    assert len(re.findall(r"^ +TD\b", told, re.MULTILINE)) == sum(
        len(row.cells) for page in output.pages for row in page.rows
    )


def test_what_each_page_repeats_is_read_once(pdfs: Path) -> None:
    told = structure(pdfs / "table.pdf")
    for text in (*OUTPUTS["table"].titles, OUTPUTS["table"].population, OUTPUTS["table"].source):
        assert told.count(f'  "{text}') == 1


def test_a_figure_has_its_text(pdfs: Path) -> None:
    assert b'/Alt(Mean "change" by week & arm)' in (pdfs / "figure.pdf").read_bytes()


# What cannot be made is said.


def test_a_font_of_other_widths_is_no_substitute(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoFonts:
        def __init__(self, **_: object) -> None: ...

        def fonts(self) -> list[object]:
            return []

    pdf._font.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("typst.Fonts", NoFonts)
        with pytest.raises(LayoutError, match="No font is installed") as caught:
            written(planned("figure"))
    pdf._font.cache_clear()
    assert caught.value.expected == "Times New Roman or Liberation Serif, in regular and bold"
    assert "fonts-liberation" in caught.value.hint


def test_a_text_that_no_font_has_is_an_error() -> None:
    layout = replace(lab_table(), footnotes=("a \U0010fffd b",))
    with pytest.raises(LayoutError, match="No font that is installed has this text") as caught:
        written(paginate(layout))
    assert "\U0010fffd" in caught.value.found or "10fffd" in caught.value.found
    assert caught.value.place.file == "T-14-3-4-1"


def test_without_typst_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(AdamlineError, match="PDF needs the package typst") as caught:
        written(planned("figure"))
    assert "adamline[pdf]" in caught.value.hint


def test_a_drawing_that_is_none_is_refused() -> None:
    for svg in (b"<html/>", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/x.png"/></svg>'):
        with pytest.raises(LayoutError, match="picture of a figure") as caught:
            written(paginate(replace(OUTPUTS["figure"], picture=Picture(b"", svg, 3, 3, "alt"))))
        assert caught.value.place.file == "F-14-2-1"


def test_a_figure_that_has_no_drawing_is_its_png(tmp_path: Path) -> None:
    picture = OUTPUTS["figure"].picture
    assert picture
    layout = replace(OUTPUTS["figure"], picture=replace(picture, svg=b""))
    (tmp_path / "a.pdf").write_bytes(written(paginate(layout)))
    told = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "a.pdf")], check=True, capture_output=True
    ).stdout.decode()
    assert " image " in told

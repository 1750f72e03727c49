"""Word that flows: one table, titles and notes in header and footer, pages as planned, and right after an edit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from tests.tlf.render.layouts import NASTY, VISITS, figure, lab_table, listing
from tests.tlf.render.pdf import page_texts, squeezed, written_as_pdf
from tests.tlf.render.word_checks import story_faults, word_faults

from adamline.errors import LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.tlf.layout import A4, Layout, Row
from adamline.tlf.pages import RowKind
from adamline.tlf.paginate import paginate
from adamline.tlf.render import _tables
from adamline.tlf.render.docx import render_docx

# A page break of the spec leaves most of each page.
BY_PAGE = replace(
    lab_table(),
    output="T-2",
    rows=tuple(replace(row, page=row.group[0]) for row in lab_table().rows if row.group[1] in VISITS[:3]),
)
OUTPUTS = {"table": lab_table(), "listing": listing(120), "figure": figure(), "by page": BY_PAGE}


def written(layout: Layout, form: DocxForm = DocxForm.FLOW) -> bytes:
    target = io.BytesIO()
    render_docx(paginate(layout), target, form=form)
    return target.getvalue()


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def texts(element: etree._Element) -> str:
    """The text of an element; a paragraph, tab or break is a blank."""
    marks = {qn("w:p"): " ", qn("w:tab"): " ", qn("w:br"): " ", qn("w:noBreakHyphen"): "-"}
    return squeezed("".join(marks.get(each.tag, each.text or "") for each in element.iter()))


def test_one_table_holds_all_rows_of_all_pages() -> None:
    pages = paginate(lab_table()).pages
    (table,) = docx.Document(io.BytesIO(written(lab_table()))).tables
    rows = table.rows[2:]
    planned = [row for page in pages for row in page.rows]
    assert len(pages) > 1
    assert [[cell.text for cell in row.cells] for row in rows] == [
        [cell.text for cell in row.cells] * (1 if row.kind is RowKind.BODY else 5) for row in planned
    ]
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, True] + [False] * len(rows)


def test_a_page_starts_before_the_rows_that_were_planned_first() -> None:
    pages = paginate(lab_table()).pages
    rows = part(written(lab_table()), "document").findall(f".//{qn('w:tr')}")[2:]
    starts = [index for index, row in enumerate(rows) if row.find(f".//{qn('w:pageBreakBefore')}") is not None]
    ends = [sum(len(page.rows) for page in pages[:number]) for number in range(1, len(pages))]
    assert starts == ends
    first = rows[starts[0]].find(qn("w:tc")).find(qn("w:p"))
    assert first.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None


def test_titles_stand_in_the_header_and_notes_in_the_footer_with_fields_for_the_page() -> None:
    layout = lab_table()
    content = written(layout)
    header, footer = part(content, "header_of_output1"), part(content, "footer_of_output1")
    head = f"Protocol ABC-123 Page 1 of {len(paginate(layout).pages)} Simulated data"
    assert texts(header) == squeezed(f"{head} {' '.join(layout.titles)} {layout.population}")
    assert texts(footer) == squeezed(" ".join((*layout.footnotes, layout.source)))
    fields = {each.get(qn("w:instr")).strip(): texts(each) for each in header.iter(qn("w:fldSimple"))}
    assert fields == {"PAGE": "1", "NUMPAGES": str(len(paginate(layout).pages))}
    body = part(content, "document")
    assert not any(text in texts(body) for text in (layout.population, layout.source, layout.footnotes[0]))


def test_the_title_is_an_entry_of_the_navigation_that_takes_no_room() -> None:
    content = written(lab_table())
    document = docx.Document(io.BytesIO(content))
    levels = [style.name for style in document.styles if style.element.find(f".//{qn('w:outlineLvl')}") is not None]
    found = [p for p in document.paragraphs if p.style.name in levels]
    assert [p.text for p in found] == ["Table 14.3.4.1 Laboratory Values by Visit <chemistry>"]
    assert found[0]._p.find(qn("w:bookmarkStart")).get(qn("w:name")) == "T_14_3_4_1"
    assert (found[0].style.font.size, found[0].style.paragraph_format.line_spacing) == (Pt(1), Pt(1))
    # What is hidden is no entry of it.
    assert found[0].style.element.find(f".//{qn('w:vanish')}") is None


def test_a_page_that_a_spec_starts_is_a_table_of_its_own() -> None:
    document = docx.Document(io.BytesIO(written(BY_PAGE)))
    assert [table.rows[2].cells[0].text for table in document.tables] == [
        "ALT (U/L)",
        "AST (U/L)",
        "Bilirubin (umol/L)",
    ]


def test_a_long_listing_is_a_few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tables, "MOST_ROWS", 50)
    pages = paginate(listing(120)).pages
    tables = _tables.tables_of(paginate(listing(120)), DocxForm.FLOW)
    assert [page for table in tables for page in table.pages] == list(pages)
    counts = [sum(len(page.rows) for page in table.pages) for table in tables]
    assert len(counts) > 1
    assert max(counts) <= 50
    assert all(count + len(after.pages[0].rows) > 50 for count, after in zip(counts, tables[1:], strict=False))


def test_nasty_text_comes_back_as_it_was() -> None:
    layout = replace(lab_table(), output=NASTY, titles=(NASTY,), population=NASTY, footnotes=(NASTY,), source=NASTY)
    layout = replace(layout, rows=(Row((NASTY, "1", "2", "3", "4")),), study=NASTY)
    content = written(layout)
    flat = squeezed(NASTY)
    assert texts(part(content, "header_of_output1")) == f"{flat} Page 1 of 1 {flat} {flat}"
    assert texts(part(content, "footer_of_output1")) == f"{flat} {flat}"
    assert docx.Document(io.BytesIO(content)).tables[0].rows[2].cells[0].text == NASTY


@pytest.mark.parametrize("form", DocxForm)
@pytest.mark.parametrize("name", ["figure", "short", "by page"])
def test_word_opens_it_and_it_has_the_same_bytes_twice(name: str, form: DocxForm, tmp_path: Path) -> None:
    layout = (OUTPUTS | {"short": listing(30)})[name]
    content = written(layout, form)
    assert word_faults(content, tmp_path) == []
    assert content == written(layout, form)


def test_a_study_has_a_header_a_footer_and_a_base_document_of_its_own(tmp_path: Path) -> None:
    """Its base document has a header of its own, as a sponsor's has, and a style that pages take over."""
    (tmp_path / "docx").mkdir()
    for name, tag in (("header", "hdr"), ("footer", "ftr")):
        text = (
            f"<w:{tag} {W}><w:p><w:r><w:t>Sponsor's {name} of {{{{ output.text.caption }}}}</w:t></w:r></w:p></w:{tag}>"
        )
        (tmp_path / "docx" / f"{name}.xml.j2").write_text(text)
    base = docx.Document()
    base.sections[0].header.paragraphs[0].text = "Logo"
    base.styles.add_style("Output Cell Left", 1).font.italic = True
    base.save(str(tmp_path / "docx" / "base.docx"))
    target = io.BytesIO()
    render_docx(paginate(listing(5)), target, [tmp_path])
    content = target.getvalue()
    caption = "Listing 16.2.8.1 Laboratory Values"
    assert texts(part(content, "header_of_output1")) == f"Sponsor's header of {caption}"
    assert texts(part(content, "footer_of_output1")) == f"Sponsor's footer of {caption}"
    assert docx.Document(io.BytesIO(content)).styles["Output Cell Left"].font.italic
    assert word_faults(content, tmp_path) == []


def test_a_header_that_is_not_xml_is_named(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    (tmp_path / "docx" / "header.xml.j2").write_text("<w:hdr>")
    with pytest.raises(LayoutError, match="not XML") as caught:
        render_docx(paginate(listing(5)), io.BytesIO(), [tmp_path])
    assert caught.value.place.file == "docx/header.xml.j2"


def test_a_document_without_its_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    (tmp_path / "docx" / "document.xml.j2").write_text(f"<w:document {W}><w:body/></w:document>")
    with pytest.raises(LayoutError, match="leave an output out"):
        render_docx(paginate(listing(5)), io.BytesIO(), [tmp_path])


@pytest.mark.parametrize("form", DocxForm)
def test_nothing_of_a_long_text_is_lost(form: DocxForm) -> None:
    """2,000 characters in each place; on a page of small type, so that they fit."""
    long = ('<&> {{ e }} "x" ' * 150)[:2000].strip()
    layout = replace(listing(1), titles=("T", long), footnotes=(long,), page=replace(A4, font_size=6))
    layout = replace(layout, rows=(Row(("1", "2", "3", "4", long)),))
    document = docx.Document(io.BytesIO(written(layout, form)))
    assert document.tables[0].rows[1].cells[4].text == long
    section = document.sections[0]
    shown = [p.text for story in (section.header, document, section.footer) for p in story.paragraphs]
    assert f"T\n{long}" in shown
    assert long in shown


@pytest.mark.parametrize("place", ["titles", "footnotes", "rows"])
def test_a_control_character_is_refused(place: str) -> None:
    given = (Row(("a\x0bb", "", "", "", "")),) if place == "rows" else ("a\x0bb",)
    with pytest.raises(LayoutError, match="control character"):
        written(replace(listing(1), **{place: given}))


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<w:tc><w:p/></w:tc>", None),
        ("<w:tc><w:p/><w:tbl/></w:tc>", "a cell ends in tbl"),
        ("<w:tc/>", "a cell ends in nothing"),
        ('<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="end"/>', None),
        ('<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/>', "1 fields are not closed"),
        ('<w:fldChar w:fldCharType="end"/>', "a field has end before begin"),
    ],
)
def test_checks_see_what_word_repairs(body: str, fault: str | None) -> None:
    found = list(story_faults(etree.fromstring(f"<w:body {W}>{body}</w:body>")))
    assert found == ([fault] if fault else [])


# On LibreOffice's pages -------------------------------------------------------------------------------------------


def edited(content: bytes, *, size: float = 0, font: str = "") -> bytes:
    """The document after its writer has set other type in Word: all text styles, in size or font."""
    document = docx.Document(io.BytesIO(content))
    for style in document.styles:
        if style.name.startswith("Output ") and style.font.size != Pt(1):
            style.font.name = font or style.font.name
            if size:
                style.font.size = Pt(size)
                style.paragraph_format.line_spacing = Pt(1.2 * size)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


EDITS = {"10 points": {"size": 10.0}, "Arial": {"font": "Arial"}}


@pytest.fixture(scope="module")
def pdfs(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {name: written(layout) for name, layout in OUTPUTS.items()}
    for name in SHOWN:
        documents |= {f"{name} {edit}": edited(documents[name], **EDITS[edit]) for edit in EDITS}  # type: ignore[arg-type]
    return written_as_pdf(documents, soffice, tmp_path_factory.mktemp("pdf"))


def stands_around(layout: Layout) -> Iterator[str]:
    """What each page shows around its body."""
    yield from map(squeezed, (*layout.titles, layout.population, layout.source, *layout.footnotes))
    yield from map(squeezed, layout.study.split("\n"))
    yield from (squeezed(cell.text) for cell in layout.header[-1] if "\n" not in cell.text) if layout.header else ()


@pytest.mark.parametrize("name", OUTPUTS)
def test_pages_are_those_that_were_planned(name: str, pdfs: Path) -> None:
    output = paginate(OUTPUTS[name])
    found = list(map(squeezed, page_texts(pdfs / f"{name}.pdf")))
    assert len(found) == len(output.pages)
    for text, page in zip(found, output.pages, strict=True):
        assert f"Page {page.number} of {len(output.pages)}" in text
        assert all(part in text for part in stands_around(output.layout))
        for cell in (cell for row in page.rows for cell in row.cells if len(cell.lines) == 1):
            assert squeezed(cell.text) in text


# A text of each row that stands nowhere else, and the rows that have it.
SHOWN = {
    "table": ("Min, Max", len(lab_table().rows) // 3),
    "listing": ("Potassium", 120),
    "figure": ("Bars: 95% CI.", 1),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", SHOWN)
def test_other_type_set_in_word_leaves_titles_heads_notes_and_numbers_on_each_page(
    name: str, edit: str, pdfs: Path
) -> None:
    found = list(map(squeezed, page_texts(pdfs / f"{name} {edit}.pdf")))
    planned = len(paginate(OUTPUTS[name]).pages)
    assert len(found) > planned if edit == "10 points" and name != "figure" else len(found) >= planned
    assert name != "figure" or len(found) == 1
    for number, text in enumerate(found, start=1):
        assert re.findall(r"Page (\d+) of (\d+)", text) == [(str(number), str(len(found)))]
        assert [part for part in stands_around(OUTPUTS[name]) if part not in text] == []
    # No row is lost, and none stands twice.
    text, rows = SHOWN[name]
    assert sum(each.count(text) for each in found) == rows

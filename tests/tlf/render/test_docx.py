"""Word, all written out: what was planned stands in the file, in python-docx's reading and on LibreOffice's pages."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from tests.tlf.render.layouts import NASTY, STUDY, figure, lab_table, listing
from tests.tlf.render.pdf import page_texts, squeezed, written_as_pdf

from adamline.errors import LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.tlf.layout import A4, Column, HeaderCell, Layout, Picture, Row
from adamline.tlf.pages import Cell, RowKind
from adamline.tlf.paginate import paginate
from adamline.tlf.render._pieces import pieces
from adamline.tlf.render.docx import render_docx


def written(layout: Layout, templates: Sequence[Path] = (), form: DocxForm = DocxForm.FIXED) -> bytes:
    target = io.BytesIO()
    render_docx(paginate(layout), target, templates, form=form)
    return target.getvalue()


def document_xml(content: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_same_pages_same_bytes_and_every_part_is_well_formed() -> None:
    content = written(figure())
    assert content == written(figure())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".svg")):
                etree.fromstring(archive.read(name))


def test_python_docx_reads_the_cells_that_were_planned() -> None:
    paginated = paginate(lab_table())
    document = docx.Document(io.BytesIO(written(lab_table())))
    assert len(document.tables) == len(paginated.pages) > 1
    for table, page in zip(document.tables, paginated.pages, strict=True):
        body = table.rows[2:]
        assert len(body) == len(page.rows)
        for row, planned in zip(body, page.rows, strict=True):
            cells = [cell.text for cell in row.cells]
            texts = [cell.text for cell in planned.cells]
            assert cells == (texts if planned.kind is RowKind.BODY else texts * 5)


def test_cells_stand_as_planned() -> None:
    """Indent and space above, in twips, and weight; none where the plan has none."""
    paginated = paginate(lab_table())
    seen = set()
    for table, page in zip(document_xml(written(lab_table())).iter(qn("w:tbl")), paginated.pages, strict=True):
        for row, planned in zip(table.findall(qn("w:tr"))[2:], page.rows, strict=True):
            for cell, planned_cell in zip(row.findall(qn("w:tc")), planned.cells, strict=True):
                indent, space = cell.find(".//" + qn("w:ind")), cell.find(".//" + qn("w:spacing"))
                bold = cell.find(".//" + qn("w:b")) is not None
                assert (0 if indent is None else int(indent.get(qn("w:left")))) == planned_cell.indent
                assert (0 if space is None else int(space.get(qn("w:before")))) == planned.gap
                assert bold == planned.bold
                seen.add((planned_cell.indent > 0, planned.gap > 0, bold))
    assert {(True, False, False), (False, True, True), (True, False, True)} <= seen


def test_a_space_widens_the_character_before_it_and_changes_no_text() -> None:
    """Twips of w:spacing (ISO/IEC 29500-1, 17.3.2.35) widen each character of their run, so it has one character."""
    paginated = paginate(Layout("T", ("T",), columns=(Column(1),), rows=(Row(("12 (5.3)",)), Row(("3",), bold=True))))
    page = paginated.pages[0]
    first, second = page.rows
    cells = (Cell(("12 (5.3)",), 200, ((3, 45), (4, 90))),), (Cell(("3 (1)",), 0, ((2, 7),)),)
    rows = tuple(replace(row, cells=each) for row, each in zip((first, second), cells, strict=True))
    target = io.BytesIO()
    render_docx(replace(paginated, pages=(replace(page, rows=rows),)), target)
    found = [
        (run.findtext(qn("w:t")), run.find(f".//{qn('w:spacing')}"), run.find(f".//{qn('w:b')}") is not None)
        for row in document_xml(target.getvalue()).iter(qn("w:tr"))
        for run in row.iter(qn("w:r"))
    ]
    assert [(text, None if space is None else space.get(qn("w:val")), bold) for text, space, bold in found] == [
        ("12", None, False),
        (" ", "45", False),
        ("(", "90", False),
        ("5.3)", None, False),
        ("3", None, True),
        (" ", "7", True),
        ("(1)", None, True),
    ]


@pytest.mark.parametrize(("font", "other"), [("Times New Roman", "MS Mincho"), ("Arial", "MS Gothic")])
def test_styles_name_a_font_that_has_east_asian_text(font: str, other: str) -> None:
    content = written(replace(lab_table(), page=replace(A4, font=font)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
    own = [style for style in styles.iter(qn("w:style")) if style.get(qn("w:styleId")).startswith("Output")]
    fonts = [style.find(f".//{qn('w:rFonts')}") for style in own]
    assert {(each.get(qn("w:ascii")), each.get(qn("w:eastAsia"))) for each in fonts} == {(font, other)}


def test_nasty_text_comes_back_as_it_was() -> None:
    layout = Layout(NASTY, (NASTY,), NASTY, (Column(1), Column(1)), ((HeaderCell(NASTY, 2),),), (Row((NASTY, "x\ny")),))
    layout = replace(layout, footnotes=(NASTY,), source=NASTY, study=NASTY)
    document = docx.Document(io.BytesIO(written(layout)))
    table = document.tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [NASTY, "x\ny"]
    assert table.rows[0].cells[0].text == NASTY
    assert [p.text for p in document.paragraphs if p.text] == [f"{NASTY}\tPage 1 of 1", *[NASTY] * 4]
    assert document.core_properties.title == NASTY
    assert docx.Document(io.BytesIO(written(replace(layout, titles=("x" * 300,))))).core_properties.title == "x" * 255


def test_a_hyphen_in_a_number_does_not_end_a_line() -> None:
    content = written(listing(2))
    cell = docx.Document(io.BytesIO(content)).tables[0].rows[2].cells[4]
    assert "value -0.1 to 2.5 on 2014-03-05" in cell.text
    assert cell._tc.findall(".//" + qn("w:noBreakHyphen")) == []  # it stands on one line
    text = "not clinically significant, value -0.1 to 2.5 on 2014-03-05 at home"
    narrow = replace(listing(1), columns=(Column(1),), header=(), rows=(Row((text,)),), repeat_keys=0)
    narrow = replace(narrow, page=replace(A4, margin_right=A4.width - A4.margin_left - 3.0))
    assert paginate(narrow).pages[0].rows[0].cells[0].lines == (
        "not clinically significant, value -0.1 to 2.5 on 2014-03-05 ",
        "at home",
    )
    cell = docx.Document(io.BytesIO(written(narrow))).tables[0].rows[0].cells[0]
    assert cell.text == text
    assert len(cell._tc.findall(".//" + qn("w:noBreakHyphen"))) == 2  # of the date beside the end of the line


def test_what_stands_on_one_line_is_found_with_an_ordinary_hyphen() -> None:
    layout = replace(lab_table(), titles=("Table 14-6.01", "A long title " * 14 + "14-6.02"), source="See 14-6.03")
    root = document_xml(written(layout))
    texts = [text.text for text in root.iter(qn("w:t"))]
    assert "Table 14-6.01" in texts
    assert "See 14-6.03" in texts
    assert not any("14-6.02" in (text or "") for text in texts)  # the last word of a line that wraps


def test_lines_and_line_feeds_of_a_text_come_back() -> None:
    lines = ("one 1-2\n", "two -3 and ", "-4 more -5 ", "6\n", "")
    assert "".join(text for _, text in pieces(lines)) == "".join(lines)
    assert [text for kind, text in pieces(lines) if kind == "text"] == [
        "one 1-2",
        "two -3 and ",
        "4 more ",
        "5 6",
    ]


@pytest.mark.parametrize(
    ("lines", "run"),
    [
        (("rose by ", "5 % in ", "all"), "rose by 5\u00a0% in all"),
        (("seen on ", "2014-03-05"), "seen on 2014~03~05"),
        (("seen on ", "05-MAR-2014 by"), "seen on 05~MAR~2014 by"),
        (("LBDTC=", "2014-03-05T10:30", ",NA"), "LBDTC=|2014~03~05T10:30|,NA"),
        (("GAMMA_", "GT of 1-2 and ", "more"), "GAMMA_|GT of 1~2 and more"),
        (("post-", "treatment"), "post-treatment"),
        (("GAMMA_", "GLUTAMYL"), "GAMMA_|GLUTAMYL"),
        (("NOT ", "RECOVERED/", "NOT RESOLVED"), "NOT RECOVERED/|NOT RESOLVED"),
        (("GLUTA", "MYL"), "GLUTAMYL"),
    ],
)
def test_word_is_kept_from_breaking_a_number_where_a_line_ends(lines: tuple[str, ...], run: str) -> None:
    signs = {"text": str, "break": lambda _: "|", "hyphen": lambda _: "~"}
    assert "".join(signs[kind](text) for kind, text in pieces(lines)) == run


def test_settings_and_styles_are_ours() -> None:
    with zipfile.ZipFile(io.BytesIO(written(lab_table()))) as archive:
        settings = etree.fromstring(archive.read("word/settings.xml"))
        styles = etree.fromstring(archive.read("word/styles.xml"))
    names = {etree.QName(element).localname for element in settings.iter()}
    assert names.isdisjoint({"zoom", "useFELayout", "savePreviewPicture", "rsids", "docId", "proofState", "mathPr"})
    modes = {each.get(qn("w:name")): each.get(qn("w:val")) for each in settings.iter(qn("w:compatSetting"))}
    assert modes["compatibilityMode"] == "15"
    for style in styles.findall(qn("w:style")):
        sizes = [style.find(f".//{qn(name)}") for name in ("w:sz", "w:szCs")]
        assert len({None if size is None else size.get(qn("w:val")) for size in sizes}) == 1
        assert (style.find(f".//{qn('w:b')}") is None) == (style.find(f".//{qn('w:bCs')}") is None)


def test_look_of_tables_says_the_same_twice() -> None:
    look = document_xml(written(lab_table())).find(".//" + qn("w:tblLook"))
    bits = {
        "firstRow": 0x20,
        "lastRow": 0x40,
        "firstColumn": 0x80,
        "lastColumn": 0x100,
        "noHBand": 0x200,
        "noVBand": 0x400,
    }
    assert int(look.get(qn("w:val")), 16) == sum(bit for name, bit in bits.items() if look.get(qn(f"w:{name}")) == "1")


def test_word_is_told_of_headers_names_and_descriptions() -> None:
    root = document_xml(written(lab_table()))
    first = root.find(".//" + qn("w:tbl"))
    rows = first.findall(qn("w:tr"))
    assert [row.find(".//" + qn("w:tblHeader")) is not None for row in rows[:3]] == [True, True, False]
    assert all(row.find(".//" + qn("w:cantSplit")) is not None for row in rows)
    caption = "Table 14.3.4.1 Laboratory Values by Visit <chemistry>"
    assert first.find(".//" + qn("w:tblCaption")).get(qn("w:val")) == caption
    assert first.find(".//" + qn("w:tblDescription")).get(qn("w:val")) == f"{caption}. Safety Population"
    assert [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))] == ["T_14_3_4_1"]


def test_word_is_told_what_a_figure_shows_in_two_formats() -> None:
    content = written(figure())
    root = document_xml(content)
    assert root.find(".//" + qn("wp:docPr")).get("descr") == 'Mean "change" by week & arm'
    blip = root.find(".//" + qn("a:blip"))
    svg = root.find(".//{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip")
    picture = figure().picture
    assert picture is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        targets = {rel.get("Id"): rel.get("Target") for rel in relations}
        assert archive.read(f"word/{targets[blip.get(qn('r:embed'))]}") == picture.png
        assert archive.read(f"word/{targets[svg.get(qn('r:embed'))]}") == picture.svg


def test_a_document_says_nothing_of_clock_user_or_host() -> None:
    core = docx.Document(io.BytesIO(written(lab_table()))).core_properties
    assert (core.author, core.last_modified_by, core.created.year, core.modified.year) == ("adamline",) * 2 + (
        1980,
    ) * 2
    with zipfile.ZipFile(io.BytesIO(written(lab_table()))) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_a_study_overrides_a_template_and_the_base_document_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "docx"
    folder.mkdir()
    (folder / "page.xml.j2").write_text(
        '<w:p><w:r><w:t>Sponsor {{ page.number }}</w:t></w:r></w:p>{% include "docx/table.xml.j2" %}<w:p/>'
    )
    base = docx.Document()
    base.styles.add_style("Output Cell Left", 1).font.italic = True
    base.save(str(folder / "base.docx"))
    document = docx.Document(io.BytesIO(written(lab_table(), [tmp_path])))
    assert document.paragraphs[0].text == "Sponsor 1"
    assert document.styles["Output Cell Left"].font.italic
    assert len(document.tables) == len(paginate(lab_table()).pages)


def based_on(tmp_path: Path, style: str, **font: object) -> Path:
    """A folder of templates whose base document has this style, with this type."""
    (tmp_path / "docx").mkdir()
    base = docx.Document()
    for name, value in font.items():
        setattr(
            base.styles.add_style(style, 1).font if style not in base.styles else base.styles[style].font, name, value
        )
    base.save(str(tmp_path / "docx" / "base.docx"))
    return tmp_path


@pytest.mark.parametrize(
    ("style", "font", "expected", "found"),
    [
        ("Output Cell Left", {"name": "Arial"}, "font Times New Roman", "font Arial"),
        ("Output Title", {"size": Pt(12)}, "size 9 points", "size 12 points"),
        ("Output Footnote", {"bold": True}, "weight regular", "weight bold"),
    ],
)
def test_a_base_document_with_other_type_is_refused(
    style: str, font: dict[str, object], expected: str, found: str, tmp_path: Path
) -> None:
    with pytest.raises(LayoutError) as caught:
        written(lab_table(), [based_on(tmp_path, style, **font)])
    for part in (style, expected, found):
        assert part in str(caught.value)


def test_a_base_document_with_the_same_type_is_taken(tmp_path: Path) -> None:
    folder = based_on(tmp_path, "Output Cell Left", name="Times New Roman", size=Pt(9), italic=True)
    assert docx.Document(io.BytesIO(written(lab_table(), [folder]))).styles["Output Cell Left"].font.italic


def test_type_that_a_style_is_based_on_counts(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    base = docx.Document()
    base.styles["Normal"].font.name = "Arial"
    base.styles.add_style("Output Cell Left", 1).base_style = base.styles["Normal"]
    base.save(str(tmp_path / "docx" / "base.docx"))
    with pytest.raises(LayoutError, match="Output Cell Left"):
        written(lab_table(), [tmp_path])


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(LayoutError, match="F-1"):
        written(Layout("F-1", ("F",), picture=Picture(b"no picture", b"", 1, 1, "alt")))


# On LibreOffice's pages -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdfs(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {name: written(layout) for name, layout in OUTPUTS.items()}
    return written_as_pdf(documents, soffice, tmp_path_factory.mktemp("pdf"))


OUTPUTS = {"table": lab_table(), "listing": listing(), "figure": figure()}


@pytest.mark.parametrize("name", OUTPUTS)
def test_pages_are_those_that_were_planned(name: str, pdfs: Path) -> None:
    output = paginate(OUTPUTS[name])
    texts = page_texts(pdfs / f"{name}.pdf")
    assert len(texts) == len(output.pages)
    for text, page in zip(texts, output.pages, strict=True):
        layout = output.layout
        flat = squeezed(text)
        assert f"Page {page.number} of {len(output.pages)}" in flat
        for part in (*layout.titles, layout.population, layout.source, *layout.footnotes, *STUDY.split("\n")):
            assert squeezed(part) in flat
        for cell in (cell for row in page.rows for cell in row.cells if len(cell.lines) == 1):
            assert squeezed(cell.text) in flat


@pytest.mark.parametrize("name", ["table", "listing"])
def test_pages_are_as_high_as_planned(name: str, pdfs: Path) -> None:
    command = ["pdftotext", "-bbox", str(pdfs / f"{name}.pdf"), "-"]
    run = subprocess.run(command, check=True, capture_output=True)
    pages = run.stdout.decode().split("<page ")[1:]
    output = paginate(OUTPUTS[name])
    for xml, page in zip(pages, output.pages, strict=True):
        lowest = max(float(y) for y in re.findall(r'yMax="([\d.]+)"', xml))
        kept_free = output.frame.gap  # half a line
        planned = output.layout.page.margin_top * 72 + (page.height - kept_free) / 20
        assert lowest == pytest.approx(planned, abs=4), page.number


def test_decimal_points_stand_below_each_other(pdfs: Path) -> None:
    run = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", str(pdfs / "table.pdf"), "-"], check=True, capture_output=True
    )
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', run.stdout.decode())
    first_column = [(float(x0), float(x1), text) for x0, x1, text in words if float(x0) < 360]
    digit = 4.5  # half an em of 9 points
    means = {round(x0 + 2 * digit, 1) for x0, _, text in first_column if text == "12.3"}
    counts = {round(x1, 1) for _, x1, text in first_column if text == "186"}
    assert len(means) == len(counts) == 1
    assert means.pop() == pytest.approx(counts.pop(), abs=0.2)

"""Word documents for readers who cannot see them: a test for each item of docs/guide/accessible-documents.md."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from tests.tlf.render.layouts import figure, lab_table, listing
from tests.tlf.render.test_pack import COVER, planned

from adamline.spec.docx_form import DocxForm
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.pack import Group, render_pack

LIST = Path(__file__).resolve().parents[3] / "docs" / "guide" / "accessible-documents.md"
LAYOUTS = (lab_table(), listing(30), figure())
TABLES = LAYOUTS[:2]


class Document:
    """A document of one output or of all, in one of the forms."""

    def __init__(self, form: DocxForm, *, is_pack: bool) -> None:
        target = io.BytesIO()
        self.layouts = LAYOUTS if is_pack else TABLES[:1]
        self.is_pack = is_pack
        if is_pack:
            groups = [Group("Tables", tuple(map(planned, TABLES))), Group("Figures", (planned(figure()),))]
            render_pack(COVER, groups, target, form=form)
        else:
            render_docx(paginate(self.layouts[0]), target, form=form)
        self.word = docx.Document(target)
        with zipfile.ZipFile(target) as archive:
            self.parts = {
                name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")
            }
        self.body = self.parts["word/document.xml"]

    @property
    def tables(self) -> Iterator[etree._Element]:
        return self.body.iter(qn("w:tbl"))


@pytest.fixture(scope="module", params=["flow", "fixed", "flow pack", "fixed pack"])
def document(request: pytest.FixtureRequest) -> Document:
    form, _, pack = request.param.partition(" ")
    return Document(DocxForm(form), is_pack=bool(pack))


def titles(document: Document) -> list[str]:
    return [" ".join(layout.titles) for layout in document.layouts]


def test_title_of_the_document(document: Document) -> None:
    assert document.word.core_properties.title == (COVER.title if document.is_pack else titles(document)[0])


def test_language_of_the_document(document: Document) -> None:
    assert document.word.core_properties.language == "en-US"
    defaults = document.parts["word/styles.xml"].find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    assert defaults.find(f".//{qn('w:lang')}").get(qn("w:val")) == "en-US"
    # No text says that it is in another.
    assert not any(part.findall(f".//{qn('w:r')}//{qn('w:lang')}") for part in document.parts.values())


def test_headings_for_the_navigation(document: Document) -> None:
    outlined = {
        style.style_id for style in document.word.styles if style.element.find(f".//{qn('w:outlineLvl')}") is not None
    }
    headings = [p.text.replace("\n", " ") for p in document.word.paragraphs if p.style.style_id in outlined]
    assert headings == [*(["Contents"] if document.is_pack else []), *titles(document)]


def test_contents_with_links(document: Document) -> None:
    anchors = [link.get(qn("w:anchor")) for link in document.body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in document.body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(document.layouts)
    assert anchors == (marks if document.is_pack else [])


def test_header_rows_are_marked(document: Document) -> None:
    heads = [
        [row.find(f".//{qn('w:tblHeader')}") is not None for row in table.iter(qn("w:tr"))] for table in document.tables
    ]
    assert {sum(each) for each in heads} == {len(layout.header) for layout in document.layouts if layout.header}
    assert all(each == sorted(each, reverse=True) for each in heads)  # they are the first rows


def test_first_row_and_first_column_are_headers(document: Document) -> None:
    bits = {
        "firstRow": 0x20,
        "lastRow": 0x40,
        "firstColumn": 0x80,
        "lastColumn": 0x100,
        "noHBand": 0x200,
        "noVBand": 0x400,
    }
    for table in document.tables:
        look = table.find(f".//{qn('w:tblLook')}")
        said = {name for name in bits if look.get(qn(f"w:{name}")) == "1"}
        assert said >= {"firstRow", "firstColumn"}
        assert int(look.get(qn("w:val")), 16) == sum(bits[name] for name in said)


def test_caption_and_description_of_tables(document: Document) -> None:
    found = [
        tuple(
            table.find(f"{qn('w:tblPr')}/{qn(name)}").get(qn("w:val")) for name in ("w:tblCaption", "w:tblDescription")
        )
        for table in document.tables
    ]
    wanted = {
        (caption, ". ".join(filter(None, [caption, layout.population])))
        for caption, layout in zip(titles(document), document.layouts, strict=True)
        if layout.columns
    }
    assert set(found) == wanted


def test_tables_are_plain(document: Document) -> None:
    """None in a cell of another, no cell over several rows, the same number of columns in each row."""
    for table in document.tables:
        assert table.find(f".//{qn('w:tbl')}") is None
        assert table.find(f".//{qn('w:vMerge')}") is None
        columns = len(table.find(qn("w:tblGrid")))
        for row in table.iter(qn("w:tr")):
            spans = [cell.find(f".//{qn('w:gridSpan')}") for cell in row.iter(qn("w:tc"))]
            assert sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans) == columns


def test_rows_stay_whole(document: Document) -> None:
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in document.body.iter(qn("w:tr")))


def test_text_of_figures(document: Document) -> None:
    described = [each.get("descr") for each in document.body.iter(qn("wp:docPr"))]
    assert described == [layout.picture.alt for layout in document.layouts if layout.picture]
    assert all(described)
    assert document.body.find(f".//{qn('wp:anchor')}") is None  # in the line of the text, not afloat


def test_text_is_text(document: Document) -> None:
    """Black on white, in no box, and none hidden."""
    for name, part in document.parts.items():
        if name.startswith(("word/document", "word/styles", "word/header", "word/footer")):
            colours = {each.get(qn("w:val")) for each in part.iter(qn("w:color"))}
            assert colours <= {"auto", "000000"}, name
            for mark in ("w:txbxContent", "w:pict", "w:vanish", "w:highlight"):
                assert part.find(f".//{qn(mark)}") is None, (name, mark)


def test_page_and_pages_are_said_on_each_page(document: Document) -> None:
    is_flow = any(name.startswith("word/header_of") for name in document.parts)
    headers = [part for name, part in document.parts.items() if name.startswith("word/header_of")]
    if is_flow:
        fields = [[each.get(qn("w:instr")).strip() for each in part.iter(qn("w:fldSimple"))] for part in headers]
        assert fields == [["PAGE", "NUMPAGES"]] * len(document.layouts)
    else:
        texts = "".join(each.text or "" for each in document.body.iter(qn("w:t")))
        pages = [len(paginate(layout).pages) for layout in document.layouts]
        assert re.findall(r"Page (\d+) of (\d+)", texts) == [
            (str(number), str(count)) for count in pages for number in range(1, count + 1)
        ]


def test_each_item_of_the_list_has_a_test() -> None:
    listed = re.findall(r"`(test_\w+)`", LIST.read_text("utf-8"))
    own = [name for name in globals() if name.startswith("test_") and "item_of_the_list" not in name]
    assert sorted(listed) == sorted(own)

"""A pack: one document of many outputs, with contents whose page numbers are those of the pages."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from tests.tlf.render.layouts import STUDY, figure, lab_table, listing
from tests.tlf.render.pdf import page_texts, squeezed, written_as_pdf

from adamline.tlf.front import Cover
from adamline.tlf.layout import Layout, PageSetup
from adamline.tlf.pages import Planned
from adamline.tlf.paginate import paginate
from adamline.tlf.render.pack import Group, render_pack
from adamline.tlf.stored import media_of

ROOT = Path(__file__).resolve().parents[3]
COVER = Cover("A Study of <Active> & Placebo", ("ABC-123", "Simulated data"))
PORTRAIT = PageSetup(width=8.5, height=11, font="Courier New", font_size=8)
EMPTY = replace(
    lab_table(), rows=(), output="T-0", titles=("Table 0", 'a <b> & "c" {{ e }} ≥'), footnotes=(), source=""
)


def planned(layout: Layout) -> Planned:
    return Planned(replace(layout, rows=()), len(paginate(layout).pages), media_of(layout), lambda: paginate(layout))


def groups() -> list[Group]:
    """Outputs of each kind; paper and type change on the way."""
    tables = [replace(lab_table(), output=f"T-{n}", titles=(f"Table 14.{n}", "Laboratory Values")) for n in (1, 2)]
    listings = [listing(60), replace(listing(90, PORTRAIT), output="L-2", titles=("Listing 2",))]
    return [
        Group("Tables", (*map(planned, tables), planned(EMPTY))),
        Group("Figures", (planned(figure()),)),
        Group("Listings", tuple(map(planned, listings))),
    ]


def packed(parts: Sequence[Group], cover: Cover = COVER, templates: Sequence[Path] = ()) -> bytes:
    target = io.BytesIO()
    render_pack(cover, parts, target, templates)
    return target.getvalue()


@pytest.fixture(scope="module")
def content() -> bytes:
    return packed(groups())


@pytest.fixture(scope="module")
def root(content: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_every_part_is_well_formed_and_no_field_is_asked_to_update(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels", ".svg")):
            etree.fromstring(part)
    assert b"updateFields" not in parts["word/settings.xml"]
    assert b"w:fldChar" not in parts["word/document.xml"]
    picture = figure().picture
    assert picture is not None
    assert parts["word/media/figure4.png"] == picture.png


IN_ANOTHER_PROCESS = """
import hashlib
from tests.tlf.render.test_pack import groups, packed
print(hashlib.sha256(packed(groups())).hexdigest())
"""


def test_hash_seed_time_zone_locale_and_folder_do_not_matter(tmp_path: Path) -> None:
    digests = set()
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    for seed, zone, language in (("1", "Asia/Tokyo", "C.UTF-8"), ("2", "America/New_York", "C")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": path}
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS]
        run = subprocess.run(command, check=True, capture_output=True, env=environment, cwd=tmp_path)
        digests.add(run.stdout)
    assert len(digests) == 1


def test_each_entry_leads_to_the_bookmark_of_its_output(root: etree._Element) -> None:
    bookmarks = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    anchors = [link.get(qn("w:anchor")) for link in root.iter(qn("w:hyperlink"))]
    assert anchors == bookmarks == ["T_1", "T_2", "T_0", "F_14_2_1", "L_16_2_8_1", "L_2"]
    ids = [mark.get(qn("w:id")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids)


def test_outputs_and_contents_are_entries_of_the_navigation(content: bytes) -> None:
    document = docx.Document(io.BytesIO(content))
    levels = {
        style.style_id: style.element.find(".//" + qn("w:outlineLvl"))
        for style in document.styles
        if style.element.find(".//" + qn("w:outlineLvl")) is not None
    }
    headings = [p.text for p in document.paragraphs if p.style.style_id in levels]
    assert headings == [
        "Contents",
        *("\n".join(output.layout.titles) for group in groups() for output in group.outputs),
    ]
    assert {level.get(qn("w:val")) for level in levels.values()} == {"0"}


def test_the_document_says_its_title_and_language(content: bytes) -> None:
    document = docx.Document(io.BytesIO(content))
    core = document.core_properties
    assert (core.title, core.subject, core.language) == (COVER.title, STUDY, "en-US")
    language = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "en-US"


def test_each_table_has_header_rows_and_each_picture_a_text(root: etree._Element) -> None:
    for table in root.iter(qn("w:tbl")):
        assert table.find(f".//{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table.find(".//" + qn("w:tblCaption")).get(qn("w:val"))
    pictures = [each.get("descr") for each in root.iter(qn("wp:docPr"))]
    assert pictures == ['Mean "change" by week & arm']


def test_no_numbering_begins_anew(root: etree._Element) -> None:
    sections = list(root.iter(qn("w:sectPr")))
    assert len(sections) == 3  # letter, A4, portrait
    assert root.find(".//" + qn("w:pgNumType")) is None
    assert len({section.find(qn("w:footerReference")).get(qn("r:id")) for section in sections}) == 1


def test_no_cell_ends_in_a_table_and_no_field_is_left_open(root: etree._Element) -> None:
    """Word repairs, or does not open, a document with a cell that has no last paragraph, or a field without an end."""
    for cell in root.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p")
    marks = [mark.get(qn("w:fldCharType")) for mark in root.iter(qn("w:fldChar"))]
    assert marks.count("begin") == marks.count("end")


def test_outputs_of_one_name_get_bookmarks_of_their_own() -> None:
    odd = replace(lab_table(), output="2 x" * 30)
    content = packed([Group("Tables", tuple(map(planned, (lab_table(), lab_table(), odd))))])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert names[:2] == ["T_14_3_4_1", "T_14_3_4_1_2"]
    assert re.fullmatch(r"[A-Za-z]\w{0,39}", names[2])


def test_nothing_to_write_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        packed([])


def test_pages_are_made_one_output_after_the_other() -> None:
    """No output is asked for its pages before the one before it is written, and none is kept."""
    asked: list[str] = []

    def counted(layout: Layout) -> Planned:
        one = planned(layout)
        return replace(one, paginated=lambda: asked.append(layout.output) or one.paginated())

    packed([Group("Tables", tuple(counted(replace(lab_table(), output=f"T-{n}")) for n in range(3)))])
    assert asked == ["T-0", "T-1", "T-2"]


def test_a_study_has_a_cover_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    (tmp_path / "docx" / "cover.xml.j2").write_text("<w:p><w:r><w:t>Sponsor {{ front.cover.title }}</w:t></w:r></w:p>")
    content = packed([Group("Tables", (planned(EMPTY),))], templates=[tmp_path])
    assert docx.Document(io.BytesIO(content)).paragraphs[0].text == f"Sponsor {COVER.title}"


# On LibreOffice's pages -------------------------------------------------------------------------------------------


def many() -> list[Group]:
    """So many outputs that the contents take several pages, with titles that wrap."""
    titles = [(f"Table 14.{n}", "Summary of Everything by Treatment and Visit " * (1 + n % 5)) for n in range(1, 71)]
    layouts = [replace(EMPTY, output=f"T-{n}", titles=title) for n, title in enumerate(titles, start=1)]
    figures = tuple(planned(replace(figure(), output=f"F-{n}", titles=(f"Figure {n}",))) for n in range(1, 4))
    return [Group("Tables", tuple(map(planned, layouts))), Group("Figures", figures)]


PACKS = {"kinds": groups(), "many": many()}


@pytest.fixture(scope="module")
def pdfs(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {name: packed(parts) for name, parts in PACKS.items()}
    return written_as_pdf(documents, soffice, tmp_path_factory.mktemp("pdf"))


@pytest.mark.parametrize("name", PACKS)
def test_the_contents_name_the_page_on_which_each_output_stands(name: str, pdfs: Path) -> None:
    texts = list(map(squeezed, page_texts(pdfs / f"{name}.pdf")))
    outputs = [output for group in PACKS[name] for output in group.outputs]
    first = next(number for number, text in enumerate(texts, start=1) if "Page 1 of" in text)
    contents = texts[1 : first - 1]
    assert all(text.startswith("Contents") for text in contents)
    assert len(contents) > 1 or name == "kinds"
    listed = [int(page) for text in contents for page in re.findall(r"\.{3,}\s*(\d+)", text)]
    real = [number for number, text in enumerate(texts, start=1) if "Page 1 of" in text]
    assert listed == real
    assert len(listed) == len(outputs)
    for number, output in zip(listed, outputs, strict=True):
        for title in output.layout.titles:
            assert squeezed(title) in texts[number - 1]


@pytest.mark.parametrize("name", PACKS)
def test_pages_are_those_that_were_planned(name: str, pdfs: Path) -> None:
    outputs = [output.paginated() for group in PACKS[name] for output in group.outputs]
    pages = [(output, page) for output in outputs for page in output.pages]
    texts = list(map(squeezed, page_texts(pdfs / f"{name}.pdf")))
    front = len(texts) - len(pages)
    assert squeezed(COVER.title) in texts[0]
    for number, text in enumerate(texts, start=1):
        assert text.endswith(f"{number} / {len(texts)}")
    for text, (output, page) in zip(texts[front:], pages, strict=True):
        assert f"Page {page.number} of {len(output.pages)}" in text
        for cell in (cell for row in page.rows for cell in row.cells if len(cell.lines) == 1):
            assert squeezed(cell.text) in text


def test_a_group_is_named_again_where_it_goes_on(pdfs: Path) -> None:
    texts = list(map(squeezed, page_texts(pdfs / "many.pdf")))
    assert texts[1].startswith("Contents Tables Table 14.1 ")
    assert texts[2].startswith("Contents (continued) Tables (continued) Table ")

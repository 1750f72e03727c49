"""RTF: what was planned is what stands in the file, as a reader apart reads it and on LibreOffice's pages."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from tests.tlf.render.layouts import figure, lab_table, listing, wide_listing
from tests.tlf.render.pdf import page_texts, written_as_pdf
from tests.tlf.render.rtf_reader import Document, Paragraph, TableRow, read_rtf

from adamline.errors import LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.tlf.front import Cover
from adamline.tlf.layout import A4, Align, Column, HeaderCell, Layout, PageSetup, Picture, Row
from adamline.tlf.pages import Cell, Paginated, Planned, RowKind
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.pack import Group, render_pack
from adamline.tlf.render.rtf import render_rtf
from adamline.tlf.render.rtf_pack import render_rtf_pack
from adamline.tlf.stored import media_of

WORLD = (
    "µ ≥ ± x² αβγ",
    "血清 ヘモグロビン",
    "혈청 크레아티닌",
    "𝛼 \U0001f600",
    r"{\b not bold} \par \'41",
    "e\u0301 x\u00a0y",
)


def world() -> Layout:
    """Characters of every kind that RTF has to be told by numbers, and its own signs."""
    return Layout(
        output="T-World",
        titles=("Table 1 {\\", " | ".join(WORLD)),
        population=WORLD[0],
        columns=(Column(2), Column(1, Align.DECIMAL), Column(1, Align.CENTER), Column(1, Align.RIGHT)),
        header=((HeaderCell("Text"), HeaderCell("Dec"), HeaderCell("Both ≥", 2)),),
        rows=tuple(Row((text, "-1.2", text, "a\nb"), bold=text == WORLD[1]) for text in WORLD),
        footnotes=WORLD,
        source="{source}",
        study="Protocol \\ABC",
        page=PageSetup(font="Courier New", font_size=8.5),
    )


def written(output: Paginated) -> bytes:
    target = io.BytesIO()
    render_rtf(output, target)
    return target.getvalue()


def rows_of(page: list[Paragraph | TableRow]) -> list[TableRow]:
    return [item for item in page if isinstance(item, TableRow)]


OUTPUTS = {
    "table": lab_table(),
    "listing": listing(60),
    "wide": wide_listing(),
    "figure": figure(),
    "world": world(),
    "empty": replace(lab_table(), rows=(), footnotes=(), source=""),
    "portrait": replace(lab_table(), page=replace(A4, width=A4.height, height=A4.width)),
}
# Columns over pages: a page is written by its own panel.
assert len({page.panel.columns for page in paginate(OUTPUTS["wide"]).pages}) > 1
PAGINATED = {name: paginate(layout) for name, layout in OUTPUTS.items()}
READ: dict[str, Document] = {name: read_rtf(written(output)) for name, output in PAGINATED.items()}


@pytest.mark.parametrize("name", OUTPUTS)
def test_cells_come_back_as_planned(name: str) -> None:
    """Text, indent, space above, weight, width and height of each cell of each page."""
    output = PAGINATED[name]
    assert len(READ[name].pages) == len(output.pages)
    for page, planned in zip(READ[name].pages, output.pages, strict=True):
        panel = planned.panel
        header, body = rows_of(page)[: len(panel.header)], rows_of(page)[len(panel.header) :]
        assert [[cell.text for cell in row.cells] for row in header] == [
            [cell.cell.text for cell in row.cells] for row in panel.header
        ]
        assert all("trhdr" in row.words for row in header)
        for row, plan in zip(body, planned.rows, strict=True):
            assert "trhdr" not in row.words
            assert row.words["trrh"] == plan.height
            widths = panel.widths if plan.kind is RowKind.BODY else (panel.width,)
            assert row.edges == list(accumulate(widths))
            for cell, expected in zip(row.cells, plan.cells, strict=True):
                assert cell.text == expected.text
                assert (cell.words.get("li", 0), cell.words.get("sb", 0)) == (expected.indent, plan.gap)
                assert cell.bold == [plan.bold] * len(expected.text)


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_stands_around_the_body_is_on_each_page(name: str) -> None:
    layout, count = OUTPUTS[name], len(PAGINATED[name].pages)
    for number, page in enumerate(READ[name].pages, start=1):
        texts = [item.text for item in page if isinstance(item, Paragraph) and item.text]
        first, *more = layout.study.split("\n")
        study = "\n".join([f"{first}\tPage {number} of {count}", *more])
        expected = [study, "\n".join(layout.titles), layout.population, *layout.footnotes, layout.source]
        assert texts == [text for text in expected if text]
        [title] = [item for item in page if isinstance(item, Paragraph) and item.text == "\n".join(layout.titles)]
        # A heading of Word's navigation, and a bookmark, where the output begins.
        assert (title.words.get("outlinelevel") == 0) == (number == 1)
        assert bool(title.bookmark) == (number == 1)


def test_rules_stand_above_and_below_the_header_and_below_the_last_row() -> None:
    for page in READ["table"].pages:
        rows = rows_of(page)
        above = [number for number, row in enumerate(rows) if all("clbrdrt" in cell for cell in row.rules)]
        below = [number for number, row in enumerate(rows) if all("clbrdrb" in cell for cell in row.rules)]
        assert (above, below) == ([0], [1, len(rows) - 1])
        spans = [cell.text for row in rows for cell in row.cells if "brdrb" in cell.words]
        assert spans == ["Placebo\n(N=86)", "Active 10 mg\n(N=84)"]
    bare = read_rtf(written(paginate(replace(lab_table(), header=()))))
    assert all("clbrdrt" in cell for cell in rows_of(bare.pages[0])[0].rules)


def test_the_document_says_paper_language_title_and_fonts() -> None:
    words = READ["table"].words
    assert (words["paperw"], words["paperh"], "landscape" in words, "lndscpsxn" in words) == (15840, 12240, True, True)
    assert (words["deflang"], words["ansicpg"], words["uc"]) == (1033, 1252, 1)
    upright = READ["portrait"].words
    assert (upright["paperw"], upright["paperh"], "landscape" in upright) == (11909, 16834, False)
    assert "Table 14.3.4.1 Laboratory Values by Visit <chemistry>" in READ["table"].apart["info"]
    assert "[title]Table 1 {\\ " in READ["world"].apart["info"]
    assert "Courier New;" in READ["world"].apart["fonttbl"]
    assert "heading 1;" in READ["table"].apart["stylesheet"]


def test_east_asian_text_has_a_font_of_its_own() -> None:
    """Japanese by its kana, Korean by Hangul, Han alone Chinese; 128, 129, 134 are their character sets in Windows."""
    content = written(paginate(Layout("T", ("T",), columns=(Column(1),), rows=tuple(Row((t,)) for t in WORLD))))
    declared = dict(re.findall(rb"\\f(\d+)\\fnil\\fprq2\\fcharset(\d+)", content))
    cells = [row.cells[0] for row in rows_of(read_rtf(content).pages[0])]
    charsets = [{int(declared.get(b"%d" % font, b"0")) for font in cell.fonts if font is not None} for cell in cells]
    assert charsets == [{0}, {0, 128}, {0, 129}, {0}, {0}, {0}]


def test_a_picture_has_its_bytes_its_size_and_its_text() -> None:
    picture, size = figure().picture, PAGINATED["figure"].picture_size
    assert picture is not None
    [(png, words, said)] = READ["figure"].pictures
    assert png == picture.png
    assert (words["picwgoal"], words["pichgoal"]) == tuple(round(length * 1440) for length in size)
    assert (words["picw"], words["pich"], "pngblip" in words) == (600, 900, True)
    assert said["wzDescription"] == picture.alt


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(LayoutError, match="F-1"):
        written(paginate(Layout("F-1", ("F",), picture=Picture(b"no picture", b"", 1, 1, "alt"))))


def test_a_space_widens_the_character_before_it() -> None:
    output = paginate(Layout("T", ("T",), columns=(Column(1),), rows=(Row(("12 (5.3)",)), Row(("3",), bold=True))))
    page = output.pages[0]
    cells = Cell(("12 (5.3)",), 200, ((3, 45), (4, 90))), Cell(("3 (1)",), 0, ((2, 7),))
    rows = tuple(replace(row, cells=(cell,)) for row, cell in zip(page.rows, cells, strict=True))
    read = read_rtf(written(replace(output, pages=(replace(page, rows=rows),))))
    found = [row.cells[0] for row in rows_of(read.pages[0])]
    assert [cell.text for cell in found] == ["12 (5.3)", "3 (1)"]
    assert [cell.wider for cell in found] == [{2: 45, 3: 90}, {1: 7}]
    assert found[1].bold == [True] * 5


def test_same_pages_same_bytes_in_ascii_without_clock() -> None:
    content = written(PAGINATED["world"])
    assert content == written(paginate(world()))
    assert content.isascii()
    assert set(re.findall(rb"\\yr(\d+)", content)) == {b"1980"}


def test_a_hyphen_in_a_number_does_not_end_a_line() -> None:
    text = "not clinically significant, value -0.1 to 2.5 on 2014-03-05 at home"
    narrow = replace(listing(1), columns=(Column(1),), header=(), rows=(Row((text,)),), repeat_keys=0)
    narrow = replace(narrow, page=replace(A4, margin_right=A4.width - A4.margin_left - 3.0))
    content = written(paginate(narrow))
    assert b"value -0.1 to 2.5 on 2014\\_03\\_05 at home\\cell" in content
    assert rows_of(read_rtf(content).pages[0])[0].cells[0].text == text


COVER = Cover("A Study of {Active} & Placebo ≥", ("ABC-123", "Simulated data"))
NAMES = {"Tables": ("table", "empty", "portrait"), "Figures": ("figure",), "Listings": ("listing",)}


def planned(output: Paginated, place: int) -> Planned:
    named = replace(output.layout, output=f"{output.layout.output}-{place}")
    return Planned(named, len(output.pages), media_of(named), lambda: output)


# Pages of the contents.
FRONT = 2
# Type and paper change on the way, and the contents take several pages.
GROUPS = [
    *(Group(group, tuple(planned(PAGINATED[name], 0) for name in names)) for group, names in NAMES.items()),
    Group("More", tuple(planned(PAGINATED["empty"], place) for place in range(60))),
]


def packed() -> bytes:
    target = io.BytesIO()
    render_rtf_pack(COVER, GROUPS, target)
    return target.getvalue()


def test_a_pack_is_cover_contents_and_the_pages_of_its_outputs() -> None:
    content = packed()
    assert content == packed()
    read = read_rtf(content)
    cover, *front = [page for page in read.pages if not any("Page " in item.text for item in paragraphs_of(page))]
    assert [item.text for item in paragraphs_of(cover)] == [COVER.title, *COVER.texts]
    outputs = [output for group in GROUPS for output in group.outputs]
    pages = [page for output in outputs for page in range(1, output.pages + 1)]
    assert len(read.pages) == 1 + len(front) + len(pages)
    # The contents name the page on which each output begins, and lead to its bookmark.
    listed = [item.text.rpartition("\t") for page in front for item in paragraphs_of(page) if "\t" in item.text]
    starts = [number for number, page in enumerate(read.pages, start=1) if bookmark_of(page)]
    assert [int(number) for _, _, number in listed] == starts
    assert [title.replace("\n", "") for title, _, _ in listed] == [
        f"{output.layout.titles[0]} {' – '.join(output.layout.titles[1:])}" for output in outputs
    ]
    marks = [bookmark_of(page) for page in read.pages if bookmark_of(page)]
    assert [link for link in read.fields if "LINK" in link] == [f'HYPERLINK \\l "{mark}"' for mark in marks]
    assert [item.text for page in front for item in paragraphs_of(page)][:2] == ["Contents", "Tables"]
    assert [page[0].text for page in front if isinstance(page[0], Paragraph)][1:] == ["Contents (continued)"] * (
        len(front) - 1
    )
    assert len(front) == FRONT
    assert {"PAGE", "NUMPAGES"} <= set(read.fields)


def paragraphs_of(page: list[Paragraph | TableRow]) -> list[Paragraph]:
    return [item for item in page if isinstance(item, Paragraph)]


def bookmark_of(page: list[Paragraph | TableRow]) -> str:
    return "".join(item.bookmark for item in paragraphs_of(page))


# On LibreOffice's pages -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdfs(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {}
    for name, output in PAGINATED.items():
        target = io.BytesIO()
        render_docx(output, target, form=DocxForm.FIXED)
        documents |= {f"{name}.rtf": written(output), f"{name}-word": target.getvalue()}
    target = io.BytesIO()
    render_pack(COVER, GROUPS, target)
    documents |= {"pack.rtf": packed(), "pack-word": target.getvalue()}
    return written_as_pdf(documents, soffice, tmp_path_factory.mktemp("rtf"))


@pytest.mark.parametrize("name", OUTPUTS)
def test_pages_are_those_of_the_word_document(name: str, pdfs: Path) -> None:
    """As many as planned, and each word where the Word document of the same pages has it."""
    assert len(page_texts(pdfs / f"{name}.pdf")) == len(PAGINATED[name].pages)
    if name != "world":  # what is there in place of a missing East Asian font differs
        assert words_of(pdfs / f"{name}.pdf") == words_of(pdfs / f"{name}-word.pdf")


def test_a_pack_has_the_pages_of_the_word_pack(pdfs: Path) -> None:
    """Each word of the pages stands where the Word document has it; their number in the whole is at their foot."""
    rtf, word = (split_at_the_foot(pdfs / name) for name in ("pack.pdf", "pack-word.pdf"))
    assert len(rtf) == len(word) == sum(output.pages for group in GROUPS for output in group.outputs) + 1 + FRONT
    for number, ((body, foot), (other, _)) in enumerate(zip(rtf, word, strict=True), start=1):
        assert body == other, number
        assert [re.sub("<.*?>", "", line) for line in foot] == [str(number), "/", str(len(rtf))]


def split_at_the_foot(file: Path) -> list[tuple[list[str], list[str]]]:
    """The words of each page in the body, and those in the margin of three quarters of an inch below it."""
    pages = []
    for page in "\n".join(words_of(file)).split("<page ")[1:]:
        size, *words = page.splitlines()
        edge = float(re.findall(r'height="([\d.]+)"', size)[0]) - 0.75 * 72
        is_below = [float(re.findall(r'yMin="([\d.]+)"', word)[0]) > edge for word in words]
        parts = [[word for word, below in zip(words, is_below, strict=True) if below == part] for part in (False, True)]
        pages.append((parts[0], parts[1]))
    return pages


def words_of(file: Path) -> list[str]:
    """Each word of a PDF with the corners of its box."""
    run = subprocess.run(["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True)
    return re.findall(r"<page .*|<word .*", run.stdout.decode())

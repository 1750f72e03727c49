"""Word: what was planned is what stands in the file, in python-docx's reading and on LibreOffice's pages."""

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
import matplotlib
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from matplotlib.figure import Figure

from adamline.errors import LayoutError
from adamline.tlf.layout import A4, Align, Column, HeaderCell, Layout, PageSetup, Picture, Row
from adamline.tlf.pages import RowKind
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import pieces, render_docx

NASTY = "a <b> & \"c\" 'd' {{ e }} – ≥ 5 µg/mL\u00a0é " + "Verylongword" * 12
STUDY = "Protocol ABC-123\nSimulated data"
SOURCE = "Source: ADLB; run 1a2b3c4d; data cut-off 2014-07-02"
VISITS = ("Baseline", "Week 2", "Week 4", "Week 8", "Week 12", "Week 24")
SPANS = (HeaderCell(""), HeaderCell("Placebo\n(N=86)", 2), HeaderCell("Active 10 mg\n(N=84)", 2))
NAMES = (HeaderCell("Visit", align=Align.LEFT), *(HeaderCell("Value"), HeaderCell("Change from\nBaseline")) * 2)


def lab_table() -> Layout:
    """A summary by visit: blocks of statistics under two levels of headings."""
    rows = []
    for test in ("ALT (U/L)", "AST (U/L)", "Bilirubin (umol/L)"):
        for number, visit in enumerate(VISITS):
            for statistic, value in (("n", "186"), ("Mean (SD)", "12.3 (4.56)"), ("Min, Max", "<0.1, 103.4")):
                cells = (statistic, value, f"-{number}.5", value, "NA")
                rows.append(Row(cells, indent=2, group=(test, visit), block=test + visit, bold=statistic == "n"))
    return Layout(
        output="T-14-3-4-1",
        titles=("Table 14.3.4.1", "Laboratory Values by Visit <chemistry>"),
        population="Safety Population",
        columns=(Column(2), *(Column(1, Align.DECIMAL),) * 4),
        header=(SPANS, NAMES),
        rows=tuple(rows),
        footnotes=("SD = standard deviation; p < 0.05 & n >= 3.", "A long note about the analysis. " * 14),
        source=SOURCE,
        study=STUDY,
    )


def listing(count: int = 400, page: PageSetup = A4) -> Layout:
    """A listing with two repeated keys, wrapped comments, and texts of all lengths."""
    comments = (
        "",
        "Repeated at the next visit; not clinically significant, value -0.1 to 2.5 on 2014-03-05",
        "≥ ULN",
        NASTY,
    )
    rows = tuple(
        Row((f"01-{701 + i // 40}", f"{1000 + i // 7}", "Potassium (mmol/L)", f"{i % 37 / 4:.2f}", comments[i % 4]))
        for i in range(count)
    )
    return Layout(
        output="L-16-2-8-1",
        titles=("Listing 16.2.8.1", "Laboratory Values"),
        columns=(Column(1), Column(1), Column(1.2), Column(1, Align.DECIMAL), Column(2.5)),
        header=(tuple(HeaderCell(text) for text in ("Site", "Subject", "Parameter", "Result", "Comment")),),
        rows=rows,
        footnotes=("Values below the limit are shown with <.",),
        study=STUDY,
        repeat_keys=2,
        page=page,
    )


def figure() -> Layout:
    matplotlib.rcParams["svg.hashsalt"] = "adamline"
    drawing = Figure(figsize=(6, 9))
    drawing.subplots().plot([0, 2, 4], [0, -1.5, -2.5])
    png, svg = io.BytesIO(), io.BytesIO()
    drawing.savefig(png, format="png", dpi=100)
    drawing.savefig(svg, format="svg", metadata={"Date": None})
    picture = Picture(png.getvalue(), svg.getvalue(), 6, 9, 'Mean "change" by week & arm')
    return Layout(
        "F-14-2-1", ("Figure 14.2.1", "Mean Change"), picture=picture, footnotes=("Bars: 95% CI.",), study=STUDY
    )


def written(*layouts: Layout, templates: Sequence[Path] = ()) -> bytes:
    target = io.BytesIO()
    render_docx([paginate(layout) for layout in layouts], target, templates)
    return target.getvalue()


def document_xml(content: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_same_pages_same_bytes_and_every_part_is_well_formed() -> None:
    content = written(lab_table(), listing(60), figure())
    assert content == written(lab_table(), listing(60), figure())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".svg")):
                etree.fromstring(archive.read(name))


IN_ANOTHER_PROCESS = """
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("pages", sys.argv[1])
pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pages)
print(hashlib.sha256(pages.written(pages.lab_table(), pages.listing(60))).hexdigest())
"""


def test_hash_seed_time_zone_locale_and_folder_do_not_matter(tmp_path: Path) -> None:
    digests = set()
    for seed, zone, language in (("1", "Asia/Tokyo", "C.UTF-8"), ("2", "America/New_York", "C")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, __file__]
        run = subprocess.run(command, check=True, capture_output=True, env=environment, cwd=tmp_path)
        digests.add(run.stdout)
    assert len(digests) == 1


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
    assert {(True, False, False), (False, True, False), (True, False, True)} <= seen


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
        (("GAMMA_", "GT of 1-2 and ", "more"), "GAMMA_GT of 1~2 and more"),
        (("post-", "treatment"), "post-treatment"),
        (("GAMMA_", "GLUTAMYL"), "GAMMA_GLUTAMYL"),
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
    root = document_xml(written(lab_table(), figure()))
    first = root.find(".//" + qn("w:tbl"))
    rows = first.findall(qn("w:tr"))
    assert [row.find(".//" + qn("w:tblHeader")) is not None for row in rows[:3]] == [True, True, False]
    assert all(row.find(".//" + qn("w:cantSplit")) is not None for row in rows)
    caption = "Table 14.3.4.1 Laboratory Values by Visit <chemistry>"
    assert first.find(".//" + qn("w:tblCaption")).get(qn("w:val")) == caption
    assert first.find(".//" + qn("w:tblDescription")).get(qn("w:val")) == f"{caption}. Safety Population"
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert names == ["T_14_3_4_1", "F_14_2_1"]
    assert root.find(".//" + qn("wp:docPr")).get("descr") == 'Mean "change" by week & arm'
    svg = root.find(".//{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip")
    with zipfile.ZipFile(io.BytesIO(written(lab_table(), figure()))) as archive:
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        target = next(rel.get("Target") for rel in relations if rel.get("Id") == svg.get(qn("r:embed")))
        assert archive.read(f"word/{target}") == figure().picture.svg  # type: ignore[union-attr]


def test_each_output_is_one_entry_of_the_navigation() -> None:
    document = docx.Document(io.BytesIO(written(lab_table(), listing(60))))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Output Heading")]
    assert headings == ["\n".join(lab_table().titles), "\n".join(listing().titles)]
    levels = document.styles["Output Heading"].element.findall(".//" + qn("w:outlineLvl"))
    assert [level.get(qn("w:val")) for level in levels] == ["0"]


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
    document = docx.Document(io.BytesIO(written(lab_table(), templates=[tmp_path])))
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
        written(lab_table(), templates=[based_on(tmp_path, style, **font)])
    for part in (style, expected, found):
        assert part in str(caught.value)


def test_a_base_document_with_the_same_type_is_taken(tmp_path: Path) -> None:
    folder = based_on(tmp_path, "Output Cell Left", name="Times New Roman", size=Pt(9), italic=True)
    assert docx.Document(io.BytesIO(written(lab_table(), templates=[folder]))).styles["Output Cell Left"].font.italic


def test_type_that_a_style_is_based_on_counts(tmp_path: Path) -> None:
    (tmp_path / "docx").mkdir()
    base = docx.Document()
    base.styles["Normal"].font.name = "Arial"
    base.styles.add_style("Output Cell Left", 1).base_style = base.styles["Normal"]
    base.save(str(tmp_path / "docx" / "base.docx"))
    with pytest.raises(LayoutError, match="Output Cell Left"):
        written(lab_table(), templates=[tmp_path])


def test_outputs_of_one_name_get_bookmarks_of_their_own() -> None:
    root = document_xml(written(lab_table(), lab_table(), replace(lab_table(), output="2 x" * 30)))
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert names[:2] == ["T_14_3_4_1", "T_14_3_4_1_2"]
    assert re.fullmatch(r"[A-Za-z]\w{0,39}", names[2])


def test_nothing_to_write_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        render_docx([], io.BytesIO())


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(LayoutError, match="F-1"):
        written(Layout("F-1", ("F",), picture=Picture(b"no picture", b"", 1, 1, "alt")))


# On LibreOffice's pages -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[Layout]]:
    """Documents by name; the pack changes paper and type on the way."""
    portrait = PageSetup(width=8.5, height=11, font="Arial", font_size=8)
    empty = replace(lab_table(), rows=(), output="T-0", footnotes=(), source="")
    return {
        "table": [lab_table()],
        "listing": [listing()],
        "figure": [figure()],
        "pack": [lab_table(), empty, listing(60), figure(), listing(90, replace(portrait, font="Courier New"))],
    }


@pytest.fixture(scope="module")
def pdfs(outputs: dict[str, list[Layout]], soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents as PDF, all made in one call."""
    folder = tmp_path_factory.mktemp("pdf")
    for name, layouts in outputs.items():
        (folder / f"{name}.docx").write_bytes(written(*layouts))
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    files = [str(folder / f"{name}.docx") for name in outputs]
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=300)
    return folder


def page_texts(file: Path) -> list[str]:
    """The text of each page, in columns as they stand."""
    run = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True)
    return run.stdout.decode().split("\f")[:-1]


def squeezed(text: str) -> str:
    return " ".join(text.split())


NAMES_OF_DOCUMENTS = ("table", "listing", "figure", "pack")


@pytest.mark.parametrize("name", NAMES_OF_DOCUMENTS)
def test_pages_are_those_that_were_planned(name: str, outputs: dict[str, list[Layout]], pdfs: Path) -> None:
    planned = [(output, page) for layout in outputs[name] for output in [paginate(layout)] for page in output.pages]
    texts = page_texts(pdfs / f"{name}.pdf")
    assert len(texts) == len(planned)
    for number, (text, (output, page)) in enumerate(zip(texts, planned, strict=True), start=1):
        layout = output.layout
        flat = squeezed(text)
        assert f"Page {page.number} of {len(output.pages)}" in flat
        for part in (*layout.titles, layout.population, layout.source, *layout.footnotes, *STUDY.split("\n")):
            assert squeezed(part) in flat
        for cell in (cell for row in page.rows for cell in row.cells if len(cell.lines) == 1):
            assert squeezed(cell.text) in flat
        if name == "pack":
            assert flat.endswith(f"{number} / {len(planned)}")


@pytest.mark.parametrize("name", ["table", "listing"])
def test_pages_are_as_high_as_planned(name: str, outputs: dict[str, list[Layout]], pdfs: Path) -> None:
    command = ["pdftotext", "-bbox", str(pdfs / f"{name}.pdf"), "-"]
    run = subprocess.run(command, check=True, capture_output=True)
    pages = run.stdout.decode().split("<page ")[1:]
    output = paginate(outputs[name][0])
    for xml, page in zip(pages, output.pages, strict=True):
        lowest = max(float(y) for y in re.findall(r'yMax="([\d.]+)"', xml))
        kept_free = output.frame.line
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

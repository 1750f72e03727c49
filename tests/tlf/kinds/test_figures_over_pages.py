"""Figures of more rows than a page holds flow over pages: each row stands once, on one scale, and each page says so."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from docx.oxml.ns import qn
from lxml import etree
from tests.acceptance.figure_svg import Drawn, read_svg
from tests.tlf.kinds.drawing import dataset, figure, of_table, stored_table, subjects
from tests.tlf.render.word_checks import word_faults

from adamline.analyses.data import AnalysisData
from adamline.errors import LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.tlf.figures import picture
from adamline.tlf.figures.rows_frame import RowName, TooManyRowsError
from adamline.tlf.figures.swimmer_plot import Bars, SwimmerPlot
from adamline.tlf.kinds import _figure
from adamline.tlf.layout import Layout, PageSetup, Picture
from adamline.tlf.paginate import paginate
from adamline.tlf.render.csv import render_csv
from adamline.tlf.render.docx import render_docx
from adamline.tlf.render.html import render_html
from adamline.tlf.render.pdf import render_pdf
from adamline.tlf.render.rtf import render_rtf
from adamline.tlf.stored import read_layout, write_layout

ARMS = {"Placebo": 20, "Drug": 20}


def days() -> np.ndarray:
    """Of drug 400 to 419, of placebo 20 to 39."""
    return np.concatenate([20.0 + np.arange(20), 400.0 + np.arange(20)])


def swimmer() -> Layout:
    """40 subjects, of whom the longest are all of one arm, so that the first page has no bar of the other."""
    of = subjects(ARMS)
    events = of.assign(ADY=days() / 2)[of["USUBJID"].isin(["S-001", "S-040"])]
    data = AnalysisData({"ADSL": dataset("ADSL", of.assign(TRTDURD=days())), "ADAE": dataset("ADAE", events)})
    spec = {
        "records": {"from": "ADSL"},
        "by": "TRT01A",
        "most": 200,
        "ongoing": "TRTDURD = 419 or TRTDURD = 20",
        "events": [{"records": {"from": "ADAE"}, "at": "ADY", "label": "High"}],
    }
    return figure("swimmer", spec, data)[1]


def terms() -> pd.DataFrame:
    """40 terms, of which each has as many subjects of both arms as its number says."""
    of = subjects(ARMS)
    number = np.arange(len(of)) % 20
    parts = [of[number < 1 + term % 20].assign(AEDECOD=f"TERM {term:03d}") for term in range(40)]
    return pd.concat(parts, ignore_index=True)


def dots() -> Layout:
    row = {"count": "AEDECOD", "compare": [{"risk_difference": "AEDECOD", "against": "Placebo", "as": "rd"}]}
    return of_table("dots", {"most": 40, "sort": "table"}, stored_table(ARMS, [row], terms()))[1]


def forest() -> Layout:
    """A heading over each of three groupings, of 8 levels."""
    made = subjects(ARMS)
    number = np.arange(len(made))
    made = made.assign(AVALC=np.where((number * 7) % 5 < 2, "Y", "N"))
    levels = {f"GROUP{n}": [f"Level {n}{level:02d}" for level in number % 8] for n in (1, 2, 3)}
    made = made.assign(**levels).astype("str")
    pair = {"against": "Placebo", "levels": ["Y", "N"]}
    rows: list[dict[str, Any]] = [{"risk_difference": "AVALC", **pair, "as": "all"}]
    rows += [
        {"by": name, "rows": [{"risk_difference": "AVALC", **pair, "as": name}, {"count": "AVALC", "as": f"n_{name}"}]}
        for name in levels
    ]
    counts = [f"n_{name}" for name in levels]
    spec = {
        "category": ["Y"],
        "headings": {name: f"Grouping {name[-1]}" for name in levels},
        "size": {"from": counts, "statistic": "n"},
        "favours": ["Placebo better", "Drug better"],
    }
    return of_table("forest", spec, stored_table(ARMS, rows, made))[1]


def pages_of(layout: Layout) -> tuple[Picture, ...]:
    assert layout.picture is not None
    return layout.picture.pages


def seen(layout: Layout) -> list[Drawn]:
    return [read_svg(page.svg) for page in pages_of(layout)]


def x_axis(page: Picture) -> list[tuple[str, str]]:
    """The places and the texts of the axis."""
    root = etree.fromstring(page.svg)
    axis = root.find(".//{*}g[@id='matplotlib.axis_1']")
    assert axis is not None
    ticks = [each for each in axis.iter("{*}g") if str(each.get("id")).startswith("xtick_")]
    return [
        (str(next(tick.iter("{*}use")).get("x")), "".join(str(text.text) for text in tick.iter(etree.Comment)))
        for tick in ticks
    ]


@pytest.fixture(scope="module")
def layouts() -> Iterator[dict[str, Layout]]:
    """The figures of pages that hold few rows, without the pixels that no test looks at."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_figure, "HEIGHT", 2.6)
        patched.setattr(picture, "DOTS_PER_INCH", 20)
        yield {"swimmer": swimmer(), "dots": dots(), "forest": forest()}


NAMES = {"swimmer": r"S-\d{3}", "dots": r"TERM \d{3}", "forest": r"(All subjects|Level \d{3})"}
COUNTS = {"swimmer": 40, "dots": 40, "forest": 25}


@pytest.mark.parametrize("kind", NAMES)
def test_each_row_stands_on_one_page_and_all_pages_have_the_same_axis_and_legend(
    layouts: dict[str, Layout], kind: str
) -> None:
    pages = pages_of(layouts[kind])
    assert len(pages) > 1 and all(page.svg.startswith(b"<?xml") and page.png for page in pages)
    texts = [[text for text in page.texts if re.fullmatch(NAMES[kind], text)] for page in seen(layouts[kind])]
    assert sum(map(len, texts)) == COUNTS[kind] == len({text for page in texts for text in page})
    assert max(map(len, texts)) - min(map(len, texts)) <= 3
    assert len({tuple(x_axis(page)) for page in pages}) == 1
    if kind != "forest":
        assert all({"Placebo", "Drug"} <= set(page.texts) for page in seen(layouts[kind]))
    assert all(page.alt.startswith(f"Page {n} of {len(pages)}. ") for n, page in enumerate(pages, start=1))


def test_the_values_of_every_page_are_those_of_the_data(layouts: dict[str, Layout]) -> None:
    shares = (1 + np.arange(40) % 20) / 20 * 100
    drawn = [x for page in seen(layouts["dots"]) for x, _ in page.marks[0]]
    assert drawn == pytest.approx(list(shares), abs=0.05)
    ends = [
        sorted((min(y for _, y in area), max(x for x, _ in area)) for area in page.areas)
        for page in seen(layouts["swimmer"])
    ]
    assert [end for page in ends for _, end in page] == pytest.approx(sorted(days(), reverse=True), abs=0.3)
    marks = [x for page in seen(layouts["swimmer"]) for group in page.marks for x, _ in group]
    assert sorted(marks) == pytest.approx([10.0, 20.0, 209.5, 419.0], abs=0.3)
    alts = [page.alt for page in pages_of(layouts["swimmer"])]
    assert [" High 1." in alt for alt in alts] == [True, *[False] * (len(alts) - 2), True]
    assert re.search(r"Drug \d+, to 419", alts[0]) and "Placebo" not in alts[0]


def test_a_page_below_a_heading_repeats_it_and_none_ends_with_one(layouts: dict[str, Layout]) -> None:
    rows = [
        [text for text in page.texts if re.fullmatch(r"(All subjects|Grouping \d.*|Level \d{3})", text)]
        for page in seen(layouts["forest"])
    ]
    for before, page in pairwise(rows):
        assert not before[-1].startswith("Grouping")
        if page[0].startswith("Grouping") and page[0].endswith("(continued)"):
            assert page[1].startswith(f"Level {page[0].split()[1]}")
        else:
            assert page[0].startswith("Grouping")
    assert any(page[0].endswith("(continued)") for page in rows[1:])


def test_rows_are_of_one_height_and_markers_of_one_scale_on_all_pages(layouts: dict[str, Layout]) -> None:
    for kind in ("swimmer", "dots"):
        heights = set()
        for page in seen(layouts[kind]):
            places = sorted({round(y, 1) for group in page.marks for _, y in group}) if kind == "dots" else sorted(
                round(min(y for _, y in area), 1) for area in page.areas
            )  # fmt: skip
            heights.add(round(min(np.diff(places)), 0))
        assert len(heights) == 1


# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5"
    "f645400000000049454e44ae426082"
)


def plot(rows: tuple[RowName, ...]) -> SwimmerPlot:
    numbers = np.arange(len(rows), dtype=np.float64)
    return SwimmerPlot(rows=rows, bars=(Bars("A", numbers, numbers * 0, numbers + 1),), x_label="Day")


def test_how_rows_are_divided() -> None:
    """By hand: 7 rows of at most 4 are 4 and 3; a heading goes with its first row, and is repeated."""
    plain = tuple(RowName(str(n)) for n in range(7))
    assert [[row.text for row in page.rows] for page in plot(plain).pages(4)] == [list("0123"), list("456")]
    assert [[row.text for row in page.rows] for page in plot(plain).pages(6)] == [list("0123"), list("456")]
    below = [RowName(str(n), indent=1) for n in range(3)]
    headed = (RowName("all"), RowName("A", is_heading=True), *below, RowName("B", is_heading=True), *below)
    found = [[row.text for row in page.rows] for page in plot(headed).pages(4)]
    assert found == [["all", "A", "0", "1"], ["A (continued)", "2", "B", "0"], ["B (continued)", "1", "2"]]
    found = [[row.text for row in page.rows] for page in plot(headed).pages(5)]
    assert found == [["all", "A", "0", "1", "2"], ["B", "0", "1", "2"]]
    assert [[row.text for row in page.rows] for page in plot(headed).pages(6)] == found
    assert [float(bar.end.max()) for page in plot(headed).pages(6) for bar in page.bars] == [5.0, 9.0]


def test_rows_that_fit_no_page_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_figure, "HEIGHT", 2.2)
    name = " ".join(["word"] * 60)
    with pytest.raises((TooManyRowsError, LayoutError)):
        _figure._picture(plot(tuple(RowName(f"{name} {n}") for n in range(9))), (8.6, 2.2), PageSetup())


@pytest.fixture(scope="module")
def small() -> Layout:
    """Three pages of one drawing."""
    svg = (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        b'viewBox="0 0 9 9"><defs><clipPath id="c"><path d="M0 0h9v9z"/></clipPath><path id="g" d="M0 0h%d"/></defs>'
        b'<use xlink:href="#g" clip-path="url(#c)"/></svg>'
    )
    first = Picture(PNG, b"", 8.6, 4.4, "")
    pages = [replace(first, svg=svg % n, alt=f"Page {n} of 3. Lines", further=()) for n in (1, 2, 3)]
    title = ("Figure 1", "Dots")
    return Layout("F-1", title, picture=replace(pages[0], further=tuple(pages[1:])), study="Study", footnotes=("Note",))


@pytest.mark.parametrize("form", DocxForm)
def test_word_has_a_page_for_each_with_its_text(small: Layout, form: DocxForm, tmp_path: Path) -> None:
    target = io.BytesIO()
    render_docx(paginate(small), target, form=form)
    with zipfile.ZipFile(target) as archive:
        names = [name for name in archive.namelist() if name.endswith(".svg")]
        root = etree.fromstring(archive.read("word/document.xml"))
        drawings = [archive.read(name) for name in names]
    assert names == ["word/media/figure1.svg", "word/media/figure1_2.svg", "word/media/figure1_3.svg"]
    assert drawings == [page.svg for page in pages_of(small)]
    assert [each.get("descr") for each in root.iter(qn("wp:docPr"))] == [page.alt for page in pages_of(small)]
    assert len({each.get("id") for each in root.iter(qn("wp:docPr"))}) == 3
    assert len(list(root.iter(qn("w:pageBreakBefore")))) == 2
    assert word_faults(target.getvalue(), tmp_path) == []
    if form is DocxForm.FIXED:
        assert [f"Page {n} of 3" in "".join(root.itertext()) for n in (1, 2, 3)] == [True] * 3


def test_rtf_html_csv_and_pdf_have_each_page(small: Layout) -> None:
    output = paginate(small)
    rtf, html, csv, pdf = (io.BytesIO() for _ in range(4))
    render_rtf(output, rtf)
    assert rtf.getvalue().count(b"\\pngblip") == 3
    assert all(f"Page {n} of 3\\par".encode() in rtf.getvalue() for n in (1, 2, 3))
    render_html(output, html)
    page = html.getvalue().decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and page.count("<svg") == 3 and page.count('class="page"') == 2
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page)) <= set(ids)
    render_csv(output, csv)
    assert [line.split(",")[0] for line in csv.getvalue().decode("utf-8-sig").splitlines()[1:]] == ["1", "2", "3"]
    render_pdf(output, pdf)
    assert pdf.getvalue().count(b"/Alt") == 3
    render_pdf(output, first := io.BytesIO(), first=2)
    assert len(first.getvalue()) < len(pdf.getvalue())


def test_a_stored_figure_comes_back_with_its_pages(small: Layout, tmp_path: Path) -> None:
    path = tmp_path / "f-1.jsonl.gz"
    with path.open("wb") as handle:
        write_layout(small, "dots", 3, handle)
    assert read_layout(path) == small


def test_one_name_of_several_lines_takes_the_room_of_its_neighbours() -> None:
    """By hand: 40 names of one line and one of three need two lines a row, not three."""
    long = RowName("a\nb\nc")
    one, many = (
        tuple(RowName(str(n)) if n != 9 else middle for n in range(40)) for middle in (RowName("middle"), long)
    )
    fits = []
    for rows in (one, many):
        with pytest.raises(TooManyRowsError) as caught:
            _figure.render_picture(plot(rows).draw, (8.6, 2.6), PageSetup(), "", "")
        fits.append(caught.value.most)
    assert fits[1] == fits[0] // 2

"""HTML: the layout's texts in one table, which needs nothing beside it and tells a screen reader what is what."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement
from tests.tlf.render import layouts
from tests.tlf.render.layouts import NASTY, STUDY, lab_table, listing, wide

from adamline.errors import LayoutError
from adamline.tlf.layout import Column, HeaderCell, Layout, Picture, Row
from adamline.tlf.paginate import paginate
from adamline.tlf.render.html import render_html

figure = cache(layouts.figure)
VOID = frozenset(("meta", "col", "br", "wbr", "link"))
ALL = (lab_table, listing, figure)


def written(layout: Layout, templates: Sequence[Path] = ()) -> bytes:
    target = io.BytesIO()
    render_html(paginate(layout), target, templates)
    return target.getvalue()


def parsed(layout: Layout) -> HtmlElement:
    return html.document_fromstring(written(layout), parser=html.HTMLParser(encoding="utf-8"))


def text(element: HtmlElement) -> str:
    return str(element.text_content())


def body_rows(page: HtmlElement) -> list[list[HtmlElement]]:
    """The cells of the rows of the body, without those of headings."""
    rows = (row.findall("*") for row in page.iterfind(".//tbody/tr"))
    return [cells for cells in rows if cells[0].get("scope") != "rowgroup"]


@pytest.mark.parametrize("make", [lab_table, listing])
def test_every_cell_of_the_layout_comes_back(make: object) -> None:
    layout = make()  # type: ignore[operator]
    assert len(paginate(layout).pages) > 1
    page = parsed(layout)
    assert [tuple(map(text, cells)) for cells in body_rows(page)] == [row.cells for row in layout.rows]
    head = [[(text(cell), int(cell.get("colspan", 1))) for cell in row] for row in page.iterfind(".//thead/tr")]
    assert head == [[(cell.text, cell.span) for cell in row] for row in layout.header]


def test_columns_of_all_panels_stand_side_by_side() -> None:
    layout = wide()
    paginated = paginate(layout)
    assert len({page.panel.columns for page in paginated.pages}) > 1
    page = parsed(layout)
    assert [tuple(map(text, cells)) for cells in body_rows(page)] == [row.cells for row in layout.rows]
    assert len(page.findall(".//col")) == 31
    last = body_rows(page)[50][30]
    names = [text(page.get_element_by_id(name)) for name in last.get("headers").split()]
    assert names == ["Visit 9", "Value 29", "Arm 1", "01-50"]


def test_headings_stand_once_each_before_its_rows() -> None:
    layout = lab_table()
    shown: list[str] = [text(row) for row in parsed(layout).iterfind(".//tbody/tr")]
    assert not any("(continued)" in each for each in shown)
    expected: list[str] = []
    before: tuple[str, ...] = ()
    for row in layout.rows:
        new = next((depth for depth, name in enumerate(row.group) if row.group[: depth + 1] != before[: depth + 1]), 2)
        expected += [*row.group[new:], "".join(row.cells)]
        before = row.group
    assert shown == expected


def test_what_stands_around_the_body() -> None:
    layout = replace(lab_table(), footnotes=(NASTY, "x\ny"), source=NASTY)
    page = parsed(layout)
    assert [text(span) for span in page.find(".//h1")] == list(layout.titles)
    assert text(page.find(".//p[@class='population']")) == layout.population
    assert [text(note) for note in page.find(".//section")] == [NASTY, "x\ny"]
    assert text(page.find(".//p[@class='source']")) == NASTY
    assert text(page.find(".//p[@class='study']")) == STUDY


def test_numbers_line_up_as_planned_at_any_size() -> None:
    """Indents are in em, and with the padding of a cell those of the plan."""
    layout = lab_table()
    planned = [
        cell.indent for page in paginate(layout).pages for row in page.rows if len(row.cells) > 1 for cell in row.cells
    ]
    styles = [cell.get("style", "padding-left:0.333em") for cells in body_rows(parsed(layout)) for cell in cells]
    found = [
        float(re.fullmatch(r"padding-left:([\d.]+)em", style)[1]) * layout.page.font_size * 20 - 60 for style in styles
    ]  # type: ignore[index]
    assert found == pytest.approx(planned, abs=0.1)
    assert any(planned)


def test_a_key_that_is_not_shown_again_on_paper_stands_in_each_row() -> None:
    cells = body_rows(parsed(listing()))
    assert [cell.get("class") for cell in cells[1][:3]] == ["again", "again", None]
    assert text(cells[1][0]) == "01-701"


def test_a_text_in_data_is_a_text() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} --> ]]> </style></title>&amp;"
    layout = Layout(
        evil, (evil,), evil, (Column(1), Column(1)), ((HeaderCell(evil, 2),),), (Row((evil, evil), group=(evil,)),),
        footnotes=(evil,), source=evil, study=evil,
    )  # fmt: skip
    for made in (layout, replace(layout, rows=(), empty=evil), _with_alt(evil)):
        page = parsed(made)
        assert not page.xpath("//script | //img | //*[@onerror]")
        assert evil in text(page.find(".//main"))
        assert text(page.find(".//title")) == " ".join(made.titles)


def _with_alt(alt: str) -> Layout:
    layout = figure()
    assert layout.picture
    return replace(layout, titles=(alt,), picture=replace(layout.picture, alt=alt))


@pytest.mark.parametrize("make", ALL)
def test_nothing_is_run_or_loaded(make: object) -> None:
    page = parsed(make())  # type: ignore[operator]
    assert not page.xpath("//script | //link | //img | //iframe | //object | //embed")
    for element in page.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert name not in {"src", "srcset", "action", "data"}
            assert not (name.endswith("href") and not value.startswith("#"))
            assert "url(" not in value.replace("url(#", "")
    assert not re.search(r"@import|url\((?!#)", "".join(map(text, page.iterfind(".//style"))))


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<path onclick="x()"/>', "onclick="),
        ('<image href="http://a.example/x.png"/>', "href="),
        ('<path style="fill:url(http://a.example/x)"/>', "style="),
        ("<style>@import 'a.css';</style>", "a style"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<svg:script xmlns:svg='http://www.w3.org/2000/svg'/>", "<svg:script>"),
    ],
)
def test_a_drawing_that_would_run_or_load_something_is_refused(inside: str, found: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'
    with pytest.raises(LayoutError, match="must not run or load") as caught:
        written(replace(figure(), picture=Picture(b"", svg.encode(), 3, 3, "alt")))
    assert found in caught.value.found
    assert caught.value.place.file == "F-14-2-1"


def test_a_drawing_with_entities_is_refused() -> None:
    svg = b'<!DOCTYPE svg [<!ENTITY e "x">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>'
    with pytest.raises(LayoutError, match="must not run or load"):
        written(replace(figure(), picture=Picture(b"", svg, 3, 3, "alt")))


def test_a_drawing_that_is_no_svg_is_refused() -> None:
    for svg in (b"\x89PNG", b"<html/>"):
        with pytest.raises(LayoutError, match="cannot be read"):
            written(replace(figure(), picture=Picture(b"", svg, 3, 3, "alt")))


def test_same_bytes() -> None:
    for make in ALL:
        assert written(make()) == written(make())


def test_tags_are_closed_in_their_order() -> None:
    class Checker(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.stack: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.stack += [] if tag in VOID else [tag]

        def handle_endtag(self, tag: str) -> None:
            assert self.stack.pop() == tag

    for make in ALL:
        checker = Checker()
        checker.feed(written(make()).decode())
        assert checker.stack == []


def test_print_starts_pages_where_the_plan_does() -> None:
    layout = lab_table()
    rows = parsed(layout).findall(".//tbody/tr")
    starts = [index for index, row in enumerate(rows) if "page" in row.get("class", "").split()]
    found = [next(text(row[0]) for row in rows[index:] if row[0].get("scope") != "rowgroup") for index in starts]
    firsts = [next(row for row in page.rows if len(row.cells) > 1).row for page in paginate(layout).pages[1:]]
    assert found == [layout.rows[row].cells[0] for row in firsts]
    # One that starts with a heading starts before it.
    heads = [layout.rows[row].group != layout.rows[row - 1].group for row in firsts]
    assert [rows[index][0].get("scope") == "rowgroup" for index in starts] == heads
    style = text(parsed(layout).find(".//style"))
    assert "size: 11.0in 8.5in" in style
    assert ".page { break-before: page; }" in style


def test_an_empty_table_says_so() -> None:
    page = parsed(replace(lab_table(), rows=(), empty="No subject."))
    assert [text(cell) for cell in page.iterfind(".//tbody//td")] == ["No subject."]


def test_a_row_over_several_pages_is_one_row() -> None:
    long = "word " * 4000
    layout = Layout(
        "L", ("L",), columns=(Column(1), Column(1)), rows=(Row(("a", "b")), Row((long, "c")), Row(("d", "e")))
    )
    assert len(paginate(layout).pages) > 2
    assert [tuple(map(text, cells)) for cells in body_rows(parsed(layout))] == [("a", "b"), (long, "c"), ("d", "e")]


def test_a_template_of_a_study_takes_the_place_of_one(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "style.css.j2").write_text("h1 { color: #003; }")
    assert b"h1 { color: #003; }" in written(lab_table(), [tmp_path])
    (tmp_path / "html" / "style.css.j2").write_text("\n{{ nothing }}")
    with pytest.raises(LayoutError, match="A template has a fault") as caught:
        written(lab_table(), [tmp_path])
    assert (caught.value.place.file, caught.value.place.line) == ("html/style.css.j2", 2)


def test_a_long_listing_is_written_in_time() -> None:
    """A tenth of 50,000 records in a tenth of 8 seconds, and of what a busy machine adds."""
    paginated = paginate(listing(5_000))
    began = time.process_time()
    render_html(paginated, io.BytesIO())
    assert time.process_time() - began < 1.6


# What a screen reader needs, a test each.


@pytest.mark.parametrize("make", ALL)
def test_language_and_title(make: object) -> None:
    layout = make()  # type: ignore[operator]
    page = parsed(layout)
    assert page.get("lang") == "en-US"
    assert text(page.find(".//title")) == " ".join(layout.titles)


@pytest.mark.parametrize("make", ALL)
def test_one_heading_and_landmarks(make: object) -> None:
    page = parsed(make())  # type: ignore[operator]
    assert len(page.findall(".//h1")) == 1
    assert page.find("body/main//h1") is not None
    assert page.find("body/header") is not None


def test_a_table_has_a_caption_and_points_to_its_footnotes() -> None:
    page = parsed(lab_table())
    table = page.find(".//table")
    assert text(table[0]) == "Table 14.3.4.1 Laboratory Values by Visit <chemistry>. Safety Population"
    assert table[0].tag == "caption"
    notes = page.get_element_by_id(table.get("aria-describedby"))
    assert notes.get("aria-label") == "Footnotes"
    assert len(notes) == 2


def test_marks_lead_to_their_footnotes() -> None:
    """A mark that no footnote has, and brackets in the midst of a text, are texts."""
    header = ((HeaderCell("Term"), HeaderCell("n [2]\n(%)")),)
    rows = (Row(("Nausea [1] [2]", "5 [3]"), group=("Gut [1]",)), Row(("[1] a [1, 2]", "[2]"), group=("Gut [1]",)))
    layout = Layout("T", ("T", "Terms [1]"), columns=(Column(1), Column(1)), header=header, rows=rows)
    page = parsed(replace(layout, footnotes=("Plain.", "[1] One.", "[2] Two.")))
    links = [(text(link.getparent()), text(page.get_element_by_id(link.get("href")[1:]))) for link in page.iter("a")]
    assert links == [
        ("Terms [1]", "[1] One."),
        ("n [2]\n(%)", "[2] Two."),
        ("Gut [1]", "[1] One."),
        ("Nausea [1] [2]", "[1] One."),
        ("Nausea [1] [2]", "[2] Two."),
    ]
    assert [tuple(map(text, cells)) for cells in body_rows(page)] == [row.cells for row in rows]


def test_headings_of_the_first_level_are_in_bold() -> None:
    rows = [(text(row), "bold" in row.get("class", "")) for row in parsed(lab_table()).iterfind(".//tbody/tr")]
    assert rows[:3] == [("ALT (U/L)", True), ("Baseline", False), ("n186-0.5186NA", True)]
    assert not dict(rows)["Week 2"]


def test_column_headers_have_a_scope() -> None:
    page = parsed(lab_table())
    spans, names = page.findall(".//thead/tr")
    assert [(cell.tag, cell.get("scope")) for cell in spans] == [("td", None), ("th", "colgroup"), ("th", "colgroup")]
    assert [(cell.tag, cell.get("scope")) for cell in names] == [("th", "col")] * 5
    assert [len(group) for group in page.iterfind(".//colgroup")] == [1, 2, 2]


def test_row_headers_have_a_scope() -> None:
    page = parsed(lab_table())
    for cells in body_rows(page):
        assert [(cell.tag, cell.get("scope")) for cell in cells] == [("th", "row"), *[("td", None)] * 4]
    headings = [row[0] for row in page.iterfind(".//tbody/tr") if len(row) == 1]
    assert {(cell.tag, cell.get("scope"), cell.get("colspan")) for cell in headings} == {("th", "rowgroup", "5")}
    assert [(cell.tag, cell.get("scope")) for cell in body_rows(parsed(listing()))[0]][:3] == [
        ("th", "row"),
        ("th", "row"),
        ("td", None),
    ]


def test_a_cell_names_all_headers_over_it() -> None:
    page = parsed(lab_table())
    cell = body_rows(page)[3][3]
    assert [text(page.get_element_by_id(name)) for name in cell.get("headers").split()] == [
        "Active 10 mg\n(N=84)",
        "Value",
        "ALT (U/L)",
        "Week 2",
        "n",
    ]


def test_headers_of_cells_under_a_row_that_heads_others() -> None:
    rows = (Row(("Nervous", "9"), heads=True), Row(("Headache", "5"), 1, ("Nervous",)), Row(("Skin", "2"), heads=True))
    layout = Layout(
        "T", ("T",), columns=(Column(1), Column(1)), header=((HeaderCell("Term"), HeaderCell("n")),), rows=rows
    )
    page = parsed(layout)
    cells = body_rows(page)
    assert [text(page.get_element_by_id(name)) for name in cells[1][1].get("headers").split()] == [
        "n",
        "Nervous",
        "Headache",
    ]
    assert [text(page.get_element_by_id(name)) for name in cells[2][1].get("headers").split()] == ["n", "Skin"]


@pytest.mark.parametrize("make", ALL)
def test_no_id_stands_twice_and_each_reference_is_there(make: object) -> None:
    page = parsed(make())  # type: ignore[operator]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for attribute in ("headers", "aria-labelledby", "aria-describedby"):
        for names in page.xpath(f"//@{attribute}"):
            assert set(names.split()) <= set(ids)


@pytest.mark.parametrize("make", ALL)
def test_no_header_is_empty(make: object) -> None:
    assert all(text(cell).strip() for cell in parsed(make()).iter("th"))  # type: ignore[operator]


def test_a_figure_is_an_image_with_a_text() -> None:
    layout = figure()
    assert layout.picture
    page = parsed(layout)
    drawing = page.find(".//figure/svg")
    assert drawing.get("role") == "img"
    named = [text(page.get_element_by_id(name)) for name in drawing.get("aria-labelledby").split()]
    assert named == ["Figure 14.2.1 Mean Change", layout.picture.alt]
    assert page.xpath("//path")


def test_contrast_is_that_of_small_type() -> None:
    """WCAG 1.4.3: at least 4.5 to 1, on white and on the ground of a row under the pointer."""
    style = text(parsed(lab_table()).find(".//style"))
    colours = re.findall(r"(?<![-\w])color: (#\w+)", style)
    grounds = re.findall(r"background: (#\w+)", style)
    assert len(colours) >= 3
    assert {"#fff", "#eef2f7"} <= set(grounds)
    for colour in colours:
        for ground in grounds:
            low, high = sorted((_luminance(colour), _luminance(ground)))
            assert (high + 0.05) / (low + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_cells_stand_in_their_order() -> None:
    """A reader who hears the table hears it row by row, as many cells in each; none holds another table."""
    page = parsed(lab_table())
    assert {len(cells) for cells in body_rows(page)} == {5}
    assert not page.xpath("//td//table | //*[@rowspan] | //*[@tabindex]")
    assert not re.search(r"\b(order|float|direction):", text(page.find(".//style")))


def test_the_guide_names_tests_that_are_there() -> None:
    root = Path(__file__).resolve().parents[3]
    guide = (root / "docs/guide/accessible-documents.md").read_text("utf-8")
    for section, name in (("HTML", "html"), ("PDF", "pdf")):
        own = guide.partition(f"## {section}\n")[2].partition("\n## ")[0]
        named = re.findall(r"`(test_\w+)` \|$", own, re.MULTILINE)
        source = (root / f"tests/tlf/render/test_{name}.py").read_text("utf-8")
        assert len(named) >= 5
        assert [test for test in named if f"def {test}(" not in source] == []

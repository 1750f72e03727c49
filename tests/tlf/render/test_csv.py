"""CSV of the displayed cells: what a comparison or a spreadsheet reads of it is what the layout shows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest
from tests.tlf.render.layouts import figure, lab_table, listing, wide_listing

from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.paginate import paginate
from adamline.tlf.render.csv import column_heads, harmless, render_csv


def written(layout: Layout) -> bytes:
    target = io.BytesIO()
    render_csv(paginate(layout), target)
    return target.getvalue()


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_small_table_byte_by_byte() -> None:
    layout = Layout(
        output="T-1",
        titles=("Table 1",),
        columns=(Column(1), Column(1, Align.DECIMAL), Column(1, Align.DECIMAL)),
        header=(
            (HeaderCell(""), HeaderCell("Active\n(N=2)", span=2)),
            (HeaderCell(""), HeaderCell("n"), HeaderCell("Change ≥ 1")),
        ),
        rows=(
            Row(("ALT", "", ""), heads=True),
            Row(("Mean", "2", "-1.2"), indent=1, group=("ALT",)),
            Row(("= note", "-", "-1.2 (0.34)"), indent=1, group=("ALT", "Week 2")),
        ),
        footnotes=("A note.",),
    )
    assert (
        written(layout)
        == (
            "\ufeffpage,row,kind,headings,column 1,Active (N=2) | n,Active (N=2) | Change ≥ 1\r\n"
            "1,1,heading,,ALT,,\r\n"
            "1,2,body,ALT,Mean,2,-1.2\r\n"
            "1,3,body,ALT | Week 2,'= note,-,-1.2 (0.34)\r\n"
        ).encode()
    )


@pytest.mark.parametrize("layout", [lab_table(), listing(), wide_listing()], ids=["table", "listing", "wide"])
def test_every_row_stands_once_with_all_its_cells_and_its_page(layout: Layout) -> None:
    head, *records = read(written(layout))
    assert head[:4] == ["page", "row", "kind", "headings"]
    assert [tuple(record[4:]) for record in records] == [row.cells for row in layout.rows]
    assert [int(record[1]) for record in records] == list(range(1, len(layout.rows) + 1))
    pages = [int(record[0]) for record in records]
    assert pages == sorted(pages)
    first = paginate(layout).pages[0].panel
    assert set(pages) == {page.number for page in paginate(layout).pages if page.panel == first}


def test_pandas_reads_the_cells_as_they_are_shown() -> None:
    """A text with line feeds, quotes and separators is one field."""
    texts = ("a,b", 'say "x"', "two\nlines", " blanks ", "012", "µ ≥ 𝛼")
    layout = Layout("T", ("T",), columns=(Column(1),), header=((HeaderCell("Text"),),))
    content = written(replace(layout, rows=tuple(Row((text,)) for text in texts)))
    assert tuple(pd.read_csv(io.BytesIO(content), dtype=str)["Text"]) == texts


def test_an_output_without_rows_and_a_figure_are_one_record() -> None:
    assert read(written(replace(lab_table(), rows=())))[1:] == [["1", "", "empty", "", lab_table().empty, *[""] * 4]]
    picture = figure().picture
    assert picture is not None
    assert read(written(figure())) == [
        ["page", "row", "kind", "headings", "text"],
        ["1", "", "figure", "", picture.alt],
    ]


def test_names_of_columns_are_not_twice_there() -> None:
    heads = tuple(HeaderCell(text) for text in ("Page", "n", "n", "", "n (2)", "Two\nlines"))
    layout = Layout("T", ("T",), columns=(Column(1),) * 6, header=(heads,))
    assert column_heads(layout) == ("Page (2)", "n", "n (2)", "column 4", "n (2) (2)", "Two lines")


@pytest.mark.parametrize(
    "text",
    ["-1.2", "+3", "-1.2 (0.34)", "-0.1, 2.5", "-5 / 10 (50.0%)", "-", "--", "<0.001", "12", "a=b", "", "x@y", "-.5"],
)
def test_numbers_and_harmless_texts_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", " =1", "\n=1"]
    + ["\uff1d1", "'=1", "- headache", "-A1"],
)
def test_a_formula_is_made_text_and_can_be_had_back(text: str) -> None:
    """The list of OWASP (CSV injection): = + - @ at the start, also full-width, also after blanks."""
    assert harmless(text) == "'" + text

"""The flow: heights of rows inside a page and on top of one, and what stays together."""

from __future__ import annotations

import pytest

from adamline.tlf.flow import FIRST_GAP, LAST_GAP, Flow, _pieces
from adamline.tlf.frame import set_frame
from adamline.tlf.layout import Column, Layout, PageSetup, Row
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Panel, RowKind
from adamline.tlf.paginate import paginate
from adamline.tlf.panels import set_panels

LINE = 240
TOP = FIRST_GAP + LAST_GAP


def flow(*rows: Row, keys: int = 0) -> Flow:
    page = PageSetup(font_size=10)
    columns = (Column(1),) * len(rows[0].cells)
    layout = Layout("T-1", ("T",), columns=columns, rows=rows, repeat_keys=keys, page=page)
    metrics = Metrics(page.font, page.font_size)
    panels = set_panels(layout, metrics)
    return Flow(layout, panels, set_frame(layout, panels, metrics), metrics)


def test_a_heading_counts_where_it_is_new_and_on_top_of_a_page() -> None:
    made = flow(Row(("1",), group=("G",)), Row(("2",), group=("G",)), Row(("3",), group=("H",)))
    assert made.inside == [2 * LINE, LINE, 2 * LINE + LINE // 2]  # half a line before a heading
    assert made.top == [TOP + 2 * LINE] * 3


def test_a_key_takes_height_only_where_it_is_shown() -> None:
    made = flow(Row(("a\nb\nc", "1")), Row(("a\nb\nc", "2")), keys=1)
    assert made.inside == [3 * LINE, LINE]
    assert made.top == [TOP + 3 * LINE] * 2


def test_blocks_are_units() -> None:
    made = flow(*(Row((block,), block=block) for block in ("a", "a", "", "", "b", "b", "a")))
    assert made.units() == [(0, 2), (2, 3), (3, 4), (4, 6), (6, 7)]


def test_rows_of_a_page_and_their_headings() -> None:
    made = flow(Row(("1",), group=("G",)), Row(("2",), group=("G",)))
    kinds = [(row.kind, row.cells[0].text) for row in made.page_rows(1, 2, Panel((0,), (12960,)))]
    assert kinds == [(RowKind.HEADING, "G (continued)"), (RowKind.BODY, "2")]


@pytest.mark.parametrize(
    ("count", "first", "following", "pieces"),
    [
        (3, 3, 2, [(0, 3)]),
        (4, 3, 2, [(0, 3), (3, 4)]),
        (7, 3, 2, [(0, 3), (3, 5), (5, 7)]),
        (4, 2, 0, [(0, 2), (2, 4)]),  # no room for the mark: it is left out
    ],
)
def test_pieces_of_a_tall_row(count: int, first: int, following: int, pieces: list[tuple[int, int]]) -> None:
    assert _pieces(count, first, following) == pieces


def test_headings_of_the_first_level_are_bold_and_so_are_rows_that_are_such() -> None:
    """A parameter, a class of terms with numbers of its own; not the visit below, nor a heading without a text."""
    rows = (
        Row(("n", "1"), group=("ALT", "Week 2")),
        Row(("CARDIAC", "2"), heads=True),
        Row(("Pain", "3"), group=("CARDIAC",)),
        Row(("Rash", "4"), group=("", "Week 4")),
        Row(("HLT", "5"), group=("SOC",), heads=True),
        Row(("n", "6"), bold=True),
    )
    page = paginate(Layout("T", ("T",), columns=(Column(1), Column(1)), rows=rows)).pages[0]
    assert [(row.cells[0].text, row.bold) for row in page.rows] == [
        ("ALT", True),
        ("Week 2", False),
        ("n", False),
        ("CARDIAC", True),
        ("Pain", False),
        ("Week 4", True),
        ("Rash", False),
        ("SOC", True),
        ("HLT", False),
        ("n", True),
    ]
    long = (Row(("n", "1"), group=("ALT", "Week 2"), block="a"),) * 90
    second = paginate(Layout("T", ("T",), columns=(Column(1), Column(1)), rows=long)).pages[1].rows
    assert [(row.cells[0].text, row.bold) for row in second[:2]] == [
        ("ALT (continued)", True),
        ("Week 2 (continued)", False),
    ]

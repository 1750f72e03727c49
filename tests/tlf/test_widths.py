"""Widths: shares, what must be whole, and a page that is too narrow for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import LayoutError
from adamline.tlf.cells import inner_width
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Row
from adamline.tlf.metrics import Metrics
from adamline.tlf.paginate import paginate
from adamline.tlf.widths import set_widths, shared_widths

PAGE = PageSetup(font="Courier New", font_size=10)  # nine inches, each character is 120 twips wide
METRICS = Metrics("Courier New", 10)
CHAR = METRICS.width("0")


def layout(heads: list[str], cells: list[str], shares: list[float], align: Align = Align.LEFT) -> Layout:
    return Layout(
        output="L-1",
        titles=("Listing 1",),
        columns=tuple(Column(share, align) for share in shares),
        header=(tuple(map(HeaderCell, heads)),),
        rows=(Row(tuple(cells)),),
        page=PAGE,
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 900)), min_size=1, max_size=12))
def test_widths_add_up_and_each_column_has_its_least(columns: list[tuple[float, int]]) -> None:
    shares = [Column(share) for share, _ in columns]
    least = [need for _, need in columns]
    assert sum(shared_widths(shares, 12960)) == 12960
    widths = shared_widths(shares, 12960, least)
    assert sum(widths) == 12960
    assert all(width >= need for width, need in zip(widths, least, strict=True))


def test_shares_stand_where_all_fits() -> None:
    assert set_widths(layout(["Treatment", "Date"], ["Drug", "05MAR2014"], [2, 1]), METRICS) == (8640, 4320)


@pytest.mark.parametrize("text", ["05MAR2014", "2014-03-05T10:30", "5 %", "on 12:30:00", "LBDTC=2014-03-05T10:30"])
def test_a_column_too_narrow_for_a_date_takes_from_the_others(text: str) -> None:
    # The text of the first column fills its room, so that it has none to spare.
    made = paginate(layout(["A", "B"], [("some text " * 13).strip(), text], [1, 0.01]))
    assert "".join(made.pages[0].rows[0].cells[1].lines) == text
    assert sum(made.pages[0].panel.widths) == 12960
    whole = {"on 12:30:00": "12:30:00", "LBDTC=2014-03-05T10:30": "2014-03-05T10:30"}.get(text, text)
    assert any(whole in line for line in made.pages[0].rows[0].cells[1].lines)
    assert inner_width(made.pages[0].panel.widths[1]) == pytest.approx(len(whole) * CHAR, abs=2)


def test_words_of_a_heading_are_whole_and_hyphens_may_end_a_line() -> None:
    made = paginate(layout(["Treatment\n(planned)", "A", "Post-treatment"], ["", "", ""], [0.01, 1, 0.01]))
    heads = [cell.cell.lines for cell in made.pages[0].panel.header[0].cells]
    assert heads == [("Treatment\n", "(planned)"), ("A",), ("Post-", "treatment")]


def test_a_heading_over_columns_has_room_for_its_words() -> None:
    over = (HeaderCell(""), HeaderCell("Xanomeline", span=2))
    below = (HeaderCell("Row"), HeaderCell("n"), HeaderCell("n"))
    table = Layout("T-1", ("T",), columns=(Column(1), Column(0.01), Column(0.01)), header=(over, below), page=PAGE)
    assert paginate(table).pages[0].panel.header[0].cells[1].cell.lines == ("Xanomeline",)


def test_numbers_that_line_up_have_room_for_their_block() -> None:
    rows = (Row(("a", "1000")), Row(("b", "1.2345")))
    table = Layout("T", ("T",), columns=(Column(1), Column(0.01, Align.DECIMAL)), rows=rows, page=PAGE)
    first, second = (row.cells[1] for row in paginate(table).pages[0].rows)
    assert second.indent - first.indent == pytest.approx(3 * CHAR, abs=1)


def test_a_page_too_narrow_for_a_column_says_what_it_needs() -> None:
    wide = layout(["Results" * 20], ["x"], [1.0])
    with pytest.raises(LayoutError) as caught:
        paginate(wide)
    # The heading needs 140 characters, and its padding of 120 twips.
    need = 140 * CHAR / 0.995 + 120
    assert f"a column that needs {need / 1440:.2f} inches: ResultsResults" in caught.value.found
    assert "9.00 inches" in caught.value.expected
    assert "orientation" in caught.value.hint

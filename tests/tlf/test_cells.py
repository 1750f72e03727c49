"""Cells: where decimal points stand, which texts are refused."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import LayoutError
from adamline.tlf.cells import INDENT_STEP, decimal_width, inner_width, set_body
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Cell

METRICS = Metrics("Courier New", 10)  # each character is 120 twips wide
CHAR = 120.01171875
WIDE = 2000


def decimal_cells(texts: list[str], width: int = WIDE) -> list[Cell]:
    layout = Layout(
        output="T1",
        titles=("T1",),
        columns=(Column(1, Align.DECIMAL),),
        header=((HeaderCell("Change\n(mg/dL)"),),),
        rows=tuple(Row((text,)) for text in texts),
    )
    return set_body(layout, (width,), METRICS)[0]


def test_first_whole_numbers_end_at_one_position() -> None:
    texts = ["12", "1.25", "-0.1", "<0.001", "12 (34.5%)", "1,234.5", "10, 12"]
    left_parts = ["12", "1", "-0", "<0", "12", "1,234", "10"]
    ends = [cell.indent + METRICS.width(left) for cell, left in zip(decimal_cells(texts), left_parts, strict=True)]
    assert ends == pytest.approx([ends[0]] * len(ends), abs=1)


def test_the_block_of_numbers_is_centred_in_the_column() -> None:
    cells = decimal_cells(["100", "1.25"])  # the block is "100.25", six characters wide
    assert cells[0].indent == pytest.approx((inner_width(WIDE) - 6 * CHAR) / 2, abs=1)
    assert cells[1].indent == pytest.approx(cells[0].indent + 2 * CHAR, abs=1)


def test_a_text_without_a_digit_is_centred_and_moves_nothing() -> None:
    alone, with_text = decimal_cells(["1.5"]), decimal_cells(["1.5", "NE"])
    assert with_text[0] == alone[0]
    assert with_text[1].indent == pytest.approx((inner_width(WIDE) - 2 * CHAR) / 2, abs=1)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.from_regex(r"\A[<-]?[0-9]{1,5}(\.[0-9]{1,3})?( \([0-9]{1,2}%\))?\Z"), min_size=1, max_size=8))
def test_no_decimal_cell_leaves_its_column(texts: list[str]) -> None:
    width = round(max(map(len, texts)) * CHAR / 0.995 + 125)
    for text, cell in zip(texts, decimal_cells(texts, width), strict=True):
        assert 0 <= cell.indent <= inner_width(width) - METRICS.width(text) + 1


@pytest.mark.parametrize("text", ["123456789.123456", "12 (34.5678901%)", "1\n2"])
def test_a_number_that_does_not_fit_names_column_and_text(text: str) -> None:
    with pytest.raises(LayoutError) as caught:
        decimal_cells(["1", text], 1400)
    assert "Change (mg/dL)" in str(caught.value)
    assert repr(text) in str(caught.value)


def test_a_sentence_in_a_decimal_column_is_called_a_text() -> None:
    with pytest.raises(LayoutError) as caught:
        decimal_cells(["1", "not done, sample was lost on the way"], 1400)
    assert caught.value.what.startswith("A text stands in a column whose numbers line up")
    assert "align" in caught.value.hint
    with pytest.raises(LayoutError, match="A number does not fit"):
        decimal_cells(["123456789.123456"], 1400)


def test_a_hint_names_what_a_spec_can_say() -> None:
    with pytest.raises(LayoutError) as caught:
        decimal_cells(["123456789.123456"], 1400)
    for option in ("page: font_size", "page: margins", "page: paper", "orientation", "fewer columns"):
        assert option in caught.value.hint


def test_the_width_of_a_decimal_column_is_just_enough() -> None:
    texts = ["100 (5.25)", "1.25", "NOT DONE"]
    width = ceil(decimal_width(texts, METRICS))
    ends = [
        cell.indent + METRICS.width(left) for cell, left in zip(decimal_cells(texts, width), ["100", "1"], strict=False)
    ]
    assert ends == pytest.approx([ends[0]] * 2, abs=1)
    with pytest.raises(LayoutError):
        decimal_cells(texts, width - 30)


def test_indent_narrows_the_first_column_only() -> None:
    layout = Layout("T", ("T",), columns=(Column(1), Column(1)), rows=(Row(("ab cd", "ab cd"), indent=2),))
    first, second = set_body(layout, (2 * INDENT_STEP + 550, 850), METRICS)
    assert first == [Cell(("ab ", "cd"), 2 * INDENT_STEP)]
    assert second == [Cell(("ab cd",))]


@pytest.mark.parametrize("char", ["\t", "\r", "\x00", "\x0b", "\x1a", "\x85", "\ufffe"])
def test_control_characters_are_refused(char: str) -> None:
    with pytest.raises(LayoutError, match=f"U\\+{ord(char):04X}"):
        decimal_cells(["1" + char])

"""Spare: room that one column of texts does not need puts the texts of another on one line.

Nine inches are 12,960 twips; a character of Courier New of 10 points is 120.02 twips wide. A column is as wide as its
text over 0.995, and 120 twips.
"""

from __future__ import annotations

from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Row
from adamline.tlf.paginate import paginate

ROOM = 12960


def needed(chars: int) -> int:
    return ceil(chars * 1229 / 2048 * 200 / 0.995 + 120)


def table(texts: list[str], heads: list[str] | None = None, shares: list[float] | None = None) -> Layout:
    return Layout(
        "L",
        ("L",),
        columns=tuple(Column(share) for share in shares or [1.0] * len(texts)),
        header=(tuple(map(HeaderCell, heads or ["h"] * len(texts))),),
        rows=(Row(tuple(texts)),),
        repeat_keys=1,
        page=PageSetup(font="Courier New", font_size=10),
    )


def widths(layout: Layout) -> tuple[int, ...]:
    found = paginate(layout).pages[0].panel.widths
    assert sum(found) == ROOM
    return found


def test_shares_stand_where_all_texts_are_on_one_line() -> None:
    assert widths(table(["a", "b b", "c"])) == (4320, 4320, 4320)


def test_the_column_that_lacks_room_takes_it_from_those_with_room_to_spare() -> None:
    """37 characters need 4,584 twips of 4,320, and 60 more are kept; the others have 4,320 - 241 - 120 = 3,959 each."""
    text = " ".join(["Xanomeline"] * 3) + " Dose"
    assert len(text) == 37
    assert widths(table([text, "b", "c"])) == (needed(37) + 60, 4320 - (needed(37) + 60 - 4320) // 2, 4320 - 162)


def test_those_who_lack_least_take_first_and_the_next_has_the_rest() -> None:
    long, longer = "a " * 17 + "aaa", "b " * 40 + "bbb"
    found = widths(table([long, longer, "c"]))
    assert found[0] == needed(37) + 60
    assert found[2] == needed(1) + 120
    assert len(paginate(table([long, longer, "c"])).pages[0].rows[0].cells[0].lines) == 1


def test_a_head_keeps_its_lines() -> None:
    found = widths(table(["a " * 40 + "aaa", "b"], ["h", "Reported term of the event"]))
    assert found[1] == needed(26) + 120


def test_words_are_whole_at_the_cost_of_shares() -> None:
    """INTRAMUSCULARLY, 15 characters, has a share of 1,440 twips."""
    layout = table(["a " * 30, "INTRAMUSCULARLY", "c " * 30], shares=[4, 1, 4])
    assert widths(layout)[1] >= needed(15) - 1
    assert paginate(layout).pages[0].rows[0].cells[1].lines == ("INTRAMUSCULARLY",)


def test_a_word_wider_than_a_sixth_of_the_page_is_broken() -> None:
    layout = table(["a " * 60, "x" * 30, "c " * 60], shares=[4, 1, 4])
    assert len(paginate(layout).pages[0].rows[0].cells[1].lines) > 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.text("ab ", max_size=60), st.floats(0.5, 3)), min_size=2, max_size=5))
def test_no_text_that_stood_on_one_line_is_wrapped(columns: list[tuple[str, float]]) -> None:
    texts, shares = [" ".join(text.split()) for text, _ in columns], [share for _, share in columns]
    layout = table(texts, shares=shares)
    total = sum(shares)
    for text, share, cell, width in zip(
        texts, shares, paginate(layout).pages[0].rows[0].cells, widths(layout), strict=True
    ):
        if needed(max(map(len, text.split()), default=0)) > ROOM / 6:
            return
        if needed(len(text)) <= ROOM * share / total and width >= ROOM * share / total - 1:
            assert len(cell.lines) == 1


def test_numbers_give_and_take_nothing() -> None:
    layout = table(["a " * 50, "1.5"])
    numbers = Layout(**{**vars(layout), "columns": (Column(1), Column(1, Align.DECIMAL))})
    assert widths(numbers) == (6480, 6480)

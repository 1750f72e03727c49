"""Fitting: label columns as wide as their labels, numbers with the room in which all of them line up.

Nine inches are 12,960 twips; a character of Courier New of 10 points is 120.02 twips wide. A column is as wide as its
text over 0.995, and 120 twips.
"""

from __future__ import annotations

from math import ceil

import pytest

from adamline.errors import LayoutError
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Row
from adamline.tlf.paginate import paginate

PAGE = PageSetup(font="Courier New", font_size=10)
ROOM = 12960


def needed(chars: int) -> float:
    return chars * 1229 / 2048 * 200 / 0.995 + 120


def table(label: str, heads: list[str], cells: list[str], *, fits: bool = True, indent: int = 0) -> Layout:
    return Layout(
        "T",
        ("T",),
        columns=(Column(2, fits=fits), *(Column(1, Align.DECIMAL),) * len(cells)),
        header=(tuple(map(HeaderCell, ["Row", *heads])),),
        rows=(Row((label, *cells), indent=indent),),
        page=PAGE,
    )


def widths(layout: Layout) -> tuple[int, ...]:
    found = paginate(layout).pages[0].panel.widths
    assert sum(found) == ROOM
    return found


def test_a_label_column_is_as_wide_as_its_labels_and_numbers_share_the_rest() -> None:
    # Twenty characters set in by two steps of 180 twips, and the gutter of 180; at their share it would be 4320.
    label, *numbers = widths(table("x" * 20, ["A"] * 5, ["12 (3.4)"] * 5, indent=2))
    assert label == pytest.approx(needed(20) + 2 * 180 / 0.995 + 180, abs=2)
    assert max(numbers) - min(numbers) <= 1


def test_labels_have_what_few_numbers_leave() -> None:
    """No column of numbers is wider than two inches, 2,880 twips, so that rows can be read across."""
    assert widths(table("n", ["A", "B"], ["1", "2"])) == (ROOM - 2 * 2880, 2880, 2880)


def test_longer_labels_take_no_room_from_numbers_and_the_words_of_their_heads() -> None:
    # Eight columns of ten characters: 8 * 1327 leave 2344; at its share the first would have 2592.
    label, *numbers = widths(table("y" * 60, ["Xanomeline Dose"] * 8, ["1"] * 8))
    assert numbers == [pytest.approx((ROOM - label) / 8, abs=1)] * 8
    assert numbers[0] >= ceil(needed(10))
    # Two columns: two fifths of the page, and no more.
    assert widths(table("y" * 60, ["A", "B"], ["1", "2"]))[0] == ROOM - 2 * 2880
    assert widths(table("y" * 60, ["A"] * 3, ["1"] * 3))[0] == round(0.4 * ROOM)


def test_columns_of_one_share_are_as_wide() -> None:
    """One head needs 22 characters; the other columns of its share have as much, because there is room."""
    _, *numbers = widths(table("n", ["A", "A" * 22, "A", "A"], ["1"] * 4))
    assert max(numbers) - min(numbers) <= 1
    assert numbers[0] >= ceil(needed(22))


def test_numbers_line_up_at_the_cost_of_labels_that_are_wider_than_they_need() -> None:
    """Of 1 (100.0) and 100 (1.0) each needs 9 characters, both together 11."""
    made = table("n", ["A"] * 8, ["1 (100.0)"] * 8)
    rows = (*made.rows, Row(("n", *["100 (1.0)"] * 8)))
    page = paginate(Layout(**{**vars(made), "rows": rows})).pages[0]
    assert [cell.spaces for cell in page.rows[1].cells[1:]] == [((5, 240),)] * 8


def test_a_share_that_is_given_stands() -> None:
    assert widths(table("n", ["A"] * 2, ["1"] * 2, fits=False)) == (ROOM // 2, ROOM // 4, ROOM // 4)


def test_columns_that_do_not_fit_stand_on_other_pages_and_a_number_that_does_not_is_refused() -> None:
    assert len(paginate(table("Median", ["Value"] * 12, ["12.3 (4.5)"] * 12)).pages) == 2
    with pytest.raises(LayoutError, match="font_size"):
        paginate(table("Median", ["Value"], ["1" * 110]))


def test_a_table_without_rows_has_its_shares() -> None:
    empty = Layout(**{**vars(table("n", ["A"] * 2, ["1"] * 2)), "rows": ()})
    assert widths(empty) == (ROOM // 2, ROOM // 4, ROOM // 4)

"""Pages: each rule on a table small enough to see, then all of them on random tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import LayoutError
from adamline.tlf.flow import FIRST_GAP, LAST_GAP
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Picture, Row
from adamline.tlf.pages import Paginated, RowKind
from adamline.tlf.paginate import paginate

ONE = (Column(1),)


def table(rows: list[Row], lines: int, columns: tuple[Column, ...] = ONE, **parts: object) -> Paginated:
    """Rows on pages with room for this many lines (and a little more, for the space between blocks)."""
    layout = Layout("T1", ("Table 1",), columns=columns, rows=tuple(rows), **parts)  # type: ignore[arg-type]
    line = 10 * 1.2 / 72
    height = (lines + 1 + 1 + 1.5) * line + 0.6 * line
    page = PageSetup(height=height, margin_top=0, margin_bottom=0, font_size=10)
    return paginate(replace(layout, page=page))


def shown(paginated: Paginated) -> list[list[str]]:
    """What stands on each page, row by row, cells joined by a bar."""
    return [["|".join(cell.text for cell in row.cells) for row in page.rows] for page in paginated.pages]


def rows(text: str) -> list[Row]:
    """Rows from lines such as ``a/b: text #block``; the headings before the colon, all but the text optional."""
    made = []
    for line in text.split("\n"):
        group, _, rest = line.strip().rpartition(": ")
        cell, _, block = rest.partition(" #")
        made.append(Row(tuple(cell.split("|")), group=tuple(group.split("/")) if group else (), block=block))
    return made


def test_rows_fill_pages_in_order() -> None:
    assert shown(table(rows("1\n2\n3\n4\n5\n6\n7"), 3)) == [["1", "2", "3"], ["4", "5", "6"], ["7"]]


def test_a_block_that_fits_on_half_a_page_stays_together() -> None:
    given_rows = rows("1\n2\n3\n4\n5 #a\n6 #a\n7 #a\n8 #a\n9")
    assert shown(table(given_rows, 8)) == [["1", "2", "3", "4"], ["5", "6", "7", "8", "9"]]


def test_a_block_taller_than_half_a_page_is_cut_between_rows() -> None:
    """Two rows stand together where it begins and where it ends; half a line stands before it."""
    assert shown(table(rows("1\n2 #a\n3 #a\n4 #a\n5 #a\n6 #a"), 3)) == [["1"], ["2", "3", "4"], ["5", "6"]]
    assert shown(table(rows("1\n2 #a\n3 #a\n4 #a\n5 #a\n6 #a"), 4)) == [["1", "2", "3"], ["4", "5", "6"]]
    assert shown(table(rows("1\n2 #a\n3 #a\n4 #a\n5 #a"), 5)) == [["1", "2", "3"], ["4", "5"]]


def test_the_first_two_rows_under_a_heading_stay_with_it_and_the_last_two_together() -> None:
    given_rows = rows("ALT: 1\nALT: 2\nALT: 3\nAST: 4\nAST: 5\nAST: 6\nAST: 7")
    assert shown(table(given_rows, 6)) == [["ALT", "1", "2", "3"], ["AST", "4", "5", "6", "7"]]
    assert shown(table(given_rows, 8)) == [["ALT", "1", "2", "3", "AST", "4", "5"], ["AST (continued)", "6", "7"]]


def test_the_first_two_rows_under_a_row_that_heads_them_stay_with_it() -> None:
    given_rows = nested("Skin\nSkin/Rash\nSkin/Itch\nEye\nEye/Pain\nEye/Red\nEye/Dry\nEye/Lid")
    assert shown(table(given_rows, 5, (Column(1),) * 2)) == [
        ["Skin|1", "Rash|1", "Itch|1"],
        ["Eye|1", "Pain|1", "Red|1", "Dry|1", "Lid|1"],
    ]
    assert shown(table(given_rows, 7, (Column(1),) * 2))[0][-3:] == ["Eye|1", "Pain|1", "Red|1"]


def test_headings_are_rows_and_are_repeated_as_continued() -> None:
    given_rows = rows("ALT: 1\nALT: 2\nALT: 3\nALT: 4\nAST: 5")
    assert shown(table(given_rows, 3)) == [
        ["ALT", "1", "2"],
        ["ALT (continued)", "3", "4"],
        ["AST", "5"],
    ]


def test_only_headings_that_go_on_are_continued() -> None:
    given_rows = rows("ALT/Week 0: 1\nALT/Week 0: 2\nALT/Week 2: 3\nALT/Week 2: 4\nALT/Week 2: 5")
    assert shown(table(given_rows, 4)) == [
        ["ALT", "Week 0", "1", "2"],
        ["ALT (continued)", "Week 2", "3", "4"],
        ["ALT (continued)", "Week 2 (continued)", "5"],
    ]


def test_no_heading_is_left_at_the_foot_of_a_page() -> None:
    given_rows = rows("ALT: 1\nALT: 2\nAST: 3 #a\nAST: 4 #a")
    assert shown(table(given_rows, 4)) == [["ALT", "1", "2"], ["AST", "3", "4"]]


def nested(text: str) -> list[Row]:
    """Rows from lines such as ``SOC/HLT/PT``, with a 1: each but the deepest heads those that begin with it."""
    paths = [tuple(line.strip().split("/")) for line in text.split("\n")]
    outer = {path[:depth] for path in paths for depth in range(1, len(path))}
    return [Row((path[-1], "1"), group=path[:-1], heads=path in outer, indent=len(path) - 1) for path in paths]


def test_a_row_that_heads_others_is_repeated_as_continued_without_its_numbers() -> None:
    given_rows = nested("Skin\nSkin/Rash\nSkin/Itch\nSkin/Acne\nSkin/Wart\nEye\nEye/Pain")
    assert shown(table(given_rows, 3, (Column(1),) * 2)) == [
        ["Skin|1", "Rash|1", "Itch|1"],
        ["Skin (continued)", "Acne|1", "Wart|1"],
        ["Eye|1", "Pain|1"],
    ]


def test_each_row_that_heads_the_first_of_a_page_is_repeated() -> None:
    given_rows = nested(
        "Skin\nSkin/Rashes\nSkin/Rashes/Rash\nSkin/Rashes/Hives\nSkin/Other\nSkin/Other/Acne\nEye\nEye/x"
    )
    assert shown(table(given_rows, 3, (Column(1),) * 2)) == [
        ["Skin|1", "Rashes|1", "Rash|1"],
        ["Skin (continued)", "Rashes (continued)", "Hives|1"],
        ["Skin (continued)", "Other|1", "Acne|1"],
        ["Eye|1", "x|1"],
    ]


def test_no_row_that_heads_others_is_left_at_the_foot_of_a_page() -> None:
    given_rows = nested("Skin\nSkin/Rash\nEye\nEye/Lid\nEye/Lid/Pain")
    assert shown(table(given_rows, 4, (Column(1),) * 2)) == [
        ["Skin|1", "Rash|1"],
        ["Eye|1", "Lid|1", "Pain|1"],
    ]


def test_space_stands_before_the_outermost_of_rows_that_head_others() -> None:
    given_rows = nested("Skin\nSkin/Rashes\nSkin/Rashes/Rash\nSkin/Other\nSkin/Other/Acne\nEye\nEye/x")
    (page,) = table(given_rows, 9, (Column(1),) * 2).pages
    assert [row.gap > 0 for row in page.rows][1:] == [False, False, False, False, True, False]


def test_repeated_keys_are_shown_on_change_and_on_top_of_a_page() -> None:
    given_rows = rows("A|1|x\nA|1|y\nA|2|z\nB|2|u\nB|2|v\nB|2|w")
    assert shown(table(given_rows, 4, (Column(1),) * 3, repeat_keys=2)) == [
        ["A|1|x", "||y", "|2|z", "B|2|u"],
        ["B|2|v", "||w"],
    ]


def test_a_hidden_key_takes_no_height_but_a_shown_one_does() -> None:
    key = "two\nlines"
    given_rows = [Row((key, text)) for text in "abcd"]
    assert shown(table(given_rows, 3, (Column(1),) * 2, repeat_keys=1)) == [
        [f"{key}|a", "|b"],
        [f"{key}|c", "|d"],
    ]


def test_keys_are_shown_again_under_a_new_heading() -> None:
    given_rows = rows("G: A|1\nG: A|2\nH: A|3")
    assert shown(table(given_rows, 9, (Column(1),) * 2, repeat_keys=1)) == [["G", "A|1", "|2", "H", "A|3"]]


@pytest.mark.parametrize("keys", [0, 1])
def test_a_row_taller_than_a_page_is_cut_and_says_that_it_is_continued(keys: int) -> None:
    text = "\n".join("12345")
    pages = table([Row(("A", text, "x")), Row(("B", "6", "y"))], 3, (Column(1),) * 3, repeat_keys=keys)
    assert shown(pages) == [["A|1\n2\n3|x"], ["A\n(continued)|4\n5|", "B|6|y"]]


def test_the_last_key_of_a_continued_record_has_the_mark() -> None:
    text = "\n".join("1234")
    pages = table([Row(("A", "a", text))], 3, (Column(1),) * 3, repeat_keys=2)
    assert shown(pages) == [["A|a|1\n2\n3"], ["A|a\n(continued)|4"]]


def test_a_first_cell_taller_than_a_page_has_the_mark_below_its_further_lines() -> None:
    pages = table([Row(("\n".join("1234567"),)), Row(("8",))], 3)
    assert shown(pages) == [["1\n2\n3"], ["4\n5\n(continued)"], ["6\n7\n(continued)"], ["8"]]


def test_space_stands_before_headings_and_between_blocks_but_not_on_top() -> None:
    pages = table(rows("1 #a\n2 #b\n3 #b\nG: 4"), 9).pages
    line = 240
    first, between, inside, heading, body = pages[0].rows
    assert first.gap < line // 2
    assert [between.gap, inside.gap, heading.gap, body.gap] == [line // 2, 0, line // 2, 0]
    assert body.height > between.height - between.gap  # the rule below the table keeps clear of the last row


def test_single_rows_follow_each_other_without_space_in_tables_alone() -> None:
    gaps = [row.gap for row in table(rows("1 #a\n2 #b\n3 #c\n4 #c\n5 #d"), 9).pages[0].rows]
    assert gaps[1:] == [0, 120, 0, 120]
    listed = table([Row((key, "x"), block=key) for key in "ab"], 9, (Column(1),) * 2, repeat_keys=1)
    assert listed.pages[0].rows[1].gap == 120


def test_a_row_that_is_set_in_is_part_of_the_one_above() -> None:
    made = [Row(("Any",), block="a"), *(Row((text,), indent=1) for text in "12"), Row(("Next",), block="b")]
    assert [row.gap for row in table(made, 9).pages[0].rows][1:] == [0, 0, 120]


def test_a_table_without_rows_says_so_on_one_page() -> None:
    pages = table([], 5, (Column(1),) * 3, header=((HeaderCell("A", 3),),), empty="No deaths were reported.")
    assert shown(pages) == [["No deaths were reported."]]
    assert pages.pages[0].rows[0].kind is RowKind.EMPTY


def test_a_figure_is_made_smaller_to_fit_never_greater() -> None:
    page = PageSetup()

    def size(width: float, height: float) -> tuple[float, float]:
        picture = Picture(b"", b"", width, height, "alt")
        return paginate(Layout("F1", ("Figure 1",), picture=picture, page=page)).picture_size

    assert size(4, 3) == (4, 3)
    assert size(18, 6) == (page.body_width, pytest.approx(3.0))
    width, height = size(10, 10)
    assert width == height < page.body_height


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"titles": ()}, "no title"),
        ({"columns": ()}, "columns or a figure"),
        ({"picture": Picture(b"", b"", 1, 1, "")}, "columns or a figure"),
        ({"columns": (Column(0),)}, "share"),
        ({"header": ((HeaderCell("a", 2),),)}, "Row 1 of the column header"),
        ({"rows": (Row(("a", "b")),)}, "A row does not match"),
        ({"footnotes": ("line\n" * 40,)}, "no room"),
        ({"footnotes": ("a\tb",)}, r"U\+0009"),
        ({"header": ((HeaderCell("1" * 300),),)}, "would be broken"),
        ({"rows": (Row(("x",), group=("head\n" * 60,)),)}, "headings of a group fill a page"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(parts: dict[str, object], message: str) -> None:
    layout = Layout("T1", ("Table 1",), columns=ONE)
    with pytest.raises(LayoutError, match=message):
        paginate(replace(layout, **parts))  # type: ignore[arg-type]


TEXTS = st.text(alphabet="ab \n", max_size=12)
ROWS = st.builds(
    Row,
    cells=st.tuples(st.sampled_from(["k1", "k2 k2 k2"]), TEXTS, st.sampled_from(["1", "-2.5", "NA"])),
    indent=st.integers(0, 2),
    group=st.sampled_from([(), ("g",), ("g", "h"), ("g", "i"), ("j",), ("j", "h")]),
    block=st.sampled_from(["", "", "a", "b"]),
    bold=st.booleans(),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(ROWS, min_size=1, max_size=40), st.integers(5, 14), st.integers(0, 1))
def test_random_tables_keep_the_rules(given_rows: list[Row], lines: int, keys: int) -> None:
    columns = (Column(1), Column(0.6), Column(1, Align.DECIMAL))
    paginated = table(given_rows, lines, columns, repeat_keys=keys)
    frame = paginated.frame
    body = [row for page in paginated.pages for row in page.rows if row.kind is RowKind.BODY]
    # Each row once, in order; a row in pieces is so only because no page can hold it. Its text is whole.
    for index, row in enumerate(given_rows):
        pieces = [piece for piece in body if piece.row == index]
        lines = [line.removesuffix("\n") for piece in pieces for line in piece.cells[1].lines]
        assert "".join(lines) == row.cells[1].replace("\n", "")
        assert len(pieces) == 1 or pieces[0].height + frame.line > frame.capacity - len(row.group) * frame.line
    assert [row.row for row in body] == sorted(row.row for row in body)
    for number, page in enumerate(paginated.pages, start=1):
        assert page.number == number
        assert page.height <= frame.height
        assert page.rows[-1].kind is RowKind.BODY
        first = next(row for row in page.rows if row.kind is RowKind.BODY)
        starts = number == 1 or paginated.pages[number - 2].rows[-1].row != first.row
        text, marked, _ = first.cells[0].text.partition("\n(")
        assert text == given_rows[first.row].cells[0]
        assert not (marked and starts)
        heads = [row.cells[0].text.removesuffix(" (continued)") for row in page.rows[: page.rows.index(first)]]
        assert tuple(heads) == given_rows[first.row].group


def _runs(values: list[object]) -> list[range]:
    """The stretches of equal values that are not empty, for each place the one that it stands in."""
    runs = []
    for place, value in enumerate(values):
        start = end = place
        while start and values[start - 1] == value:
            start -= 1
        while end < len(values) and values[end] == value:
            end += 1
        runs.append(range(start, end) if value else range(place, place + 1))
    return runs


def _may_end(given_rows: list[Row], heights: list[int], gaps: list[int], capacity: int) -> list[bool]:
    """Whether a page may end before each row, by the words of the rules."""
    blocks, groups = _runs([row.block for row in given_rows]), _runs([row.group for row in given_rows])
    allowed = []
    for place, (block, group) in enumerate(zip(blocks, groups, strict=True)):
        in_block = block.start < place
        in_group = group.start < place
        is_small = sum(heights[block.start : block.stop]) - gaps[block.start] <= capacity // 2
        inside_two = place - block.start >= 2 and block.stop - place >= 2
        under_two = place - group.start >= 2 and group.stop - place >= 2
        allowed.append((not in_block or (not is_small and inside_two)) and (not in_group or under_two))
    return allowed


@settings(deadline=None, max_examples=60)
@given(st.lists(ROWS, min_size=1, max_size=40), st.integers(6, 14))
def test_a_page_ends_only_where_the_next_unit_does_not_fit(given_rows: list[Row], lines: int) -> None:
    columns = (Column(1), Column(0.6), Column(1, Align.DECIMAL))
    paginated = table(given_rows, lines, columns)
    capacity = paginated.frame.capacity
    (whole,) = table(given_rows, 900, columns).pages
    heights = [sum(row.height for row in whole.rows if row.row == index) for index in range(len(given_rows))]
    heights[0] -= FIRST_GAP
    heights[-1] -= LAST_GAP
    gaps = [next(row.gap for row in whole.rows if row.row == index) for index in range(len(given_rows))]
    gaps[0] = 0
    allowed = _may_end(given_rows, heights, gaps, capacity)
    for page, following in zip(paginated.pages, paginated.pages[1:], strict=False):
        used = sum(row.height for row in page.rows)
        last, first = page.rows[-1].row, following.rows[0].row
        if last == first or not allowed[first]:
            continue  # inside a row or a unit that no page holds
        stop = next((place for place in range(first + 1, len(given_rows)) if allowed[place]), len(given_rows))
        assert used - LAST_GAP + sum(heights[first:stop]) > capacity - LAST_GAP - FIRST_GAP

"""Panels: columns that no page holds are cut, the keys repeated, and each panel has the same rows on its pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adamline.errors import LayoutError
from adamline.tlf.layout import Column, HeaderCell, Layout, PageSetup, Row
from adamline.tlf.pages import Paginated
from adamline.tlf.paginate import paginate

# A character is 120 twips wide, a column takes 120 more, and a hundredth of its width is kept free. The page has 12960.
PAGE = PageSetup(font="Courier New", font_size=10)
WORD = "w" * 15  # a column of it needs 1935 twips; six of them are 11610, seven are 13545


def layout(names: str, *rows: str, keys: int = 1, spans: str = "", starts: str = "", page: PageSetup = PAGE) -> Layout:
    """Columns by letters, each as wide as `WORD`; ``spans`` such as ``K AAB`` name the letters over them."""
    runs: list[list[str]] = []
    for letter in spans:
        if runs and runs[-1][0] == letter != " ":
            runs[-1].append(letter)
        else:
            runs.append([letter])
    upper = tuple(HeaderCell(run[0].strip(), len(run)) for run in runs)
    return Layout(
        output="T-1",
        titles=("Table 1",),
        columns=tuple(Column(1, starts_panel=name in starts) for name in names),
        header=(*((upper,) if spans else ()), tuple(HeaderCell(f"{name}\n{WORD}") for name in names)),
        rows=tuple(Row(tuple(row)) for row in rows),
        repeat_keys=keys,
        page=page,
    )


def heads(made: Paginated) -> list[str]:
    """The columns of each page by their letters."""
    return ["".join(cell.cell.text[0] for cell in page.panel.header[-1].cells) for page in made.pages]


def test_columns_that_fit_are_one_panel() -> None:
    assert heads(paginate(layout("KABCDE", "kabcde"))) == ["KABCDE"]


def test_columns_that_do_not_fit_are_cut_and_filled_alike_with_the_key_in_each() -> None:
    made = paginate(layout("KABCDEFGH", "kabcdefgh"))
    assert heads(made) == ["KABCD", "KEFGH"]
    assert [[cell.text for cell in page.rows[0].cells] for page in made.pages] == [list("kabcd"), list("kefgh")]
    assert [page.number for page in made.pages] == [1, 2]


def test_each_panel_is_as_wide_as_the_page_and_its_keys_as_wide_as_in_the_others() -> None:
    made = paginate(layout("KLABCDEFGHI", "klabcdefghi", keys=2))
    assert heads(made) == ["KLABC", "KLDEF", "KLGHI"]
    assert {page.panel.width for page in made.pages} == {12960}
    assert len({page.panel.widths[:2] for page in made.pages}) == 1


def test_columns_under_one_head_stay_together() -> None:
    made = paginate(layout("KABCDEFGH", "kabcdefgh", spans=" XXXYYYZZ"))
    assert heads(made) == ["KABC", "KDEFGH"]
    assert [[cell.cell.text for cell in page.panel.header[0].cells] for page in made.pages] == [
        ["", "X"],
        ["", "Y", "Z"],
    ]


def test_a_head_over_more_than_a_page_is_cut_and_repeated_with_its_text() -> None:
    made = paginate(layout("KABCDEFGH", "kabcdefgh", spans=" XXXXXXXY"))
    assert heads(made) == ["KABCD", "KEFGH"]
    spans = [[(cell.cell.text, cell.span, cell.rule) for cell in page.panel.header[0].cells] for page in made.pages]
    assert spans == [
        [("", 1, False), ("X", 4, True)],
        [("", 1, False), ("X", 3, True), ("Y", 1, False)],
    ]


def test_a_part_of_a_head_over_one_column_keeps_its_rule() -> None:
    made = paginate(layout("KABCD", "kabcd", spans=" XXXX", starts="D"))
    last = made.pages[1].panel.header[0].cells[1]
    assert (heads(made), last.cell.text, last.span, last.rule) == (["KABC", "KD"], "X", 1, True)


def test_a_column_can_begin_a_panel_where_all_would_fit() -> None:
    assert heads(paginate(layout("KABCDE", "kabcde", starts="C"))) == ["KAB", "KCDE"]


def test_pages_go_across_the_panels_first_or_down_the_rows() -> None:
    """Room for three lines below the head of two."""
    short = replace(PAGE, height=(1 + 1 + 1.5 + 2 + 3) * 240 / 1440 + 0.2, margin_top=0, margin_bottom=0)
    wide = layout("KABCDEFGH", *(f"{number}abcdefgh" for number in range(5)), page=short)
    pages = paginate(wide).pages
    assert [(page.panel.columns[1], page.rows[0].cells[0].text) for page in pages] == [
        (1, "0"),
        (5, "0"),
        (1, "3"),
        (5, "3"),
    ]
    pages = paginate(replace(wide, page=replace(short, panels_down=True))).pages
    assert [(page.number, page.panel.columns[1], page.rows[0].cells[0].text) for page in pages] == [
        (1, 1, "0"),
        (2, 1, "3"),
        (3, 5, "0"),
        (4, 5, "3"),
    ]


def test_a_row_is_as_high_in_each_panel_as_in_its_highest() -> None:
    wide = layout("KABCDEFGH", "kabcdefgh", "kabcdefgh")
    wide = replace(wide, rows=(replace(wide.rows[0], cells=("k", "a\na\na", *"bcdefgh")), wide.rows[1]))
    one, other = paginate(wide).pages
    assert [row.height for row in one.rows] == [row.height for row in other.rows]
    assert one.rows[0].height >= 3 * 240


def test_a_long_text_has_room_for_more_than_its_longest_word() -> None:
    names = "KABCDEFGH"
    wide = layout(names, names)
    wide = replace(wide, rows=(Row(("k", "word " * 100, *names[2:])),))
    made = paginate(wide)
    assert heads(made) == ["KABCD", "KEFGH"]
    assert made.pages[0].panel.widths[1] == max(made.pages[0].panel.widths)
    assert made.pages[0].panel.widths[1] >= 12960 // 4


def test_a_part_of_a_head_has_room_for_its_words() -> None:
    wide = layout("KABC", "kabc", spans=" XXY", starts="BC")
    header = (HeaderCell(""), HeaderCell("x" * 40, 2), HeaderCell("y"))
    made = paginate(replace(wide, header=(header, wide.header[1])))
    assert [page.panel.header[0].cells[1].cell.lines for page in made.pages] == [("x" * 40,), ("x" * 40,), ("y",)]


def test_an_empty_table_says_so_once() -> None:
    made = paginate(layout("KABCDEFGH"))
    assert heads(made) == ["KABCD"]


def test_keys_and_one_column_that_do_not_fit_are_refused_and_named() -> None:
    names = ("Subject" + "s" * 53, "Treatment" + "t" * 31, "Visit")
    keys = Layout("L-1", ("L",), columns=(Column(1),) * 3, header=(tuple(map(HeaderCell, names)),), repeat_keys=2)
    with pytest.raises(LayoutError) as caught:
        paginate(replace(keys, page=replace(PAGE, margin_left=1.5)))
    assert caught.value.found.startswith("3 columns that need 9.")
    assert "Visit" in caught.value.found
    assert "8.50 inches" in caught.value.expected


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=30),
    st.integers(1, 2),
    st.lists(st.integers(1, 6), min_size=30, max_size=30),
)
@example([1, 1, 1, 1, 14, 40, 40], 1, [6] * 30)
def test_random_columns_each_stand_once_in_order_and_groups_that_fit_are_whole(
    words: list[int], keys: int, groups: list[int]
) -> None:
    keys = min(keys, len(words) - 1)
    words[:keys] = [min(word, 20) for word in words[:keys]]
    names = tuple(HeaderCell("n" * word) for word in words)
    spans: list[HeaderCell] = [HeaderCell("")] * keys
    for number, group in enumerate(groups):
        left = len(words) - sum(cell.span for cell in spans)
        if left:
            spans.append(HeaderCell(f"g{number}", min(group, left)))
    wide = Layout("T", ("T",), columns=(Column(1),) * len(words), header=(tuple(spans), names), repeat_keys=keys)
    made = paginate(replace(wide, rows=(Row(("x",) * len(words)),), page=PAGE))
    panels = [page.panel for page in made.pages]
    assert [column for panel in panels for column in panel.columns[keys:]] == list(range(keys, len(words)))
    for panel in panels:
        assert panel.columns[:keys] == tuple(range(keys))
        assert panel.width == 12960
        for name in panel.header[1].cells:
            assert len(name.cell.lines) == 1
    # A group is in two panels only where the page does not hold it beside the keys.
    start = 0
    for cell in spans:
        group_columns = set(range(start, start + cell.span))
        start += cell.span
        held = [panel for panel in panels if group_columns & set(panel.columns[keys:])]
        if cell.text and len(held) > 1:
            # A column has room for its heading, and for a character of the size of the font, 10 points.
            needs = [max(words[column] * 120 + 1, 200) / 0.995 + 120 for column in (*range(keys), *group_columns)]
            assert sum(needs) > 12960 - len(needs)

"""Alignment: numbers of one kind stand below each other, positions worked by hand; no text changes or leaves its cell.

In Courier New of 10 points each character is 120 twips wide, to a hundredth of a twip.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.tlf.alignment import Alignment
from adamline.tlf.metrics import Metrics

MONO = Metrics("Courier New", 10)
CHAR = 1229 / 2048 * 200
SERIF = Metrics("Times New Roman", 9)


def chars(texts: list[str], room: int = 40) -> list[dict[int, float]]:
    """Where each character of each text starts, in characters from the left of a column of so many."""
    # A tenth of a twip, for the last digits of sums.
    return chars_under([(text, "") for text in texts], room)


def chars_under(rows: list[tuple[str, str]], room: int) -> list[dict[int, float]]:
    """The same of texts that stand under headings."""
    places = Alignment([(text, False, heading) for text, heading in rows], MONO).places(room * CHAR + 0.1)
    return [
        {at: round(place / CHAR, 1) for at, place in enumerate(starts(text, places[text, False, heading], MONO))}
        for text, heading in rows
    ]


def starts(text: str, place: tuple[int, tuple[tuple[int, int], ...]], metrics: Metrics) -> list[float]:
    """Where the characters of a text start in twips: its indent, what stands before, and the room before it."""
    indent, spaces = place
    return [
        indent + metrics.width(text[:at]) + sum(room for offset, room in spaces if offset <= at)
        for at in range(len(text) + 1)
    ]


def drawn(texts: list[str], room: int = 40) -> list[str]:
    """The texts as they stand in a column, by whole characters, without the blanks behind."""
    return drawn_under([(text, "") for text in texts], room)


def drawn_under(rows: list[tuple[str, str]], room: int) -> list[str]:
    """The same of texts that stand under headings."""
    lines = []
    for (text, _), at in zip(rows, chars_under(rows, room), strict=True):
        line = [" "] * (room + 1)
        for index, char in enumerate(text):
            assert at[index] == pytest.approx(round(at[index]), abs=0.1)
            line[round(at[index])] = char
        lines.append("".join(line).rstrip())
    return lines


def test_counts_and_per_cents_stand_below_each_other() -> None:
    assert drawn(["12 (3.5%)", "105 (100%)", "7 (12.3%)", "0", "86"], 14) == [
        "  12 (  3.5%)",
        " 105 (100%)",
        "   7 ( 12.3%)",
        "   0",
        "  86",
    ]


def test_fractions_intervals_and_p_values_stand_each_in_the_middle() -> None:
    """Of 20 characters the fractions need 13, from 3.5; the interval 12, the p-value 5, the word 2."""
    at = chars(["46/105 (43.8)", "3/98 (3.1)", "0/98", "(34.1, 53.8)", "0.029", "NE"], 20)
    assert [each[0] for each in at] == [3.5, 4.5, 4.5, 4.0, 7.5, 9.0]
    assert [each[at_slash] for each, at_slash in zip(at, (2, 1, 1), strict=False)] == [5.5] * 3
    # 46/105 (43.8): denominators end at 9.5, brackets open at 10.5, points stand at 13.5.
    assert [at[0][3], at[1][2]] == [6.5, 7.5]
    assert [at[0][7], at[1][5]] == [10.5, 10.5]
    assert [at[0][10], at[1][7]] == [13.5, 13.5]


def test_means_medians_and_p_values_share_their_first_point() -> None:
    assert drawn(["86", "75.2 (8.59)", "76.0", "52, 89", "0.029"], 11) == [
        "86",
        "75.2 (8.59)",
        "76.0",
        "52, 89",
        " 0.029",
    ]


def test_each_limit_of_an_estimate_has_its_own_place() -> None:
    assert drawn(["-12.3 (-20.1, -4.5)", "0.4 (-3.9, 10.7)"], 19) == ["-12.3 (-20.1, -4.5)", "  0.4 ( -3.9, 10.7)"]


def test_what_cannot_be_estimated_stands_in_the_middle_of_a_number_s_place() -> None:
    assert drawn(["-12.34 (-20.11, 4.50)", "NE (NE, NE)"], 21) == ["-12.34 (-20.11, 4.50)", "  NE   (  NE,    NE)"]
    # Of whole numbers, not of hazard ratios, because one of its own is whole: its bracket opens where theirs do.
    texts = ["61 (24, 96)", "2.78 (1.11, 6.99)", "NE (79, NE)"]
    assert drawn(texts, 18) == ["61 (24, 96)", " 2.78 (1.11, 6.99)", "NE (79, NE)"]


def test_extremes_with_and_without_decimals_share_the_first_point_only() -> None:
    assert drawn(["9, 43", "102, 1,379", "3.7, 10.5", "-0.5, 8.25"], 12) == [
        "  9,    43",
        "102, 1,379",
        "  3.7, 10.5",
        " -0.5,  8.25",
    ]


def test_a_narrow_column_lines_up_fewer_numbers_and_shifts_nothing_out() -> None:
    texts = ["1 (100.0)", "100 (1.0)"]
    assert drawn(texts, 11) == ["  1 (100.0)", "100 (  1.0)"]
    # Ten characters: the first numbers cannot line up any more, and each text still has its nine.
    for each in chars(texts, 10):
        assert each[0] >= 0 and each[9] <= 10


def test_rows_under_another_heading_have_no_room_for_its_numbers() -> None:
    """First numbers share a point; brackets and what stands in them line up under each heading by themselves."""
    rows = [
        ("8.62 (0.828)", "Potassium"),
        ("10.31 (1.05)", "Potassium"),
        ("1234.5678 (1022.123)", "Platelets"),
        ("86.1234 (7.123)", "Platelets"),
    ]
    assert drawn_under(rows, 20) == [
        "   8.62 (0.828)",
        "  10.31 (1.05)",
        "1234.5678 (1022.123)",
        "  86.1234 (   7.123)",
    ]


def test_counts_line_up_under_all_headings() -> None:
    rows = [("12 (3.5)", "Sex"), ("105 (100)", "Race"), ("3/98 (3.1)", "Sex"), ("46/105 (43.8)", "Race")]
    assert drawn_under(rows[:2], 11) == [" 12 (  3.5)", "105 (100)"]
    at = chars_under(rows[2:], 20)
    assert [at[0][5], at[0][7]] == [at[1][7], at[1][10]]


def test_what_cannot_be_estimated_under_a_heading_is_as_its_rows_or_in_the_middle() -> None:
    texts = [("12.3 (1.1, 20.5)", "A"), ("NE (NE, NE)", "A"), ("123.44 (99.11, 150.55)", "B"), ("NE (1.2, NE)", "B")]
    at = chars_under(texts, 22)
    # Points at 3; the brackets of A open at 6, those of B at 7, for two decimals.
    assert [at[0][2], at[2][3]] == [3, 3]
    assert [each[text.index("(")] for each, (text, _) in zip(at, texts, strict=True)] == [6, 6, 7, 7]
    # Without a number under its heading, eleven characters stand in the middle of the column.
    assert chars_under([("12.3 (1.1, 20.5)", "A"), ("NE (NE, NE)", "B")], 21)[1][0] == 5


NUMBER = st.from_regex(r"\A[<-]?[0-9]{1,4}(\.[0-9]{1,3})?\Z")
WHOLE = st.from_regex(r"\A[0-9]{1,4}\Z")
DECIMAL = st.from_regex(r"\A-?[0-9]{1,4}\.[0-9]{1,3}\Z")
KINDS = {
    "{} ({})": (WHOLE, NUMBER),
    "{} ({}%)": (WHOLE, NUMBER),
    "{}/{} ({})": (WHOLE, WHOLE, NUMBER),
    "{}, {}": (DECIMAL, NUMBER),
    "{} ({}, {})": (DECIMAL, NUMBER, NUMBER),
    "({}, {})": (DECIMAL, NUMBER),
    "{} ± {}": (DECIMAL, NUMBER),
    "{} [{}; {}]": (DECIMAL, NUMBER, NUMBER),
}


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_points_of_a_kind_stand_at_one_place(data: st.DataObject) -> None:
    """The k-th numbers of all rows have their points, or right ends where they have none, within two twips."""
    form = data.draw(st.sampled_from(sorted(KINDS)))
    rows = data.draw(st.lists(st.tuples(*KINDS[form]), min_size=2, max_size=8))
    texts = [form.format(*row) for row in rows]
    alignment = Alignment(((text, False, "") for text in texts), SERIF)
    room = alignment.width + data.draw(st.integers(0, 500))
    places = alignment.places(room)
    points, brackets = [], []
    for text, row in zip(texts, rows, strict=True):
        place = places[text, False, ""]
        at = starts(text, place, SERIF)
        assert at[0] >= 0 and at[-1] <= room + 1
        assert place[0] >= 0 and all(0 < offset < len(text) for offset, _ in place[1])
        found, done = [], 0
        for number in row:
            begin = text.index(number, done)
            done = begin + len(number)
            found.append(at[begin + len(number.split(".")[0])])
        points.append(found)
        brackets.append([at[found.start()] for found in re.finditer(r"[(\[±]", text)])
    for same in (*zip(*points, strict=True), *zip(*brackets, strict=True)):
        assert max(same) - min(same) <= 2

"""Widths against Adobe's published metrics of the three base fonts; lines against rules that can be read off."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import LayoutError
from adamline.tlf.metrics import Metrics

AFM = Path(matplotlib.get_data_path()) / "fonts/pdfcorefonts"
TIMES = Metrics("Times New Roman", 10)


@pytest.mark.parametrize(
    ("font", "bold", "file"),
    [
        ("Times New Roman", False, "Times-Roman"),
        ("Liberation Serif", True, "Times-Bold"),
        ("Arial", False, "Helvetica"),
        ("Liberation Sans", True, "Helvetica-Bold"),
        ("Courier New", False, "Courier"),
    ],
)
def test_letters_and_digits_are_as_wide_as_in_adobes_font_metrics(font: str, bold: bool, file: str) -> None:
    metrics = Metrics(font, 10)
    published = {}
    for line in (AFM / f"{file}.afm").read_text(encoding="latin-1").splitlines():
        if line.startswith("C ") and 32 <= (code := int(line.split()[1])) < 127:
            published[chr(code)] = int(line.split()[4])
    for quote in "'`":  # in Adobe's encoding these two are curly
        published.pop(quote)
    assert len(published) == 93
    for char, thousandths in published.items():
        assert metrics.width(char, bold) == pytest.approx(thousandths * 10 * 20 / 1000, abs=0.5), char


def test_unknown_characters_are_taken_as_wide_and_combining_ones_as_nothing() -> None:
    assert TIMES.width("漢") == 200
    assert TIMES.width("e\u0301") == TIMES.width("e")


def test_a_font_without_widths_is_refused_with_those_there_are() -> None:
    with pytest.raises(LayoutError, match=r"Calibri\n.*Times New Roman"):
        Metrics("Calibri", 9)


@pytest.mark.parametrize(
    ("text", "inches", "lines"),
    [
        ("", 1, [""]),
        ("one line", 1, ["one line"]),
        ("first\nsecond", 1, ["first\n", "second"]),
        ("ends\n", 1, ["ends\n", ""]),
        ("words that wrap at spaces", 0.7, ["words that ", "wrap at ", "spaces"]),
        ("post-baseline", 0.5, ["post-", "baseline"]),
        ("on 2014-03-05", 0.7, ["on ", "2014-03-05"]),  # no break inside a date
        ("rose 1.2 %", 0.5, ["rose ", "1.2 %"]),
        ("on 5 March 2014", 0.9, ["on ", "5 March 2014"]),
        ("LBDTC=2014-03-05T10:30", 1.2, ["LBDTC=", "2014-03-05T10:30"]),
        ("A_2014-03/B", 0.52, ["A_", "2014-03/", "B"]),
        ("GAMMA_GLUTAMYL_TRANSFERASE", 1.2, ["GAMMA_", "GLUTAMYL_", "TRANSFERASE"]),
        ("ABCDEFGHIJKLMN", 0.5, ["ABCDE", "FGHIJK", "LMN"]),  # nowhere to break: by character
    ],
)
def test_lines(text: str, inches: float, lines: list[str]) -> None:
    assert list(TIMES.wrap(text, inches * 1440)) == lines


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="ab W-/\n.1é≥", max_size=60), st.floats(min_value=250, max_value=4000))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: float) -> None:
    lines = TIMES.wrap(text, width)
    assert "".join(lines) == text
    assert all(TIMES.width(line.rstrip(" \n")) <= width for line in lines)
    assert len(TIMES.wrap(text, width * 2)) <= len(lines)


def test_a_column_narrower_than_a_character_gets_one_on_each_line() -> None:
    assert TIMES.wrap("WW", 1) == ("W", "W")
    assert TIMES.wrap("WW", -1) == ("W", "W")


@pytest.mark.parametrize("number", ["12345.6", "-12345", "<0.00001", "2014-03-05", "12:30:00", "(1234567", "34.567%)"])
def test_numbers_that_do_not_fit_are_named(number: str) -> None:
    assert TIMES.too_wide_number(f"a {number} b", TIMES.width(number) - 1) == number
    assert TIMES.too_wide_number(f"a {number} b", TIMES.width(number) + 1) == ""


def test_a_long_word_with_a_digit_in_it_is_no_number() -> None:
    assert TIMES.too_wide_number("CDISCPILOT01-701-1015", 300) == ""


@pytest.mark.parametrize("font", ["Times New Roman", "Arial", "Courier New"])
@pytest.mark.parametrize("bold", [False, True])
def test_all_digits_are_as_wide(font: str, bold: bool) -> None:
    """Texts that differ in their digits only are measured once."""
    assert len({Metrics(font, 10).width(digit, bold) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("text", "ems"),
    [
        ("肝機能", 3),  # full width
        ("e\u0301", 909 / 2048),  # a mark above the e of Liberation Serif, 909 units wide
        ("a\u200db", (909 + 1024) / 2048),  # a joiner
        ("\u2764\ufe0f", 1),  # a selector of how a sign is drawn
        ("\U00020000", 1),  # beyond the first plane
    ],
)
def test_characters_that_the_font_lacks(text: str, ems: float) -> None:
    assert TIMES.width(text) == pytest.approx(ems * TIMES.size * 20)


def test_text_without_blanks_wraps_between_its_characters_and_marks_stay_with_theirs() -> None:
    assert TIMES.wrap("肝機能検査", 2.5 * TIMES.size * 20) == ("肝機", "能検", "査")
    assert TIMES.wrap("e\u0301e\u0301e\u0301", TIMES.width("ee")) == ("e\u0301e\u0301", "e\u0301")

"""Control characters: what stands for them on a page, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.errors import Place
from adamline.findings import Severity
from adamline.results.check_control import check_control, printable


@pytest.mark.parametrize("char", ["\t", "\r", "\x00", "\x0b", "\x1a", "\x85", "\ufffe"])
def test_a_control_character_is_a_space_and_a_finding(char: str) -> None:
    texts = pd.Series(["plain", f"one{char}two", None, "a\nb"])
    assert printable(texts).tolist() == ["plain", "one two", "", "a\nb"]
    (found,) = check_control(texts, pd.Series(list("abcd")), "AETERM", Place("l-1.yaml"))
    assert found.severity is Severity.WARNING
    assert found.place == Place("l-1.yaml", variable="AETERM")
    assert f"1 value holds a control character (U+{ord(char):04X}" in found.message
    assert found.message.endswith("set as a space: b")


def test_at_most_ten_records_are_named() -> None:
    (found,) = check_control(pd.Series(["x\ty"] * 12), pd.Series([f"S{number:02d}" for number in range(12)]), "T")
    assert found.message == (
        "T: 12 values hold a control character (U+0009 tab), set as a space: "
        "S00; S01; S02; S03; S04; S05; S06; S07; S08; S09 and 2 more"
    )


def test_other_texts_are_left_as_they_are() -> None:
    texts = pd.Series(["µ ≥ 5\u00a0%", "", None], dtype="category")
    assert printable(texts).tolist() == ["µ ≥ 5\u00a0%", "", ""]
    assert check_control(texts, texts, "T") == ()

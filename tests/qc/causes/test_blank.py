from __future__ import annotations

import pandas as pd
import pytest

from adamline.qc import compare
from adamline.qc.causes import find_causes


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ([" WEEK 2", "  WEEK 4"], "leading blanks"),
        (["WEEK  2", "WEEK   4"], "several blanks for one"),
        (["WEEK\u00a02", "WEEK\u00a04"], "non-breaking blanks, tabs or line ends"),
        (["WEEK\t2", "WEEK\n4"], "non-breaking blanks, tabs or line ends"),
        (["WEEK2", "WEEK4"], "blanks"),
        (["WE\u200bEK 2", "WEEK 4\u00a0"], "blanks"),
    ],
)
def test_the_blanks_are_told(other: list[str], words: str) -> None:
    found = find_causes(compare(pd.DataFrame({"X": ["WEEK 2", "WEEK 4"]}), pd.DataFrame({"X": other})))
    assert [str(cause) for cause in found] == [f"X: 2 of 2 differences: {words}"]


def test_trailing_blanks_are_no_difference() -> None:
    found = find_causes(compare(pd.DataFrame({"X": ["A", "B", "C"]}), pd.DataFrame({"X": ["A ", "B  ", "C"]})))
    assert found == []


def test_other_letters_are_not_blanks() -> None:
    assert find_causes(compare(pd.DataFrame({"X": ["A B"]}), pd.DataFrame({"X": ["A  C"]}))) == []

from __future__ import annotations

import pandas as pd

from adamline.qc import compare
from adamline.qc.causes import find_causes


def sentences(base: list[str], other: list[str]) -> list[str]:
    return [str(cause) for cause in find_causes(compare(pd.DataFrame({"AESEV": base}), pd.DataFrame({"AESEV": other})))]


def test_upper_against_lower_case() -> None:
    found = sentences(["MILD", "MILD", "SEVERE", "Straße"], ["Mild", "MILD", "severe", "STRASSE"])
    assert found == ["AESEV: 3 of 3 differences: upper against lower case"]


def test_even_one_difference_is_named() -> None:
    assert sentences(["MILD"], ["Mild"]) == ["AESEV: 1 of 1 differences: upper against lower case"]


def test_another_word_is_not_case() -> None:
    assert sentences(["MILD", "MILD", "MILD", "MILD"], ["mild", "moderate", "severe", "fatal"]) == []

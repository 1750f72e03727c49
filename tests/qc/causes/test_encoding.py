from __future__ import annotations

import pandas as pd
import pytest

from adamline.qc import compare
from adamline.qc.causes import find_causes


@pytest.mark.parametrize(
    ("base", "other", "words"),
    [
        ("Sjögren", "SjÃ¶gren", "text read in the wrong code page"),
        ("SjÃ¶gren", "Sjögren", "text read in the wrong code page"),
        ("patient’s", "patientâ€™s", "text read in the wrong code page"),
        ("patient’s", "patient\x92s", "text read in the wrong code page"),
        ("10 µg", "10 Âµg", "text read in the wrong code page"),
        ("Sjögren", "SjÃƒÂ¶gren", "text read in the wrong code page"),
        ("patient’s", "patient?s", "characters outside ASCII lost"),
        ("patient's", "patient?s", "characters outside ASCII lost"),
        ("Sjögren", "Sj\ufffdgren", "text read in the wrong code page"),
        ("Sjögren", "Sj??gren", "characters outside ASCII lost"),
        ("Sjögren", "Sjogren", "characters outside ASCII spelled in ASCII"),
        ("Müller", "Mueller", "characters outside ASCII spelled in ASCII"),
        ("“often”", '"often"', "characters outside ASCII spelled in ASCII"),
        ("dose ≥ 5", "dose >= 5", "characters outside ASCII spelled in ASCII"),
        ("é", "e\u0301", "characters outside ASCII spelled in ASCII"),
    ],
)
def test_what_happened_to_the_characters(base: str, other: str, words: str) -> None:
    found = find_causes(compare(pd.DataFrame({"X": [base] * 3}), pd.DataFrame({"X": [other] * 3})))
    assert [str(cause) for cause in found] == [f"X: 3 of 3 differences: {words}"]


@pytest.mark.parametrize(
    ("base", "other"),
    [("Sjögren", "Schlögren"), ("Week 2", "Week ?"), ("été", "âge"), ("Sjögren", ""), ("A\u00a0B", "A B"), ("é", "?")],
)
def test_another_text_is_not_encoding(base: str, other: str) -> None:
    found = find_causes(compare(pd.DataFrame({"X": [base] * 3}), pd.DataFrame({"X": [other] * 3})))
    assert "encoding" not in {cause.kind for cause in found}

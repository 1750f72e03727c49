"""Text without blanks that do not count, and its case."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.cleaned import derive_cleaned


def test_blanks_and_case(plain):
    texts = [" a  B\tc\n", "A b C", "\t ", None]
    cm = pd.DataFrame({"CMTRT": pd.Series(texts, dtype="str"), "N": [1.0, 2, 3, 4]})
    expected = {
        "kept": ["a B c", "A b C", None, None],
        "upper": ["A B C", "A B C", None, None],
        "lower": ["a b c", "a b c", None, None],
    }
    for case, made in expected.items():
        assert plain(derive_cleaned(cm, variable="X", from_="CMTRT", case=case)["X"]) == made
    assert plain(derive_cleaned(cm, variable="X", from_="CMTRT", where="N = 2")["X"]) == [None, "A b C", None, None]


@pytest.mark.parametrize("kind", ["float64", "object", "str"])
def test_a_variable_of_nothing(kind):
    frame = pd.DataFrame({"T": pd.Series([None, None], dtype=kind)})
    assert derive_cleaned(frame, variable="X", from_="T")["X"].isna().all()

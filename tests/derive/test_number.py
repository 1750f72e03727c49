"""The number that a text says."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.number import check_number, derive_number


def test_numbers(plain):
    texts = ["12", " -1.5 ", "1e-7", "<5", "1,5", "3 mg", "nan", None]
    qs = pd.DataFrame({"QSORRES": pd.Series(texts, dtype="str"), "USUBJID": "01"})
    made = derive_number(qs, variable="X", from_="QSORRES")
    assert plain(made["X"]) == [12, -1.5, 1e-7, None, None, None, None, None]
    (tally,) = check_number(qs, made, variable="X", from_="QSORRES")
    message = "4 records have no X, since QSORRES is no number: 1,5; 3 mg; <5; nan"
    assert tally.finding().message == message


@pytest.mark.parametrize("kind", ["float64", "object", "str"])
def test_a_variable_of_nothing(kind):
    frame = pd.DataFrame({"T": pd.Series([None, None], dtype=kind)})
    assert derive_number(frame, variable="X", from_="T")["X"].isna().all()

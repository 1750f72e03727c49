"""A flag of text that contains a word."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.contains import check_contains, derive_contains
from adamline.errors import DataError, DerivationError


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_words(kind, plain):
    """STEROID is contained in corticosteroids, NASAL is in no upper or lower case."""
    cm = pd.DataFrame({"CMDECOD": ["Corticosteroids", "nasal spray", "ASPIRIN", None], "N": [1.0, 2, 3, 4]})
    cm["CMDECOD"] = cm["CMDECOD"].astype(kind)
    made = derive_contains(cm, variable="X", from_="CMDECOD", words=["STEROID", "Nasal"])
    assert plain(made["X"]) == ["Y", "Y", None, None]
    made = derive_contains(cm, variable="X", from_="CMDECOD", words=["STEROID", "Nasal"], where="N > 1")
    assert plain(made["X"]) == [None, "Y", None, None]
    for words in ([], ["a", " "]):
        with pytest.raises(DerivationError, match="no word"):
            derive_contains(cm, variable="X", from_="CMDECOD", words=words)
    with pytest.raises(DataError, match="N is no text"):
        derive_contains(cm, variable="X", from_="N", words=["1"])


@pytest.mark.parametrize("kind", ["float64", "object", "str"])
def test_a_variable_of_nothing(kind):
    frame = pd.DataFrame({"T": pd.Series([None, None], dtype=kind)})
    assert derive_contains(frame, variable="X", from_="T", words=["a"])["X"].isna().all()


def test_words_that_no_text_contains():
    cm = pd.DataFrame({"CMDECOD": ["Corticosteroids", "nasal spray", None], "N": [1.0, 2, 3]})

    def said(**given):
        tallies = check_contains(cm, variable="X", from_="CMDECOD", **given)
        return [one.message for tally in tallies if (one := tally.finding())]

    assert said(words=["STEROID", "Nasal"]) == []
    assert said(words=["STEROIDX", "Nasal"]) == ["1 word of `words` is in no CMDECOD: STEROIDX"]
    assert said(words=["STEROID", "Nasal"], where="N > 1") == ["1 word of `words` is in no CMDECOD: STEROID"]
    nothing = pd.DataFrame({"CMDECOD": [None, None]})
    (tally,) = check_contains(nothing, variable="X", from_="CMDECOD", words=["a", "b"])
    assert tally.finding().message == "2 words of `words` are in no CMDECOD: a; b"

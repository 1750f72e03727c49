"""A flag of text that contains a word."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.contains import derive_contains
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

"""Tests of derive.shift."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.shift import derive_shift
from adamline.errors import DataError


def test_both_categories_are_needed(derives):
    derives(
        derive_shift,
        """
        BNRIND ANRIND | SHIFT1
        NORMAL NORMAL | 'NORMAL to NORMAL'
        NORMAL HIGH   | 'NORMAL to HIGH'
        HIGH   NORMAL | 'HIGH to NORMAL'
        .      LOW    | .
        LOW    .      | .
        .      .      | .
        """,
    )


def test_a_word_stands_for_a_missing_category(derives):
    derives(
        derive_shift,
        """
        BNRIND ANRIND AVISITN | SHIFT1
        NORMAL HIGH   2       | 'NORMAL to HIGH'
        .      LOW    2       | 'NULL to LOW'
        LOW    .      2       | 'LOW to NULL'
        .      .      2       | 'NULL to NULL'
        NORMAL NORMAL 0       | .
        """,
        missing="NULL",
        where="AVISITN > 0",
    )


def test_a_category_may_be_the_word_itself():
    frame = pd.DataFrame({"BNRIND": ["NULL", None], "ANRIND": ["LOW", "LOW"]})
    assert derive_shift(frame, missing="NULL").SHIFT1.tolist() == ["NULL to LOW"] * 2


def test_an_unknown_variable_is_an_error(table):
    with pytest.raises(DataError, match="no variable BNRIND"):
        derive_shift(table("ANRIND\nLOW"))

"""Tests of derive._key_order."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive._key_order import sorted_by_keys
from adamline.errors import DataError

KEYS = ["USUBJID", "PARAMCD", "AVISITN"]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_bytes_for_text_missing_first(table, plain, dtype):
    frame = table("""
        USUBJID PARAMCD AVISITN PLACE
        02      ALT     0       5
        01      a       0       4
        01      Z       2       3
        01      Z       -1      2
        01      Z       .       1
        01      .       9       0
        """).astype({"USUBJID": dtype, "PARAMCD": dtype})
    made = sorted_by_keys(frame, KEYS)
    assert plain(made["PLACE"]) == [0, 1, 2, 3, 4, 5] and list(made.index) == [0, 1, 2, 3, 4, 5]


def test_repeated_keys_are_an_error_that_lists_them(table):
    frame = table("""
        USUBJID PARAMCD AVISITN
        01      ALT     .
        01      AST     .
        01      ALT     .
        """)
    with pytest.raises(DataError, match=r"1 record repeats the keys of another") as error:
        sorted_by_keys(frame, KEYS)
    assert error.value.place.keys == "USUBJID=01, PARAMCD=ALT, AVISITN=missing"
    assert error.value.expected == "one record per USUBJID, PARAMCD, AVISITN"


def test_no_records_and_unknown_keys(table):
    frame = table("USUBJID PARAMCD AVISITN\n01 ALT 1")
    assert len(sorted_by_keys(frame.iloc[:0], KEYS)) == 0
    with pytest.raises(DataError, match="no variable AVISITT"):
        sorted_by_keys(frame, ["AVISITT"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([None, "a", "B", "é"]), st.sampled_from([None, -1.0, 3.0])), unique=True))
def test_against_the_sort_of_python(rows):
    frame = pd.DataFrame(rows, columns=["T", "N"]).astype({"T": "str", "N": "float64"})
    made = sorted_by_keys(frame, ["T", "N"])
    expected = sorted(rows, key=lambda row: ((row[0] or "").encode(), -9.0 if row[1] is None else row[1]))
    assert [tuple(None if pd.isna(v) else v for v in row) for row in made.itertuples(index=False)] == expected

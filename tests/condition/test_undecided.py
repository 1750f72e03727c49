"""Tests of condition.undecided: which records a missing value leaves open, against SQL's three-valued logic."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.condition.undecided import undecided

FRAME = pd.DataFrame({"X": [1.0, 9, None, None], "Y": [5.0, None, 5, None], "ARM": ["A", "B", None, "A"]})


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("X < 5", [2, 3]),
        ("X < Y", [1, 2, 3]),
        ("X <> 5", [2, 3]),
        ("not (ARM = 'A')", [2]),
        ("ARM not in ('A', 'C')", [2]),
        # Equality with a missing value is plainly false.
        ("X = 1", []),
        ("ARM in ('A')", []),
        ("X = Y", []),
        # A term that settles the record closes it.
        ("X is not missing and X < 5", []),
        ("X is missing or X < 5", []),
        ("ARM = 'A' and X < 5", [3]),
        ("ARM = 'A' or X < 5", [2]),
        ("X is missing", []),
    ],
)
def test_records_that_a_missing_value_leaves_open(condition: str, rows: list[int]) -> None:
    assert undecided(FRAME, condition).rows.tolist() == rows


def test_the_variable_that_is_missing() -> None:
    found = undecided(FRAME, "X < Y")
    assert [found.names[which] for which in found.which] == ["Y", "X", "X"]


@pytest.mark.parametrize("text", ["str", "object", "category"])
def test_blank_text_is_missing(text: str) -> None:
    frame = pd.DataFrame({"ARM": pd.Series(["A", "  ", "B"]).astype(text)})
    assert undecided(frame, "ARM <> 'A'").rows.tolist() == [1]

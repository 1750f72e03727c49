"""Tests of condition.sas_differences."""

from __future__ import annotations

import pytest

from adamline.condition.parse import parse_condition
from adamline.condition.sas_differences import sas_differences


@pytest.mark.parametrize(
    ("condition", "spots"),
    [
        # In SAS a missing value is smaller than any other: these are true there and unknown here.
        ("X < 5", ["X < 5"]),
        ("X <= 5", ["X <= 5"]),
        ("X <> 5", ["X <> 5"]),
        ("not (X = 5)", ["not (X = 5)"]),
        ("not (X > 5)", ["not (X > 5)"]),
        ("X not in (1, 2)", ["X not in (1, 2)"]),
        ("not (X = 1 and Y = 2)", ["not (X = 1)", "not (Y = 2)"]),
        ("X < 5 or Y < 5", ["X < 5", "Y < 5"]),
        ("Y = 1 and X < 5", ["X < 5"]),
        # False in SAS and unknown here, which select the same.
        ("X = 5", []),
        ("X > 5", []),
        ("X in (1, 2)", []),
        ("not (X < 5)", []),
        ("X is missing", []),
        ("not (X is missing)", []),
        # Another term of the AND keeps the missing value out.
        ("X >= 2 and X <= 24", []),
        ("X < 5 and X is not missing", []),
        ("X is not missing and (X < 5 or X <> 7)", []),
        ("not (X = 1 or X is missing)", []),
        ("X < 5 and (X > 1 or Y = 1)", ["X < 5"]),
        ("X < 5 or X is not missing", ["X < 5"]),
        ("X < 5 and X is missing", ["X < 5"]),
        ("X < 5 and X >= Y", ["X < 5", "X >= Y"]),  # both missing: equal in SAS
        ("X is missing or X <> 5", []),
        ("not (X is not missing and X = 5)", []),
        ("X is missing or Y <> 5", ["Y <> 5"]),
        ("X is missing and X <> 5", ["X <> 5"]),
        ("X < 5 and X > Y", ["X > Y"]),
        # Variables that cannot be missing.
        ("KEY < 5", []),
        ("KEY = X", []),
        ("KEY < X", []),
        ("KEY > X", ["KEY > X"]),
    ],
)
def test_spots(condition: str, spots: list[str]) -> None:
    sentences = sas_differences(parse_condition(condition), lambda name: name != "KEY")
    assert [sentence.split(":")[0] for sentence in sentences] == spots


def test_a_sentence_names_the_variables() -> None:
    def sentence(condition: str) -> str:
        return sas_differences(parse_condition(condition), lambda name: True)[0]

    tail = "missing SAS takes this as true, here it is unknown and selects nothing."
    assert sentence("X < 5") == f"X < 5: where X is {tail}"
    assert sentence("X <> Y") == f"X <> Y: where X or Y is {tail}"
    assert sentence("X = Y") == f"X = Y: where X and Y are {tail}"

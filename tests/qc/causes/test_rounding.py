from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.qc import compare
from adamline.qc.causes import CauseKind, find_causes
from adamline.qc.causes.pairs import pairs_of
from adamline.qc.causes.rounding import rounding_rules

EXACT = [1.234, 5.678, 9.149, 3.252, 7.766, 2.483]


def held(words: str, base: list[float], other: list[float]) -> list[bool]:
    rules = {rule.text: rule for rule in rounding_rules(pairs_of(base, other))}
    return rules[words].holds(pairs_of(base, other)).tolist()


def test_a_tie_may_go_either_way() -> None:
    assert held("rounding to 1 decimal in compare", [0.25, 0.25, 0.35, 0.25], [0.2, 0.3, 0.4, 0.1]) == [True] * 3 + [
        False
    ]


def test_truncation_goes_towards_zero_and_is_that_of_doubles() -> None:
    words = "truncation to 2 decimals in compare"
    assert held(words, [1.239, -1.239, 1.231, 0.57], [1.23, -1.23, 1.24, 0.56]) == [True, True, False, True]


def test_significant_digits() -> None:
    words = "rounding to 2 significant digits in compare"
    assert held(words, [123.4, 0.01234, 9876.0, 123.4], [120.0, 0.012, 9900.0, 123.0]) == [True, True, True, False]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ([1.2, 5.7, 9.1, 3.3, 7.8, 2.5], "rounding to 1 decimal in compare"),
        ([1.2, 5.6, 9.1, 3.2, 7.7, 2.4], "truncation to 1 decimal in compare"),
        ([1.0, 6.0, 9.0, 3.0, 8.0, 2.0], "rounding to whole numbers in compare"),
        ([np.nextafter(value, 10) for value in EXACT], "floating-point noise"),
    ],
)
def test_the_digits_are_told(other: list[float], words: str) -> None:
    found = find_causes(compare(pd.DataFrame({"AVAL": EXACT}), pd.DataFrame({"AVAL": other})))
    assert [str(cause) for cause in found] == [f"AVAL: 6 of 6 differences: {words}"]


def test_the_side_that_is_rounded_is_told() -> None:
    rounded = pd.DataFrame({"AVAL": [1.2, 5.7, 9.1, 3.3, 7.8, 2.5]})
    [cause] = find_causes(compare(rounded, pd.DataFrame({"AVAL": EXACT})))
    assert cause.text == "rounding to 1 decimal in base"


def test_text_that_spells_numbers() -> None:
    base = pd.DataFrame({"LBORRES": [str(value) for value in EXACT]})
    other = pd.DataFrame({"LBORRES": [f"{value:.1f}" for value in EXACT]})
    [cause] = find_causes(compare(base, other))
    assert cause.text == "rounding to 1 decimal in compare"


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(st.integers(-(10**9), 10**9).filter(lambda n: n % 100), min_size=6, max_size=60, unique=True),
    places=st.integers(0, 2),
)
def test_any_numbers_rounded_to_any_decimals(numbers: list[int], places: int) -> None:
    base = pd.DataFrame({"AVAL": [*EXACT, *(np.array(numbers) / 1000 + 0.0004)]})
    found = find_causes(compare(base, base.round(places)))
    words = {0: "whole numbers", 1: "1 decimal", 2: "2 decimals"}[places]
    assert [(cause.kind, cause.text, cause.explained) for cause in found] == [
        (CauseKind.ROUNDING, f"rounding to {words} in compare", len(base))
    ]

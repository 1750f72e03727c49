"""What is printed, and whether a computed value is that: by the rule of rounding at the text's own decimals."""

from __future__ import annotations

import math

import pytest

from adamline.qc.published.printed_text import read_printed


@pytest.mark.parametrize(
    ("text", "value", "is_of"),
    [
        ("51", 51.0, True),
        ("51", 50.5, True),  # half away from zero
        ("51", 50.499, False),
        ("-15", -14.5, True),
        ("48.6", 48.57142857, True),
        ("20.9", 20.95238095, False),  # a slip: 22 of 105 is 21.0 %
        ("6.67", 6.666666667, True),
        ("-2.50", -2.5, True),
        ("0.26", 0.263, True),
        ("0.3", 0.26, True),
        ("0.02", 0.2, False),
        ("3.0", 2.96, True),
        ("0.0", -0.04, True),
        ("1,167", 1167.4, True),
        ("1,167", 116.7, False),
        ("−14.3", -14.3, True),
        ("0·028", 0.0281, True),  # the point of The Lancet
        ("95.2%", 95.19, True),
        (".05", 0.049, True),
        ("+3", 3.2, True),
        ("5.", 5.4, True),
        ("p=0.003", 0.0034, True),
        ("P = 0.003", 0.0036, False),
        ("p-value=0.017", 0.0171, True),
        ("p<0.05", 0.049999, True),
        ("p<0.05", 0.05, False),
        ("< 0.001", 0.0009, True),
        ("≤0.05", 0.05, True),
        ("<=0.05", 0.1 + 0.2 - 0.25, True),  # 0.05 but for the last bit
        ("p>0.05", 0.1 + 0.2 - 0.25, False),
        (">0.05", 0.051, True),
        (">=10", 10.0, True),
        ("≥10", 9.9, False),
        ("significant", 0.05, True),
        ("significant", 0.0501, False),
        ("not significant", 0.05, False),
        ("Not  significant", 0.0501, True),
        ("NS", 0.6, True),
        ("n.s.", 0.04, False),
    ],
)
def test_a_value_is_what_is_printed(text: str, value: float, is_of: bool) -> None:
    printed = read_printed(text)
    assert printed is not None
    assert printed.is_of(value) is is_of


@pytest.mark.parametrize("text", ["51", "p<0.05", "not significant", ">0.05"])
def test_a_missing_value_is_nothing_that_is_printed(text: str) -> None:
    printed = read_printed(text)
    assert printed is not None
    assert not printed.is_of(math.nan)


@pytest.mark.parametrize(
    "text", ["NE", "", "p", "-", "0.1-0.5", "1,5", "1,16,7", "12 (34.5)", "p 0.05", "about 5", "."]
)
def test_other_texts_say_nothing_of_a_number(text: str) -> None:
    assert read_printed(text) is None

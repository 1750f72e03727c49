"""Numbers as people write them, and what Python or pandas would take for one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.io.number_text import number_of, whole_number_of
from adamline.io.numbers_of_texts import numbers_of_texts

NO_NUMBERS = [
    *(
        "1_0",
        "1_000.5",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1e400",
        "0x10",
        "1,5",
        "1 2",
        "",
        " ",
        ".",
        "-",
        "e5",
    ),
    *("e5", "1e", "--1", "\u0661\u0662", "\uff11", "\u0663.\u0665", "\u00bd", "\u00b2", "1\n", "True", "1d5"),
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    for read in (number_of, whole_number_of, lambda text: numbers_of_texts(pd.Series([text], dtype="str"))):
        with pytest.raises(ValueError, match="is not a decimal number such as"):
            read(text)


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1.0), ("-1.50", -1.5), ("+.5", 0.5), ("5.", 5.0), ("1E-7", 1e-7), (" 2\t", 2.0)]
)
def test_numbers(text: str, number: float) -> None:
    assert number_of(text) == number
    assert numbers_of_texts(pd.Series([text, None], dtype="str")).tolist()[0] == number


def test_whole_numbers() -> None:
    assert [whole_number_of(text) for text in ("12", "12.0", "-3", "1e2")] == [12, 12, -3, 100]
    with pytest.raises(ValueError, match=r"'1\.5' is not a whole number such as 12"):
        whole_number_of("1.5")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_text_of_a_number_is_that_number(number: float) -> None:
    assert number_of(repr(number)) == number

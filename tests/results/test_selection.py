"""Limits and denominators of results read back as they were written."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.errors import FileFormatError
from adamline.results.selection import Kind, Limit, Selection, Selector, limits_text, read_denominator, read_limits

LIMITS = (
    Limit(Kind.WITH, "ADSL"),
    Limit(Kind.WITHOUT, "ADAE", "AESER = 'Y: of ADAE'"),
    Limit(Kind.HIGHEST, "ADAE", "AESEV = 'MILD'", "AESEVN"),
    Limit(Kind.HIGHEST, "ADAE", "TRTA = 'A'", "AVAL", "AEDECOD", ("IT'S", "A, B", "(C)|]")),
)


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_reads_back(limit: Limit) -> None:
    assert read_limits(str(limit)) == (limit,)


def test_a_denominator_reads_back_with_its_limits() -> None:
    assert read_limits(limits_text(*LIMITS)) == LIMITS
    selection = Selection("ADLB", "PARAMCD = 'X: Y'", LIMITS)
    assert read_denominator(str(selection)) == selection
    assert read_denominator("") is None


def test_a_line_that_is_no_limit_is_an_error() -> None:
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_limits("some ADSL")


def test_of_equal_highest_records_the_first_category_counts() -> None:
    frame = pd.DataFrame(
        {
            "USUBJID": ["1", "1", "1", "2", "2", "3"],
            "AVAL": [2.0, 2, 1, None, None, 5],
            "AVALCAT1": ["B", "A", "C", "C", "B", "C"],
        }
    )
    selector = Selector(lambda _, names: frame[list(names)])

    def rows(limit: Limit) -> list[int]:
        return [n for n, kept in enumerate(selector.rows(Selection("ADLB", "", (limit,)))) if kept]

    assert rows(Limit(Kind.HIGHEST, "ADLB", "", "AVAL")) == [0, 1, 3, 4, 5]
    assert rows(Limit(Kind.HIGHEST, "ADLB", "", "AVAL", "AVALCAT1", ("A", "B", "C"))) == [1, 4, 5]

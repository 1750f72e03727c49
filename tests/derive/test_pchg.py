"""Tests of derive.pchg."""

from __future__ import annotations

import pytest

from adamline.derive.pchg import derive_pchg
from adamline.errors import DataError

CASES = """
        AVAL BASE AVISITN | PCHG
        30   20   2       | 50
        10   20   2       | -50
        20   20   0       | {at_baseline}
        -1   -2   2       | {negative}
        5    0    2       | .
        .    20   2       | .
        5    .    2       | .
        """


@pytest.mark.parametrize(
    ("arguments", "at_baseline", "negative"),
    [({}, "0", "-50"), ({"divisor": "size"}, "0", "50"), ({"where": "AVISITN > 0"}, ".", "-50")],
)
def test_percent_of_the_baseline(derives, arguments, at_baseline, negative):
    derives(derive_pchg, CASES.format(at_baseline=at_baseline, negative=negative), **arguments)


def test_text_is_an_error(table):
    with pytest.raises(DataError, match="BASE is not a number"):
        derive_pchg(table("AVAL BASE\n1 'x'"))

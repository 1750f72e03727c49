"""A text and its number: the number of a text is one."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.study.number_pairs import check_number_pairs


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        # As `{TRTPN: TRT01P}` in the place of `{TRTPN: TRT01PN}` has it.
        (["A", "B", None], ["2 records have a text in TRTPN, which is the number of TRTP by its name"]),
        ([1.0, 2.0, None], []),
        ([None, None, None], []),
    ],
)
def test_a_text_in_the_place_of_a_number(numbers: list[object], said: list[str]) -> None:
    frame = pd.DataFrame({"TRTP": ["A", "B", "C"], "TRTPN": numbers})
    found = [tally.finding() for _, tally in check_number_pairs(frame, list(frame))]
    assert [one.message for one in found if one] == said

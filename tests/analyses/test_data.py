"""What an output is made from: attributes of parameters that are absent or wrong."""

from __future__ import annotations

import pytest

from adamline.analyses.data import AnalysisData
from adamline.errors import DataError


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({}, "ALT has no decimals"),
        ({"decimals": ""}, "ALT has no decimals"),
        ({"decimals": "1.5"}, "not a count"),
        ({"decimals": "-1"}, "not a count"),
        ({"decimals": "13"}, "not a count"),
        ({"decimals": "²"}, "not a count"),
    ],
)
def test_decimals_that_are_no_count(attributes: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        AnalysisData({}, {"ALT": attributes}).decimals("ALT")


def test_decimals_and_attributes() -> None:
    data = AnalysisData({}, {"ALT": {"decimals": "12", "PARAM": "ALT (U/L)"}})
    assert (data.decimals("ALT"), data.attribute("ALT", "PARAM")) == (12, "ALT (U/L)")

"""What a kind is given: attributes of parameters that are absent or wrong."""

from __future__ import annotations

import pytest

from adamline.errors import DataError
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._options import OutputOptions


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


def test_page_without_run_and_cut_off() -> None:
    options = OutputOptions.model_validate({"output": "T-1", "kind": "x", "title": ["A", "B"], "empty": "Nobody."})
    layout = page_of(options, PageContext(), "ADSL")
    assert (layout.titles, layout.population, layout.source, layout.empty) == (
        ("A", "B"),
        "",
        "Source: ADSL",
        "Nobody.",
    )

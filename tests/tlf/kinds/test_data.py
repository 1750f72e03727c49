"""What stands around the body of a page."""

from __future__ import annotations

from adamline.analyses.options import OutputOptions
from adamline.tlf.kinds._data import PageContext, page_of


def test_page_without_run_and_cut_off() -> None:
    options = OutputOptions.model_validate({"output": "T-1", "kind": "x", "title": ["A", "B"], "empty": "Nobody."})
    layout = page_of(options, PageContext(), "ADSL")
    found = layout.titles, layout.population, layout.source, layout.empty
    assert found == (("A", "B"), "", "Source: ADSL", "Nobody.")

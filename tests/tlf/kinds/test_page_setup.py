"""From a spec's page to the measures of the paper."""

from __future__ import annotations

import pytest

from adamline.analyses.options import OutputOptions
from adamline.spec.page import PageSpec
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.kinds._page_setup import page_setup
from adamline.tlf.layout import PageSetup


def test_nothing_said_is_the_usual_page() -> None:
    assert page_setup(PageSpec()) == PageSetup()


@pytest.mark.parametrize(
    ("paper", "orientation", "inches"),
    [
        ("letter", "landscape", (11, 8.5)),
        ("letter", "portrait", (8.5, 11)),
        ("A4", "landscape", (11.69, 8.27)),
        ("A4", "portrait", (8.27, 11.69)),
    ],
)
def test_sheets(paper: str, orientation: str, inches: tuple[float, float]) -> None:
    setup = page_setup(PageSpec.model_validate({"paper": paper, "orientation": orientation}))
    assert (setup.width, setup.height) == inches


def test_type_and_margins() -> None:
    page = {"font": "Arial", "font_size": "8", "margins": {"left": "0.5", "bottom": "1.25"}}
    expected = PageSetup(font="Arial", font_size=8, margin_left=0.5, margin_bottom=1.25)
    assert page_setup(PageSpec.model_validate(page)) == expected


def test_panels_go_across_unless_the_page_says_down() -> None:
    assert not page_setup(PageSpec.model_validate({"panels": "across"})).panels_down
    assert page_setup(PageSpec.model_validate({"panels": "down"})).panels_down


def test_the_page_of_the_study_reaches_a_layout_and_an_output_comes_before_it() -> None:
    study = PageContext(page=PageSpec.model_validate({"paper": "A4", "font_size": "8"}))
    spec = {"output": "T-1", "kind": "x", "title": "T"}
    assert page_of(OutputOptions.model_validate(spec), study, "ADSL").page == PageSetup(11.69, 8.27, font_size=8)
    own = OutputOptions.model_validate(spec | {"page": {"paper": "letter", "orientation": "portrait"}})
    assert page_of(own, study, "ADSL").page == PageSetup(8.5, 11, font_size=8)

"""The page of a spec: what may stand there, and what comes before what."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from adamline.spec.page import Font, Margins, Orientation, PageSpec, Paper
from adamline.tlf.metrics import FACE_OF_FONT


def test_an_output_comes_before_the_study_part_by_part() -> None:
    study = PageSpec(paper=Paper.A4, font_size=8, margins=Margins(left=0.5, top=1.5))
    output = PageSpec(orientation=Orientation.PORTRAIT, font_size=7, margins=Margins(left=2))
    assert output.over(study) == PageSpec(
        paper=Paper.A4, orientation=Orientation.PORTRAIT, font_size=7, margins=Margins(left=2, top=1.5)
    )
    assert PageSpec().over(study) == study == study.over(PageSpec())


@pytest.mark.parametrize(
    "page",
    [
        {"paper": "A5"},
        {"orientation": "upright"},
        {"font": "Comic Sans MS"},
        {"font_size": "5"},
        {"font_size": "9.3"},
        {"font_size": "nan"},
        {"margins": {"left": "0.2"}},
        {"margins": {"inner": "1"}},
        {"size": "9"},
    ],
)
def test_what_is_no_page(page: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PageSpec.model_validate(page)


def test_fonts_are_those_whose_widths_are_known() -> None:
    assert set(get_args(Font)) == set(FACE_OF_FONT)

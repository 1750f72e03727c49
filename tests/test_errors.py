"""The place of an error is put together from the inside and the outside."""

from __future__ import annotations

import pytest

from adamline.errors import AdamlineError, Place

SPEC = Place("adlb.yaml", 12, dataset="ADLB")


@pytest.mark.parametrize(
    ("inner", "whole"),
    [
        (Place(), "adlb.yaml, line 12, dataset ADLB"),
        (Place(record=3), "adlb.yaml, line 12, dataset ADLB, record 3"),
        (Place("adlb.yaml", 7), "adlb.yaml, line 7, dataset ADLB"),
        (Place("lb.xpt", record=3), "lb.xpt, dataset ADLB, record 3"),  # line 12 is not one of this file
        (Place("docx/page.xml.j2", 4), "docx/page.xml.j2, line 4, dataset ADLB"),
    ],
)
def test_a_line_is_one_of_its_file(inner: Place, whole: str) -> None:
    assert str(AdamlineError("No.", place=inner).at(SPEC).place) == whole

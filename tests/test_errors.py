"""The place of an error is put together from the inside and the outside."""

from __future__ import annotations

import pickle

import pytest

from adamline.errors import AdamlineError, DataError, OutputsError, Place, SpecError
from adamline.study.inputs import InputsError

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


@pytest.mark.parametrize(
    "error",
    [
        DataError("No.", place=SPEC, expected="a", found="b", hint="c"),
        SpecError([AdamlineError("No.", place=SPEC), AdamlineError("Neither.")]),
        OutputsError([AdamlineError("No.", place=SPEC)]),
        InputsError([DataError("No.", place=SPEC)]),
    ],
)
def test_an_error_of_another_process_arrives_as_it_was(error: AdamlineError) -> None:
    there = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(there), str(there), there.place) == (type(error), str(error), error.place)

"""Tests of derive.missing."""

from __future__ import annotations

import pytest

from adamline.derive.copied_records import add_copied_records
from adamline.derive.missing import derive_missing
from adamline.io.dataset import kind_of


@pytest.mark.parametrize("kind", ["text", "number", "date", "datetime", "time"])
@pytest.mark.parametrize("records", [0, 2])
def test_missing_on_every_record_and_of_its_type(table, kind, records):
    frame = table("USUBJID\n01\n02").iloc[:records]
    made = derive_missing(frame, variable="NEW", kind=kind)
    assert made["NEW"].isna().all() and len(made) == records
    assert kind_of(made["NEW"]) == kind


def test_added_records_fill_it(table, plain):
    adlb = derive_missing(table("USUBJID LBSEQ\n01 1\n01 2"), variable="DTYPE")
    assert plain(add_copied_records(adlb, where="LBSEQ = 2", set_={"DTYPE": "LOCF"})["DTYPE"]) == [None, None, "LOCF"]

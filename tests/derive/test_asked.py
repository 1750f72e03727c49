"""What a run says of the conditions of any derivation, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adamline.contract import contract_of
from adamline.derive._asked import check_conditions
from adamline.derive.chg import derive_chg
from adamline.derive.copied_records import add_copied_records
from adamline.derive.exists import derive_exists

FRAME = pd.DataFrame(
    {
        "USUBJID": ["01", "01", "02"],
        "AVAL": [1.0, 2, 3],
        "BASE": 1.0,
        "ADT": pd.to_datetime(["2014-01-02", None, None]),
        "TRTSDT": pd.to_datetime(["2014-01-01", "2014-01-01", None]),
    }
)


def said(function: Any, **arguments: Any) -> list[tuple[str, str, str]]:
    contract, made = contract_of(function), function(FRAME, **arguments)
    assert contract
    tallies = check_conditions(contract, FRAME, made, arguments)
    return [(one.severity.name, one.message, one.place.keys) for tally in tallies if (one := tally.finding())]


def test_records_that_a_missing_value_keeps_out() -> None:
    message = "2 records are not selected by `where`, since a comparison with a missing value is open: ADT is missing"
    assert said(derive_chg, where="ADT > TRTSDT") == [("NOTE", message, "USUBJID=01; USUBJID=02")]
    assert said(derive_chg, where="ADT is not missing and ADT > TRTSDT") == []
    assert said(derive_chg) == []


def test_a_condition_that_selects_no_record() -> None:
    message = "`where` selects no record: AVAL = 99"
    assert said(derive_chg, where="AVAL = 99") == [("NOTE", message, "")]
    assert said(add_copied_records, where="AVAL = 99", set_={"USUBJID": "03"}) == [("NOTE", message, "")]
    assert said(add_copied_records, where="AVAL = 1", set_={"USUBJID": "03"}) == []


def test_a_condition_on_another_dataset() -> None:
    source = FRAME.assign(DOSE=[None, 0.0, 0])
    found = said(derive_exists, variable="DOSED", source=source, where="DOSE > 0")
    assert found == [
        (
            "NOTE",
            "1 record is not selected by `where`, since a comparison with a missing value is open: DOSE is missing",
            "USUBJID=01",
        ),
        ("NOTE", "`where` selects no record: DOSE > 0", ""),
    ]

"""What a run says of the conditions of any derivation, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adamline.contract import Case, contract_of
from adamline.derive._asked import check_conditions, check_values
from adamline.derive.case_when import derive_case_when
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


def test_values_of_a_condition_by_which_no_record_is_selected() -> None:
    frame = FRAME.assign(AEREL=["PROBABLE", "NONE", "POSSIBLE"], SEX=["F", "F", "M"])

    def of(where: str, has_all: bool = True) -> list[str]:
        return [
            one.message for tally in check_values(frame, where, "where", has_all=has_all) if (one := tally.finding())
        ]

    # Of a list or of terms joined by OR each value must select something; of AND `where` alone says what it selects.
    said = "1 value of `where` selects no record: AEREL 'POSIBLE'"
    assert of("AEREL in ('PROBABLE', 'POSIBLE')") == [said]
    assert of("AEREL = 'POSIBLE' or SEX = 'F'") == of("not (AEREL <> 'POSIBLE' and SEX <> 'F')") == [said]
    assert of("AEREL in ('PROBABLE', 'POSSIBLE')") == of("AEREL = 'PROBABLE' and SEX = 'F'") == []
    # The value is there, but not where the condition selects.
    assert of("SEX = 'M' and AEREL in ('NONE', 'POSSIBLE')") == ["1 value of `where` selects no record: AEREL 'NONE'"]
    # That nothing is selected at all is said elsewhere.
    assert of("AEREL in ('A', 'B')") == []
    said = "2 values of `where` leave out no record, as none has them: AEREL 'none'; AVAL 9"
    assert of("AEREL <> 'none' and AVAL not in (9, 3) and not (SEX = 'M')") == [said]
    assert of("AEREL <> 'none'", has_all=False) == []


def test_values_of_parts_of_the_data_add_up() -> None:
    one, two = FRAME.assign(AEREL="A"), FRAME.assign(AEREL="B")
    (first,), (second,) = (tuple(check_values(part, "AEREL in ('A', 'B', 'C')", "where")) for part in (one, two))
    found = first.plus(second).finding()
    assert found and found.message == "1 value of `where` selects no record: AEREL 'C'"
    (first,), (second,) = (tuple(check_values(part, "AEREL not in ('A', 'C')", "where")) for part in (one, two))
    found = first.plus(second).finding()
    assert found and found.message == "1 value of `where` leaves out no record, as none has it: AEREL 'C'"


def test_values_of_rows_of_cases() -> None:
    frame = FRAME.assign(RACE=["WHITE", "ASIAN", "WHITE"])
    rows = [Case(when="RACE in ('WHITE', 'BLACK')", value="1"), Case(when="RACE <> 'OTHERS'", value="2")]
    contract = contract_of(derive_case_when)
    assert contract
    made = derive_case_when(frame, variable="RACEN", rows=rows)
    found = [one.message for t in check_conditions(contract, frame, made, {"rows": rows}) if (one := t.finding())]
    assert found == [
        "1 value of `when` selects no record: RACE 'BLACK'",
        "1 value of `when` leaves out no record, as none has it: RACE 'OTHERS'",
    ]


def test_of_a_source_whose_other_records_may_not_have_been_read_nothing_is_said_of_them() -> None:
    source = FRAME.assign(DOSE=[1.0, 2.0, 4.0])
    assert said(derive_exists, variable="DOSED", source=source, where="DOSE <> 3") == []
    found = said(derive_exists, variable="DOSED", source=source, where="DOSE in (1, 3)")
    assert found == [("NOTE", "1 value of `where` selects no record: DOSE 3", "")]

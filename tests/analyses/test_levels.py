"""The order of categories: that of their ADaM partner or of the number that is named, and what keeps it from them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.analyses import table
from adamline.analyses.count import Options as CountOptions
from adamline.analyses.data import AnalysisData
from adamline.analyses.frames import records_of
from adamline.analyses.levels import check_levels, check_levels_of_both, levels_of_both, ordered_levels, partner_of
from adamline.errors import DataError
from adamline.io.dataset import Dataset, Variable, kind_of

AGES = pd.DataFrame(
    {
        "USUBJID": list("abcde"),
        "AGEGR1": ["65-80", ">80", "<65", "<65", None],
        "AGEGR1N": [2, 3, 1, 1, None],
        "ARM": list("AABBB"),
    }
)


def levels(frame: pd.DataFrame, variable: str, order_by: str | None = None) -> list[str]:
    return [level.name for level in ordered_levels(records_of(frame), variable, order_by)]


@pytest.mark.parametrize(
    ("variable", "number"),
    [
        ("AGEGR1", "AGEGR1N"),
        ("TRTSEQP", "TRTSEQPN"),
        # ADaMIG 1.3, 3.3.2 and 3.3.4: the names that are shortened, and the three variables of a parameter.
        ("AVALCAT1", "AVALCA1N"),
        ("BASECAT2", "BASECA2N"),
        ("PCHGCAT1", "PCHGCA1N"),
        ("CHGCAT1", "CHGCAT1N"),
        ("PARAM", "PARAMN"),
        ("PARAMCD", "PARAMN"),
    ],
)
def test_the_partner_of_a_variable(variable: str, number: str) -> None:
    assert partner_of(variable) == number


def test_categories_are_in_the_order_of_their_partner_whatever_the_order_of_records() -> None:
    assert levels(AGES, "AGEGR1") == ["<65", "65-80", ">80"]
    assert levels(AGES.iloc[::-1], "AGEGR1") == ["<65", "65-80", ">80"]
    assert levels(AGES.drop(columns="AGEGR1N"), "AGEGR1") == ["65-80", "<65", ">80"]  # that of their text


def test_a_partner_that_is_a_text_gives_no_order() -> None:
    assert levels(AGES.assign(AGEGR1N=AGES["AGEGR1N"].astype("str")), "AGEGR1") == ["65-80", "<65", ">80"]


def test_another_number_orders_by_its_lowest_value() -> None:
    frame = pd.DataFrame({"PARCAT1": ["URIN", "CHEM", "URIN", "HEMA"], "PARAMN": [9, 3, 1, 2]})
    assert levels(frame, "PARCAT1", "PARAMN") == ["URIN", "HEMA", "CHEM"]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([2, 3, 1, 2, None], "65-80 has 2 (1); <65 has 1 (1), 2 (1)"),
        ([2, 2, 1, 1, None], "65-80 has 2 (1); >80 has 2 (1)"),
        ([None, 3, 1, None, 7], "65-80 has none (1); <65 has 1 (1), none (1)"),
    ],
)
def test_a_partner_that_is_not_one_to_one(numbers: list[float | None], found: str) -> None:
    """It is an error where it was named, and else a warning that counts; the order is then that of the text."""
    frame = AGES.assign(AGEGR1N=pd.Series(numbers, dtype="float64"))
    with pytest.raises(DataError, match="AGEGR1N does not put the values of AGEGR1 in one order") as raised:
        levels(frame, "AGEGR1", "AGEGR1N")
    assert raised.value.found == found
    assert levels(frame, "AGEGR1") == ["65-80", "<65", ">80"]
    (finding,) = check_levels(records_of(frame), "AGEGR1")
    message = "AGEGR1 is in the order of its text, since AGEGR1N is not one to one with it"
    assert finding.message == f"{message}: {found}"
    assert check_levels(records_of(AGES), "AGEGR1") == ()


def test_two_levels_of_one_lowest_number_have_no_order() -> None:
    frame = pd.DataFrame({"PARCAT1": ["CHEM", "URIN", "URIN", "HEMA"], "PARAMN": [1, 1, 3, None]})
    with pytest.raises(DataError) as raised:
        levels(frame, "PARCAT1", "PARAMN")
    assert raised.value.found == "CHEM has 1 (1); HEMA has none (1); URIN has 1 (1), 3 (1)"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"count": "AGEGR1", "levels": ["<65"], "order_by": "AGEGR1N"}, "either levels .* or order_by"),
        ({"count": "AGEGR1", "sort": "frequency", "order_by": "AGEGR1N"}, "either sort or order_by"),
        ({"count": ["RACE", "AGEGR1"], "order_by": "AGEGR1N"}, "order_by: say for which variable"),
        ({"count": "AGEGR1", "order_by": {"RACE": "RACEN"}}, "order_by: RACE is not counted; there are AGEGR1"),
        ({"count": "subjects", "order_by": "AGEGR1N"}, "order_by: say for which variable"),
    ],
)
def test_orders_that_a_row_cannot_name(row: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CountOptions.model_validate(row)


def made(frame: pd.DataFrame, *rows: dict[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    data = Dataset("ADSL", frame, tuple(Variable(name, kind_of(frame[name])) for name in frame))
    spec = {"output": "T-1", "kind": "table", "title": "T", "population": {"from": "ADSL"}, "rows": rows}
    found = table.analyse(AnalysisData({"ADSL": data}), table.Options.model_validate(spec))
    return found.results, [finding.message for finding in found.findings]


def test_rows_of_a_table_in_order() -> None:
    """Of a count, of groupings and of both categories of a shift; what is missing comes last."""
    frame = AGES.assign(BASECAT1=AGES["AGEGR1"], BASECA1N=-AGES["AGEGR1N"])
    results, findings = made(
        frame,
        {"count": "AGEGR1"},
        {"by": "AGEGR1", "rows": [{"count": "subjects", "as": "by"}]},
        {"shift": "AGEGR1", "from": "BASECAT1", "order_by": {"AGEGR1": "AGEGR1N"}, "total": "All"},
    )
    counts = results[(results["analysis"] == "count AGEGR1") & (results["stat_name"] == "n")]
    assert list(counts["variable_level"]) == ["<65", "65-80", ">80", "(missing)"]
    grouped = results[(results["analysis"] == "by") & (results["stat_name"] == "n")]
    assert list(grouped["group1_level"]) == ["<65", "65-80", ">80"]
    shifts = results[(results["analysis"] == "shift AGEGR1") & (results["stat_name"] == "n")]
    assert list(shifts["group1_level"].unique()) == [">80", "65-80", "<65", "(missing)", "All"]
    assert list(shifts["variable_level"].unique()) == ["<65", "65-80", ">80", "(missing)", "All"]
    assert findings == []


def test_a_partner_of_a_row_that_is_not_one_to_one_is_a_warning() -> None:
    frame = AGES.assign(AGEGR1N=[2.0, 3, 1, 2, 1])
    for row in ({"count": "AGEGR1"}, {"by": "AGEGR1", "rows": [{"count": "subjects"}]}):
        _, findings = made(frame, row)
        assert [message[:40] for message in findings] == ["AGEGR1 is in the order of its text, sinc"]
    with pytest.raises(DataError, match="in one order"):
        made(frame, {"count": "AGEGR1", "order_by": "AGEGR1N"})


def test_ratings_of_two_variables_are_in_one_order() -> None:
    frame = pd.DataFrame(
        {"BSEV": ["MILD", "SEVERE"], "BSEVN": [1.0, 3], "ASEV": ["NONE", "MODERATE"], "ASEVN": [0.0, 2]}
    )
    assert [level.name for level in levels_of_both(records_of(frame), "BSEV", "ASEV")] == [
        "NONE",
        "MILD",
        "MODERATE",
        "SEVERE",
    ]
    assert check_levels_of_both(records_of(frame), "BSEV", "ASEV") == ()


def test_ratings_whose_partners_disagree_are_in_the_order_of_their_text_and_said() -> None:
    frame = pd.DataFrame({"BSEV": ["MILD", "SEVERE"], "BSEVN": [2.0, 3], "ASEV": ["NONE", "MILD"], "ASEVN": [0.0, 1]})
    assert [level.name for level in levels_of_both(records_of(frame), "BSEV", "ASEV")] == ["MILD", "NONE", "SEVERE"]
    (finding,) = check_levels_of_both(records_of(frame), "BSEV", "ASEV")
    assert finding.message == (
        "BSEV with ASEV is in the order of its text, since BSEVN with ASEVN is not one to one with it: "
        "MILD has 1 (1), 2 (1)"
    )

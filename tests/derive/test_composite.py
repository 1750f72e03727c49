"""Tests of derive.composite, by the laws of Hy as they are written in protocols."""

from __future__ import annotations

import pytest

from adamline.derive.composite import add_composite
from adamline.errors import ConditionError, DataError, DerivationError

HYLAW = {"parameter": "HYLAW", "when": "(ALT >= 3 or AST >= 3) and BILI >= 2", "of": "R2A1HI", "latest": []}


def added(plain, frame, **arguments):
    """The added records: subject, visit, parameter, AVAL."""
    made = add_composite(frame, **{**HYLAW, **arguments}).iloc[len(frame) :]
    columns = [plain(made[name]) for name in ("USUBJID", "AVISIT", "PARAMCD", "AVAL")]
    return list(zip(*columns, strict=True))


def visit(table, rows):
    """Records of one visit of a subject: PARAMCD and R2A1HI."""
    lines = [f"01 'Week 2' 2 {row} 9" for row in rows.split(", ")]
    return table("\n".join(["USUBJID AVISIT AVISITN PARAMCD R2A1HI AVAL", *lines]))


@pytest.mark.parametrize(
    ("ratios", "aval"),
    [
        ("ALT 3, AST 1, BILI 2", 1.0),
        ("ALT 1, AST 3, BILI 2", 1.0),
        ("ALT 1, AST 1, BILI 2", 0.0),
        ("ALT 3, AST 3, BILI 1.9", 0.0),
        ("ALT 3, BILI 2", 1.0),  # true whatever AST is
        ("ALT 1, BILI 2", None),  # open: AST decides
        ("ALT 1, AST ., BILI 2", None),
        ("BILI 1", 0.0),  # false whatever the others are
        ("ALT 3, AST 3, BILI .", None),
        ("AST 9", None),
    ],
)
def test_one_where_the_condition_holds_zero_where_it_fails_missing_where_it_is_open(table, plain, ratios, aval):
    assert added(plain, visit(table, ratios)) == [("01", "Week 2", "HYLAW", aval)]
    decided = [] if aval is None else [("01", "Week 2", "HYLAW", aval)]
    assert added(plain, visit(table, ratios), undecided="no record") == decided


def test_a_visit_without_any_of_the_parameters_has_no_record(table, plain):
    assert added(plain, visit(table, "CREAT 5, SODIUM 1")) == []


LABS = """
    USUBJID AVISIT     AVISITN PARAMCD AVAL AVALC R2A1HI ADT        ANL01FL DTYPE
    01      'Week 2'   2       ALT     99   H     3      2014-01-16 Y       .
    01      'Week 2'   2       BILI    30   N     1      2014-01-17 Y       .
    01      'Week 2'   2       BILI    50   H     2      2014-01-19 .       .
    01      'Week 4'   4       ALT     20   N     1      2014-01-30 Y       .
    02      'Week 2'   2       ALT     90   H     3      .          Y       .
    02      'Week 2'   2       BILI    55   H     2      2014-01-20 Y       .
    """
BOTH = {"when": "ALT >= 3 and BILI >= 2", "where": "ANL01FL = 'Y'"}


def test_records_that_where_selects_by_subject_and_visit(table, plain):
    labs = table(LABS).astype({"DTYPE": "str"})
    assert added(plain, labs, **BOTH) == [
        ("01", "Week 2", "HYLAW", 0.0),
        ("01", "Week 4", "HYLAW", 0.0),
        ("02", "Week 2", "HYLAW", 1.0),
    ]
    with pytest.raises(DerivationError, match="1 key has several records") as error:
        add_composite(labs, **{**HYLAW, "when": BOTH["when"]})
    assert "USUBJID=01, AVISIT=Week 2, AVISITN=2, PARAMCD=BILI" in error.value.place.keys


def test_values_may_be_text(table, plain):
    """At Week 4 ALT is N and there is no BILI: one that fails decides an `and`."""
    text = {**BOTH, "when": "ALT = 'H' and BILI = 'H'", "of": "AVALC"}
    assert [aval for *_, aval in added(plain, table(LABS), **text)] == [0.0, 0.0, 1.0]


def test_constants_and_the_latest_date(table, plain):
    labs = table(LABS).astype({"DTYPE": "str"})
    made = add_composite(labs, **{**HYLAW, **BOTH, "latest": ["ADT"], "set_": {"DTYPE": "DERIVED"}}).iloc[len(labs) :]
    assert made["ADT"].dt.strftime("%F").tolist() == ["2014-01-17", "2014-01-30", "2014-01-20"]
    assert plain(made["DTYPE"]) == ["DERIVED"] * 3
    assert plain(made["R2A1HI"]) == [None] * 3


def test_a_parameter_added_before_can_stand_in_the_condition(table, plain):
    labs = visit(table, "ALT 1, AST 3, BILI 2")
    both = add_composite(labs, parameter="TRANSHY", when="ALT >= 3 or AST >= 3", of="R2A1HI", latest=[])
    made = add_composite(both, parameter="HYLAW", when="TRANSHY = 1 and BILI > 8", latest=[])
    assert plain(made["PARAMCD"].iloc[-2:]) == ["TRANSHY", "HYLAW"]
    assert plain(made["AVAL"].iloc[-2:]) == [1.0, 1.0]


def test_errors(table):
    labs = visit(table, "ALT 1")
    with pytest.raises(DataError, match="no variable R2A1HIGH"):
        add_composite(labs, **{**HYLAW, "of": "R2A1HIGH"})
    with pytest.raises(ConditionError, match="write =") as error:
        add_composite(labs, **{**HYLAW, "when": "ALT == 3"})
    assert error.value.what
    with pytest.raises(DataError, match="no variable WHY"):
        add_composite(labs, **HYLAW, set_={"WHY": "x"})

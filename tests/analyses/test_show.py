"""Levels that a table lists once, for groupings that list none: so a template takes its parameters and visits."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.analyses.data import AnalysisData
from adamline.analyses.table import Options, analyse
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results import ard

ADLB = pd.DataFrame(
    {
        "USUBJID": ["1", "1", "2", "2", "2"],
        "PARAMCD": ["ALT", "AST", "ALT", "ALT", "AST"],
        "AVISIT": ["Week 2", "Week 2", "Week 2", "Week 4", "Week 4"],
        "AVISITN": [2.0, 2, 2, 4, 4],
        "AVAL": [10.0, 20, 12, 14, 24],
    }
)
ROWS = [{"by": "PARAMCD", "rows": [{"by": "AVISIT", "order_by": "AVISITN", "rows": [{"summary": "AVAL"}]}]}]


def options(**other: Any) -> Options:
    return Options.model_validate(
        {"output": "T-1", "kind": "table", "title": "T", "records": {"from": "ADLB"}, "rows": ROWS, **other}
    )


def levels_of(chosen: Options) -> list[tuple[str, str]]:
    variables = tuple(Variable(name, Kind.NUMBER if ADLB[name].dtype == float else Kind.TEXT) for name in ADLB)
    data = AnalysisData({"ADLB": Dataset("ADLB", ADLB, variables)}, {code: {"PARAM": code} for code in ("ALT", "AST")})
    results = analyse(data, chosen).results
    n = results[(results["analysis"] == "summary AVAL") & (results["stat_name"] == "n")]
    return list(zip(ard.levels_of(n, "PARAMCD"), ard.levels_of(n, "AVISIT"), strict=True))


def test_without_it_levels_are_those_of_the_records() -> None:
    pairs = [("ALT", "Week 2"), ("ALT", "Week 4"), ("AST", "Week 2"), ("AST", "Week 4")]
    assert levels_of(options()) == pairs


def test_listed_levels_take_the_place_of_an_order() -> None:
    shown = options(show={"PARAMCD": ["AST"], "AVISIT": ["Week 4", "Week 2"]})
    assert levels_of(shown) == [("AST", "Week 4"), ("AST", "Week 2")]


def test_a_grouping_that_lists_its_own_keeps_them() -> None:
    rows = [{**ROWS[0], "show": ["ALT"]}]
    shown = options(rows=rows, show={"PARAMCD": ["AST"], "AVISIT": ["Week 2"]})
    assert levels_of(shown) == [("ALT", "Week 2")]


def test_levels_may_have_labels_and_stand_under_a_heading() -> None:
    rows = [{"label": "Liver", "rows": ROWS}]
    shown = options(rows=rows, show={"AVISIT": {"Week 2": "After two weeks"}})
    assert levels_of(shown) == [("ALT", "Week 2"), ("AST", "Week 2")]
    assert shown.shown_attributes == {}
    assert options(show={"PARAMCD": ["AST"]}).shown_attributes == {"PARAM": ("AST",)}


@pytest.mark.parametrize(
    ("show", "message"),
    [
        ({"VISIT": ["Week 2"]}, "no rows are grouped by VISIT; did you mean AVISIT"),
        ({"AVISIT": ["Week 2", "Week 2"]}, "listed twice: Week 2"),
        ({"AVISIT": "Week 2"}, "valid tuple"),
    ],
)
def test_what_cannot_be_shown(show: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(show=show)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"footnotes": ["source", "source"]}, "listed twice: source"),
        ({"rows": [{"summary": "AVAL", "statistics": ["n", "mean_sd", "n"]}]}, "listed twice: n"),
    ],
)
def test_what_a_page_would_have_twice(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**more)

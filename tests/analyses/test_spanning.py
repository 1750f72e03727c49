"""Spanning heads: where they stand, worked by hand, and what cannot be one."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.analyses.columns import ColumnOptions
from adamline.analyses.table_options import Options
from adamline.tlf.table.columns import data_columns, table_header


def columns(**more: object) -> dict[str, object]:
    return {"by": "TRT01A", "order": ["Placebo", "Low", "Mid", "High"], "header_n": "none", **more}


def header(**more: object) -> list[list[tuple[str, int]]]:
    options = Options.model_validate(
        {
            "output": "T-1",
            "kind": "table",
            "title": ["T"],
            "records": {"from": "ADSL"},
            "columns": columns(**more),
            "rows": [{"count": "SEX"}],
        }
    )
    results = pd.DataFrame({name: [] for name in ("analysis", "variable_level", "stat_text", "group1", "variable")})
    rows = table_header(results, options, data_columns(options), {})
    return [[(cell.text, cell.span) for cell in row] for row in rows]


def test_heads_at_two_levels_stand_over_their_columns() -> None:
    spanning = [
        {"heading": "Xanomeline", "columns": ["Low", "Mid", "High"]},
        {"heading": "Lower doses", "columns": ["Low", "Mid"]},
        {"heading": "Tests", "columns": ["p", "q"]},
    ]
    beside = [{"heading": "p"}, {"heading": "q"}]
    assert header(spanning=spanning, beside=beside) == [
        [("", 1), ("", 1), ("Xanomeline", 3), ("", 1), ("", 1)],
        [("", 1), ("", 1), ("Lower doses", 2), ("", 1), ("Tests", 2)],
        [("", 1), ("Placebo", 1), ("Low", 1), ("Mid", 1), ("High", 1), ("p", 1), ("q", 1)],
    ]


def test_a_head_spans_what_stands_below_each_treatment() -> None:
    spanning = [{"heading": "Active", "columns": ["Mid", "High"]}]
    rows = header(spanning=spanning, below=[{"heading": "n"}, {"heading": "%"}])
    assert rows[0] == [("", 1)] * 5 + [("Active", 4)]
    assert rows[1] == [("", 1), *((name, 2) for name in ("Placebo", "Low", "Mid", "High"))]


def test_columns_of_differences_have_one_name() -> None:
    made = ColumnOptions.model_validate(
        columns(
            control="Placebo",
            difference={},
            beside=[{"heading": "p"}],
            spanning=[{"heading": "Against placebo", "columns": ["difference", "p"]}],
        )
    )
    ((_, first, count),) = made.spans({})[0]
    assert (first, count) == (4, 4)


def test_of_two_heads_over_the_same_columns_the_first_is_above() -> None:
    spanning = [{"heading": name, "columns": ["Low", "Mid"]} for name in ("upper", "lower")]
    assert [
        [cell.heading for cell, _, _ in row]
        for row in ColumnOptions.model_validate(columns(spanning=spanning)).spans({})
    ] == [
        ["upper"],
        ["lower"],
    ]


@pytest.mark.parametrize(
    ("spanning", "message"),
    [
        ([{"heading": "A", "columns": ["Low", "Midd"]}], "no column is Midd.*Mid"),
        ([{"heading": "A", "columns": ["Low", "High"]}], "do not stand side by side"),
        (
            [{"heading": "A", "columns": ["Placebo", "Low"]}, {"heading": "B", "columns": ["Low", "Mid"]}],
            "share some of their columns only",
        ),
        ([{"heading": "A", "columns": ["difference"]}], "no column is difference"),
    ],
)
def test_what_cannot_be_a_head_over_columns(spanning: list[object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ColumnOptions.model_validate(columns(spanning=spanning))

"""What a table shows: the order of levels, headings without records, changes at baseline, rows that are stored only."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError
from tests.tlf.kinds.drawing import dataset, subjects

from adamline.analyses import table
from adamline.analyses.data import AnalysisData, Made
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.table import lay_out
from adamline.tlf.layout import Layout

ARMS = {"P": 3, "D": 3}


def made(records: pd.DataFrame, rows: list[dict[str, Any]], **options: Any) -> tuple[Made, Layout]:
    spec = {
        "output": "T-1",
        "kind": "table",
        "title": "T",
        "population": {"from": "ADSL"},
        "records": {"from": "ADXX"},
        "columns": {"by": "TRTA", "population_by": "TRT01A", "order": list(ARMS), "control": "P"},
        "rows": rows,
        **options,
    }
    data = AnalysisData(
        {"ADSL": dataset("ADSL", subjects(ARMS)), "ADXX": dataset("ADXX", records)},
        {"WEIGHT": {"PARAM": "Weight (kg)", "decimals": "1"}},
    )
    asked = table.Options.model_validate(spec)
    found = table.analyse(data, asked)
    return found, lay_out(found.results, asked, PageContext())


def shown(layout: Layout) -> list[tuple[str, ...]]:
    return [row.cells for row in layout.rows]


EVENTS = pd.DataFrame(
    [
        ("S-001", "P", "Heart", "Angina"),
        ("S-001", "P", "Skin", "Rash"),
        ("S-002", "P", "Skin", "Itch"),
        ("S-002", "P", "Skin", "Rash"),
        ("S-003", "P", "Skin", "Rash"),
        ("S-004", "D", "Eye", "Pain"),
        ("S-005", "D", "Eye", "Pain"),
    ],
    columns=["USUBJID", "TRTA", "AEBODSYS", "AEDECOD"],
)
NESTED = [
    {
        "by": "AEBODSYS",
        "sort": "frequency",
        "rows": [
            {"count": "subjects", "label": "Any"},
            {"by": "AEDECOD", "empty": "drop", "sort": "frequency", "rows": [{"count": "subjects", "as": "term"}]},
        ],
    }
]


def test_levels_of_a_grouping_by_the_subjects_below_them() -> None:
    _, layout = made(EVENTS, NESTED)
    # Skin: 3 of P; Eye: 2 of D; Heart: 1. In Skin rash before itch.
    assert [(row.group, row.cells[0]) for row in layout.rows] == [
        (("Skin",), "Any"),
        (("Skin",), "Rash"),
        (("Skin",), "Itch"),
        (("Eye",), "Any"),
        (("Eye",), "Pain"),
        (("Heart",), "Any"),
        (("Heart",), "Angina"),
    ]
    of_drug = [{**NESTED[0], "sort": {"by": "frequency", "of": "D"}}]
    assert list(dict.fromkeys(row.group[0] for row in made(EVENTS, of_drug)[1].rows)) == ["Eye", "Heart", "Skin"]
    alphabet = [{**NESTED[0], "sort": "alphabet"}]
    assert list(dict.fromkeys(row.group[0] for row in made(EVENTS, alphabet)[1].rows)) == ["Eye", "Heart", "Skin"]


def test_a_sort_and_listed_levels_contradict() -> None:
    with pytest.raises(ValidationError, match="give either sort"):
        made(EVENTS, [{**NESTED[0], "show": ["Skin"]}])
    with pytest.raises(ValidationError, match="by frequency or alphabet"):
        made(EVENTS, [{**NESTED[0], "sort": "difference"}])


def test_a_heading_without_records_is_left_out_and_said_once() -> None:
    rows = [
        {"label": name, "where": f"AEBODSYS = '{name}'", "empty": "drop", "rows": [{"count": "subjects", "as": name}]}
        for name in ("Skin", "Ear", "Nose")
    ]
    found, layout = made(EVENTS, rows)
    assert [row.group for row in layout.rows] == [("Skin",)]
    (note,) = [one.message for one in found.findings if one.check == "no records"]
    assert note == "nobody has a record of Ear, Nose: left out (`empty: keep` shows them)"
    kept = [{**row, "empty": "keep"} for row in rows]
    assert len(made(EVENTS, kept)[1].rows) == 3


VALUES = pd.DataFrame(
    [
        (f"S-{number:03}", "P" if number < 4 else "D", "WEIGHT", visit, flag, 70.25 + number, change)
        for number in range(1, 7)
        for visit, flag, change in (("Baseline", "Y", None), ("Week 2", "", number / 4), ("Week 4", "", None))
    ],
    columns=["USUBJID", "TRTA", "PARAMCD", "AVISIT", "ABLFL", "AVAL", "CHG"],
)
CHANGES = [
    {
        "by": "AVISIT",
        "rows": [
            {"summary": ["AVAL", "CHG"], "statistics": ["n"], "compare": [{"t_test": "CHG", "against": "P"}]},
        ],
    }
]


def test_a_change_at_baseline_is_blank_and_one_that_cannot_be_estimated_is_not() -> None:
    beside = [{"heading": "difference", "statistic": "difference_ci", "of": "D"}]
    columns = {
        "by": "TRTA",
        "population_by": "TRT01A",
        "order": list(ARMS),
        "below": [{"variable": "AVAL"}, {"variable": "CHG"}],
    }
    _, layout = made(VALUES, CHANGES, columns={**columns, "beside": beside})
    assert shown(layout) == [
        ("Baseline", "3", "", "3", "", ""),
        ("Week 2", "3", "3", "3", "3", "0.75 (0.18, 1.32)"),
        ("Week 4", "3", "0", "3", "0", "NE (NE, NE)"),
    ]


@pytest.mark.parametrize(
    ("heading", "above", "below"),
    [
        ("D\nvs P\nDifference\n(95% CI)", "D\nvs P", "Difference\n(95% CI)"),
        ("Difference\n(95% CI)", "Difference", "(95% CI)"),
        ("Difference", "", "Difference"),
    ],
)
def test_a_comparison_says_what_is_compared_beside_the_treatments(heading: str, above: str, below: str) -> None:
    """Treatments have two lines, with their N; so many lines of the head beside them stand there."""
    columns = {
        "by": "TRTA",
        "population_by": "TRT01A",
        "order": list(ARMS),
        "below": [{"variable": "AVAL"}, {"variable": "CHG"}],
        "beside": [{"heading": heading, "statistic": "difference_ci", "of": "D"}],
    }
    upper, lower = made(VALUES, CHANGES, columns=columns)[1].header
    assert [cell.text.count("\n") for cell in upper[1:3]] == [1, 1]
    assert (upper[-1].text, lower[-1].text) == (above, below)


@pytest.mark.parametrize(("change", "shown_as"), [(0.0, ""), (1.0, "3")])
def test_a_change_of_0_is_blank_at_baseline_and_another_is_shown(change: float, shown_as: str) -> None:
    given = VALUES.assign(CHG=VALUES["CHG"].where(VALUES["ABLFL"] != "Y", change))
    below = [{"variable": "AVAL"}, {"variable": "CHG"}]
    columns = {"by": "TRTA", "population_by": "TRT01A", "order": list(ARMS), "below": below}
    assert shown(made(given, CHANGES, columns=columns)[1])[0] == ("Baseline", "3", shown_as, "3", shown_as)


def test_decimals_of_the_one_parameter_that_the_records_are_of() -> None:
    row = [{"summary": "AVAL", "label": "Weight", "statistics": ["mean_sd", "min_max"]}]
    # Values have two decimals, the parameter one: mean 2, SD 3, minimum 1.
    _, layout = made(VALUES, row)
    assert [cells[1] for cells in shown(layout)] == ["72.25 (0.866)", "71.3, 73.3"]
    mixed = VALUES.assign(PARAMCD=VALUES["PARAMCD"].where(VALUES.index > 0, "OTHER"))
    assert [cells[1] for cells in shown(made(mixed, row)[1])] == ["72.250 (0.8660)", "71.25, 73.25"]


def test_a_row_without_statistics_is_stored_and_nothing_is_said_of_it() -> None:
    rows = [{"count": "subjects"}, {"chi_square": "AEBODSYS", "statistics": []}]
    found, layout = made(EVENTS, rows)
    assert "chi_square AEBODSYS" in set(found.results["analysis"])
    assert len(layout.rows) == 1
    assert layout.findings == ()
    shown_nowhere = made(EVENTS, [rows[0], {"chi_square": "AEBODSYS"}])[1]
    assert "nothing shows" in shown_nowhere.findings[0].message


def test_variables_that_go_down_are_named() -> None:
    records = pd.DataFrame({"USUBJID": ["S-001", "S-004"], "TRTA": ["P", "D"], "BASE": [1.0, 2.0], "AVAL": [3.0, 5.0]})
    _, layout = made(records, [{"summary": ["BASE", "AVAL"], "statistics": ["n", "mean"], "label": "All"}])
    assert [(row.group, row.cells) for row in layout.rows] == [
        (("All", "Baseline"), ("n", "1", "1")),
        (("All", "Baseline"), ("Mean", "1.0", "2.0")),
        (("All", "Value"), ("n", "1", "1")),
        (("All", "Value"), ("Mean", "3.0", "5.0")),
    ]
    # Of one statistic, a variable is a row.
    assert shown(made(records, [{"summary": ["BASE", "AVAL"], "statistics": ["mean"]}])[1]) == [
        ("Baseline", "1.0", "2.0"),
        ("Value", "3.0", "5.0"),
    ]


SHIFTED = pd.DataFrame(
    [
        ("S-001", "P", "N", "H"),
        ("S-002", "P", "H", "N"),
        ("S-003", "P", "N", "N"),
        ("S-004", "D", "H", "N"),
        ("S-005", "D", "H", "H"),
    ],
    columns=["USUBJID", "TRTA", "BNRIND", "ANRIND"],
)


def test_categories_at_baseline_stand_across() -> None:
    across = [{"variable": "BNRIND", "level": level, "heading": f"{level} at baseline"} for level in "NH"]
    row = {"shift": "ANRIND", "from": "BNRIND", "levels": {"N": "Normal", "H": "High"}, "denominator": "above"}
    options = {"columns": {"by": "TRTA", "population_by": "TRT01A", "order": list(ARMS), "below": across}}
    _, layout = made(SHIFTED, [{**row, "label": "", "total": "All"}], **options)
    # Per cents are of those in the category of the column.
    assert shown(layout) == [
        ("Normal", "1 (50.0)", "1 (100.0)", "0", "1 (50.0)"),
        ("High", "1 (50.0)", "0", "0", "1 (50.0)"),
        ("All", "2", "1", "0", "2"),
    ]
    assert [cell.text for cell in layout.header[1]][1:3] == ["N at baseline", "H at baseline"]
    # Without the variable it is the category after baseline that stands across.
    options["columns"]["below"] = [{"level": level} for level in "NH"]
    assert shown(made(SHIFTED, [{**row, "label": ""}], **options)[1]) == [
        ("Normal", "1 (50.0)", "1 (50.0)", "0", "0"),
        ("High", "1 (100.0)", "0", "1 (50.0)", "1 (50.0)"),
    ]


def test_columns_of_a_variable_show_the_count_beside_that_is_of_it() -> None:
    records = SHIFTED.assign(AFL=["Y", "Y", "Y", "Y", "N"], BFL=["Y", "N", "N", "Y", "N"])
    below = [{"variable": name, "level": "Y", "heading": name} for name in ("AFL", "BFL")]
    options = {"columns": {"by": "TRTA", "population_by": "TRT01A", "order": list(ARMS), "below": below}}
    rows = [{"count": "AFL", "label": "Subjects", "statistics": ["n"], "compare": [{"count": "BFL"}]}]
    found, layout = made(records, rows, **options)
    assert [cells[1:] for cells in shown(layout)] == [("3", "1", "1", "1")]
    assert not layout.findings, found

"""Columns of differences: what a table adds beside its counts and rates where its columns name a control."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses import table
from adamline.analyses.data import AnalysisData
from adamline.errors import LayoutError
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.tlf.kinds import table as page
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.layout import Layout

COLUMNS = {"by": "TRTA", "order": ["Drug", "Placebo"], "control": "Placebo", "difference": {}, "header_n": "none"}


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    return Dataset(name, frame, tuple(Variable(column, kind_of(frame[column])) for column in frame.columns))


def laid_out(frame: pd.DataFrame, rows: list[dict[str, Any]], columns: dict[str, Any], **other: Any) -> Layout:
    data = dataset("ADX", frame)
    said = {"output": "T-1", "kind": "table", "title": ["A"], "records": {"from": "ADX"}, "columns": columns}
    options = table.Options.model_validate({**said, "rows": rows, **other})
    return page.lay_out(table.analyse(AnalysisData({"ADX": data}), options).results, options, PageContext())


def cells(layout: Layout) -> dict[str, tuple[str, ...]]:
    return {row.cells[0]: tuple(cell.replace("|", "") for cell in row.cells[1:]) for row in layout.rows}


def subjects(responders: dict[str, tuple[int, int]], **other: Any) -> pd.DataFrame:
    parts = [(arm, "Y" if n < yes else "N") for arm, (yes, total) in responders.items() for n in range(total)]
    frame = pd.DataFrame(parts, columns=["TRTA", "AVALC"]).astype("str")
    return frame.assign(USUBJID=[f"S{n}" for n in range(len(frame))], **other).astype({"USUBJID": "str"})


def test_difference_as_sas_gives_it() -> None:
    """36 of 154 against 12 of 77: PROC FREQ RISKDIFF, shown by PSI AIMS CAMIS (ci_for_2indep_prop): 0.0779."""
    made = laid_out(subjects({"Drug": (36, 154), "Placebo": (12, 77)}), [{"count": "AVALC"}], COLUMNS)
    assert [cell.text for cell in made.header[0]][3] == "Drug\nvs Placebo\nRisk difference, %\n(95% CI)"
    assert cells(made)["Y"] == ("36 (23.4)", "12 (15.6)", "7.8 (-2.7, 18.3)")
    newcombe = {**COLUMNS, "difference": {"method": "newcombe", "level": 0.9, "decimals": 2, "heading": "RD"}}
    made = laid_out(subjects({"Drug": (36, 154), "Placebo": (12, 77)}), [{"count": "AVALC"}], newcombe)
    assert made.header[0][3].text == "Drug\nvs Placebo\nRD"
    assert cells(made)["Y"][2].startswith("7.79 (-1.")
    shown = {"TRTA": {"Drug": "Drug 5 mg"}}
    made = laid_out(subjects({"Drug": (1, 2), "Placebo": (1, 2)}), [{"count": "AVALC"}], COLUMNS, labels=shown)
    assert made.header[0][3].text.startswith("Drug 5 mg\nvs Placebo\n")


def test_each_arm_and_a_pool_against_the_control_in_any_order() -> None:
    frame = subjects({"Placebo": (1, 10), "Low": (3, 10), "High": (5, 10)})
    columns = {
        **COLUMNS,
        "order": ["Placebo", "Low", "High"],
        "pooled": {"Any dose": ["Low", "High"]},
        "total": "Total",
    }
    made = laid_out(frame, [{"count": "AVALC"}], columns)
    assert [cell.text.split("\n")[0] for cell in made.header[0][6:]] == ["Low", "High", "Any dose"]
    assert [cell.split()[0] for cell in cells(made)["Y"][5:]] == ["20.0", "40.0", "30.0"]
    one = laid_out(frame, [{"count": "AVALC"}], {**columns, "difference": {"of": ["High"]}})
    assert len(one.header[0]) == 7 and cells(one)["Y"][5].startswith("40.0")
    assert not one.findings


def test_a_row_keeps_its_own_comparisons_and_where() -> None:
    frame = subjects({"Drug": (4, 8), "Placebo": (2, 8)}, SEX="F")
    rows = [
        {"count": "subjects", "where": "AVALC = 'Y'", "as": "yes", "label": "Yes", "denominator": "values"},
        {
            "count": "AVALC",
            "compare": [{"odds_ratio": "AVALC", "against": "control", "statistics": ["p"]}],
        },
    ]
    columns = {**COLUMNS, "beside": [{"heading": "OR", "statistic": "p", "of": "Drug"}]}
    made = laid_out(frame, rows, columns)
    # Wald: 1.96 times the root of (0.25 + 0.1875) / 8 is 45.8; Fisher's p of 4 + 4 against 2 + 6 is 0.608.
    assert cells(made)["Y"] == ("4 (50.0)", "2 (25.0)", "25.0 (-20.8, 70.8)", "0.608")
    assert cells(made)["Yes"][:3] == ("4 (100.0)", "2 (100.0)", "0.0 (0.0, 0.0)")


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        ({"control": None}, [{"count": "SEX"}], "difference: name the `control`"),
        ({"control": "Plcebo"}, [{"count": "SEX"}], "control: no column is Plcebo; .*Placebo"),
        ({"difference": {"of": ["Placebo"]}}, [{"count": "SEX"}], "Placebo is no column beside the control"),
        (
            {"control": None, "difference": None},
            [{"lsmeans": "CHG", "against": "control"}],
            "the columns name no `control`",
        ),
        ({"new_panel": ["Drug"]}, [{"count": "SEX"}], "new_panel: no column after the first is Drug; "),
    ],
)
def test_what_does_not_fit(columns: dict[str, Any], rows: list[dict[str, Any]], message: str) -> None:
    said = {key: value for key, value in {**COLUMNS, **columns}.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        laid_out(subjects({"Drug": (1, 2), "Placebo": (1, 2)}), rows, said)


def events(**n: tuple[int, int]) -> pd.DataFrame:
    """Terms with the numbers of subjects of 20 in Drug and in Placebo."""
    parts = [
        (arm, f"{arm}{number}", term)
        for term, counts in n.items()
        for arm, count in zip(("Drug", "Placebo"), counts, strict=True)
        for number in range(count)
    ]
    everyone = [(arm, f"{arm}{number}", "ZZZ") for arm in ("Drug", "Placebo") for number in range(20)]
    return pd.DataFrame([*parts, *everyone], columns=["TRTA", "USUBJID", "TERM"]).astype("str")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"sort": "difference"}, ["UP", "MANY", "ZZZ", "DOWN"]),
        ({"sort": "frequency"}, ["ZZZ", "MANY", "UP", "DOWN"]),
        ({"at_least": {"percent": 20, "more": 10}}, ["MANY", "UP"]),
        ({"at_least": {"percent": 20, "more": 15}}, ["UP"]),
        ({"at_least": {"n": 10, "of": "Placebo"}}, ["MANY", "ZZZ"]),
        ({"at_least": {"percent": 20, "of": "Drug", "more": -100}}, ["MANY", "UP", "ZZZ"]),
    ],
)
def test_order_and_threshold_by_the_difference(options: dict[str, Any], shown: list[str]) -> None:
    frame = events(DOWN=(1, 3), MANY=(12, 10), UP=(5, 1))
    made = laid_out(frame, [{"count": "TERM", "label": "", **options}], COLUMNS)
    assert [row.cells[0] for row in made.rows] == shown


def test_no_differences_to_sort_by() -> None:
    columns = {"by": "TRTA", "order": ["Drug", "Placebo"], "header_n": "none"}
    with pytest.raises(LayoutError, match="no differences to go by"):
        laid_out(events(UP=(5, 1)), [{"count": "TERM", "sort": "difference"}], columns)


def test_rates_are_compared_and_chosen_by_their_own_measure() -> None:
    frame = events(RARE=(1, 0), UP=(6, 1)).assign(ASTDY=np.float64(100))
    people = frame.drop_duplicates("USUBJID")[["USUBJID", "TRTA"]].assign(DAYS=np.float64(365.25))
    data = {name: dataset(name, part) for name, part in {"ADX": frame, "ADSL": people}.items()}
    row = {"rate": "TERM", "label": "", "time": "DAYS", "at": "ASTDY", "statistics": ["n_rate"], "sort": "difference"}
    said = {
        "output": "T-1",
        "kind": "table",
        "title": ["A"],
        "population": {"from": "ADSL"},
        "records": {"from": "ADX"},
        "columns": COLUMNS,
        "rows": [{**row, "at_least": {"rate": 10}}],
    }
    options = table.Options.model_validate(said)
    made = page.lay_out(table.analyse(AnalysisData(data), options).results, options, PageContext())
    assert [row.cells[0] for row in made.rows] == ["UP", "ZZZ"]
    # 6 of 14 + 6 * 100 / 365.25 years against 1 of 19 + 100 / 365.25
    drug, placebo = 6 / (14 + 600 / 365.25), 1 / (19 + 100 / 365.25)
    assert cells(made)["UP"][2].startswith(f"{100 * (drug - placebo):.1f} (")
    with pytest.raises(ValueError, match="at_least: there is no percent here; there is n, rate"):
        table.Options.model_validate({**said, "rows": [{**row, "at_least": {"percent": 10}}]})


def test_rows_set_in() -> None:
    rows = [{"count": "subjects", "label": "All"}, {"count": "AVALC", "label": "", "indent": 1}]
    made = laid_out(subjects({"Drug": (1, 2), "Placebo": (1, 2)}), rows, COLUMNS)
    assert [row.indent for row in made.rows] == [0, 1, 1]
    assert len({row.block for row in made.rows}) == 1


def test_rows_under_a_heading_stay_together_and_analyses_apart() -> None:
    yes, no = ({"count": "subjects", "as": each, "where": f"AVALC = '{each}'", "label": each} for each in "YN")
    made = laid_out(subjects({"Drug": (1, 2), "Placebo": (1, 2)}), [{"label": "Both", "rows": [yes, no]}], COLUMNS)
    assert len({row.block for row in made.rows}) == 1
    made = laid_out(subjects({"Drug": (1, 2), "Placebo": (1, 2)}), [yes, no], COLUMNS)
    assert len({row.block for row in made.rows}) == 2


def test_published_shells_have_the_column() -> None:
    """The templates of FDA's tables of events name a column of differences."""
    for path in (Path(__file__).parents[2] / "specs" / "catalogue").glob("ae-*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "columns control" not in text or "difference: {" in text, path.name

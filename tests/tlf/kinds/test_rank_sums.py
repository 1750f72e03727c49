"""Rank-sum tests in a table of change by visit: p-values of the records behind them, and where there is no test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import mannwhitneyu

from adamline.condition.to_pandas import selected
from adamline.errors import Place
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import results_csv
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.kinds.change_by_visit import Options, analyse, lay_out

# The p-values below are those of scipy.stats.mannwhitneyu (asymptotic, with continuity), to three decimals.
# Changes from a baseline of 10, with ties; "High" has one value at Week4 and none at Week8.
CHANGES = {
    ("Placebo", "Week2"): [0, 1, 1, 3],
    ("Low", "Week2"): [-2, -2, 0, -5, 1],
    ("High", "Week2"): [-4, -6, -1],
    ("Placebo", "Week4"): [2, 2, 0.5],
    ("Low", "Week4"): [2, 2],
    ("High", "Week4"): [-1],
    ("Placebo", "Week8"): [4, 4],
    ("Low", "Week8"): [4, 4, 4],
}
VISITS = ["Baseline", "Week2", "Week4", "Week8"]
SPEC: dict[str, Any] = {
    "output": "T-1",
    "kind": "change_by_visit",
    "title": "Change by Visit",
    "records": {"from": "ADLB"},
    "columns": {"by": "TRTP", "order": ["Placebo", "Low", "High"], "header_n": "none"},
    "rows": {"by": "AVISIT", "show": VISITS, "baseline": "Baseline"},
    "parameters": ["ALT"],
    "statistics": ["n"],
    "tests": [{"method": "wilcoxon_rank_sum", "against": "Placebo", "as": "p_wilcoxon"}],
}
WILCOXON = SPEC["tests"][0]


def records() -> pd.DataFrame:
    rows = [
        (f"{treatment}{number}", treatment, "ALT", visit, 10.0 + change, float(change))
        for (treatment, visit), changes in CHANGES.items()
        for number, change in enumerate(changes)
    ]
    subjects = {(subject, treatment) for subject, treatment, *_ in rows}
    rows += [(subject, treatment, "ALT", "Baseline", 10.0, float("nan")) for subject, treatment in sorted(subjects)]
    return pd.DataFrame(rows, columns=["USUBJID", "TRTP", "PARAMCD", "AVISIT", "AVAL", "CHG"])


def study(frame: pd.DataFrame) -> AnalysisData:
    variables = tuple(
        Variable(name, Kind.NUMBER if name in {"AVAL", "CHG"} else Kind.TEXT, label=name) for name in frame
    )
    return AnalysisData({"ADLB": Dataset("ADLB", frame, variables)}, {"ALT": {"PARAM": "ALT (U/L)", "decimals": "0"}})


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def p_values(**changes: Any) -> pd.DataFrame:
    results = analyse(study(records()), options(**changes))
    return results[results["analysis"] == "test"]


@pytest.mark.parametrize(("correction", "continuity"), [("0.5", True), ("0", False)])
@pytest.mark.parametrize("variable", ["CHG", "AVAL"])
def test_p_values_of_the_records_behind_them(correction: str, continuity: bool, variable: str) -> None:
    """The condition of a result selects both treatments; SciPy's test of them gives the same p-value."""
    frame = records()
    results = p_values(tests=[WILCOXON | {"correction": correction, "variable": variable}]).dropna(subset="stat")
    assert list(zip(results["group1_level"], results["group3_level"], strict=True)) == [
        ("Low", "Week2"),
        ("High", "Week2"),
        ("Low", "Week4"),
    ]
    for row in results.itertuples():
        behind = frame[selected(frame, str(row.where))]
        assert set(behind["TRTP"]) == {"Placebo", row.group1_level}
        groups = [behind[variable][behind["TRTP"] == treatment] for treatment in (row.group1_level, "Placebo")]
        assert [len(group) for group in groups] == [
            len(CHANGES[str(treatment), str(row.group3_level)]) for treatment in (row.group1_level, "Placebo")
        ]
        expected = mannwhitneyu(*groups, method="asymptotic", use_continuity=continuity).pvalue
        assert row.stat == pytest.approx(expected, rel=1e-12)


def test_a_result_says_how_it_was_made() -> None:
    row = p_values().iloc[0]
    assert row[["group1", "group1_level", "group3_level", "variable", "stat_name", "stat_label"]].tolist() == [
        "TRTP",
        "Low",
        "Week2",
        "CHG",
        "p_wilcoxon",
        "p-value vs Placebo",
    ]
    assert row["method"].startswith("PROC NPAR1WAY, Wilcoxon")
    assert row["options"] == "two-sided, against Placebo, correction=0.5"
    assert row["where"] == (
        "PARAMCD = 'ALT' and AVISIT = 'Week2' and TRTP in ('Low', 'Placebo') and CHG is not missing"
    )


def test_where_there_is_no_test() -> None:
    results = p_values()
    assert results[["group3_level", "group1_level", "stat_text", "warning"]].to_numpy().tolist() == [
        ["Week2", "Low", "0.079", ""],
        ["Week2", "High", "0.050", ""],
        ["Week4", "Low", "0.683", ""],
        ["Week4", "High", "NE", "no test: n of 1 and 3"],
        ["Week8", "Low", "NE", "no test: nothing differs"],
        ["Week8", "High", "NE", "no test: n of 0 and 2"],
    ]
    assert results["stat"].isna().tolist() == [False, False, False, True, True, True]
    (finding,) = check_warnings(results, Place(file="t-1.yaml"))
    assert finding.severity is Severity.NOTE


def test_rows_below_the_statistics_of_a_visit() -> None:
    """The reference and the variable that is not tested stay blank; there is no row at baseline."""
    chosen = options()
    results = analyse(study(records()), chosen)
    layout = lay_out(results, chosen, PageContext())
    assert [(row.group[-1], row.cells) for row in layout.rows] == [
        ("Baseline", ("n", "4", "", "5", "", "3", "")),
        ("Week2", ("n", "4", "4", "5", "5", "3", "3")),
        ("Week2", ("p-value vs Placebo", "", "", "", "0.079", "", "0.050")),
        ("Week4", ("n", "3", "3", "2", "2", "1", "1")),
        ("Week4", ("p-value vs Placebo", "", "", "", "0.683", "", "NE")),
        ("Week8", ("n", "2", "2", "3", "3", "0", "0")),
        ("Week8", ("p-value vs Placebo", "", "", "", "NE", "", "NE")),
    ]
    texts = results.set_index("result")["stat_text"]
    for row in layout.rows:
        assert len(row.results) == len(row.cells)
        assert [texts[name] if name else "" for name in row.results[1:]] == list(row.cells[1:])
    blocks = [row.block for row in layout.rows]
    assert blocks[1] == blocks[2] != blocks[3]


def test_several_tests_in_their_order_with_their_labels() -> None:
    tests = [
        WILCOXON | {"as": "p_low", "against": "Low", "label": "p (Low)"},
        WILCOXON | {"as": "p_value", "variable": "AVAL"},
    ]
    chosen = options(tests=tests, rows=SPEC["rows"] | {"show": ["Week2"], "baseline": None})
    layout = lay_out(analyse(study(records()), chosen), chosen, PageContext())
    assert [row.cells for row in layout.rows[1:]] == [
        ("p (Low)", "", "0.079", "", "", "", "0.368"),
        ("p-value vs Placebo", "", "", "0.079", "", "0.050", ""),
    ]


def test_visits_that_are_dropped_have_no_test() -> None:
    frame = records()
    only = study(frame[frame["AVISIT"] != "Week4"].reset_index(drop=True))
    chosen = options(rows={"by": "AVISIT", "show": ["Week2", "Week8"], "empty": "drop"})
    assert set(analyse(only, chosen)["group3_level"]) == {"", "Week2", "Week8"}
    nothing = options(records={"from": "ADLB", "where": "AVAL > 900"}, rows=SPEC["rows"] | {"show": VISITS})
    results = analyse(study(frame), nothing)
    assert set(results["stat_text"][results["analysis"] == "test"]) == {"NE"}
    dropped = options(records=nothing.records, rows=SPEC["rows"] | {"empty": "drop"})
    assert "test" not in set(analyse(study(frame), dropped)["analysis"])


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(records()))))
def test_the_order_of_the_records_does_not_matter(order: list[int]) -> None:
    shuffled = records().iloc[order]
    assert results_csv(analyse(study(shuffled), options())) == results_csv(analyse(study(records()), options()))


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ({"against": "Plcebo"}, "no column shows Plcebo; did you mean Placebo"),
        ({"as": "median"}, "should match pattern"),
        ({"method": "t_test"}, "wilcoxon_rank_sum"),
        ({"correction": "0.7"}, "less than or equal to 0.5"),
        ({"variable": "BASE"}, "does not show BASE"),
        ({"varable": "CHG"}, "Extra inputs"),
    ],
)
def test_tests_that_have_no_meaning(test: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(tests=[WILCOXON | test])


def test_tests_that_do_not_fit_the_table() -> None:
    with pytest.raises(ValidationError, match="two are stored as p_wilcoxon"):
        options(tests=[WILCOXON, WILCOXON | {"correction": "0"}])
    with pytest.raises(ValidationError, match="no column but Placebo"):
        options(columns=SPEC["columns"] | {"order": ["Placebo"]})
    with pytest.raises(ValidationError, match="say which variable: AVAL, BASE"):
        options(variables=["AVAL", "BASE"])
    only = options(variables=["AVAL"])
    assert only.tests[0].tested(only.variables) == "AVAL"


def test_text_columns_of_any_type(plain: Callable[[pd.Series], list[Any]]) -> None:
    data = study(records())
    frame = data.datasets["ADLB"].frame.astype({"TRTP": "category", "AVISIT": object})
    other = replace(data, datasets={"ADLB": data.datasets["ADLB"].with_frame(frame)})
    assert plain(analyse(other, options())["stat"]) == plain(analyse(data, options())["stat"])

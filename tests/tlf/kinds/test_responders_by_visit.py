"""Responders by visit: each cell of a small table counted by hand, p-values against SciPy's, traced to the records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import fisher_exact

from adamline.condition.to_pandas import selected
from adamline.errors import DataError, Place
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, results_csv, write_results
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.kinds.responders_by_visit import Options, analyse, lay_out
from adamline.tlf.paginate import paginate

# What each subject has at weeks 4, 8 and 12: Y or N, i for N by imputation, - without a response.
SUBJECTS = {
    "Placebo": ["NN-", "NNi", "YNi", "NNi"],
    "Low": ["YY-", "NN-", "YN-"],
    "High": ["YYY", "YYY", "YYN", "NYY", "-YY"],
}
WEEKS = ["Week 4", "Week 8", "Week 12"]
ARMS = list(SUBJECTS)
RESPONSES = {"Y": ("Y", None), "N": ("N", None), "i": ("N", "NRI")}
SPEC: dict[str, Any] = {
    "output": "T-2",
    "kind": "responders_by_visit",
    "title": "SRI-4 Responders by Visit",
    "population": {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "Intent-to-Treat Population"},
    "records": {"from": "ADRS", "where": "ANL01FL = 'Y'"},
    "parameter": "SRI4",
    "columns": {"by": "TRTP", "order": ARMS, "population_by": "TRT01P"},
    "rows": {"by": "AVISIT", "show": WEEKS, "heading": "Visit"},
    "response": {"variable": "AVALC", "responder": "Y", "nonresponder": "N"},
    "imputed": {"variable": "DTYPE", "value": "NRI"},
    "tests": [{"method": "fisher_exact", "against": "Placebo", "as": "p_fisher"}],
}
PAGE = PageContext(study="Study X")
# Week 4, Low against Placebo: chances that 0 to 3 of the 3 responders are Low's are 4, 18, 12, 1 of 35; those no larger
# than 12, of the 2 seen, are 17 of 35. Week 8: Low 3 of 7, High 1 of 126. Week 12, High: 5 and 5 of 70.
EXPECTED = """
Week 4  | Responders, n/N (%)        | 1/4 (25.0) | 2/3 (66.7) | 3/4 (75.0)
Week 4  | Imputed as non-responder, n | 0         | 0          | 0
Week 4  | p-value vs Placebo         |            | 0.486      | 0.486
Week 8  | Responders, n/N (%)        | 0/4 (0.0)  | 1/3 (33.3) | 5/5 (100.0)
Week 8  | Imputed as non-responder, n | 0         | 0          | 0
Week 8  | p-value vs Placebo         |            | 0.429      | 0.008
Week 12 | Responders, n/N (%)        | 0/3 (0.0)  |            | 4/5 (80.0)
Week 12 | Imputed as non-responder, n | 3         |            | 0
Week 12 | p-value vs Placebo         |            | NE         | 0.143
"""


def study(subjects: dict[str, list[str]] = SUBJECTS) -> AnalysisData:
    everyone = [(f"{arm}-{number}", arm, seen) for arm in subjects for number, seen in enumerate(subjects[arm])]
    adsl = pd.DataFrame([(name, "Y", arm) for name, arm, _ in everyone], columns=["USUBJID", "ITTFL", "TRT01P"])
    rows = [
        (name, "Y", arm, parameter, week, "Y", *RESPONSES[mark])
        for name, arm, seen in everyone
        for week, mark in zip(WEEKS, seen, strict=False)
        if mark != "-"
        for parameter in ("SRI4", "SRI5")
    ]
    names = ["USUBJID", "ITTFL", "TRTP", "PARAMCD", "AVISIT", "ANL01FL", "AVALC", "DTYPE"]
    return of(adsl, pd.DataFrame(rows, columns=names).assign(AVAL=1.0))


def of(adsl: pd.DataFrame, adrs: pd.DataFrame) -> AnalysisData:
    datasets = {
        name: Dataset(
            name, frame, tuple(Variable(str(c), Kind.NUMBER if c == "AVAL" else Kind.TEXT) for c in frame.columns)
        )
        for name, frame in (("ADSL", adsl.astype("str")), ("ADRS", adrs.astype(dict.fromkeys(adrs.columns[:8], "str"))))
    }
    return AnalysisData(datasets, {"SRI4": {"PARAM": "SRI-4"}, "SRI6": {"PARAM": "SRI-6"}})


def changed(changes: dict[str, Any] | None = None, more: dict[str, Any] | None = None) -> AnalysisData:
    """The study with other values of High-0's record of SRI4 at week 4, or that record once more with other values."""
    data = study()
    adrs = data.datasets["ADRS"].frame.copy()
    first = (adrs["USUBJID"] == "High-0") & (adrs["AVISIT"] == "Week 4") & (adrs["PARAMCD"] == "SRI4")
    for name, value in (changes or {}).items():
        adrs.loc[first, name] = value
    if more is not None:
        adrs = pd.concat([adrs, adrs[first].assign(**more)], ignore_index=True)
    return of(data.datasets["ADSL"].frame, adrs)


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def lines(data: AnalysisData, chosen: Options) -> list[list[str]]:
    layout = lay_out(analyse(data, chosen), chosen, PAGE)
    return [[row.group[-1], *row.cells] for row in layout.rows]


def test_every_cell_by_hand() -> None:
    expected = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]
    assert lines(study(), options()) == expected
    layout = lay_out(analyse(study(), options()), options(), PAGE)
    assert [cell.text for cell in layout.header[0]] == ["Visit", "Placebo\n(N=4)", "Low\n(N=3)", "High\n(N=5)"]
    assert [row.group[0] for row in layout.rows] == ["SRI-4"] * 9
    assert [row.block for row in layout.rows] == [week for week in WEEKS for _ in range(3)]
    paginate(layout)


def test_p_values_are_those_of_scipy() -> None:
    results = analyse(study(), options())
    tested = results[results["analysis"] == "test"].set_index(["group3_level", "group1_level"])
    tables = {
        ("Week 4", "Low"): [[2, 1], [1, 3]],
        ("Week 4", "High"): [[3, 1], [1, 3]],
        ("Week 8", "Low"): [[1, 2], [0, 4]],
        ("Week 8", "High"): [[5, 0], [0, 4]],
        ("Week 12", "High"): [[4, 1], [0, 3]],
    }
    for key, table in tables.items():
        assert tested.loc[key, "stat"] == pytest.approx(fisher_exact(table).pvalue, rel=1e-12)
    one = tested.loc[("Week 4", "High")]
    assert one[["stat_name", "stat_label", "method", "options", "where"]].tolist() == [
        "p_fisher",
        "p-value vs Placebo",
        "PROC FREQ, Fisher's exact test",
        "two-sided",
        "ITTFL = 'Y' and ANL01FL = 'Y' and PARAMCD = 'SRI4' and AVISIT = 'Week 4' and TRTP in ('High', 'Placebo')"
        " and AVALC in ('Y', 'N')",
    ]
    assert len(tested) == 6


marks = st.lists(st.sampled_from("YNi-"), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(marks, marks)
def test_counts_and_p_values_of_any_responses(reference: list[str], treated: list[str]) -> None:
    data = study({"Placebo": reference, "High": treated})
    rows = {"by": "AVISIT", "show": ["Week 4"]}
    if set(reference + treated) == {"-"}:
        return
    chosen = options(columns=SPEC["columns"] | {"order": ["Placebo", "High"]}, rows=rows)
    results = analyse(data, chosen)
    table = [[seen.count("Y"), seen.count("N") + seen.count("i")] for seen in (reference, treated)]
    for arm, seen, counts in zip(["Placebo", "High"], (reference, treated), table, strict=True):
        stats = results[results["group1_level"] == arm].set_index("stat_name")["stat"]
        assert stats[["n", "N", "n_imputed"]].tolist() == [counts[0], sum(counts), seen.count("i")]
    p = results.set_index("stat_name").loc["p_fisher", "stat"]
    if all(map(sum, table)) and all(map(sum, zip(*table, strict=True))):
        assert p == pytest.approx(fisher_exact(table).pvalue, rel=1e-9)
    else:
        assert pd.isna(p)


def test_a_cell_names_its_results_and_they_select_their_records() -> None:
    data = study()
    results = analyse(data, options())
    by_id = results.set_index("result")
    patterns = {"Responders, n/N (%)": "{}/{} ({})", "Imputed as non-responder, n": "{}", "p-value vs Placebo": "{}"}
    shown = 0
    for row in lay_out(results, options(), PAGE).rows:
        for text, ids in zip(row.cells[1:], row.results[1:], strict=True):
            behind = by_id.loc[ids.split(), "stat_text"].tolist()
            assert text == (patterns[row.cells[0]].format(*behind) if any(behind) else "")
            shown += len(behind)
    assert shown == 9 * 4 + 6
    for result in results[results["stat_name"].isin(["n", "N", "n_imputed"])].itertuples():
        frame = data.datasets[str(result.dataset)].frame
        assert result.stat == selected(frame, str(result.where)).sum()
    assert results["stat"][results["stat_name"] == "pct"].tolist()[:3] == [25, 200 / 3, 75]
    summary = ["n", "N", "pct", "n_imputed"]
    names = results["stat_name"][results["analysis"].isin(["summary", "test"])].tolist()
    assert names == [*summary, *summary, "p_fisher", *summary, "p_fisher"] * 3


def test_warnings() -> None:
    results = analyse(study(), options())
    found = results[results["warning"] != ""][["group1_level", "group3_level", "stat_name", "warning"]]
    assert found.to_numpy().tolist() == [
        ["High", "Week 4", "N", "N is not that of the column: 4 of 5"],
        ["Placebo", "Week 12", "N", "N is not that of the column: 3 of 4"],
        ["Low", "Week 12", "N", "N is not that of the column: 0 of 3"],
        ["Low", "Week 12", "p_fisher", "no test: n of 0 and 3"],
    ]
    severities = [finding.severity for finding in check_warnings(results, Place("t-2.yaml"))]
    assert severities == [Severity.WARNING, Severity.NOTE]


def test_visits_and_treatments_that_are_not_listed_do_not_count() -> None:
    columns = SPEC["columns"] | {"order": ["High", "Placebo"]}
    chosen = options(columns=columns, rows={"by": "AVISIT", "show": ["Week 8"]})
    results = analyse(study(), chosen)
    rows = lay_out(results, chosen, PAGE).rows
    assert [row.cells[1:] for row in rows] == [("5/5 (100.0)", "0/4 (0.0)"), ("0", "0"), ("0.008", "")]
    lacking = results[results["analysis"] == "lacking"]
    assert lacking["warning"].tolist() == ["records left out, their TRTP is not listed: 6 (Low)"]


def test_no_test_where_nobody_or_everybody_responds() -> None:
    data = study({"Placebo": ["NY", "NY"], "Low": ["NY", "NY"], "High": ["NY", "NY"]})
    results = analyse(data, options(rows={"by": "AVISIT", "show": WEEKS[:2]}))
    tested = results[results["analysis"] == "test"]
    assert set(tested["stat_text"]) == {"NE"}
    assert set(tested["warning"]) == {"no test: nothing differs"}


def test_imputed_that_no_record_has_may_be_misspelled() -> None:
    chosen = options(imputed={"variable": "DTYPE", "value": "NIR"})
    row = analyse(study(), chosen).query("analysis == 'lacking'").iloc[0]
    assert row["warning"] == "no record is imputed: none has DTYPE = NIR"


def test_without_imputed_and_tests() -> None:
    chosen = options(imputed=None, tests=[])
    assert [row[1] for row in lines(study(), chosen)] == ["Responders, n/N (%)"] * 3
    assert not analyse(study(), chosen)["stat_name"].isin(["n_imputed", "p_fisher"]).any()


def test_two_tests_and_their_labels() -> None:
    test = {"method": "fisher_exact", "against": "High", "as": "p_high", "label": "P vs high dose"}
    rows = lines(study(), options(tests=[*SPEC["tests"], test]))
    assert rows[3] == ["Week 4", "P vs high dose", "0.486", "1.000", ""]


def test_order_and_type_of_the_records_do_not_matter(tmp_path: Path) -> None:
    data = study()
    straight = analyse(data, options())
    for seed in range(3):
        mixed = {
            name: each.with_frame(
                each.frame.sample(frac=1, random_state=seed).astype(dict.fromkeys(each.frame.columns[:5], "category"))
            )
            for name, each in data.datasets.items()
            if name == "ADRS"
        }
        again = analyse(replace(data, datasets={**data.datasets, **mixed}), options())
        assert results_csv(again) == results_csv(straight)
    write_results(straight, tmp_path / "t.csv")
    assert lay_out(read_results(tmp_path / "t.csv"), options(), PAGE) == lay_out(straight, options(), PAGE)


def test_visits_without_responses_can_be_dropped() -> None:
    data = study({arm: [seen[:2] for seen in marks] for arm, marks in SUBJECTS.items()})
    data.datasets["ADRS"].frame.loc[0, "AVISIT"] = "Week 12"
    data.datasets["ADRS"].frame.loc[0, "ANL01FL"] = "N"
    rows = SPEC["rows"] | {"empty": "drop"}
    assert {row[0] for row in lines(data, options(rows=rows))} == {"Week 4", "Week 8"}
    assert lines(data, options())[6] == ["Week 12", "Responders, n/N (%)", "", "", ""]


def test_no_records_at_all() -> None:
    nothing = {"from": "ADRS", "where": "ANL01FL = 'X'"}
    rows = lines(study(), options(records=nothing))
    assert rows[:3] == [
        ["Week 4", "Responders, n/N (%)", "", "", ""],
        ["Week 4", "Imputed as non-responder, n", "", "", ""],
        ["Week 4", "p-value vs Placebo", "", "NE", "NE"],
    ]
    assert not analyse(study(), options(records=nothing))["warning"].str.startswith("no record is imputed").any()
    for visits in ({"by": "AVISIT", "order_by": "AVAL"}, SPEC["rows"] | {"empty": "drop"}):
        chosen = options(records=nothing, rows=visits)
        layout = lay_out(analyse(study(), chosen), chosen, PAGE)
        assert layout.rows == ()
        paginate(layout)
    nobody = options(population=SPEC["population"] | {"where": "ITTFL = 'X'"})
    assert lines(study(), nobody)[0] == ["Week 4", "Responders, n/N (%)", "", "", ""]


def test_a_missing_response_does_not_count() -> None:
    assert lines(changed({"AVALC": None}), options())[0][4] == "2/3 (66.7)"
    assert lines(changed({"AVALC": " "}), options())[0][4] == "2/3 (66.7)"
    assert lines(changed(more={"AVALC": None}), options())[0][4] == "3/4 (75.0)"
    data = changed({"AVALC": None, "DTYPE": "NRI"})
    imputed = analyse(data, options()).query("stat_name == 'n_imputed'").iloc[2]
    assert imputed[["group1_level", "group3_level", "stat"]].tolist() == ["High", "Week 4", 0]
    assert not selected(data.datasets["ADRS"].frame, imputed["where"]).any()


@pytest.mark.parametrize(
    ("data", "message", "found"),
    [
        (lambda: changed({"AVALC": "YES"}), "neither of the two", "1 such record, here YES"),
        (lambda: changed(more={"AVALC": "N"}), "two responses at a visit", "1 such record, here N"),
        (lambda: changed({"DTYPE": "NRI"}), "responder is marked as an imputed", "1 such record, here Y"),
        (lambda: changed({"TRTP": "Low"}), "1 subject stands in a column", "TRTP Low"),
        (lambda: changed({"ITTFL": "N"}), "disagree on who is in the population", "1 subject"),
    ],
)
def test_records_that_cannot_be_counted(data: Any, message: str, found: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        analyse(data(), options())
    assert found in str(caught.value)
    assert "High-0" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameter": "SRI7"}, "no parameter SRI7"),
        ({"response": SPEC["response"] | {"variable": "AVALX"}}, "no variable AVALX"),
        ({"response": SPEC["response"] | {"variable": "AVAL"}}, "AVAL is not text"),
        ({"imputed": {"variable": "DTYP", "value": "NRI"}}, "no variable DTYP"),
        ({"rows": {"by": "AVISIT", "show": ["Week 5"]}}, "the visit Week 5"),
    ],
)
def test_what_the_data_do_not_have(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        analyse(study(), options(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": SPEC["columns"] | {"header_n": "none"}}, "shows the N of the population"),
        ({"response": SPEC["response"] | {"responder": "N"}}, "the same value"),
        ({"rows": SPEC["rows"] | {"baseline": "Week 4"}}, "rows: baseline"),
        ({"tests": [SPEC["tests"][0] | {"against": "Placbo"}]}, "did you mean Placebo"),
        ({"tests": [SPEC["tests"][0] | {"method": "chisq"}]}, "fisher_exact"),
        ({"tests": SPEC["tests"] * 2}, "two are stored as p_fisher"),
        ({"tests": [SPEC["tests"][0] | {"as": "pct"}]}, "should match pattern"),
        ({"population": None}, "population"),
    ],
)
def test_options_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**changes)

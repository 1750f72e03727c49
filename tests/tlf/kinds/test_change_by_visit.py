"""Change by visit: each cell of a small table worked by hand, traced to its result and its records."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.condition.to_pandas import selected
from adamline.errors import DataError, LayoutError, Place
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, results_csv, write_results
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.kinds.change_by_visit import Options, analyse, check, lay_out
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate

ADSL = """
USUBJID SAFFL TRT01A
S1      Y     Placebo
S2      Y     Placebo
S3      N     Placebo
S4      Y     Drug
S5      Y     Drug
S6      Y     Drug
"""
# S6 has no baseline, S2 no week 2 value, S3 is not in the population; "." is an unscheduled visit.
ADLB = """
USUBJID SAFFL TRTA    PARAMCD AVISIT   AVISITN AVAL CHG
S1      Y     Placebo ALT     Baseline 0       20   .
S1      Y     Placebo ALT     Week2    2       22   2
S2      Y     Placebo ALT     Baseline 0       25   .
S2      Y     Placebo ALT     Week2    2       .    .
S2      Y     Placebo ALT     .        .       77   52
S3      N     Placebo ALT     Baseline 0       999  .
S3      N     Placebo ALT     Week4    4       999  .
S4      Y     Drug    ALT     Baseline 0       30   .
S4      Y     Drug    ALT     Week2    2       28   -2
S5      Y     Drug    ALT     Baseline 0       31   .
S5      Y     Drug    ALT     Week2    2       36   5
S6      Y     Drug    ALT     Week2    2       50   .
S6      Y     Drug    AST     Week2    2       1.5  .
"""
SPEC: dict[str, Any] = {
    "output": "T-1",
    "kind": "change_by_visit",
    "title": "Laboratory by Visit",
    "population": {"from": "ADSL", "where": "SAFFL = 'Y'", "label": "Safety Population"},
    "records": {"from": "ADLB", "where": "AVAL < 900"},
    "columns": {"by": "TRTA", "order": ["Placebo", "Drug"], "population_by": "TRT01A"},
    "rows": {"by": "AVISIT", "show": ["Baseline", "Week2", "Week4"], "baseline": "Baseline"},
    "parameters": ["ALT"],
}
TEST = {"method": "wilcoxon_rank_sum", "against": "Placebo", "as": "p_wilcoxon"}
PAGE = PageContext(study="Study X", run="3f2a", cutoff="2014-07-02", footnotes=("Observed cases.",))
# statistic, then Placebo value and change, Drug value and change
EXPECTED = """
Baseline | n      | 2    |     | 2     |
Baseline | Mean   | 22.5 |     | 30.5  |
Baseline | SD     | 3.54 |     | 0.71  |
Baseline | Median | 22.5 |     | 30.5  |
Baseline | Min    | 20   |     | 30    |
Baseline | Max    | 25   |     | 31    |
Week2    | n      | 1    | 1   | 3     | 2
Week2    | Mean   | 22.0 | 2.0 | 38.0  | 1.5
Week2    | SD     | NA   | NA  | 11.14 | 4.95
Week2    | Median | 22.0 | 2.0 | 36.0  | 1.5
Week2    | Min    | 22   | 2   | 28    | -2
Week2    | Max    | 22   | 2   | 50    | 5
Week4    | n      | 0    | 0   | 0     | 0
Week4    | Mean   |      |     |       |
Week4    | SD     |      |     |       |
Week4    | Median |      |     |       |
Week4    | Min    |      |     |       |
Week4    | Max    |      |     |       |
"""


def dataset(name: str, text: str) -> Dataset:
    frame = pd.read_csv(io.StringIO(text), sep=r"\s+", na_values=["."], keep_default_na=False)
    numbers = set(frame.select_dtypes("number").columns)
    frame = frame.astype(dict.fromkeys(numbers, float))
    return Dataset(
        name, frame, tuple(Variable(c, Kind.NUMBER if c in numbers else Kind.TEXT, label=f"The {c}") for c in frame)
    )


def study(adlb: str = ADLB, adsl: str = ADSL) -> AnalysisData:
    return AnalysisData(
        datasets={"ADSL": dataset("ADSL", adsl), "ADLB": dataset("ADLB", adlb)},
        parameters={"ALT": {"PARAM": "ALT (U/L)", "decimals": "0"}, "AST": {"PARAM": "AST (U/L)", "decimals": "1"}},
    )


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def table(layout: Layout) -> list[list[str]]:
    return [[row.group[-1], *row.cells] for row in layout.rows]


def test_every_cell_by_hand() -> None:
    layout = lay_out(analyse(study(), options()), options(), PAGE)
    assert table(layout) == [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]
    assert {row.group[0] for row in layout.rows} == {"ALT (U/L)"}
    assert len({row.block for row in layout.rows}) == 3
    assert [cell.text for cell in layout.header[0]] == ["", "Placebo\n(N=2)", "Drug\n(N=3)"]
    assert [cell.text for cell in layout.header[1]] == ["", *["Value", "Change from Baseline"] * 2]
    assert [cell.span for cell in layout.header[0]] == [1, 2, 2]
    assert len(layout.columns) == 5
    assert (layout.titles, layout.population, layout.study) == (
        ("Laboratory by Visit",),
        "Safety Population",
        "Study X",
    )
    assert layout.source == "Source: ADLB; run 3f2a; data cut-off 2014-07-02"
    assert layout.footnotes == ("Observed cases.",)


def test_a_cell_names_its_result_and_the_result_selects_its_records() -> None:
    data = study()
    chosen = options(statistics=["n", "mean_sd", "min_max"])
    results = analyse(data, chosen)
    by_id = results.set_index("result")
    layout = lay_out(results, chosen, PAGE)
    shown = 0
    for row in layout.rows:
        for text, ids in zip(row.cells[1:], row.results[1:], strict=True):
            behind = [by_id.loc[name, "stat_text"] for name in ids.split()]
            template = {"n": "{}", "Mean (SD)": "{} ({})", "Min, Max": "{}, {}"}[row.cells[0]]
            assert text == (template.format(*behind) if any(behind) else "")
            shown += len(behind)
    assert shown == len(results[results["analysis"] == "summary"]) == 50  # 5 statistics of 10 cells
    for result in results[results["stat_name"].isin(["N", "n", "mean"])].itertuples():
        frame = data.datasets[str(result.dataset)].frame
        records = frame[selected(frame, str(result.where))]
        if result.stat_name == "mean":
            np.testing.assert_equal(result.stat, records[str(result.variable)].mean())
        else:
            assert result.stat == len(records)


def test_the_condition_of_a_result() -> None:
    results = analyse(study(), options())
    one = results[(results["group3_level"] == "Week2") & (results["variable"] == "CHG")].iloc[0]
    assert one["where"] == (
        "SAFFL = 'Y' and AVAL < 900 and PARAMCD = 'ALT' and AVISIT = 'Week2' and TRTA = 'Placebo'"
        " and CHG is not missing"
    )
    assert (one["dataset"], one["stat_name"], one["stat"], one["stat_text"]) == ("ADLB", "N", 1.0, "1")
    assert results["where"][0] == "SAFFL = 'Y' and TRT01A = 'Placebo'"


def test_order_and_index_of_records_do_not_matter() -> None:
    data = study()
    straight = results_csv(analyse(data, options(also=["lclm", "uclm"])))
    for seed in range(5):
        shuffled = {
            name: each.with_frame(each.frame.sample(frac=1, random_state=seed)) for name, each in data.datasets.items()
        }
        assert results_csv(analyse(replace(data, datasets=shuffled), options(also=["lclm", "uclm"]))) == straight
    categories = {
        name: each.with_frame(each.frame.astype({"USUBJID": "category", "SAFFL": "category"}))
        for name, each in data.datasets.items()
    }
    assert results_csv(analyse(replace(data, datasets=categories), options(also=["lclm", "uclm"]))) == straight


def test_the_layout_is_the_same_from_stored_results(tmp_path: Path) -> None:
    results = analyse(study(), options())
    write_results(results, tmp_path / "t.csv")
    assert lay_out(read_results(tmp_path / "t.csv"), options(), PAGE) == lay_out(results, options(), PAGE)


def test_limits_are_stored_and_not_shown() -> None:
    results = analyse(study(), options(also=["lclm", "uclm"], level="0.9"))
    week2 = results[(results["group3_level"] == "Week2") & (results["group1_level"] == "Drug")]
    value = week2[week2["variable"] == "AVAL"].set_index("stat_name")
    # 38 -+ t(0.95, 2) = 2.919986 times 11.135529 / sqrt(3)
    assert value.loc["lclm", "stat"] == pytest.approx(38 - 2.919986 * 11.135529 / 3**0.5, abs=1e-4)
    assert value.loc["uclm", "stat_text"] == "56.8"
    assert len(lay_out(results, options(), PAGE).rows) == 18


def test_decimals_and_order_of_each_parameter() -> None:
    rows = {"by": "AVISIT", "order_by": "AVISITN", "empty": "drop"}
    chosen = options(parameters=["AST", "ALT"], rows=rows, statistics=["mean"], variables=["AVAL"])
    layout = lay_out(analyse(study(), chosen), chosen, PAGE)
    assert [(row.group, row.cells) for row in layout.rows] == [
        (("AST (U/L)", "Week2"), ("Mean", "", "1.50")),  # AST has nothing at baseline: dropped
        (("ALT (U/L)", "Baseline"), ("Mean", "22.5", "30.5")),
        (("ALT (U/L)", "Week2"), ("Mean", "22.0", "38.0")),
    ]
    assert [[cell.text for cell in row] for row in layout.header] == [["", "Placebo\n(N=2)", "Drug\n(N=3)"]]


def test_column_n_of_records_or_none() -> None:
    for header_n, heads in [("records", ["Placebo\n(N=2)", "Drug\n(N=2)"]), ("none", ["Placebo", "Drug"])]:
        chosen = options(
            columns={"by": "TRTA", "order": ["Placebo", "Drug"], "header_n": header_n},
            records={"from": "ADLB", "where": "AVISIT = 'Baseline'"},
        )
        layout = lay_out(analyse(study(), chosen), chosen, PAGE)
        assert [cell.text for cell in layout.header[0][1:]] == heads


def warnings_of(results: pd.DataFrame) -> dict[str, str]:
    """The warnings of results, each with the treatment, visit, parameter or variable it is about."""
    warned = results[results["warning"] != ""]
    about = warned[["group1_level", "group3_level", "group2_level", "variable", "stat_name"]].agg(" ".join, axis=1)
    return dict(zip((" ".join(text.split()) for text in about), warned["warning"], strict=True))


def test_warnings_in_the_results() -> None:
    twice = ADLB + "S4 Y Drug ALT Week2 2 29 -1\n"
    assert warnings_of(analyse(study(twice), options(parameters=["ALT", "AST"]))) == {
        "Placebo Week2 ALT AVAL sd": "one value only",
        "Placebo Week2 ALT CHG sd": "one value only",
        "Drug Week2 AST AVAL sd": "one value only",
        "Drug Week2 ALT AVAL N": "subjects with more than one value: 1",
        "Drug Week2 ALT CHG N": "subjects with more than one value: 1",
    }
    assert warnings_of(analyse(study(ADLB.replace("AST", "XXX")), options(parameters=["ALT", "AST"]))) == {
        "Placebo Week2 ALT AVAL sd": "one value only",
        "Placebo Week2 ALT CHG sd": "one value only",
        "AST PARAM label": "no records of a parameter: AST",
    }


def test_records_of_treatments_that_no_column_shows_are_counted() -> None:
    data = study(ADLB.replace("S5      Y     Drug   ", "S5      Y     Durg   ") + "S6 Y . ALT Week2 2 1 .\n")
    results = analyse(data, options())
    row = results[results["analysis"] == "lacking"].iloc[0]
    assert row["warning"] == "records left out, their TRTA is not listed: 3 (Durg, missing)"
    frame = data.datasets["ADLB"].frame
    assert frame[selected(frame, row["where"])][["USUBJID", "AVAL"]].to_numpy().tolist() == [
        ["S5", 31],
        ["S5", 36],
        ["S6", 1],
    ]
    assert "lacking" not in set(analyse(study(), options())["analysis"])


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"rows": {"by": "AVISIT", "show": ["Baseline", "Wek2"]}}, "the visit Wek2", "did you mean Week2"),
        ({"rows": {"by": "AVISIT", "order_by": "AVISITN", "baseline": "Basline"}}, "the visit Basline", "Baseline"),
    ],
)
def test_a_misspelled_level_is_an_error(changes: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        analyse(study(), options(**changes))
    assert hint in str(caught.value)


def test_a_subject_of_another_column_than_counts_it_is_an_error() -> None:
    data = study(ADLB.replace("S1      Y     Placebo ALT     Week2", "S1      Y     Drug    ALT     Week2"))
    with pytest.raises(DataError, match="1 subject stands in a column whose N does not count it: S1") as caught:
        analyse(data, options())
    assert caught.value.place.variable == "TRTA"
    assert "header_n: records" in caught.value.hint
    analyse(data, options(columns=SPEC["columns"] | {"header_n": "records"}))
    analyse(data, options(parameters=["AST"]))  # no record of S1 is shown


@pytest.mark.parametrize("arm", ["placebo", "."])
def test_a_subject_of_the_population_in_no_column_is_named(arm: str) -> None:
    data = study(
        ADLB.replace("S2      Y     Placebo", f"S2      Y     {arm}"), ADSL.replace("Y     Placebo\nS3", f"Y {arm}\nS3")
    )
    (found,) = check(data, options(), Place("t-1.yaml"))
    assert found.severity is Severity.WARNING
    assert found.message.startswith("1 subject of the population is in no column: S2 (TRT01A ")
    assert found.place == Place("t-1.yaml", dataset="ADSL", variable="TRT01A")
    assert check(study(), options(), Place()) == ()


def test_a_planned_arm_without_a_subject_has_n_0_and_a_note() -> None:
    chosen = options(columns=SPEC["columns"] | {"order": ["Placebo", "Drug", "High"]}, tests=[TEST])
    results = analyse(study(), chosen)
    layout = lay_out(results, chosen, PAGE)
    assert [cell.text for cell in layout.header[0]][-1] == "High\n(N=0)"
    assert layout.footnotes == ("Observed cases.", "N=0: no subject is in High.")
    assert {row.cells[5:] for row in layout.rows if row.cells[0] == "n"} == {("0", ""), ("0", "0")}
    assert {row.cells[5:] for row in layout.rows if row.cells[0] not in {"n", "p-value vs Placebo"}} == {("", "")}
    (note,) = [each for each in check_warnings(results, Place()) if "column without" in each.message]
    assert note.severity is Severity.NOTE
    paginate(layout)


def test_values_with_more_decimals_than_the_parameter_are_found() -> None:
    data = study(ADLB.replace("2       36   5", "2       36.5 5.5"))
    found = check(data, options(), Place("t-1.yaml"))
    assert [finding.message.partition(":")[0] for finding in found] == [
        "AVAL is shown with fewer decimals than 1 of its 8 values have",
        "CHG is shown with fewer decimals than 1 of its 3 values have",
    ]
    assert "ALT (1 with more than 0, such as 36.5)" in found[0].message


@pytest.mark.parametrize(("level", "shown"), [(0.95, "95%"), (0.9, "90%"), (0.975, "97.5%")])
def test_limits_say_their_level(level: float, shown: str) -> None:
    chosen = options(statistics=["n", "limits"], level=level)
    results = analyse(study(), chosen)
    assert lay_out(results, chosen, PAGE).rows[1].cells[0] == f"{shown} CI of the mean"
    labels = set(results["stat_label"][results["stat_name"].isin(["lclm", "uclm"])])
    assert labels == {f"Lower {shown} limit of the mean", f"Upper {shown} limit of the mean"}


def test_column_n_of_records_counts_who_is_in_the_table() -> None:
    data = study(ADLB.replace("S2      Y     Placebo ALT     Baseline 0       25", "S2 Y Placebo ALT Baseline 0 ."))
    chosen = options(columns={"by": "TRTA", "order": ["Placebo", "Drug"], "header_n": "records"})
    results = analyse(data, chosen)
    heads = results[results["analysis"] == "header_n"]
    assert heads["stat"].tolist() == [1, 3]  # S2 has one value, at no visit
    frame = data.datasets["ADLB"].frame
    counted = [frame[selected(frame, where)]["USUBJID"].nunique() for where in heads["where"]]
    assert counted == [1, 3]
    only_ast = chosen.model_copy(update={"parameters": ("AST",)})
    assert analyse(data, only_ast)["stat"].tolist()[:2] == [0, 1]


def test_method_and_options_of_a_result() -> None:
    results = analyse(study(), options(statistics=["n", "mean_sd", "median"], also=["lclm"], level="0.9"))
    methods = results[["stat_name", "method", "options"]][results["analysis"] == "summary"].drop_duplicates()
    assert methods.to_numpy().tolist() == [
        ["N", "PROC MEANS", ""],
        ["mean", "PROC MEANS", ""],
        ["sd", "PROC MEANS", "VARDEF=DF"],
        ["median", "PROC MEANS", "PCTLDEF=5"],
        ["lclm", "PROC MEANS, Student's t limits", "VARDEF=DF, level=0.9"],
    ]


def test_the_population_is_a_result() -> None:
    data = study()
    row = analyse(data, options()).query("analysis == 'population'").iloc[0]
    assert (row["stat_text"], row["dataset"], row["where"]) == ("Safety Population", "ADSL", "SAFFL = 'Y'")
    alone = options(population=None, columns={"by": "TRTA", "order": ["Drug"], "header_n": "none"})
    assert "population" not in set(analyse(data, alone)["analysis"])


def test_parameters_of_one_label() -> None:
    data = replace(study(), parameters={code: {"PARAM": "Enzyme (U/L)", "decimals": "0"} for code in ["ALT", "AST"]})
    with pytest.raises(DataError, match="Parameters ALT and AST have the same label"):
        analyse(data, options(parameters=["ALT", "AST"]))


def test_nobody_in_the_population() -> None:
    nobody = SPEC["population"] | {"where": "SAFFL = 'X'"}
    chosen = options(population=nobody, rows={"by": "AVISIT", "order_by": "AVISITN", "baseline": "Baseline"})
    layout = paginate(lay_out(analyse(study(), chosen), chosen, PAGE))
    assert [line for row in layout.pages[0].rows for cell in row.cells for line in cell.lines] == [chosen.empty]
    data = study()
    no_records = {name: each.with_frame(each.frame.iloc[:0]) for name, each in data.datasets.items()}
    assert lay_out(analyse(replace(data, datasets=no_records), chosen), chosen, PAGE).rows == ()


def test_no_records_at_all() -> None:
    nothing = options(records={"from": "ADLB", "where": "AVAL > 5000"}, rows={"by": "AVISIT", "order_by": "AVISITN"})
    layout = lay_out(analyse(study(), nothing), nothing, PAGE)
    assert layout.rows == ()
    assert layout.empty == "No records meet the criteria of this output."
    kept = options(records={"from": "ADLB", "where": "AVAL > 5000"})
    assert [row.cells[1:] for row in lay_out(analyse(study(), kept), kept, PAGE).rows][:2] == [
        ("0", "", "0", ""),
        ("", "", "", ""),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": ["ALX"]}, "no parameter ALX"),
        ({"variables": ["AVAL", "PCHG"]}, "no variable PCHG"),
        ({"population": {"from": "ADSL", "where": "TRT01A = 'Drug'"}}, "selected by TRT01A, which ADLB does not have"),
        ({"records": {"from": "ADLBC"}}, "no dataset ADLBC"),
        ({"columns": {"by": "TRTA", "order": ["Drug"]}}, "no variable TRTA"),
        ({"variables": ["AVAL", "SAFFL"]}, "SAFFL is not a number"),
        ({"rows": {"by": "AVISIT", "order_by": "SAFFL"}}, "SAFFL is not a number"),
    ],
)
def test_what_the_data_do_not_have(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        analyse(study(), options(**changes))


def test_records_and_population_that_disagree() -> None:
    with pytest.raises(DataError, match="disagree on who is in the population") as caught:
        analyse(study(ADLB.replace("S5      Y", "S5      N")), options())
    assert "USUBJID = S5" in str(caught.value)
    with pytest.raises(DataError, match="one record for each subject"):
        analyse(study(adsl=ADSL + "S1 Y Drug\n"), options())


def test_visits_that_a_number_does_not_order() -> None:
    chosen = options(rows={"by": "AVISIT", "order_by": "AVISITN"})
    with pytest.raises(DataError, match="does not put the visits"):
        analyse(study(ADLB.replace("Week2    2", "Week2    0")), chosen)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rows": {"by": "AVISIT"}}, "either show"),
        ({"rows": {"by": "AVISIT", "show": ["A"], "order_by": "AVISITN"}}, "either show"),
        ({"rows": {"by": "AVISIT", "show": ["A"], "baseline": "B"}}, "none of the visits"),
        ({"statistics": ["n", "average"]}, "no statistic average"),
        ({"statistics": ["n", "n"]}, "listed twice: n"),
        ({"population": None}, "needs a population"),
        ({"records": {"from": "ADLB", "where": "AVAL <"}}, "a variable or a value"),
        ({"level": "95"}, "less than 1"),
        ({"also": ["mode"]}, "Input should be"),
        ({"colums": {}}, "Extra inputs"),
        ({"output": "../T"}, "should match pattern"),
    ],
)
def test_options_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**changes)


def test_six_treatments_fit_by_what_a_spec_can_say() -> None:
    """Twelve columns of mean (SD) are too many at nine points on letter paper; the message says what to change."""
    names = [f"Dose {number}" for number in range(1, 7)]
    columns = {"by": "TRTA", "order": names, "header_n": "none"}
    frame = pd.DataFrame(
        [
            (f"S{n}{i}", name, "ALT", "Week2", 2, 100.0 + 37 * i, 50.0 * i)
            for n, name in enumerate(names)
            for i in (0, 1, 2)
        ],
        columns=["USUBJID", "TRTA", "PARAMCD", "AVISIT", "AVISITN", "AVAL", "CHG"],
    )
    data = replace(study(), datasets={"ADLB": dataset("ADLB", frame.to_csv(sep=" ", index=False))})
    wide = {"columns": columns, "population": None, "records": {"from": "ADLB"}, "statistics": ["mean_sd", "q1_q3"]}
    rows = {"by": "AVISIT", "show": ["Week2"]}

    def pages(**page: Any) -> Layout:
        chosen = options(**wide, rows=rows, page=page)
        layout = lay_out(analyse(data, chosen), chosen, PAGE)
        paginate(layout)
        return layout

    with pytest.raises(LayoutError) as caught:
        pages(font_size="14")
    assert "page: font_size" in caught.value.hint.replace("smaller page", "page")
    layout = pages(paper="A4", font_size="7", margins={"left": "0.5", "right": "0.5"})
    assert (layout.page.width, layout.page.font_size) == (11.69, 7.0)


def test_the_width_of_the_labels_can_be_given() -> None:
    chosen = options(rows=SPEC["rows"] | {"width": "3.5"})
    assert [column.share for column in lay_out(analyse(study(), chosen), chosen, PAGE).columns] == [3.5, 1, 1, 1, 1]
    with pytest.raises(ValidationError, match="greater than 0"):
        options(rows=SPEC["rows"] | {"width": "0"})

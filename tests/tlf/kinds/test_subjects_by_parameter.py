"""Subjects by parameter: each cell of a small table counted by hand, traced to its result and its records."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.condition.to_pandas import selected
from adamline.errors import DataError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.csv_file import read_results, results_csv, write_results
from adamline.tlf.kinds._counts import percents
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.kinds.subjects_by_parameter import Options, analyse, lay_out
from adamline.tlf.layout import Align
from adamline.tlf.paginate import paginate

ADSL = """
USUBJID ITTFL TRT01P
S1      Y     Placebo
S2      Y     Placebo
S3      Y     Placebo
S4      Y     Drug
S5      Y     Drug
S6      Y     Drug
S7      Y     Drug
S8      Y     Drug
S9      Y     Drug
S10     N     Placebo
"""
# S1 has C3 twice, S2 no elevated value, S10 is not in the population, S9 has nothing, Sm is asked for by nobody.
ADLB = """
USUBJID ITTFL TRTP    PARAMCD AVISIT ABLFL ELEVPFL
S1      Y     Placebo C3      Week0  Y     Y
S1      Y     Placebo C3      Week2  Y     Y
S1      Y     Placebo IGG     Week0  Y     Y
S2      Y     Placebo C3      Week0  Y     N
S2      Y     Placebo IGG     Week0  Y     Y
S3      Y     Placebo C3      Week0  Y     Y
S3      Y     Placebo IGG     Week0  Y     Y
S4      Y     Drug    C3      Week0  Y     Y
S4      Y     Drug    C3      Week2  .     Y
S5      Y     Drug    IGG     Week0  Y     Y
S6      Y     Drug    IGG     Week0  Y     Y
S7      Y     Drug    IGG     Week0  Y     Y
S8      Y     Drug    SM      Week0  Y     Y
S10     N     Placebo C3      Week0  Y     Y
"""
SPEC: dict[str, Any] = {
    "output": "T-1",
    "kind": "subjects_by_parameter",
    "title": "Analysis Populations",
    "population": {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "Intent-to-Treat Population"},
    "records": {"from": "ADLB", "where": "ABLFL = 'Y' and ELEVPFL = 'Y'"},
    "columns": {"by": "TRTP", "order": ["Placebo", "Drug"], "population_by": "TRT01P"},
    "parameters": ["IGG", "C3", "C4"],
    "labels": [
        {"attribute": "PARAM", "heading": "Marker"},
        {"attribute": "criterion", "heading": "Baseline requirement", "width": "1.5"},
    ],
}
PARAMETERS = {
    "C3": {"PARAM": "Complement C3", "criterion": "<90 mg/dL"},
    "C4": {"PARAM": "Complement C4", "criterion": "<10 mg/dL"},
    "IGG": {"PARAM": "IgG", "criterion": "No requirement"},
    "SM": {"PARAM": "Anti-Sm"},
}
PAGE = PageContext(study="Study X", run="3f2a")


def dataset(name: str, text: str) -> Dataset:
    frame = pd.read_csv(io.StringIO(text), sep=r"\s+", na_values=["."], keep_default_na=False, dtype=str)
    return Dataset(name, frame, tuple(Variable(str(column), Kind.TEXT) for column in frame))


def study(adlb: str = ADLB, adsl: str = ADSL) -> AnalysisData:
    return AnalysisData({"ADSL": dataset("ADSL", adsl), "ADLB": dataset("ADLB", adlb)}, PARAMETERS)


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def test_every_cell_by_hand() -> None:
    layout = lay_out(analyse(study(), options()), options(), PAGE)
    assert [row.cells for row in layout.rows] == [
        ("IgG", "No requirement", "3 (100.0)", "3 (50.0)"),
        ("Complement C3", "<90 mg/dL", "2 (66.7)", "1 (16.7)"),  # S1 once; S4 only at baseline
        ("Complement C4", "<10 mg/dL", "0", "0"),
    ]
    heads = ["Marker", "Baseline requirement", "Placebo\n(N=3)\nn (%)", "Drug\n(N=6)\nn (%)"]
    assert [cell.text for cell in layout.header[0]] == heads
    assert [column.align for column in layout.columns] == [Align.LEFT] * 2 + [Align.DECIMAL] * 2
    assert [column.share for column in layout.columns] == [2.0, 1.5, 1.0, 1.0]
    assert (layout.population, layout.source) == ("Intent-to-Treat Population", "Source: ADLB; run 3f2a")


def test_a_cell_names_its_results_and_they_select_their_records() -> None:
    data = study()
    results = analyse(data, options())
    by_id = results.set_index("result")
    shown = set()
    for row in lay_out(results, options(), PAGE).rows:
        for text, ids in zip(row.cells, row.results, strict=True):
            behind = by_id.loc[ids.split(), "stat_text"]
            assert text == ("{} ({})" if len(behind) > 1 else "{}").format(*behind)
            shown |= set(ids.split())
    counted = results[results["stat_name"].isin(["n", "N"])]
    for result in counted.itertuples():
        frame = data.datasets[str(result.dataset)].frame
        records = frame[selected(frame, str(result.where))]
        assert result.stat == records["USUBJID"].nunique()
        assert result.stat_text == str(int(result.stat))
    assert len(shown) == 2 * 3 + 6 + 4  # labels, n, and the per cent of counts above 0


def test_the_results_of_a_cell() -> None:
    results = analyse(study(), options())
    assert results["stat_name"][results["analysis"] == "summary"].tolist() == ["n", "N", "pct"] * 6
    cell = results[(results["group2_level"] == "C3") & (results["group1_level"] == "Drug")]
    behind = "ITTFL = 'Y' and ABLFL = 'Y' and ELEVPFL = 'Y' and PARAMCD = 'C3' and TRTP = 'Drug'"
    columns = ["variable", "stat_name", "stat", "stat_text", "method", "dataset", "where"]
    assert cell[columns].to_numpy().tolist() == [
        ["USUBJID", "n", 1, "1", "PROC FREQ", "ADLB", behind],
        ["USUBJID", "N", 6, "6", "PROC FREQ", "ADSL", "ITTFL = 'Y' and TRT01P = 'Drug'"],
        ["USUBJID", "pct", 100 / 6, "16.7", "PROC FREQ", "ADLB", behind],
    ]


@pytest.mark.parametrize(
    ("n", "of", "text"),
    # Dörner et al. 2022, Table 1: the counts; it prints 11.47, 20.9, 27.0 and 15.3 for four of them.
    [(51, 105, "48.6"), (12, 105, "11.4"), (22, 105, "21.0"), (28, 104, "26.9"), (16, 104, "15.4"), (1, 104, "1.0")]
    # Ties go away from zero: 6.25, 31.25, 0.05.
    + [(1, 16, "6.3"), (5, 16, "31.3"), (1, 2000, "0.1"), (0, 7, "0.0"), (7, 7, "100.0"), (0, 0, ""), (3, 0, "")],
)
def test_per_cent(n: int, of: int, text: str) -> None:
    assert percents([n], [of], 1)[1].tolist() == [text]


def test_decimals_of_the_per_cent() -> None:
    layout = lay_out(analyse(study(), options(decimals="0")), options(decimals="0"), PAGE)
    assert layout.rows[1].cells[2:] == ("2 (67)", "1 (17)")


def warnings_of(results: pd.DataFrame) -> list[str]:
    return sorted(results["warning"][results["warning"] != ""])


def test_warnings() -> None:
    assert warnings_of(analyse(study(), options())) == ["no records of a parameter: C4"]
    other = study(ADLB.replace("S7      Y     Drug", "S7      Y     Pill"))
    assert warnings_of(analyse(other, options(parameters=["IGG"]))) == [
        "records left out, their TRTP is not listed: 1 (Pill)"
    ]


def test_nobody_in_the_population() -> None:
    chosen = options(population=SPEC["population"] | {"where": "ITTFL = 'X'"})
    results = analyse(study(), chosen)
    layout = lay_out(results, chosen, PAGE)
    assert {row.cells[2:] for row in layout.rows} == {("0", "0")}
    assert "a column without a subject: Placebo" in warnings_of(results)
    assert layout.footnotes[-1] == f"N=0: no subject is in {', '.join(chosen.columns.order)}."
    assert results["stat"][results["stat_name"] == "pct"].isna().all()
    paginate(layout)


def test_order_and_type_of_the_records_do_not_matter(tmp_path: Path) -> None:
    data = study()
    straight = analyse(data, options())
    for seed in range(3):
        mixed = {
            name: each.with_frame(each.frame.sample(frac=1, random_state=seed).astype("category"))
            for name, each in data.datasets.items()
        }
        assert results_csv(analyse(replace(data, datasets=mixed), options())) == results_csv(straight)
    write_results(straight, tmp_path / "t.csv")
    assert lay_out(read_results(tmp_path / "t.csv"), options(), PAGE) == lay_out(straight, options(), PAGE)


def test_labels_default_to_the_parameter() -> None:
    chosen = Options.model_validate({key: value for key, value in SPEC.items() if key != "labels"})
    layout = lay_out(analyse(study(), chosen), chosen, PAGE)
    assert [row.cells[0] for row in layout.rows] == ["IgG", "Complement C3", "Complement C4"]
    assert len(layout.columns) == 3


def test_a_column_counts_only_its_own_subjects() -> None:
    swapped = study(ADLB.replace("S7      Y     Drug   ", "S7      Y     Placebo"))
    with pytest.raises(DataError, match="1 subject stands in a column whose N does not count it: S7") as caught:
        analyse(swapped, options())
    assert "population_by" in caught.value.hint


def test_labels_that_are_the_same() -> None:
    same = {code: attributes | {"PARAM": "Complement"} for code, attributes in PARAMETERS.items()}
    data = replace(study(), parameters=same)
    analyse(data, options())  # the criteria differ
    with pytest.raises(DataError, match="Parameters C3 and C4 have the same labels"):
        analyse(data, options(parameters=["C3", "C4"], labels=[{"attribute": "PARAM"}]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": ["IGX"]}, "no parameter IGX"),
        ({"parameters": ["SM"]}, "SM has no criterion"),
        ({"columns": SPEC["columns"] | {"by": "TRTA"}}, "no variable TRTA"),
        ({"records": {"from": "ADLBC"}}, "no dataset ADLBC"),
    ],
)
def test_what_the_data_do_not_have(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        analyse(study(), options(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": SPEC["columns"] | {"header_n": "records"}}, "shows the N of the population"),
        ({"population": None}, "population"),
        ({"parameters": []}, "at least 1 item"),
        ({"parameters": ["C3", "C3"]}, "listed twice: C3"),
        ({"labels": []}, "at least 1 item"),
        ({"labels": [{"attribute": "PARAM", "width": "0"}]}, "greater than 0"),
        ({"decimals": "-1"}, "greater than or equal to 0"),
        ({"statistics": ["n"]}, "Extra inputs"),
    ],
)
def test_options_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**changes)

"""Explaining a number of a run: its records in ADaM and SDTM, in each form, and what cannot be explained."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError, DataError
from adamline.study.explain.explain import explain
from adamline.study.explain.shown import as_csv, as_json, as_text


def test_a_mean_has_its_records_their_values_and_those_of_the_laboratory(ran: Path) -> None:
    found = explain(ran, "t-1", "Baseline / mean", "Active / Value")
    assert [(each.name, each.text) for each in found.statistics] == [("mean", "21.0"), ("sd", "1.41")]
    [behind] = found.behind
    assert behind.statistics == ("mean", "sd")
    assert behind.records["AVAL"].tolist() == [20.0, 22.0]
    assert behind.records["USUBJID"].tolist() == ["M-1", "M-3"]
    [source] = behind.sources
    assert (source.dataset, source.by, source.missing) == ("LB", "USUBJID, LBSEQ", 0)
    assert source.records[["USUBJID", "LBSEQ", "LBSTRESN"]].values.tolist() == [["M-1", 1, 20], ["M-3", 1, 22]]


def test_a_percent_has_the_subjects_that_it_is_out_of_also_those_without_a_record(ran: Path) -> None:
    found = explain(ran, "T-2", "week 2", "active")
    assert found.cell is not None
    assert found.cell.text == "1 (50.0)"
    numerator, denominator = found.behind
    assert (numerator.statistics, numerator.records["USUBJID"].tolist()) == (("n", "pct"), ["M-1"])
    # M-3 has no record of week 2, and is one of two.
    assert (denominator.part_of, denominator.records["USUBJID"].tolist()) == (("pct",), ["M-1", "M-3"])
    assert [source.dataset for source in denominator.sources] == ["DM"]


def test_a_total_says_who_stands_in_which_column(ran: Path) -> None:
    text = as_text(explain(ran, "T-2", "Week 2", "Total"))
    assert "TRTP Active: 1 record of 1 subject" in text
    assert "TRTP Placebo: 1 record of 1 subject" in text


@pytest.mark.parametrize(
    ("row", "column", "statistic", "value"),
    [("Baseline", "active", "N", 2), ("Baseline", "active", "events", 2), ("Baseline", "active", "percent", 100)],
)
def test_a_statistic_is_picked_by_its_name_also_one_beside_the_cell(
    ran: Path, row: str, column: str, statistic: str, value: float
) -> None:
    [found] = explain(ran, "T-2", row, column, statistic).statistics
    assert found.value == value


def test_the_head_of_a_column_is_the_row_n(ran: Path) -> None:
    [behind] = explain(ran, "T-2", "N", "Active").behind
    assert behind.records["USUBJID"].tolist() == ["M-1", "M-3"]
    assert behind.selection.where == "ITTFL = 'Y' and TRT01P = 'Active'"


def test_a_result_is_known_by_its_id_also_one_of_a_figure(ran: Path) -> None:
    result = "T-2/count AVISIT/TRTP=Total/AVISIT=Week 2/n"
    found = explain(ran, result)
    assert found.cell is not None
    assert (found.cell.row, found.cell.column) == ("Visit / Week 2", "Total / (N=3)")
    assert found.behind[0].subjects == 2


def test_a_row_of_a_listing_is_known_by_its_number(ran: Path) -> None:
    found = explain(ran, "L-1", "2", "value")
    assert found.cell is not None
    assert found.cell.text == "25"
    assert found.behind[0].records[["USUBJID", "AVAL"]].values.tolist() == [["M-1", 25.0]]
    assert found.behind[0].sources[0].records["LBSEQ"].tolist() == [2]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("T-3", "n", "Active"), "There is no output T-3 in this run."),
        (("T-1", "Baseline / medain", "Active / Value"), "Baseline / Median"),
        (("T-1", "Baseline / n", "Actve"), "did you mean"),
        (("T-1", "n", "Active / Value"), "2 rows of T-1 are 'n'."),
        (("T-1", "Baseline / n", "Active / Value", "modus"), "The cell has no statistic modus."),
        (("T-1", "Baseline / Mean", "Active / Change"), "shows no result"),
        (("T-1/summary AVAL, CHG/n",), "T-1 has no result of this id."),
        (("L-1", "9"), "a number from 1 to 5"),
        (("F-1", "1", "1"), "F-1 is a figure"),
        (("T-1",), "What is to be explained of T-1?"),
    ],
)
def test_what_cannot_be_explained_is_said_with_what_there_is(ran: Path, asked: tuple[str, ...], says: str) -> None:
    with pytest.raises(DataError) as error:
        explain(ran, *asked)
    assert says in str(error.value)


@pytest.fixture
def copied(ran: Path, tmp_path: Path) -> Path:
    """The run, and what it read, in a folder of the test's own."""
    shutil.copytree(ran.parent, tmp_path / "copied")
    return tmp_path / "copied" / "out"


def test_a_dataset_that_was_changed_explains_nothing(copied: Path) -> None:
    file = copied / "adam" / "adlb.xpt"
    file.write_bytes(file.read_bytes().replace(b"Baseline", b"Basement"))
    with pytest.raises(AdamlineError, match="not as it made it"):
        explain(copied, "T-2", "Week 2", "active")


def test_results_that_were_changed_explain_nothing(copied: Path) -> None:
    file = copied / "results" / "t-2.csv"
    file.write_text(file.read_text().replace("50.0", "51.0"))
    with pytest.raises(AdamlineError, match="not as it made them"):
        explain(copied, "T-2", "Week 2", "active")


def test_an_input_that_has_changed_is_said_and_one_that_is_gone(copied: Path) -> None:
    sdtm = copied.parent / "sdtm"
    (sdtm / "lb.xpt").write_bytes((sdtm / "lb.xpt").read_bytes().replace(b"ALT", b"AST"))
    found = explain(copied, "T-2", "Week 2", "active", folders=[sdtm])
    assert found.notes == ("lb.xpt: not as when the study was run, so that records of LB may not be those read",)
    (copied / "logs" / "runs.jsonl").unlink()
    text = as_text(explain(copied, "T-2", "Week 2", "active"))
    assert "from LB: its file is not there; name its folder with --sdtm" in text


def test_json_and_csv_have_all_records(ran: Path) -> None:
    found = explain(ran, "T-2", "Baseline", "Total")
    content = json.loads(as_json(found))
    assert content["cell"] == {"row": "Visit / Baseline", "column": "Total / (N=3)", "text": "3 (100.0)"}
    assert [len(each["records"]) for each in content["behind"]] == [3, 3]
    assert content["behind"][0]["sources"][0]["records"][0]["LBSTRESN"] == 20
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [(row["role"], row["dataset"]) for row in rows] == [
        *[("records", "ADLB")] * 3, *[("source", "LB")] * 3, *[("records", "ADSL")] * 3, *[("source", "DM")] * 3,
    ]  # fmt: skip
    assert [row["AVAL"] for row in rows[:3]] == ["20", "30", "22"]


def test_text_has_the_first_records(ran: Path) -> None:
    text = as_text(explain(ran, "T-2", "Baseline", "Total"), first=1)
    assert "... and 2 more" in text


def test_the_command(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", "T-2", "week 2", "active", "n", "--out", str(ran)])
    assert not ended.value.code
    shown = capsys.readouterr().out
    assert "n: 1 record of 1 subject in ADLB" in shown
    assert "from LB by USUBJID, LBSEQ: 1 record" in shown

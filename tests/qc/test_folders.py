"""Two folders: keys by configuration or proposed, a row a dataset, what changed, and what could not be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import DataError, FileFormatError
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.files import FileFormat, write_dataset
from adamline.qc.answer import Verdict
from adamline.qc.folders import Change, CompareConfig, FolderRow, PairConfig, compare_folders
from adamline.qc.options import CompareOptions, Keys
from adamline.qc.reading import Reading
from adamline.qc.report.folder_report import folder_verdict
from adamline.qc.report.report import Report

ADSL = """
USUBJID AGE
'01'    50
'02'    60
'03'    70
"""
# 02 is changed, 03 removed, 04 and 05 added.
ADSL_LATER = """
USUBJID AGE
'05'    40
'01'    50
'02'    61
'04'    30
"""
ADAE = """
USUBJID AESEQ AETERM
'01'    1     Headache
'01'    2     Nausea
'02'    1     Fever
'03'    1     Cough
"""
# A record of 01 is new.
ADAE_LATER = """
USUBJID AESEQ AETERM
'01'    1     Headache
'01'    2     Nausea
'01'    3     Rash
'02'    1     Fever
'03'    1     Cough
"""

Table = Callable[[str], pd.DataFrame]


def write(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    variables = tuple(Variable(name, kind_of(frame[name]), label=name) for name in frame.columns)
    write_dataset(Dataset(path.stem.upper(), frame, variables), path)


@pytest.fixture
def cuts(table: Table, tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "cut1", tmp_path / "cut2"
    write(table(ADSL), first / "adsl.xpt")
    write(table(ADSL_LATER), second / "adsl.xpt")
    write(table(ADAE), first / "adae.xpt")
    write(table(ADAE_LATER), second / "adae.xpt")
    return first, second


def rows(cuts: tuple[Path, Path], config: CompareConfig | None = None) -> dict[str, FolderRow]:
    made = compare_folders(*cuts, config or CompareConfig(), lambda name, report: None)
    return {row.dataset: row for row in made}


def test_changes_between_two_cuts(cuts: tuple[Path, Path]) -> None:
    found = rows(cuts)
    assert list(found) == ["ADAE", "ADSL"]
    assert found["ADSL"].subjects == Change(added=2, removed=1, changed=1)
    assert found["ADSL"].records == Change(added=2, removed=1, changed=1)
    assert found["ADAE"].subjects == Change(added=0, removed=0, changed=1)
    assert found["ADAE"].records == Change(added=1, removed=0, changed=0)
    assert found["ADSL"].n_unequal == 1
    assert (found["ADSL"].verdict, found["ADSL"].status) == (Verdict.FAIL, 1)


def test_a_subject_that_only_loses_a_record_is_changed(cuts: tuple[Path, Path]) -> None:
    later, earlier = rows((cuts[1], cuts[0]))["ADAE"], Change(added=0, removed=1, changed=0)
    assert (later.records, later.subjects) == (earlier, Change(added=0, removed=0, changed=1))


def test_equal_folders(cuts: tuple[Path, Path]) -> None:
    found = rows((cuts[0], cuts[0]))
    assert [(row.outcome, row.status) for row in found.values()] == [("PASS", 0), ("PASS", 0)]


def test_a_dataset_on_one_side_is_a_failure(cuts: tuple[Path, Path]) -> None:
    (cuts[1] / "adae.xpt").unlink()
    found = rows(cuts)
    assert (found["ADAE"].outcome, found["ADAE"].status, found["ADAE"].problem) == ("MISSING", 1, "only in base")
    assert found["ADSL"].verdict is Verdict.FAIL


def test_an_unreadable_file_does_not_stop_the_others(cuts: tuple[Path, Path]) -> None:
    (cuts[1] / "adae.xpt").write_bytes(b"not a transport file")
    found = rows(cuts)
    assert (found["ADAE"].outcome, found["ADAE"].status) == ("NOT COMPARED", 2)
    assert "adae.xpt" in found["ADAE"].problem
    assert found["ADSL"].verdict is Verdict.FAIL


def test_options_and_keys_of_the_configuration(cuts: tuple[Path, Path]) -> None:
    config = CompareConfig(datasets={"ADAE": PairConfig(CompareOptions(id=("USUBJID", "AETERM"), exclude="AESEQ"))})
    seen: dict[str, Report] = {}
    for _ in compare_folders(*cuts, config, seen.__setitem__):
        pass
    assert [pair.base.name for pair in seen["ADAE"].comparison.observations.keys] == ["USUBJID", "AETERM"]
    assert seen["ADAE"].comparison.variables.excluded == ("AESEQ",)
    assert seen["ADSL"].comparison.observations.is_proposed


def test_options_that_do_not_fit_one_dataset(cuts: tuple[Path, Path]) -> None:
    found = rows(cuts, CompareConfig(datasets={"ADAE": PairConfig(CompareOptions(id="AESEQX"))}))
    assert found["ADAE"].status == 2
    assert "did you mean AESEQ?" in found["ADAE"].problem
    assert found["ADSL"].status == 1


def test_a_configured_dataset_that_neither_folder_has(cuts: tuple[Path, Path]) -> None:
    row = rows(cuts, CompareConfig(datasets={"ADLB": PairConfig()}))["ADLB"]
    assert (row.outcome, row.status, row.problem) == ("MISSING", 1, "in neither folder")


def test_accepted_differences_of_a_dataset(cuts: tuple[Path, Path], table: Table, tmp_path: Path) -> None:
    write(table(ADSL.replace("60", "61")), cuts[1] / "adsl.xpt")
    path = tmp_path / "adsl.csv"
    path.write_text("USUBJID,VARIABLE,BASE,COMPARE,REASON,PERSON\n02,AGE,60,61,birthday,A. Tester\n", "utf-8")
    row = rows(cuts, CompareConfig(datasets={"ADSL": PairConfig(accepted=path)}))["ADSL"]
    assert (row.verdict, row.status) == (Verdict.PASS_WITH_EXCEPTIONS, 0)


def test_a_dataset_in_two_formats_needs_a_choice(cuts: tuple[Path, Path], table: Table) -> None:
    write(table(ADSL), cuts[0] / "adsl.parquet")
    row = rows(cuts)["ADSL"]
    assert (row.status, "adsl.parquet, adsl.xpt" in row.problem) == (2, True)
    assert rows(cuts, CompareConfig(files=FileFormat.XPT))["ADSL"].status == 1


@pytest.mark.parametrize(("allowed", "status", "verdict"), [(False, 1, "FAIL"), (True, 0, "PASS")])
def test_a_dataset_without_records_passes_where_that_is_allowed(
    cuts: tuple[Path, Path], table: Table, allowed: bool, status: int, verdict: str
) -> None:
    write(table("USUBJID DVTERM\n'01' x").iloc[:0], cuts[0] / "addv.xpt")
    config = CompareConfig(PairConfig(CompareOptions(keys=Keys.PROPOSE, allow_empty=allowed)))
    found = rows((cuts[0], cuts[0]), config)
    assert (found["ADDV"].outcome, found["ADDV"].status, found["ADSL"].outcome) == ("EMPTY", status, "PASS")
    assert folder_verdict(tuple(found.values())) == verdict


def test_what_is_said_of_reading_must_fit_a_file(cuts: tuple[Path, Path], table: Table) -> None:
    """Said of all datasets, a file of any of them; said of a dataset, a file of its own."""
    write(table("USUBJID DVTERM\n'01' x"), cuts[0] / "addv.parquet")
    write(table("USUBJID DVTERM\n'01' x"), cuts[1] / "addv.parquet")
    utf8 = Reading(encoding="utf-8")
    assert rows(cuts, CompareConfig(PairConfig(reading=utf8)))["ADDV"].status == 0
    with pytest.raises(DataError, match=r"`encoding` in the configuration\) does not fit the files"):
        rows(cuts, CompareConfig(PairConfig(reading=utf8), files=FileFormat.PARQUET))
    with pytest.raises(DataError, match="`csv_like_other`"):
        rows(cuts, CompareConfig(PairConfig(reading=Reading(csv_like_other=True))))
    found = rows(cuts, CompareConfig(datasets={"ADDV": PairConfig(reading=utf8), "ADSL": PairConfig(reading=utf8)}))
    assert (found["ADDV"].status, found["ADSL"].status) == (2, 1)
    assert "`encoding` in the configuration) does not fit the files" in found["ADDV"].problem


def test_without_usubjid_there_are_no_subjects(table: Table, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(table("TVISIT VISITNUM\nx 1"), tmp_path / name / "tv.xpt")
    row = rows((tmp_path / "a", tmp_path / "b"))["TV"]
    assert (row.subjects, row.verdict) == (None, Verdict.PASS)


def test_no_folder_and_an_empty_one(cuts: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="This is not a folder"):
        rows((cuts[0], cuts[0] / "adsl.xpt"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileFormatError, match="The folder has no datasets"):
        rows((cuts[0], tmp_path / "empty"))

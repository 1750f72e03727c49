"""A live study with faults in its dates and times: it runs, each fault is named by its record, --strict sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.cli import main
from adamline.io.xpt_read import read_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

Table = Callable[[str], pd.DataFrame]

ADSL = """\
dataset: ADSL
label: Subject-Level Analysis
class: ADSL
keys: [USUBJID]
source: {domain: DM}
work:
  EXSTDTC: {derive: dtc, source: EX, from: EXSTDTC, take: first}
  EXENDTC: {derive: dtc, source: EX, from: EXENDTC, take: last}
variables:
  USUBJID: copy
  TRTSDTM: {derive: datetime, from: EXSTDTC}
  TRTSDT:  {derive: date, from: EXSTDTC}
  TRTEDT:  {derive: date, from: EXENDTC}
  TRTDURD: {derive: duration, from: TRTSDT, to: TRTEDT}
"""
ADLB = """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: [USUBJID, PARAMCD, LBSEQ]
source: {domain: LB}
subject: {ADSL: [TRTSDT, TRTSDTM]}
parameters:
  - {LBTESTCD: ALT, PARAMCD: ALT, PARAM: "Alanine Aminotransferase (U/L)", PARAMN: 1}
variables:
  USUBJID: copy
  PARAMCD: copy
  LBSEQ:   copy
  ADT:     {derive: date, from: LBDTC}
  ADTM:    {derive: datetime, from: LBDTC}
  ADY:     ady
  AVAL:    {derive: copy, from: LBSTRESN}
  ABLFL:   {derive: ablfl_predose, times: [ADTM, TRTSDTM], order: LBSEQ}
  BASE:    base
"""
DM = """
USUBJID
M-1
M-2
M-3
M-4
"""
EX = """
USUBJID EXSEQ EXSTDTC            EXENDTC
M-1     1     2020-01-10T09:30   '2020-02-10'
M-1     2     '2020-02-11'       .
M-2     1     2020-01-10T09:30   '2013-01-23'
M-3     1     2020-01-10T09:30   '2020-02-10'
M-4     1     '2020-01-10'       '2020-02-10'
"""
LB = """
USUBJID LBSEQ LBTESTCD LBSTRESN LBDTC
M-1     1     ALT      20       2020-01-10T08:00
M-1     2     ALT      30       2020-01-10T12:00
M-2     1     ALT      21       '2020-01-09'
M-2     2     ALT      31       '2020-02-30'
M-3     1     ALT      22       2020-01-09T24:00
M-3     2     ALT      32       2020-01-11T25:00
M-4     1     ALT      23       2020-01-09T08:00
M-4     2     ALT      33       2020-01-10T12:00
"""


@pytest.fixture
def dirty(study: Path, sdtm: Path, table: Table) -> tuple[Path, Path]:
    (study / "study.yaml").write_text(
        "study: MINI\ntitle: A study\ndata_cutoff: 2020-01-31\ndatasets: [adsl, adlb]\noutputs: []\n"
    )
    (study / "adsl.yaml").write_text(ADSL)
    (study / "adlb.yaml").write_text(ADLB)
    for name, text in (("DM", DM), ("EX", EX), ("LB", LB)):
        write_domain(sdtm, name, table(text))
    return study, sdtm


def test_a_run_goes_on_and_names_each_fault(dirty: tuple[Path, Path], tmp_path: Path) -> None:
    study, sdtm = dirty
    done, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    assert [one.name for one in done] == ["ADSL", "ADLB"]
    said = [
        f"{f.place.dataset} {f.place.variable} {f.check} {f.place.keys}"
        for f in findings
        if f.severity.name == "WARNING"
    ]
    impossible = "USUBJID=M-2, LBSEQ=2, LBDTC=2020-02-30; USUBJID=M-3, LBSEQ=2, LBDTC=2020-01-11T25:00"
    next_day = "24:00 USUBJID=M-3, LBSEQ=1, LBDTC=2020-01-09T24:00"
    assert said == [
        "ADSL EXENDTC undated record USUBJID=M-1, EXSEQ=2, EXENDTC=missing",
        "ADSL TRTDURD end before start USUBJID=M-2, TRTSDT=2020-01-10, TRTEDT=2013-01-23",
        f"ADLB ADT {next_day}",
        f"ADLB ADT no date {impossible}",
        "ADLB ABLFL untimed USUBJID=M-4",
    ]


def test_the_values_are_those_that_are_written(dirty: tuple[Path, Path], tmp_path: Path) -> None:
    """Doses at 09:30: a sample of 08:00 is baseline, one of 12:00 is not; 24:00 is 00:00 of January 10."""
    study, sdtm = dirty
    run_study(open_study(study), sdtm, tmp_path / "out")
    adsl, adlb = (read_xpt(tmp_path / "out" / "adam" / f"{name}.xpt").frame for name in ("adsl", "adlb"))
    assert adsl["TRTEDT"].dt.strftime("%F").tolist() == ["2020-02-10", "2013-01-23", "2020-02-10", "2020-02-10"]
    assert adlb["ADT"].dt.strftime("%m-%d").fillna(".").tolist() == [
        *["01-10", "01-10", "01-09", ".", "01-10", ".", "01-09", "01-10"]
    ]
    assert adlb["ADTM"].dt.strftime("%H:%M").fillna(".").tolist() == [
        *["08:00", "12:00", ".", ".", "00:00", ".", "08:00", "12:00"]
    ]
    assert adlb["BASE"].tolist() == [20, 20, 21, 21, 22, 22, 33, 33]


def test_strict_ends_with_status_1(dirty: tuple[Path, Path], tmp_path: Path) -> None:
    study, sdtm = dirty
    command = ["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    for more, status in (([], 0), (["--strict"], 1)):
        with pytest.raises(SystemExit) as ended:
            main([*command, *more])
        assert (ended.value.code or 0) == status


def test_findings_of_parts_are_those_of_the_whole(dirty: tuple[Path, Path], tmp_path: Path) -> None:
    study, sdtm = dirty
    _, whole = run_study(open_study(study), sdtm, tmp_path / "whole")
    _, parts = run_study(open_study(study), sdtm, tmp_path / "parts", part_records=2)
    assert parts == whole

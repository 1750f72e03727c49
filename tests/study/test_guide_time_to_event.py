"""The ADTTE that the guide shows, run as it stands, and what `check` refuses of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import AdamlineError
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.check import check_study
from adamline.study.rehearsal import rehearse
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "time-to-event.md"
STUDY = (
    "study: MINI\ntitle: Mini\ndata_cutoff: 2020-12-31\nlengths: minimal\ndatasets: [adtte]\n"
    "supplied: [ADSL, ADRS, ADAE]\n"
)
# M-1 responds and progresses; M-2 begins a new therapy before; M-3 dies on the day of progression; M-4 is assessed on
# the day of randomisation alone; M-5 is not randomised; M-6 is assessed twice, of which the last counts.
ADSL = """
USUBJID STUDYID TRT01P RANDDT     TRTSDT     NACTDT     DTHDT      EOSDT
M-1     MINI    A      2020-01-01 2020-01-02 .          .          2020-06-01
M-2     MINI    B      2020-01-01 2020-01-02 2020-03-20 .          2020-06-01
M-3     MINI    A      2020-01-01 2020-01-02 .          2020-02-12 2020-02-12
M-4     MINI    B      2020-01-01 2020-01-02 .          .          2020-06-01
M-5     MINI    A      .          .          .          .          2020-06-01
M-6     MINI    B      2020-01-01 .          .          .          2020-06-01
"""
ADRS = """
USUBJID ASEQ PARAMCD ADT        AVALC
M-1     1    OVR     2020-02-12 PR
M-1     2    OVR     2020-05-06 PD
M-1     3    PD      2020-05-06 Y
M-1     4    RSP     2020-02-12 Y
M-2     1    OVR     2020-02-12 SD
M-2     2    OVR     2020-04-20 PD
M-2     3    PD      2020-04-20 Y
M-2     4    RSP     .          N
M-3     1    OVR     2020-02-12 PD
M-3     2    PD      2020-02-12 Y
M-4     1    OVR     2020-01-01 SD
M-4     2    PD      .          N
M-6     1    OVR     2020-02-12 SD
M-6     2    OVR     2020-03-25 SD
"""
ADAE = """
USUBJID AESEQ ASTDT      AEDECOD TRTEMFL
M-1     1     2020-01-01 RASH    .
M-1     2     2020-01-12 RASH    Y
M-1     3     2020-01-11 COUGH   Y
M-2     1     2020-02-01 FEVER   Y
M-5     1     2020-02-01 COUGH   Y
"""
TEXTS = {"ADSL": ADSL, "ADRS": ADRS, "ADAE": ADAE}
ADTTE = """
USUBJID PARAMCD TRTP STARTDT    ADT        DAYS CNSR EVNTDESC         CNSDTDSC               SRCDOM SRCVAR SRCSEQ
M-1     DOR     A    2020-02-12 2020-05-06 85   0    Progression      .                      ADRS   ADT    3
M-1     PFS     A    2020-01-01 2020-05-06 127  0    Progression      .                      ADRS   ADT    3
M-1     TTCOUGH A    2020-01-02 2020-01-11 10   0    'Adverse Event'  .                      ADAE   ASTDT  3
M-1     TTRASH  A    2020-01-02 2020-01-12 11   0    'Adverse Event'  .                      ADAE   ASTDT  2
M-2     PFS     B    2020-01-01 2020-03-20 80   2    'New Therapy'    'Start of New Therapy' ADSL   NACTDT .
M-2     TTCOUGH B    2020-01-02 2020-06-01 152  1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-2     TTRASH  B    2020-01-02 2020-06-01 152  1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-3     PFS     A    2020-01-01 2020-02-12 43   0    Progression      .                      ADRS   ADT    2
M-3     TTCOUGH A    2020-01-02 2020-02-12 42   1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-3     TTRASH  A    2020-01-02 2020-02-12 42   1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-4     PFS     B    2020-01-01 2020-01-01 1    3    'No Assessment'  Randomization          ADSL   RANDDT .
M-4     TTCOUGH B    2020-01-02 2020-06-01 152  1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-4     TTRASH  B    2020-01-02 2020-06-01 152  1    'No Event'       'End of Study'         ADSL   EOSDT  .
M-6     PFS     B    2020-01-01 2020-03-25 85   1    'No Progression' 'Last Assessment'      ADRS   ADT    2
"""


def spec_of_the_guide() -> str:
    found = re.search(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def write_study(folder: Path, spec: str) -> Path:
    folder.mkdir()
    (folder / "study.yaml").write_text(STUDY)
    (folder / "adtte.yaml").write_text(spec)
    return folder


def write_inputs(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    for name in ("sdtm", "adam"):
        (folder / name).mkdir()
    for name, frame in frames.items():
        formats = {column: "DATE9." if frame[column].dtype.kind == "M" else "" for column in frame.columns}
        variables = tuple(Variable(c, kind_of(frame[c]), label=c, format=formats[c]) for c in frame.columns)
        write_xpt(Dataset(name, frame, variables), folder / "adam" / f"{name.lower()}.xpt")


def test_the_guide_runs_as_it_stands(tmp_path: Path, table, plain) -> None:
    study = write_study(tmp_path / "study", spec_of_the_guide())
    write_inputs(tmp_path, {name: table(text) for name, text in TEXTS.items()})
    opened = open_study(study)
    assert check_study(opened) == []
    _, findings = run_study(opened, tmp_path / "sdtm", tmp_path / "out", adam=tmp_path / "adam")
    made = read_xpt(tmp_path / "out" / "adam" / "adtte.xpt").frame
    expected = table(ADTTE)
    is_in_days = expected["PARAMCD"].str.startswith("TT")
    expected["AVAL"] = expected["DAYS"].where(is_in_days, expected["DAYS"] / (365.25 / 12))
    assert made["AVAL"].tolist() == pytest.approx(expected["AVAL"].tolist(), rel=1e-12)
    for name in expected.columns.difference(["AVAL", "DAYS"]):
        assert plain(made[name]) == plain(expected[name]), name
    assert list(made.columns) == [
        "STUDYID", "USUBJID", "TRTP", "PARAM", "PARAMCD", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC",
        "SRCDOM", "SRCVAR", "SRCSEQ",
    ]  # fmt: skip
    assert any(found.check == "of no parameter" and "FEVER" in found.message for found in findings)


REFUSED = [
    ("date: DTHDT", "datum: DTHDT", "(`date` is missing; `datum` is not known here)"),
    (
        "where: PARAMCD = 'OVR', date: ADT, seq: ASEQ, EVNTDESC: No P",
        "where: PARAMCD = OVR and, EVNTDESC: No P",
        "where",
    ),
    ("    parameter: PFS\n", "    parameter: PSF\n", "`parameter` names PSF, which `parameters` does not list"),
    ("term: RASH", "AEDECOD: RASH", "there is no record to match"),
    ("{domain: ADSL, records: none}", "{domain: ADSL, records: none, where: RANDDT is missing}", "leave it out"),
    ("{domain: ADSL, records: none}", "{domain: ADSL, records: some}", "records"),
    ("    each: term\n", "    each: terms\n", "`each` names no column of `parameters`"),
]


@pytest.mark.parametrize(("old", "new", "message"), REFUSED)
def test_what_a_spec_may_not_say(old: str, new: str, message: str, tmp_path: Path) -> None:
    spec = spec_of_the_guide()
    assert old in spec
    with pytest.raises(AdamlineError, match=re.escape(message)):
        open_study(write_study(tmp_path / "study", spec.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("CNSR: 2", "CNSR: 0", "A row of `censors` has the CNSR of an event"),
        ("EVNTDESC: Death}", "EVNTDESC: Death, CNSR: 1}", "A row of `events` is none"),
        ("each: AEDECOD, ", "", "`each` says nothing alone"),
        ("    each: term\n", "", "The parameter is not said"),
    ],
)
def test_what_check_refuses_without_data(old: str, new: str, message: str, tmp_path: Path) -> None:
    spec = spec_of_the_guide()
    assert old in spec
    (fault,) = rehearse(open_study(write_study(tmp_path / "study", spec.replace(old, new, 1)))).faults
    assert message in fault.what
    assert fault.place.file == "adtte.yaml"
    assert fault.place.line


def test_the_guide_can_be_rehearsed(tmp_path: Path) -> None:
    assert rehearse(open_study(write_study(tmp_path / "study", spec_of_the_guide()))).faults == ()


def test_a_variable_of_a_source_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    """`plan` and findings know what is read of each dataset that a row names."""
    opened = open_study(write_study(tmp_path / "study", spec_of_the_guide()))
    (plan,) = opened.datasets
    assert plan.reads["ADAE"] == ("USUBJID", "ASTDT", "AESEQ", "AEDECOD", "TRTEMFL")
    assert plan.place_reading("ADAE", "AESEQ").line == plan.place_reading("ADAE", "TRTEMFL").line


def test_no_subjects(tmp_path: Path, table) -> None:
    study = write_study(tmp_path / "study", spec_of_the_guide())
    write_inputs(tmp_path, {name: table(text).iloc[:0] for name, text in TEXTS.items()})
    _, findings = run_study(open_study(study), tmp_path / "sdtm", tmp_path / "out", adam=tmp_path / "adam")
    assert len(read_xpt(tmp_path / "out" / "adam" / "adtte.xpt").frame) == 0
    assert "The dataset has no records." in [found.message for found in findings]

"""A study under way, made up for this test: every domain in another format, faults in all; each dataset is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.io.test_sas7bdat import DATA, unpacked

from adamline.cli import main
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import write_dataset
from adamline.io.xpt_read import read_xpt

SPECS = {
    "study": """
study: LIVE
title: A study under way
data_cutoff: 2024-06-30
datasets: [adsl, adae, advs, adlb]
""",
    "adsl": """
dataset: ADSL
label: Subject-Level Analysis
class: ADSL
keys: [USUBJID]
source: {domain: DM, supp: true}
variables: {STUDYID: copy, USUBJID: copy, TRT01P: {derive: copy, from: ARM}, SCRNUM: copy}
""",
    "adae": """
dataset: ADAE
label: Adverse Events
class: OCCDS
keys: [USUBJID, AESEQ]
source: {domain: AE, supp: true}
subject: {ADSL: [TRT01P]}
variables:
  USUBJID: copy
  AESEQ: copy
  AETERM: copy
  AETRTEM: copy
  AESOSP: {derive: copy, label: Other}
  AESTDTC: copy
  ASTDT: {derive: date, from: AESTDTC, label: Analysis Start Date}
""",
    "advs": """
dataset: ADVS
label: Vital Signs
class: BDS
keys: [USUBJID, VSSEQ]
source: {domain: VS, supp: true}
variables: {USUBJID: copy, VSSEQ: copy, AVAL: {derive: copy, from: VSSTRESN}, VSREPEAT: {derive: copy, label: Again}}
""",
    "adlb": """
dataset: ADLB
label: Laboratory
class: BDS
keys: [USUBJID]
source: {domain: LB, supp: true}
subject: {ADSL: [TRT01P]}
variables: {USUBJID: copy, AVAL: copy, LBCLSIG: {derive: copy, label: Significant}}
""",
}
SUPP = ["USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"]
DOMAINS: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {
    "dm.json": (["USUBJID", "ARM"], [("01-0001", "A"), ("01-0002", "B"), ("01-0005", "A")]),
    # A subject that is not in DM.
    "SUPPDM.xpt": (SUPP, [("01-0001", "", "", "SCRNUM", "S1"), ("01-0009", "", "", "SCRNUM", "S9")]),
    "ae.xpt": (
        ["USUBJID", "AESEQ", "AETERM", "AESTDTC"],
        # A day that does not exist.
        [
            ("01-0001", 1.0, "Rash", "2024-02-29"),
            ("01-0001", 2.0, "Fever", "2024-02-30"),
            ("01-0002", 1.0, "Cough", "2024-03-01T08:15"),
            ("01-0005", 1.0, "Pain", "2024-03-31"),
        ],
    ),
    # The same twice, two values for one record, a record without a parent, names that cannot be.
    "suppae.parquet": (
        SUPP,
        [
            ("01-0001", "AESEQ", "1", "AETRTEM", "Y"),
            ("01-0001", "AESEQ", " 01", "AETRTEM", "Y"),
            ("01-0001", "AESEQ", "2", "AETRTEM", "Y"),
            ("01-0001", "AESEQ", "2.0", "AETRTEM", "N"),
            ("01-0002", "AESEQ", "1", "AETRTEM", "N"),
            ("01-0002", "AESEQ", "7", "AETRTEM", "Y"),
            ("01-0005", "AESEQQ", "1", "AETRTEM", "Y"),
            ("01-0005", "AESEQ", "1", "AETERM", "Ache"),
            ("01-0005", "AESEQ", "1", "Trt em", "Y"),
        ],
    ),
    "vs.ndjson": (["USUBJID", "VSSEQ", "VSSTRESN"], [("01-0001", 1.0, 120.0), ("01-0002", 1.0, None)]),
    "suppvs.xpt": (SUPP, []),
}
DATASETS = {
    "adsl": [("01-0001", "A", "S1"), ("01-0002", "B", None), ("01-0005", "A", None)],
    "adae": [
        ("01-0001", 1, "Rash", "Y", None, "2024-02-29", pd.Timestamp("2024-02-29")),
        ("01-0001", 2, "Fever", None, None, "2024-02-30", None),
        ("01-0002", 1, "Cough", "N", None, "2024-03-01T08:15", pd.Timestamp("2024-03-01")),
        ("01-0005", 1, "Pain", None, None, "2024-03-31", pd.Timestamp("2024-03-31")),
    ],
    "advs": [("01-0001", 1, 120, None), ("01-0002", 1, None, None)],
    # Of the six records of the SAS dataset three are of subjects of DM; AVAL of 01-0002 is .A.
    "adlb": [("01-0001", 0.1, None), ("01-0002", None, None), ("01-0005", 4.1, None)],
}
FINDINGS = """
WARNING: dataset SUPPDM: 1 record of SUPPDM has no parent in DM and is not used: USUBJID=01-0009 QNAM=SCRNUM (record 2)
WARNING: dataset SUPPAE: 1 record of SUPPAE has an IDVAR that AE does not have and is not used:
 USUBJID=01-0005 AESEQQ=1 QNAM=AETRTEM (record 7)
WARNING: dataset SUPPAE: 1 record of SUPPAE has no parent in AE and is not used:
 USUBJID=01-0002 AESEQ=7 QNAM=AETRTEM (record 6)
WARNING: dataset SUPPAE: 1 record of SUPPAE has a QNAM that AE has as a variable of its own, which stays as it is,
 and is not used: USUBJID=01-0005 AESEQ=1 QNAM=AETERM (record 8)
WARNING: dataset SUPPAE: 1 record of SUPPAE has a QNAM that is no variable's name (at most 8 of A-Z, 0-9 and _)
 and is not used: USUBJID=01-0005 AESEQ=1 QNAM=Trt em (record 9)
WARNING: dataset SUPPAE: 1 value of AE is missing, since SUPPAE has several:
 USUBJID=01-0001 AESEQ=2 QNAM=AETRTEM: 'Y' and 'N'
WARNING: dataset VS, variable DOMAIN: 1 of the records read as VS has another DOMAIN: EG in vs.ndjson.
WARNING: variable STUDYID: Records of several studies are read: LIFE in vs.ndjson; LIVE in vs.ndjson.
WARNING: dataset LB, variable LBCLSIG: There is no file of SUPPLB, and LB has no LBCLSIG: it is missing on all records.
WARNING: adae.yaml, line 14, dataset ADAE, variable ASTDT, keys USUBJID=01-0001, AESEQ=2, AESTDTC=2024-02-30:
 1 value of AESTDTC is no ISO 8601, or a day or time that does not exist, and gives none: 2024-02-30
WARNING: adlb.yaml, line 1, dataset ADLB: 1 record of LB has no USUBJID.
NOTE: dataset AE, variable AESOSP: AE and SUPPAE have no AESOSP: it is missing on all records.
NOTE: dataset SUPPAE: 1 record of SUPPAE says again what another one says:
 USUBJID=01-0001 AESEQ=01 QNAM=AETRTEM (record 2)
NOTE: dataset VS, variable VSREPEAT: VS and SUPPVS have no VSREPEAT: it is missing on all records.
NOTE: dataset LB, variable DOMAIN: 6 of the records read as LB have no DOMAIN: lb.sas7bdat.
NOTE: adlb.yaml, line 6, dataset ADLB, keys USUBJID=01-0006; USUBJID=Sjögren:
 3 records are of no subject of ADSL and are left out.
"""


def domain_of(name: str, columns: list[str], rows: list[tuple[Any, ...]]) -> Dataset:
    """A domain, or a SUPP--, of these records; of VS the last is of another domain and study."""
    frame = pd.DataFrame(rows, columns=columns).assign(STUDYID="LIVE")
    frame = frame.assign(RDOMAIN=name[4:], QLABEL=frame["QNAM"]) if "QNAM" in columns else frame.assign(DOMAIN=name)
    if name == "VS":
        frame = frame.assign(DOMAIN=["VS", "EG"], STUDYID=["LIVE", "LIFE"])
    kinds = {column: Kind.NUMBER if column in ("AESEQ", "VSSEQ", "VSSTRESN") else Kind.TEXT for column in frame}
    frame = frame.astype({column: "float64" if kind is Kind.NUMBER else "str" for column, kind in kinds.items()})
    return Dataset(name, frame, tuple(Variable(column, kind) for column, kind in kinds.items()))


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """The command that runs the study, from its specs and its SDTM."""
    for folder in ("specs", "sdtm"):
        (tmp_path / folder).mkdir()
    for name, text in SPECS.items():
        (tmp_path / "specs" / f"{name}.yaml").write_text(text.lstrip())
    for file, (columns, rows) in DOMAINS.items():
        write_dataset(domain_of(file.partition(".")[0].upper(), columns, rows), tmp_path / "sdtm" / file)
    (tmp_path / "sdtm" / "lb.sas7bdat").write_bytes(unpacked(DATA))
    return ["run", str(tmp_path / "specs"), "--sdtm", str(tmp_path / "sdtm"), "--out", str(tmp_path / "out")]


def status_of(command: list[str]) -> int:
    with pytest.raises(SystemExit) as end:
        main(command)
    return int(end.value.code or 0)


def test_a_study_under_way_is_run_to_its_end(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each dataset has all its records, values in doubt are missing, every fault is said, also by a second run."""
    for _ in range(2):
        assert status_of(command) == 0
        said = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("WARNING", "NOTE", "ERROR"))]
        assert sorted(said) == sorted(FINDINGS.strip().replace("\n ", " ").splitlines())
        for name, expected in DATASETS.items():
            frame = read_xpt(tmp_path / "out" / "adam" / f"{name}.xpt").frame.drop(
                columns=["STUDYID", "AVAL.missing"], errors="ignore"
            )
            frame = frame.drop(columns="TRT01P") if name in ("adae", "adlb") else frame
            rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
            assert list(rows) == expected
    assert status_of([*command, "--strict"]) == 1

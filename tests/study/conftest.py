"""A study small enough to read: three subjects, one laboratory test, an ADSL and an ADLB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import write_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = """\
study: MINI
title: A study of three subjects
data_cutoff: 2020-01-31
datasets: [adlb, adsl]
outputs: [t-1]
footnotes: {source: All records.}
"""
ADSL = """\
dataset: ADSL
label: Subject-Level Analysis
class: ADSL
keys: [USUBJID]
source: {domain: DM}
variables:
  STUDYID: copy
  USUBJID: copy
  TRT01P: {derive: copy, from: ARM}
  TRTSDT: {derive: date, from: RFSTDTC}
  ITTFL: {derive: case_when, rows: [{value: Y}]}
"""
ADLB = """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: [USUBJID, PARAMCD, LBSEQ]
source: {domain: LB, where: VISITNUM < 100}
subject: {ADSL: [STUDYID, USUBJID, {TRTP: TRT01P}, TRTSDT, ITTFL]}
parameters:
  - {LBTESTCD: ALT, PARAMCD: ALT, PARAM: "Alanine Aminotransferase (U/L)", PARAMN: 1, decimals: 0}
variables:
  PARAMCD: copy
  PARAM: copy
  AVISITN: {derive: copy, from: VISITNUM}
  AVISIT: {derive: lookup, table: visits.yaml, by: VISITNUM}
  CHG: {derive: chg, where: ABLFL is missing}
  BASE: base
  AVAL: {derive: copy, from: LBSTRESN}
  ABLFL: {derive: ablfl, where: VISITNUM = 1}
  LBSEQ: copy
"""
VISITS = """\
- {VISITNUM: 1, AVISIT: Baseline}
- {VISITNUM: 2, AVISIT: Week 2}
"""
T_1 = """\
output: T-1
kind: table
title: [Table 1, Change from Baseline]
population: {from: ADSL, where: "ITTFL = 'Y'", label: All Subjects}
records: {from: ADLB}
columns: {by: TRTP, order: [Active, Placebo], population_by: TRT01P, below: [{variable: AVAL}, {variable: CHG}]}
rows:
  - by: PARAMCD
    show: [ALT]
    rows:
      - by: AVISIT
        order_by: AVISITN
        rows: [{summary: [AVAL, CHG]}]
footnotes: source
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The folder of the study's specs, which a test may edit."""
    return write_study(tmp_path / "mini")


def write_study(folder: Path) -> Path:
    """Write the study's specs."""
    (folder / "tlf").mkdir(parents=True)
    files = {"study.yaml": STUDY, "adsl.yaml": ADSL, "adlb.yaml": ADLB, "visits.yaml": VISITS, "tlf/t-1.yaml": T_1}
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def sdtm(tmp_path: Path) -> Path:
    """The folder of the study's SDTM files."""
    return write_sdtm(tmp_path / "sdtm")


def write_sdtm(folder: Path) -> Path:
    """Write the study's SDTM."""
    folder.mkdir()
    dm = {
        "STUDYID": ["MINI"] * 3,
        "USUBJID": ["M-1", "M-2", "M-3"],
        "ARM": ["Active", "Placebo", "Active"],
        "RFSTDTC": ["2020-01-01", "2020-01-02", "2020-01-03"],
    }
    lb = {
        "USUBJID": ["M-1", "M-1", "M-2", "M-2", "M-3"],
        "LBSEQ": [1.0, 2, 1, 2, 1],
        "LBTESTCD": ["ALT"] * 5,
        "LBSTRESN": [20.0, 25, 30, 28, 22],
        "VISITNUM": [1.0, 2, 1, 2, 1],
    }
    for name, columns in (("DM", dm), ("LB", lb)):
        write_domain(folder, name, pd.DataFrame(columns))
    return folder


def write_domain(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write a domain, or a part of it; its DOMAIN is that of its name, unless the frame has one or is a SUPP--."""
    if "DOMAIN" not in frame.columns and "RDOMAIN" not in frame.columns:
        frame = frame.assign(DOMAIN=name[:2])
    kinds = {c: Kind.NUMBER if frame[c].dtype.kind == "f" else Kind.TEXT for c in frame.columns}
    variables = tuple(Variable(c, kind, label=c.title()) for c, kind in kinds.items())
    write_xpt(Dataset(name, frame, variables), folder / f"{name.lower()}.xpt")


@pytest.fixture
def edit(study: Path) -> Callable[[str, str, str], None]:
    """Replace a text in a spec file; the text must be there once."""

    def replace(file: str, old: str, new: str) -> None:
        text = (study / file).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (study / file).write_text(text.replace(old, new))

    return replace


LISTING = """
output: L-1
kind: listing
title: [Listing 1, Values]
records: {from: ADLB}
columns: [{variable: USUBJID, heading: Subject}, {variable: AVISIT, heading: Visit}, {variable: AVAL, heading: Value}]
keys: [USUBJID, AVISIT]
"""
FIGURE = """
output: F-1
kind: over_time
title: [Figure 1, Change over Time]
results: T-1
parameter: ALT
variable: CHG
y_label: Change
limits: none
"""
COUNTS = """
output: T-2
kind: table
title: [Table 2, Subjects]
population: {from: ADSL, where: "ITTFL = 'Y'", label: All Subjects}
records: {from: ADLB}
columns: {by: TRTP, order: [Active, Placebo], population_by: TRT01P, total: Total}
rows: [{count: AVISIT, label: Visit, statistics: [n_pct]}]
"""


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the study with two tables, a listing and a figure, its SDTM beside it; no test changes it."""
    folder = tmp_path_factory.mktemp("ran")
    specs = write_study(folder / "mini")
    for name, text in {"l-1": LISTING, "f-1": FIGURE, "t-2": COUNTS}.items():
        (specs / "tlf" / f"{name}.yaml").write_text(text)
    study_file = specs / "study.yaml"
    study_file.write_text(study_file.read_text().replace("outputs: [t-1]", "outputs: [t-1, t-2, l-1, f-1]"))
    run_study(open_study(specs), write_sdtm(folder / "sdtm"), folder / "out")
    return folder / "out"

"""The entries that the guide shows for occurrences, run in a study as they stand, against its truth table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.io.xpt_read import read_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "derivations.md"
ADAE = """\
dataset: ADAE
label: Adverse Events Analysis
class: OCCDS
keys: [USUBJID, AESEQ]
source: {domain: AE}
subject: {ADSL: [TRTSDT, TRTEDT]}
variables:
  USUBJID, AESEQ, AEBODSYS, AEDECOD, AESEV, AESER: copy
  AREL:    {derive: copy, from: AEREL, label: Analysis Causality}
  ASTDT:   {derive: date, from: AESTDTC}
  TRTEMFL: {derive: ontrtfl, from: ASTDT}
"""


ADCM = """\
dataset: ADCM
label: Medications Analysis
class: OCCDS
keys: [USUBJID, CMSEQ]
source: {domain: CM}
subject: {ADSL: [TRTSDT, TRTEDT, EOSDT]}
variables:
  USUBJID, CMSEQ, CMDECOD, CMSTDTC, CMENDTC: copy
"""
ENDS = """\
  TRTEDT:  {derive: date, from: RFXENDTC}
  EOSDT:   {derive: date, from: RFENDTC}
"""


def section(heading: str) -> str:
    found = re.search(rf"^## {heading}$(.*?)^## ", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def entries(heading: str) -> str:
    return re.findall(r"^```yaml\nvariables:\n(.*?)^```", section(heading), re.MULTILINE | re.DOTALL)[0]


def shown(heading: str) -> pd.DataFrame:
    """The table of the guide, without a value where a cell is empty."""
    names, _, *rows = (
        [cell.strip() or None for cell in line.strip("|").split("|")]
        for line in section(heading).splitlines()
        if line.startswith("|")
    )
    return pd.DataFrame(rows, columns=names)


@pytest.fixture
def run(study, sdtm, tmp_path, edit):
    """Runs the mini study with a dataset in place of its ADLB."""

    def made(name: str, text: str) -> pd.DataFrame:
        edit("study.yaml", "datasets: [adlb, adsl]", f"datasets: [adsl, {name}]")
        edit("study.yaml", "outputs: [t-1]", "outputs: []")
        edit("adsl.yaml", "  ITTFL:", f"{ENDS}  ITTFL:")
        (study / "tlf" / "t-1.yaml").unlink()
        (study / "adlb.yaml").unlink()
        (study / f"{name}.yaml").write_text(text)
        dm = read_xpt(sdtm / "dm.xpt").frame
        dm["RFXENDTC"], dm["RFENDTC"] = "2020-01-20", "2020-01-25"
        write_domain(sdtm, "DM", dm)
        assert check_study(open_study(study)) == []
        run_study(open_study(study), sdtm, tmp_path / "out")
        return read_xpt(tmp_path / "out" / "adam" / f"{name}.xpt").frame

    return made


def flags_of(made: pd.DataFrame, names: list[str]) -> list[set[str]]:
    return [{name for name in names if row[name] == "Y"} for row in made.to_dict("records")]


def flags_in(table: pd.DataFrame, plain) -> list[set[str]]:
    return [set((text or "").split()) for text in plain(table["flags"])]


def test_the_truth_table_of_occurrences(run, sdtm, plain):
    events = shown("Occurrences")
    ae = events.drop(columns=["TRTEMFL", "flags"]).rename(columns={"ASTDT": "AESTDTC", "AREL": "AEREL"})
    ae["AESTDTC"] = ae["AESTDTC"].str.replace("2014", "2020")  # treatment of M-2 begins on 2020-01-02
    write_domain(sdtm, "AE", ae.astype({"AESEQ": "float64"}).assign(USUBJID="M-2"))
    made = run("adae", ADAE + entries("Occurrences"))
    assert plain(made["TRTEMFL"]) == plain(events["TRTEMFL"])
    flags = [name for name in made.columns if name.startswith("AOCC")]
    assert len(flags) == 8
    assert flags_of(made, flags) == flags_in(events, plain)


def test_the_truth_table_of_medications(run, sdtm, plain):
    medications = shown("Medications")
    cm = medications[["CMSEQ", "CMDECOD", "CMSTDTC", "CMENDTC"]]
    write_domain(sdtm, "CM", cm.astype({"CMSEQ": "float64"}).assign(USUBJID="M-2"))
    made = run("adcm", ADCM + entries("Medications"))
    for name in ("ASTDT", "AENDT"):
        assert plain(made[name].dt.strftime("%F")) == plain(medications[name])
    assert plain(made["ASTDTF"]) == [None, None, "D", "D", None, None, None, None]
    assert plain(made["AENDTF"]) == [None, None, None, "D", "D", None, None, None]
    flags = [name for name in made.columns if name.endswith("FL")]
    assert len(flags) == 6
    assert flags_of(made, flags) == flags_in(medications, plain)


def test_queries(run, study, sdtm, table, plain):
    """The table of the guide, of which the second event has a broad term and a narrow code."""
    (rows,) = re.findall(r"^```\n(PREFIX.*?)^```", section("Queries"), re.MULTILINE | re.DOTALL)
    (study / "queries.csv").write_text(rows)
    ae = table("""
        AESEQ AEDECOD  AELLTCD AESTDTC
        1     ITCHING  76      '2020-01-04'
        2     Itching  77      '2020-01-05'
        3     Fall     1       '2020-01-06'
        4     Headache 2       '2020-01-07'
        """)
    write_domain(sdtm, "AE", ae.assign(USUBJID="M-2", AEBODSYS="X", AESEV="MILD", AESER="N", AEREL="N"))
    made = run("adae", ADAE.replace("AEDECOD, ", "AEDECOD, AELLTCD, ") + entries("Queries"))
    expected = table("""
        SMQ01NAM SMQ01CD SMQ01SC SMQ01SCN CQ02NAM AOCC03FL
        Rashes   2001    BROAD   1        .       .
        Rashes   2001    NARROW  2        .       Y
        .        .       .       .        Falls   .
        .        .       .       .        .       .
        """)
    for name in expected.columns:
        assert plain(made[name]) == plain(expected[name]), name


def test_classes_of_medications_in_facm(run, sdtm, table, plain):
    """A domain FACM is a part of FA. The second medication is coded on the first level alone, the third not at all."""
    cm = table("""
        USUBJID CMSEQ CMDECOD   CMREFID CMSTDTC      CMENDTC
        M-2     1     ASPIRIN   A       '2020-01-04' .
        M-2     2     IRON      B       '2020-01-04' .
        M-2     3     UNCODED   C       '2020-01-04' .
        """)
    write_domain(sdtm, "CM", cm.astype({"CMENDTC": "str"}))
    facm = table("""
        USUBJID FASEQ FAREFID FATESTCD FASTRESC
        M-2     1     A       CMATC1CD N
        M-2     2     A       CMATC2CD N02
        M-2     3     B       CMATC1CD B
        """)
    write_domain(sdtm, "FACM", facm)
    (classes,) = re.findall(r"^```yaml\n(work:.*?)^```", section("Medications"), re.MULTILINE | re.DOTALL)
    work, variables = classes.split("variables:\n")
    made = run("adcm", ADCM.replace("variables:\n", f"{work}variables:\n") + entries("Medications") + variables)
    assert plain(made["ATC1CD"]) == ["N", "B", None]
    assert plain(made["ATC2CD"]) == ["N02", None, None]

"""The entries that the guide shows for occurrences, run in a study as they stand, against its truth table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
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


def section() -> str:
    found = re.search(r"^## Occurrences$(.*?)^## ", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def shown() -> pd.DataFrame:
    """The table of the guide, without a value where a cell is empty."""
    names, _, *rows = (
        [cell.strip() or None for cell in line.strip("|").split("|")]
        for line in section().splitlines()
        if line.startswith("|")
    )
    return pd.DataFrame(rows, columns=names)


def test_the_truth_table_of_the_guide(study, sdtm, tmp_path, edit, plain):
    events = shown()
    ae = events.drop(columns=["TRTEMFL", "flags"]).rename(columns={"ASTDT": "AESTDTC", "AREL": "AEREL"})
    ae["AESTDTC"] = ae["AESTDTC"].str.replace("2014", "2020")  # treatment of M-2 begins on 2020-01-02
    ae = ae.astype({"AESEQ": "float64"}).assign(USUBJID="M-2")
    write_domain(sdtm, "AE", ae)
    edit("study.yaml", "datasets: [adlb, adsl]", "datasets: [adsl, adae]")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    edit("adsl.yaml", "  ITTFL:", "  TRTEDT: {derive: missing, type: date}\n  ITTFL:")
    (study / "tlf" / "t-1.yaml").unlink()
    (study / "adlb.yaml").unlink()
    (block,) = re.findall(r"^```yaml\nvariables:\n(.*?)^```", section(), re.MULTILINE | re.DOTALL)
    (study / "adae.yaml").write_text(ADAE + block)
    assert check_study(open_study(study)) == []
    run_study(open_study(study), sdtm, tmp_path / "out")
    made = read_xpt(tmp_path / "out" / "adam" / "adae.xpt").frame
    assert plain(made["TRTEMFL"]) == plain(events["TRTEMFL"])
    flags = [name for name in made.columns if name.startswith("AOCC")]
    assert len(flags) == 8
    told = [{name for name in flags if row[name] == "Y"} for row in made.to_dict("records")]
    assert told == [set((text or "").split()) for text in plain(events["flags"])]

"""Runs that are killed at any moment: every file is the old or the new one, and the next run leaves nothing else.

`ADAMLINE_KILLS` says how many runs are killed; a few in the suite.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import write_xpt

KILLS = int(os.environ.get("ADAMLINE_KILLS", "4"))
SEED = int(os.environ.get("ADAMLINE_KILLS_SEED", "1"))

# Two datasets, by two workers in half of the runs, and two pages; the visit of the baseline tells two versions apart.
FILES = {
    "study.yaml": "study: KILLS\ntitle: Runs that die\ndata_cutoff: 2020-01-31\ndatasets: [adlb, adsl]\n"
    "outputs: [t-1, t-2]\nadam_files: {formats}\n",
    "adsl.yaml": """\
dataset: ADSL
label: Subject-Level Analysis
class: ADSL
keys: [USUBJID]
source: {domain: DM}
variables:
  USUBJID: copy
  TRT01P: {derive: copy, from: ARM}
  ITTFL: {derive: case_when, rows: [{value: Y}]}
""",
    "adlb.yaml": """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: [USUBJID, PARAMCD, LBSEQ]
source: {domain: LB}
subject: {ADSL: [{TRTP: TRT01P}, ITTFL]}
parameters:
  - {LBTESTCD: ALT, PARAMCD: ALT, PARAM: "Alanine Aminotransferase (U/L)", PARAMN: 1, decimals: 0}
variables:
  USUBJID: copy
  PARAMCD: copy
  PARAM: copy
  AVISITN: {derive: copy, from: VISITNUM}
  AVISIT:
    derive: case_when
    rows: [{when: VISITNUM = 1, value: Baseline}, {when: VISITNUM = 2, value: Week 1}, {value: Week 2}]
  AVAL: {derive: copy, from: LBSTRESN}
  ABLFL: {derive: ablfl, where: VISITNUM = LIMIT}
  BASE: base
  CHG: chg
  LBSEQ: copy
""",
    "tlf/t-1.yaml": """\
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
""",
}
RUN = """
import sys
from pathlib import Path
from adamline.study.run import run_study
from adamline.study.study import open_study
if __name__ == "__main__":
    study, sdtm, out = map(Path, sys.argv[1:4])
    opened = open_study(study)
    print("runs", flush=True)
    run_study(opened, sdtm, out, workers=int(sys.argv[4]), part_records=50)
"""


def write_study(folder: Path, baseline: int, formats: str) -> Path:
    texts = {name: text.replace("LIMIT", str(baseline)).replace("{formats}", formats) for name, text in FILES.items()}
    texts["tlf/t-2.yaml"] = texts["tlf/t-1.yaml"].replace("T-1", "T-2").replace("Table 1", "Table 2")
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def write_sdtm(folder: Path) -> Path:
    folder.mkdir()
    subjects = [f"K-{number:03}" for number in range(60)]
    dm = pd.DataFrame({"USUBJID": subjects, "ARM": ["Active", "Placebo"] * 30})
    lb = pd.DataFrame({"USUBJID": subjects * 3, "VISITNUM": [1.0] * 60 + [2.0] * 60 + [3.0] * 60})
    lb = lb.assign(LBSEQ=lb["VISITNUM"], LBTESTCD="ALT", LBSTRESN=[float(number % 37) for number in range(180)])
    for name, frame in (("DM", dm), ("LB", lb)):
        kinds = {c: Kind.NUMBER if frame[c].dtype.kind == "f" else Kind.TEXT for c in frame.columns}
        variables = tuple(Variable(c, kind, label=c.title()) for c, kind in kinds.items())
        write_xpt(Dataset(name, frame, variables), folder / f"{name.lower()}.xpt")
    return folder


def files(out: Path) -> dict[str, bytes]:
    """Every file that the promise of the same bytes covers."""
    found = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def start(script: Path, study: Path, sdtm: Path, out: Path, workers: int) -> subprocess.Popen[str]:
    command = [sys.executable, *map(str, (script, study, sdtm, out, workers))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "runs\n"
    return process


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_runs_that_are_killed(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    sdtm = write_sdtm(tmp_path / "sdtm")
    script = tmp_path / "run.py"
    script.write_text(RUN)
    studies = [write_study(tmp_path / "a", 1, "[xpt, parquet]"), write_study(tmp_path / "b", 2, "[xpt]")]
    whole: list[dict[str, bytes]] = []
    for number, study in enumerate(studies):
        process = start(script, study, sdtm, tmp_path / f"whole-{number}", 1)
        assert process.communicate()[1] == ""
        whole.append(files(tmp_path / f"whole-{number}"))
    took, survived = {1: 2.0, 2: 5.0}, 0
    for kill in range(KILLS):
        old, new = whole[kill % 2], whole[1 - kill % 2]
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(tmp_path / f"whole-{kill % 2}", out)
        study, workers = studies[1 - kill % 2], 1 + kill // 2 % 2
        process = start(script, study, sdtm, out, workers)
        time.sleep(rng.random() * took[workers])
        process.send_signal(signal.SIGKILL)
        process.communicate()
        survived += process.returncode == 0
        after = files(out)
        visible = {name: content for name, content in after.items() if "/." not in f"/{name}"}
        for name, content in visible.items():
            if name != "manifest.json":
                assert content in (old.get(name), new.get(name)), f"kill {kill}: {name} is neither old nor new"
        # What both have is there, old or new; what is no longer made stays until a run succeeds.
        assert {name for name in old if name in new} <= set(visible), f"kill {kill}: a file is lost"
        process = start(script, study, sdtm, out, workers)
        began = time.monotonic()
        errors = process.communicate()[1]
        assert process.returncode == 0, f"kill {kill}: {errors}"
        assert files(out) == new, f"kill {kill}: the next run is not right"
        assert not list(out.rglob(".*")), f"kill {kill}: something is left"
        # Most of what a run does was still to do; the machine may be busier or idler than it was.
        took[workers] = (took[workers] + time.monotonic() - began) / 2
    print(f"{KILLS} runs killed, of which {survived} had ended before")

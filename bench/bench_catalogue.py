"""Time and memory of the catalogue: the safety package of the CDISC pilot, and 300 outputs of one template.

Run `python bench/bench_catalogue.py`. Each is a run of the command line, with start-up, of files to files: the package
from SDTM, the 300 from its ADaM, an output of `mean-change-by-visit` for each laboratory parameter and visit. CPU
seconds and the peak of memory are those of the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from adamline._resources import resource_folder
from adamline.io.xpt_read import read_xpt
from adamline.study.demo import write_pilot_sdtm

OUTPUTS = 300
STUDY = """\
study: PILOT300
title: One template by parameter and visit
data_cutoff: 2015-03-05
supplied: [ADSL, ADLBC, ADLBH]
tables:
  columns: {order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose], control: Placebo}
"""
OUTPUT = """\
output: T-{number:03d}
template: mean-change-by-visit
title: [Table {number}, "Mean Change of {code} at {visit}"]
records: {{from: {dataset}, where: "PARAMCD = '{code}' and AVISITN = {n:g}"}}
"""


def measured(*arguments: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds (workers included) and peak memory in MB of a command of adamline."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "adamline.cli", *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"adamline {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_study(folder: Path, adam: Path) -> int:
    """A study of outputs of one template, each of a parameter and a visit; how many there are."""
    (folder / "tlf").mkdir(parents=True)
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    number = 0
    for dataset in ("ADLBC", "ADLBH"):
        frame = read_xpt(adam / f"{dataset.lower()}.xpt").frame
        visits = frame.loc[frame["AVISITN"].between(0, 24), ["PARAMCD", "AVISIT", "AVISITN"]].drop_duplicates()
        for code, visit, n in visits.sort_values(["PARAMCD", "AVISITN"]).itertuples(index=False):
            if number == OUTPUTS:
                break
            number += 1
            text = OUTPUT.format(number=number, code=code, visit=visit, dataset=dataset, n=n)
            (folder / "tlf" / f"t-{number:03d}.yaml").write_text(text, encoding="utf-8")
    return number


def main() -> None:
    """Print a line for each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pilot_sdtm(folder / "sdtm")
        pilot, out = str(resource_folder("specs") / "cdiscpilot01"), folder / "out"
        package = measured("run", pilot, "--sdtm", str(folder / "sdtm"), "--out", str(out))
        again = measured("run", pilot, "--sdtm", str(folder / "sdtm"), "--out", str(out))
        count = write_study(folder / "study", out / "adam")
        many = measured("run", str(folder / "study"), "--adam", str(out / "adam"), "--out", str(folder / "many"))
    made = len(list((resource_folder("specs") / "cdiscpilot01" / "tlf").glob("*.yaml")))
    print("| task | outputs | wall s | CPU s | peak MB |\n| --- | --- | --- | --- | --- |")
    for task, outputs, figures in (
        ("safety package of the pilot, from SDTM", made, package),
        ("the same again, nothing changed", made, again),
        ("one template by parameter and visit", count, many),
    ):
        wall, cpu, memory = figures
        print(f"| {task} | {outputs} | {wall:.1f} | {cpu:.1f} | {memory:.0f} |")


if __name__ == "__main__":
    main()

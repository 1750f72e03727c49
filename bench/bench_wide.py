"""CPU seconds of a run of one dataset of 200 records and many copied variables, over those of one of ten variables.

Run `python bench/bench_wide.py [variables ...]`. Each run is a command of its own; the data are synthetic.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.io.xpt_write import write_xpt

SIZES, FEW, RUNS = (250, 500, 1_000), 10, 3
STUDY = "study: X\ntitle: T\ndata_cutoff: 2020-01-01\nlengths: minimal\ndatasets: [adsl]\n"
ADSL = "dataset: ADSL\nlabel: S\nclass: ADSL\nkeys: [USUBJID]\nsource: {domain: DM}\nvariables:\n  USUBJID: copy\n"


def cpu_of_run(variables: int, folder: Path) -> float:
    """CPU seconds of the command that copies so many variables of DM under another name."""
    study, sdtm = folder / "study", folder / "sdtm"
    for path in (study, sdtm):
        path.mkdir(parents=True)
    values = {f"DMV{n}": np.arange(200.0) + n for n in range(variables)}
    frame = pd.DataFrame({"STUDYID": "X", "DOMAIN": "DM", "USUBJID": [f"S{n:03}" for n in range(200)], **values})
    write_xpt(Dataset("DM", frame, tuple(Variable(c, kind_of(frame[c])) for c in frame.columns)), sdtm / "dm.xpt")
    (study / "study.yaml").write_text(STUDY)
    lines = [f"  A{name}: {{derive: copy, from: {name}, label: L}}\n" for name in values]
    (study / "adsl.yaml").write_text(ADSL + "".join(lines))
    command = [sys.executable, "-m", "adamline.cli", "run", str(study), "--sdtm", str(sdtm), "--out", str(folder / "o")]
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(sizes: list[int]) -> None:
    """Print the median of several runs at each size."""
    print("| variables | CPU s | over a run of ten |\n|---|---|---|")
    few = 0.0
    for size in (FEW, *sizes):
        with tempfile.TemporaryDirectory() as folder:
            found = statistics.median(cpu_of_run(size, Path(folder) / str(n)) for n in range(RUNS))
        few = few or found
        print(f"| {size:,} | {found:.2f} | {found - few:.2f} |", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))

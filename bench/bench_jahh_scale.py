"""Time and memory of the reference study at growing sizes: simulation, then ADSL, ADLB and ADRS, then everything.

Run `python bench/bench_jahh_scale.py [subjects ...]`. Each command is a process of its own, start-up included; its
memory is that of the process or of its largest child. Simulated patients, which are not calibrated at these sizes.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
STUDY = Path(__file__).parents[1] / "specs" / "jahh"
SHOWN = {"LB", "RS", "ADSL", "ADLB", "ADRS"}
STEPS = ("simulate", "ADSL", "ADLB", "ADRS", "all")


def arguments(step: str, subjects: int, folder: Path) -> list[str]:
    """The command of a step, without the name of the program."""
    if step == "simulate":
        return ["simulate", "jahh", "--subjects", str(subjects), "--seed", "7", "--out", str(folder / "sdtm")]
    only = [] if step == "all" else ["--dataset", step]
    return ["run", str(STUDY), "--sdtm", str(folder / "sdtm"), "--out", str(folder / "out"), *only]


def measure(command: list[str]) -> None:
    """Run a command of adamline and print what it took as JSON."""
    wall = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "adamline.cli", *command], stdout=subprocess.DEVNULL, check=False)
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "status": done.returncode,
        "wall": time.perf_counter() - wall,
        "cpu": taken.ru_utime + taken.ru_stime,
        "peak_mb": taken.ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def records(folder: Path) -> str:
    """The records of the datasets that a run has made, by name."""
    from adamline.io.xpt_read import read_xpt_members

    counts = {path.stem.upper(): read_xpt_members(path)[0].records for path in sorted(folder.glob("*.xpt"))}
    return ", ".join(
        f"{name} {count:,}" for name, count in counts.items() if name in {"ADSL", "ADLB", "ADRS", "LB", "RS"}
    )


def main(sizes: list[int]) -> None:
    """Print a row for each size and step; ADLB and ADRS are made beside the ADSL that is there."""
    print("| randomised | step | wall s | CPU s | peak MB | records | status | load |")
    print("|---|---|---|---|---|---|---|---|")
    for subjects in sizes:
        folder = Path(tempfile.mkdtemp(prefix="jahh-scale-"))
        for step in STEPS:
            command = [sys.executable, __file__, "--measure", *arguments(step, subjects, folder)]
            made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            place = folder / "sdtm" if step == "simulate" else folder / "out" / "adam"
            print(
                f"| {subjects:,} | {step} | {made['wall']:.1f} | {made['cpu']:.1f} | {made['peak_mb']:,.0f} "
                f"| {records(place)} | {made['status']} | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )
        shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2:])
    else:
        main([int(each) for each in sys.argv[1:]] or list(SIZES))

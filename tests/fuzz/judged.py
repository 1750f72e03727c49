"""Judges mutants in a process of its own, so that a crash, a hang or a flood of memory is a verdict and not the end."""

from __future__ import annotations

import math
import multiprocessing
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pandas as pd

from adamline.errors import AdamlineError
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind
from adamline.io.files import iter_dataset, read_dataset
from adamline.io.show import describe_dataset
from adamline.io.show_text import description_json, render_description
from adamline.io.text_type import TextType

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


# --- Of one file ---------------------------------------------------------------------------------------------------

Cells = dict[str, list[Any]]


@dataclass(frozen=True)
class Second:
    """The reader beside ours.

    - ``read``: the cells of a file; any error where it refuses;
    - ``count``: a column of dates, datetimes or times as its counts; ``same``: whether two columns are equal;
    - ``chunk``: how many records a part of a file has.
    """

    read: Callable[[Path], Cells]
    count: Callable[[pd.Series[Any], Kind], list[Any]]
    same: Callable[[list[Any], list[Any]], bool]
    chunk: int


def judge_file(file: Path, text: TextType, second: Second, *, parts: bool) -> str:
    """How showing and reading a file ends: read (both agree), read alone (the second refuses), refused, differs, fault.

    A variable that only one of the two has is one that differs.
    """
    try:
        described = describe_dataset(file)
        render_description(described)
        description_json(described).encode()
        if parts:
            pieces = [cells_of(part, second) for part in iter_dataset(file, second.chunk, text=text)]
            got = {name: [value for piece in pieces for value in piece[name]] for name in pieces[0]}
        else:
            got = cells_of(read_dataset(file, text=text), second)
    except AdamlineError as error:
        return "refused" if error.place.file == str(file) else f"fault: an error without its file: {error}"
    except BaseException as error:
        return f"fault: {type(error).__name__}: {str(error)[:200]}"
    try:
        expected = second.read(file)
    except Exception:
        return "read alone"
    # Letters of missing values stand beside their number in a frame, and are a column of a Parquet file.
    named = [name for name in expected if name in got or not name.endswith(MISSING_SUFFIX)]
    if list(got) != named:
        return f"differs: other variables: {list(got)} {named}"
    for name, values in got.items():
        if not second.same(values, expected[name]):
            return f"differs: wrong data in {name}: {values[:7]} {expected[name][:7]}"
    return "read"


def cells_of(dataset: Dataset, second: Second) -> Cells:
    """The columns as plain values, those of dates as the second reader counts them."""
    return {v.name: _cells(dataset.frame[v.name], v.kind, second) for v in dataset.variables}


def _cells(column: pd.Series[Any], kind: Kind, second: Second) -> list[Any]:
    if kind is Kind.NUMBER:
        return [None if math.isnan(value) else value for value in column.tolist()]
    if kind is Kind.TEXT:
        return [None if value else text for value, text in zip(column.isna(), column.astype(object), strict=True)]
    return second.count(column, kind)

"""The worker processes of a run, which make datasets, parts of large ones, and outputs beside each other."""

from __future__ import annotations

import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from adamline.errors import AdamlineError
from adamline.spec.dry_run import DryRun
from adamline.spec.study import StudySpec
from adamline.study.dry_run import as_dry_run
from adamline.study.inputs import Input
from adamline.study.make import changed_meanwhile
from adamline.study.manifest import Manifest
from adamline.study.out_folder import OutFolder
from adamline.study.study import open_study
from adamline.study.under_way import UnderWay

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Workers:
    """So many processes, begun when the first task is there for them; each has the run as it was then."""

    def __init__(self, run: UnderWay, count: int) -> None:
        self.count = count
        self._run = run
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, make: Callable[[UnderWay, Task], Answer], task: Task) -> Future[Answer]:
        """Have ``make`` called in one of them, with the run and a task; tasks are begun in the order of this."""
        if self._pool is None:
            self._pool = self._begun()
        return self._pool.submit(_made, make, task)

    def _begun(self) -> ProcessPoolExecutor:
        # By a fork they begin with all that is loaded here, the study too; others begin with nothing.
        forks = _can_fork()
        context = multiprocessing.get_context("fork" if forks else "spawn")
        given = self._run if forks else _Told.of(self._run)
        return ProcessPoolExecutor(self.count, context, initializer=_begin, initargs=(given,))

    def end(self) -> None:
        """End them; what has not begun is left."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def workers_of(run: UnderWay, count: int) -> Iterator[Workers | None]:
    """So many processes for a run, until the block ends; None of one, which is this process itself.

    Raises AdamlineError where one of them ends before its work is done.
    """
    if count == 1:
        yield None
        return
    workers = Workers(run, count)
    try:
        yield workers
    except BrokenProcessPool as error:
        raise AdamlineError(
            "A worker ended before what it made was done: it was killed, or the memory did not suffice.",
            found=str(error),
            hint="fewer workers need less memory",
        ) from error
    finally:
        workers.end()


def _can_fork() -> bool:
    """Whether a copy of this process is sure to go on: on Linux, where no thread that is not copied may hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


@dataclass(frozen=True)
class _Told:
    """What a worker that begins with nothing is told of the run: all that it cannot find in the study's folder."""

    folder: Path
    code: str
    spec: StudySpec
    out: Path
    inputs: Mapping[str, Input]
    states: Mapping[Path, tuple[int, int]]
    made_at: str

    @classmethod
    def of(cls, run: UnderWay) -> _Told:
        """What is to be told of this run."""
        study = run.study
        return cls(study.folder, study.code, study.spec, run.out.path, run.inputs, run.states, run.made_at)

    def run(self) -> UnderWay:
        """The run as the worker sees it, whose study it opens anew."""
        spec = self.spec
        dry_run = DryRun(spec.cutoff.date if spec.cutoff else None, spec.dummy_treatment)
        study = open_study(self.folder, dry_run=dry_run)
        if study.code != self.code:
            raise changed_meanwhile()
        out = OutFolder(self.out, Manifest(spec.study))
        return UnderWay(replace(as_dry_run(study), spec=spec), out, self.inputs, self.states, {}, (), self.made_at)


# In a worker: the run, or what it is told of it.
_given: UnderWay | _Told | None = None


def _begin(given: UnderWay | _Told) -> None:
    global _given
    _given = given
    # Ctrl-C goes to all processes of a terminal: the run alone has something to say.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()


@functools.cache
def _run_here() -> UnderWay:
    assert _given is not None  # noqa: S101 - each worker begins with it
    return _given.run() if isinstance(_given, _Told) else _given


def _made(make: Callable[[UnderWay, Task], Answer], task: Task) -> Answer:
    return make(_run_here(), task)


def end_with_parent() -> None:
    """Let this process end when the one that started it does, however that ends.

    A worker waits for work at a pipe whose other end it holds itself, and would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()

"""Makes outputs of a run in worker processes: each opens the study anew, and leaves files aside for the run."""

from __future__ import annotations

import functools
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from adamline.errors import AdamlineError
from adamline.spec.dry_run import DryRun
from adamline.spec.study import StudySpec
from adamline.study.inputs import Input
from adamline.study.make_output import OutputMade, key_of_output, made_output
from adamline.study.makers import end_with_parent, worker_pool
from adamline.study.manifest import Manifest
from adamline.study.out_folder import OutFolder
from adamline.study.study import open_study
from adamline.study.under_way import UnderWay


@dataclass(frozen=True)
class Task:
    """An output that is to be made, by name, and the key that it is to be made under."""

    output: str
    key: str


@dataclass(frozen=True)
class _Given:
    """What a worker is told of the run: all that it cannot find out from the study's folder."""

    folder: Path
    code: str
    spec: StudySpec
    out: Path
    inputs: Mapping[str, Input]
    states: Mapping[Path, tuple[int, int]]
    hashes: Mapping[str, str]
    label: str
    made_at: str


# The output, what became of it, the seconds it took, the records of the supplied datasets that were read for it.
Made = tuple[str, OutputMade | AdamlineError, float, Mapping[str, int]]


def made_by_workers(run: UnderWay, stints: Sequence[Sequence[Task]], workers: int) -> Iterator[Made]:
    """Make outputs in as many processes, a stint of them in one after the other; each as its stint is done.

    Files are left aside, as `made_output` leaves them. AdamlineError where a worker ends before its outputs are made.
    """
    given = _Given(
        run.study.folder,
        run.study.code,
        run.study.spec,
        run.out.path,
        run.inputs,
        run.states,
        dict(run.hashes),
        run.label,
        run.made_at,
    )
    # A new process inherits nothing, on every system alike.
    context = multiprocessing.get_context("spawn")
    processes = min(workers, len(stints))
    with worker_pool(processes, context, (_begin, given), "its outputs were") as pool:
        for future in as_completed([pool.submit(_made_elsewhere, stint) for stint in stints]):
            yield from future.result()


_given: _Given | None = None


def _begin(given: _Given) -> None:
    """Take what the run tells its workers."""
    global _given
    _given = given
    end_with_parent()


@functools.cache
def _run_of_worker() -> UnderWay:
    """The run as a worker sees it, whose study it opens anew."""
    given = _given
    assert given is not None  # noqa: S101 - each worker begins with it
    spec = given.spec
    study = open_study(given.folder, dry_run=DryRun(spec.cutoff.date if spec.cutoff else None, spec.dummy_treatment))
    out = OutFolder(given.out, Manifest(spec.study))
    run = UnderWay(replace(study, spec=spec), out, given.inputs, given.states, dict(given.hashes), (), given.made_at)
    run.label = given.label
    return run


def _made_elsewhere(stint: Sequence[Task]) -> list[Made]:
    run = _run_of_worker()
    outputs = {output.name: output for output in run.study.outputs}
    if (_given is not None and run.study.code != _given.code) or any(
        task.output not in outputs or key_of_output(run, outputs[task.output]) != task.key for task in stint
    ):
        raise AdamlineError("Specs, programs or templates were changed while the study was run.", hint="run it again")
    made: list[Made] = []
    for number, task in enumerate(stint):
        run.keep({name for other in stint[number:] for name in outputs[other.output].datasets})
        began = time.perf_counter()
        found = made_output(run, outputs[task.output], task.key)
        made.append((task.output, found, time.perf_counter() - began, dict(run.counts)))
    return made

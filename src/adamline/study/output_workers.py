"""Makes outputs of a run in worker processes, which leave their files aside for the run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass

from adamline.errors import AdamlineError
from adamline.study.make import changed_meanwhile
from adamline.study.make_output import OutputMade, key_of_output, made_output
from adamline.study.under_way import UnderWay
from adamline.study.workers import Workers


@dataclass(frozen=True)
class Task:
    """An output that is to be made, by name, and the key that it is to be made under."""

    output: str
    key: str


@dataclass(frozen=True)
class _Stint:
    """Outputs that are made one after the other, and what the run has found since its workers began."""

    tasks: Sequence[Task]
    hashes: Mapping[str, str]
    label: str


# The output, what became of it, the seconds it took, the records of the supplied datasets that were read for it.
Made = tuple[str, OutputMade | AdamlineError, float, Mapping[str, int]]


def made_by_workers(run: UnderWay, stints: Sequence[Sequence[Task]], workers: Workers) -> Iterator[Made]:
    """Make outputs by workers, a stint of them by one of these; each as its stint is done.

    Files are left aside, as `made_output` leaves them.
    """
    given = [_Stint(tasks, dict(run.hashes), run.label) for tasks in stints]
    for future in as_completed([workers.submit(_made, stint) for stint in given]):
        yield from future.result()


def _made(run: UnderWay, stint: _Stint) -> list[Made]:
    run.hashes.update(stint.hashes)
    run.label = stint.label
    outputs = {output.name: output for output in run.study.outputs}
    if any(task.output not in outputs or key_of_output(run, outputs[task.output]) != task.key for task in stint.tasks):
        raise changed_meanwhile()
    made: list[Made] = []
    for number, task in enumerate(stint.tasks):
        run.await_outputs([outputs[other.output] for other in stint.tasks[number:]])
        began = time.perf_counter()
        found = made_output(run, outputs[task.output], task.key)
        made.append((task.output, found, time.perf_counter() - began, dict(run.counts)))
    return made

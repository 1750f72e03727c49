"""Makes the outputs of a run that have changed, in one process or several, and puts their files in their places."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adamline.errors import AdamlineError
from adamline.plurals import counted
from adamline.study.done import Done
from adamline.study.failed_outputs import require_results
from adamline.study.make_output import OutputMade, files_of_output, key_of_output, made_output, place_of
from adamline.study.output_order import stages, stints, together
from adamline.study.output_workers import Task, made_by_workers
from adamline.study.outputs import OutputPlan
from adamline.study.told_at import told_at
from adamline.study.under_way import UnderWay
from adamline.study.workers import Workers


@dataclass(frozen=True)
class _Wanted:
    """Outputs of a stage that are to be made, with their keys, and those of later stages."""

    tasks: Mapping[str, Task]
    outputs: Sequence[OutputPlan]
    later: Sequence[OutputPlan]
    sizes: Mapping[str, int]


def run_outputs(run: UnderWay, outputs: Sequence[OutputPlan], workers: Workers | None) -> Iterator[Done]:
    """Make these outputs, or find them unchanged; each is given in their order, as soon as those before it are done.

    They are made in an order of their own (`output_order`), in which outputs of one dataset follow each other: it is
    read once for all of them, and given up behind the last. Files, findings and errors are the same for any number of
    workers. An output's fault is that output's.
    """
    sizes = run.sizes_of({name for output in outputs for name in output.datasets})
    done: dict[str, Done] = {}
    given = 0
    every = stages(outputs)
    for number, stage in enumerate(every):
        later = [output for following in every[number + 1 :] for output in following]
        for one in _of_stage(run, stage, later, sizes, workers):
            done[one.name] = one
            if one.error is None:
                run.out.come_to(one.name)
            while given < len(outputs) and outputs[given].name in done:
                yield done[outputs[given].name]
                given += 1


def _of_stage(
    run: UnderWay,
    stage: Sequence[OutputPlan],
    later: Sequence[OutputPlan],
    sizes: Mapping[str, int],
    workers: Workers | None,
) -> Iterator[Done]:
    """The outputs of a stage, those that need not be made first."""
    tasks: dict[str, Task] = {}
    for output in stage:
        began = time.perf_counter()
        try:
            with told_at(place_of(output)):
                require_results(output, run.hashes)
                key = key_of_output(run, output)
                is_new = not run.is_current(output.name, key, files_of_output(run, output))
        except AdamlineError as error:
            yield _failed(output, error, time.perf_counter() - began)
            continue
        if is_new:
            tasks[output.name] = Task(output.name, key)
        else:
            run.hashes[output.name] = run.made(output.name, files_of_output(run, output)[0])
            yield Done(output.name, is_new=False, size="unchanged", seconds=time.perf_counter() - began)
    wanted = _Wanted(tasks, [output for output in stage if output.name in tasks], later, sizes)
    yield from _by_one(run, wanted) if workers is None or len(tasks) < 2 else _by_several(run, wanted, workers)


def _by_one(run: UnderWay, wanted: _Wanted) -> Iterator[Done]:
    ordered = together(wanted.outputs, wanted.sizes)
    for number, output in enumerate(ordered):
        run.await_outputs([*ordered[number:], *wanted.later])
        began = time.perf_counter()
        made = made_output(run, output, wanted.tasks[output.name].key)
        yield _finished(run, output, wanted.tasks[output.name].key, made, began)


def _by_several(run: UnderWay, wanted: _Wanted, workers: Workers) -> Iterator[Done]:
    run.await_outputs(())
    outputs = {output.name: output for output in wanted.outputs}
    found = stints(wanted.outputs, wanted.sizes, workers.count)
    tasks = [[wanted.tasks[output.name] for output in stint] for stint in found]
    for name, made, seconds, counts in made_by_workers(run, tasks, workers):
        run.counts.update(counts)
        yield _finished(run, outputs[name], wanted.tasks[name].key, made, time.perf_counter() - seconds)


def _finished(run: UnderWay, output: OutputPlan, key: str, made: OutputMade | AdamlineError, began: float) -> Done:
    """Put the files of an output in their places, or say why there are none; ``began`` is when it was begun."""
    if isinstance(made, AdamlineError):
        return _failed(output, made, time.perf_counter() - began)
    files = files_of_output(run, output)
    run.out.finish(output.name, key, files, made.findings)
    run.hashes[output.name] = run.made(output.name, files[0])
    return Done(output.name, is_new=True, size=counted(made.pages, "page"), seconds=time.perf_counter() - began)


def _failed(output: OutputPlan, error: AdamlineError, seconds: float) -> Done:
    return Done(output.name, is_new=False, size="failed", seconds=seconds, error=error)

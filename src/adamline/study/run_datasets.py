"""Makes the datasets of a run that have changed, beside each other where there are workers, and puts them in place."""

from __future__ import annotations

import functools
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeAlias

from adamline.errors import AdamlineError
from adamline.io.atomic import replace_file
from adamline.io.xpt_neighbours import Neighbours
from adamline.plurals import counted
from adamline.study.done import Done
from adamline.study.keys import canonical
from adamline.study.log import log_csv
from adamline.study.make import make_dataset, make_part, make_part_elsewhere, make_whole, require_as_told
from adamline.study.makers import Makers
from adamline.study.manifest import LOGS
from adamline.study.part import Made, Part, PartMade, Undivided, Work
from adamline.study.plan import DatasetPlan
from adamline.study.told_at import told_at
from adamline.study.under_way import UnderWay
from adamline.study.workers import Workers

# Says what work there is, is sent what was made of it, one after the other, and returns what became of the dataset.
_Making: TypeAlias = Generator[Work, Iterator[Any], Done]


def run_datasets(
    run: UnderWay, plans: Sequence[DatasetPlan], makers: Makers, workers: Workers | None, part_records: int
) -> Iterator[Done]:
    """Make these datasets, or find them unchanged; each is given, and put in its place, when those before it are.

    Workers are given all datasets at once that wait for none that is to come. So files, findings and the error that
    ends the run are those of one process, whatever was made meanwhile. A dataset beside which there is nothing to make,
    or that is large and cannot be made in parts, is made by this process: one such at a time.
    """
    begun: dict[str, _Begun] = {}
    try:
        for number, plan in enumerate(plans):
            to_come = {other.spec.dataset for other in plans[number:]}
            ready = [
                other
                for other in (plans[number:] if workers else [plan])
                if other.spec.dataset not in begun and to_come.isdisjoint(other.reads)
            ]
            is_alone = len(begun) + len(ready) == 1
            for other in ready:
                making = _making(run, other, part_records)
                begun[other.spec.dataset] = _Begun(run, making, makers, workers, is_alone=is_alone)
            done = begun[plan.spec.dataset].ended()
            del begun[plan.spec.dataset]
            yield done
    finally:
        # Of an interrupt too: what they have aside is theirs to remove.
        for one in begun.values():
            one.making.close()


class _Begun:
    """A dataset whose making has begun: workers are at it, or it waits for its turn."""

    def __init__(
        self, run: UnderWay, making: _Making, makers: Makers, workers: Workers | None, *, is_alone: bool
    ) -> None:
        self.making = making
        self._run, self._makers = run, makers
        self._work: Work | None = None
        self._answers: list[Future[Any]] = []
        self._end: Done | AdamlineError | None = None
        try:
            self._work = work = next(making)
        except StopIteration as end:
            self._end = end.value
        except AdamlineError as error:
            self._end = error  # those of datasets before it come first
        else:
            if workers is not None and isinstance(work, list):
                self._answers = [workers.submit(_part, part) for part in work]
            elif workers is not None and isinstance(work, Undivided) and not (is_alone or work.reason):
                self._answers = [workers.submit(_whole, work)]

    def ended(self) -> Done:
        """What became of it, its files in their places; the first error of its work, or the one that it began with."""
        if isinstance(self._end, AdamlineError):
            raise self._end
        if self._end is not None:
            return self._end
        try:
            self.making.send((answer.result() for answer in self._answers) if self._answers else self._made_here())
        except StopIteration as end:
            done: Done = end.value
            return done
        raise AssertionError("a dataset is made at once")

    def _made_here(self) -> Iterator[Any]:
        if isinstance(self._work, Undivided):
            yield _whole(self._run, self._work)
        else:
            here = functools.partial(make_part, self._run.study)
            yield from self._makers.made(self._work or [], here, make_part_elsewhere)


def _whole(run: UnderWay, task: Undivided) -> Made:
    require_as_told(run.study, task)
    files = run.files_of(task.dataset)
    return make_whole(run.study, task, run.sources, [run.out.aside(file) for file in files])


def _part(run: UnderWay, task: Part) -> PartMade:
    require_as_told(run.study, task)
    beside = Neighbours(task.target.parent, int(task.target.name))
    with beside.told():
        return make_part(run.study, replace(task, beside=beside))


def _making(run: UnderWay, plan: DatasetPlan, part_records: int) -> _Making:
    try:
        with told_at(plan.place):
            return (yield from _dataset(run, plan, part_records))
    except AdamlineError:
        run.check_specs()  # one fault of a spec is told with all others
        raise


def _dataset(run: UnderWay, plan: DatasetPlan, part_records: int) -> _Making:
    began = time.perf_counter()
    name = plan.spec.dataset
    written = {table: canonical(run.study.tables[table].to_dict("records")) for table in plan.tables}
    reads = {source: run.hashes[source] for source in plan.reads}
    # Where a dataset is divided can be seen in what an error says, and in a note: it belongs to the key.
    more: dict[str, object] = {"programs": run.folder} if plan.has_programs else {}
    key = run.key(
        "dataset", plan.spec.model_dump(mode="json"), reads, tables=written, part_records=part_records, **more
    )
    files, log = run.files_of(name), run.path(LOGS, name, "csv")
    is_new = not run.is_current(name, key, (*files, log))
    size, seconds = "unchanged", time.perf_counter() - began
    if is_new:
        if run.is_long:
            run.check_specs()
        for call in plan.calls:
            call.check_arguments()
        targets = [run.out.aside(file) for file in files]
        made = yield from make_dataset(run.study, plan, run.sources, targets, part_records=part_records)
        with replace_file(run.out.aside(log)) as handle:
            handle.write(log_csv(made.steps))
        run.check_inputs(plan.reads)
        run.out.finish(name, key, (*files, log), made.findings, made.hashes)
        size, seconds = counted(made.records, "record"), made.seconds
    run.hashes[name] = run.made(name, files[0])
    return Done(name, is_new, size, seconds)

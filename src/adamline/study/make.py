"""Makes one dataset from its files: whole, or where it is large part by part of its subjects, in several processes."""

from __future__ import annotations

import datetime as dt
import functools
import multiprocessing
import multiprocessing.connection
import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError
from adamline.findings import Finding, Severity, Tally
from adamline.io.arrow_columns import special_variables
from adamline.io.arrow_file import read_arrow, read_arrow_table, write_arrow
from adamline.io.dataset import Dataset, Variable
from adamline.io.file_format import FileFormat, format_of
from adamline.io.parquet import write_parquet, write_parquet_tables
from adamline.io.xpt_read import Rows
from adamline.io.xpt_write import Lengths, longest_values, write_xpt, write_xpt_parts
from adamline.spec.study import StudySpec
from adamline.study.build import build_dataset
from adamline.study.building import Building
from adamline.study.partition import parts_by_subject, why_whole
from adamline.study.plan import DatasetPlan
from adamline.study.sources import Sources
from adamline.study.steps import Step, added_findings, added_steps
from adamline.study.study import Study, open_study

# Records of the main source in a part: a few hundred megabytes of work, and little lost in starting one.
PART_RECORDS = 250_000


@dataclass(frozen=True)
class Made:
    """What was made: the number of records, what the steps did to them, what is to be said."""

    records: int
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Part:
    """One part to be made: of which study and dataset, from which records of the files, into which file."""

    folder: Path
    code: str
    dataset: str
    sources: Sources
    only: Mapping[Path, Rows]
    target: Path
    for_xpt: bool


@dataclass(frozen=True)
class _PartMade:
    """A part that was made, its records in a file of their own, and what is needed to put it to the others."""

    records: int
    steps: tuple[Step, ...]
    tallies: tuple[Tally, ...]
    variables: tuple[Variable, ...]
    longest: Mapping[str, int]
    special: frozenset[str]


def make_dataset(
    study: Study, plan: DatasetPlan, sources: Sources, targets: Sequence[Path], *, workers: int, part_records: int
) -> Made:
    """Make the dataset of ``plan`` and write it to each of ``targets``, whose suffixes tell the format.

    Over ``part_records`` records of the main source it is made by subject where it can be (see `why_whole`), in the
    memory of a part for each of ``workers`` processes; files and findings are the same for any number of them.
    """
    main = plan.spec.source.domain
    large = sources.records(main) > part_records
    reason = (why_whole(plan, study.supplemented) or sources.why_whole(main)) if large else ""
    if not large or reason:
        return _made_whole(study, plan, sources, targets, reason)
    parts = _parts(plan, sources, part_records)
    with tempfile.TemporaryDirectory(prefix="parts-", dir=targets[0].parent) as folder:
        for_xpt = any(format_of(target) is FileFormat.XPT for target in targets)
        files = [Path(folder) / f"{number}.arrow" for number in range(len(parts))]
        tasks = [
            _Part(study.folder, study.code, plan.spec.dataset, sources, only, file, for_xpt)
            for only, file in zip(parts, files, strict=True)
        ]
        return _joined(plan, _all_made(study, tasks, workers), files, targets, study.spec)


def _parts(plan: DatasetPlan, sources: Sources, records: int) -> list[dict[Path, Rows]]:
    """The records of each part in each file."""
    subjects = {path: column for name in plan.reads for path, column in sources.subjects(name).items()}
    return parts_by_subject(subjects, sources.parts(plan.spec.source.domain), records)


def _made_whole(study: Study, plan: DatasetPlan, sources: Sources, targets: Sequence[Path], reason: str) -> Made:
    dataset, building = _built(study, plan, sources, {})
    findings = [*added_findings([building.tallies]), *_empty(plan, len(dataset.frame))]
    lengths = Lengths.SPEC if study.spec.lengths == "spec" else Lengths.MINIMAL
    for target in targets:
        if format_of(target) is FileFormat.XPT:
            encoding = study.spec.adam_encoding
            findings += write_xpt(dataset, target, lengths=lengths, stamp=_stamp(study.spec), encoding=encoding)
        else:
            write_parquet(dataset, target)
    if reason:
        message = f"{plan.spec.dataset} is large and is made as a whole: {reason}."
        findings.append(Finding(Severity.NOTE, "not by subject", message, plan.place))
    return Made(len(dataset.frame), tuple(building.steps), tuple(findings))


def _built(study: Study, plan: DatasetPlan, sources: Sources, only: Mapping[Path, Rows]) -> tuple[Dataset, Building]:
    """The dataset from these records of the files; files not named are read whole."""
    found: dict[str, Dataset] = {}
    tallies: list[Tally] = []
    for name, variables in plan.reads.items():
        # Findings name a record of another domain by its sequence number.
        optional = plan.told_apart if name == plan.spec.source.domain else [f"{name}SEQ"]
        found[name], more = sources.read(name, variables, only, optional)
        tallies += more
    dataset, building = build_dataset(plan, found, {table: study.tables[table] for table in plan.tables})
    building.tallies += tallies
    return dataset, building


def _all_made(study: Study, tasks: Sequence[_Part], workers: int) -> list[_PartMade]:
    if workers == 1:
        return [_made_part(study, task) for task in tasks]
    # A new process inherits nothing, on every system alike.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context, initializer=end_with_parent) as pool:
        try:
            return list(pool.map(_made_elsewhere, tasks))
        except BrokenProcessPool as error:
            raise AdamlineError(
                "A worker ended before its part was made: it was killed, or the memory did not suffice.",
                found=str(error),
                hint="fewer workers need less memory",
            ) from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


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


def _made_elsewhere(task: _Part) -> _PartMade:
    study = _opened(task.folder)
    if study.code != task.code:
        raise AdamlineError("Programs or templates were changed while the study was run.", hint="run it again")
    return _made_part(study, task)


@functools.cache
def _opened(folder: Path) -> Study:
    return open_study(folder)


def _made_part(study: Study, task: _Part) -> _PartMade:
    plan = next(plan for plan in study.datasets if plan.spec.dataset == task.dataset)
    dataset, building = _built(study, plan, task.sources, task.only)
    write_arrow(dataset, task.target)
    longest = longest_values(dataset, encoding=study.spec.adam_encoding) if task.for_xpt else {}
    special = special_variables(dataset)
    logs = tuple(building.steps), tuple(building.tallies)
    return _PartMade(len(dataset.frame), *logs, dataset.variables, longest, special)


def _joined(
    plan: DatasetPlan, parts: Sequence[_PartMade], files: Sequence[Path], targets: Sequence[Path], spec: StudySpec
) -> Made:
    """Put the parts together, in the memory of one."""
    records = sum(part.records for part in parts)
    findings = [*added_findings(part.tallies for part in parts), *_empty(plan, records)]
    for target in targets:
        if format_of(target) is FileFormat.XPT:
            findings += write_xpt_parts(
                map(read_arrow, files),
                target,
                records=records,
                lengths=_lengths(parts, spec),
                stamp=_stamp(spec),
                encoding=spec.adam_encoding,
            )
        else:
            special = frozenset().union(*(part.special for part in parts))
            attributes = read_arrow_table(files[0])[0]
            write_parquet_tables((read_arrow_table(file)[1] for file in files), target, attributes, special=special)
    return Made(records, added_steps(part.steps for part in parts), tuple(findings))


def _lengths(parts: Sequence[_PartMade], spec: StudySpec) -> dict[str, int]:
    """The length of each text variable: the spec's, else that of the longest value of all parts."""
    given = {variable.name: variable.length for variable in parts[0].variables if spec.lengths == "spec"}
    return {name: given.get(name) or max(part.longest[name] for part in parts) for name in parts[0].longest}


def _empty(plan: DatasetPlan, records: int) -> tuple[Finding, ...]:
    place = plan.place_of("source")
    return () if records else (Finding(Severity.WARNING, "no records", "The dataset has no records.", place),)


def _stamp(spec: StudySpec) -> dt.datetime:
    return dt.datetime.combine(spec.data_cutoff, dt.time())

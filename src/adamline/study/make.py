"""Makes one dataset from its files: whole, or where it is large part by part of its subjects."""

from __future__ import annotations

import datetime as dt
import functools
import math
import time
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pandas as pd

from adamline.errors import AdamlineError, DataError
from adamline.findings import Finding, Severity, Tally
from adamline.io.arrow_columns import special_variables
from adamline.io.arrow_file import read_arrow_table, write_arrow
from adamline.io.dataset import Dataset
from adamline.io.file_format import FileFormat, format_of
from adamline.io.hash_behind import HashBehind
from adamline.io.xpt_encoded import EncodedPart, encode_part
from adamline.io.xpt_fields import Lengths, XptOptions
from adamline.io.xpt_write import counted_from, file_head, head_length, longest_values, write_xpt, write_xpt_encoded
from adamline.spec.study import StudySpec
from adamline.study.build import build_dataset
from adamline.study.building import Building
from adamline.study.keys import key_of
from adamline.study.looked_at import conditions_on_sources, looked_at
from adamline.study.part import Made, Part, PartMade, Undivided, Work
from adamline.study.partition import parts_by_subject, why_whole
from adamline.study.parts_folder import parts_folder
from adamline.study.plan import DatasetPlan
from adamline.study.record_runs import RecordRuns, SubjectRuns
from adamline.study.sources import SUBJECT, Sources
from adamline.study.steps import added_findings, added_steps
from adamline.study.study import Study, open_study

# Most records of the main source in a part: a few hundred megabytes of work, and little lost in starting one.
PART_RECORDS = 300_000
# What a record of another dataset counts, of which a few variables are read.
PICKED = 0.25


def make_dataset(
    study: Study, plan: DatasetPlan, sources: Sources, targets: Sequence[Path], *, part_records: int
) -> Generator[Work, Iterator[Any], Made]:
    """Make the dataset of ``plan`` in each of ``targets``, whose suffixes tell the format; others do the work.

    It says what is to be made, the whole or parts, and is sent what was made of each; files and findings are the same
    whoever makes them. Over ``part_records`` records of the main source, or `PICKED` of those of another, it is made by
    subject where it can be (see `why_whole`), in the memory of a part for each process that makes some.
    """
    began = time.perf_counter()
    said = _what_is_said(study, plan)
    weights = _weights(plan, sources, part_records)
    reason = (why_whole(plan, study.supplemented) or sources.why_whole(weights)) if weights else ""
    if not weights or reason:
        (made,) = yield Undivided(plan.spec.dataset, said, reason)
        return cast("Made", made)
    subjects = {name: sources.subjects(name) for name in plan.reads}
    parts = _parts(subjects, sources, weights, part_records)
    with parts_folder(targets[0].parent) as folder:
        formats = frozenset(map(format_of, targets))
        run = uuid.uuid4().hex
        asked = (runs.subjects for runs in subjects[plan.spec.source.domain].values())
        expected = _expected_lengths(plan, sources, study.spec, asked) if FileFormat.XPT in formats else {}
        parts_made = yield [
            Part(
                study.folder,
                study.code,
                said,
                run,
                plan.spec.dataset,
                sources.of(plan.reads),
                only,
                folder / str(number),
                formats,
                plan.spec.label,
                expected,
            )
            for number, only in enumerate(parts)
        ]
        return _joined(plan, parts_made, targets, study.spec, began)


def _weights(plan: DatasetPlan, sources: Sources, part_records: int) -> dict[str, float]:
    """Of each dataset whose records make a part large, how much one counts; none where the whole is not large.

    Others than the main source count where they have many records, which can be read by record and are kept.
    """
    main, conditions = plan.spec.source.domain, conditions_on_sources(plan)
    let_go = [name for name in conditions if sources.is_by_block(name)]
    others = [name for name in plan.reads if name not in (main, *let_go) and not sources.why_whole([name])]
    heavy = {name: PICKED for name in others if sources.records(name) * PICKED > part_records}
    return {main: 1.0, **heavy} if heavy or sources.records(main) > part_records else {}


def _parts(
    of_each: Mapping[str, Mapping[Path, SubjectRuns]], sources: Sources, weights: Mapping[str, float], records: int
) -> list[dict[Path, RecordRuns]]:
    """The records of each part in each file; no part is much smaller than the others.

    ``of_each`` has the subjects of the files of each dataset.
    """
    subjects = {path: runs for by_file in of_each.values() for path, runs in by_file.items()}
    of_file = {path: weight for name, weight in weights.items() for path in sources.parts(name) if path in subjects}
    every = sum(weight * sources.records(name) for name, weight in weights.items())
    count = math.ceil(every / records)
    return parts_by_subject(subjects, of_file, math.ceil(every / count))


def _expected_lengths(
    plan: DatasetPlan, sources: Sources, spec: StudySpec, subjects: Iterable[pd.Index]
) -> dict[str, int]:
    """The longest text of each variable that these subjects give; in a part, of those of one region, it is shorter."""
    found: dict[str, int] = {}
    names = {str(name) for some in subjects for name in some}
    for name, renamed in plan.spec.subject.items():
        every, _ = sources.read(name, list(dict.fromkeys([SUBJECT, *(there for _, there in renamed)])), {})
        is_asked = every.frame[SUBJECT].isin(names)
        given = replace(every, frame=every.frame[is_asked])
        # A text that cannot be written is told of with its record, by the part that has it.
        with suppress(DataError):
            longest = longest_values(given, encoding=spec.adam_encoding)
            found |= {here: longest[there] for here, there in renamed if there in longest}
    return found


def make_whole(study: Study, whole: Undivided, sources: Sources, targets: Sequence[Path]) -> Made:
    """Make a dataset as a whole, and write it to each of ``targets``."""
    began = time.perf_counter()
    plan = _plan_of(study, whole)
    dataset, building = _built(study, plan, sources, {})
    findings = [*added_findings([building.tallies]), *_empty(plan, len(dataset.frame))]
    for target in targets:
        if format_of(target) is FileFormat.XPT:
            xpt = _xpt(study.spec)
            lengths = xpt.lengths
            findings += write_xpt(dataset, target, lengths=lengths, stamp=_stamp(study.spec), encoding=xpt.encoding)
        else:
            from adamline.io.parquet import write_parquet

            write_parquet(dataset, target)
    if whole.reason:
        message = f"{plan.spec.dataset} is large and is made as a whole: {whole.reason}."
        findings.append(Finding(Severity.NOTE, "not by subject", message, plan.place))
    return Made(len(dataset.frame), tuple(building.steps), tuple(findings), time.perf_counter() - began)


def _built(
    study: Study, plan: DatasetPlan, sources: Sources, only: Mapping[Path, RecordRuns]
) -> tuple[Dataset, Building]:
    """The dataset from these records of the files; files not named are read whole."""
    found: dict[str, Dataset] = {}
    tallies: list[Tally] = []
    conditions = conditions_on_sources(plan)
    for name, variables in plan.reads.items():
        # Findings name a record of another domain by its sequence number.
        optional = plan.told_apart if name == plan.spec.source.domain else [f"{name}SEQ"]
        keep = looked_at(conditions[name]) if name in conditions else None
        found[name], more = sources.read(name, variables, only, optional, keep)
        tallies += more
    dataset, building = build_dataset(plan, found, {table: study.tables[table] for table in plan.tables})
    building.tallies += tallies
    return dataset, building


def make_part_elsewhere(task: Part) -> PartMade:
    """Make a part in a process that knows nothing of the run: it opens the study anew."""
    study = _opened(task.folder, task.run)
    require_as_told(study, task)
    return make_part(study, task)


def require_as_told(study: Study, task: Part | Undivided) -> None:
    """AdamlineError where a study that was opened anew is not what the run has read."""
    is_other = isinstance(task, Part) and study.code != task.code
    if is_other or _what_is_said(study, _plan_of(study, task)) != task.said:
        raise changed_meanwhile()


def changed_meanwhile() -> AdamlineError:
    """What a process says that opens the study anew, and finds another than the run has read."""
    what = "Specs, programs or templates were changed while the study was run."
    return AdamlineError(what, hint="run it again")


@functools.lru_cache(maxsize=1)
def _opened(folder: Path, run: str) -> Study:
    return open_study(folder)


def _plan_of(study: Study, task: Part | Undivided) -> DatasetPlan:
    return next(plan for plan in study.datasets if plan.spec.dataset == task.dataset)


def _what_is_said(study: Study, plan: DatasetPlan) -> str:
    """A hash of what spec and tables say of a dataset but its label."""
    tables = {name: study.tables[name].to_dict("records") for name in plan.tables}
    return key_of(spec=plan.spec.model_dump(mode="json", exclude={"label"}), tables=tables)


def make_part(study: Study, task: Part) -> PartMade:
    """Make a part, its records in a file for each format."""
    plan = _plan_of(study, task)
    # The label is that of the run, which a dry run gives.
    plan = replace(plan, spec=plan.spec.model_copy(update={"label": task.label}))
    dataset, building = _built(study, plan, task.sources, task.only)
    encoded = _encoded(dataset, task, study.spec) if FileFormat.XPT in task.formats else None
    arrow = task.target.with_suffix(".arrow") if task.formats - {FileFormat.XPT} else None
    if arrow:
        write_arrow(dataset, arrow)
    special = special_variables(dataset)
    # Without its categories too: those of all parts would be those of all records.
    head = replace(dataset, frame=dataset.frame.iloc[:0].astype(object))
    return PartMade(head, len(dataset.frame), tuple(building.steps), tuple(building.tallies), encoded, arrow, special)


def _encoded(dataset: Dataset, task: Part, spec: StudySpec) -> EncodedPart | DataError:
    """The records as in a transport file; an error is returned, since it counts records from the part's first."""
    options = _xpt(spec)
    room = head_length(dataset, options)
    path = task.target.with_suffix(".records")
    among = functools.partial(encode_part, after=task.after, beside=task.beside, expected=task.expected)
    try:
        return among(dataset, path, options, room=room)
    except DataError as error:
        return error


def _joined(
    plan: DatasetPlan, made: Iterable[PartMade], targets: Sequence[Path], spec: StudySpec, began: float
) -> Made:
    """Put the parts together; what stands in the file already is hashed while others are made."""
    with HashBehind() as behind:
        parts = []
        for part in made:
            parts.append(part)
            if isinstance(part.encoded, EncodedPart):
                behind.add(part.encoded, _file_head(part.head, part.encoded, spec))
    records = sum(part.records for part in parts)
    findings = [*added_findings(part.tallies for part in parts), *_empty(plan, records)]
    findings += [found for target in targets for found in _written(parts, target, spec)]
    hashes = {target: behind.of(target) for target in targets if format_of(target) is FileFormat.XPT}
    steps = added_steps(part.steps for part in parts)
    return Made(records, steps, tuple(findings), time.perf_counter() - began, hashes)


def _file_head(head: Dataset, encoded: EncodedPart, spec: StudySpec) -> bytes:
    """What stands before the records of a transport file where no other part asks for longer fields than this."""
    return file_head(head, encoded.lengths, encoded.records, _xpt(spec), _stamp(spec))


def _written(parts: Sequence[PartMade], target: Path, spec: StudySpec) -> tuple[Finding, ...]:
    """Put the records of all parts into one file, in the memory of one."""
    if format_of(target) is FileFormat.XPT:
        return write_xpt_encoded(parts[0].head, _all_encoded(parts), target, options=_xpt(spec), stamp=_stamp(spec))
    from adamline.io.parquet import write_parquet_tables

    special = frozenset().union(*(part.special for part in parts))
    files = [part.arrow for part in parts if part.arrow]
    attributes = read_arrow_table(files[0])[0]
    write_parquet_tables((read_arrow_table(file)[1] for file in files), target, attributes, special=special)
    return ()


def _all_encoded(parts: Iterable[PartMade]) -> list[EncodedPart]:
    """The records of all parts; DataError where one of them cannot stand in a transport file."""
    found: list[EncodedPart] = []
    for part in parts:
        if isinstance(part.encoded, DataError):
            with counted_from(sum(one.records for one in found)):
                raise part.encoded
        if part.encoded:
            found.append(part.encoded)
    return found


def _xpt(spec: StudySpec) -> XptOptions:
    """How the datasets of a study are written as transport files."""
    lengths = Lengths.SPEC if spec.lengths == "spec" else Lengths.MINIMAL
    return XptOptions(lengths=lengths, encoding=spec.adam_encoding)


def _empty(plan: DatasetPlan, records: int) -> tuple[Finding, ...]:
    place = plan.place_of("source")
    return () if records else (Finding(Severity.WARNING, "no records", "The dataset has no records.", place),)


def _stamp(spec: StudySpec) -> dt.datetime:
    return dt.datetime.combine(spec.data_cutoff, dt.time())

"""Runs a study: each dataset and output that has changed, in the order of need, its files replaced as a whole."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.errors import AdamlineError, DataError, Place
from adamline.findings import Finding
from adamline.io.atomic import replace_file
from adamline.plurals import counted
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, write_results
from adamline.results.run_results import ALL_RESULTS, write_run_results
from adamline.study.inputs import Input, find_inputs
from adamline.study.keys import canonical, hash_of_file, hash_of_folder, key_of
from adamline.study.log import append_run, log_csv
from adamline.study.make import PART_RECORDS, make_dataset
from adamline.study.manifest import ADAM, LOGS, RESULTS, TLF
from adamline.study.out_folder import OutFolder, out_folder
from adamline.study.outputs import OutputPlan
from adamline.study.plan import DatasetPlan
from adamline.study.sources import Sources, read_made
from adamline.study.study import Study
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx

RUN_ID_LENGTH = 8
# The entry of the results of all outputs; no dataset or output can be called so.
_ALL = "results of all outputs"


@dataclass(frozen=True)
class Done:
    """What became of one dataset or output: made or unchanged, its records or pages, the seconds it took."""

    name: str
    is_new: bool
    size: str
    seconds: float


@dataclass
class _Run:
    """One run under way; ``states`` tell whether input files are still those that were hashed."""

    study: Study
    out: OutFolder
    inputs: Mapping[str, Input]
    states: Mapping[Path, tuple[int, int]]
    hashes: dict[str, str]

    def key(self, kind: str, spec: object, reads: Mapping[str, str], **more: object) -> str:
        common = self.study.spec.model_dump(mode="json", exclude={"datasets", "outputs", "footnotes", "page"})
        return key_of(kind=kind, spec=spec, reads=reads, study=common, code=self.study.code, **more)

    def path(self, folder: str, name: str, suffix: str) -> Path:
        """A file of a dataset or output."""
        return self.out.path / folder / f"{name.lower()}.{suffix}"

    def files_of(self, dataset: str) -> tuple[Path, ...]:
        """The files of a dataset that the study makes, the one that is read again first."""
        return tuple(self.path(ADAM, dataset, suffix) for suffix in self.study.spec.adam_files)

    @cached_property
    def folder(self) -> str:
        """The hash of the study's folder, of which its programs may read any file."""
        return hash_of_folder(self.study.folder.resolve(), self.out.is_place)

    def is_current(self, name: str, key: str) -> bool:
        return self.out.manifest.is_current(name, key, self.out.path)

    def made(self, name: str, file: Path) -> str:
        """The hash of a file that was made, now or before."""
        return self.out.manifest.entries[name].files[file.relative_to(self.out.path).as_posix()]

    def check_inputs(self, reads: Iterable[str]) -> None:
        """Refuse what was made from files that changed meanwhile: its key would be that of others."""
        for path in (path for name in reads if name in self.inputs for path in self.inputs[name].files):
            if _state(path) != self.states[path]:
                what = "The file was changed while the run read it."
                raise DataError(what, place=Place(path.name), hint="run again when it is complete")


def run_study(
    study: Study,
    sdtm: Path,
    out: Path,
    report: Callable[[Done], None] = lambda done: None,
    *,
    workers: int = 1,
    part_records: int = PART_RECORDS,
) -> tuple[list[Done], list[Finding]]:
    """Make every dataset and output of ``study`` from the SDTM files in ``sdtm``, into ``out``.

    What has the same spec, inputs, code and libraries as before, and files as they were made, is left alone.
    ``report`` is called after each dataset and output. A dataset whose main source has over ``part_records`` records
    is made by subject, part by part, by so many ``workers`` (see `make_dataset`). Returns what was done, and the
    findings of all of them, unchanged ones too. Files of an earlier run stay whole, those that are no longer made stay
    until a run has come to its end, and what was edited is kept under another name.

    Raises InputsError, before anything is made; AdamlineError while another run writes into ``out``, and where it has
    the files of another study; the errors of derivations and outputs.
    """
    started = dt.datetime.now(dt.UTC)
    inputs = find_inputs(study, sdtm)
    states = {path: _state(path) for found in inputs.values() for path in found.files}
    hashes = {name: " ".join([*map(hash_of_file, found.files), *found.names]) for name, found in inputs.items()}
    names = [*study.dataset_names, *(output.name for output in study.outputs)]
    done = []
    with out_folder(out, study.spec.study) as folder:
        run = _Run(study, folder, inputs, states, hashes)
        for plan in study.datasets:
            with _at(plan.place):
                done.append(_dataset(run, plan, workers, part_records))
            report(done[-1])
        for output in study.outputs:
            with _at(replace(output.place, dataset=output.name)):
                done.append(_output(run, output))
            report(done[-1])
        _results_of_all(run)
        folder.settle([*names, *([_ALL] if study.outputs else [])])
        append_run(out / LOGS / "runs.jsonl", started, study, [d.name for d in done if d.is_new])
    entries = folder.manifest.entries
    found = [*folder.findings, *(finding for name in names for finding in entries[name].findings)]
    # Datasets that read the same file say the same of it.
    return done, list(dict.fromkeys(found))


def _state(path: Path) -> tuple[int, int]:
    """What changes when a file is written to: its size and time."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@contextmanager
def _at(place: Place) -> Iterator[None]:
    """Tell errors that know no line of a spec where they come from."""
    try:
        yield
    except AdamlineError as error:
        if error.place.file == place.dataset:  # a layout knows the output's name, not the spec that it comes from
            error.place = replace(error.place, file="")
        raise error.at(place) from error


def _dataset(run: _Run, plan: DatasetPlan, workers: int, part_records: int) -> Done:
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
    is_new = not run.is_current(name, key)
    size = "unchanged"
    if is_new:
        sources = Sources(run.inputs, {made: run.files_of(made)[0] for made in run.study.dataset_names}, run.study.spec)
        targets = [run.out.aside(file) for file in files]
        made = make_dataset(run.study, plan, sources, targets, workers=workers, part_records=part_records)
        with replace_file(run.out.aside(log)) as handle:
            handle.write(log_csv(made.steps))
        run.check_inputs(plan.reads)
        run.out.finish(name, key, (*files, log), made.findings)
        size = counted(made.records, "record")
    run.hashes[name] = run.made(name, files[0])
    return Done(name, is_new, size, time.perf_counter() - began)


def _output(run: _Run, output: OutputPlan) -> Done:
    began = time.perf_counter()
    reads = {name: run.hashes[name] for name in (*output.datasets, *output.results)}
    notes = {name: run.study.spec.footnotes[name] for name in output.options.named_footnotes}
    footnotes = tuple(notes[name] for name in output.options.footnotes)
    parameters = _parameters(run.study, output)
    spec = output.options.model_dump(mode="json")
    sheet = run.study.spec.page.model_dump(mode="json")
    more: dict[str, object] = {"programs": run.folder} if output.has_programs else {}
    key = run.key("output", spec, reads, footnotes=notes, parameters=parameters, page=sheet, **more)
    results_path, page_path = run.path(RESULTS, output.name, "csv"), run.path(TLF, output.name, "docx")
    is_new = not run.is_current(output.name, key)
    size = "unchanged"
    if is_new:
        made = output.analyse(_analysis_data(run, output, parameters))
        results_aside = run.out.aside(results_path)
        write_results(made.results, results_aside)
        study = run.study.spec
        page = PageContext(
            study=study.study,
            label=study.label,
            run=key[:RUN_ID_LENGTH],
            cutoff=study.data_cutoff.isoformat(),
            footnotes=footnotes,
            notes=notes,
            page=study.page,
        )
        layout = output.lay_out(read_results(results_aside), page)
        paginated = paginate(layout)
        with replace_file(run.out.aside(page_path)) as handle:
            render_docx([paginated], handle, (run.study.folder / "templates",))
        found = (*made.findings, *layout.findings)
        findings = (*(_at_output(each, output) for each in found), *check_warnings(made.results, output.place))
        run.out.finish(output.name, key, (results_path, page_path), findings)
        size = counted(len(paginated.pages), "page")
    run.hashes[output.name] = run.made(output.name, results_path)
    return Done(output.name, is_new, size, time.perf_counter() - began)


def _results_of_all(run: _Run) -> None:
    """The results of all outputs as one table, in CSV and Parquet, if there are outputs and one of them changed."""
    names = [output.name for output in run.study.outputs]
    key = run.key("results", names, {name: run.hashes[name] for name in names})
    if not names or run.is_current(_ALL, key):
        return
    files = [run.out.path / name for name in ALL_RESULTS]
    as_csv, as_parquet = map(run.out.aside, files)
    write_run_results((read_results(run.path(RESULTS, name, "csv")) for name in names), as_csv, as_parquet)
    run.out.finish(_ALL, key, files, ())


def _at_output(finding: Finding, output: OutputPlan) -> Finding:
    """The finding with the file of the output, where it knows none."""
    place = (
        finding.place if finding.place.file else replace(finding.place, file=output.place.file, line=output.place.line)
    )
    return replace(finding, place=place)


def _analysis_data(run: _Run, output: OutputPlan, parameters: Mapping[str, Mapping[str, str]]) -> AnalysisData:
    datasets = {name: read_made(run.files_of(name)[0], run.study.spec) for name in output.datasets}
    output.check_conditions(datasets)
    results: dict[str, pd.DataFrame] = {name: read_results(run.path(RESULTS, name, "csv")) for name in output.results}
    return AnalysisData(datasets, parameters, results)


def _parameters(study: Study, output: OutputPlan) -> dict[str, dict[str, str]]:
    """What the specs of the datasets that an output reads say of each parameter."""
    return {
        str(row["PARAMCD"]): {name: text for name, text in row.items() if text is not None}
        for plan in study.datasets
        if plan.spec.dataset in output.datasets
        for row in plan.spec.parameters
    }

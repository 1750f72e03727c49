"""Runs a study: each dataset and output that has changed, in the order of need, its files replaced as a whole."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from adamline.errors import AdamlineError, Place
from adamline.findings import Finding
from adamline.io.atomic import replace_file
from adamline.io.dataset import Dataset
from adamline.io.xpt_read import TextType, read_xpt
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, write_results
from adamline.study.build import Building, build_dataset
from adamline.study.inputs import Input, find_inputs, read_input
from adamline.study.log import append_run, log_csv
from adamline.study.manifest import Entry, Manifest, canonical, hash_of_file, key_of, read_manifest
from adamline.study.outputs import OutputPlan
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study
from adamline.tlf.kinds._data import AnalysisData, PageContext
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx

ADAM, RESULTS, TLF, LOGS = "adam", "results", "tlf", "logs"
RUN_ID_LENGTH = 8


@dataclass(frozen=True)
class Done:
    """What became of one dataset or output: made or unchanged, its records or pages, the seconds it took."""

    name: str
    is_new: bool
    size: str
    seconds: float


@dataclass
class _Run:
    """One run under way."""

    study: Study
    out: Path
    inputs: Mapping[str, Input]
    hashes: dict[str, str]
    manifest: Manifest

    def key(self, kind: str, spec: object, reads: Mapping[str, str], **more: object) -> str:
        common = self.study.spec.model_dump(mode="json", exclude={"datasets", "outputs", "footnotes", "page"})
        return key_of(kind=kind, spec=spec, reads=reads, study=common, code=self.study.code, **more)

    def finish(self, name: str, key: str, files: tuple[Path, ...], findings: tuple[Finding, ...]) -> None:
        hashes = {path.relative_to(self.out).as_posix(): hash_of_file(path) for path in files}
        self.manifest.entries[name] = Entry(key, hashes, findings)
        self.manifest.write(self.out)


def run_study(
    study: Study, sdtm: Path, out: Path, report: Callable[[Done], None] = lambda done: None
) -> tuple[list[Done], list[Finding]]:
    """Make every dataset and output of ``study`` from the SDTM files in ``sdtm``, into ``out``.

    What has the same spec, inputs, code and libraries as before, and files as they were made, is left alone.
    ``report`` is called after each dataset and output. Returns what was done, and the findings of all of them,
    unchanged ones too. Raises InputsError, before anything is made, and the errors of derivations and outputs; files
    of an earlier run stay whole.
    """
    started = dt.datetime.now(dt.UTC)
    inputs = find_inputs(study, sdtm)
    for folder in (ADAM, RESULTS, TLF, LOGS):
        (out / folder).mkdir(parents=True, exist_ok=True)
    hashes = {name: " ".join(map(hash_of_file, found.files)) for name, found in inputs.items()}
    run = _Run(study, out, inputs, hashes, read_manifest(out))
    names = [*study.dataset_names, *(output.name for output in study.outputs)]
    run.manifest.keep_only(names, out)
    run.manifest.write(out)
    done = []
    for plan in study.datasets:
        with _at(plan.place):
            done.append(_dataset(run, plan))
        report(done[-1])
    for output in study.outputs:
        with _at(replace(output.place, dataset=output.name)):
            done.append(_output(run, output))
        report(done[-1])
    append_run(out / LOGS / "runs.jsonl", started, study, [d.name for d in done if d.is_new])
    return done, [finding for name in names for finding in run.manifest.entries[name].findings]


@contextmanager
def _at(place: Place) -> Iterator[None]:
    """Tell errors that know no line of a spec where they come from."""
    try:
        yield
    except AdamlineError as error:
        raise error.at(place) from error


def _dataset(run: _Run, plan: DatasetPlan) -> Done:
    began = time.perf_counter()
    name = plan.spec.dataset
    tables = {table: run.study.tables[table] for table in plan.tables}
    written = {table: canonical(frame.to_dict("records")) for table, frame in tables.items()}
    reads = {source: run.hashes[source] for source in plan.reads}
    key = run.key("dataset", plan.spec.model_dump(mode="json"), reads, tables=written)
    path, log = run.out / ADAM / f"{name.lower()}.xpt", run.out / LOGS / f"{name.lower()}.csv"
    is_new = not run.manifest.is_current(name, key, run.out)
    size = "unchanged"
    if is_new:
        inputs, oddities = _read_all(run, plan)
        dataset, building = build_dataset(plan, inputs, tables)
        findings = _write_dataset(run, dataset, building, path, log)
        run.finish(name, key, (path, log), (*oddities, *findings))
        size = f"{len(dataset.frame)} records"
    run.hashes[name] = hash_of_file(path)
    return Done(name, is_new, size, time.perf_counter() - began)


def _read_all(run: _Run, plan: DatasetPlan) -> tuple[dict[str, Dataset], list[Finding]]:
    """The datasets a plan reads; those of the study from the files just written, so that files and numbers agree."""
    found: dict[str, Dataset] = {}
    findings: list[Finding] = []
    for name, variables in plan.reads.items():
        if name in run.inputs:
            found[name], odd = read_input(run.inputs[name], variables, run.study.spec)
            findings += odd
        else:
            found[name] = _read_made(run, name, variables)
    return found, findings


def _read_made(run: _Run, name: str, variables: Iterable[str] | None = None) -> Dataset:
    path, encoding = run.out / ADAM / f"{name.lower()}.xpt", run.study.spec.adam_encoding
    return read_xpt(path, columns=variables, text=TextType.CATEGORY, encoding=encoding)


def _write_dataset(run: _Run, dataset: Dataset, building: Building, path: Path, log: Path) -> tuple[Finding, ...]:
    spec = run.study.spec
    lengths = Lengths.SPEC if spec.lengths == "spec" else Lengths.MINIMAL
    stamp = dt.datetime.combine(spec.data_cutoff, dt.time())
    written = write_xpt(dataset, path, lengths=lengths, stamp=stamp, encoding=spec.adam_encoding)
    with replace_file(log) as handle:
        handle.write(log_csv(building.steps))
    return (*building.findings, *written)


def _output(run: _Run, output: OutputPlan) -> Done:
    began = time.perf_counter()
    reads = {name: run.hashes[name] for name in (*output.datasets, *output.results)}
    footnotes = tuple(run.study.spec.footnotes[name] for name in output.options.footnotes)
    parameters = _parameters(run.study, output)
    spec = output.options.model_dump(mode="json")
    sheet = run.study.spec.page.model_dump(mode="json")
    key = run.key("output", spec, reads, footnotes=footnotes, parameters=parameters, page=sheet)
    results_path = run.out / RESULTS / f"{output.name.lower()}.csv"
    page_path = run.out / TLF / f"{output.name.lower()}.docx"
    is_new = not run.manifest.is_current(output.name, key, run.out)
    size = "unchanged"
    if is_new:
        results = output.kind.analyse(_analysis_data(run, output, parameters), output.options)
        write_results(results, results_path)
        study = run.study.spec
        page = PageContext(
            study=study.study,
            label=study.label,
            run=key[:RUN_ID_LENGTH],
            cutoff=study.data_cutoff.isoformat(),
            footnotes=footnotes,
            page=study.page,
        )
        paginated = paginate(output.kind.lay_out(read_results(results_path), output.options, page))
        with replace_file(page_path) as handle:
            render_docx([paginated], handle, (run.study.folder / "templates",))
        run.finish(output.name, key, (results_path, page_path), check_warnings(results, output.place))
        size = f"{len(paginated.pages)} page{'s' if len(paginated.pages) != 1 else ''}"
    run.hashes[output.name] = hash_of_file(results_path)
    return Done(output.name, is_new, size, time.perf_counter() - began)


def _analysis_data(run: _Run, output: OutputPlan, parameters: Mapping[str, Mapping[str, str]]) -> AnalysisData:
    datasets = {name: _read_made(run, name) for name in output.datasets}
    results: dict[str, pd.DataFrame] = {
        name: read_results(run.out / RESULTS / f"{name.lower()}.csv") for name in output.results
    }
    return AnalysisData(datasets, parameters, results)


def _parameters(study: Study, output: OutputPlan) -> dict[str, dict[str, str]]:
    """What the specs of the datasets that an output reads say of each parameter."""
    return {
        str(row["PARAMCD"]): {name: text for name, text in row.items() if text is not None}
        for plan in study.datasets
        if plan.spec.dataset in output.datasets
        for row in plan.spec.parameters
    }

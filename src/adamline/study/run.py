"""Runs a study: each dataset and output that has changed, in the order of need, its files replaced as a whole."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.errors import AdamlineError, OutputsError, Place
from adamline.findings import Finding
from adamline.io.atomic import replace_file
from adamline.plurals import counted
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, write_results
from adamline.results.run_results import write_run_results
from adamline.study.dry_run import as_dry_run, check_mixed, page_study, prepared, with_dummy_note
from adamline.study.input_entries import input_entries
from adamline.study.input_folders import InputFolders, check_folders, find_all, require_folders
from adamline.study.keys import RUN_ID_LENGTH, canonical, hash_of_file
from adamline.study.log import append_run, log_csv
from adamline.study.make import PART_RECORDS, make_dataset
from adamline.study.manifest import ALL_RESULTS, LAYOUTS, LOGS, RESULTS, TLF
from adamline.study.out_folder import out_folder
from adamline.study.outputs import OutputPlan
from adamline.study.package import package_of
from adamline.study.plan import DatasetPlan
from adamline.study.sources import Sources
from adamline.study.steps import added_findings
from adamline.study.study import Study
from adamline.study.under_way import UnderWay, state_of
from adamline.study.where import no_dataset
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx
from adamline.tlf.stored import SUFFIX, write_layout

# The entry of the results of all outputs; no dataset or output can be called so.
_ALL = "results of all outputs"


@dataclass(frozen=True)
class Done:
    """What became of one dataset or output: made, unchanged or failed, its records or pages, the seconds it took."""

    name: str
    is_new: bool
    size: str
    seconds: float
    error: AdamlineError | None = None


def run_study(
    study: Study,
    sdtm: Path | None,
    out: Path,
    report: Callable[[Done], None] = lambda done: None,
    *,
    adam: Path | None = None,
    only: Collection[str] | None = None,
    workers: int = 1,
    part_records: int = PART_RECORDS,
) -> tuple[list[Done], list[Finding]]:
    """Make every dataset and output of ``study`` from the SDTM files in ``sdtm``, into ``out``.

    ``adam`` is the folder of the ADaM datasets that the study is supplied with; each folder may be None where the study
    reads nothing of it. A dry run reads SDTM that is prepared for it (`adamline.study.dry_run`).

    ``only`` names datasets: these are made, those of the study that they read before them, and nothing else; what else
    is there stays, as what the run has not come to.

    What has the same spec, inputs, code and libraries as before, and files as they were made, is left alone.
    ``report`` is called after each dataset and output. A dataset whose main source has over ``part_records`` records
    is made by subject, part by part, by so many ``workers`` (see `make_dataset`). Returns what was done, and the
    findings of all of them, unchanged ones too. Files of an earlier run stay whole, those that are no longer made stay
    until a run has come to its end, and what was edited is kept under another name.

    An output's fault is that output's: the others are made before it is raised, and the files of an earlier run that
    it leaves are what the run has not come to.

    Raises InputsError and SpecError, before anything is made; AdamlineError while another run writes into ``out``, and
    where it has the files of another study, or an input; the error of a derivation at once; that of an output, or
    OutputsError of several, at the end.
    """
    started = dt.datetime.now(dt.UTC)
    study = as_dry_run(study)
    wanted = (study.datasets, study.outputs) if only is None else (needed_datasets(study, only), ())
    require_folders(study, InputFolders(sdtm, adam))
    folders, said = prepared(study, InputFolders(sdtm, adam), out)
    inputs = find_all(study, folders)
    states = {path: state_of(path) for found in inputs.values() for path in found.files}
    digests = {path: hash_of_file(path) for path in states}
    hashes = {
        name: " ".join([*(digests[path] for path in found.files), *found.names]) for name, found in inputs.items()
    }
    names = [*study.dataset_names, *(output.name for output in study.outputs), *([_ALL] if study.outputs else [])]
    done = []
    with out_folder(out, study.spec.study) as folder:
        folder.refuse_inputs(states)
        said += check_mixed(study.spec, folder.manifest.package, all_made=only is None)
        run = UnderWay(study, folder, inputs, states, hashes, tuple(plan.spec.dataset for plan in wanted[0]))
        with folder.making(package_of(study), names):
            for one in _made(run, *wanted, workers, part_records):
                done.append(one)
                if one.error is None:
                    folder.come_to(one.name)
                report(one)
            _raise_faults(done)
            if only is None:
                _results_of_all(run)
        counted = {name: len(found.dataset.frame) for name, found in run.supplied.items()}
        folder.manifest.inputs = input_entries(inputs, digests, folder.manifest.inputs, counted)
        if only is None:
            folder.settle(names)
        else:
            folder.leave()
        append_run(out / LOGS / "runs.jsonl", started, study, [d.name for d in done if d.is_new])
    entries = folder.manifest.entries
    found = [*check_folders(study, folders), *said, *folder.findings]
    found += [finding for one in done for finding in entries[one.name].findings]
    # Datasets that read the same file say the same of it.
    return done, list(dict.fromkeys(found))


def needed_datasets(study: Study, names: Collection[str]) -> tuple[DatasetPlan, ...]:
    """The datasets of these names and those of the study that they read, in the order of need.

    Raises AdamlineError, with the nearest name, for a dataset that the study does not make.
    """
    for name in names:
        if name not in study.dataset_names:
            raise no_dataset(study, name)
    needed = set(names)
    for plan in reversed(study.datasets):
        needed |= set(plan.reads) if plan.spec.dataset in needed else set()
    return tuple(plan for plan in study.datasets if plan.spec.dataset in needed)


def _made(
    run: UnderWay, datasets: Sequence[DatasetPlan], outputs: Sequence[OutputPlan], workers: int, part_records: int
) -> Iterator[Done]:
    """These datasets and outputs, in the order of need, each as it is made or found unchanged."""
    for plan in datasets:
        with _at(plan.place):
            yield _dataset(run, plan, workers, part_records)
    for output in outputs:
        began = time.perf_counter()
        try:
            with _at(replace(output.place, dataset=output.name)):
                made = _output(run, output)
        except AdamlineError as error:
            made = Done(output.name, is_new=False, size="failed", seconds=time.perf_counter() - began, error=error)
        yield made


def _raise_faults(done: Sequence[Done]) -> None:
    """Raise the error of the output that could not be made, or those of all that could not."""
    faults = [one.error for one in done if one.error is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise OutputsError(faults)


@contextmanager
def _at(place: Place) -> Iterator[None]:
    """Tell errors that know no line of a spec where they come from."""
    try:
        yield
    except AdamlineError as error:
        if error.place.file == place.dataset:  # a layout knows the output's name, not the spec that it comes from
            error.place = replace(error.place, file="")
        raise error.at(place) from error


def _dataset(run: UnderWay, plan: DatasetPlan, workers: int, part_records: int) -> Done:
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
        run.check_specs()
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


def _output(run: UnderWay, output: OutputPlan) -> Done:
    began = time.perf_counter()
    _require_results(run, output)
    reads = {name: run.hashes[name] for name in (*output.datasets, *output.results)}
    notes = {name: run.study.spec.footnotes[name] for name in output.options.named_footnotes}
    footnotes = tuple(notes[name] for name in output.options.footnotes)
    parameters = _parameters(run.study, output)
    spec = output.options.model_dump(mode="json")
    sheet = run.study.spec.page.model_dump(mode="json")
    more: dict[str, object] = {"programs": run.folder} if output.has_programs else {}
    key = run.key("output", spec, reads, footnotes=notes, parameters=parameters, page=sheet, label=run.label, **more)
    results_path, page_path = run.path(RESULTS, output.name, "csv"), run.path(TLF, output.name, "docx")
    layout_path = run.path(LAYOUTS, output.name, SUFFIX)
    is_new = not run.is_current(output.name, key)
    size = "unchanged"
    if is_new:
        made = output.analyse(_analysis_data(run, output, parameters))
        results_aside = run.out.aside(results_path)
        write_results(with_dummy_note(made.results, output, run.study.spec), results_aside)
        study = run.study.spec
        page = PageContext(
            study=page_study(study),
            label=run.label,
            run=key[:RUN_ID_LENGTH],
            cutoff=study.data_cutoff.isoformat(),
            footnotes=footnotes,
            notes=notes,
            page=study.page,
        )
        layout = output.lay_out(read_results(results_aside), page)
        paginated = paginate(layout)
        with replace_file(run.out.aside(page_path)) as handle:
            render_docx(paginated, handle, run.templates, run.environment)
        with replace_file(run.out.aside(layout_path)) as handle:
            write_layout(layout, output.kind, len(paginated.pages), handle)
        supplied = [run.supplied[name].tallies for name in output.datasets if name in run.supplied]
        run.check_inputs(output.datasets)
        found = (*made.findings, *layout.findings)
        # What is said of a supplied file is the same for every output that reads it, and is said once.
        findings = (*added_findings(supplied), *(_at_output(each, output) for each in found))
        findings += check_warnings(made.results, output.place)
        run.out.finish(output.name, key, (results_path, layout_path, page_path), findings)
        size = counted(len(paginated.pages), "page")
    run.hashes[output.name] = run.made(output.name, results_path)
    return Done(output.name, is_new, size, time.perf_counter() - began)


def _require_results(run: UnderWay, output: OutputPlan) -> None:
    """AdamlineError for results that could not be made."""
    lacking = [name for name in output.results if name not in run.hashes]
    if lacking:
        what = "The output shows the results of one that could not be made."
        raise AdamlineError(what, found=", ".join(lacking), hint="mend that output first")


def _results_of_all(run: UnderWay) -> None:
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
    """The finding with its line of the output's spec, or that which names the output, where it knows no file."""
    place = output.file.place(finding.route) if finding.route else output.place
    known = finding.place if finding.place.file else replace(finding.place, file=place.file, line=place.line)
    return replace(finding, place=known, route=())


def _analysis_data(run: UnderWay, output: OutputPlan, parameters: Mapping[str, Mapping[str, str]]) -> AnalysisData:
    wholes = run.read(output.datasets)
    supplied = [run.read_supplied(name) for name in output.datasets if name in run.inputs]
    # What a spec says of a parameter goes before what the data say.
    parameters = {code: said for one in supplied for code, said in one.parameters.items()} | dict(parameters)
    results: dict[str, pd.DataFrame] = {name: read_results(run.path(RESULTS, name, "csv")) for name in output.results}
    data = AnalysisData({name: whole.dataset for name, whole in wholes.items()}, parameters, results, wholes)
    output.check_conditions(data)
    return data


def _parameters(study: Study, output: OutputPlan) -> dict[str, dict[str, str]]:
    """What the specs of the datasets that an output reads say of each parameter."""
    return {
        str(row["PARAMCD"]): {name: text for name, text in row.items() if text is not None}
        for plan in study.datasets
        if plan.spec.dataset in output.datasets
        for row in plan.spec.parameters
    }

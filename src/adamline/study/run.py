"""Runs a study: each dataset and output that has changed, in the order of need, its files replaced as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from adamline.findings import Finding
from adamline.study.done import Done
from adamline.study.dry_run import as_dry_run, check_mixed, prepared
from adamline.study.failed_outputs import raise_faults
from adamline.study.formats import require_formats
from adamline.study.input_entries import input_entries
from adamline.study.input_folders import InputFolders, check_folders, find_all, require_folders
from adamline.study.keys import hashes_of_files
from adamline.study.log import RUNS, append_run
from adamline.study.make import PART_RECORDS
from adamline.study.makers import Makers, ThisProcess
from adamline.study.manifest import ALL_RESULTS, LOGS, RESULTS
from adamline.study.needed import needed_datasets
from adamline.study.out_folder import out_folder
from adamline.study.package import package_of
from adamline.study.plan import DatasetPlan
from adamline.study.run_datasets import run_datasets
from adamline.study.settled import settled_by
from adamline.study.study import Study
from adamline.study.time_stamp import time_stamp
from adamline.study.under_way import UnderWay, state_of
from adamline.study.workers import workers_of

if TYPE_CHECKING:
    from adamline.study.outputs import OutputPlan

# The entry of the results of all outputs; no dataset or output can be called so.
_ALL = "results of all outputs"


def run_study(
    study: Study,
    sdtm: Path | None,
    out: Path,
    report: Callable[[Done], None] = lambda done: None,
    *,
    adam: Path | None = None,
    only: Collection[str] | None = None,
    workers: int = 1,
    makers: Makers | None = None,
    part_records: int = PART_RECORDS,
) -> tuple[list[Done], list[Finding]]:
    """Make every dataset and output of ``study`` from the SDTM files in ``sdtm``, into ``out``.

    ``adam`` is the folder of the ADaM datasets that the study is supplied with; each folder may be None where the study
    reads nothing of it. A dry run reads SDTM that is prepared for it (`adamline.study.dry_run`).

    ``only`` names datasets: these are made, those of the study that they read before them, and nothing else, and only
    their inputs need to be there; what else is there stays, as what the run has not come to.

    What has the same spec, inputs, code and libraries as before, and files as they were made, is left alone.
    ``report`` is called after each dataset and output. A dataset whose main source has over ``part_records`` records
    is made by subject, part by part (see `make_dataset`). So many ``workers`` make parts, and datasets and outputs that
    do not wait for each other (see `run_datasets`, `run_outputs`); without such, parts are made by ``makers``. Returns
    what was done, and the findings of all of them, unchanged ones too. Files of an earlier run stay whole, those that
    are no longer made stay until a run has come to its end, and what was edited is kept under another name.

    An output's fault is that output's: the others are made before it is raised, and the files of an earlier run that
    it leaves are what the run has not come to.

    Raises InputsError and SpecError, before anything is made; AdamlineError while another run writes into ``out``, and
    where it has the files of another study, or an input; the error of a derivation at once; that of an output, or
    OutputsError of several, at the end.
    """
    started = dt.datetime.now(dt.UTC)
    study = as_dry_run(study)
    require_formats(study)
    wanted = (study.datasets, study.outputs) if only is None else (needed_datasets(study, only), ())
    reading = study if only is None else replace(study, datasets=wanted[0], outputs=())
    require_folders(reading, InputFolders(sdtm, adam))
    folders, said = prepared(reading, InputFolders(sdtm, adam), out)
    inputs = find_all(reading, folders)
    states = {path: state_of(path) for found in inputs.values() for path in found.files}
    digests = hashes_of_files(states)
    hashes = {
        name: " ".join([*(digests[path] for path in found.files), *found.names]) for name, found in inputs.items()
    }
    names = [*study.dataset_names, *(output.name for output in study.outputs), *([_ALL] if study.outputs else [])]
    done = []
    with out_folder(out, study.spec.study) as folder:
        folder.refuse_inputs(states)
        said += check_mixed(study.spec, folder.manifest.package, all_made=only is None)
        made_at = time_stamp(started) if study.spec.time_stamp else ""
        run = UnderWay(study, folder, inputs, states, hashes, tuple(plan.spec.dataset for plan in wanted[0]), made_at)
        with folder.making(package_of(study), names):
            for one in _made(run, wanted, makers or ThisProcess(), workers, part_records):
                done.append(one)
                if one.error is None:
                    folder.come_to(one.name)
                report(one)
            raise_faults(one.error for one in done)
            if only is None:
                _results_of_all(run)
        entries_before = folder.manifest.inputs
        folder.manifest.inputs = input_entries(inputs, digests, entries_before, run.counts)
        of_run = {"study": study.folder, "sdtm": sdtm, "adam": adam}
        if only is None:
            folder.manifest.settled_by = settled_by(study, folders, out)
            folder.settle(names)
        else:
            folder.manifest.inputs = {**entries_before, **folder.manifest.inputs}
            folder.leave()
        append_run(out / LOGS / RUNS, started, study.spec.study, [d.name for d in done if d.is_new], of_run)
    entries = folder.manifest.entries
    found = [*check_folders(study, folders), *said, *folder.findings]
    found += [finding for one in done for finding in entries[one.name].findings]
    # Datasets that read the same file say the same of it.
    return done, list(dict.fromkeys(found))


def _made(
    run: UnderWay,
    wanted: tuple[Sequence[DatasetPlan], Sequence[OutputPlan]],
    makers: Makers,
    count: int,
    part_records: int,
) -> Iterator[Done]:
    """These datasets and outputs, in the order of need, each as it is made or found unchanged."""
    datasets, outputs = wanted
    if outputs:
        # What lays outputs out takes a third of the start of a run that makes datasets alone. Workers are to have it.
        from adamline.study.run_outputs import run_outputs
    with workers_of(run, count) as workers:
        yield from run_datasets(run, datasets, makers, workers, part_records)
        if outputs:
            yield from run_outputs(run, outputs, workers)


def _results_of_all(run: UnderWay) -> None:
    """The results of all outputs as one table, in CSV and Parquet, if there are outputs and one of them changed."""
    names = [output.name for output in run.study.outputs]
    key = run.key("results", names, {name: run.hashes[name] for name in names})
    files = [run.out.path / name for name in ALL_RESULTS]
    if not names or run.is_current(_ALL, key, files):
        return
    from adamline.results.all_results import write_all_results

    write_all_results((run.path(RESULTS, name, "csv") for name in names), *map(run.out.aside, files))
    run.out.finish(_ALL, key, files, ())

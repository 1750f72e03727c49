"""Looks into the datasets of a study by its files: the steps for one subject, and work variables beside the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from adamline.io.parquet import write_parquet
from adamline.study.build import build_dataset
from adamline.study.dry_run import as_dry_run, is_dry, prepared
from adamline.study.input_folders import InputFolders, find_all
from adamline.study.manifest import ADAM
from adamline.study.needed import needed_datasets
from adamline.study.plan import DatasetPlan
from adamline.study.run import run_study
from adamline.study.sources import Sources
from adamline.study.study import Study
from adamline.study.trace import trace_dataset
from adamline.study.unchanged import unchanged_run

WORK = "work"


def trace_run(
    study: Study,
    folders: InputFolders,
    out: Path,
    dataset: str,
    subject: str,
    until: str | None,
    report: Callable[[str], object],
) -> None:
    """Report the steps of ``dataset`` for one subject, see `trace_dataset`.

    Datasets of the study that it reads are made in ``out`` where they are not there as a run would make them; where all
    is as a whole run has left it, so it stays. Raises the errors of `run_study` and of `trace_dataset`.
    """
    *before, plan = needed_datasets(study, [dataset])
    given = {"sdtm": folders.sdtm, "adam": folders.adam}
    if before and (is_dry(study.spec) or unchanged_run(study.folder, given, out) is None):
        run_study(study, folders.sdtm, out, adam=folders.adam, only=[each.spec.dataset for each in before])
    trace_dataset(study, plan, _sources(study, folders, out), subject, until, report)


def keep_work_variables(study: Study, folders: InputFolders, out: Path, datasets: Collection[str]) -> Iterator[Path]:
    """Write each of these datasets with its work variables before the others, and give the path of each file.

    They are Parquet files of their own in ``out``/work, for whom looks for a fault: the datasets of a submission never
    have work variables. A dataset without any is not written. What the datasets read of the study is there already.
    """
    sources = _sources(study, folders, out)
    for plan in needed_datasets(study, list(datasets)):
        if plan.spec.work and plan.spec.dataset in datasets:
            path = out / WORK / f"{plan.spec.dataset.lower()}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            read = {name: sources.read(name, variables, {})[0] for name, variables in plan.reads.items()}
            tables = {name: study.tables[name] for name in plan.tables}
            write_parquet(build_dataset(_with_work(plan), read, tables)[0], path)
            yield path


def _with_work(plan: DatasetPlan) -> DatasetPlan:
    """The plan whose work variables are variables of the dataset."""
    spec = plan.spec.model_copy(update={"variables": plan.spec.entries, "work": {}})
    return replace(plan, spec=spec)


def _sources(study: Study, folders: InputFolders, out: Path) -> Sources:
    suffix = study.spec.adam_files[0]
    made = {name: out / ADAM / f"{name.lower()}.{suffix}" for name in study.dataset_names}
    study = as_dry_run(study)
    return Sources(find_all(study, prepared(study, folders, out)[0]), made, study.spec)

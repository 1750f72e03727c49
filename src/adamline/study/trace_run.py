"""Traces a dataset of a study by its files: what it reads of the study is made first, and nothing else written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adamline.study.input_folders import InputFolders, find_all
from adamline.study.manifest import ADAM
from adamline.study.run import needed_datasets, run_study
from adamline.study.sources import Sources
from adamline.study.study import Study
from adamline.study.trace import trace_dataset


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

    Datasets of the study that it reads are made in ``out`` where they are not there as a run would make them. Raises
    the errors of `run_study` and of `trace_dataset`.
    """
    *before, plan = needed_datasets(study, [dataset])
    if before:
        run_study(study, folders.sdtm, out, adam=folders.adam, only=[each.spec.dataset for each in before])
    suffix = study.spec.adam_files[0]
    made = {name: out / ADAM / f"{name.lower()}.{suffix}" for name in study.dataset_names}
    sources = Sources(find_all(study, folders), made, study.spec)
    trace_dataset(study, plan, sources, subject, until, report)

"""Dry run: a study on data up to a day, or with dummy treatments, from SDTM that is prepared so before it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from adamline.errors import AdamlineError, DataError, nearest
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset
from adamline.io.split_domains import read_parts
from adamline.io.text_type import TextType
from adamline.results.ard import NUMBER, Around
from adamline.spec.dry_run import DryRun
from adamline.spec.study import Cutoff, StudySpec
from adamline.study.cutoff import cut_domain, cut_subjects, cut_supplemental, letters
from adamline.study.dummy_treatment import ARMS, CHECK, EXPOSURE, check_told, dealt, true_arms, with_dummy_exposure
from adamline.study.input_folders import InputFolders, find_all
from adamline.study.inputs import Input
from adamline.study.manifest import Package
from adamline.study.study import Study

if TYPE_CHECKING:
    from adamline.study.outputs import OutputPlan

# What every page, result and dataset of a run with dummy treatments says.
DUMMY = "DUMMY TREATMENT"
FOLDER = "dry-run"
_DM = "DM"
_LONGEST_LABEL = 40


def as_dry_run(study: Study, cutoff: dt.date | None = None, seed: int | None = None) -> Study:
    """The study with a cut-off and dummy treatments in place of what its study.yaml says of them.

    Without either it is what study.yaml says. The data cut-off of the pages is that of the data, and the label of each
    dataset says that its treatments are dummies.
    """
    spec = DryRun(cutoff, seed).over(study.spec)
    if spec.dummy_treatment is None:
        return replace(study, spec=spec)
    datasets = tuple(
        replace(plan, spec=plan.spec.model_copy(update={"label": _dataset_label(plan.spec.label)}))
        for plan in study.datasets
    )
    return replace(study, spec=spec, datasets=datasets)


def _dataset_label(label: str) -> str:
    return label if label.startswith(DUMMY) else f"{DUMMY}: {label}"[:_LONGEST_LABEL].strip()


def is_dry(spec: StudySpec) -> bool:
    """Whether data are prepared before a run."""
    return spec.cutoff is not None or spec.dummy_treatment is not None


def page_study(line: str, spec: StudySpec) -> str:
    """The line of the study on each page, which says that treatments are dummies."""
    return f"{line} – {DUMMY}" if spec.dummy_treatment is not None else line


def with_dummy(label: str, spec: StudySpec) -> str:
    """What pages say of the data, that treatments are dummies first."""
    return "; ".join(filter(None, [DUMMY, label])) if spec.dummy_treatment is not None else label


def prepared(study: Study, folders: InputFolders, out: Path) -> tuple[InputFolders, list[Finding]]:
    """The folders to read in place of ``folders``, with SDTM as the dry run takes it, and what was done to it.

    SDTM is prepared in ``out``/dry-run, a Parquet file a domain; it is what the run reads, and nothing else. The same
    data and settings give the same bytes. Without a dry run the folders are the same. DataError where SDTM lacks what
    that needs; AdamlineError for a study with supplied datasets, of which nobody can tell what they are made from.
    """
    spec = study.spec
    if not is_dry(spec):
        return folders, []
    if study.reads_supplied:
        names = ", ".join(study.reads_supplied)
        what = f"A dry run makes all from SDTM, and {names} would be supplied as it is."
        raise AdamlineError(what, place=study.supplied[next(iter(study.reads_supplied))])
    inputs = find_all(study, folders)
    target = out / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    datasets, supps, findings = _read(inputs)
    if spec.cutoff is not None:
        findings += _cut(datasets, supps, spec.cutoff)
    if spec.dummy_treatment is not None:
        findings += _deal(datasets, spec.dummy_treatment)
    from adamline.io.parquet import write_parquet

    files = {f"{name.lower()}.parquet": dataset for name, dataset in (datasets | supps).items()}
    for name, dataset in files.items():
        write_parquet(dataset, target / name)
    for path in target.iterdir():
        if path.name not in files:
            path.unlink()
    return InputFolders(target, folders.adam), findings


def _read(inputs: Mapping[str, Input]) -> tuple[dict[str, Dataset], dict[str, Dataset], list[Finding]]:
    """Domains and their SUPP--, whole, and what their readers say."""
    datasets: dict[str, Dataset] = {}
    supps: dict[str, Dataset] = {}
    tallies = [tally for given in inputs.values() for tally in given.beside]
    for domain, given in inputs.items():
        datasets[domain], more = read_parts(given.parts, domain, text=TextType.CATEGORY)
        tallies += more
        if given.supp:
            name = f"SUPP{domain}"
            supps[name], more = read_parts(given.supp, name, text=TextType.CATEGORY)
            tallies += more
    return datasets, supps, [finding for tally in tallies if (finding := tally.finding())]


def _dm(datasets: Mapping[str, Dataset], what: str) -> Dataset:
    if _DM not in datasets:
        raise DataError(f"{what} needs DM, which the study does not read.")
    return datasets[_DM]


def _cut(datasets: dict[str, Dataset], supps: dict[str, Dataset], cutoff: Cutoff) -> list[Finding]:
    """Cut every domain off, DM first, which says whose records they are."""
    for name in cutoff.by:
        known = {*datasets, *map(letters, datasets)}
        if name not in known:
            raise DataError(f"cutoff: the study reads no {name}.", hint=nearest(name, known))
    cut, subjects = cut_subjects(_dm(datasets, "A cut-off"), cutoff)
    findings: list[Finding] = []
    for domain, dataset in list(datasets.items()):
        one = cut if domain == _DM else cut_domain(dataset, cutoff, subjects)
        supp = supps.get(f"SUPP{domain}")
        if supp is not None:
            supps[supp.name] = cut_supplemental(supp, dataset, one.left_out, subjects)
        datasets[domain] = one.dataset
        findings += one.findings
    return findings


def _deal(datasets: dict[str, Dataset], seed: int) -> list[Finding]:
    dm = _dm(datasets, "A dummy treatment")
    true = true_arms(dm)
    datasets[_DM], dummy, said = dealt(dm, seed)
    for name in EXPOSURE:
        if name in datasets:
            datasets[name] = with_dummy_exposure(datasets[name], dummy, true)
    texts = {text for name in ARMS if name in dm.frame.columns for text in dm.frame[name].dropna().unique()}
    return [said, *check_told(datasets.values(), texts)]


def check_mixed(spec: StudySpec, before: Package | None, *, all_made: bool) -> list[Finding]:
    """A WARNING where a folder has outputs with other treatments, dummies or true ones, which are all made anew.

    AdamlineError where not ``all_made`` are, so that both would stand side by side.
    """
    is_dummy = spec.dummy_treatment is not None
    if before is None or before.label.startswith(DUMMY) == is_dummy:
        return []
    there, now = ("true treatments", "dummy treatments") if is_dummy else ("dummy treatments", "true treatments")
    if not all_made:
        what = f"The folder has datasets and outputs of {there}, beside which these would be of {now}."
        raise AdamlineError(what, hint="run the whole study, or name another folder with --out")
    message = f"The folder had outputs of {there}: all datasets and outputs are made anew with {now}."
    return [Finding(Severity.WARNING, CHECK, message)]


def with_dummy_note(results: pd.DataFrame, output: OutputPlan, spec: StudySpec) -> pd.DataFrame:
    """The results of a table with a note, which stands on its page too, that the treatments are dummies."""
    if spec.dummy_treatment is None or output.kind != "table":
        return results
    text = f"{DUMMY}: arms are dealt out at random by seed {spec.dummy_treatment}, and are not those of the subjects."
    note = dict.fromkeys(results.columns, "") | {
        "result": f"{output.name}/{Around.NOTES.value}/dummy",
        "output": output.name,
        "analysis": Around.NOTES.value,
        "stat_name": "dummy",
        "stat_label": "Dummy treatment",
        NUMBER: np.nan,
        "stat_text": text,
    }
    return pd.concat([results, pd.DataFrame([note])], ignore_index=True)

"""Loads a study's folder of specs, with all faults of all its files at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, Place, SpecError, nearest
from adamline.io.yaml_text import YamlFile, read_yaml
from adamline.spec.all_of_subject import with_all_of_subject
from adamline.spec.dataset import DatasetSpec
from adamline.spec.dry_run import AS_WRITTEN, DryRun
from adamline.spec.listed_names import with_listed_names
from adamline.spec.study import StudySpec
from adamline.spec.study_texts import with_label
from adamline.spec.subject_entries import with_subject_entries
from adamline.spec.typed import typed


@dataclass(frozen=True)
class DatasetFile:
    """The spec of a dataset, and the file it stands in."""

    spec: DatasetSpec
    file: YamlFile


@dataclass(frozen=True)
class StudyFiles:
    """A study as written: its own spec and file, those of its datasets by name, its outputs' files, not yet typed."""

    folder: Path
    study: StudySpec
    file: YamlFile
    datasets: Mapping[str, DatasetFile]
    outputs: tuple[YamlFile, ...]


def load_study(folder: Path, dry_run: DryRun = AS_WRITTEN) -> tuple[StudyFiles, list[AdamlineError]]:
    """Read ``study.yaml`` and each file it names: what could be read, and every fault found on the way.

    Faults are files and folders that are missing, what is not YAML, keys that are unknown, missing or of the wrong
    type, a dataset that two files define. ``dry_run`` goes before what study.yaml says of one. Raises SpecError where
    study.yaml itself cannot be read.
    """
    study_file = folder / "study.yaml"
    if not study_file.is_file():
        place = Place(str(study_file))
        raise SpecError([AdamlineError("There is no study.yaml.", place=place, hint="name the folder of a study")])
    written = read_yaml(study_file)
    study, faults = typed(written, StudySpec)
    if study is None:
        raise SpecError(faults)
    study, faults = with_label(dry_run.over(study), written)
    hint = "a folder is named as it is seen from that of the study"
    faults += [
        AdamlineError(f"There is no folder {name} of templates.", place=written.place(("catalogue", number)), hint=hint)
        for number, name in enumerate(study.catalogue)
        if not (folder / name).is_dir()
    ]
    read: dict[str, YamlFile] = {}
    for number, name in enumerate(study.datasets):
        file = _read(folder / f"{name}.yaml", written.place(("datasets", number)), faults)
        if file:
            listed, more = with_listed_names(file)
            read[name], others = with_subject_entries(listed)
            faults += [*more, *others]
    read, more = with_all_of_subject(read)
    faults += more
    datasets: dict[str, DatasetFile] = {}
    for file in read.values():
        spec, more = typed(file, DatasetSpec)
        faults += more
        if spec:
            if spec.dataset in datasets:
                other = datasets[spec.dataset].file.path.name
                place = file.place(("dataset",))
                faults.append(AdamlineError(f"{spec.dataset} is defined already.", place=place, found=other))
            datasets[spec.dataset] = DatasetFile(spec, file)
    names = study.outputs if study.outputs is not None else names_by_number(folder / "tlf")
    if not study.datasets and not names:
        what, hint = "The study makes nothing.", "list `datasets`, or write outputs of `supplied` datasets in tlf/"
        faults.append(AdamlineError(what, place=written.place(("study",)), hint=hint))
    outputs = [
        _read(folder / "tlf" / f"{name}.yaml", written.place(("outputs", number)), faults)
        for number, name in enumerate(names)
    ]
    return StudyFiles(folder, study, written, datasets, tuple(file for file in outputs if file)), faults


def names_by_number(folder: Path) -> tuple[str, ...]:
    """The YAML files of a folder without their suffix, by the numbers in their names, then T before F before L.

    A figure so comes behind the table of its number, whose results it draws. None where there is no such folder.
    """
    return tuple(sorted((path.stem for path in folder.glob("*.yaml")), key=_by_number))


def _by_number(name: str) -> tuple[list[int], int, str]:
    kind = "tfl".find(name[0].lower())
    return [int(number) for number in re.findall(r"[0-9]+", name)], kind if kind >= 0 else len("tfl"), name


def _read(path: Path, place: Place, faults: list[AdamlineError]) -> YamlFile | None:
    if not path.is_file():
        others = [p.stem for p in path.parent.glob("*.yaml") if p.name != "study.yaml"]
        faults.append(
            AdamlineError(f"{path.name} is named, and not there.", place=place, hint=nearest(path.stem, others))
        )
        return None
    try:
        return read_yaml(path)
    except SpecError as error:
        faults.extend(error.faults)
        return None

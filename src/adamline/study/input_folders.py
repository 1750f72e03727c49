"""Finds all that a study reads and does not make, in the folders that a command is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, Place
from adamline.findings import Finding, Severity
from adamline.study.inputs import Input, InputsError, find_inputs
from adamline.study.study import Study
from adamline.study.subject_keys import subject_key_faults
from adamline.study.supplied import find_supplied


@dataclass(frozen=True)
class InputFolders:
    """The folder of SDTM and that of supplied ADaM datasets; None is one that was not given."""

    sdtm: Path | None = None
    adam: Path | None = None


def find_all(study: Study, folders: InputFolders) -> dict[str, Input]:
    """The files of each dataset that the study reads of a folder.

    Raises InputsError with the faults of both folders, and of keys that do not fit what their files have.
    """
    faults: list[AdamlineError] = []
    found: dict[str, Input] = {}
    for find, folder in ((find_inputs, folders.sdtm), (find_supplied, folders.adam)):
        if folder is not None:
            try:
                found |= find(study, folder)
            except InputsError as error:
                faults += error.faults
    faults += subject_key_faults(study.datasets, {name: given.variables for name, given in found.items()})
    if faults:
        raise InputsError(faults)
    return found


def require_folders(study: Study, folders: InputFolders) -> None:
    """Raise InputsError where the study reads of a folder that was not given."""
    faults = []
    if study.domains and folders.sdtm is None:
        what = f"The study reads SDTM ({', '.join(study.domains)}), and is given no folder of it."
        faults.append(AdamlineError(what, hint="--sdtm FOLDER, with a file a domain"))
    if study.reads_supplied and folders.adam is None:
        names = list(study.reads_supplied)
        what = f"The study is supplied with {', '.join(names)}, and is given no folder of ADaM datasets."
        hint = "--adam FOLDER, with a file a dataset"
        faults.append(AdamlineError(what, place=study.supplied[names[0]], hint=hint))
    if faults:
        raise InputsError(faults)


def check_folders(study: Study, folders: InputFolders) -> list[Finding]:
    """A WARNING for a folder of which the study reads nothing."""
    given = {
        "--sdtm": (folders.sdtm, study.domains, "no dataset of the study reads a domain"),
        "--adam": (folders.adam, study.reads_supplied, "nothing reads a dataset that study.yaml lists as `supplied`"),
    }
    found = []
    for option, (folder, needed, why) in given.items():
        if folder is not None and not needed:
            message = f"Nothing is read of the folder of {option}: {why}."
            found.append(Finding(Severity.WARNING, "folder not read", message, Place(str(folder))))
    return found

"""Settled: what the manifest of a run that came to its end keeps, so that the next can be known to change nothing."""

from __future__ import annotations

from pathlib import Path

from adamline.study.dry_run import is_dry
from adamline.study.input_folders import InputFolders, check_folders
from adamline.study.manifest import SettledBy
from adamline.study.study import Study
from adamline.study.unchanged import key_of_run, states_of_specs


def settled_by(study: Study, folders: InputFolders, out: Path) -> SettledBy | None:
    """What tells that another run would change nothing (`unchanged_run`); None where that cannot be said.

    It cannot of a dry run, whose inputs are prepared anew, where outputs stand within the folder of specs, where a
    folder that is given is not read, and where specs were edited since the study was opened.
    """
    catalogue = study.spec.catalogue
    is_inside = out.resolve().is_relative_to(study.folder.resolve())
    if is_inside or is_dry(study.spec) or check_folders(study, folders):
        return None
    if states_of_specs(study.folder, catalogue) != study.specs:
        return None
    key = key_of_run(study.folder, {"sdtm": folders.sdtm, "adam": folders.adam}, catalogue)
    return SettledBy(key, catalogue, study.dataset_names, tuple(output.name for output in study.outputs))

"""Finds and reads the SDTM files that a study needs, after checking them all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from adamline.errors import AdamlineError, DataError, FileFormatError, Place, nearest
from adamline.io.dataset import Dataset
from adamline.io.xpt_read import TextType, read_xpt, read_xpt_members
from adamline.spec.study import StudySpec
from adamline.study.study import Study


class InputsError(AdamlineError):
    """Input data that do not fit the study; all faults, each an error with its place."""

    def __init__(self, faults: Iterable[AdamlineError]) -> None:
        """Collect the faults."""
        self.faults = tuple(faults)
        super().__init__(f"The input data have {len(self.faults)} fault{'s' if len(self.faults) != 1 else ''}.")

    def __str__(self) -> str:
        """Every fault, numbered."""
        return "\n".join([self.what, *(f"{n}. {fault}" for n, fault in enumerate(self.faults, start=1))])


def find_inputs(study: Study, sdtm: Path) -> dict[str, Path]:
    """The file of each domain that the study reads (``lb.xpt`` or ``LB.XPT`` for LB).

    Raises InputsError with every fault: files missing, damaged, or without a variable that the study needs.
    """
    if not sdtm.is_dir():
        raise InputsError([DataError("The folder of SDTM files is not there.", place=Place(str(sdtm)))])
    files = {path.stem.upper(): path for path in sorted(sdtm.iterdir()) if path.suffix.lower() == ".xpt"}
    faults: list[AdamlineError] = []
    found: dict[str, Path] = {}
    for domain, variables in study.domains.items():
        if domain not in files:
            place = Place(str(sdtm), dataset=domain)
            expected = f"a file {domain.lower()}.xpt"
            hint = nearest(domain, files)
            faults.append(DataError(f"Domain {domain} is missing.", place=place, expected=expected, hint=hint))
            continue
        found[domain] = files[domain]
        faults += _faults_of(files[domain], domain, variables, study.spec)
    if faults:
        raise InputsError(faults)
    return found


def _faults_of(path: Path, domain: str, variables: Iterable[str], spec: StudySpec) -> list[AdamlineError]:
    try:
        members = read_xpt_members(path, encoding=spec.encoding, fallback=spec.fallback)
    except FileFormatError as error:
        return [error]
    names = {variable.name for member in members for variable in member.variables}
    return [
        DataError(
            f"{domain} has no variable {name}.",
            place=Place(path.name, dataset=domain, variable=name),
            hint=nearest(name, names),
        )
        for name in variables
        if name not in names
    ]


def read_input(path: Path, variables: Iterable[str], spec: StudySpec) -> Dataset:
    """The variables that are needed of one file; text as categories, which derivations count in."""
    return read_xpt(path, columns=variables, text=TextType.CATEGORY, encoding=spec.encoding, fallback=spec.fallback)

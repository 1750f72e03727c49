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
    files: dict[str, list[Path]] = {}
    for path in sorted(sdtm.iterdir()):
        if path.suffix.lower() == ".xpt" and path.is_file():
            files.setdefault(path.stem.upper(), []).append(path)
    faults: list[AdamlineError] = []
    found: dict[str, Path] = {}
    for domain, variables in study.domains.items():
        place = Place(str(sdtm), dataset=domain)
        paths = files.get(domain, [])
        if len(paths) == 1:
            found[domain] = paths[0]
            faults += _faults_of(paths[0], domain, variables, study.spec)
        elif paths:
            names = ", ".join(path.name for path in paths)
            faults.append(DataError(f"There are two files of {domain}.", place=place, expected="one", found=names))
        else:
            expected, hint = f"a file {domain.lower()}.xpt", nearest(domain, files)
            faults.append(DataError(f"Domain {domain} is missing.", place=place, expected=expected, hint=hint))
    if faults:
        raise InputsError(faults)
    return found


def _faults_of(path: Path, domain: str, variables: Iterable[str], spec: StudySpec) -> list[AdamlineError]:
    try:
        members = read_xpt_members(path, encoding=spec.encoding, fallback=spec.fallback)
    except (FileFormatError, DataError) as error:
        return [error]
    except OSError as error:
        return [FileFormatError("The file cannot be read.", place=Place(path.name), found=str(error))]
    named = [member for member in members if member.name.upper() == domain]
    if not named:
        found = ", ".join(member.name for member in members) or "no dataset"
        return [DataError(f"The file of {domain} has no dataset {domain}.", place=Place(path.name), found=found)]
    names = {variable.name for variable in named[0].variables}
    return [
        DataError(
            f"{domain} has no variable {name}.",
            place=Place(path.name, dataset=domain, variable=name),
            hint=nearest(name, names),
        )
        for name in variables
        if name not in names
    ]


def read_input(path: Path, domain: str, variables: Iterable[str], spec: StudySpec) -> Dataset:
    """The variables that are needed of one domain; text as categories, which derivations count in."""
    members = read_xpt_members(path, encoding=spec.encoding, fallback=spec.fallback)
    member = next(member.name for member in members if member.name.upper() == domain)
    category, fallback = TextType.CATEGORY, spec.fallback
    return read_xpt(path, member=member, columns=variables, text=category, encoding=spec.encoding, fallback=fallback)

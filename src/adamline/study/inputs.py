"""Finds and reads the SDTM files that a study needs, after checking them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from adamline.errors import AdamlineError, DataError, FileFormatError, Place, nearest
from adamline.findings import Finding
from adamline.io.dataset import Dataset
from adamline.io.files import ReadOptions
from adamline.io.split_domains import find_domain, read_domain
from adamline.io.supp import combine_supp
from adamline.io.xpt_read import Member, Selection, TextType, read_xpt, read_xpt_members
from adamline.spec.study import StudySpec
from adamline.study.study import Study

CATEGORY = TextType.CATEGORY


@dataclass(frozen=True)
class Input:
    """The files of a domain: one, or those of its parts (LBCH, LBHE); and of the SUPP-- that is merged into it."""

    domain: str
    parts: tuple[Path, ...]
    supp: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files."""
        return (*self.parts, *self.supp)


class InputsError(AdamlineError):
    """Input data that do not fit the study; all faults, each an error with its place."""

    def __init__(self, faults: Iterable[AdamlineError]) -> None:
        """Collect the faults."""
        self.faults = tuple(faults)
        super().__init__(f"The input data have {len(self.faults)} fault{'s' if len(self.faults) != 1 else ''}.")

    def __str__(self) -> str:
        """Every fault, numbered."""
        return "\n".join([self.what, *(f"{n}. {fault}" for n, fault in enumerate(self.faults, start=1))])


def find_inputs(study: Study, sdtm: Path) -> dict[str, Input]:
    """The files of each domain that the study reads: ``lb.xpt`` or ``LB.XPT`` for LB, or the parts of a split domain.

    Raises InputsError with every fault: files missing, damaged, or without a variable that the study needs.
    """
    if not sdtm.is_dir():
        raise InputsError([DataError("The folder of SDTM files is not there.", place=Place(str(sdtm)))])
    faults: list[AdamlineError] = []
    found: dict[str, Input] = {}
    for domain, variables in study.domains.items():
        try:
            supp = find_domain(sdtm, f"SUPP{domain}") if domain in study.supplemented else ()
            found[domain] = Input(domain, find_domain(sdtm, domain), supp)
        except DataError as error:
            faults.append(error)
            continue
        faults += _faults_of(found[domain], variables, study.spec)
    if faults:
        raise InputsError(faults)
    return found


def _faults_of(given: Input, variables: Iterable[str], spec: StudySpec) -> list[AdamlineError]:
    names: dict[str, None] = {}
    try:
        for path in given.parts:
            names |= dict.fromkeys(_variables_of(path, spec))
        for path in given.supp:
            qualifiers = read_xpt(path, columns=["QNAM"], text=CATEGORY, encoding=spec.encoding, fallback=spec.fallback)
            names |= dict.fromkeys(qualifiers.frame["QNAM"].dropna().unique())
    except (FileFormatError, DataError) as error:
        return [error]
    except OSError as error:
        return [FileFormatError("The file cannot be read.", place=Place(path.name), found=str(error))]
    place = given.parts[0].name
    return [
        DataError(
            f"{given.domain} has no variable {name}.",
            place=Place(place, dataset=given.domain, variable=name),
            hint=nearest(name, names),
        )
        for name in variables
        if name not in names
    ]


def is_whole(domain: str, paths: tuple[Path, ...]) -> bool:
    """Whether the domain is one file, rather than parts of it, or the only part there is."""
    return [path.stem.upper() for path in paths] == [domain]


def member_of(domain: str, path: Path, spec: StudySpec) -> Member:
    """The dataset of this name in a file that holds the whole domain; DataError where there is none."""
    members = read_xpt_members(path, encoding=spec.encoding, fallback=spec.fallback)
    named = [member for member in members if member.name.upper() == domain.upper()]
    if not named:
        found = ", ".join(member.name for member in members) or "no dataset"
        raise DataError(f"The file of {domain} has no dataset {domain}.", place=Place(path.name), found=found)
    return named[0]


def _variables_of(path: Path, spec: StudySpec) -> list[str]:
    """The variables of the dataset that has the file's name."""
    return [variable.name for variable in member_of(path.stem.upper(), path, spec).variables]


def read_input(
    given: Input,
    variables: Iterable[str],
    spec: StudySpec,
    only: Mapping[Path, Selection] | None = None,
    optional: Iterable[str] = (),
) -> tuple[Dataset, tuple[Finding, ...]]:
    """The variables that are needed of one domain, and what is odd about its parts.

    ``only`` chooses records of the files it names; others are read whole. ``optional`` variables are
    read where a part has them. Text comes as categories, which derivations count in.
    """
    selected = [one.member for path, one in (only or {}).items() if path in given.parts]
    there = {v.name for member in selected if member for v in member.variables}
    if optional and not there:
        there = {name for path in given.parts for name in _variables_of(path, spec)}
    wanted = tuple(dict.fromkeys([*variables, *(name for name in optional if name in there)]))
    chosen = only or {}
    if not given.supp:
        return _read_parts(given.domain, given.parts, wanted, spec, chosen)
    parent, findings = _read_parts(given.domain, given.parts, None, spec, chosen)
    supp, more = _read_parts(f"SUPP{given.domain}", given.supp, None, spec, chosen)
    return combine_supp(parent, supp).select(wanted), (*findings, *more)


def _read_parts(
    domain: str,
    paths: tuple[Path, ...],
    variables: tuple[str, ...] | None,
    spec: StudySpec,
    only: Mapping[Path, Selection],
) -> tuple[Dataset, tuple[Finding, ...]]:
    if not is_whole(domain, paths):
        options = ReadOptions(encoding=spec.encoding, fallback=spec.fallback)
        return read_domain(paths[0].parent, domain, columns=variables, text=CATEGORY, options=options, only=only)
    selection = only.get(paths[0])
    dataset = read_xpt(
        paths[0],
        member=selection.member if selection and selection.member else member_of(domain, paths[0], spec),
        columns=variables,
        rows=None if selection is None else selection.rows,
        text=CATEGORY,
        encoding=spec.encoding,
        fallback=spec.fallback,
    )
    return dataset, ()

"""Finds and reads the SDTM files that a study needs, after checking them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from adamline.errors import AdamlineError, DataError, FileFormatError, Place, nearest
from adamline.findings import Finding, Severity, Tally
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.domain_checks import refuse_other_domain
from adamline.io.domain_file import DomainFile
from adamline.io.find_domain import files_of_domain, find_domain, parts_beside
from adamline.io.split_domains import empty_column, read_parts
from adamline.io.supp import check_supp_variables, combine_supp
from adamline.io.text_type import TextType
from adamline.io.xpt_read import Rows
from adamline.plurals import counted
from adamline.standards.qualifier_names import may_be_qualifier
from adamline.study.looked_at import Keep
from adamline.study.study import Study

CATEGORY = TextType.CATEGORY
# How like a name must be to one that is there to be taken for it, in the measure of difflib.
_ALIKE = 0.8


@dataclass(frozen=True)
class Input:
    """The files of a domain: one, or those of its parts (LBCH, LBHE); and of the SUPP-- that is merged into it.

    ``is_supplemented`` says that one is, where there is a file of it or not; ``qualifiers`` are its QNAMs, and
    ``beside`` tells of files that are not read. ``is_supplied`` says that it is no domain, but an ADaM dataset that the
    study does not make (see `adamline.study.supplied`).
    """

    domain: str
    parts: tuple[DomainFile, ...]
    is_supplemented: bool = False
    supp: tuple[DomainFile, ...] = ()
    qualifiers: tuple[str, ...] = ()
    beside: tuple[Tally, ...] = ()
    is_supplied: bool = False

    @property
    def records(self) -> int:
        """The number of records, without those of its SUPP--."""
        return sum(file.records for file in self.parts)

    @property
    def is_by_block(self) -> bool:
        """Whether records that nobody wants are let go while it is read."""
        is_alone = len(self.parts) == 1 and self.parts[0].is_by_record
        return is_alone and not self.is_supplemented and not self.is_supplied

    @property
    def files(self) -> tuple[Path, ...]:
        """All files."""
        return tuple(path for file in (*self.parts, *self.supp) for path in file.files)

    def absolute(self) -> Input:
        """The same files by paths that hold in any folder that a process is in."""
        parts, supp = (tuple(replace(f, path=f.path.absolute()) for f in files) for files in (self.parts, self.supp))
        return replace(self, parts=parts, supp=supp)

    @property
    def names(self) -> list[str]:
        """What findings may say of the files beside what is in them: their names, and which are not read."""
        return [*(path.name for path in self.files), *(tally.message for tally in self.beside)]

    @property
    def variables(self) -> list[str]:
        """Names of the variables that a file of the domain has."""
        return list(dict.fromkeys(name for file in self.parts for name in file.variables))


class InputsError(AdamlineError):
    """Input data that do not fit the study; all faults, each an error with its place."""

    def __init__(self, faults: Iterable[AdamlineError]) -> None:
        """Collect the faults."""
        self.faults = tuple(faults)
        super().__init__(f"The input data have {counted(len(self.faults), 'fault')}.")

    def __str__(self) -> str:
        """Every fault, numbered."""
        return "\n".join([self.what, *(f"{n}. {fault}" for n, fault in enumerate(self.faults, start=1))])


def find_inputs(study: Study, sdtm: Path) -> dict[str, Input]:
    """The files of each domain that the study reads: ``lb.xpt`` or ``LB.json`` for LB, or the parts of a split domain.

    Raises InputsError with every fault: files missing, damaged, of another domain, two for one domain, or without a
    variable that the study needs, with the line of the spec that does. A variable that only a SUPP-- can have may be
    missing, since SUPP-- holds only what was collected; and so may a SUPP-- (see `check_inputs`).
    """
    if study.domains and not sdtm.is_dir():
        raise InputsError([DataError("The folder of SDTM files is not there.", place=Place(str(sdtm)))])
    faults: list[AdamlineError] = []
    found: dict[str, Input] = {}
    for domain, variables in study.domains.items():
        try:
            given = _found(study, sdtm, domain)
            found[domain] = given
            faults += _missing(study, given, variables)
        except (FileFormatError, DataError) as error:
            # Of a file that is not there the spec's line may be at fault.
            error.found = error.found or f"none; it is read by {study.place_naming(domain)}"
            faults.append(error)
        except OSError as error:
            place = Place(Path(error.filename or sdtm).name, dataset=domain)
            faults.append(FileFormatError("The file cannot be read.", place=place, found=str(error)))
    if faults:
        raise InputsError(faults)
    return found


def _found(study: Study, sdtm: Path, domain: str) -> Input:
    """The files of a domain; errors for those that cannot be it."""

    def files(paths: Iterable[Path]) -> tuple[DomainFile, ...]:
        return tuple(DomainFile(path, study.spec.encoding, study.spec.fallback) for path in paths)

    parts = files(find_domain(sdtm, domain))
    is_supplemented = domain in study.supplemented
    supp = files(files_of_domain(sdtm, f"SUPP{domain}")) if is_supplemented else ()
    for file in parts:
        refuse_other_domain(file, domain)
    qualifiers: dict[str, None] = {}
    for file in supp:
        check_supp_variables(file.variables, Place(file.path.name, dataset=file.name))
        refuse_other_domain(file, f"SUPP{domain}")
        qualifiers |= dict.fromkeys(file.read(["QNAM"], text=CATEGORY).frame["QNAM"].dropna().astype(str).str.strip())
    beside = (*parts_beside(sdtm, domain), *(parts_beside(sdtm, f"SUPP{domain}") if supp else ()))
    return Input(domain, parts, is_supplemented, supp, tuple(qualifiers), beside)


def _missing(study: Study, given: Input, variables: Iterable[str]) -> list[AdamlineError]:
    """Variables that the domain must have, and does not."""
    there = [*given.variables, *given.qualifiers]
    faults: list[AdamlineError] = []
    for name in variables:
        if name in there or (given.is_supplemented and may_be_qualifier(given.domain, name)):
            continue
        place = study.place_reading(given.domain, name)
        made = study.made_where_read(place.dataset, given.domain)
        others = nearest(name, [*there, *(one for one in made if one != name)])
        by_itself = f"the entry of {name} reads it: name another variable in it, or take it from `subject`; {others}"
        faults.append(
            DataError(
                f"{given.domain} has no variable {name}{', and the spec makes none' if made else ''}.",
                place=place,
                found=", ".join(path.name for path in given.files) + " without it",
                hint=by_itself if name in made else others,
            )
        )
    return faults


def check_inputs(study: Study, inputs: Mapping[str, Input]) -> list[Finding]:
    """What is to be said of the files before their records are read: files beside others, what a SUPP-- lacks."""
    tallies: list[Tally] = []
    for domain, variables in study.domains.items():
        given = inputs.get(domain)
        if given is None:
            continue  # the folder was not given
        tallies += [*given.beside, *_absent(given, variables, [*given.variables, *given.qualifiers])]
    return [finding for tally in tallies if (finding := tally.finding())]


def _absent(given: Input, wanted: Iterable[str], there: Sequence[str]) -> list[Tally]:
    """Variables that neither the domain nor its SUPP-- has; a WARNING for one that is like a name that is not read."""
    wanted, domain = list(wanted), given.domain
    unread = [name for name in there if name not in wanted]
    source = f"{domain} and SUPP{domain} have" if given.supp else f"There is no file of SUPP{domain}, and {domain} has"
    tallies = []
    for name in wanted:
        if name not in there:
            alike = get_close_matches(name, unread, n=1, cutoff=_ALIKE)
            hint = f" Did you mean {alike[0]}?" if alike else ""
            message = f"{source} no {name}: it is missing on all records.{hint}"
            severity = Severity.NOTE if given.supp and not alike else Severity.WARNING
            place = Place(dataset=domain, variable=name)
            tallies.append(Tally(severity, "supp.absent", message, place, {"": 1}))
    return tallies


def read_input(
    given: Input,
    variables: Iterable[str],
    only: Mapping[Path, Rows] | None = None,
    optional: Iterable[str] = (),
    keep: Keep | None = None,
) -> tuple[Dataset, tuple[Tally, ...]]:
    """The variables that are needed of one domain, and what is to be said of its files and records.

    ``only`` chooses records of the files it names, by ascending number from 0; others are read whole. ``optional``
    variables are read where a part has them. Records that ``keep`` does not want may be left out (see `read_parts`).
    Text comes as categories, which derivations count in.
    """
    wanted = list(dict.fromkeys(variables))
    wanted += [name for name in optional if name not in wanted and name in given.variables]
    if not given.is_supplemented:
        dataset, tallies = read_parts(given.parts, given.domain, columns=wanted, text=CATEGORY, only=only, keep=keep)
        return dataset, (*given.beside, *tallies, _empty(given, dataset))
    dataset, tallies = read_parts(given.parts, given.domain, text=CATEGORY, only=only)
    if given.supp:
        supp, more = read_parts(given.supp, f"SUPP{given.domain}", text=CATEGORY)
        dataset, unused = combine_supp(dataset, supp)
        tallies = (*tallies, *more, *unused)
    there = [variable.name for variable in dataset.variables]
    absent = _absent(given, wanted, there)
    return _with_missing(dataset, [n for n in wanted if n not in there]).select(wanted), (
        *given.beside,
        *tallies,
        *absent,
        _empty(given, dataset),
    )


def _empty(given: Input, read: Dataset) -> Tally:
    """A WARNING where a domain has no record: steps that look records up in it find none, and have nothing to say."""
    place = Place(", ".join(file.path.name for file in given.parts), dataset=given.domain)
    kinds = {"": int(not len(read.frame) and not given.records)}
    return Tally(Severity.WARNING, "no records", "The domain has no records.", place, kinds)


def _with_missing(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """The dataset with text variables that are missing on all records."""
    if not names:
        return dataset
    blank = empty_column(Kind.TEXT, len(dataset.frame)).set_axis(dataset.frame.index)
    frame = pd.concat([dataset.frame, pd.DataFrame(dict.fromkeys(names, blank))], axis=1)
    return replace(dataset, frame=frame, variables=(*dataset.variables, *(Variable(n, Kind.TEXT) for n in names)))

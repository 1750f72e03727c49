"""Where the datasets that a study reads stand, its inputs and its own, and how they are read: whole or by record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adamline.findings import Tally
from adamline.io.dataset import Dataset
from adamline.io.domain_file import DomainFile
from adamline.io.text_type import TextType
from adamline.io.xpt_read import Rows
from adamline.spec.study import StudySpec
from adamline.study.inputs import Input, read_input
from adamline.study.looked_at import Keep
from adamline.study.record_runs import RecordRuns, SubjectRuns, subject_runs
from adamline.study.supplied import read_supplied

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Sources:
    """The files of SDTM domains and supplied datasets, and of datasets that the study made before, by name."""

    inputs: Mapping[str, Input]
    made: Mapping[str, Path]
    spec: StudySpec

    def of(self, names: Collection[str]) -> Sources:
        """Those of these names alone."""
        inputs = {name: given for name, given in self.inputs.items() if name in names}
        return replace(self, inputs=inputs, made={name: path for name, path in self.made.items() if name in names})

    @property
    def files(self) -> list[Path]:
        """All files."""
        return [*(path for given in self.inputs.values() for path in given.files), *self.made.values()]

    def absolute(self) -> Sources:
        """The same files by paths that hold in any folder that a process is in."""
        inputs = {name: given.absolute() for name, given in self.inputs.items()}
        return replace(self, inputs=inputs, made={name: path.absolute() for name, path in self.made.items()})

    def parts(self, name: str) -> tuple[Path, ...]:
        """The files of a dataset without those of its SUPP--."""
        return tuple(file.path for file in self.inputs[name].parts) if name in self.inputs else (self.made[name],)

    def is_by_block(self, name: str) -> bool:
        """Whether `read` lets records go that it need not keep."""
        return name in self.inputs and self.inputs[name].is_by_block

    def read(
        self,
        name: str,
        variables: Iterable[str],
        only: Mapping[Path, RecordRuns],
        optional: Iterable[str] = (),
        keep: Keep | None = None,
    ) -> tuple[Dataset, tuple[Tally, ...]]:
        """The variables of a dataset, and what is to be said of it; of files in ``only`` these records alone.

        Of a domain, those that are ``optional`` too, where it has them; records that ``keep`` does not want may be left
        out.
        """
        rows = {path: only[path].rows for path in self.parts(name) if path in only}
        if name in self.inputs:
            given = self.inputs[name]
            if given.is_supplied:
                return read_supplied(given, variables, rows, optional)
            return read_input(given, variables, rows, optional, keep if given.is_by_block else None)
        path = self.made[name]
        return read_made(path, self.spec, variables, rows.get(path)), ()

    def subjects(self, name: str) -> dict[Path, SubjectRuns]:
        """The records of each subject by file; a file without USUBJID is left out, as it is read whole."""
        if name in self.made:
            return {self.made[name]: subject_runs([read_made(self.made[name], self.spec, [SUBJECT]).frame[SUBJECT]])}
        given = self.inputs[name]
        files = [file for file in given.parts if SUBJECT in file.variables]
        if given.is_supplied:
            return {file.path: subject_runs([read_supplied(given, [SUBJECT])[0].frame[SUBJECT]]) for file in files}
        return {file.path: subject_runs(part.frame[SUBJECT] for part in file.blocks([SUBJECT])) for file in files}

    def records(self, name: str) -> int:
        """The number of records, without those of its SUPP--."""
        if name in self.made:
            return made_file(self.made[name], self.spec).records
        return self.inputs[name].records

    def why_whole(self, names: Iterable[str]) -> str:
        """Why datasets cannot be read by record in the memory of these; empty where they can."""
        files = [file for name in names if name in self.inputs for file in self.inputs[name].parts]
        whole = [file.path.name for file in files if not file.is_by_record]
        return f"{whole[0]} is of a format that is read as a whole" if whole else ""


def made_file(path: Path, spec: StudySpec) -> DomainFile:
    """The file of a dataset that the study made."""
    return DomainFile(path, spec.adam_encoding, made=True)


def read_made(path: Path, spec: StudySpec, columns: Iterable[str] | None = None, rows: Rows | None = None) -> Dataset:
    """A dataset that the study made, or these records of it; text comes as categories, which derivations count in."""
    return made_file(path, spec).read(columns, rows=rows, text=TextType.CATEGORY)

"""Where the datasets that a study reads stand, SDTM domains and its own, and how they are read: whole or by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adamline.findings import Finding
from adamline.io.dataset import Dataset
from adamline.io.file_format import FileFormat, format_of
from adamline.io.parquet import read_parquet
from adamline.io.xpt_read import Member, Selection, TextType, read_xpt, read_xpt_members
from adamline.spec.study import StudySpec
from adamline.study.inputs import Input, read_input

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Sources:
    """The files of SDTM domains, and of datasets that the study made before, by name."""

    domains: Mapping[str, Input]
    made: Mapping[str, Path]
    spec: StudySpec

    def files(self, name: str) -> tuple[Path, ...]:
        """The files of a dataset, with those of its SUPP--."""
        return self.domains[name].files if name in self.domains else (self.made[name],)

    def parts(self, name: str) -> tuple[Path, ...]:
        """The files of a dataset without those of its SUPP--."""
        return self.domains[name].parts if name in self.domains else (self.made[name],)

    def read(
        self, name: str, variables: Iterable[str], only: Mapping[Path, Selection], optional: Iterable[str] = ()
    ) -> tuple[Dataset, tuple[Finding, ...]]:
        """The variables of a dataset, and what is odd about its files; of files in ``only`` these records alone.

        Of a domain, those that are ``optional`` too, where it has them.
        """
        if name in self.domains:
            return read_input(self.domains[name], variables, self.spec, only, optional)
        path = self.made[name]
        return read_made(path, self.spec, variables, only.get(path)), ()

    def subjects(self, name: str) -> dict[Path, tuple[Member | None, pd.Series]]:
        """USUBJID of each record, categorical, by file, with the file's header where it is a transport file.

        A file without USUBJID is left out, as it is read whole.
        """
        if name in self.made:
            return {self.made[name]: (None, read_made(self.made[name], self.spec, [SUBJECT]).frame[SUBJECT])}
        found: dict[Path, tuple[Member | None, pd.Series]] = {}
        encoding, fallback, text = self.spec.encoding, self.spec.fallback, TextType.CATEGORY
        for path in self.files(name):
            member = self._member(path)
            if SUBJECT in (variable.name for variable in member.variables):
                read = read_xpt(path, member=member, columns=[SUBJECT], text=text, encoding=encoding, fallback=fallback)
                found[path] = member, read.frame[SUBJECT]
        return found

    def records(self, name: str) -> int:
        """The number of records, without those of its SUPP--."""
        if name in self.made:
            return len(read_made(self.made[name], self.spec, [SUBJECT]).frame)
        return sum(self._member(path).records for path in self.parts(name))

    def _member(self, path: Path) -> Member:
        """The dataset with the file's name, or the only one."""
        members = read_xpt_members(path, encoding=self.spec.encoding, fallback=self.spec.fallback)
        return next((member for member in members if member.name.upper() == path.stem.upper()), members[0])


def read_made(
    path: Path, spec: StudySpec, columns: Iterable[str] | None = None, only: Selection | None = None
) -> Dataset:
    """A dataset that the study made; text comes as categories, which derivations count in."""
    rows = None if only is None else only.rows
    if format_of(path) is FileFormat.XPT:
        return read_xpt(path, columns=columns, rows=rows, text=TextType.CATEGORY, encoding=spec.adam_encoding)
    dataset = read_parquet(path, columns=columns, text=TextType.CATEGORY)
    if rows is None:
        return dataset
    return Dataset(dataset.name, dataset.frame.iloc[rows].reset_index(drop=True), dataset.variables, dataset.label)

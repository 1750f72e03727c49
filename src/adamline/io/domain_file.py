"""Reads one file of a domain, whatever its format: its variables, the number of its records, chosen ones of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.findings import Report
from adamline.io.attributes_file import attributes_path
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.file_format import FileFormat, ReadOptions, format_of
from adamline.io.files import iter_dataset, read_dataset
from adamline.io.text_decoder import TextDecoder
from adamline.io.text_type import TextType
from adamline.io.xpt_members import find_members
from adamline.io.xpt_read import Member, Rows

# Formats that keep what is text and what is a number.
DOMAIN_FORMATS: Final = (
    FileFormat.XPT,
    FileFormat.DATASET_JSON,
    FileFormat.DATASET_NDJSON,
    FileFormat.SAS7BDAT,
    FileFormat.PARQUET,
)
# Formats of which chosen records are read in less than the time and memory of all.
_BY_RECORD: Final = (FileFormat.XPT, FileFormat.PARQUET)
# Records of a block, of which most are not kept.
BLOCK_RECORDS: Final = 1 << 18


@dataclass(frozen=True)
class DomainFile:
    """A file of a domain: ``lb.xpt``, ``LB.json``, ``lb.sas7bdat``, ``lb.parquet``, or that of a part (``lbch.xpt``).

    ``encoding`` and ``fallback`` are those of transport files, which do not say theirs. Of a transport file with
    several datasets the one that has the file's name is meant. A file that is ``made`` by a run has no other, and dates
    that are dates: it is not gone through to see it, which takes long where it is large. Names of variables are in
    upper case, since case does not count in SAS; the dataset's name is that of the file. What is read of the file's
    header is kept.

    >>> DomainFile(Path("sdtm/LB.XPT")).name
    'LB'
    """

    path: Path
    encoding: str = "ascii"
    fallback: str | None = None
    made: bool = False

    @property
    def name(self) -> str:
        """The dataset's name, by the file's."""
        return self.path.stem.upper()

    @property
    def form(self) -> FileFormat:
        """The file's format."""
        return format_of(self.path)

    @property
    def files(self) -> tuple[Path, ...]:
        """The file, and with CSV the one of its attributes."""
        return (self.path, attributes_path(self.path)) if self.form is FileFormat.CSV else (self.path,)

    @property
    def is_by_record(self) -> bool:
        """Whether chosen records are read without all others."""
        return self.form in _BY_RECORD

    @cached_property
    def member(self) -> Member | None:
        """The dataset's header in a transport file, None for other formats; DataError where there is no such one."""
        if self.form is not FileFormat.XPT:
            return None
        members = find_members(self.path, TextDecoder(self.encoding, self.fallback), is_alone=self.made)
        named = [member for member in members if member.name.upper() == self.name]
        if not named:
            raise self._misnamed(", ".join(member.name for member in members) or "no dataset")
        return named[0]

    @cached_property
    def _names(self) -> dict[str, Variable]:
        """Variables as the file names them, by their names in upper case."""
        if self.member is not None:
            variables = self.member.variables
        else:
            first = next(iter_dataset(self.path, 1))
            # A SAS dataset keeps the name that it was made under, and is known by its file's.
            if self.form is not FileFormat.SAS7BDAT and first.name.upper() != self.name:
                raise self._misnamed(first.name)
            variables = first.variables
        names: dict[str, Variable] = {}
        for variable in variables:
            if variable.name.upper() in names:
                found = f"{names[variable.name.upper()].name}, {variable.name}"
                raise DataError("Names of variables differ in case alone.", place=self._place, found=found)
            names[variable.name.upper()] = variable
        return names

    @property
    def variables(self) -> list[str]:
        """Names of the variables, in order."""
        return list(self._names)

    @property
    def kinds(self) -> dict[str, Kind]:
        """What each variable holds, as the file says."""
        return {name: variable.kind for name, variable in self._names.items()}

    def require_text(self, name: str) -> None:
        """Raise DataError for a variable that the file has, and has not as text."""
        kind = self._names[name].kind if name in self._names else Kind.TEXT
        if kind is not Kind.TEXT:
            place = replace(self._place, variable=name)
            raise DataError(f"{name} is no text.", place=place, expected=Kind.TEXT, found=kind)

    @cached_property
    def records(self) -> int:
        """The number of records."""
        if self.member is not None:
            return self.member.records
        return len(self.read(self.variables[:1]).frame)

    def first(self, variable: str) -> str | None:
        """The value of a text variable in the first record; None where that is missing, or there is no record."""
        if self.member is not None:
            column = self.read([variable], rows=np.arange(min(self.member.records, 1))).frame[variable]
        else:
            column = next(iter_dataset(self.path, 1, columns=[self._names[variable].name])).frame.iloc[:, 0]
        return next((str(value).strip() for value in column if pd.notna(value)), None)

    def read(
        self,
        columns: Iterable[str] | None = None,
        *,
        rows: Rows | None = None,
        text: TextType = TextType.STR,
        report: Report | None = None,
    ) -> Dataset:
        """The chosen variables and records, by ascending number from 0; all of them by default.

        ``report`` gets the findings of the reader. Errors are those of `read_dataset`, and DataError for a name that
        the file does not have.
        """
        names = self._names
        wanted = list(names) if columns is None else list(columns)
        for name in wanted:
            if name not in names:
                raise DataError(f"There is no variable {name}.", place=self._place, hint=nearest(name, names))
        chosen = [names[name].name for name in wanted]
        dataset = read_dataset(self.path, columns=chosen, text=text, options=self._options(rows), report=report)
        if rows is not None and self.member is None:
            dataset = dataset.with_frame(dataset.frame.iloc[rows].reset_index(drop=True))
        return _in_upper_case(replace(dataset, name=self.name))

    def blocks(
        self,
        columns: Iterable[str],
        *,
        rows: Rows | None = None,
        text: TextType = TextType.CATEGORY,
        report: Report | None = None,
    ) -> Iterator[Dataset]:
        """What `read` reads, in blocks of records, at least one; of a format that is not by record in a single one."""
        wanted = list(columns)
        if not self.is_by_record:
            yield self.read(wanted, rows=rows, text=text, report=report)
            return
        chosen, done = [self._names[name].name for name in wanted], 0
        options = self._options(rows)
        for part in iter_dataset(self.path, BLOCK_RECORDS, columns=chosen, text=text, options=options, report=report):
            block, count = part, len(part.frame)
            if rows is not None and self.member is None:
                here = rows[slice(*np.searchsorted(rows, [done, done + count]))] - done
                block = part.with_frame(part.frame.iloc[here].reset_index(drop=True))
            done += count
            yield _in_upper_case(replace(block, name=self.name))

    def _options(self, rows: Rows | None) -> ReadOptions:
        if self.member is None:
            return ReadOptions()
        return ReadOptions(self.member, self.encoding, self.fallback, rows, is_settled=self.made)

    @property
    def _place(self) -> Place:
        return Place(file=self.path.name, dataset=self.name)

    def _misnamed(self, found: str) -> DataError:
        hint = "name the file by its dataset"
        what = f"The file of {self.name} has no dataset {self.name}."
        return DataError(what, place=Place(self.path.name), expected=self.name, found=found, hint=hint)


def _in_upper_case(dataset: Dataset) -> Dataset:
    """The dataset with the names of its variables, and of the columns of their kinds of missing, in upper case."""
    renamed = {v.name: v.name.upper() for v in dataset.variables if v.name != v.name.upper()}
    if not renamed:
        return dataset
    renamed |= {name + MISSING_SUFFIX: new + MISSING_SUFFIX for name, new in renamed.items()}
    variables = tuple(replace(v, name=v.name.upper()) for v in dataset.variables)
    return replace(dataset, frame=dataset.frame.rename(columns=renamed), variables=variables)

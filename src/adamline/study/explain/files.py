"""Reads what is needed of the datasets of a run: some variables of all records, or of chosen ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import AdamlineError, Place, nearest
from adamline.io.domain_file import DomainFile
from adamline.io.find_domain import files_of_domain
from adamline.io.text_type import TextType
from adamline.study.keys import hash_of_file
from adamline.study.made import AGAIN
from adamline.study.manifest import ADAM, Manifest

Ints = npt.NDArray[np.int64]
# Transport files do not say theirs: what is no UTF-8 is the encoding of SAS on Windows. ASCII is both.
_ENCODINGS = ("utf-8", "windows-1252")


@dataclass(frozen=True)
class Table:
    """A dataset in one file, or in the files of its parts, one behind the other."""

    name: str
    parts: tuple[DomainFile, ...]

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that a part has."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.variables))

    def read(self, names: Iterable[str], rows: Ints | None = None) -> pd.DataFrame:
        """These variables, of the records at these places or of all; one that a part has not is missing in it."""
        wanted = list(dict.fromkeys(names))
        frames, start = [], 0
        for part in self.parts:
            here = None
            if rows is not None:
                here = rows[(rows >= start) & (rows < start + part.records)] - start
                start += part.records
            frames.append(_read(part, [name for name in wanted if name in part.variables], here))
        whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        return whole.reindex(columns=wanted)


def _read(part: DomainFile, names: list[str], rows: Ints | None) -> pd.DataFrame:
    text = TextType.CATEGORY if rows is None else TextType.STR
    if rows is None or not part.is_by_record:
        whole = part.read(names, text=text).frame[names]
        return whole if rows is None else whole.iloc[rows].reset_index(drop=True)
    return part.read(names, rows=rows, text=text).frame[names]


@dataclass
class Files:
    """The datasets of a run by name: those that it made, those that it was supplied with, and its SDTM.

    ``folders`` are where its inputs stand, ``study`` its specs where they are known. What was read once is kept.
    """

    out: Path
    manifest: Manifest
    folders: tuple[Path, ...] = ()
    study: Path | None = None
    notes: list[str] = field(default_factory=list)
    _tables: dict[str, Table | None] = field(default_factory=dict)
    _read: dict[tuple[str, str], pd.Series] = field(default_factory=dict)

    def find(self, name: str) -> Table | None:
        """A dataset of the run, None where its file is not there; AdamlineError where the run's own was changed."""
        if name not in self._tables:
            self._tables[name] = self._made(name) or self._given(name)
        return self._tables[name]

    def table(self, name: str) -> Table:
        """A dataset of the run; AdamlineError where it is not there."""
        found = self.find(name)
        if found is None:
            known = [*self.manifest.entries, *self.manifest.inputs]
            raise AdamlineError(
                f"The file of {name}, which a result is made from, is not there.",
                place=Place(str(self.out)),
                expected=f"{name.lower()}.* in {' or '.join(map(str, self.folders)) or 'a folder of inputs'}",
                hint=f"--sdtm FOLDER or --adam FOLDER, as for the run; {nearest(name, known)}".rstrip("; "),
            )
        return found

    def columns(self, name: str, names: tuple[str, ...]) -> pd.DataFrame:
        """Variables of all records of a dataset."""
        new = [each for each in names if (name, each) not in self._read]
        if new or not names:
            table = self.table(name)
            self._require(table, new)
            read = table.read(new or table.variables[:1])
            self._read |= {(name, each): read[each] for each in read.columns}
        wanted = list(names) or [each for of, each in self._read if of == name][:1]
        return pd.DataFrame({each: self._read[name, each] for each in wanted})

    def _require(self, table: Table, names: Iterable[str]) -> None:
        for each in names:
            if each not in table.variables:
                raise AdamlineError(
                    f"{table.name} has no variable {each}, which a result is selected by.",
                    place=Place(str(self.out), dataset=table.name),
                    hint=AGAIN,
                )

    def _made(self, name: str) -> Table | None:
        """A dataset that the run made."""
        files = self.manifest.entries[name].files if name in self.manifest.entries else {}
        made = [file for file in files if file.startswith(f"{ADAM}/")]
        if not made:
            return None
        if hash_of_file(self.out / made[0]) != files[made[0]]:
            raise AdamlineError(
                "A dataset of the run is not as it made it, so that its records may not be those behind the result.",
                place=Place(str(self.out)),
                found=f"changed, or gone: {made[0]}",
                hint=AGAIN,
            )
        return Table(name, (DomainFile(self.out / made[0], *_ENCODINGS),))

    def _given(self, name: str) -> Table | None:
        """A dataset that the run read, from the first folder that has it; a note where it has changed since."""
        for folder in self.folders:
            paths = files_of_domain(folder, name) if folder.is_dir() else ()
            if paths:
                self._compare(name, paths)
                return Table(name, tuple(DomainFile(path, *_ENCODINGS) for path in paths))
        return None

    def _compare(self, name: str, paths: Iterable[Path]) -> None:
        known: Mapping[str, str] = self.manifest.inputs[name].files if name in self.manifest.inputs else {}
        changed = [path.name for path in paths if hash_of_file(path) != known.get(path.name)]
        if changed and known:
            self.notes.append(
                f"{', '.join(changed)}: not as when the study was run, so that records of {name} may not be those read"
            )

"""What is to be made of a dataset by whoever makes it, the whole or a part, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from adamline.errors import DataError
from adamline.findings import Finding, Tally
from adamline.io.dataset import Dataset
from adamline.io.file_format import FileFormat
from adamline.io.xpt_encoded import EncodedPart
from adamline.io.xpt_neighbours import Neighbours
from adamline.study.record_runs import RecordRuns
from adamline.study.sources import Sources
from adamline.study.steps import Step


@dataclass(frozen=True)
class Made:
    """What was made: the number of records, what the steps did to them, what is to be said; the seconds it took.

    ``hashes`` are those of files that are known from their making.
    """

    records: int
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    seconds: float
    hashes: Mapping[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Undivided:
    """A dataset to be made as a whole, a hash of what its specs say of it, and the reason where it is large."""

    dataset: str
    said: str
    reason: str


@dataclass(frozen=True)
class Part:
    """One part to be made: of which study and dataset, from which records, into files of which name, and its label.

    ``code`` and ``said`` are hashes of the study's code and of what its specs say of the dataset; ``run`` is another
    text for each dataset of each run. Its transport records go behind those of the part ``after``, into that file, or
    where those of the parts ``beside`` it will end; ``expected`` are the lengths that some texts will have there when
    all parts are made.
    """

    folder: Path
    code: str
    said: str
    run: str
    dataset: str
    sources: Sources
    only: Mapping[Path, RecordRuns]
    target: Path
    formats: frozenset[FileFormat]
    label: str
    expected: Mapping[str, int]
    after: EncodedPart | None = None
    beside: Neighbours | None = None

    @property
    def reads(self) -> list[Path]:
        """The files that it is made from, without what the study's programs may read."""
        return [self.folder / "study.yaml", *self.sources.files]

    def behind(self, made: PartMade) -> Part:
        """The same part, with its records of a transport file behind those of another."""
        return replace(self, after=made.encoded if isinstance(made.encoded, EncodedPart) else None)

    def absolute(self) -> Part:
        """The same part by paths that hold in any folder that a process is in."""
        only = {path.absolute(): rows for path, rows in self.only.items()}
        folder, target = self.folder.absolute(), self.target.absolute()
        return replace(self, folder=folder, target=target, sources=self.sources.absolute(), only=only)


@dataclass(frozen=True)
class PartMade:
    """A part that was made, and what is needed to put it to the others.

    Its records are in a file for each format: ``encoded`` is that of a transport file, or why they cannot stand in one;
    ``arrow`` that for Parquet. ``head`` is the dataset without records.
    """

    head: Dataset
    records: int
    steps: tuple[Step, ...]
    tallies: tuple[Tally, ...]
    encoded: EncodedPart | DataError | None
    arrow: Path | None
    special: frozenset[str]

    @property
    def files(self) -> list[Path]:
        """The files with its records."""
        encoded = [self.encoded.path] if isinstance(self.encoded, EncodedPart) else []
        return [*encoded, *([self.arrow] if self.arrow else [])]


# What is to be made of a dataset.
Work: TypeAlias = Undivided | list[Part]

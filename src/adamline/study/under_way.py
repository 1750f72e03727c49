"""A run under way: where its files are, what it has read, what the keys of its datasets and outputs consist of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from adamline.errors import DataError, Place, SpecError
from adamline.study.dry_run import with_dummy
from adamline.study.inputs import Input
from adamline.study.keys import TEMPLATES, hash_of_folder, key_of
from adamline.study.manifest import ADAM
from adamline.study.memory import give_back
from adamline.study.out_folder import OutFolder
from adamline.study.page_label import page_label
from adamline.study.rehearsal import rehearse
from adamline.study.sources import Sources
from adamline.study.study import Study
from adamline.study.supplied import Supplied, read_whole

if TYPE_CHECKING:
    from adamline.analyses.whole import Whole
    from adamline.study.outputs import OutputPlan
    from adamline.study.shared import Shared
    from adamline.tlf.render.formats import Given

# What study.yaml says that is in the key of what it is about.
_OF_NODES = {"datasets", "supplied", "outputs", "footnotes", "page", "formats", "docx"}
_OF_NODES |= {"variables", "study_line", "time_stamp"}
# Bytes of input files from which on a rehearsal costs little beside the run; a shorter run is its own rehearsal.
_LARGE = 1 << 26


@dataclass
class UnderWay:
    """One run under way; ``states`` tell whether input files are still those that were hashed.

    ``datasets`` are those that it is to make, or to find unchanged. ``made_at`` is the time that pages say, if they do.
    """

    study: Study
    out: OutFolder
    inputs: Mapping[str, Input]
    states: Mapping[Path, tuple[int, int]]
    hashes: dict[str, str]
    datasets: tuple[str, ...]
    made_at: str = ""
    is_rehearsed: bool = False
    # Supplied datasets that outputs have read, and others will.
    wholes: dict[str, Whole] = field(default_factory=dict)
    # Supplied datasets that were read, without their records; and how many these were.
    supplied: dict[str, Supplied] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def key(self, kind: str, spec: object, reads: Mapping[str, str], **more: object) -> str:
        """The key of a dataset or output: its spec, what it reads, what all of the study say, the code."""
        common = self.study.spec.model_dump(mode="json", exclude=_OF_NODES)
        return key_of(kind=kind, spec=spec, reads=reads, study=common, code=self.study.code, **more)

    def path(self, folder: str, name: str, suffix: str) -> Path:
        """A file of a dataset or output."""
        return self.out.path / folder / f"{name.lower()}.{suffix}"

    def files_of(self, dataset: str) -> tuple[Path, ...]:
        """The files of a dataset that the study makes, the one that is read again first."""
        return tuple(self.path(ADAM, dataset, suffix) for suffix in self.study.spec.adam_files)

    @property
    def sources(self) -> Sources:
        """Where all that datasets read stands."""
        made = {name: self.files_of(name)[0] for name in self.study.dataset_names}
        return Sources(self.inputs, made, self.study.spec)

    @cached_property
    def given(self) -> Given:
        """What the writers of all outputs are given: the study's own templates, and what runs them."""
        # Of outputs alone: a run that makes datasets loads no writer of documents.
        from adamline.tlf.render._document import docx_environment
        from adamline.tlf.render.formats import Given

        templates = (self.study.folder / TEMPLATES,)
        return Given(templates, docx_environment(templates))

    @cached_property
    def label(self) -> str:
        """What every page says of the data."""
        return with_dummy(page_label(self.study, self.inputs), self.study.spec)

    @cached_property
    def shared(self) -> Shared:
        """The datasets that the study makes, as outputs read them."""
        from adamline.study.shared import Shared

        specs = {plan.spec.dataset: plan.spec for plan in self.study.datasets}
        return Shared({name: (self.files_of(name)[0], spec) for name, spec in specs.items()}, self.study.spec)

    def read(self, output: OutputPlan) -> dict[str, Whole]:
        """The datasets of an output, read once for all outputs that are awaited, as far as they want the same."""
        return {
            name: self._supplied(name) if name in self.inputs else self.shared.read(name, output)
            for name in output.datasets
        }

    def _supplied(self, name: str) -> Whole:
        if name not in self.wholes:
            from adamline.analyses.whole import Whole

            found = read_whole(self.inputs[name])
            self.supplied[name] = replace(found, dataset=found.dataset.with_frame(found.dataset.frame.iloc[:0]))
            self.counts[name] = len(found.dataset.frame)
            self.wholes[name] = Whole(found.dataset)
            give_back()
        return self.wholes[name]

    def await_outputs(self, outputs: Sequence[OutputPlan]) -> None:
        """Tell which outputs are still to be made; datasets that none of them reads are given up."""
        self.shared.await_outputs(outputs)
        names = {name for output in outputs for name in output.datasets}
        self.wholes = {name: whole for name, whole in self.wholes.items() if name in names}

    def sizes_of(self, datasets: Iterable[str]) -> dict[str, int]:
        """The bytes of the files of datasets, supplied or made before."""
        files = {name: self.inputs[name].files if name in self.inputs else self.files_of(name)[:1] for name in datasets}
        return {name: sum(file.stat().st_size for file in found if file.is_file()) for name, found in files.items()}

    @cached_property
    def folder(self) -> str:
        """The hash of the study's folder, of which its programs may read any file."""
        return hash_of_folder(self.study.folder.resolve(), self.out.is_place)

    def is_current(self, name: str, key: str, files: Iterable[Path]) -> bool:
        """Whether an entry was made with this key, is these files, and they are there as they were made."""
        wanted = {file.relative_to(self.out.path).as_posix() for file in files}
        return self.out.manifest.is_current(name, key, wanted, self.out.path)

    def made(self, name: str, file: Path) -> str:
        """The hash of a file that was made, now or before."""
        return self.out.manifest.entries[name].files[file.relative_to(self.out.path).as_posix()]

    @property
    def is_long(self) -> bool:
        """Whether making the datasets takes so long that faults of their specs should be known before."""
        return sum(size for size, _ in self.states.values()) > _LARGE

    def check_specs(self) -> None:
        """Raise SpecError with all that is wrong with the specs of the datasets that are to be made."""
        if not self.is_rehearsed:
            faults = rehearse(self.study, self.inputs, only=self.datasets).faults
            if faults:
                raise SpecError(faults)
            self.is_rehearsed = True

    def check_inputs(self, reads: Iterable[str]) -> None:
        """Refuse what was made from files that changed meanwhile: its key would be that of others."""
        for path in (path for name in reads if name in self.inputs for path in self.inputs[name].files):
            if state_of(path) != self.states[path]:
                what = "The file was changed while the run read it."
                raise DataError(what, place=Place(path.name), hint="run again when it is complete")


def state_of(path: Path) -> tuple[int, int]:
    """What changes when a file is written to: its size and time."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns

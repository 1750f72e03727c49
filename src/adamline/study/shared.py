"""Shared: the datasets that outputs of a run read, each read once for as many of them as want about the same of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

from adamline.analyses.records import SUBJECT
from adamline.analyses.whole import Whole
from adamline.spec.dataset import DatasetSpec, dataset_variables
from adamline.spec.study import StudySpec
from adamline.study.look_through import LookedThrough, look_through
from adamline.study.memory import give_back
from adamline.study.outputs import OutputPlan
from adamline.study.sources import made_file, read_made
from adamline.study.wanted import Wanted, wanted_of

# Bytes of a file up to which all its records are read: going through it first would cost more than it saves.
SMALL: Final = 1 << 26
# Bytes of a file that weigh as much as a value of a record: twice those that are gone through while it is read, since
# it is held as well.
_BYTES_OF_VALUE: Final = 400


@dataclass(frozen=True)
class _Read:
    """What was read of a dataset, and the outputs that it is enough for."""

    whole: Whole
    outputs: frozenset[str]


@dataclass
class Shared:
    """Datasets that the study has made, ``files``, as its outputs read them; ``awaited`` are those still to be made.

    Of a large dataset outputs get the records that they select, and only what they name of these; `Whole` knows what
    was left in the file, and who asks for that is given all (`read_whole`). What outputs are given does not depend on
    which others there are.
    """

    files: Mapping[str, tuple[Path, DatasetSpec]]
    spec: StudySpec
    awaited: Sequence[OutputPlan] = ()
    _read: dict[str, _Read] = field(default_factory=dict)
    # Datasets that were gone through, with what was asked of them.
    _looked_through: dict[str, tuple[Wanted, LookedThrough | None]] = field(default_factory=dict)
    # Datasets of which an output asked for more than it had named.
    _wanted_whole: set[str] = field(default_factory=set)

    def read(self, name: str, output: OutputPlan) -> Whole:
        """A dataset for an output: what was read for outputs before it, where that is enough."""
        known = self._read.get(name)
        if known is None or output.name not in known.outputs:
            self._read.pop(name, None)
            later = [other for other in self.awaited if name in other.datasets and other.name != output.name]
            give_back()
            self._read[name] = self._for_outputs(name, [output, *later])
            give_back()
        return self._read[name].whole

    def read_whole(self, name: str) -> None:
        """Read all of a dataset, for the outputs that come too."""
        self._wanted_whole.add(name)
        self._read.pop(name, None)

    def done_with(self, output: OutputPlan) -> None:
        """Give up what was read for no other output than this, of which all is known that its pages say."""
        later = {other.name for other in self.awaited} - {output.name}
        kept = {name: read for name, read in self._read.items() if read.outputs & later}
        if len(kept) < len(self._read):
            self._read = kept
            give_back()

    def await_outputs(self, outputs: Sequence[OutputPlan]) -> None:
        """Tell which outputs are still to be made; datasets that none of them reads are given up."""
        self.awaited = outputs
        names = {name for output in outputs for name in output.datasets}
        self._read = {name: read for name, read in self._read.items() if name in names}
        self._looked_through = {name: found for name, found in self._looked_through.items() if name in names}

    def _for_outputs(self, name: str, outputs: Sequence[OutputPlan]) -> _Read:
        """The dataset for the first of these outputs, and for those behind it with which that is less to read."""
        path, spec = self.files[name]
        every = frozenset(output.name for output in outputs)
        if name in self._wanted_whole or any(output.has_programs for output in outputs):
            return _Read(Whole(read_made(path, self.spec)), every)
        wanted = [wanted_of(output, name) for output in outputs]
        known = dataset_variables(spec)
        looked = None
        if path.stat().st_size > SMALL and SUBJECT in known:
            looked = self._looked(name, reduce(or_, wanted))
        if looked:
            wanted = _together(wanted, looked, known)
        union = reduce(or_, wanted)
        variables = [variable for variable in known if variable in union.variables]
        unread = frozenset(known) - union.variables
        rows, left_out = (looked.rows(union.conditions), looked.left_out(union.conditions)) if looked else (None, None)
        whole = Whole(read_made(path, self.spec, variables, rows), unread, left_out)
        return _Read(whole, frozenset(output.name for output in outputs[: len(wanted)]))

    def _looked(self, name: str, wanted: Wanted) -> LookedThrough | None:
        """What is known of all records; None where a condition does not fit the dataset, as its output will say."""
        asked, found = self._looked_through.get(name, (None, None))
        if asked is None or asked | wanted != asked:
            path, spec = self.files[name]
            found = look_through(made_file(path, self.spec), wanted, frozenset(spec.keys))
            self._looked_through[name] = wanted, found
        return found


def _together(wanted: Sequence[Wanted], looked: LookedThrough, known: Collection[str]) -> list[Wanted]:
    """What the first outputs want of a dataset, as many as are read with less for all than for each alone."""

    def cost(one: Wanted) -> float:
        values = len(one.variables.intersection(known)) * looked.count(one.conditions)
        return values + looked.bytes / _BYTES_OF_VALUE

    union = wanted[0]
    for number, more in enumerate(wanted[1:], 1):
        both = union | more
        if cost(both) > cost(union) + cost(more):
            return [*wanted[:number]]
        union = both
    return [*wanted]

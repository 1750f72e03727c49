"""Goes through the records of a large dataset for its outputs: which they select, what is to be known of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.left_out import LeftOut
from adamline.condition.to_pandas import Selection
from adamline.errors import ConditionError
from adamline.io.dataset import Dataset, Kind, category_codes
from adamline.io.domain_file import DomainFile
from adamline.io.xpt_read import Rows
from adamline.standards.rounding import format_shortest
from adamline.study.wanted import Wanted

Hashes: TypeAlias = npt.NDArray[np.uint64]
Bits: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class LookedThrough:
    """What is known of all records of a dataset; see `LeftOut`. ``bytes`` is the size of its file.

    ``selected`` has a bit for each record by condition, block by block of so many records.
    """

    bytes: int
    blocks: tuple[int, ...]
    selected: Mapping[str, tuple[Bits, ...]]
    keys: frozenset[str]
    identities: frozenset[tuple[str, ...]]
    people: Dataset
    present: Mapping[str, list[str]]

    def rows(self, conditions: Collection[str | None]) -> Rows | None:
        """The records that one of these conditions selects, by their numbers; None for all."""
        return None if None in conditions else np.flatnonzero(self._flags(conditions))

    def count(self, conditions: Collection[str | None]) -> int:
        """How many records one of these conditions selects."""
        return sum(self.blocks) if None in conditions else int(self._flags(conditions).sum())

    def left_out(self, conditions: Collection[str | None]) -> LeftOut | None:
        """What is known of the records beside those of these conditions, if there may be any."""
        if None in conditions:
            return None
        read = frozenset(where for where in conditions if where is not None)
        return LeftOut(sum(self.blocks), read, self.keys, self.identities, self.people, self.present)

    def _flags(self, conditions: Collection[str | None]) -> Bits:
        found = [self.selected[where] for where in conditions if where is not None]
        blocks = zip(self.blocks, zip(*found, strict=True), strict=True)
        return np.concatenate([np.unpackbits(np.bitwise_or.reduce(bits), count=count) for count, bits in blocks])


@dataclass(frozen=True)
class _Block:
    """What is known of a block of records."""

    records: int
    selected: Mapping[str, Bits]
    people: pd.DataFrame
    found: Mapping[str, npt.ArrayLike]
    hashes: Mapping[tuple[str, ...], Hashes]


def look_through(file: DomainFile, wanted: Wanted, keys: frozenset[str]) -> LookedThrough | None:
    """What is to be known of the records of a file, in the memory of a block; ``keys`` name one of them each.

    None where a condition does not fit the dataset: the output that has it says so.
    """
    asked = {*wanted.named, *wanted.people, *(name for identity in wanted.identities for name in identity)}
    blocks: list[_Block] = []
    for dataset in file.blocks(name for name in file.variables if name in asked):
        try:
            blocks.append(_looked_at(dataset, wanted, keys))
        except ConditionError:
            return None
    people = pd.concat([block.people for block in blocks], ignore_index=True).drop_duplicates(ignore_index=True)
    head = replace(dataset, frame=people, variables=tuple(v for v in dataset.variables if v.name in wanted.people))
    selected = {where: tuple(block.selected[where] for block in blocks) for where in blocks[0].selected}
    identities = {names for names in blocks[0].hashes if _are_different([block.hashes[names] for block in blocks])}
    present = {name: _texts([block.found[name] for block in blocks]) for name in blocks[0].found}
    size = file.path.stat().st_size
    counts = tuple(block.records for block in blocks)
    return LookedThrough(size, counts, selected, keys, frozenset(identities), head, present)


def _looked_at(block: Dataset, wanted: Wanted, keys: frozenset[str]) -> _Block:
    selection = Selection(block.frame)
    grouped = [v.name for v in block.variables if v.name in wanted.named and v.kind in (Kind.TEXT, Kind.NUMBER)]
    people = [v.name for v in block.variables if v.name in wanted.people]
    there = {variable.name for variable in block.variables}
    return _Block(
        len(block.frame),
        {where: np.packbits(selection.rows(where)) for where in wanted.conditions if where is not None},
        _different(block.frame[people]),
        {name: block.frame[name].dropna().unique() for name in grouped},
        {
            names: _hashes(block.frame[[*names]])
            for names in wanted.identities
            if {*names} <= there and not keys <= {*names}
        },
    )


def _different(frame: pd.DataFrame) -> pd.DataFrame:
    """The records that differ, text as text; neighbours are mostly alike, and are compared first."""
    is_new = np.zeros(len(frame), dtype=np.bool_)
    is_new[:1] = True
    for name in frame:
        values = category_codes(frame[name]) if _is_coded(frame[name]) else frame[name].to_numpy()
        is_new[1:] |= values[1:] != values[:-1]
    found = frame[is_new].drop_duplicates()
    return found.astype({name: object for name in frame if _is_coded(frame[name])})


def _hashes(frame: pd.DataFrame) -> Hashes:
    """A number for each record, the same for the same values; others have another, but for a rare chance."""
    plain = frame.copy(deep=False)
    for name in frame:
        if frame[name].dtype.kind == "f":
            plain[name] = frame[name] + 0.0  # -0 is 0
    return np.asarray(pd.util.hash_pandas_object(plain, index=False), dtype=np.uint64)


def _are_different(hashes: Sequence[Hashes]) -> bool:
    """Whether no number is twice: then no two records are the same."""
    every = np.concatenate(hashes)
    every.sort()
    return not (every[1:] == every[:-1]).any()


def _texts(values: Sequence[npt.ArrayLike]) -> list[str]:
    """Values as groupings know them, each once: texts but for blank ones, numbers as their shortest text."""
    every = pd.unique(np.concatenate([np.asarray(found) for found in values]))
    if every.dtype.kind == "f":
        return [str(text) for text in format_shortest(every)]
    return [text for text in every.tolist() if text.strip(" ")]


def _is_coded(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)

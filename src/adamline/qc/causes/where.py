"""Finds where differences are, and nowhere else: SUBJECT, VISIT, CONDITION."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
import pyarrow.compute as pc

from adamline.io.dataset import Kind
from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.chance import log_at_least_drawn
from adamline.qc.causes.place import Column, Place, columns_of, scope_of
from adamline.qc.columns import as_arrow, text_of
from adamline.qc.model import Bools, Comparison, Ints, VariableComparison

LOG_CHANCE = log(1e-3)
# A part of the differences, and all of them but strays.
SIZABLE = 0.1
NEARLY_ALL = 0.95
LEAST = 3
# Of the records that a condition selects, so many must differ.
_DENSE = 0.8
# A subject or visit that has more of the records than this is no small part of them.
_SMALL_PART = 0.5
# A condition that selects fewer records by this ratio than a subject or visit is the more specific.
_MUCH_FEWER = 0.8
# So many places are tried as the first of two, and as the one beside another kind of cause.
_MOST_FIRST = 60
_MOST_SOME = 5
# Of conditions that select the same records, the one on the first of these is named.
_PREFERRED = ("DTYPE", "PARAMCD", "[A-Z]{2}TESTCD", "PARCAT1", "[A-Z]{2}CAT", "SITEID", "SEX", "TRTP", "TRTA", "ARM")
_ORDER = (CauseKind.SUBJECT, CauseKind.VISIT, CauseKind.CONDITION)


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A place that holds many differences: how many records it selects, and how likely that is by chance."""

    column: Column
    level: int
    hits: float
    selected: float
    log_chance: float

    @property
    def place(self) -> Place:
        return self.column.places[self.level]


@dataclass(frozen=True, eq=False)
class Found:
    """A place, and which of the differences looked at are in it."""

    place: Place
    holds: Bools


class Places:
    """The places that records of a comparison can have in common, made once for all its variables."""

    def __init__(self, comparison: Comparison) -> None:
        """Take the comparison; nothing is counted before it is asked for."""
        self._comparison = comparison
        self._total = comparison.observations.n_common
        self._scope, self._weights = scope_of(comparison)
        self._sizes: dict[Place, int] = {}
        # What was asked last, and the answer: how the search goes on depends on it, and asks again.
        self._asked: tuple[object, ...] = ()
        self._answer: list[_Candidate] = []

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return tuple(columns_of(self._comparison, self._scope))

    def rows(self) -> Ints:
        """The pairs of records that are counted: all of them, or all that differ and a sample of the others."""
        return self._scope

    def find_one(self, part: Ints, entry: VariableComparison, universe: Bools) -> list[Found]:
        """The place that holds all differences of ``part`` (pairs of records) but strays, if there is one.

        ``universe`` are the records, of `rows`, that could have differed. A subject or visit holds a small part of
        these; most of the records that a condition selects differ. Of several places a much smaller one wins, then
        subject before visit before condition, then the best known variable.
        """
        if len(part) < LEAST:
            return []
        found = self._one(self._candidates(part, part, entry, universe), part, entry)
        return self._as_found(found, part)

    def find_two(self, part: Ints, entry: VariableComparison, universe: Bools) -> list[Found]:
        """Two places that together hold all differences of ``part`` but strays, each a sizable part of them."""
        best: list[_Candidate] = []
        best_chance = 0.0
        firsts = sorted(self._candidates(part, part, entry, universe), key=lambda found: found.log_chance)
        for first in firsts[:_MOST_FIRST]:
            inside = first.column.holds(first.level, self._at(part))
            rest = part[~inside]
            if len(rest) < max(LEAST, SIZABLE * len(part)):
                continue
            seconds = [
                found
                for found in self._candidates(rest, part, entry, universe)
                if inside.sum() + found.hits >= NEARLY_ALL * len(part)
            ]
            if not seconds:
                continue
            chance = first.log_chance + min(found.log_chance for found in seconds)
            if chance < best_chance:
                chosen = self._one(firsts, part[inside], entry) + self._one(seconds, rest, entry)
                if len(chosen) == 2:
                    best_chance, best = chance, chosen
        return self._as_found(best, part)

    def find_some(self, entry: VariableComparison, universe: Bools) -> list[Found]:
        """Places that hold a sizable part of all differences, the least likely by chance first, each set once."""
        part = entry.unequal
        candidates = self._candidates(part, part, entry, universe)
        found: dict[bytes, Found] = {}
        for candidate in sorted(candidates, key=lambda one: (one.log_chance, _preference(one)))[:_MOST_FIRST]:
            holds = candidate.column.holds(candidate.level, self._at(part))
            found.setdefault(holds.tobytes(), Found(candidate.place, holds))
        return list(found.values())[:_MOST_SOME]

    def _at(self, pairs: Ints) -> Ints:
        """Where pairs of records stand in the scope."""
        return pairs if len(self._scope) == self._total else np.searchsorted(self._scope, pairs).astype(np.int64)

    def _candidates(self, part: Ints, whole: Ints, entry: VariableComparison, universe: Bools) -> list[_Candidate]:
        """All places that hold more of ``part`` than chance explains; ``whole`` decides what is a sizable part."""
        asked = (entry, part.tobytes(), len(whole), universe.tobytes())
        if asked != self._asked:
            self._asked, self._answer = asked, self._looked_up(part, whole, entry, universe)
        return self._answer

    def _looked_up(self, part: Ints, whole: Ints, entry: VariableComparison, universe: Bools) -> list[_Candidate]:
        at = self._at(part)
        least = max(LEAST, SIZABLE * len(whole))
        columns = [column for column in self._columns if column.places[0].variable.upper() not in _names(entry)]
        tries = {kind: sum(len(column.places) for column in columns if column.kind is kind) for kind in _ORDER}
        counted = [(column, hits) for column in columns if (hits := column.counts(at)).max() >= least]
        if not counted:
            return []
        differing = at if part is entry.unequal else self._at(entry.unequal)
        weights = self._weights if len(self._scope) != self._total else None
        total = float(universe.sum() if weights is None else weights[universe].sum())
        found = []
        for column, hits in counted:
            selected = column.counts(universe, None if weights is None else weights[universe])
            is_dense = column.counts(differing) >= _DENSE * selected
            fits = is_dense if column.kind is CauseKind.CONDITION else selected <= _SMALL_PART * total
            chance = log_at_least_drawn(hits, total, selected, len(part)) + log(tries[column.kind])
            levels = np.flatnonzero((hits >= least) & fits & (chance < LOG_CHANCE))
            found += [
                _Candidate(column, level, hits[level], selected[level], chance[level]) for level in levels.tolist()
            ]
        return found

    def _one(self, candidates: list[_Candidate], part: Ints, entry: VariableComparison) -> list[_Candidate]:
        """The best of the candidates that hold all of ``part`` but strays."""
        at = self._at(part)
        covering = [
            found for found in candidates if found.column.holds(found.level, at).sum() >= NEARLY_ALL * len(part)
        ]
        if not covering:
            return []
        fewest = min(found.selected for found in covering)
        covering = sorted((found for found in covering if found.selected * _MUCH_FEWER <= fewest), key=_preference)
        return next(([found] for found in covering if self._is_exact(found, entry)), [])

    def _as_found(self, candidates: list[_Candidate], part: Ints) -> list[Found]:
        at = self._at(part)
        return [Found(one.place, one.column.holds(one.level, at)) for one in candidates]

    def _is_exact(self, found: _Candidate, entry: VariableComparison) -> bool:
        """Whether a condition found on a sample also holds on all records."""
        if len(self._scope) == self._total or found.place.kind is not CauseKind.CONDITION:
            return True
        if found.place not in self._sizes:
            self._sizes[found.place] = self._size(found.place)
        in_scope = found.column.holds(found.level, self._at(entry.unequal))
        return bool(in_scope.sum() >= _DENSE * self._sizes[found.place])

    def _size(self, place: Place) -> int:
        """How many of all records are in a place."""
        observations = self._comparison.observations
        is_base = place.side == "base"
        dataset = self._comparison.base if is_base else self._comparison.compare
        rows = observations.base_rows if is_base else observations.compare_rows
        values, variable = dataset.frame[place.variable], dataset[place.variable]
        if isinstance(place.value, float):
            return int(np.count_nonzero(values.to_numpy(dtype=np.float64, na_value=np.nan)[rows] == place.value))
        if variable.kind is Kind.TEXT:
            texts = pc.utf8_rtrim(pc.fill_null(as_arrow(text_of(dataset, variable)), ""), " ")
            selected = pc.equal(texts, place.value or "").to_numpy()[rows]
        else:
            selected = values.isna().to_numpy()[rows]
        size = int(np.count_nonzero(selected))
        return len(rows) - size if place.negated else size


def _names(entry: VariableComparison) -> set[str]:
    return {entry.pair.base.name.upper(), entry.pair.compare.name.upper()}


def _preference(found: _Candidate) -> tuple[int, int, int, int, float]:
    place = found.place
    known = next((i for i, name in enumerate(_PREFERRED) if re.fullmatch(name, place.variable)), len(_PREFERRED))
    is_plain_text = isinstance(place.value, str) or place.value is None
    return _ORDER.index(place.kind), int(place.side != "base"), known, int(not is_plain_text), found.selected

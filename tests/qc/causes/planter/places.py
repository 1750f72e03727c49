"""Where values differ: the subject, visit or condition that picks records out, and what else picks out the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, combinations
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.random import Generator

from planter.case import WHERE, Bools, Cause, Causes
from planter.datasets import RealDataset

SUBJECT = "USUBJID"
FEWEST = 3  # no cause is planted in fewer records


@dataclass(frozen=True, eq=False)
class Spot:
    """Records picked out, and in words which."""

    records: Bools
    details: str


def everywhere(real: RealDataset, can_differ: Bools, rng: Generator) -> Spot:
    """All records in half of the cases, otherwise some at random: from three to nearly all."""
    if rng.random() < 0.5:
        return Spot(np.ones(len(can_differ), dtype=bool), "all records")
    candidates = np.flatnonzero(can_differ)
    count = random_count(len(candidates), rng)
    records = np.zeros(len(can_differ), dtype=bool)
    records[rng.choice(candidates, min(count, len(candidates)), replace=False)] = True
    return Spot(records, f"{count} records at random")


def random_count(most: int, rng: Generator) -> int:
    """A number of records, small ones as likely as large ones."""
    return round(float(np.exp(rng.uniform(np.log(FEWEST), np.log(max(most, FEWEST))))))


def one_subject(real: RealDataset, can_differ: Bools, rng: Generator) -> Spot | None:
    """One subject of those with at least five records that can differ."""
    subjects = real.frame[SUBJECT]
    counts = subjects[can_differ].value_counts()
    enough = counts.index[counts >= 5].sort_values()
    if len(enough) < 2:
        return None
    subject = str(rng.choice(enough.to_numpy()))
    return Spot((subjects == subject).to_numpy(dtype=bool), f"subject {subject}")


def one_visit(real: RealDataset, can_differ: Bools, rng: Generator) -> Spot | None:
    """One visit, analysis visit or visit of the schedule, at which several subjects can differ."""
    return _one_level(real, [name for name in real.visits if name in ("VISIT", "AVISIT")], can_differ, rng)


def one_condition(real: RealDataset, can_differ: Bools, rng: Generator) -> Spot | None:
    """One value of one variable; now and then of two."""
    spot = _one_level(real, list(real.conditions), can_differ, rng)
    if spot is None or rng.random() > 0.1:
        return spot
    second = _one_level(real, list(real.conditions), can_differ & spot.records, rng)
    if second is None:
        return spot
    return Spot(spot.records & second.records, f"{spot.details} & {second.details}")


def _one_level(real: RealDataset, columns: list[str], can_differ: Bools, rng: Generator) -> Spot | None:
    """A value that picks out some, but not most, of what can differ, of five subjects or more."""
    for column in rng.permutation(columns):
        values, among = real.frame[column], real.frame.loc[can_differ, column]
        counts = among.value_counts()
        subjects = real.frame.loc[can_differ, SUBJECT].groupby(among).nunique()
        fit = counts.index[(counts >= 5) & (counts <= 0.75 * can_differ.sum()) & (subjects.reindex(counts.index) >= 5)]
        if len(fit):
            level = fit.sort_values()[int(rng.integers(len(fit)))]
            return Spot((values == level).to_numpy(dtype=bool), f"{column}={level}")
    return None


PLACES: Mapping[Cause, Callable[[RealDataset, Bools, Generator], Spot | None]] = MappingProxyType(
    {Cause.SUBJECT: one_subject, Cause.VISIT: one_visit, Cause.CONDITION: one_condition}
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What can be seen of one variable.

    ``differing`` records; those that ``can_differ``, were the cause at work everywhere; and the ``known`` ones, with a
    value on a side.
    """

    differing: Bools
    can_differ: Bools
    known: Bools


def places_of(real: RealDataset, variable: str, seen: Evidence, enough: float = 0.9) -> Causes:
    """Every cause of `WHERE` that is true of the differing records, planted or not.

    A single condition is true when it selects all of them and no other record that could differ, or when at least
    ``enough`` of the known values that it selects differ.
    """
    true_ones = set()
    if _is_one(real.frame[SUBJECT], seen):
        true_ones.add(Cause.SUBJECT)
    if any(_is_one(real.frame[name], seen) for name in real.visits if name != variable):
        true_ones.add(Cause.VISIT)
    for column in real.frame.columns.difference([variable, SUBJECT, *real.visits]):
        values = real.frame[column]
        codes, _ = pd.factorize(values)
        selected = [codes == codes[np.argmax(seen.differing)], codes >= 0]
        if any(_selects(records, seen, enough) for records in selected) and not (
            # A condition that a single subject meets says no more than the subject.
            Cause.SUBJECT in true_ones and real.frame.loc[selected[0], SUBJECT].nunique() == 1
        ):
            true_ones.add(Cause.CONDITION)
    return frozenset(true_ones)


def _is_one(values: pd.Series, seen: Evidence) -> bool:
    codes, _ = pd.factorize(values)
    found = np.unique(codes[seen.differing])
    return len(found) == 1 and found[0] >= 0 and len(np.unique(codes[seen.known])) > 1


def _selects(records: Bools, seen: Evidence, enough: float) -> bool:
    if not records[seen.differing].all() or records[seen.known].all():
        return False
    differing = int(seen.differing.sum())
    if (records & seen.can_differ).sum() == differing < seen.can_differ.sum():
        return True
    return bool(differing >= enough * (records & seen.known).sum())


def also_right(truth: Causes, places: Causes, optional: Causes) -> frozenset[Causes]:
    """The sets of causes that cannot be told from the truth, given every cause of `WHERE` that is true.

    With a place in the truth any true place will do; without one a true place may be named as well. Where two places
    were planted, both are needed. ``optional`` causes may be named or not.
    """
    ways, planted = truth - WHERE, truth & WHERE
    needed = planted if len(planted) == 2 else frozenset[Cause]()
    choices = [frozenset(some) for some in _subsets(planted | places) if needed <= frozenset(some)]
    if planted:
        choices = [some for some in choices if some]
    return frozenset(ways | some | frozenset(more) for some in choices for more in _subsets(optional)) - {truth}


def _subsets(causes: Causes) -> chain[tuple[Cause, ...]]:
    listed = sorted(causes)
    return chain.from_iterable(combinations(listed, size) for size in range(len(listed) + 1))


def without(seen: Evidence, rows: Bools) -> Evidence:
    """The evidence when these records have no counterpart."""
    return replace(seen, differing=seen.differing & ~rows, can_differ=seen.can_differ & ~rows, known=seen.known & ~rows)

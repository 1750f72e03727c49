"""Planting of one or two known causes in a variable of a real dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.random import Generator

from planter.case import WHERE, Bools, Case, Cause, Causes, differs
from planter.changes import RECIPES, Change, tie_groups
from planter.datasets import RealDataset, real_datasets
from planter.places import FEWEST, PLACES, Evidence, Spot, also_right, everywhere, places_of, without
from planter.unrelated import noisy, other_values, wobbly
from planter.ways import largest_share

TRIES = 80
# Tries in which only records that nothing else picks out will do.
CLEAN_TRIES = 30
FEWEST_OF_PAIR = 5
# Of two causes neither has more than so many times the records of the other.
LARGEST_RATIO = 9


class NoCaseError(Exception):
    """No differences could be planted that only the causes wanted explain."""


def planted_case(name: str, truth: Causes, number: int, seed: int) -> Case:
    """The case of this name with the causes ``truth``; ``number`` chooses among the datasets that can have them."""
    rng = np.random.default_rng([seed, crc32(name.encode())])
    choices = [real for real in real_datasets().values() if variables_for(real, truth)]
    for attempt in range(TRIES):
        real = choices[(number + attempt // 10) % len(choices)]
        variable = str(rng.choice(variables_for(real, truth)))
        case = _Attempt(name, real, variable, truth, rng, must_be_clean=attempt < CLEAN_TRIES).case()
        if case is not None:
            return case
    raise NoCaseError(name)


def variables_for(real: RealDataset, truth: Causes) -> list[str]:
    """The variables of the dataset in which all these causes can be planted."""
    sorts = [RECIPES[cause].sorts for cause in sorted(truth - WHERE)] or [("decimal", "whole", "date", "dtc", "text")]
    places = truth & WHERE
    if (Cause.VISIT in places and not real.visits) or (Cause.SUBJECT in places and real.keys == ("USUBJID",)):
        return []
    allowed = set(real.of(*sorts[0])).intersection(*(real.of(*more) for more in sorts[1:]))
    return sorted(allowed - set(real.visits) if places else allowed)


@dataclass(frozen=True, eq=False)
class _Planted:
    """Both sides of the variable, and the records that could differ, were the cause at work everywhere."""

    base: pd.Series
    compare: pd.Series
    can_differ: Bools
    details: str
    optional: Causes = frozenset()


@dataclass(frozen=True, eq=False)
class _Attempt:
    """One attempt to plant the causes of ``truth`` in a variable."""

    name: str
    real: RealDataset
    variable: str
    truth: Causes
    rng: Generator
    must_be_clean: bool

    @property
    def ways(self) -> list[Cause]:
        """How values change; ENCODING first, as it changes the base, and TIE, as its records belong together."""
        return sorted(self.truth - WHERE, key=lambda way: (way not in (Cause.ENCODING, Cause.TIE), way))

    def case(self) -> Case | None:
        """The case; None where the planted causes cannot be seen, or others can."""
        plant = (self._place_only, self._one_way, self._two_ways)[len(self.ways)]
        planted = plant()
        return None if planted is None else self._judged(planted)

    def _change(self, way: Cause, base: pd.Series | None = None) -> Change | None:
        frame = self.real.frame if base is None else self.real.frame.assign(**{self.variable: base})
        return RECIPES[way].change(replace(self.real, frame=frame), self.variable, self.rng)

    def _one_way(self) -> _Planted | None:
        way = self.ways[0]
        change = self._change(way)
        if change is None:
            return None
        can_differ = differs(change.base, change.compare)
        spot = self._spot(can_differ)
        if spot is None:
            return None
        records = spot.records
        if way is Cause.TIE:
            records = self._whole_ties(records, "all" if self.truth & WHERE else "any")
        compare = change.compare.where(records, change.base)
        return _Planted(change.base, compare, can_differ, f"{change.details}; {spot.details}", change.optional)

    def _two_ways(self) -> _Planted | None:
        """Some records changed in the one way, others in the other."""
        first = self._change(self.ways[0])
        second = None if first is None else self._change(self.ways[1], first.base)
        if first is None or second is None:
            return None
        is_first = self.rng.random(len(first.base)) < self.rng.uniform(0.3, 0.7)
        if Cause.TIE in self.ways:
            is_first = self._whole_ties(is_first, "any")
        at_first = differs(first.base, first.compare) & is_first
        at_second = differs(first.base, second.compare) & ~is_first
        if min(at_first.sum(), at_second.sum()) < FEWEST_OF_PAIR:
            return None
        at_second &= self.rng.random(len(at_second)) < LARGEST_RATIO * at_first.sum() / at_second.sum()
        if Cause.TIE not in self.ways:
            at_first &= self.rng.random(len(at_first)) < LARGEST_RATIO * at_second.sum() / at_first.sum()
        if not 1 / (LARGEST_RATIO + 2) <= at_first.sum() / at_second.sum() <= LARGEST_RATIO + 2:
            return None
        compare = first.compare.where(at_first, second.compare.where(at_second, first.base))
        details = f"{at_first.sum()} records {first.details}; {at_second.sum()} records {second.details}"
        return _Planted(first.base, compare, at_first | at_second, details, first.optional | second.optional)

    def _place_only(self) -> _Planted | None:
        """Values of no kind, in the place only."""
        base = self.real.frame[self.variable]
        makers = [other_values, noisy, wobbly] if base.dtype.kind == "f" else [other_values]
        make = makers[int(self.rng.integers(len(makers)))]
        compare = base
        # Another value is now and then the same: once more, as the places are to differ as a whole.
        for _ in range(12):
            compare = compare.where(differs(base, compare), make(self.real, self.variable, self.rng))
        can_differ, known = differs(base, compare), base.notna().to_numpy()
        spot = self._spot(known & can_differ)
        if spot is None:
            return None
        records, share = spot.records, 1.0
        if Cause.CONDITION not in self.truth:
            share = float(self.rng.choice([1, 1, 0.75, 0.5]))
            records = records & (self.rng.random(len(records)) < share)
        elif (records & known & can_differ).sum() < 0.95 * (records & known).sum():
            return None
        details = f"{make.__name__} in {share:.0%}; {spot.details}"
        return _Planted(base, compare.where(records, base), can_differ, details)

    def _spot(self, can_differ: Bools) -> Spot | None:
        """The records of all planted places; everywhere, or anywhere at random, when there is none."""
        # The visit first: the subject is then one of many at it.
        places = sorted(self.truth & WHERE, reverse=True)
        if not places:
            return everywhere(self.real, can_differ, self.rng)
        conditions = tuple(name for name in self.real.conditions if name != self.variable)
        real = replace(self.real, conditions=conditions)
        records, details = np.ones(len(can_differ), dtype=bool), []
        for place in places:
            spot = PLACES[place](real, can_differ & records, self.rng)
            if spot is None:
                return None
            records, details = records & spot.records, [*details, spot.details]
        return Spot(records, " and ".join(details))

    def _whole_ties(self, records: Bools, which: str) -> Bools:
        """The records of the groups of ties of which any, or all, are among ``records``."""
        grouped = pd.Series(records).groupby(tie_groups(self.real))
        return grouped.transform(which).to_numpy(dtype=bool)

    def _judged(self, planted: _Planted) -> Case | None:
        base, compare = planted.base, planted.compare
        dropped = self._dropped(len(base))
        known = base.notna().to_numpy() | planted.can_differ
        seen = without(Evidence(differs(base, compare), planted.can_differ, known), dropped)
        if not self._can_be_known(base[seen.differing], compare[seen.differing]):
            return None
        wanted = self.truth & WHERE
        places = places_of(self.real, self.variable, seen)
        # A condition together with another place is not a single condition; `places_of` knows no others.
        certain = wanted if len(wanted) == 1 else wanted - {Cause.CONDITION}
        is_two_conditions = wanted == {Cause.CONDITION} and "&" in planted.details
        if not certain <= places and not is_two_conditions:
            return None
        others = places - wanted
        if others and (self.must_be_clean or Cause.CONDITION in wanted):
            return None
        right = also_right(self.truth, others, planted.optional)
        return self._written(planted, seen, dropped, right)

    def _can_be_known(self, base: pd.Series, compare: pd.Series) -> bool:
        """Whether these differences are enough to tell the cause, and no other way of changing values explains them."""
        if len(base) < (FEWEST if len(self.truth) == 1 else FEWEST_OF_PAIR):
            return False
        if self.truth & {Cause.ROUNDING, Cause.FACTOR} and base.nunique() < FEWEST:
            return False  # one difference over and over: of what kind, nobody can say
        by_accident = not self.ways or self.ways == [Cause.TIE]
        return not (by_accident and largest_share(base, compare) >= 0.5)

    def _dropped(self, count: int) -> Bools:
        """A few records that one side lacks, in one case of four; never where ties need their partners."""
        few = self.rng.uniform(0, 0.01) if self.rng.random() < 0.25 and Cause.TIE not in self.truth else 0.0
        return np.asarray(self.rng.random(count) < few)

    def _written(self, planted: _Planted, seen: Evidence, dropped: Bools, right: frozenset[Causes]) -> Case:
        values = (planted.base, planted.compare)
        base, compare = (self.real.frame.assign(**{self.variable: side}) for side in values)
        details = planted.details
        if dropped.any():
            compare = compare[~dropped].reset_index(drop=True)
            details += f"; {dropped.sum()} records without a partner"
        if self.rng.random() < 0.5:
            base, compare = compare, base
            details += "; sides exchanged"
        keys = self.real.keys
        if self.truth == {Cause.TIE} and self.rng.random() < 0.2:
            keys = keys[:-1]
            details += "; keys not unique"
        count = int(seen.differing.sum())
        return Case(self.name, self.real.name, base, compare, keys, self.variable, self.truth, right, details, count)

"""Finds the causes that explain the differences of each variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from adamline.qc.causes.blank import blank_rules
from adamline.qc.causes.case import case_rules
from adamline.qc.causes.cause import PLACES, Cause, CauseKind
from adamline.qc.causes.chance import at_least
from adamline.qc.causes.day import day_rules
from adamline.qc.causes.encoding import encoding_rules
from adamline.qc.causes.factor import factor_rules
from adamline.qc.causes.missing import missing_rules
from adamline.qc.causes.pairs import (
    CHANCE_PAIRS,
    ValuePairs,
    Values,
    all_pairs,
    chance_pairs,
    missing_of,
    records_of,
    unequal_pairs,
)
from adamline.qc.causes.rounding import rounding_rules
from adamline.qc.causes.rule import Evidence, Rule
from adamline.qc.causes.tie import find_tie, tied_rows
from adamline.qc.causes.where import LOG_CHANCE, SIZABLE, Found, Places
from adamline.qc.model import Bools, Comparison, Ints, VariableComparison

# In the order in which they are named when they explain the same.
_KINDS = (encoding_rules, case_rules, blank_rules, day_rules, rounding_rules, factor_rules, missing_rules)
_CHANCE = 1e-3
# Causes must explain so many of the differences together, or none is named.
TOGETHER = 0.9
_MOST_CAUSES = 3
# Rules are first tried on so many records.
_SAMPLE = 5000
_LEAST_TIE = 2


def find_causes(comparison: Comparison) -> list[Cause]:
    """The causes of all variables with unequal values, in the order of ``comparison.compared``, the largest first.

    A variable gets a cause only where causes explain nearly all its differences, and chance does not: see
    ``docs/methods/causes.md`` for the kinds, the order among them, and the evidence that each needs. Values that differ
    within the criterion are no differences. No error is raised for any comparison.

    >>> import pandas as pd
    >>> from adamline.qc import compare
    >>> base = pd.DataFrame({"AVAL": [1.24, 5.67, 8.91, 2.35, 4.0, 7.83]})
    >>> print(*find_causes(compare(base, base.round(1))))
    AVAL: 5 of 5 differences: rounding to 1 decimal in compare
    """
    places = Places(comparison)
    return [
        cause
        for entry in comparison.compared
        if entry.n_unequal
        for cause in _Search(comparison, entry, places).causes()
    ]


@dataclass(frozen=True, eq=False)
class _Claim:
    """What one cause explains of the differences of the variable."""

    kind: CauseKind
    text: str
    explained: Bools
    rule: Rule | None = None
    tied: Bools | None = None

    @property
    def could_change(self) -> Callable[[Values], Bools] | None:
        """Which records the cause could have changed, by their values; None if it could be any."""
        if self.tied is not None:
            tied = self.tied
            return lambda _: tied
        return self.rule.changes if self.rule is not None else None


class _Search:
    """The search for the causes of one variable."""

    def __init__(self, comparison: Comparison, entry: VariableComparison, places: Places) -> None:
        self.comparison, self.entry, self.places = comparison, entry, places
        self.pairs = unequal_pairs(comparison, entry)
        self.n = entry.n_unequal
        self.all: Bools = np.ones(self.n, dtype=bool)

    def causes(self) -> list[Cause]:
        """The causes, those of how values differ before those of where."""
        claims = self._values_then_places() or self._place_then_values()
        return [
            Cause(self.entry.name, claim.kind, claim.text, int(claim.explained.sum()), self.n)
            for claim in sorted(claims, key=lambda claim: claim.kind in PLACES)
        ]

    def _values_then_places(self) -> list[_Claim]:
        """How values differ, and for what that leaves, where; then where each of them is found."""
        claims = self._claims(self.all)
        everywhere = self._places_of(self.all, claims if self._explain_all(claims) else ())
        if self._explain_all(claims):
            if everywhere or len(claims) == 1:
                return claims + everywhere
            return claims + [place for claim in claims for place in self._places_of(claim.explained, [claim])]
        if everywhere:
            return everywhere
        rest = self._rest(claims)
        # Without claims the rest is all, of which the places were looked for.
        places = (self._places_of(rest) if claims else []) or self._two_places_of(rest)
        if not self._explain_all(claims + places):
            return []
        return claims + places + [place for claim in claims for place in self._places_of(claim.explained, [claim])]

    def _place_then_values(self) -> list[_Claim]:
        """Where many of the differences are, and how the values of the others differ."""
        for place in self._as_claims(self.places.find_some(self.entry, self._universe(())), self.all):
            claims = self._claims(self._rest([place]))
            if self._explain_all([place, *claims]):
                return [*claims, place]
        return []

    def _rest(self, claims: list[_Claim]) -> Bools:
        rest = self.all.copy()
        for claim in claims:
            rest &= ~claim.explained
        return rest

    def _explain_all(self, claims: list[_Claim]) -> bool:
        return bool(self._rest(claims).sum() <= (1 - TOGETHER) * self.n) and bool(claims)

    def _claims(self, among: Bools) -> list[_Claim]:
        """Causes of how values differ, by greedy cover: each explains the most of what is left."""
        rest = among.copy()
        candidates = self._likely(among)
        claims: list[_Claim] = []
        while len(claims) < _MOST_CAUSES and rest.any():
            options = [replace(claim, explained=claim.explained & rest) for claim in candidates]
            if not any(claim.explained.sum() == rest.sum() for claim in options):
                options += self._tie(rest)
            options.sort(key=lambda claim: -int(claim.explained.sum()))
            chosen = next((claim for claim in options if self._is_enough(claim)), None)
            if chosen is None:
                break
            claims.append(chosen)
            rest &= ~chosen.explained
        return claims

    def _likely(self, among: Bools) -> list[_Claim]:
        """Rules that hold for a sizable part of the differences and are not to be explained by chance."""
        at = np.flatnonzero(among)
        pairs = self.pairs[at]
        distinct, which = pairs.distinct()
        sample, of_sample = pairs[:: -(-len(at) // _SAMPLE)].distinct()
        counts = np.bincount(of_sample)
        found = []
        for rules in (kind(sample) for kind in _KINDS):
            for rule in rules:
                if counts[rule.holds(sample)].sum() < SIZABLE / 2 * counts.sum():
                    continue
                holds = rule.holds(distinct)
                explained = np.zeros(self.n, dtype=bool)
                explained[at] = holds[which]
                claim = _Claim(rule.kind, rule.text, explained, rule)
                units = holds if rule.evidence is Evidence.PAIRS else holds[which]
                if (
                    self._is_enough(claim)
                    and holds.sum() >= rule.least_pairs
                    and self._chance_of(rule, units) * len(rules) < _CHANCE
                ):
                    found.append(claim)
        return found

    def _chance_of(self, rule: Rule, holds: Bools) -> float:
        """The probability that unrelated values fulfil a rule as often as these do."""
        # A cause is on one side, and values of the other know nothing of it.
        by_chance = min(float(rule.holds(pairs)[which].mean()) if len(pairs) else 0.0 for pairs, which in self._chance)
        return at_least(int(holds.sum()), len(holds), max(by_chance, 1 / CHANCE_PAIRS))

    def _is_enough(self, claim: _Claim) -> bool:
        """Whether a claim explains a sizable part of the differences."""
        least = claim.rule.least if claim.rule else _LEAST_TIE
        return int(claim.explained.sum()) >= max(least, SIZABLE * self.n)

    def _tie(self, rest: Bools) -> list[_Claim]:
        tie = find_tie(self.comparison, self.entry, self.pairs, self._unrelated, rest)
        if tie is None or tie.log_chance >= LOG_CHANCE:
            return []
        tied = tied_rows(self.comparison, self.entry, tie.names, self.places.rows())
        return [_Claim(CauseKind.TIE, tie.text, tie.explained, tied=tied)]

    def _places_of(self, part: Bools, claims: Sequence[_Claim] = ()) -> list[_Claim]:
        found = self.places.find_one(self.entry.unequal[part], self.entry, self._universe(claims))
        return self._as_claims(found, part)

    def _two_places_of(self, part: Bools) -> list[_Claim]:
        found = self.places.find_two(self.entry.unequal[part], self.entry, self._universe(()))
        return self._as_claims(found, part)

    def _as_claims(self, found: list[Found], part: Bools) -> list[_Claim]:
        claims = []
        for one in found:
            explained = np.zeros(self.n, dtype=bool)
            explained[part] = one.holds
            claims.append(_Claim(one.place.kind, one.place.text, explained))
        return claims

    def _universe(self, claims: Sequence[_Claim]) -> Bools:
        """The records that could have differed: those with a value, or where causes are known, those they change.

        Where a cause changes all that it can, it needs no place beside it: that the missing values are those of who
        completed is so in both datasets.
        """
        if not claims or any(claim.could_change is None for claim in claims):
            return self._valued
        universe = self._differing.copy()
        for claim in claims:
            if claim.could_change is not None:
                universe |= claim.could_change(self._records.base)
        return universe

    @cached_property
    def _chance(self) -> list[tuple[ValuePairs, Ints]]:
        return [pairs.distinct() for pairs in chance_pairs(self.comparison, self.entry)]

    def _unrelated(self) -> ValuePairs:
        return all_pairs([pairs[which] for pairs, which in self._chance])

    @cached_property
    def _valued(self) -> Bools:
        base, compare = missing_of(self.comparison, self.entry, self.places.rows())
        return ~(base & compare)

    @cached_property
    def _differing(self) -> Bools:
        return np.isin(self.places.rows(), self.entry.unequal, assume_unique=True)

    @cached_property
    def _records(self) -> ValuePairs:
        return records_of(self.comparison, self.entry, self.places.rows())

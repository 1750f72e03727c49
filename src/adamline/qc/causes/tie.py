"""TIE: values exchanged among records that tie: the same values within a group of records, in another order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.qc.causes.pairs import ValuePairs, joined
from adamline.qc.model import Bools, Comparison, Floats, Ints, VariableComparison

# What records are sorted by before their order is left to chance: subject, parameter, visit, date, and, for records
# that are no findings, the term.
_SUBJECT = ("USUBJID", "SUBJID")
_PARTS = (
    ("PARAMCD", "..TESTCD", "PARAM", "..TEST", "..DECOD", "..TERM", "..TRT"),
    ("AVISITN", "AVISIT", "VISITNUM", "VISIT"),
    ("ADTM", "ADT", "..DTC", "ASTDTM", "ASTDT", "..STDTC"),
)
_FEW = 3


@dataclass(frozen=True, eq=False)
class Tie:
    """Exchange within groups of equal ``names``: the differences it explains, and the logarithm of its chance."""

    names: tuple[str, ...]
    explained: Bools
    log_chance: float

    @property
    def text(self) -> str:
        """The words of the cause."""
        return f"values exchanged among records that tie in {', '.join(self.names)}"


def find_tie(
    comparison: Comparison,
    entry: VariableComparison,
    pairs: ValuePairs,
    chance: Callable[[], ValuePairs],
    among: Bools,
) -> Tie | None:
    """The grouping within which the most differences are an exchange, the finest of equal ones; None if none is.

    A group is an exchange when it has the same unequal values on both sides, in another order: flags that moved to
    another record of a tie are one. Only the differences ``among`` are looked at. Its chance is the product, over all
    groups that are an exchange, of the probability that values drawn at random would be the same on both sides, and of
    the probability that records drawn at random would fall into one group. ``chance`` gives unrelated pairs of values,
    and is called where there is an exchange.
    """
    at = np.flatnonzero(among)
    codes, _ = _value_codes(pairs[at])
    rows = comparison.observations.base_rows[entry.unequal[at]]
    best_names: tuple[str, ...] = ()
    best, best_groups = np.zeros(len(at), dtype=bool), np.zeros(len(at), dtype=np.int64)
    for names in _groupings(comparison, entry):
        groups = _group_codes(comparison, names, rows)
        is_exchange = _is_exchange(groups, codes)
        if is_exchange.sum() > best.sum():
            best_names, best, best_groups = names, is_exchange, groups
    if not best.any():
        return None
    explained = np.zeros(len(among), dtype=bool)
    explained[at[best]] = True
    groups = np.unique(best_groups[best], return_inverse=True)[1]
    codes, pool = _value_codes(pairs[at], chance())
    log_chance = _log_values(groups, codes[0][best], pool) + _log_places(comparison, best_names, rows[best])
    return Tie(best_names, explained, log_chance)


def tied_rows(comparison: Comparison, entry: VariableComparison, names: tuple[str, ...], at: Ints) -> Bools:
    """Which of the pairs of records ``at`` tie in ``names`` with one of another value: only they can be exchanged."""
    rows = comparison.observations.base_rows[at]
    groups = _group_codes(comparison, names, rows)
    values = _group_codes(comparison, (entry.pair.base.name,), rows)
    several = np.unique(np.stack([groups, values]), axis=1)[0]
    found: Bools = (np.bincount(several, minlength=int(groups.max(initial=0)) + 1) > 1)[groups]
    return found


def _value_codes(*parts: ValuePairs) -> tuple[tuple[Ints, Ints], Floats]:
    """Codes of both sides of the first pairs, and the share that each code has of all values of all."""
    pairs = parts[0]
    codes = joined(*(side for part in parts for side in (part.base, part.compare))).codes()[0]
    counts = np.bincount(codes)
    n = len(pairs)
    return (codes[:n], codes[n : 2 * n]), counts / max(len(codes), 1)


def _groupings(comparison: Comparison, entry: VariableComparison) -> list[tuple[str, ...]]:
    """The sets of variables that records may tie in, the finest first."""
    names = [variable.name for variable in comparison.base.variables if variable.name != entry.pair.base.name]
    subject = _first(names, _SUBJECT)
    if subject is None:
        return []
    parts = [found for found in (_first(names, part) for part in _PARTS) if found]
    keys = [pair.base.name for pair in comparison.observations.keys]
    subsets = [(subject, *subset) for count in range(len(parts), -1, -1) for subset in combinations(parts, count)]
    return [(subject, *(key for key in keys if key != subject)), *subsets] if subject in keys else subsets


def _first(names: list[str], patterns: tuple[str, ...]) -> str | None:
    for pattern in patterns:
        for name in names:
            if re.fullmatch(pattern, name, re.IGNORECASE):
                return name
    return None


def _group_codes(comparison: Comparison, names: tuple[str, ...], rows: Ints) -> Ints:
    """Which group each record is of, numbered from 0."""
    total = np.zeros(len(rows), dtype=np.int64)
    for name in names:
        codes, _ = pd.factorize(comparison.base.frame[name].array.take(rows), use_na_sentinel=False)
        _, total = np.unique(total * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)
    return total


def _is_exchange(groups: Ints, codes: tuple[Ints, Ints]) -> Bools:
    """Which records are of a group that has the same values on both sides."""
    # Sums of scattered codes agree for the same values in any order, and for others as good as never.
    sums = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.uint64)
    np.add.at(sums, groups, _scattered(codes[0]) - _scattered(codes[1]))
    found: Bools = (sums == 0)[groups]
    return found


def _scattered(codes: Ints) -> NDArray[np.uint64]:
    """A number of 64 bits for each code (splitmix64)."""
    z = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _log_values(groups: Ints, codes: Ints, shares: Floats) -> float:
    """The chance that values drawn at random, as many as each group has, are the group's own (multinomial)."""
    from scipy.special import gammaln

    sizes = np.bincount(groups)
    _, repeats = np.unique(groups * len(shares) + codes, return_counts=True)
    return float(gammaln(sizes + 1).sum() - gammaln(repeats + 1).sum() + np.log(shares[codes]).sum())


def _log_places(comparison: Comparison, names: tuple[str, ...], rows: Ints) -> float:
    """The chance that each further record of a group falls into the group of its first.

    It falls anywhere among all records; where fewer than `_FEW` subjects are concerned, among those of its subject:
    that one subject differs is another cause.
    """
    frame, subject = comparison.base.frame, names[0]
    everywhere = comparison.observations.base_rows
    subjects = pd.Index(frame[subject].array.take(rows)).unique()
    of_these = everywhere[frame[subject].isin(subjects).to_numpy()[everywhere]]
    groups = _group_codes(comparison, names, np.concatenate([rows, of_these]))
    within = _group_codes(comparison, (subject,), np.concatenate([rows, of_these]))
    n = len(rows)
    size = np.bincount(groups[n:], minlength=int(groups.max()) + 1)[groups[:n]]
    room = np.bincount(within[n:])[within[:n]] if len(subjects) < _FEW else np.full(n, len(everywhere))
    _, first = np.unique(groups[:n], return_index=True)
    further = np.ones(n, dtype=bool)
    further[first] = False
    return float(np.log((size / room)[further]).sum())

"""Holds accepted differences against a comparison: which are there, which are void, which are unused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
import pyarrow as pa

from adamline.errors import FileFormatError, Place, nearest
from adamline.io.dataset import Kind, Variable
from adamline.io.number_text import number_of, whole_number_of
from adamline.qc.accepted import OBSERVATION, AcceptedDifference, AcceptedFile, raise_all
from adamline.qc.answer import Demand, Verdict
from adamline.qc.model import Bools, Comparison, Ints, VariableComparison
from adamline.qc.value_text import exact_texts


class Standing(StrEnum):
    """Whether an accepted difference is there (USED), was about other values (VOID), or meets none (UNUSED)."""

    USED = "used"
    VOID = "void"
    UNUSED = "unused"


@dataclass(frozen=True)
class StandingDifference:
    """An accepted difference, how it stands, and why where it does not hold."""

    accepted: AcceptedDifference
    standing: Standing
    text: str = ""


@dataclass(frozen=True, eq=False)
class Acceptance:
    """The accepted differences held against a comparison, in the order of the file.

    ``masks`` has, by the place of a variable in ``Comparison.compared``, which of its unequal values are accepted.
    """

    file: str
    differences: tuple[StandingDifference, ...]
    masks: Mapping[int, Bools]

    @property
    def n_accepted(self) -> int:
        """How many unequal values are accepted."""
        return sum(int(mask.sum()) for mask in self.masks.values())

    def count(self, standing: Standing) -> int:
        """How many accepted differences stand so."""
        return sum(one.standing is standing for one in self.differences)


def accept_differences(comparison: Comparison, file: AcceptedFile) -> Acceptance:
    """Hold accepted differences against a comparison.

    One is used when its record has both values as written, and they are judged unequal. It is void when either value
    has changed, and unused when no record of both datasets has its keys, or when its values are within the criterion.
    Where keys are not unique it holds for each record with its values.

    FileFormatError, with every fault and its line, for keys that are not those of the comparison and for a variable
    that is not compared.

    >>> from adamline.qc.comparison import compare
    >>> from adamline.qc.options import CompareOptions
    >>> base, other = (pd.DataFrame({"USUBJID": ["01", "02"], "AVAL": values}) for values in ([8.5, 9.0], [8.4, 9.0]))
    >>> found = compare(base, other, CompareOptions(id="USUBJID"))
    >>> entry = AcceptedDifference(2, ("01",), "AVAL", "8.5", "8.4", "rounded by the laboratory", "A. Tester")
    >>> acceptance = accept_differences(found, AcceptedFile("accepted.csv", ("USUBJID",), (entry,)))
    >>> acceptance.n_accepted, verdict_with(found, acceptance)
    (1, <Verdict.PASS_WITH_EXCEPTIONS: 'PASS WITH EXCEPTIONS'>)
    """
    _require_known(comparison, file)
    located = _located(comparison, file)
    masks: dict[int, Bools] = {}
    standings: dict[int, StandingDifference] = {}
    for place, entry in enumerate(comparison.compared):
        of_variable = [
            n for n, one in enumerate(file.differences) if one.variable == entry.name.upper() and n not in standings
        ]
        if of_variable:
            judged, masks[place] = _judged(comparison, entry, {n: file.differences[n] for n in of_variable}, located)
            standings |= judged
    return Acceptance(file.name, tuple(standings[n] for n in sorted(standings)), masks)


def verdict_with(comparison: Comparison, acceptance: Acceptance | None) -> Verdict:
    """The verdict: PASS WITH EXCEPTIONS where every unequal value is accepted and every other demand is met."""
    others_met = all(one.met for one in comparison.requirements if one.demand is not Demand.VALUES_EQUAL)
    if comparison.verdict is not Verdict.FAIL or acceptance is None or not others_met:
        return comparison.verdict
    every = acceptance.n_accepted == comparison.values_summary.n_values_unequal
    return Verdict.PASS_WITH_EXCEPTIONS if every else Verdict.FAIL


def _judged(
    comparison: Comparison,
    entry: VariableComparison,
    differences: Mapping[int, AcceptedDifference],
    located: tuple[Ints, Ints],
) -> tuple[dict[int, StandingDifference], Bools]:
    """How the accepted differences of one variable stand, and which of its unequal values are accepted."""
    mine = np.isin(located[0], list(differences))
    numbers, pairs = located[0][mine], located[1][mine]
    observations, sides = comparison.observations, entry.pair
    ours = exact_texts(comparison.base, sides.base, observations.base_rows[pairs])
    theirs = exact_texts(comparison.compare, sides.compare, observations.compare_rows[pairs])
    wanted = {n: (_normal(one.base, sides.base), _normal(one.compare, sides.compare)) for n, one in differences.items()}
    now = list(zip(ours, theirs, strict=True))
    same = np.array([wanted[n] == values for n, values in zip(numbers.tolist(), now, strict=True)], dtype=bool)
    is_unequal = np.isin(pairs, entry.unequal)
    standings = {}
    for n, one in differences.items():
        at = np.flatnonzero(numbers == n)
        first = now[at[0]] if len(at) else None
        standings[n] = _standing(one, first, bool(same[at].any()), bool((same & is_unequal)[at].any()))
    return standings, np.isin(entry.unequal, pairs[same])


def _standing(
    one: AcceptedDifference, now: tuple[str, str] | None, is_same: bool, is_there: bool
) -> StandingDifference:
    if now is None:
        return StandingDifference(one, Standing.UNUSED, "no record of both datasets has these keys")
    if is_there:
        return StandingDifference(one, Standing.USED)
    if is_same:
        return StandingDifference(one, Standing.UNUSED, "the values are equal by the criterion")
    return StandingDifference(one, Standing.VOID, f"the values are now {now[0] or 'blank'} and {now[1] or 'blank'}")


def _require_known(comparison: Comparison, file: AcceptedFile) -> None:
    names = _key_names(comparison)
    if {name.upper() for name in names} != set(file.keys):
        raise FileFormatError(
            "The key columns are not the keys of the comparison.",
            place=Place(file.name, 1),
            expected=", ".join(names),
            found=", ".join(file.keys),
        )
    compared = [entry.name.upper() for entry in comparison.compared]
    faults = [
        FileFormatError(
            f"{one.variable} is not a compared variable.",
            place=Place(file.name, one.line),
            hint=nearest(one.variable, compared),
        )
        for one in file.differences
        if one.variable not in compared
    ]
    raise_all(file.name, faults)


def _key_names(comparison: Comparison) -> Sequence[str]:
    observations = comparison.observations
    return [pair.base.name for pair in (*observations.by, *observations.keys)] or [OBSERVATION]


def _located(comparison: Comparison, file: AcceptedFile) -> tuple[Ints, Ints]:
    """Which accepted differences have the keys of which pairs of records: places in the file, and pairs."""
    observations = comparison.observations
    wanted = np.arange(len(file.differences), dtype=np.int64)
    if file.keys == (OBSERVATION,) and not (observations.by or observations.keys):
        rows = np.array([_observation(one.keys[0]) - 1 for one in file.differences], dtype=np.int64)
        found = np.isin(rows, observations.base_rows)
        return wanted[found], rows[found]  # without keys the pair is the row
    # Most are among the records that differ; only for the rest all records are looked at.
    entries, pairs = _with_keys(comparison, file, wanted, observations.unequal)
    rest = np.setdiff1d(wanted, entries)
    if len(rest) == 0:
        return entries, pairs
    further, others = _with_keys(comparison, file, rest, np.arange(observations.n_common, dtype=np.int64))
    return np.concatenate([entries, further]), np.concatenate([pairs, others])


def _with_keys(comparison: Comparison, file: AcceptedFile, wanted: Ints, among: Ints) -> tuple[Ints, Ints]:
    """As `_located`, for some accepted differences and some pairs: key by key, fewer pairs are left each time."""
    observations = comparison.observations
    ours, theirs = np.zeros(len(wanted), dtype=np.int64), np.zeros(len(among), dtype=np.int64)
    for pair in (*observations.by, *observations.keys):
        column = file.keys.index(pair.base.name.upper())
        texts = pd.Index([_normal(file.differences[n].keys[column], pair.base) for n in wanted.tolist()], dtype=object)
        levels = texts.unique()
        at = levels.get_indexer(pd.Index(exact_texts(comparison.base, pair.base, observations.base_rows[among])))
        known = at >= 0
        among, theirs = among[known], theirs[known] * len(levels) + at[known]
        codes = np.concatenate([ours * len(levels) + levels.get_indexer(texts), theirs])
        dense = np.unique(codes, return_inverse=True)[1]  # so that codes of many keys stay small
        ours, theirs = dense[: len(ours)], dense[len(ours) :]
    left, right = pd.DataFrame({"code": ours, "entry": wanted}), pd.DataFrame({"code": theirs, "pair": among})
    joined = left.merge(right, on="code")
    return joined["entry"].to_numpy(dtype=np.int64), joined["pair"].to_numpy(dtype=np.int64)


def _observation(text: str) -> int:
    """An observation number as written, 0 where it is none."""
    try:
        return whole_number_of(text)
    except ValueError:
        return 0


def _normal(text: str, variable: Variable) -> str:
    """A value as written in the file, spelled as `exact_texts` does: ``27.0`` is ``27``."""
    if variable.kind is not Kind.NUMBER:
        return text
    try:
        return str(pa.scalar(number_of(text) + 0.0).cast(pa.string()).as_py())
    except ValueError:
        return text.upper() or "."

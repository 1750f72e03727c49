"""What a place is: the records that have one value of a categorical variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.causes.cause import CauseKind
from adamline.qc.model import Bools, Comparison, Floats, Ints

_SUBJECT = re.compile(r"(USUBJID|SUBJID|SUBJECT|SUBJECTID|PATIENT|PATID|PTNO)$", re.IGNORECASE)
_VISIT = re.compile(r"(AVISITN?|VISIT|VISITNUM|VISITN|VISITDY|AWTARGET)$", re.IGNORECASE)
# A variable with more levels than this, or with fewer records to each, is not categorical.
_MOST_LEVELS = 500
_RECORDS_PER_LEVEL = 4
_FEW_LEVELS = 25
# So many times as many records are looked at before all are.
_FIRST = 4
# Above this, records that are equal are counted on a sample, and what is found is counted again on all.
_SAMPLE = 200_000


@dataclass(frozen=True)
class Place:
    """Records that have one value of one variable: which kind of cause that is, and the condition that selects them.

    ``value`` is None where the variable is missing; ``negated`` selects all others.
    """

    kind: CauseKind
    variable: str
    side: str
    value: Any
    negated: bool = False

    @property
    def text(self) -> str:
        """The words of the cause."""
        if self.value is None:
            condition = f"{self.variable} is {'not ' if self.negated else ''}missing"
        elif isinstance(self.value, str):
            quoted = "'" + self.value.replace("'", "''") + "'"
            condition = f"{self.variable} = {quoted}"
        else:
            condition = f"{self.variable} = {self.value:.15g}"
        words = {
            CauseKind.SUBJECT: "all within one subject: ",
            CauseKind.VISIT: "all within one visit: ",
            CauseKind.CONDITION: "records where ",
        }[self.kind]
        return f"{words}{condition}" + (" in compare" if self.side == "compare" else "")


@dataclass(frozen=True, eq=False)
class Column:
    """A categorical variable over the records in scope: codes, and the places that the codes stand for.

    The last place of a variable with missing values is "not missing", which has no code.
    """

    kind: CauseKind
    codes: Ints
    places: tuple[Place, ...]

    def counts(self, at: Ints | Bools, weights: Floats | None = None) -> Floats:
        """How many of the records ``at`` are in each place."""
        counts = np.bincount(self.codes[at], weights, minlength=len(self.places)).astype(np.float64)
        if self.places[-1].negated:
            counts[-1] = counts.sum() - counts[-2]
        return counts

    def holds(self, level: int, at: Ints) -> Bools:
        """Which of the records ``at`` are in a place."""
        found: Bools = self.codes[at] == level
        return self.codes[at] != level - 1 if self.places[level].negated else found


def scope_of(comparison: Comparison) -> tuple[Ints, Floats]:
    """The pairs of records to count, and how many each stands for."""
    total = comparison.observations.n_common
    if total <= _SAMPLE:
        return np.arange(total, dtype=np.int64), np.ones(total)
    unequal = comparison.observations.unequal
    others = np.setdiff1d(np.arange(total, dtype=np.int64), unequal, assume_unique=True)
    drawn = others[:: max(1, len(others) * 2 // _SAMPLE)]
    scope = np.sort(np.concatenate([unequal, drawn]))
    weights = np.where(np.isin(scope, drawn, assume_unique=True), len(others) / max(len(drawn), 1), 1.0)
    return scope, weights


def columns_of(comparison: Comparison, scope: Ints) -> Iterator[Column]:
    """The categorical variables of the base, and those of the comparison that are not the same there."""
    observations = comparison.observations
    same = {entry.pair.compare.name for entry in comparison.compared if entry.n_unequal == 0}
    same |= {pair.compare.name for pair in (*observations.keys, *observations.by)}
    sides: tuple[tuple[str, Dataset, Ints, set[str]], ...] = (
        ("base", comparison.base, observations.base_rows[scope], set()),
        ("compare", comparison.compare, observations.compare_rows[scope], same),
    )
    for side, dataset, rows, left_out in sides:
        for variable in dataset.variables:
            if variable.name in left_out or variable.kind not in (Kind.TEXT, Kind.NUMBER):
                continue
            column = _column(dataset, variable, rows, side)
            if column is not None:
                yield column


def _column(dataset: Dataset, variable: Variable, rows: Ints, side: str) -> Column | None:
    kind = CauseKind.CONDITION
    if variable.kind is Kind.TEXT and _SUBJECT.match(variable.name):
        kind = CauseKind.SUBJECT
    elif _VISIT.match(variable.name):
        kind = CauseKind.VISIT
    most = (
        len(rows) if kind is CauseKind.SUBJECT else max(_FEW_LEVELS, min(_MOST_LEVELS, len(rows) // _RECORDS_PER_LEVEL))
    )
    values = dataset.frame[variable.name].array.take(rows)
    # A number that is no category shows it in its first records.
    if len(values) > _FIRST * most and len(pd.unique(values[: _FIRST * most])) > most + 1:
        return None
    codes, levels = pd.factorize(values)
    if len(levels) > most:
        return None
    codes, names = _merged(codes.astype(np.int64), np.asarray(levels, dtype=object).tolist())
    places = [Place(kind, variable.name, side, name) for name in names]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        missing = (Place(CauseKind.CONDITION, variable.name, side, None, negated) for negated in (False, True))
        places += missing
    return Column(kind, codes, tuple(places)) if len(places) > 1 else None


def _merged(codes: Ints, levels: list[Any]) -> tuple[Ints, list[Any]]:
    """Text without trailing blanks, blank text as missing."""
    if not levels or not isinstance(levels[0], str):
        return codes, [float(level) for level in levels]
    plain = [str(level).rstrip(" ") for level in levels]
    names = list(dict.fromkeys(name for name in plain if name))
    place = {name: i for i, name in enumerate(names)}
    table = np.array([*(place.get(name, -1) for name in plain), -1], dtype=np.int64)
    return table[codes], names

"""Who is counted: each subject of the population in a column, and nobody in a column whose N does not hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import NOWHERE, DataError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.plurals import said_of

CHECK = "who is counted"
_SHOWN = 10
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Placed:
    """Where the records of a dataset put subjects: ``subject`` and ``column``, row by row, and what to call them.

    A subject of several columns has a row for each. ``column`` may be missing, blank, or one that no table shows.
    """

    dataset: str
    variable: str
    subject: pd.Series
    column: pd.Series

    @cached_property
    def columns(self) -> Texts:
        """The column of each row as text, blank where it is missing."""
        codes, levels = pd.factorize(self.column)
        texts = ["" if pd.isna(level) or not str(level).strip(" ") else str(level) for level in levels]
        return np.array([*texts, ""], dtype=object)[codes]

    @cached_property
    def subjects(self) -> Texts:
        """The subject of each row, blank where it is missing."""
        return self.subject.astype(object).fillna("").to_numpy()


def check_counted(
    population: Placed, records: Placed, columns: Sequence[str], place: Place = NOWHERE
) -> tuple[Finding, ...]:
    """An error for subjects of a column whose N does not count them, a warning for subjects whom no column counts.

    ``population`` are the subjects whom the N of ``columns`` counts, ``records`` those behind the numbers below. Each
    finding says how many subjects it is about and names the first of them. Records of a column that is not shown
    are no concern here, nor are subjects of the population without records.

    >>> adsl = Placed("ADSL", "TRT01P", pd.Series(["S1", "S2"]), pd.Series(["Placebo", "placebo"]))
    >>> adlb = Placed("ADLB", "TRTP", pd.Series(["S1", "S1"]), pd.Series(["Placebo", "Drug"]))
    >>> for finding in check_counted(adsl, adlb, ["Placebo", "Drug"]):
    ...     print(finding.severity.name, finding.message)
    ERROR 1 subject stands in a column whose N does not count it: S1 (TRTP Drug, TRT01P Placebo in ADSL)
    WARNING 1 subject of the population is in no column: S2 (TRT01P placebo; did you mean Placebo?)
    """
    return (*_beyond(population, records, columns, place), *_lost(population, columns, place))


def require_counted(findings: Sequence[Finding], hint: str) -> None:
    """DataError for the first error among findings of `check_counted`: a page of it would be wrong."""
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise DataError(f"{finding.message}.", place=finding.place, hint=hint)


def _beyond(population: Placed, records: Placed, columns: Sequence[str], place: Place) -> list[Finding]:
    subject, subjects = pd.factorize(np.concatenate([population.subjects, records.subjects]))
    column, names = pd.factorize(np.concatenate([population.columns, records.columns]))
    pair, known = subject * len(names) + column, len(population.subjects)
    is_known = np.zeros(len(subjects) * len(names), dtype=bool)
    is_known[pair[:known]] = True
    is_shown = np.array([name in columns for name in names], dtype=bool)
    beyond = pd.unique(pair[known:][is_shown[column[known:]] & ~is_known[pair[known:]]])
    if not len(beyond):
        return []
    pairs = sorted(zip(subjects[beyond // len(names)], names[beyond % len(names)], strict=True))
    # Of a subject whom the population has twice, the first.
    there = dict(zip(population.subjects[::-1], population.columns[::-1], strict=True))
    named = [
        f"{subject} ({records.variable} {column}, {_elsewhere(there, subject, population)})"
        for subject, column in pairs
    ]
    what = "{count} subjects stand in a column whose N does not count them"
    message = f"{said_of(len({subject for subject, _ in pairs}), what)}: {_first(named)}"
    return [Finding(Severity.ERROR, CHECK, message, _at(place, records))]


def _elsewhere(there: Mapping[str, str], subject: str, population: Placed) -> str:
    if subject not in there:
        return f"not in the population of {population.dataset}"
    return f"{population.variable} {there[subject] or 'missing'} in {population.dataset}"


def _lost(population: Placed, columns: Sequence[str], place: Place) -> list[Finding]:
    subject, subjects = pd.factorize(population.subjects)
    column, names = pd.factorize(population.columns)
    is_shown = np.array([name in columns for name in names], dtype=bool)
    is_inside = np.zeros(len(subjects), dtype=bool)
    is_inside[subject[is_shown[column]]] = True
    outside = np.flatnonzero(~is_inside[subject])
    if not len(outside):
        return []
    first = dict(zip(population.subjects[outside][::-1], population.columns[outside][::-1], strict=True))
    hints = {level: _hint(level, columns) for level in dict.fromkeys(first.values())}
    named = [f"{subject} ({population.variable} {hints[first[subject]]})" for subject in sorted(first)]
    what = said_of(len(first), "{count} subjects of the population are in no column")
    return [Finding(Severity.WARNING, CHECK, f"{what}: {_first(named)}", _at(place, population))]


def _hint(level: str, columns: Sequence[str]) -> str:
    """The level as it is, and the column that may be meant."""
    hint = nearest(level, columns) if level else ""
    return f"{level}; {hint}" if hint.startswith("did you mean") else level or "missing"


def _at(place: Place, placed: Placed) -> Place:
    return replace(place, dataset=placed.dataset, variable=placed.variable)


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return "; ".join(names[:_SHOWN]) + more

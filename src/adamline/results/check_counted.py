"""Who is counted: each subject of the population in a column, and nobody in a column whose N does not hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from adamline.errors import NOWHERE, DataError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.plurals import said_of

CHECK = "who is counted"
_SHOWN = 10


@dataclass(frozen=True)
class Placed:
    """Where the records of a dataset put subjects: ``subject`` and ``column``, row by row, and what to call them.

    A subject of several columns has a row for each. ``column`` may be missing, blank, or one that no table shows.
    """

    dataset: str
    variable: str
    subject: pd.Series
    column: pd.Series

    @property
    def pairs(self) -> pd.DataFrame:
        """Each subject and column once, as text; a missing column is blank."""
        column = self.column.astype(object).fillna("").astype(str)
        column = column.where(column.str.strip(" ") != "", "")
        frame = pd.DataFrame({"subject": self.subject.astype(object).to_numpy(), "column": column.to_numpy()})
        return frame.drop_duplicates(ignore_index=True)


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
    shown = records.pairs[records.pairs["column"].isin(list(columns))]
    known = population.pairs
    met = shown.merge(known.assign(counted=True), how="left", on=["subject", "column"])
    beyond = met[met["counted"].isna()].sort_values(["subject", "column"])
    if beyond.empty:
        return []
    there = known.drop_duplicates("subject").set_index("subject")["column"]
    names = [
        f"{subject} ({records.variable} {column}, {_elsewhere(there, subject, population)})"
        for subject, column in zip(beyond["subject"], beyond["column"], strict=True)
    ]
    count = beyond["subject"].nunique()
    what = "{count} subjects stand in a column whose N does not count them"
    message = f"{said_of(count, what)}: {_first(names)}"
    return [Finding(Severity.ERROR, CHECK, message, _at(place, records))]


def _elsewhere(there: pd.Series, subject: str, population: Placed) -> str:
    if subject not in there.index:
        return f"not in the population of {population.dataset}"
    return f"{population.variable} {there[subject] or 'missing'} in {population.dataset}"


def _lost(population: Placed, columns: Sequence[str], place: Place) -> list[Finding]:
    pairs = population.pairs
    inside = pairs["column"].isin(list(columns)).groupby(pairs["subject"], sort=False).transform("any")
    lost = pairs[~inside].drop_duplicates("subject").sort_values("subject")
    if lost.empty:
        return []
    hints = {level: _hint(level, columns) for level in lost["column"].unique()}
    names = [f"{subject} ({population.variable} {hints[level]})" for subject, level in lost.to_numpy().tolist()]
    what = said_of(len(lost), "{count} subjects of the population are in no column")
    return [Finding(Severity.WARNING, CHECK, f"{what}: {_first(names)}", _at(place, population))]


def _hint(level: str, columns: Sequence[str]) -> str:
    """The level as it is, and the column that may be meant."""
    hint = nearest(level, columns) if level else ""
    return f"{level}; {hint}" if hint.startswith("did you mean") else level or "missing"


def _at(place: Place, placed: Placed) -> Place:
    return replace(place, dataset=placed.dataset, variable=placed.variable)


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return "; ".join(names[:_SHOWN]) + more

"""Selects the records of an output, with the one condition that selects the same records of their dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.analyses.options import Population, Source
from adamline.analyses.whole import Coded, Whole
from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import Rows
from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    In,
    IsMissing,
    Not,
    Operator,
    Text,
    VariableRef,
    variables_of,
)
from adamline.errors import DataError, Place, nearest
from adamline.io.dataset import Dataset, Kind
from adamline.plurals import counted
from adamline.results.selection import Kind as LimitKind
from adamline.results.selection import Limit

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Records:
    """Selected records of a dataset: their places in the whole of it, None for all, and the condition that selects.

    ``whom`` says of which subjects they are, where the condition does not.
    """

    whole: Whole
    places: npt.NDArray[np.int64] | None = None
    condition: Condition | None = None
    whom: tuple[Limit, ...] = ()
    # Values of variables that analyses have taken from the whole.
    coded: dict[str, Coded] = field(default_factory=dict, compare=False, repr=False)

    @property
    def dataset(self) -> Dataset:
        """The dataset that they are of, with all its records."""
        return self.whole.dataset

    @property
    def count(self) -> int:
        """The number of records."""
        return len(self.dataset.frame) if self.places is None else len(self.places)

    def has(self, variable: str) -> bool:
        """Whether there is such a variable."""
        return self.whole.has(variable)

    def is_number(self, variable: str) -> bool:
        """Whether a variable is a number."""
        self.whole.has(variable)
        return self.dataset[variable].kind is Kind.NUMBER

    def column(self, variable: str) -> pd.Series:
        """The values of one variable, with a fresh index."""
        self.whole.has(variable)
        column = self.dataset.frame[variable]
        return (column if self.places is None else column.take(self.places)).reset_index(drop=True)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All variables that were read, with a fresh index; of a wide dataset dear, where `column` would do."""
        frame = self.dataset.frame
        return (frame if self.places is None else frame.take(self.places)).reset_index(drop=True)


def select_subjects(data: AnalysisData, population: Population) -> Records:
    """The subjects of a population, one record each; DataError when a subject has several."""
    whole = data.whole(population.dataset)
    whole.require_read(population.where)
    records = _select(whole, _parsed(population.where))
    require_columns(records, (SUBJECT,))
    subjects = records.column(SUBJECT)
    twice = subjects[subjects.duplicated(keep=False)]
    if len(twice):
        whose = sorted(set(twice.astype(str)))
        raise DataError(
            "A population needs one record for each subject.",
            place=Place(dataset=population.dataset, variable=SUBJECT, keys=f"{SUBJECT} = {whose[0]}"),
            found=f"{len(twice)} records of {counted(len(whose), 'subject')}",
        )
    return records


def select_records(data: AnalysisData, source: Source, population: Population | None) -> Records:
    """The records that ``source`` selects, of subjects in the population.

    Where the records' dataset has copies of the variables of the population's condition, that condition is part of the
    one that selects the records behind a number, and must select the same subjects: else DataError. Where it has not,
    the subjects of the population are selected by USUBJID.
    """
    whole, where = data.whole(source.dataset), _parsed(source.where)
    whole.require_read(source.where)
    if population is None or population.dataset == source.dataset:
        return _select(whole, all_of(_parsed(population.where) if population else None, where))
    condition, subjects = _parsed(population.where), select_subjects(data, population)
    people = whole.people
    among = _of_subjects(people, subjects)
    if condition is None or not all(map(whole.has, variables_of(condition))):
        inside = among if people is whole else _of_subjects(whole, subjects)
        return Records(whole, _places(inside & whole.rows(where)), where, _of_population(population, condition, among))
    differs = among != people.rows(condition)
    if differs.any():
        whose = sorted(set(people.dataset.frame[SUBJECT][differs].astype(str)))
        raise DataError(
            f"{whole.dataset.name} and {population.dataset} disagree on who is in the population.",
            place=Place(dataset=whole.dataset.name, keys=f"{SUBJECT} = {whose[0]}"),
            expected=f"the same answer to {condition} in both",
            found=f"{counted(len(whose), 'subject')} with records for whom it differs",
        )
    return _select(whole, all_of(condition, where))


def _of_population(population: Population, condition: Condition | None, inside: Rows) -> tuple[Limit, ...]:
    """What says of which subjects records are; nothing of a whole dataset that has them all."""
    if condition is None and inside.all():
        return ()
    return (Limit(LimitKind.WITH, population.dataset, "" if condition is None else str(condition)),)


def _of_subjects(whole: Whole, subjects: Records) -> Rows:
    """Which records of a dataset are of these subjects."""
    require_columns(Records(whole), (SUBJECT,))
    people, known = subjects.whole.coded(SUBJECT), whole.coded(SUBJECT)
    names = people.present if subjects.places is None else people.take(subjects.places).present
    is_one = pd.Index(names, dtype=object).get_indexer(pd.Index(known.texts, dtype=object)) >= 0
    inside: Rows = np.append(is_one, False)[known.codes]
    return inside


def _select(whole: Whole, condition: Condition | None) -> Records:
    return Records(whole, _places(whole.rows(condition)), condition)


def _places(rows: Rows) -> npt.NDArray[np.int64] | None:
    return None if rows.all() else np.flatnonzero(rows).astype(np.int64, copy=False)


def narrowed(records: Records, condition: Condition) -> Records:
    """The records among these that a further condition selects."""
    rows = records.whole.rows(condition)
    places = _places(rows) if records.places is None else records.places[rows[records.places]]
    return Records(records.whole, places, all_of(records.condition, condition), records.whom)


def all_of(*conditions: Condition | None) -> Condition | None:
    """The condition that all of these are true; None, which is always true, is left out.

    >>> str(all_of(None, parse_condition("A = 1 or B = 1"), equals("C", "it's")))
    "(A = 1 or B = 1) and C = 'it''s'"
    """
    terms = tuple(condition for condition in conditions if condition is not None)
    return And(terms) if len(terms) > 1 else terms[0] if terms else None


def equals(variable: str, level: str) -> Condition:
    """The condition that a text variable has this level."""
    return Comparison(VariableRef(variable), Operator.EQ, Text(level))


def is_one_of(variable: str, levels: tuple[str, ...]) -> Condition:
    """The condition that a text variable has one of these levels."""
    return In(VariableRef(variable), tuple(map(Text, levels)))


def has_value(variable: str) -> Condition:
    """The condition that a variable is not missing."""
    return Not(IsMissing(VariableRef(variable)))


def where_text(*conditions: Condition | None) -> str:
    """The text that selects where all conditions are true; blank where there is none."""
    condition = all_of(*conditions)
    return "" if condition is None else str(condition)


def require_columns(records: Records, names: tuple[str, ...]) -> None:
    """DataError, with the nearest name, for the first variable that the records do not have."""
    for name in names:
        if not records.has(name):
            raise DataError(
                f"There is no variable {name}.",
                place=Place(dataset=records.dataset.name),
                hint=nearest(name, map(str, records.dataset.frame.columns)),
            )


def require_numbers(records: Records, names: tuple[str, ...]) -> None:
    """DataError for the first variable that the records do not have, or that is not a number."""
    require_columns(records, names)
    for name in names:
        kind = records.dataset[name].kind
        if kind is not Kind.NUMBER:
            raise DataError(
                f"{name} is not a number.",
                place=Place(dataset=records.dataset.name, variable=name),
                expected="a number",
                found=f"a {kind}",
            )


def _parsed(where: str | None) -> Condition | None:
    return None if where is None else parse_condition(where)

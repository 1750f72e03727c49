"""Selects the records of an output, with the one condition that selects the same records of their dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.analyses.options import Population, Source
from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
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

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Records:
    """Selected records of a dataset: a frame with a fresh index, and the condition that selects them."""

    dataset: Dataset
    frame: pd.DataFrame
    condition: Condition | None
    # Values of variables that analyses have coded, so that each is coded once.
    coded: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def is_number(self, variable: str) -> bool:
        """Whether a variable is a number."""
        return self.dataset[variable].kind is Kind.NUMBER


def select_subjects(data: AnalysisData, population: Population) -> Records:
    """The subjects of a population, one record each; DataError when a subject has several."""
    records = _select(data.dataset(population.dataset), _parsed(population.where))
    require_columns(records, (SUBJECT,))
    if records.frame[SUBJECT].duplicated().any():
        twice = records.frame[SUBJECT][records.frame[SUBJECT].duplicated()]
        raise DataError(
            "A population needs one record for each subject.",
            place=Place(dataset=population.dataset, variable=SUBJECT),
            found=f"several of {sorted(set(twice))[0]}",
        )
    return records


def select_records(data: AnalysisData, source: Source, population: Population | None) -> Records:
    """The records that ``source`` selects, of subjects in the population.

    Where the records' dataset has copies of the variables of the population's condition, that condition is part of the
    one that selects the records behind a number, and must select the same subjects: else DataError. Where it has not,
    the subjects of the population are selected by USUBJID.
    """
    dataset = data.dataset(source.dataset)
    if population is None or population.dataset == source.dataset:
        return _select(dataset, all_of(_parsed(population.where) if population else None, _parsed(source.where)))
    condition = _parsed(population.where)
    require_columns(_select(dataset, None), (SUBJECT,))
    codes, distinct = pd.factorize(dataset.frame[SUBJECT])
    people = pd.Series(np.asarray(distinct)).isin(select_subjects(data, population).frame[SUBJECT])
    inside = np.append(people, False)[codes]
    if condition is None or any(name not in dataset.frame.columns for name in variables_of(condition)):
        return _select(dataset.with_frame(dataset.frame[inside]), _parsed(source.where))
    differs = inside != selected(dataset.frame, condition)
    if differs.any():
        whose = sorted(set(dataset.frame[SUBJECT][differs].astype(str)))
        raise DataError(
            f"{dataset.name} and {population.dataset} disagree on who is in the population.",
            place=Place(dataset=dataset.name, keys=f"{SUBJECT} = {whose[0]}"),
            expected=f"the same answer to {condition} in both",
            found=f"{counted(len(whose), 'subject')} with records for whom it differs",
        )
    return _select(dataset, all_of(condition, _parsed(source.where)))


def narrowed(records: Records, condition: Condition) -> Records:
    """The records among these that a further condition selects."""
    frame = records.frame[selected(records.frame, condition)].reset_index(drop=True)
    return Records(records.dataset, frame, all_of(records.condition, condition))


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
        if name not in records.frame.columns:
            raise DataError(
                f"There is no variable {name}.",
                place=Place(dataset=records.dataset.name),
                hint=nearest(name, map(str, records.frame.columns)),
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


def _select(dataset: Dataset, condition: Condition | None) -> Records:
    frame = dataset.frame if condition is None else dataset.frame[selected(dataset.frame, condition)]
    return Records(dataset, frame.reset_index(drop=True), condition)

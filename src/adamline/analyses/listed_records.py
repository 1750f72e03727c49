"""Listed records: what names each of them, and the condition that selects it alone."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.records import Records
from adamline.condition.tree import Comparison, Date, IsMissing, Number, Operator, Text, VariableRef
from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind
from adamline.plurals import said_of
from adamline.results.check_control import coded_texts, holds

Texts = npt.NDArray[np.object_]
# A line break, or another control character.
_BREAKS = re.compile(r"[\x00-\x1f]")


def require_one_each(
    dataset: Dataset,
    frame: pd.DataFrame,
    identity: tuple[str, ...],
    of: str = "figure",
    hint: str = "select one record each, or name more variables under identify_by",
) -> None:
    """DataError, with the first keys, when these variables do not name one of the records each."""
    twice = frame.duplicated(list(identity))
    if twice.any():
        first = frame.loc[twice, list(identity)].iloc[0]
        raise DataError(
            f"The keys of the {of} do not name one record of {dataset.name}.",
            place=Place(dataset=dataset.name, keys=_keys_text(first)),
            found=said_of(int(twice.sum()), "{count} records have the keys of another"),
            hint=hint,
        )


def _keys_text(record: pd.Series) -> str:
    """The keys of a record on one line."""
    return ", ".join(f"{name} = {str(value).encode('unicode_escape').decode()}" for name, value in record.items())


def _require_one_line(dataset: Dataset, frame: pd.DataFrame, identity: tuple[str, ...]) -> None:
    """DataError for a key with a line break or another control character, which no condition could name."""
    for name in identity:
        if dataset[name].kind is not Kind.TEXT:
            continue
        broken = holds(frame[name], _BREAKS)
        if broken.any():
            first = frame.loc[broken, list(identity)].iloc[0]
            raise DataError(
                f"The key {name} holds a line break or another control character.",
                place=Place(dataset=dataset.name, variable=name, keys=_keys_text(first)),
                found=repr(first[name]),
                hint="give the value another text where it is derived, by lookup or case_when, or name the records by "
                "another variable",
            )


def record_conditions(records: Records, frame: pd.DataFrame, identity: tuple[str, ...], condition: str = "") -> Texts:
    """The condition that selects each record, by the variables that name it, among those of ``condition``."""
    _require_one_line(records.dataset, frame, identity)
    joined: Texts | None = np.full(len(frame), f"({condition})", dtype=object) if condition else None
    for name in identity:
        kind = records.dataset[name].kind
        codes, levels = coded_texts(frame[name]) if kind is Kind.TEXT else pd.factorize(frame[name].to_numpy())
        terms = [str(_level_condition(name, kind, level)) for level in levels]
        part = np.array([*terms, str(IsMissing(VariableRef(name)))], dtype=object)[codes]
        joined = part if joined is None else joined + " and " + part
    assert joined is not None  # noqa: S101 - options have at least one key
    return joined


def _level_condition(name: str, kind: Kind, level: Any) -> Comparison | IsMissing:
    variable = VariableRef(name)
    match kind:
        case Kind.TEXT:
            return Comparison(variable, Operator.EQ, Text(level)) if level.strip(" ") else IsMissing(variable)
        case Kind.NUMBER:
            return Comparison(variable, Operator.EQ, Number(float(level)))
        case Kind.DATE:
            return Comparison(variable, Operator.EQ, Date(pd.Timestamp(level).date()))
    raise DataError(
        f"{name} is a {kind}, which cannot name a record in a condition.",
        place=Place(variable=name),
        hint="use the date, or a sequence number",
    )

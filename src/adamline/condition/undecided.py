"""Finds the rows for which a condition is left open by a missing value, and the variable that misses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import Rows, selected
from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    In,
    IsMissing,
    Not,
    Operator,
    Or,
    VariableRef,
    variables_of,
)


@dataclass(frozen=True)
class Undecided:
    """The rows, by position, and for each the place in ``names`` of the variable whose value is missing."""

    rows: npt.NDArray[np.int64]
    which: npt.NDArray[np.int64]
    names: tuple[str, ...]


def undecided(frame: pd.DataFrame, condition: Condition | str) -> Undecided:
    """The rows for which a comparison with a missing value leaves the condition neither true nor false.

    That a missing value equals another, or one of a list, is plainly not so: ``TREATED = 'Y'`` is false where it is
    missing. What is less, greater or other than a missing value is open: ``ADT <= TRTSDT``, ``not (ARM = 'A')``. A term
    that settles such rows closes the condition: ``ADT is not missing and ADT <= TRTSDT`` is false without ADT.

    >>> adlb = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-02", None]), "TRTSDT": pd.Timestamp("2014-01-03")})
    >>> undecided(adlb, "ADT <= TRTSDT")
    Undecided(rows=array([1]), which=array([0]), names=('ADT', 'TRTSDT'))
    >>> len(undecided(adlb, "ADT is not missing and ADT <= TRTSDT").rows)
    0
    """
    tree = parse_condition(condition) if isinstance(condition, str) else condition
    names = tuple(dict.fromkeys(_open(tree, wanted=True)))
    none = np.zeros(0, dtype=np.int64)
    without = {name: _missing(frame, name) for name in names if name in frame.columns}
    # Only where one of them is missing can the condition be open.
    rows = np.flatnonzero(np.logical_or.reduce(list(without.values()))) if without else none
    if not len(rows):
        return Undecided(none, none, names)
    plain, asked = _closed(tree, wanted=True), frame.loc[:, list(dict.fromkeys(variables_of(tree)))].iloc[rows]
    rows = rows[~(selected(asked, plain) | selected(asked, Not(plain)))]
    which = np.stack([without[name][rows] for name in names]).argmax(axis=0)
    return Undecided(rows, which, names)


def _missing(frame: pd.DataFrame, name: str) -> Rows:
    values = frame[name]
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "fmM":
        return values.isna().to_numpy()
    return selected(frame, IsMissing(VariableRef(name)))


def _open(condition: Condition, *, wanted: bool) -> Iterator[str]:
    """The variables of the comparisons that a missing value leaves open."""
    match condition:
        case Not(term=term):
            yield from _open(term, wanted=not wanted)
        case And(terms=terms) | Or(terms=terms):
            for term in terms:
                yield from _open(term, wanted=wanted)
        case Comparison(left=left, operator=operator, right=right) if not (wanted and operator is Operator.EQ):
            yield left.name
            if isinstance(right, VariableRef):
                yield right.name
        case In(variable=variable) if not wanted:
            yield variable.name


def _closed(condition: Condition, *, wanted: bool) -> Condition:
    """The condition, in which equality with a missing value is false."""
    match condition:
        case Not(term=term):
            return Not(_closed(term, wanted=not wanted))
        case And(terms=terms):
            return And(tuple(_closed(term, wanted=wanted) for term in terms))
        case Or(terms=terms):
            return Or(tuple(_closed(term, wanted=wanted) for term in terms))
        case Comparison(left=left, operator=Operator.EQ, right=right) if wanted:
            known = [Not(IsMissing(name)) for name in (left, right) if isinstance(name, VariableRef)]
            return And((condition, *known))
        case In(variable=variable) if wanted:
            return And((condition, Not(IsMissing(variable))))
    return condition

"""Frames of a notebook as analyses know records: variables typed by their columns, levels as the data have them."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.cells import Group, Level, coded, place_records
from adamline.analyses.leaf import Given
from adamline.analyses.records import Records
from adamline.analyses.whole import Whole
from adamline.io.dataset import Dataset, Variable, kind_of


def records_of(frame: pd.DataFrame, name: str = "DATA") -> Records:
    """All records of a DataFrame."""
    plain = frame.reset_index(drop=True)
    variables = tuple(Variable(str(column), kind_of(plain[column])) for column in plain.columns)
    return Records(Whole(Dataset(name, plain, variables)))


def column_group(records: Records, variable: str) -> Group:
    """The grouping by a variable, with a level for each value that it has, in order; numbers in theirs."""
    values = coded(records, variable).present
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce")
    ordered = sorted(values, key=float) if len(values) and numbers.notna().all() else sorted(values)
    return Group(variable, tuple(map(Level.of, ordered)))


def placed(frame: pd.DataFrame, by: str | None = None) -> Given:
    """The records of a DataFrame in columns by ``by`` (in one without it), as an analysis is given them.

    >>> placed(pd.DataFrame({"TRTP": ["B", "A"], "AVAL": [1.0, 2.0]}), "TRTP").cells.code.tolist()
    [1, 0]
    """
    records = records_of(frame)
    groups = [column_group(records, by)] if by is not None else []
    return Given(place_records(records, groups), has_columns=by is not None)

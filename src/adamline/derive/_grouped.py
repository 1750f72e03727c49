"""Records by key: those of a key together, and of which of them a variable is first or last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._codes import NO_RECORD, Bools, Ints, codes_of, group_codes, order_ranks, require
from adamline.errors import DerivationError, Place

PARAMCD = "PARAMCD"


def grouped_rows(frame: pd.DataFrame, rows: Ints, by: Sequence[str]) -> tuple[Ints, Ints]:
    """``rows`` in the order of their keys, and where in them each key begins.

    >>> lb = pd.DataFrame({"USUBJID": ["02", "01", "02"]})
    >>> grouped_rows(lb, np.array([0, 1, 2]), ["USUBJID"])
    (array([1, 0, 2]), array([0, 1]))
    """
    group, _ = group_codes(frame, by)
    ordered = rows[np.argsort(group[rows], kind="stable")]
    _, start = np.unique(group[ordered], return_index=True)
    return ordered, start


def rows_of_parameters(frame: pd.DataFrame, parameters: Sequence[str], where: str | None) -> Ints:
    """The records of the parameters that the condition selects."""
    require(frame, PARAMCD)
    codes, levels = codes_of(frame[PARAMCD])
    is_of = np.append(np.isin(np.array(levels, dtype=object), list(parameters)), False)[codes]
    return np.flatnonzero(is_of & selected(frame, where))


def refuse_twice(**roles: Sequence[str]) -> None:
    """Raise DerivationError for a variable of the new records that is asked for by two arguments."""
    of: dict[str, str] = {}
    for role, names in roles.items():
        for name in names:
            if name in of and of[name] != role:
                what = f"{name} is in `{of[name]}` and in `{role}`."
                raise DerivationError(what, place=Place(variable=name), expected="one of the two")
            of[name] = role


def one_value(values: pd.Series, rows: Ints, start: Ints, counts: Bools | None = None) -> Ints:
    """The first row of each group where all its rows that count have one value, -1 where they differ or none counts.

    >>> one_value(pd.Series(["A", "A", "B", "C"]), np.array([0, 1, 2, 3]), np.array([0, 2])).tolist()
    [0, -1]
    """
    if not len(rows):
        return rows
    codes, levels = codes_of(values)
    lowest = highest = codes[rows]
    if counts is not None:
        lowest, highest = np.where(counts, lowest, len(levels)), np.where(counts, highest, NO_RECORD)
    same = np.minimum.reduceat(lowest, start) == np.maximum.reduceat(highest, start)
    return np.where(same, rows[start], NO_RECORD)


def extreme_rows(
    frame: pd.DataFrame, rows: Ints, start: Ints, earliest: Sequence[str], latest: Sequence[str]
) -> Mapping[str, Ints]:
    """For each variable the row of each group with its earliest, or its latest, value; any where none has a value.

    >>> ex = pd.DataFrame({"ASTDT": pd.to_datetime(["2020-01-15", None, "2020-01-01"])})
    >>> extreme_rows(ex, np.array([0, 1, 2]), np.array([0]), ["ASTDT"], [])["ASTDT"].tolist()
    [2]
    """
    found = {}
    for names, order in ((earliest, " missing last"), (latest, " desc missing last")):
        for name in names:
            (rank,) = order_ranks(frame, [name + order])
            group = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(rows))))
            found[name] = rows[np.lexsort([rank[rows], group])][start]
    return found

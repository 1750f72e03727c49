"""Columns of SDTM from the numbers of the simulation: texts by code, ISO 8601 dates, study days, sequence numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.simulate.jahh.design import STUDYID
from adamline.simulate.jahh.labels import DATASET_LABELS, VARIABLE_LABELS
from adamline.simulate.jahh.streams import Bools, Floats, Ints

Texts: TypeAlias = "pd.Categorical[Any]"
Column: TypeAlias = "Texts | Floats | Ints | str"
# Characters of an ISO 8601 text that ends with the year, month, day, minute; none for no date.
NO_DATE, YEAR, MONTH, DAY, MINUTE = 0, 4, 7, 10, 16
_MINUTES_OF_DAY: Final = 1440


def build_dataset(name: str, columns: Mapping[str, Column]) -> Dataset:
    """The dataset with STUDYID and these columns; a text stands for a column of it, an empty one for no value."""
    count = max(len(column) for column in columns.values() if not isinstance(column, str))
    given = {"STUDYID": STUDYID, **columns}
    frame = pd.DataFrame({key: _filled(column, count) for key, column in given.items()}, copy=False)
    variables = tuple(
        Variable(key, Kind.NUMBER if frame[key].dtype == np.float64 else Kind.TEXT, VARIABLE_LABELS[key])
        for key in frame.columns
    )
    return Dataset(name, frame, variables, DATASET_LABELS[name])


def _filled(column: Column, count: int) -> Any:
    if isinstance(column, str):
        return words(np.full(count, 0 if column else -1), [column])
    return column.astype(np.float64) if isinstance(column, np.ndarray) else column


def words(codes: Ints | Bools, levels: Sequence[str]) -> Texts:
    """The text at each place of ``levels``; -1 gives no text. Levels may repeat.

    >>> words(np.array([1, -1, 0]), ["N", "Y"]).tolist()
    ['Y', nan, 'N']
    """
    distinct, place = np.unique(np.asarray(levels, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(np.append(place, -1)[codes.astype(np.int64)], pd.Index(distinct, dtype=object))


def flags(wanted: Bools) -> Texts:
    """Y, or nothing."""
    return words(np.where(wanted, 0, -1), ["Y"])


def iso_dates(day: Ints, length: Ints | int = DAY, minute: Ints | int = 0) -> Texts:
    """ISO 8601 texts of days since 1970-01-01, cut to that many characters; length 0 gives no text.

    >>> iso_dates(np.array([16893, 16893]), np.array([MONTH, MINUTE]), 555).tolist()
    ['2016-04', '2016-04-02T09:15']
    """
    lengths, minutes = np.broadcast_to(length, day.shape), np.broadcast_to(minute, day.shape)
    wanted = np.flatnonzero(lengths > NO_DATE)
    keys = (day[wanted] * _MINUTES_OF_DAY + minutes[wanted]) * (MINUTE + 1) + lengths[wanted]
    distinct, place = np.unique(keys, return_inverse=True)
    moments = (distinct // (MINUTE + 1)).astype("datetime64[m]")
    levels = [str(moment)[: key % (MINUTE + 1)] for moment, key in zip(moments, distinct.tolist(), strict=True)]
    codes = np.full(day.shape, -1)
    codes[wanted] = place
    return words(codes, levels)


def study_days(day: Ints, known: Bools) -> Floats:
    """--DY of days counted from the reference day, itself 0 there and 1 here: there is no day 0; NaN if not known.

    >>> study_days(np.array([-1, 0, 6]), np.array([True, True, True])).tolist()
    [-1.0, 1.0, 7.0]
    """
    return np.where(known, day + (day >= 0), np.nan)


def sequence(subject: Ints) -> Floats:
    """--SEQ: 1, 2, 3 within each subject, of records sorted by subject.

    >>> sequence(np.array([4, 4, 7])).tolist()
    [1.0, 2.0, 1.0]
    """
    first = np.searchsorted(subject, subject, side="left")
    return (np.arange(len(subject)) - first + 1).astype(np.float64)


def last_of(group: Ints, eligible: Bools) -> Bools:
    """The last eligible record of each group, of records sorted by group."""
    rows = np.flatnonzero(eligible)
    is_last = np.append(group[rows][1:] != group[rows][:-1], np.True_)
    chosen = np.zeros(len(group), dtype=np.bool_)
    chosen[rows[is_last[: len(rows)]]] = True
    return chosen

"""A value read from the study's table of analysis windows by the day of a record, such as AVISIT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, EntryKind, New, Table, Where, derivation
from adamline.derive._codes import (
    NO_RECORD,
    Floats,
    Ints,
    group_codes,
    numbers_of,
    require,
    rows_by_key,
    text_from_codes,
)
from adamline.derive._days import with_gap, without_gap
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of
from adamline.io.number_text import numbers_of_texts

LOWER, UPPER, TARGET = "AWLO", "AWHI", "AWTARGET"


@derivation(
    define="read from the study's table of windows, by the window in which {from_} lies[, for the same {by}]"
    "[, where {where}][; days between two targets are of the nearer one, of the {ties} if both are]"
)
def derive_windows(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    from_: Column = "ADY",
    by: Columns = (),
    ties: Literal["earlier", "later"] | None = None,
    where: Where = None,
    kind: EntryKind = "text",
) -> pd.DataFrame:
    """Value of the column ``variable`` in the row of ``table`` with AWLO <= ``from_`` <= AWHI (ADaMIG 3.3.3).

    Several entries read one table: AVISIT, AVISITN, AWTARGET, AWLO, AWHI. ``table`` is text throughout; a blank AWLO or
    AWHI leaves that side open. ``by`` are variables that the table has too, as PARAMCD for tests that are done at other
    visits than others, or APERIOD: the windows of a record are the rows with its values. Missing where no window has
    the day, where the day is missing, and on records that ``where`` does not select, such as those of follow-up or
    unscheduled ones.

    A table without AWLO and AWHI has windows made of its AWTARGETs once ``ties`` is given: each day is of the nearer
    target, and of the "earlier" or the "later" of two that are as near (there is no day 0, so day -1 is one day from
    day 1); before the first and after the last target windows are open. Which of several records in a window counts is
    ANLzzFL's to say: see `derive_awtdiff`, `derive_anlfl`.

    Raises DataError for windows that overlap or end before they begin, for a target without a day or there twice, for a
    column that the table does not have, and for text in the table where a number is asked for.

    >>> import pandas as pd
    >>> windows = pd.DataFrame({"AVISIT": ["Week 0", "Week 4"], "AWLO": [None, "22"], "AWHI": ["1", "42"]})
    >>> derive_windows(pd.DataFrame({"ADY": [-3.0, 1, 15, 42]}), variable="AVISIT", table=windows).AVISIT.tolist()
    ['Week 0', 'Week 0', nan, 'Week 4']
    >>> weeks = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AWTARGET": ["15", "29"]})
    >>> days = pd.DataFrame({"ADY": [21.0, 22, 23]})
    >>> derive_windows(days, variable="AVISIT", table=weeks, ties="earlier").AVISIT.tolist()
    ['Week 2', 'Week 2', 'Week 4']
    """
    require(table, *by)
    if ties is not None:
        table = _with_midpoints(table, by, ties)
    require(table, variable, LOWER, UPPER)
    days = numbers_of(frame, from_)
    rows = np.full(len(frame), NO_RECORD, dtype=np.int64)
    # A loop over the groups of the table, which are few; not over records.
    for of_table, of_frame in _groups(table, frame, by):
        rows[of_frame] = np.append(of_table, NO_RECORD)[_windows_of(days[of_frame], table.iloc[of_table])]
    rows = np.where(selected(frame, where), rows, NO_RECORD)
    if kind == "number":
        return frame.assign(**{variable: np.append(_numbers(table[variable], np.nan), np.nan)[rows]})
    codes, levels = pd.factorize(table[variable])
    return frame.assign(**{variable: text_from_codes(np.append(codes, NO_RECORD)[rows], list(map(str, levels)))})


def _groups(table: pd.DataFrame, frame: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[Ints, Ints]]:
    """The rows of the table with the same values of ``by``, and the records that have these."""
    if not by:
        yield np.arange(len(table)), np.arange(len(frame))
        return
    keys = table[list(by)].copy()
    for name in by:
        if kind_of(frame[name]) is Kind.NUMBER and frame[name].notna().any():
            keys[name] = _numbers(table[name], np.nan)
    group, _ = group_codes(keys, by)
    _, first = np.unique(group, return_index=True)
    of_record = rows_by_key(frame, keys, first, by)
    for row in first:
        yield np.flatnonzero(group == group[row]), np.flatnonzero(of_record == row)


def _with_midpoints(table: pd.DataFrame, by: Sequence[str], ties: str) -> pd.DataFrame:
    """The table with windows that meet in the middle between targets."""
    require(table, TARGET)
    for name in (LOWER, UPPER):
        if name in table.columns:
            hint = f"leave out `ties`, or {name}"
            raise DataError("The windows of the table need no `ties`.", place=Place(variable=name), hint=hint)
    targets = without_gap(_numbers(table[TARGET], np.nan))
    group, _ = group_codes(table, by)
    order = np.lexsort([targets, group])
    ordered, same = targets[order], group[order][1:] == group[order][:-1]
    wrong = np.isnan(ordered) | np.append(same & (ordered[1:] == ordered[:-1]), False)
    if wrong.any():
        found = str(table[TARGET].iloc[order[np.flatnonzero(wrong)[0]]])
        raise DataError("A window has no target day of its own.", place=Place(variable=TARGET), found=found)
    middle = (ordered[1:] + ordered[:-1]) / 2
    ends = np.ceil(middle) - 1 if ties == "later" else np.floor(middle)
    upper, lower = np.full(len(ordered), np.nan), np.full(len(ordered), np.nan)
    upper[:-1], lower[1:] = np.where(same, ends, np.nan), np.where(same, ends + 1, np.nan)
    place = np.argsort(order)
    limits = {LOWER: with_gap(lower)[place], UPPER: with_gap(upper)[place]}
    texts = {name: pd.Series([_text(day) for day in days], dtype="str").array for name, days in limits.items()}
    return table.assign(**texts)


def _text(day: float) -> str | None:
    return None if np.isnan(day) else f"{day:g}"


def _windows_of(days: Floats, table: pd.DataFrame) -> Ints:
    """The row of the window in which each day lies, -1 where there is none."""
    lower, upper = _numbers(table[LOWER], -np.inf), _numbers(table[UPPER], np.inf)
    order = np.argsort(lower, kind="stable")
    wrong = (lower > upper)[order] | np.append(lower[order][1:] <= upper[order][:-1], False)
    if wrong.any():
        row = table.iloc[order[np.flatnonzero(wrong)[0]]]
        found = ", ".join(f"{name}: {value}" for name, value in row.items() if isinstance(value, str))
        expected = "AWLO not after AWHI, and each day in one window"
        raise DataError("Analysis windows overlap.", place=Place(variable=LOWER), expected=expected, found=found)
    if not len(order):
        return np.full(len(days), NO_RECORD, dtype=np.int64)
    # A missing day is sorted behind all others, and is below no upper limit.
    at = order[np.maximum(np.searchsorted(lower[order], days, side="right") - 1, 0)]
    return np.where((days >= lower[at]) & (days <= upper[at]), at, NO_RECORD).astype(np.int64)


def _numbers(texts: pd.Series, blank: float) -> Floats:
    try:
        numbers = numbers_of_texts(texts)
    except ValueError as error:
        place = Place(variable=str(texts.name))
        raise DataError(f"{texts.name} of the table is no number.", place=place, found=str(error)) from error
    return np.where(np.isnan(numbers), blank, numbers)

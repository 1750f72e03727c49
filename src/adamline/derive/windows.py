"""A value read from the study's table of analysis windows by the day of a record, such as AVISIT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.contract import Column, Columns, EntryKind, New, Table, Where, derivation
from adamline.derive._codes import (
    NO_RECORD,
    Floats,
    Ints,
    group_codes,
    numbers_of,
    require_columns,
    rows_by_key,
    text_from_codes,
)
from adamline.derive._days import with_gap, without_gap
from adamline.derive._tallies import counted
from adamline.errors import NOWHERE, DataError, Place
from adamline.findings import Severity, Tally, where_unused
from adamline.io.dataset import Kind, kind_of
from adamline.io.numbers_of_texts import numbers_of_texts

Ties = Literal["earlier", "later"]
LOWER, UPPER, TARGET = "AWLO", "AWHI", "AWTARGET"


def check_windows(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    from_: Column = "ADY",
    by: Columns = (),
    ties: Ties | None = None,
    where: Where = None,
    kind: EntryKind = "text",
) -> Iterator[Tally]:
    """Records that ``where`` selects and no window has, by what they lack, and windows that no record is in.

    A warning of days between two windows, and of values of ``by`` that the table does not have; a note of days before
    the first window and after the last, of records without a day, of windows without a record, and of records that
    ``where`` keeps out of the window of their day, by the first variable that it names.
    """
    days, is_one = numbers_of(frame, from_), selected(frame, where)
    table, rows, gaps = _in_windows(frame, variable, table, from_, by, ties)
    has_row = np.zeros(len(frame), dtype=bool)
    for _, of_frame in _groups(table, frame, by):
        has_row[of_frame] = True
    outside = is_one & ~np.isnan(days) & (rows == NO_RECORD)
    for at, severity, said in (
        (outside & has_row & (gaps != NO_RECORD), Severity.WARNING, f"have {from_} between two windows"),
        (outside & has_row & (gaps == NO_RECORD), Severity.NOTE, f"have {from_} before or after all windows"),
        (is_one & np.isnan(days), Severity.NOTE, f"have no {from_} and are in no window"),
    ):
        yield from counted(frame, at, "no window", f"{{count}} records {said}", severity=severity, by=from_)
    if where is not None:
        first = variables_of(parse_condition(where))[0]
        message = f"{{count}} records are out of the window of their {from_} by `where`, by {first}"
        left_out = ~is_one & (rows != NO_RECORD)
        yield from counted(frame, left_out, "left out of a window", message, severity=Severity.NOTE, by=first)
    message = f"{{count}} records are in no window: the table has none for their {', '.join(by)}"
    yield from counted(frame, outside & ~has_row, "no window", message, by=by[0] if by else "")
    if is_one.any():
        used = pd.Series(np.bincount(rows[is_one & (rows != NO_RECORD)], minlength=len(table)))
        # Each entry that reads the table says the same: the name is that of its first column, as AVISIT.
        named = (
            table[[*by, *(name for name in table.columns if name not in by)][: len(by) + 1]].astype("str").fillna("")
        )
        counts = used.groupby(named.agg(" ".join, axis=1).to_numpy()).sum()
        kinds = {str(name): int(count) for name, count in counts.items()}
        message = "{count} windows of the table have no record: {kinds}"
        yield Tally(Severity.NOTE, "unused window", message, NOWHERE, kinds, where_unused)


@derivation(
    define="Value of the column of this name in the table {table}, in the row in whose window {from_} lies[, among "
    "the rows with the record's {by}]: [ties=:from AWLO to AWHI, both days included, a blank one leaving that side "
    "open][each day is of the nearest AWTARGET (there is no day 0), of two as near of the {ties}; the first and the "
    "last window are open]. Missing where {from_} is missing or in no window[, and on all records but those where "
    "{where}].",
    check=check_windows,
)
def derive_windows(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    from_: Column = "ADY",
    by: Columns = (),
    ties: Ties | None = None,
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

    `check_windows` counts records outside of all windows, those that ``where`` keeps out of one, and windows without a
    record. Raises DataError for windows
    that overlap or end before they begin, for a target outside its window, without a day or there twice, for a column
    that the table does not have, and for text in the table where a number is asked for.

    >>> import pandas as pd
    >>> windows = pd.DataFrame({"AVISIT": ["Week 0", "Week 4"], "AWLO": [None, "22"], "AWHI": ["1", "42"]})
    >>> derive_windows(pd.DataFrame({"ADY": [-3.0, 1, 15, 42]}), variable="AVISIT", table=windows).AVISIT.tolist()
    ['Week 0', 'Week 0', nan, 'Week 4']
    >>> weeks = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AWTARGET": ["15", "29"]})
    >>> days = pd.DataFrame({"ADY": [21.0, 22, 23]})
    >>> derive_windows(days, variable="AVISIT", table=weeks, ties="earlier").AVISIT.tolist()
    ['Week 2', 'Week 2', 'Week 4']
    """
    table, rows, _ = _in_windows(frame, variable, table, from_, by, ties)
    rows = np.where(selected(frame, where), rows, NO_RECORD)
    if kind == "number":
        return frame.assign(**{variable: np.append(_numbers(table[variable], np.nan), np.nan)[rows]})
    codes, levels = pd.factorize(table[variable])
    return frame.assign(**{variable: text_from_codes(np.append(codes, NO_RECORD)[rows], list(map(str, levels)))})


def _in_windows(
    frame: pd.DataFrame, variable: str, table: pd.DataFrame, from_: str, by: Sequence[str], ties: Ties | None
) -> tuple[pd.DataFrame, Ints, Ints]:
    """The table with its limits; the row of each record in whose window it is; of a day between two, that before it."""
    require_columns(table, *by)
    if ties is not None:
        table = _with_midpoints(table, by, ties)
    require_columns(table, variable, LOWER, UPPER)
    _refuse_target_outside(table)
    days = numbers_of(frame, from_)
    rows, gaps = np.full((2, len(frame)), NO_RECORD, dtype=np.int64)
    # A loop over the groups of the table, which are few; not over records.
    for of_table, of_frame in _groups(table, frame, by):
        places = np.append(of_table, NO_RECORD)
        found, between = _windows_of(days[of_frame], table.iloc[of_table])
        rows[of_frame], gaps[of_frame] = places[found], places[between]
    return table, rows, gaps


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
    require_columns(table, TARGET)
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


def _windows_of(days: Floats, table: pd.DataFrame) -> tuple[Ints, Ints]:
    """The row of the window in which each day lies, and that of the window after which, but before another, it lies."""
    lower, upper = _numbers(table[LOWER], -np.inf), _numbers(table[UPPER], np.inf)
    order = np.argsort(lower, kind="stable")
    wrong = (lower > upper)[order] | np.append(lower[order][1:] <= upper[order][:-1], False)
    if wrong.any():
        expected = "AWLO not after AWHI, and each day in one window"
        _refuse(table.iloc[order[np.flatnonzero(wrong)[0]]], LOWER, "Analysis windows overlap.", expected)
    if not len(order):
        return np.full(len(days), NO_RECORD, dtype=np.int64), np.full(len(days), NO_RECORD, dtype=np.int64)
    # A missing day is sorted behind all others, and is below no upper limit.
    after = np.searchsorted(lower[order], days, side="right") - 1
    at = order[np.maximum(after, 0)]
    is_in = (days >= lower[at]) & (days <= upper[at])
    is_between = (days > upper[at]) & (after >= 0) & (after < len(order) - 1)
    return np.where(is_in, at, NO_RECORD), np.where(is_between, at, NO_RECORD)


def _refuse_target_outside(table: pd.DataFrame) -> None:
    """Raise for a target day that is not in its own window."""
    if TARGET not in table.columns:
        return
    target = _numbers(table[TARGET], np.nan)
    wrong = (target < _numbers(table[LOWER], -np.inf)) | (target > _numbers(table[UPPER], np.inf))
    if wrong.any():
        row = table.iloc[np.flatnonzero(wrong)[0]]
        _refuse(row, TARGET, "A target day is outside its window.", "AWTARGET from AWLO to AWHI")


def _refuse(row: pd.Series, name: str, what: str, expected: str) -> None:
    found = ", ".join(f"{name}: {value}" for name, value in row.items() if isinstance(value, str))
    raise DataError(what, place=Place(variable=name), expected=expected, found=found)


def _numbers(texts: pd.Series, blank: float) -> Floats:
    try:
        numbers = numbers_of_texts(texts)
    except ValueError as error:
        place = Place(variable=str(texts.name))
        raise DataError(f"{texts.name} of the table is no number.", place=place, found=str(error)) from error
    return np.where(np.isnan(numbers), blank, numbers)

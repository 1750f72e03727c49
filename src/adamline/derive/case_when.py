"""A value by ordered conditions: the first that holds decides (CASE WHEN of PROC SQL)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.condition.undecided import undecided
from adamline.contract import AnyKind, Case, Cases, New, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, gather, numbers_of, require, text_from_codes
from adamline.derive._tallies import counted, keys_at, text_of
from adamline.derive.constant import typed_value
from adamline.derive.missing import derive_missing
from adamline.errors import NOWHERE, DataError, DerivationError, Place
from adamline.findings import Severity, Tally, where_unused
from adamline.io.dataset import Kind, kind_of
from adamline.io.number_text import number_of


def check_case_when(
    frame: pd.DataFrame,
    *,
    variable: New,
    rows: Cases,
    kind: AnyKind = "text",
) -> Iterator[Tally]:
    """Rows that hold for no record; records of no row; those that a missing value gives to a later row, or to none."""
    row_of = _row_of(frame, rows)
    count = np.bincount(row_of + 1, minlength=len(rows) + 1)[1:]
    # A row without a value, or without a condition, is there for what should not be.
    kinds = {f"`{case.when}`": int(n) for case, n in zip(rows, count, strict=True) if case.when and _has_value(case)}
    yield Tally(Severity.NOTE, "unused row", "{count} rows hold for no record: {kinds}", NOWHERE, kinds, where_unused)
    is_open, is_of_none = _left_open(frame, rows, row_of), row_of == NO_RECORD
    # The last place answers for the records of no row.
    is_of_rest = np.append([case.when is None for case in rows], False)[row_of]
    has_value = np.append([_has_value(case) for case in rows], False)[row_of]
    why = "since a comparison with a missing value leaves an earlier one open"
    message = f"{{count}} records have the value that is left for all others, {why}"
    yield from counted(frame, is_open & is_of_rest & has_value, "open condition", message)
    message = f"{{count}} records are of a later row, {why}"
    yield from counted(frame, is_open & ~is_of_none & ~is_of_rest, "open condition", message, severity=Severity.NOTE)
    message = "{count} records are of no row, since a comparison with a missing value is open"
    yield from counted(frame, is_open & is_of_none & ~has_value, "open condition", message, severity=Severity.NOTE)
    # One value alone is a flag, of which the others are what they are.
    if sum(map(_has_value, rows)) > 1:
        yield from _of_no_row(frame, np.flatnonzero(is_of_none & ~is_open), rows)


@derivation(
    define="By the first of these that is true: {rows}. Missing where none is. A comparison with a missing value is "
    "not true.",
    check=check_case_when,
    of_missing="rows",
)
def derive_case_when(
    frame: pd.DataFrame,
    *,
    variable: New,
    rows: Cases,
    kind: AnyKind = "text",
) -> pd.DataFrame:
    """Value of the first of ``rows`` whose ``when`` is true; a row without ``when`` holds for all that are left.

    The value of a row is its ``value``, or that of the variable ``from``. Where no row holds it is missing. A
    comparison with a missing value is not true, so a missing AGE falls in no age group. ``kind``, in a spec the entry's
    `type`, makes numbers, dates, datetimes or times of the values.

    Raises DataError for a value, or a variable, that is not of the ``kind``, and for an unknown variable;
    DerivationError for a row with both.

    >>> import pandas as pd
    >>> from adamline.contract import Case
    >>> rows = [Case(when="AGE < 65", value="<65"), Case(when="AGE >= 65", value=">=65")]
    >>> derive_case_when(pd.DataFrame({"AGE": [64.0, 65, None]}), variable="AGEGR1", rows=rows).AGEGR1.tolist()
    ['<65', '>=65', nan]
    """
    both = next((case for case in rows if case.value is not None and case.from_), None)
    if both:
        place = Place(variable=variable)
        raise DerivationError("A row has a `value` and a `from`.", place=place, found=str(both.from_))
    row_of = _row_of(frame, rows)
    values = [case.value if case.value and case.value.strip() else None for case in rows]  # blank text is missing
    if kind == "text":
        levels = sorted({value for value in values if value is not None})
        level_of = [NO_RECORD if value is None else levels.index(value) for value in values]
        codes = np.array([*level_of, NO_RECORD], dtype=np.int64)[row_of]
        made = pd.Series(text_from_codes(codes, levels), index=frame.index)
    elif kind == "number":
        made = pd.Series(np.append(_numbers(values, variable), np.nan)[row_of], index=frame.index)
    else:
        typed = [None if value is None else typed_value(value, kind, variable) for value in [*values, None]]
        nothing = derive_missing(frame.iloc[:0], variable=variable, kind=kind)[variable].dtype
        made = pd.Series(pd.Series(typed, dtype=nothing).array[row_of], index=frame.index)
    for number, case in enumerate(rows):
        if case.from_:
            made = _filled(made, row_of == number, frame, case.from_)
    return frame.assign(**{variable: made})


def _has_value(case: Case) -> bool:
    return case.value is not None or case.from_ is not None


def _row_of(frame: pd.DataFrame, rows: Cases) -> Ints:
    """The row that decides for each record, -1 for none."""
    row_of = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for number, case in enumerate(rows):
        row_of[(row_of == NO_RECORD) & selected(frame, case.when)] = number
    return row_of


def _left_open(frame: pd.DataFrame, rows: Cases, row_of: Ints) -> Bools:
    """The records for which a missing value leaves a row open that is before the one that decides."""
    is_open = np.zeros(len(frame), dtype=bool)
    for number, case in enumerate(rows):
        left = np.flatnonzero((row_of == NO_RECORD) | (row_of > number))
        if case.when is not None and len(left):
            condition = parse_condition(case.when)
            of_left = frame.loc[:, list(dict.fromkeys(variables_of(condition)))].iloc[left]
            is_open[left[undecided(of_left, condition).rows]] = True
    return is_open


def _of_no_row(frame: pd.DataFrame, left: Ints, rows: Cases) -> Iterator[Tally]:
    """Records with a value that no row is for, by the values of the variables that the rows look at."""
    looked_at = [name for case in rows if case.when for name in variables_of(parse_condition(case.when))]
    asked = frame.loc[:, list(dict.fromkeys(looked_at))].iloc[left]
    has_value = asked.notna().any(axis=1).to_numpy()
    counts = asked[has_value].astype(object).value_counts(dropna=False)
    kinds = {
        ", ".join(f"{name}={text_of(value)}" for name, value in zip(asked.columns, values, strict=True)): int(count)
        for values, count in zip(counts.index.tolist(), counts, strict=True)
    }
    if kinds:
        message = "{count} records have a value that no row is for: {kinds}"
        keys = keys_at(frame, left[has_value])
        yield Tally(Severity.WARNING, "value without a row", message, NOWHERE, kinds, keys=keys)


def _numbers(values: list[str | None], variable: str) -> np.ndarray:
    try:
        return np.array([np.nan if value is None else number_of(value) for value in values])
    except ValueError as error:
        place = Place(variable=variable)
        raise DataError("A value of a number is no number.", place=place, found=str(error)) from error


def _filled(made: pd.Series, empty: np.ndarray, frame: pd.DataFrame, name: str) -> pd.Series:
    if kind_of(made) is Kind.NUMBER:
        return made.where(~empty, numbers_of(frame, name))
    require(frame, name)
    other = frame[name]
    if other.isna().all():
        return made
    if kind_of(other) is not kind_of(made):
        place, expected = Place(variable=name), str(kind_of(made))
        hint = f"say `type: {kind_of(other)}`"
        raise DataError(f"{name} is no {expected}.", place=place, found=kind_of(other), hint=hint)
    if kind_of(made) is not Kind.TEXT:
        return made.where(~empty, other)
    both = pd.concat([made.astype("str"), other.astype("str")], ignore_index=True)
    rows = np.where(empty, len(made) + np.arange(len(made)), np.arange(len(made)))
    return pd.Series(gather(both, rows), index=made.index)

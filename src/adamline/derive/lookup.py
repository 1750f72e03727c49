"""A value read from a table of the study, such as AVISIT of a visit number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, EntryKind, New, Table, derivation
from adamline.derive._codes import NO_RECORD, Ints, codes_of, require, require_columns, used_levels
from adamline.derive._ranges import is_range, rows_in_ranges
from adamline.derive._table_values import table_numbers, table_values_at
from adamline.derive._tallies import counted, keys_at, kinds_at, text_of
from adamline.errors import NOWHERE, DataError, Place
from adamline.findings import Severity, Tally, shown_keys, where_unused
from adamline.io.dataset import Kind, kind_of

# What a row of the table begins with among the kinds of a tally, beside keys that have no row.
_ROW = "row of "
# Where these records use each row of the table the others need not be counted.
_FIRST = 10_000


def check_lookup(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    by: Column,
    unmatched: Literal["missing", "error"] = "error",
    kind: EntryKind = "text",
) -> Iterator[Tally]:
    """Records whose key the table does not have, or that have none; and rows of the table that no record uses.

    Keys that are not found are a warning where the table has rows for nobody, as after a key was renamed.
    """
    asked = frame.loc[:, [by]]
    used = _used(asked.iloc[:_FIRST], table, by)
    used = used if used.all() or len(asked) <= _FIRST else _used(asked, table, by)
    rows = {f"{by} {key}": int(n) for key, n in zip(table[by], used, strict=True) if isinstance(key, str)}
    without = asked[by].isna().to_numpy()
    empty = np.flatnonzero(made[variable].isna().to_numpy() & ~without)
    codes, _, row_of_level = _matched(asked.iloc[empty], table, by)
    lost = empty[np.append(row_of_level, 0)[codes] == NO_RECORD]
    kinds = kinds_at(frame, by, lost) | {_ROW + row: n for row, n in rows.items()}
    keys = keys_at(frame, lost)
    message, note = f"{{count}} records have a {by} that the table does not have: {{kinds}}", Severity.NOTE
    yield Tally(note, "unmatched key", message, NOWHERE, kinds, _lost, keys)
    message += ", and there are rows that no record uses"
    yield Tally(Severity.WARNING, "unmatched key", message, NOWHERE, kinds, _lost_beside_unused, keys)
    message = "{count} rows of the table are used by no record: {kinds}"
    # No key was renamed that a row does not have.
    unnamed = {f"without {by}": 0} if table[by].isna().any() else {}
    yield Tally(note, "unused row", message, NOWHERE, rows | unnamed, where_unused)
    message = f"{{count}} records have no {by}, and so nothing of the table"
    yield from counted(frame, without, "no key", message, severity=note)


@derivation(
    define="Value of the column of this name in the table {table}, in its row with the record's {by} (numbers are "
    "equal in 13 significant digits). Missing where {by} is missing.[unmatched=error: A value of {by} that the table "
    "does not have is an error.][unmatched=missing: Missing where the table does not have it.]",
    check=check_lookup,
)
def derive_lookup(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    by: Column,
    unmatched: Literal["missing", "error"] = "error",
    kind: EntryKind = "text",
) -> pd.DataFrame:
    """Value of the column ``variable`` of ``table``, in the row whose column ``by`` has the record's value of ``by``.

    ``table`` is text throughout; keys are compared as numbers where ``by`` is a number, to 13 significant digits: a
    VISITNUM of 1.2 comes out of a transport file as 1.2000000000000002. A key may then be a range as in PROC FORMAT:
    `18 - 64` with both ends, `18 -< 65` without the upper, `65 <- high` without the lower, `low -< 18`; so one table of
    cuts gives AGEGR1 and AGEGR1N. A missing key gives a missing value. A key that the table does not have is an error,
    unless ``unmatched`` is "missing".

    Raises DataError for unmatched keys (listed), a key twice in the table (or ranges that overlap), a column that the
    table does not have, and for text in the table where a number is asked for.

    >>> import pandas as pd
    >>> visits = pd.DataFrame({"VISITNUM": ["1", "4"], "AVISIT": ["Baseline", "Week 2"]})
    >>> derive_lookup(pd.DataFrame({"VISITNUM": [4.0, 1.0]}), variable="AVISIT", table=visits, by="VISITNUM")
       VISITNUM    AVISIT
    0       4.0    Week 2
    1       1.0  Baseline
    """
    require_columns(table, variable)
    codes, levels, row_of_level = _matched(frame, table, by)
    unknown = levels[(row_of_level == NO_RECORD) & used_levels(codes, levels)]
    if unmatched == "error" and len(unknown):
        is_lost = np.append(row_of_level, 0)[codes] == NO_RECORD
        raise DataError(
            f"Values of {by} are not in the table.",
            place=Place(variable=variable, keys=shown_keys(keys_at(frame, np.flatnonzero(is_lost)))),
            found=", ".join(map(text_of, unknown)),
            hint="add rows to the table, or say `unmatched: missing`",
        )
    rows = np.append(row_of_level, NO_RECORD)[codes]
    return frame.assign(**{variable: table_values_at(table[variable], rows, kind)})


def _used(asked: pd.DataFrame, table: pd.DataFrame, by: str) -> Ints:
    """How many of the records use each row of the table."""
    codes, levels, row_of_level = _matched(asked, table, by)
    count = np.bincount(codes + 1, minlength=len(levels) + 1)[1:]
    return np.bincount(row_of_level + 1, weights=count, minlength=len(table) + 1)[1:].astype(np.int64)


def _lost(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The keys without a row, where each row is used: they are no row's key written otherwise."""
    return {} if _lost_beside_unused(kinds) else _without_rows(kinds)


def _lost_beside_unused(kinds: Mapping[str, int]) -> Mapping[str, int]:
    is_unused = any(kind.startswith(_ROW) and not count for kind, count in kinds.items())
    return _without_rows(kinds) if is_unused else {}


def _without_rows(kinds: Mapping[str, int]) -> Mapping[str, int]:
    return {kind: count for kind, count in kinds.items() if not kind.startswith(_ROW)}


def _matched(frame: pd.DataFrame, table: pd.DataFrame, by: str) -> tuple[Ints, pd.Index, Ints]:
    """The code of each record's key, the keys, and the row of the table that each has."""
    require(frame, by)
    require_columns(table, by)
    codes, levels = codes_of(frame[by])
    # pandas makes numbers of a variable that is all missing.
    is_number = len(levels) > 0 and kind_of(levels) is Kind.NUMBER
    return codes, levels, _rows_of(levels, table[by], is_number)


def _rows_of(levels: pd.Index, table_keys: pd.Series, is_number: bool) -> Ints:
    """The row of the table whose key is each level, or has it in its range; -1 without one."""
    values, name = _decimal(levels.to_numpy()) if is_number else levels.astype(object), str(table_keys.name)
    if is_number and any(map(is_range, table_keys.dropna())):
        return rows_in_ranges(values.to_numpy(), [None if pd.isna(key) else str(key) for key in table_keys], name)
    keys = _decimal(table_numbers(table_keys)) if is_number else pd.Index(table_keys.astype(object))
    if not keys.is_unique:
        raise DataError(
            "The table has a key twice.", place=Place(variable=name), found=text_of(keys[keys.duplicated()][0])
        )
    return keys.get_indexer(values).astype(np.int64)


def _decimal(numbers: np.ndarray) -> pd.Index:
    """The numbers without their last binary places."""
    return pd.Index([float(f"{number:.13g}") for number in numbers], dtype="float64")

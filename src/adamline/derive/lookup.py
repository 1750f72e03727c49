"""A value read from a table of the study, such as AVISIT of a visit number."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, EntryKind, New, Table, derivation
from adamline.derive._codes import NO_RECORD, Ints, codes_of, require, text_from_codes, used_levels
from adamline.derive._ranges import is_range, rows_in_ranges
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of
from adamline.io.number_text import numbers_of_texts


@derivation(define="read from the study's table by {by}")
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
    require(frame, by)
    require(table, by, variable)
    codes, levels = codes_of(frame[by])
    # pandas makes numbers of a variable that is all missing.
    is_number = len(levels) > 0 and kind_of(levels) is Kind.NUMBER
    row_of_level = _rows_of(levels, table[by], is_number)
    unknown = levels[(row_of_level == NO_RECORD) & used_levels(codes, levels)]
    if unmatched == "error" and len(unknown):
        found = ", ".join(map(str, unknown))
        raise DataError(
            f"Values of {by} are not in the table.",
            place=Place(variable=variable),
            found=found,
            hint="add rows to the table, or say `unmatched: missing`",
        )
    rows = np.append(row_of_level, NO_RECORD)[codes]
    return frame.assign(**{variable: _at(table[variable], rows, kind)})


def _rows_of(levels: pd.Index, table_keys: pd.Series, is_number: bool) -> Ints:
    """The row of the table whose key is each level, or has it in its range; -1 without one."""
    values, name = _decimal(levels.to_numpy()) if is_number else levels.astype(object), str(table_keys.name)
    if is_number and any(map(is_range, table_keys.dropna())):
        return rows_in_ranges(values.to_numpy(), [None if pd.isna(key) else str(key) for key in table_keys], name)
    keys = _decimal(_numbers(table_keys)) if is_number else pd.Index(table_keys.astype(object))
    if not keys.is_unique:
        raise DataError("The table has a key twice.", place=Place(variable=name), found=str(keys[keys.duplicated()][0]))
    return keys.get_indexer(values).astype(np.int64)


def _decimal(numbers: np.ndarray) -> pd.Index:
    """The numbers without their last binary places."""
    return pd.Index([float(f"{number:.13g}") for number in numbers], dtype="float64")


def _at(values: pd.Series, rows: np.ndarray, kind: str) -> np.ndarray | pd.Categorical:
    if kind == "number":
        numbers: np.ndarray = np.append(_numbers(values), np.nan)[rows]
        return numbers
    codes, levels = codes_of(values.astype("str"))
    return text_from_codes(np.append(codes, NO_RECORD)[rows], list(levels))


def _numbers(values: pd.Series) -> np.ndarray:
    try:
        return numbers_of_texts(values)
    except ValueError as error:
        place = Place(variable=str(values.name))
        raise DataError(f"{values.name} of the table is no number.", place=place, found=str(error)) from error

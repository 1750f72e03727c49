"""A value by ordered conditions: the first that holds decides (CASE WHEN of PROC SQL)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Cases, Column, EntryKind, New, derivation
from adamline.derive._codes import NO_RECORD, gather, numbers_of, require, text_from_codes
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of
from adamline.io.number_text import number_of


@derivation(define="{rows}[, otherwise {otherwise_from}]")
def derive_case_when(
    frame: pd.DataFrame,
    *,
    variable: New,
    rows: Cases,
    otherwise_from: Column | None = None,
    kind: EntryKind = "text",
) -> pd.DataFrame:
    """Value of the first of ``rows`` whose ``when`` is true; a row without ``when`` holds for all that are left.

    Where no row holds the value is that of ``otherwise_from``, or missing. A comparison with a missing value is not
    true, so a missing AGE falls in no age group. ``kind`` "number" makes numbers of the values.

    Raises DataError for a value, or an ``otherwise_from``, that is not of the ``kind``, and for an unknown variable.

    >>> import pandas as pd
    >>> from adamline.contract import Case
    >>> rows = [Case(when="AGE < 65", value="<65"), Case(when="AGE >= 65", value=">=65")]
    >>> derive_case_when(pd.DataFrame({"AGE": [64.0, 65, None]}), variable="AGEGR1", rows=rows).AGEGR1.tolist()
    ['<65', '>=65', nan]
    """
    row_of = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for number, case in enumerate(rows):
        row_of[(row_of == NO_RECORD) & selected(frame, case.when)] = number
    values = [case.value if case.value and case.value.strip() else None for case in rows]  # blank text is missing
    if kind == "number":
        made = pd.Series(np.append(_numbers(values, variable), np.nan)[row_of], index=frame.index)
    else:
        levels = sorted({value for value in values if value is not None})
        level_of = [NO_RECORD if value is None else levels.index(value) for value in values]
        codes = np.array([*level_of, NO_RECORD], dtype=np.int64)[row_of]
        made = pd.Series(text_from_codes(codes, levels), index=frame.index)
    if otherwise_from is not None:
        made = _filled(made, row_of == NO_RECORD, frame, otherwise_from)
    return frame.assign(**{variable: made})


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
    if kind_of(other) is not Kind.TEXT:
        place = Place(variable=name)
        raise DataError(f"{name} is no text.", place=place, found=kind_of(other), hint="say `type: number`")
    both = pd.concat([made.astype("str"), other.astype("str")], ignore_index=True)
    rows = np.where(empty, len(made) + np.arange(len(made)), np.arange(len(made)))
    return pd.Series(gather(both, rows), index=made.index)

"""A value read from the study's table of analysis windows by the day of a record, such as AVISIT."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, EntryKind, New, Table, Where, derivation
from adamline.derive._codes import NO_RECORD, Floats, Ints, numbers_of, require, text_from_codes
from adamline.errors import DataError, Place

LOWER, UPPER = "AWLO", "AWHI"


@derivation(define="read from the study's table of windows, by the window in which {from_} lies[, where {where}]")
def derive_windows(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    from_: Column = "ADY",
    where: Where = None,
    kind: EntryKind = "text",
) -> pd.DataFrame:
    """Value of the column ``variable`` in the row of ``table`` with AWLO <= ``from_`` <= AWHI (ADaMIG 3.3.3).

    Several entries read one table: AVISIT, AVISITN, AWTARGET, AWLO, AWHI. ``table`` is text throughout; a blank AWLO or
    AWHI leaves that side open. Missing where no window has the day, where the day is missing, and on records that
    ``where`` does not select, such as those of follow-up.

    Raises DataError for windows that overlap or end before they begin, for a column that the table does not have, and
    for text in the table where a number is asked for.

    >>> import pandas as pd
    >>> windows = pd.DataFrame({"AVISIT": ["Week 0", "Week 4"], "AWLO": [None, "22"], "AWHI": ["1", "42"]})
    >>> derive_windows(pd.DataFrame({"ADY": [-3.0, 1, 15, 42]}), variable="AVISIT", table=windows).AVISIT.tolist()
    ['Week 0', 'Week 0', nan, 'Week 4']
    """
    require(table, variable, LOWER, UPPER)
    rows = np.where(selected(frame, where), _windows_of(numbers_of(frame, from_), table), NO_RECORD)
    if kind == "number":
        return frame.assign(**{variable: np.append(_numbers(table[variable], np.nan), np.nan)[rows]})
    codes, levels = pd.factorize(table[variable])
    return frame.assign(**{variable: text_from_codes(np.append(codes, NO_RECORD)[rows], list(map(str, levels)))})


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
        numbers = texts.astype("str").astype(float).to_numpy()
    except ValueError as error:
        place = Place(variable=str(texts.name))
        raise DataError(f"{texts.name} of the table is no number.", place=place, found=str(error)) from error
    return np.where(np.isnan(numbers), blank, numbers)

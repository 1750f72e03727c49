"""A parameter that says whether any record of others meets a condition, as a dose that was ever adjusted: Y or N."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, group_codes, require, text_from_codes
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import keys_at
from adamline.derive._visits import ANSWERS, NO, YES
from adamline.derive.average import one_value
from adamline.derive.summary import PARAMCD, SUBJECT, records_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally


def check_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Keys of which a missing value leaves the answer open."""
    rows, start, holds, is_open = _answered(frame, of, when, where, by)
    open_ = is_open & ~holds
    if open_.any():
        message = f"{{count}} records of {parameter} have no answer, since a missing value leaves `when` open"
        keys = keys_at(frame, rows[start[open_]])
        yield Tally(Severity.NOTE, "open answer", message, NOWHERE, {"": int(open_.sum())}, keys=keys)


@derivation(
    define="{parameter}: a record for each {by} with a record of one of {of}[, of the records where {where}]; a "
    "missing key is a key. AVALC is 'Y' and AVAL 1 where one of those has {when}, 'N' and 0 where none has; both are "
    "missing where none has and a missing value leaves it open for one.[ {common} are those of these records, missing "
    "where they differ.][ It has {set_}.]",
    needs=(PARAMCD, "AVAL", "AVALC"),
    makes=(PARAMCD, "AVAL", "AVALC", "by", "common"),
    check=check_any,
)
def add_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each key: Y where any record of ``of`` meets ``when``.

    So a subject's dose was ever adjusted. AVALC is Y and AVAL 1 where ``when`` is true of one record of the key; N and
    0 where it is false of all; missing where it is true of none and a missing value leaves it open for one.

    Parameters: ``of`` are the parameters whose records are looked at, ``where`` selects of these; ``by`` are the keys
    (a missing one is a key, as in SAS); ``common`` are variables that the new record has where all its records have one
    value, else missing; ``set_`` are constants. A key without such a record has none. Raises DataError for an unknown
    variable; ConditionError for a condition that cannot be read.

    Whether another dataset has a record of a subject, a variable of each record says by `derive_exists`.

    >>> import pandas as pd
    >>> adex = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": "ADJ", "AVAL": None, "AVALC": ["N", "Y", "N"]})
    >>> add_any(adex, parameter="ANYADJ", of=["ADJ"], when="AVALC = 'Y'").iloc[3:]
      USUBJID PARAMCD  AVAL AVALC
    3      01  ANYADJ   1.0     Y
    4      02  ANYADJ   0.0     N
    """
    require(frame, *by, *common, *set_)
    rows, start, holds, is_open = _answered(frame, of, when, where, by)
    answer = np.where(holds, YES, np.where(is_open, NO_RECORD, NO))
    return with_new_records(
        frame,
        count=len(start),
        gathered={
            **dict.fromkeys(by, rows[start]),
            **{name: one_value(frame[name], rows, start) for name in common},
        },
        values={
            PARAMCD: np.full(len(start), parameter, dtype=object),
            "AVAL": np.where(answer == NO_RECORD, np.nan, answer),
            "AVALC": text_from_codes(answer, ANSWERS),
        },
        set_=set_,
    )


def _answered(
    frame: pd.DataFrame, of: ParameterCodes, when: str | None, where: str | None, by: Columns
) -> tuple[Ints, Ints, Bools, Bools]:
    """The records by key, where each key starts; of each whether the condition holds for one, and is open for one."""
    group, _ = group_codes(frame, by)
    rows = records_of(frame, of, where)
    rows = rows[np.argsort(group[rows], kind="stable")]
    start = np.unique(group[rows], return_index=True)[1]
    is_true = selected(frame, when)
    # `not` of what is unknown is unknown: only a false condition is selected.
    is_open = ~is_true & ~selected(frame, f"not ({when})") if when else ~is_true
    if not len(rows):
        return rows, start, np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    return rows, start, np.logical_or.reduceat(is_true[rows], start), np.logical_or.reduceat(is_open[rows], start)

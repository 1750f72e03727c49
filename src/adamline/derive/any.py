"""A parameter that says whether a condition is true of any of a key's records, as a dose that was ever adjusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Ints, require, text_from_codes
from adamline.derive._grouped import extreme_rows, grouped_rows, one_value, refuse_twice, rows_of_parameters
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.derive._visits import ANSWERS, NO, YES
from adamline.findings import Severity, Tally

PARAMCD, SUBJECT = "PARAMCD", ("USUBJID",)


def check_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    unmet: Literal["N", "missing"] = "N",
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Keys without a record for which the condition is true, and with one of which a missing value leaves it open."""
    rows, start, answer = _answered(frame, of, when, where, by)
    left = rows[start][answer == NO_RECORD]
    message = f"{{count}} records of {parameter} have no answer, since a missing value leaves `{when}` open"
    yield from counted(frame, left, "open answer", message, severity=Severity.NOTE, by="")


@derivation(
    define="{parameter}: a record for each {by} with a record of one of {of}[, of the records where {where}]; a "
    "missing key is a key. AVALC is 'Y'[unmet=N: and AVAL 1] where on any of these {when} is true, [unmet=N:'N' and "
    "0][unmet=missing:missing] where it is false on all; it is missing where it is true on none and a missing value "
    "leaves it open on one.[unmet=missing: AVAL is missing.][ {common} are those of these records, missing where they "
    "differ.][ {earliest} are each the earliest of these records.][ {latest} are each the latest of these records.]"
    "[ It has {set_}.]",
    needs=(PARAMCD, "AVAL", "AVALC"),
    makes=(PARAMCD, "AVAL", "AVALC", "by", "common", "earliest", "latest"),
    check=check_any,
)
def add_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    unmet: Literal["N", "missing"] = "N",
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each key: Y where ``when`` is true on any of its records.

    So a dose was ever adjusted where that of any interval was. AVALC is Y and AVAL 1 where ``when`` is true of one
    record of the key, N and 0 where it is false of all; with ``unmet`` "missing" AVALC is Y or missing, AVAL missing.

    Parameters: ``of`` are the parameters whose records are looked at, ``where`` selects of these; ``by`` are the keys
    (a missing one is a key, as in SAS); ``common`` are variables that the new record has where all its records have one
    value, else missing; ``earliest`` and ``latest`` variables of which it has the first or the last; ``set_`` are
    constants. A key without such a record has none.

    Where ``when`` is true on none and a missing value leaves it open on one, there is no answer, and it is counted.
    Raises ConditionError for a condition that cannot be read, DerivationError for a variable of two arguments,
    DataError for an unknown one. Whether another dataset has a record of a subject, a variable of each record says by
    `derive_exists`.

    >>> import pandas as pd
    >>> adex = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": "ADJ", "AVAL": None, "AVALC": ["Y", None, None]})
    >>> add_any(adex, parameter="TADJ", of=["ADJ"], when="AVALC is not missing").iloc[3:]
      USUBJID PARAMCD  AVAL AVALC
    3      01    TADJ   1.0     Y
    4      02    TADJ   0.0     N
    """
    require(frame, *by, *common, *earliest, *latest, *set_)
    refuse_twice(by=by, common=common, earliest=earliest, latest=latest)
    rows, start, answer = _answered(frame, of, when, where, by)
    if unmet == "missing":
        answer = np.where(answer == YES, YES, NO_RECORD)
    is_known = (answer != NO_RECORD) & (unmet == "N")
    return with_new_records(
        frame,
        count=len(start),
        gathered={
            **dict.fromkeys(by, rows[start]),
            **{name: one_value(frame[name], rows, start) for name in common},
            **extreme_rows(frame, rows, start, earliest, latest),
        },
        values={
            PARAMCD: np.full(len(start), parameter, dtype=object),
            "AVAL": np.where(is_known, answer, np.nan),
            "AVALC": text_from_codes(answer, ANSWERS),
        },
        set_=set_,
    )


def _answered(
    frame: pd.DataFrame, of: ParameterCodes, when: str | None, where: str | None, by: Columns
) -> tuple[Ints, Ints, Ints]:
    """The records by key, where each key begins, and the answer of each: YES, NO, or -1 where it is open."""
    rows, start = grouped_rows(frame, rows_of_parameters(frame, of, where), by)
    if not len(rows):
        return rows, start, start
    # `not` of what is unknown is unknown: only a false condition is selected.
    is_yes = np.logical_or.reduceat(selected(frame, when)[rows], start)
    is_no = np.logical_and.reduceat(selected(frame, f"not ({when})")[rows], start)
    return rows, start, np.where(is_yes, YES, np.where(is_no, NO, NO_RECORD))

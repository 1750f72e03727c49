"""A parameter that says whether a condition is true of any of a key's records, as a dose that was ever adjusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Ints, require, text_from_codes
from adamline.derive._grouped import extreme_rows, grouped_rows, rows_of_parameters
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally

PARAMCD, SUBJECT = "PARAMCD", ("USUBJID",)
_YES, _NO = 0, 1


def check_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    unmet: Literal["missing", "N"] = "missing",
    where: Where = None,
    by: Columns = SUBJECT,
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Keys without a record for which the condition is true, and with one of which a missing value leaves it open."""
    rows, start, _, is_open = _answered(frame, of, when, where, by)
    left = rows[start][is_open]
    message = f"{{count}} records of {parameter} have no AVALC, since a missing value leaves `{when}` open"
    yield from counted(frame, left, "open condition", message, severity=Severity.NOTE, by="")


@derivation(
    define="{parameter}: a record for each {by} with a record of one of {of}[, of the records where {where}]. AVALC is "
    "'Y' where on any of these {when} is true, [unmet=N:'N'][unmet=missing:missing] where it is false on all. Missing "
    "where it is true on none and a missing value leaves it open on one; a missing key is a key.[ {earliest} are each "
    "the earliest of these records.][ {latest} are each the latest of these records.][ It has {set_}.]",
    needs=(PARAMCD, "AVALC"),
    makes=(PARAMCD, "AVALC", "by", "earliest", "latest"),
    check=check_any,
)
def add_any(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    when: Where,
    unmet: Literal["missing", "N"] = "missing",
    where: Where = None,
    by: Columns = SUBJECT,
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each key: AVALC is Y where ``when`` is true on any record.

    So a dose was adjusted during the study where any of its intervals was. ``of`` are the parameters and ``where`` the
    condition by which records count; ``by`` are the keys (a missing one is a key, as in SAS); ``unmet`` is AVALC where
    ``when`` is false on all records of a key: missing, or "N"; ``earliest`` and ``latest`` are variables of which the
    new record has the first or the last among them; ``set_`` are constants.

    Where ``when`` is true on none and a missing value leaves it open on one, AVALC is missing, and counted. Raises
    ConditionError for a condition that cannot be read, DataError for an unknown variable.

    >>> import pandas as pd
    >>> adex = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": "ADJ", "AVALC": ["Y", None, None]})
    >>> add_any(adex, parameter="TADJ", of=["ADJ"], when="AVALC is not missing", unmet="N").iloc[3:]
      USUBJID PARAMCD AVALC
    3      01    TADJ     Y
    4      02    TADJ     N
    """
    require(frame, *by, *earliest, *latest, *set_)
    rows, start, answer, is_open = _answered(frame, of, when, where, by)
    answer = np.where(is_open | ((answer == _NO) & (unmet == "missing")), NO_RECORD, answer)
    return with_new_records(
        frame,
        count=len(start),
        gathered={**dict.fromkeys(by, rows[start]), **extreme_rows(frame, rows, start, earliest, latest)},
        values={
            PARAMCD: np.full(len(start), parameter, dtype=object),
            "AVALC": text_from_codes(answer, ["Y", "N"]),
        },
        set_=set_,
    )


def _answered(
    frame: pd.DataFrame, of: ParameterCodes, when: str | None, where: str | None, by: Columns
) -> tuple[Ints, Ints, Ints, np.ndarray]:
    """The records by key, where each key begins, whether the condition is true on any, and for which it is open."""
    rows, start = grouped_rows(frame, rows_of_parameters(frame, of, where), by)
    # `not` of what is unknown is unknown: only a false condition is selected.
    holds, fails = selected(frame, when)[rows], selected(frame, f"not ({when})")[rows]
    if not len(rows):
        return rows, start, start, np.zeros(0, dtype=bool)
    is_yes, is_no = np.logical_or.reduceat(holds, start), np.logical_and.reduceat(fails, start)
    return rows, start, np.where(is_yes, _YES, _NO), ~is_yes & ~is_no

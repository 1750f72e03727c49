"""Absolute counts of a blood cell, from the total count and the cell's fraction of it, where none was reported."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, numbers_of, require, rows_by_key
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.derive.pick import picked_rows
from adamline.findings import Severity, Tally

ASSESSMENT = ("USUBJID", "VISITNUM", "ADT")


def check_differential(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    total: ParameterCode,
    fraction: ParameterCode,
    whole: float = 1.0,
    where: Where = None,
    by: Columns = ASSESSMENT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Fractions without a total, and counts without a value though both are there."""
    rows, totals, is_reported = _fractions(frame, parameter, total, fraction, where, by)
    lost = rows[(totals == NO_RECORD) & ~is_reported]
    message = f"{{count}} records of {fraction} give no {parameter}, since {total} has no value"
    yield from counted(frame, lost, "no total", message, severity=Severity.NOTE, by="")
    empty = (frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False) & frame["AVAL"].isna().to_numpy()
    at = np.flatnonzero(empty)
    of_fraction = rows_by_key(frame.loc[:, list(by)].iloc[at], frame, rows[totals != NO_RECORD], by) != NO_RECORD
    message = f"{{count}} records of {parameter} without a value stay so, though {total} and {fraction} have one"
    yield from counted(frame, at[of_fraction], "count without a value", message, severity=Severity.NOTE, by="")


@derivation(
    define="{parameter}: a record for each {by} with a record of {total} and one of {fraction} that have AVAL[, of "
    "the records where {where}], and without any record of {parameter}: AVAL is AVAL of {total} times AVAL of "
    "{fraction}, divided by {whole}, not rounded. A second record of {total} or {fraction} is an error; a missing "
    "key makes no record.[ {copied} are those of the {fraction} record.][ It has {set_}.]",
    needs=("PARAMCD", "AVAL"),
    makes=("PARAMCD", "AVAL", "by", "copied"),
    check=check_differential,
)
def add_differential(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    total: ParameterCode,
    fraction: ParameterCode,
    whole: float = 1.0,
    where: Where = None,
    by: Columns = ASSESSMENT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each assessment with a fraction and no count of its own.

    AVAL is AVAL of ``total`` times AVAL of ``fraction``, divided by ``whole``: 1 for a fraction of 1, 100 for percent.

    Parameters: ``where`` selects the records that the count is made from; ``by`` makes an assessment; ``copied`` are
    further variables taken from the fraction's record; ``set_`` are constants of the new records, as DTYPE.
    No record is added where total or fraction has no value, or where ``parameter`` has a record, even one without a
    value: what was not done is not calculated. A missing key of ``by`` makes no assessment. Raises DerivationError
    where an assessment has two records of the total or the fraction; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": ["01", "01"], "PARAMCD": ["WBC", "BASOLE"], "AVAL": [6.0, 0.01]})
    >>> add_differential(adlb, parameter="BASO", total="WBC", fraction="BASOLE", by=["USUBJID"])
      USUBJID PARAMCD  AVAL
    0      01     WBC  6.00
    1      01  BASOLE  0.01
    2      01    BASO  0.06
    """
    require(frame, *by, *copied, *set_)
    rows, totals, is_reported = _fractions(frame, parameter, total, fraction, where, by)
    kept = (totals != NO_RECORD) & ~is_reported
    rows, totals = rows[kept], totals[kept]
    values = numbers_of(frame, "AVAL")
    return with_new_records(
        frame,
        count=len(rows),
        gathered=dict.fromkeys([*by, *copied], rows),
        values={"PARAMCD": np.full(len(rows), parameter, dtype=object), "AVAL": values[totals] * values[rows] / whole},
        set_=set_,
    )


def _fractions(
    frame: pd.DataFrame, parameter: str, total: str, fraction: str, where: str | None, by: Columns
) -> tuple[Ints, Ints, Bools]:
    """The records of the fraction, that of the total for each, and whether the count itself has a record."""
    counted = "AVAL is not missing" if where is None else f"AVAL is not missing and ({where})"
    rows = _rows_of(frame, fraction, counted, by)
    asked = frame.loc[:, list(by)].iloc[rows]
    totals = rows_by_key(asked, frame, _rows_of(frame, total, counted, by), by)
    reported = np.flatnonzero((frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False))
    return rows, totals, rows_by_key(asked, frame, reported, by) != NO_RECORD


def _rows_of(frame: pd.DataFrame, parameter: str, where: str, by: Columns) -> Ints:
    """The records of the parameter that count; an assessment has one."""
    rows = np.flatnonzero(selected(frame, f"PARAMCD = '{parameter}' and {where}"))
    # Of the others not even the keys are looked at: there are many more of them.
    picked_of_group, _ = picked_rows(frame[list(by)].iloc[rows], by=by, where=None, order=(), take="only")
    counted: Ints = rows[np.sort(picked_of_group[picked_of_group != NO_RECORD])]
    return counted

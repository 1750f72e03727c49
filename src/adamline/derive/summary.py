"""A parameter that is the sum, the minimum or the maximum of others' values, as the total dose of a subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import group_codes, numbers_of, require
from adamline.derive._grouped import extreme_rows, grouped_rows, one_value, refuse_twice, rows_of_parameters
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally

PARAMCD, SUBJECT = "PARAMCD", ("USUBJID",)
# Each passes over missing values: what is added to a sum in their place is 0.
_REDUCED = {"sum": np.add, "minimum": np.fmin, "maximum": np.fmax}


def check_summary(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    statistic: Literal["sum", "minimum", "maximum"],
    of: ParameterCodes,
    without_value: Literal["no record", "missing"] = "no record",
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Records without a value: keys that have none for it, and sums from which one is left out."""
    rows = rows_of_parameters(frame, of, where)
    group, size = group_codes(frame, by)
    is_missing = np.isnan(numbers_of(frame, "AVAL")[rows])
    has_value = np.bincount(group[rows[~is_missing]], minlength=size) > 0
    lost = rows[is_missing]
    gives = f"give no {parameter}" if without_value == "no record" else f"give {parameter} no AVAL"
    message = f"{{count}} records {gives}, since no record of their key has AVAL"
    yield from counted(frame, lost[~has_value[group[lost]]], "nothing to sum up", message, severity=Severity.NOTE)
    message = f"{{count}} records have no AVAL, and {parameter} is the {statistic} of the others"
    yield from counted(frame, lost[has_value[group[lost]]], "incomplete summary", message)


@derivation(
    define="{parameter}: a record for each {by} with a record of one of {of}[without_value=no record: that has AVAL][, "
    "of the records where {where}]. AVAL is the {statistic} of those that have AVAL[without_value=missing:, missing "
    "where none has]; a missing key is a key.[ {common} are those of the records with AVAL, missing where they "
    "differ.][ {earliest} are each the earliest of all these records.][ {latest} are each the latest of all these "
    "records.][ It has {set_}.]",
    needs=(PARAMCD, "AVAL"),
    makes=(PARAMCD, "AVAL", "by", "common", "earliest", "latest"),
    check=check_summary,
)
def add_summary(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    statistic: Literal["sum", "minimum", "maximum"],
    of: ParameterCodes,
    without_value: Literal["no record", "missing"] = "no record",
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    earliest: Columns = (),
    latest: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each key with a value: the ``statistic`` of AVAL of ``of``.

    So the total dose is the sum of the doses of a subject, and the highest dose their maximum. ``where`` selects the
    records that count; ``by`` are the keys (a missing one is a key, as in SAS); ``common`` are variables that the new
    record has where all its records with a value have the same, else missing; ``earliest`` and ``latest`` variables of
    which it has the first or the last, whether the record has AVAL or not: the start and the end of treatment;
    ``set_`` are constants.

    Records without AVAL do not count, and are counted in a finding; a key without any value has no record, or with
    ``without_value`` "missing" one with AVAL missing, as SAS's SUM of missing values is. A sum does not depend on the
    order of the records. Raises DerivationError for a variable of two arguments; DataError for an unknown one.

    >>> import pandas as pd
    >>> adex = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": "DOSE", "AVAL": [54.0, 81, 54]})
    >>> add_summary(adex, parameter="TDOSE", statistic="sum", of=["DOSE"]).iloc[3:]
      USUBJID PARAMCD   AVAL
    3      01   TDOSE  135.0
    4      02   TDOSE   54.0
    """
    require(frame, *by, *common, *earliest, *latest, *set_)
    refuse_twice(by=by, common=common, earliest=earliest, latest=latest)
    values = numbers_of(frame, "AVAL")
    rows = rows_of_parameters(frame, of, where)
    # Values of a key in a fixed order, so that the last bit of a sum does not depend on the order of records.
    rows, start = grouped_rows(frame, rows[np.argsort(values[rows], kind="stable")], by)
    if without_value == "no record":
        has_value = ~np.isnan(values[rows[start]])  # the first of each key is its lowest; missing ones are behind
        every = np.repeat(has_value, np.diff(np.append(start, len(rows))))
        rows, start = grouped_rows(frame, rows[every], by)
    numbers = values[rows]
    summed = np.where(np.isnan(numbers), 0.0, numbers) if statistic == "sum" else numbers
    made = _REDUCED[statistic].reduceat(summed, start) if len(rows) else summed
    return with_new_records(
        frame,
        count=len(start),
        gathered={
            **dict.fromkeys(by, rows[start]),
            **{name: one_value(frame[name], rows, start, ~np.isnan(numbers)) for name in common},
            **extreme_rows(frame, rows, start, earliest, latest),
        },
        values={
            PARAMCD: np.full(len(start), parameter, dtype=object),
            "AVAL": np.where(np.isnan(numbers[start]), np.nan, made),
        },
        set_=set_,
    )

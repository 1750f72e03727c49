"""A parameter that is the sum, the minimum or the maximum of others' values, as the total dose of a subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import Ints, codes_of, group_codes, numbers_of, require
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.derive.average import one_value
from adamline.findings import Severity, Tally

PARAMCD, SUBJECT = "PARAMCD", ("USUBJID",)
_REDUCED = {"sum": np.add, "minimum": np.minimum, "maximum": np.maximum}


def check_summary(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    statistic: Literal["sum", "minimum", "maximum"],
    of: ParameterCodes,
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Records without a value: keys that have none for it, and sums from which one is left out."""
    rows = records_of(frame, of, where)
    group, size = group_codes(frame, by)
    is_missing = np.isnan(numbers_of(frame, "AVAL")[rows])
    has_value = np.bincount(group[rows[~is_missing]], minlength=size) > 0
    lost = rows[is_missing]
    message = f"{{count}} records give no {parameter}, since no record of their key has AVAL"
    yield from counted(frame, lost[~has_value[group[lost]]], "nothing to sum up", message, severity=Severity.NOTE)
    message = f"{{count}} records have no AVAL, and {parameter} is the {statistic} of the others"
    yield from counted(frame, lost[has_value[group[lost]]], "incomplete summary", message)


@derivation(
    define="{parameter}: a record for each {by} with a record of one of {of} that has AVAL[, of the records where "
    "{where}]. AVAL is the {statistic} of those; a missing key is a key.[ {common} are those of these records, "
    "missing where they differ.][ It has {set_}.]",
    needs=(PARAMCD, "AVAL"),
    makes=(PARAMCD, "AVAL", "by", "common"),
    check=check_summary,
)
def add_summary(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    statistic: Literal["sum", "minimum", "maximum"],
    of: ParameterCodes,
    where: Where = None,
    by: Columns = SUBJECT,
    common: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each key with a value: the ``statistic`` of AVAL of ``of``.

    So the total dose is the sum of the doses of a subject, and the highest dose their maximum. ``where`` selects the
    records that count; ``by`` are the keys (a missing one is a key, as in SAS); ``common`` are variables that the new
    record has where all its records have one value, else missing; ``set_`` are constants.

    Records without AVAL do not count, and are counted in a finding; a key without any value has no record. A sum does
    not depend on the order of the records. Raises DataError for an unknown variable.

    >>> import pandas as pd
    >>> adex = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": "DOSE", "AVAL": [54.0, 81, 54]})
    >>> add_summary(adex, parameter="TDOSE", statistic="sum", of=["DOSE"]).iloc[3:]
      USUBJID PARAMCD   AVAL
    3      01   TDOSE  135.0
    4      02   TDOSE   54.0
    """
    require(frame, *by, *common, *set_)
    values = numbers_of(frame, "AVAL")
    group, _ = group_codes(frame, by)
    rows = records_of(frame, of, where)
    rows = rows[~np.isnan(values[rows])]
    # Values of a key in a fixed order, so that the last bit of a sum does not depend on the order of records.
    rows = rows[np.lexsort([values[rows], group[rows]])]
    _, start = np.unique(group[rows], return_index=True)
    made = _REDUCED[statistic].reduceat(values[rows], start) if len(rows) else values[rows]
    return with_new_records(
        frame,
        count=len(start),
        gathered={
            **dict.fromkeys(by, rows[start]),
            **{name: one_value(frame[name], rows, start) for name in common},
        },
        values={PARAMCD: np.full(len(start), parameter, dtype=object), "AVAL": made},
        set_=set_,
    )


def records_of(frame: pd.DataFrame, of: ParameterCodes, where: str | None) -> Ints:
    """The records of the parameters that the condition selects."""
    require(frame, PARAMCD)
    codes, levels = codes_of(frame[PARAMCD])
    is_of = np.append(np.isin(np.array(levels, dtype=object), list(of)), False)[codes]
    return np.flatnonzero(is_of & selected(frame, where))

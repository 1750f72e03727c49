"""Averages of several records, such as replicates of a visit, as a record of their own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, Count, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, group_codes, numbers_of, require
from adamline.derive._grouped import one_value
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import PARAMCD, counted
from adamline.findings import Severity, Tally

VISIT = ("USUBJID", "PARAMCD", "AVISIT", "AVISITN")


def check_average(
    frame: pd.DataFrame,
    *,
    where: Where = None,
    by: Columns = VISIT,
    at_least: Count = 2,
    common: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Values whose key has too few, and variables in which the records of an average differ."""
    values = numbers_of(frame, "AVAL")
    group, size = group_codes(frame, by)
    rows = np.flatnonzero(selected(frame, where) & ~np.isnan(values))
    count = np.bincount(group[rows], minlength=size)
    message = f"{{count}} records are not averaged, since their key has fewer than {at_least} values"
    few = rows[count[group[rows]] < at_least]
    yield from counted(frame, few, "not averaged", message, severity=Severity.NOTE)
    enough = rows[count[group[rows]] >= at_least]
    enough = enough[np.argsort(group[enough], kind="stable")]
    _, start = np.unique(group[enough], return_index=True)
    for name in common:
        differs = start[one_value(frame[name], enough, start) == NO_RECORD]
        message = f"{{count}} averages have no {name}, since their records differ in it, or have none"
        kind = PARAMCD if PARAMCD in by else ""
        yield from counted(frame, enough[differs], "no common value", message, severity=Severity.NOTE, by=kind)


@derivation(
    define="A record for each {by} with {at_least} or more records that have AVAL[, of the records where {where}]: "
    "AVAL is their mean, not rounded; records with a missing key are of one key.[ {common} are those of the records "
    "where all have the same value, else missing.][ It has {set_}.]",
    needs=("AVAL",),
    makes=("AVAL", "by", "common"),
    check=check_average,
)
def add_average(
    frame: pd.DataFrame,
    *,
    where: Where = None,
    by: Columns = VISIT,
    at_least: Count = 2,
    common: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record with the mean of AVAL for each key with ``at_least`` values.

    ``where`` selects the records whose mean is taken, of which those without AVAL do not count; ``by`` are the keys;
    ``common`` are variables that the new record has where all its records have one value, else missing (dates, the
    visit, the unit); ``set_`` are constants, as ``{DTYPE: AVERAGE}``. So replicates of a visit become one, and a
    baseline that is the mean of several values: ``where: ADT <= TRTSDT``, ``by: [USUBJID, PARAMCD]``, ``at_least: 1``,
    ``set: {DTYPE: AVERAGE, AVISIT: Baseline}``, and ABLFL on the record with that DTYPE. The mean is not rounded, and
    does not depend on the order of the records. Records with a missing key are of one key, as in SAS.

    Raises DataError for a variable that is unknown. DTYPE: ADaMIG 3.3.3.

    >>> import pandas as pd
    >>> vs = {"USUBJID": "01", "PARAMCD": "SYSBP", "AVAL": [120.0, 124, 125], "AVISIT": ["Day 1", "Day 1", "Day 2"]}
    >>> add_average(pd.DataFrame({**vs, "DTYPE": None}), by=["USUBJID", "PARAMCD", "AVISIT"], set_={"DTYPE": "AVERAGE"})
      USUBJID PARAMCD   AVAL AVISIT    DTYPE
    0      01   SYSBP  120.0  Day 1     None
    1      01   SYSBP  124.0  Day 1     None
    2      01   SYSBP  125.0  Day 2     None
    3      01   SYSBP  122.0  Day 1  AVERAGE
    """
    require(frame, *by, *common, *set_)
    values = numbers_of(frame, "AVAL")
    group, _ = group_codes(frame, by)
    rows = np.flatnonzero(selected(frame, where) & ~np.isnan(values))
    # Values of a key in a fixed order, so that the last bit of a sum does not depend on the order of records.
    rows = rows[np.lexsort([values[rows], group[rows]])]
    _, start, count = np.unique(group[rows], return_index=True, return_counts=True)
    sums = np.add.reduceat(values[rows], start) if len(rows) else values[rows]
    enough = count >= at_least
    return with_new_records(
        frame,
        count=int(enough.sum()),
        gathered={
            **dict.fromkeys(by, rows[start][enough]),
            **{name: one_value(frame[name], rows, start)[enough] for name in common},
        },
        values={"AVAL": (sums / count)[enough]},
        set_=set_,
    )

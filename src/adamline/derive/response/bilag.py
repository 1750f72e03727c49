"""BILNOWR: no new BILAG A and at most one new BILAG B, beside the counts of both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Columns, Count, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT, answers, open_visits, with_visit_records
from adamline.derive.response._grades import A, B, C, grades_at
from adamline.findings import Tally


def check_bilag(
    frame: pd.DataFrame,
    *,
    systems: ParameterCodes,
    new_a: ParameterCode = "BILNEWA",
    new_b: ParameterCode = "BILNEWB",
    parameter: ParameterCode = "BILNOWR",
    allowed_b: Count = 1,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Visits at which not all systems are graded now and at baseline, by those that are not."""
    rows, now, before = grades_at(frame, systems, where, by)
    is_missing = (now == NO_RECORD) | (before == NO_RECORD)
    is_open = is_missing.any(axis=1)
    message = f"{{count}} visits have no {new_a} and {new_b}, without a grade, or one at baseline, of {{kinds}}"
    yield from open_visits(frame, rows[is_open], systems, is_missing[is_open], message)


@derivation(
    define="For each {by} with a record of one of {systems}[, of the records where {where}]: {new_a} is the number of "
    "them with AVALC A and BASEC B, C, D or E, {new_b} that with AVALC B and BASEC C, D or E (AVAL, without "
    "AVALC), both only where every system has AVALC and BASEC. {parameter} is N (AVAL 0) where {new_a} counted "
    "so is above 0 or {new_b} above {allowed_b}, else without a record where a system has no AVALC or BASEC, "
    "else Y (AVAL 1).[ {latest} are each the latest of those records.] A grade or baseline grade other than A "
    "to E, and a second record of a system for one {by}, are errors.[ It has {set_}.]",
    needs=("PARAMCD", "AVAL", "AVALC", "BASEC"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_bilag,
)
def add_bilag(
    frame: pd.DataFrame,
    *,
    systems: ParameterCodes,
    new_a: ParameterCode = "BILNEWA",
    new_b: ParameterCode = "BILNEWB",
    parameter: ParameterCode = "BILNOWR",
    allowed_b: Count = 1,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it for each visit the numbers of new BILAG A and B, and whether there are not too many.

    ``systems`` are the PARAMCDs of the organ systems, with the grade A to E in AVALC and its baseline in BASEC. New A:
    A now, and not at baseline. New B: B now, and C, D or E at baseline; A to B is improvement, not new. ``parameter``
    is Y (AVAL 1) without a new A and with at most ``allowed_b`` new B, else N (AVAL 0). ``where`` selects the records
    that count, ``by`` makes a visit, ``latest`` are variables of which the new records have the latest value among
    the systems, ``set_`` constants of the new records.

    A system without a grade now or at baseline: no counts; ``parameter`` is N where the others fail it already, and
    has no record otherwise. Raises DataError, with the record, for any other grade, and for an unknown variable;
    DerivationError for two counted records of a system at a visit. Source: Furie et al., Arthritis Rheum
    2009;61:1143-1151, whose "new" is read as above; Isenberg et al., Rheumatology 2005;44:902-906 for the grades.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": "01", "PARAMCD": ["MUCO", "RENAL"], "AVAL": None, "AVALC": ["B", "A"],
    ...     "BASEC": ["C", "B"]})
    >>> add_bilag(adrs, systems=["MUCO", "RENAL"], by=["USUBJID"], latest=[]).iloc[2:]
      USUBJID  PARAMCD  AVAL AVALC BASEC
    2      01  BILNEWA   1.0   NaN   NaN
    3      01  BILNEWB   1.0   NaN   NaN
    4      01  BILNOWR   0.0     N   NaN
    """
    rows, now, before = grades_at(frame, systems, where, by)
    count_a = ((now == A) & (before > A)).sum(axis=1)
    count_b = ((now == B) & (before >= C)).sum(axis=1)
    graded = ((now != NO_RECORD) & (before != NO_RECORD)).all(axis=1)
    fails = (count_a > 0) | (count_b > allowed_b)
    known = fails | graded
    for code, counts in ((new_a, count_a), (new_b, count_b)):
        values = {"AVAL": counts[graded].astype(np.float64)}
        frame = with_visit_records(frame, rows[graded], values, parameter=code, by=by, latest=latest, set_=set_)
    values = answers(~fails[known])
    return with_visit_records(frame, rows[known], values, parameter=parameter, by=by, latest=latest, set_=set_)

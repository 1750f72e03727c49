"""BILIMPR: whether each BILAG A and B of baseline has improved, beside whether there is any."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints
from adamline.derive._new_records import NOTHING
from adamline.derive._tallies import counted
from adamline.derive._visits import LATEST, VISIT, answers, open_visits, with_visit_records
from adamline.derive.response._grades import B, E, grades_at
from adamline.findings import Severity, Tally


def check_bilag_improvement(
    frame: pd.DataFrame,
    *,
    systems: ParameterCodes,
    active: ParameterCode = "BILAB",
    parameter: ParameterCode = "BILIMPR",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Notes of visits that stay open, and of those without an A or B at baseline; a warning of a grade that cannot be.

    Grade E is of a system that was never involved, and so cannot follow A or B.
    """
    rows, now, before = grades_at(frame, systems, where, by)
    is_missing = (now == NO_RECORD) | (before == NO_RECORD)
    is_open = is_missing.any(axis=1) & ~_not_lower(now, before).any(axis=1)
    message = f"{{count}} visits have no {parameter}, without a grade, or one at baseline, of {{kinds}}"
    yield from open_visits(frame, rows[is_open], systems, is_missing[is_open], message)
    idle = (before > B).all(axis=1) & ~is_missing.any(axis=1)
    message = f"{{count}} visits are of a subject without A or B at baseline: {active} is N, {parameter} is Y"
    yield from counted(frame, rows[idle].max(axis=1), "nothing to improve", message, severity=Severity.NOTE, by="")
    message = "{count} grades are E, which says never involved, after A or B at baseline, and count as improved"
    yield from counted(frame, rows[(before != NO_RECORD) & (before <= B) & (now == E)], "grade E after A or B", message)


@derivation(
    define="{active} and {parameter}: for each {by} with a record of one of {systems}[, of the records where "
    "{where}]; systems without AVALC or without BASEC are left out. {active} is Y where BASEC of one is A or "
    "B. {parameter} is N where AVALC of one with BASEC A is A, or AVALC of one with BASEC B is A or B. Where "
    "all systems have both, {active} is else N and {parameter} else Y; where not, there is no such record. "
    "AVAL is 1 for Y, 0 for N.[ {latest} are each the latest of the records of all systems, of those left out "
    "too.] A second record of a system for one {by} is an error.[ They have {set_}.]",
    needs=("PARAMCD", "AVAL", "AVALC", "BASEC"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_bilag_improvement,
)
def add_bilag_improvement(
    frame: pd.DataFrame,
    *,
    systems: ParameterCodes,
    active: ParameterCode = "BILAB",
    parameter: ParameterCode = "BILIMPR",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it for each visit whether every A and B of baseline has improved, and whether there is any.

    ``systems`` are the PARAMCDs of the organ systems, with the grade A to E in AVALC and its baseline in BASEC.
    ``parameter`` is Y (AVAL 1) where each A of baseline is now B or lower and each B is C or lower, else N (AVAL 0);
    systems with C, D or E at baseline do not matter. ``active`` is Y where there is an A or B at baseline, N where
    there is none: then ``parameter`` is Y, of nothing, and whether that is a response is for the index to say, which
    has ``active`` among its components or has not (`add_bicla`). ``where`` selects the records that count, ``by``
    makes a visit, ``latest`` are variables of which the new records have the latest value among the systems, ``set_``
    constants of the new records.

    Missing: a system without a grade now or at baseline tells nothing, and leaves open what the others do not decide:
    no record of ``parameter`` where none of them fails, nor of ``active`` where none of them has A or B. E after A or
    B is improvement, and counted as a fault of the data. Raises DataError, with the record, for any other grade, and
    for an unknown variable; DerivationError for two counted records of a system at a visit. Source: the first
    component of BICLA (`add_bicla`); Isenberg et al., Rheumatology 2005;44:902-906 for the grades.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "02", "02"], "PARAMCD": ["MUCO", "RENAL"] * 2, "AVAL": None,
    ...     "AVALC": ["B", "D", "B", "B"], "BASEC": ["A", "C", "A", "B"]})
    >>> add_bilag_improvement(adrs, systems=["MUCO", "RENAL"], by=["USUBJID"], latest=[]).iloc[4:]
      USUBJID  PARAMCD  AVAL AVALC BASEC
    4      01    BILAB   1.0     Y   NaN
    5      02    BILAB   1.0     Y   NaN
    6      01  BILIMPR   1.0     Y   NaN
    7      02  BILIMPR   0.0     N   NaN
    """
    rows, now, before = grades_at(frame, systems, where, by)
    graded = (now != NO_RECORD) & (before != NO_RECORD)
    is_active, fails, complete = (
        np.asarray(each)
        for each in ((graded & (before <= B)).any(axis=1), _not_lower(now, before).any(axis=1), graded.all(axis=1))
    )
    for code, is_yes, known in ((active, is_active, is_active | complete), (parameter, ~fails, fails | complete)):
        values = answers(is_yes[known])
        frame = with_visit_records(frame, rows[known], values, parameter=code, by=by, latest=latest, set_=set_)
    return frame


def _not_lower(now: Ints, before: Ints) -> Bools:
    """Whether a system had A or B, and has no lower grade now, of those that are graded at both."""
    not_lower: Bools = (now != NO_RECORD) & (before != NO_RECORD) & (before <= B) & (now <= before)
    return not_lower

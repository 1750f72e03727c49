"""Records of planned visits that were missed: one for each subject, parameter and visit without a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Keys, ParameterCodes, Source, SourceWhere, Table, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, require
from adamline.derive._expected import VISIT_NAME, VISIT_NUMBER, at_visits, check_visits, is_missed
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive.pick import SUBJECT, picked_rows
from adamline.findings import Tally

PARAMCD = "PARAMCD"


def check_expected_records(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    parameters: ParameterCodes,
    visits: Sequence[str],
    table: Table,
    subjects_where: SourceWhere = None,
    where: Where = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Planned visits that nobody has a record of."""
    yield from check_visits(frame, visits)


@derivation(
    define="For each {by} of {subjects}[ where {subjects_where}], each of the parameters {parameters} and each of "
    "the visits {visits} that has no record[ where {where}]: a record with AVISIT and AVISITN of the visit by "
    "{table}, without AVAL and dates.[ It has {set_}.]",
    needs=(PARAMCD, VISIT_NAME, VISIT_NUMBER),
    makes=(PARAMCD, VISIT_NAME, VISIT_NUMBER, "by"),
    check=check_expected_records,
)
def add_expected_records(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    parameters: ParameterCodes,
    visits: Sequence[str],
    table: Table,
    subjects_where: SourceWhere = None,
    where: Where = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record for each subject, parameter and planned visit that has none.

    ``subjects`` is the subject-level dataset, of which ``subjects_where`` selects those expected, with or without any
    record here; ``visits`` are the planned AVISITs, each a row of ``table`` with its AVISITN. A visit has a record
    where one that ``where`` selects has its AVISIT: with "AVAL is not missing" a visit without a value is missed too,
    and gets a record beside the one that it has. New records have the keys, PARAMCD, AVISIT, AVISITN and the constants
    of ``set_``; the run adds what their subject and parameter give. AVAL and dates are missing.

    Raises DerivationError where a subject stands twice in ``subjects``; DataError for a visit that the table does not
    have and for an unknown variable.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"]})
    >>> visits = pd.DataFrame({"AVISIT": ["Week 4"], "AVISITN": ["4"]})
    >>> adlb = pd.DataFrame({"USUBJID": ["01"], "PARAMCD": "ALT", "AVISIT": "Week 4", "AVISITN": 4.0, "AVAL": 20.0})
    >>> add_expected_records(adlb, subjects=adsl, parameters=["ALT"], visits=["Week 4"], table=visits)
      USUBJID PARAMCD  AVISIT  AVISITN  AVAL
    0      01     ALT  Week 4      4.0  20.0
    1      02     ALT  Week 4      4.0   NaN
    """
    require(frame, PARAMCD, VISIT_NAME, VISIT_NUMBER, *by)
    picked_of_group, _ = picked_rows(subjects, by=by, where=subjects_where, order=(), take="only")
    picked = picked_of_group[picked_of_group != NO_RECORD]
    _, planned = at_visits(subjects, picked, by, visits, table, VISIT_NUMBER)
    expected = planned.iloc[np.repeat(np.arange(len(planned)), len(parameters))].reset_index(drop=True)
    expected[PARAMCD] = pd.Series(np.tile(np.array(parameters, dtype=object), len(planned)), dtype="str")
    missed = is_missed(expected, frame, selected(frame, where), [*by, PARAMCD, VISIT_NAME])
    expected = expected[missed]
    values = {name: expected[name].array for name in [*by, PARAMCD, VISIT_NAME]}
    numbers = {VISIT_NUMBER: expected[VISIT_NUMBER].to_numpy(np.float64)}
    return with_new_records(frame, count=len(expected), gathered={}, values={**values, **numbers}, set_=set_)

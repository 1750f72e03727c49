"""DEATH: whether a subject died, at the date of death of the subject-level dataset."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Keys, ParameterCode, Source, SourceColumn, SourceWhere, Values, derivation
from adamline.derive._codes import NO_RECORD, dates_of
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import answers
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import expected_rows
from adamline.derive.response._best import Answered, with_subject_records


@derivation(
    define="{parameter}: a record for each {by} of {subjects}[ where {subjects_where}]: Y where {date} is there, "
    "which is ADT; N without ADT where it is missing. AVAL is 1 for Y, 0 for N.[ It has {set_}.]",
    needs=("PARAMCD", "ADT", "AVAL", "AVALC"),
    makes=("PARAMCD", "ADT", "AVAL", "AVALC", "by"),
    loses_nothing="each date is a Y, and each subject without one an N",
)
def add_death(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    date: SourceColumn = "DTHDT",
    parameter: ParameterCode = "DEATH",
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each subject: Y at the date of death, N without one.

    ``subjects`` is the subject-level dataset with the ``date``, of which ``subjects_where`` selects those who have a
    record here. AVAL is 1 for Y, 0 for N; ``set_`` are constants of the new records. Raises DerivationError for a
    subject that stands twice in ``subjects``; DataError for an unknown variable, and for a date that is none.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"], "DTHDT": pd.to_datetime([None, "2020-05-01"])})
    >>> adrs = pd.DataFrame({"USUBJID": "01", "PARAMCD": "OVR", "AVAL": [3.0], "AVALC": ["SD"],
    ...     "ADT": pd.to_datetime(["2020-01-22"])})
    >>> made = add_death(adrs, subjects=adsl)
    >>> made.iloc[1:].assign(ADT=made["ADT"].dt.strftime("%F"))
      USUBJID PARAMCD  AVAL AVALC         ADT
    1      01   DEATH   0.0     N         NaN
    2      02   DEATH   1.0     Y  2020-05-01
    """
    expected = expected_rows(subjects, subjects_where, by)
    died = dates_of(subjects, date).to_numpy()[expected]
    made = Answered(parameter, {**answers(~np.isnat(died)), "ADT": died}, np.full(len(expected), NO_RECORD))
    return with_subject_records(frame, subjects, expected, [made], by=by, copied=(), set_=set_)

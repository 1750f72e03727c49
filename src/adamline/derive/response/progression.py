"""PD: whether a subject's disease progressed, at the first assessment of progressive disease."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import Columns, Keys, ParameterCode, Source, SourceWhere, Values, Where, derivation
from adamline.derive._new_records import NOTHING
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import PD, assessments_of, check_assessments, expected_rows
from adamline.derive.response._best import answered, with_subject_records
from adamline.findings import Tally


def check_progression(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    parameter: ParameterCode = "PD",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments that do not count (`check_assessments`)."""
    yield from check_assessments(frame, subjects, where=where, subjects_where=subjects_where, by=by)


@derivation(
    define="{parameter}: a record for each {by} of {subjects}[ where {subjects_where}]: Y with the ADT of its first "
    "record with ADT whose AVALC is PD[, of the records where {where}]; N without ADT where there is none. "
    "AVAL is 1 for Y, 0 for N.[ {copied} are those of that record.] Two of these records at one ADT are an "
    "error.[ It has {set_}.]",
    needs=("PARAMCD", "ADT", "AVAL", "AVALC"),
    makes=("PARAMCD", "ADT", "AVAL", "AVALC", "by", "copied"),
    check=check_progression,
)
def add_progression(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    parameter: ParameterCode = "PD",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each subject: Y at the first assessment that is PD, else N.

    ``where`` selects the records whose AVALC is the overall response of an assessment and whose ADT is its date;
    ``subjects`` is the subject-level dataset, of which ``subjects_where`` selects those who have a record here. ADT and
    the variables ``copied`` are those of the first PD; AVAL is 1 for Y, 0 for N; ``set_`` are constants.

    Without ADT an assessment does not count. Disease that is there again after a CR is here what its AVALC says: only
    `cbor` reads it as progression, and says so. Raises DerivationError for two assessments of a subject at one ADT,
    and for a subject that stands twice in ``subjects``; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"]})
    >>> adrs = pd.DataFrame({"USUBJID": "01", "PARAMCD": "OVR", "AVAL": [3.0, 5.0], "AVALC": ["SD", "PD"],
    ...     "ADT": pd.to_datetime(["2020-01-22", "2020-03-04"])})
    >>> made = add_progression(adrs, subjects=adsl)
    >>> made.iloc[2:].assign(ADT=made["ADT"].dt.strftime("%F"))
      USUBJID PARAMCD  AVAL AVALC         ADT
    2      01      PD   1.0     Y  2020-03-04
    3      02      PD   0.0     N         NaN
    """
    expected = expected_rows(subjects, subjects_where, by)
    given = assessments_of(frame, subjects, expected, where=where, by=by)
    made = answered(parameter, given.rows_at(given.first(given.is_any(PD))))
    return with_subject_records(frame, subjects, expected, [made], by=by, copied=copied, set_=set_)

"""LSTA: the last disease assessment of a subject, or the last that could be evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from adamline.contract import Columns, Keys, ParameterCode, Source, SourceWhere, Values, Where, derivation
from adamline.derive._codes import NO_RECORD
from adamline.derive._new_records import NOTHING
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import NE, assessments_of, check_assessments, expected_rows
from adamline.derive.response._best import Answered, with_subject_records
from adamline.findings import Tally


def check_last_assessment(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    of: Literal["all", "evaluable"] = "all",
    without: Literal["no record", "missing"] = "no record",
    parameter: ParameterCode = "LSTA",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments that do not count (`check_assessments`)."""
    yield from check_assessments(frame, subjects, where=where, subjects_where=subjects_where, by=by)


@derivation(
    define="{parameter}: a record for each {by} of {subjects}[ where {subjects_where}], with AVAL, AVALC and ADT of "
    "its last record by ADT[, of the records where {where}][of=evaluable:, of those whose AVALC is CR, PR, SD, "
    "NON-CR/NON-PD or PD ({of})][of=all:, whatever its AVALC ({of})]; a record without ADT does not "
    "count.[without=no record: A {by} without one has {without}.][without=missing: For a {by} without one all "
    "three are {without}.][ {copied} are those of that record.] Two of these records at one ADT are an error.[ "
    "It has {set_}.]",
    needs=("PARAMCD", "ADT", "AVAL", "AVALC"),
    makes=("PARAMCD", "ADT", "AVAL", "AVALC", "by", "copied"),
    check=check_last_assessment,
)
def add_last_assessment(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    of: Literal["all", "evaluable"] = "all",
    without: Literal["no record", "missing"] = "no record",
    parameter: ParameterCode = "LSTA",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each subject: the last assessment, at its date.

    ``where`` selects the records whose AVALC is the overall response of an assessment and whose ADT is its date;
    with ``of`` "evaluable" those do not count whose AVALC is NE, ND, missing, or no word of RECIST. ``subjects`` is
    the subject-level dataset, of which ``subjects_where`` selects those who have a record here; one without an
    assessment has none, or with ``without`` "missing" one without AVAL, AVALC and ADT. AVAL, AVALC, ADT and the
    variables ``copied`` are those of the assessment; ``set_`` are constants of the new records.

    It is the last of all that ``where`` selects, after progression too. Without ADT an assessment does not count.
    Raises DerivationError for two assessments of a subject at one ADT, and for a subject that stands twice in
    ``subjects``; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"]})
    >>> adrs = pd.DataFrame({"USUBJID": "01", "PARAMCD": "OVR", "AVAL": [3.0, 6.0], "AVALC": ["SD", "NE"],
    ...     "ADT": pd.to_datetime(["2020-01-22", "2020-03-04"])})
    >>> made = add_last_assessment(adrs, subjects=adsl, of="evaluable", parameter="LSTEVLA")
    >>> made.iloc[2:].assign(ADT=made["ADT"].dt.strftime("%F"))
      USUBJID  PARAMCD  AVAL AVALC         ADT
    2      01  LSTEVLA   3.0    SD  2020-01-22
    """
    expected = expected_rows(subjects, subjects_where, by)
    given = assessments_of(frame, subjects, expected, where=where, by=by)
    if of == "evaluable":
        given = given.of(~given.is_any(NE))
    rows = given.rows_at(given.last())
    if without == "no record":
        expected, rows = expected[rows != NO_RECORD], rows[rows != NO_RECORD]
    made = Answered(parameter, {}, rows)
    return with_subject_records(frame, subjects, expected, [made], by=by, copied=["AVAL", "AVALC", *copied], set_=set_)

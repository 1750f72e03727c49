"""BOR: the best overall response of a subject by RECIST 1.1, where no confirmation is required."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import (
    Columns,
    Count,
    Keys,
    ParameterCode,
    Source,
    SourceColumn,
    SourceWhere,
    Values,
    Where,
    derivation,
)
from adamline.derive._new_records import NOTHING
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import (
    CR,
    PR,
    NotDone,
    assessments_of,
    check_responses,
    expected_rows,
)
from adamline.derive.response._best import (
    Answered,
    answered,
    best_of,
    best_values,
    is_benefit,
    of_cr_or_pr,
    ranked,
    with_subject_records,
)
from adamline.findings import Tally


def check_bor(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    reference: SourceColumn,
    stable_days: Count,
    parameter: ParameterCode = "BOR",
    cr_pr: ParameterCode | None = None,
    response: ParameterCode | None = None,
    benefit: ParameterCode | None = None,
    benefit_days: Count | None = None,
    not_done: NotDone = "NE",
    none: str = "MISSING",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments that do not count, or that count as what they may not be meant as (`check_responses`)."""
    yield from check_responses(
        frame,
        subjects,
        reference=reference,
        where=where,
        subjects_where=subjects_where,
        not_done=not_done,
        by=by,
    )


@derivation(
    define="{parameter}: a record for each {by} of {subjects}[ where {subjects_where}], from its assessments: records "
    "with ADT and, in AVALC, the overall response[, of the records where {where}], up to the first PD. AVALC is "
    "the first of these that one has, with its ADT: CR; PR; SD, then NON-CR/NON-PD, each {stable_days} days "
    "after {reference} or later (CR and PR so late are SD at least); PD; NE, which is any other; {none} without "
    "ADT where there is no assessment. [not_done=NE:ND, a missing AVALC and any other word are "
    "{not_done}.][not_done=skip:What is ND, without AVALC or another word is no assessment ({not_done}).] AVAL "
    "is 1 CR, 2 PR, 3 SD, 4 NON-CR/NON-PD, 5 PD, 6 NE, 7 {none};[ {response}: Y at the first CR or PR, else N;][ "
    "{cr_pr}: Y where {parameter} is CR or PR, at its ADT, else N;][ {benefit}: Y at the first CR or PR, or SD "
    "or NON-CR/NON-PD that is late enough, else N][ ({benefit_days} days)][benefit!=:;] Y has AVAL 1, N has 0 "
    "and no ADT[; {copied} are those of the assessment]. Two assessments at one ADT are an error[; all have "
    "{set_}].",
    needs=("PARAMCD", "ADT", "AVAL", "AVALC"),
    makes=("PARAMCD", "ADT", "AVAL", "AVALC", "by", "copied"),
    check=check_bor,
)
def add_bor(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    reference: SourceColumn,
    stable_days: Count,
    parameter: ParameterCode = "BOR",
    cr_pr: ParameterCode | None = None,
    response: ParameterCode | None = None,
    benefit: ParameterCode | None = None,
    benefit_days: Count | None = None,
    not_done: NotDone = "NE",
    none: str = "MISSING",
    where: Where = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each subject: the best response up to the first PD.

    ``where`` selects the records whose AVALC is the overall response of an assessment (CR, PR, SD, NON-CR/NON-PD, PD,
    NE, ND) and whose ADT is its date; ``subjects`` is the subject-level dataset, of which ``subjects_where`` selects
    those who have a record here, with or without an assessment. The best is the first of these that is met, and
    ADT the date of the first assessment that meets it; AVAL is its number:

    1. CR; 2. PR;
    3. SD, 4. NON-CR/NON-PD: ``stable_days`` days after ``reference`` or later (CR and PR are no less than SD);
    5. PD; 6. NE: any other assessment, as SD before that; 7. ``none``: no assessment, without ADT.

    Where they are named, from the same assessments: ``response`` (RSP) is Y at the first CR or PR; ``cr_pr`` (BCP) is
    Y where the best response is CR or PR, at its date; ``benefit`` (CB) is Y at the first CR or PR, or SD or
    NON-CR/NON-PD that is ``benefit_days`` (``stable_days``) after ``reference`` or later; else N, without ADT.
    AVAL is 1 for Y, 0 for N. Of ``copied`` a record has the values of the assessment that it comes from, ``set_`` are
    constants of the new records.

    ND, no AVALC and any other word are NE, or with ``not_done`` "skip" no assessment. Without ADT an assessment does
    not count; without ``reference`` none is late enough. Raises DerivationError for two assessments of a subject at
    one ADT, and for a subject that stands twice in ``subjects``; DataError for an unknown variable. Source:
    Eisenhauer et al., Eur J Cancer 2009;45:228-247, 4.4.2 and 4.4.3.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"], "RANDDT": pd.Timestamp("2020-01-01")})
    >>> adrs = pd.DataFrame({"USUBJID": "01", "PARAMCD": "OVR", "AVAL": [3.0, 2.0, 5.0], "AVALC": ["SD", "PR", "PD"],
    ...     "ADT": pd.to_datetime(["2020-01-22", "2020-02-12", "2020-03-04"])})
    >>> made = add_bor(adrs, subjects=adsl, reference="RANDDT", stable_days=42, response="RSP", where="PARAMCD = 'OVR'")
    >>> made.iloc[3:].assign(ADT=made["ADT"].dt.strftime("%F"))
      USUBJID PARAMCD  AVAL    AVALC         ADT
    3      01     BOR   2.0       PR  2020-02-12
    4      02     BOR   7.0  MISSING         NaN
    5      01     RSP   1.0        Y  2020-02-12
    6      02     RSP   0.0        N         NaN
    """
    expected = expected_rows(subjects, subjects_where, by)
    given = assessments_of(
        frame, subjects, expected, reference=reference, where=where, by=by, not_done=not_done
    ).until_progression()
    cr, pr = given.is_any(CR), given.is_any(PR)
    best, place = best_of(given, ranked(given, cr=cr, pr=pr, stable_days=stable_days))
    benefits = is_benefit(given, cr | pr, stable_days if benefit_days is None else benefit_days)
    made = [
        Answered(parameter, best_values(best, none), given.rows_at(place)),
        answered(response, given.rows_at(given.first(cr | pr))),
        answered(cr_pr, given.rows_at(of_cr_or_pr(best, place))),
        answered(benefit, given.rows_at(given.first(benefits))),
    ]
    return with_subject_records(frame, subjects, expected, made, by=by, copied=copied, set_=set_)

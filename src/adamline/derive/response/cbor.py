"""CBOR: the best overall response of a subject by RECIST 1.1, where CR and PR are to be confirmed."""

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
from adamline.derive._codes import NO_RECORD
from adamline.derive._new_records import NOTHING
from adamline.derive._tallies import counted
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import NotDone, assessments_of, check_responses, expected_rows
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
from adamline.derive.response._confirmation import AfterCR, Confirmation, disease_after_cr, read_after_cr
from adamline.findings import Tally

_READ_AS = {
    "progression": ", and are read as progression",
    "response": "; a PR makes the CR a PR if no CR is confirmed",
}


def check_cbor(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    reference: SourceColumn,
    stable_days: Count,
    confirm_days: Count = 28,
    confirm_within: Count | None = None,
    max_ne: Count = 1,
    max_sd: Count = 0,
    after_cr: AfterCR = "progression",
    parameter: ParameterCode = "CBOR",
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
    """What `check_responses` counts, and disease that is there again after a CR: data to be asked about."""
    yield from check_responses(
        frame,
        subjects,
        reference=reference,
        where=where,
        subjects_where=subjects_where,
        not_done=not_done,
        by=by,
    )
    expected = expected_rows(subjects, subjects_where, by)
    given = assessments_of(
        frame, subjects, expected, reference=reference, where=where, by=by, not_done=not_done
    ).until_progression()
    again = given.rows_at(disease_after_cr(given))
    message = f"{{count}} assessments have disease again after a CR{_READ_AS[after_cr]}"
    yield from counted(frame, again[again != NO_RECORD], "disease after CR", message, by="AVALC")


@derivation(
    define="{parameter}: a record for each {by} of {subjects}[ where {subjects_where}], from its assessments: records "
    "with ADT and, in AVALC, the overall response[, of the records where {where}], up to the first PD. A "
    "response is confirmed by a later one, {confirm_days} days after it or more[ and {confirm_within} at most]: "
    "CR by CR, with nothing but CR and NE between; PR by PR or CR, with nothing but these, NE and SD between; at "
    "most {max_ne} NE and {max_sd} SD. PR, SD or NON-CR/NON-PD after a CR is a {after_cr}[after_cr=progression:, "
    "which is PD there][after_cr=response:: the CR is PR where a PR follows with nothing but CR and NE between, "
    "and no CR before that PR is confirmed; else it is PD there]. AVALC is the first of these that an assessment "
    "has, with its ADT: CR that is confirmed; PR that is confirmed; SD for a CR, PR or SD, then NON-CR/NON-PD, "
    "each {stable_days} days after {reference} or later; PD; NE, which is any other; {none} without ADT where "
    "there is no assessment. [not_done=NE:ND, a missing AVALC and any other word are "
    "{not_done}.][not_done=skip:What is ND, without AVALC or another word is no assessment ({not_done}).] AVAL "
    "is 1 CR, 2 PR, 3 SD, 4 NON-CR/NON-PD, 5 PD, 6 NE, 7 {none};[ {response}: Y at the first confirmed CR or PR, "
    "else N;][ {cr_pr}: Y where {parameter} is CR or PR, at its ADT, else N;][ {benefit}: Y at the first "
    "confirmed CR or PR, or CR, PR, SD or NON-CR/NON-PD that is late enough, else N][ ({benefit_days} "
    "days)][benefit!=:;] Y has AVAL 1, N has 0 and no ADT[; {copied} are those of the assessment]. Two "
    "assessments at one ADT are an error[; all have {set_}].",
    needs=("PARAMCD", "ADT", "AVAL", "AVALC"),
    makes=("PARAMCD", "ADT", "AVAL", "AVALC", "by", "copied"),
    check=check_cbor,
)
def add_cbor(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    reference: SourceColumn,
    stable_days: Count,
    confirm_days: Count = 28,
    confirm_within: Count | None = None,
    max_ne: Count = 1,
    max_sd: Count = 0,
    after_cr: AfterCR = "progression",
    parameter: ParameterCode = "CBOR",
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
    """The frame, and after it a record of ``parameter`` for each subject: the best confirmed response.

    As `bor`, but for what CR and PR need. A response is confirmed by one that comes ``confirm_days`` after it or later,
    and ``confirm_within`` at the latest where that is given: CR by a CR, with nothing but CR and NE between; PR by a PR
    or CR, with nothing but these, NE and SD between; at most ``max_ne`` NE and ``max_sd`` SD. ADT is that of the
    response, not of what confirms it. In this order:

    1. CR that is confirmed; 2. PR that is confirmed;
    3. SD: a CR, PR or SD ``stable_days`` after ``reference`` or later; 4. NON-CR/NON-PD so late;
    5. PD; 6. NE: any other assessment; 7. ``none``: no assessment, without ADT.

    PR, SD or NON-CR/NON-PD after a CR is disease that is there again, and so progression at that point, which ends
    what counts: with CR and then PR the best response is SD where the CR is late enough, else PD. With ``after_cr``
    "response" a CR becomes PR where a PR follows, with nothing but CR and NE between, and no CR before that PR is
    confirmed: there was no CR. A run counts such assessments, which are questions to the site.

    Where they are named, from the same assessments: ``response`` (CRSP) is Y at the first confirmed CR or PR; ``cr_pr``
    (CBCP) is Y where the best response is CR or PR, at its date; ``benefit`` (CCB) is Y at the first of a confirmed CR
    or PR and of a CR, PR, SD or NON-CR/NON-PD that is ``benefit_days`` (``stable_days``) after ``reference`` or later;
    else N. The rest is as in `bor`, errors too. Source: Eisenhauer et al., Eur J Cancer 2009;45:228-247, Table 3 with
    its footnote, 4.4.3, 4.4.4 and 4.6.1.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"], "RANDDT": pd.Timestamp("2020-01-01")})
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "01", "02", "02"], "PARAMCD": "OVR", "AVAL": 2.0,
    ...     "AVALC": ["PR", "NE", "PR", "CR", "PR"],
    ...     "ADT": pd.to_datetime(["2020-01-22", "2020-02-12", "2020-03-04", "2020-01-22", "2020-03-04"])})
    >>> made = add_cbor(adrs, subjects=adsl, reference="RANDDT", stable_days=42, cr_pr="CBCP")
    >>> made.iloc[5:].assign(ADT=made["ADT"].dt.strftime("%F"))
      USUBJID PARAMCD  AVAL AVALC         ADT
    5      01    CBOR   2.0    PR  2020-01-22
    6      02    CBOR   5.0    PD  2020-03-04
    7      01    CBCP   1.0     Y  2020-01-22
    8      02    CBCP   0.0     N         NaN
    """
    expected = expected_rows(subjects, subjects_where, by)
    confirmation = Confirmation(confirm_days, confirm_within, max_ne, max_sd)
    given = read_after_cr(
        assessments_of(frame, subjects, expected, reference=reference, where=where, by=by, not_done=not_done),
        confirmation,
        after_cr,
    )
    cr, pr = confirmation.of_cr(given), confirmation.of_pr(given)
    best, place = best_of(given, ranked(given, cr=cr, pr=pr, stable_days=stable_days))
    benefits = is_benefit(given, cr | pr, stable_days if benefit_days is None else benefit_days)
    made = [
        Answered(parameter, best_values(best, none), given.rows_at(place)),
        answered(response, given.rows_at(given.first(cr | pr))),
        answered(cr_pr, given.rows_at(of_cr_or_pr(best, place))),
        answered(benefit, given.rows_at(given.first(benefits))),
    ]
    return with_subject_records(frame, subjects, expected, made, by=by, copied=copied, set_=set_)

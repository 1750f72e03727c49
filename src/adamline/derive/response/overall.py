"""OVR: the overall response of an assessment, of target and non-target lesions and new ones, by RECIST 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.contract import Columns, ParameterCode, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, codes_of, group_codes
from adamline.derive._new_records import NOTHING
from adamline.derive._tallies import counted
from adamline.derive._visits import LATEST, VISIT, rows_by_visit, with_visit_records
from adamline.derive.pick import SUBJECT
from adamline.derive.response._assessments import CR, NE, NON_CR_PD, NOT_DONE, PD, PR, SD, responses_of
from adamline.derive.response._best import best_values
from adamline.findings import Severity, Tally

OF_TARGET, OF_NON_TARGET = (CR, PR, SD, PD, NE), (CR, NON_CR_PD, PD, NE)
# Of a subject without such lesions.
NO_LESIONS = NE + 1
NEW_LESION = ("UNEQUIVOCAL", "Y", "YES")


def _tables() -> Ints:
    """Tables 1 and 2 of the guideline: the overall response of (target, non-target), where no lesion is new."""
    overall = np.full((NO_LESIONS + 1, NO_LESIONS + 1), NE, dtype=np.int64)
    overall[CR, :] = PR  # not all non-target lesions are gone, or evaluated
    overall[CR, [CR, NO_LESIONS]] = CR
    overall[PR, :], overall[SD, :] = PR, SD
    overall[NO_LESIONS, [CR, NON_CR_PD]] = CR, NON_CR_PD
    overall[PD, :] = overall[:, PD] = PD
    return overall


OVERALL = _tables()


@dataclass(frozen=True)
class _Visits:
    """The rows of target, non-target and new lesions at each visit, and what they say."""

    rows: Ints
    target: Ints
    non_target: Ints
    new: Bools


def check_overall(
    frame: pd.DataFrame,
    *,
    target: ParameterCode,
    non_target: ParameterCode,
    new_lesion: ParameterCode,
    new_lesion_words: Sequence[str] = NEW_LESION,
    parameter: ParameterCode = "OVR",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Words that are none of RECIST for such lesions; visits without the lesions that their subject has."""
    visits = _visits(frame, target, non_target, new_lesion, new_lesion_words, where, by)
    response = responses_of(frame)
    is_said = frame["AVALC"].notna().to_numpy() & (frame["AVALC"] != NOT_DONE).to_numpy(dtype=bool, na_value=False)
    for place, (name, words) in enumerate(((target, OF_TARGET), (non_target, OF_NON_TARGET))):
        rows = visits.rows[:, place]
        seen = rows[rows != NO_RECORD]
        message = f"{{count}} records of {name} have an AVALC that RECIST 1.1 does not have there, and count as NE"
        unknown = seen[is_said[seen] & ~np.isin(response[seen], words)]
        yield from counted(frame, unknown, "unknown response", message, by="AVALC")
        code = (visits.target, visits.non_target)[place]
        lacking = visits.rows[(rows == NO_RECORD) & (code == NE)].max(axis=1)
        message = f"{{count}} visits have no {name}, which their subjects have at others, and it counts as NE"
        yield from counted(frame, lacking, "lesions not evaluated", message, severity=Severity.NOTE, by="")


@derivation(
    define="{parameter}: for each {by} with a record of one of {target}, {non_target}, {new_lesion}[, of the records "
    "where {where}], the overall response by RECIST 1.1, Tables 1 and 2, in this order: PD where AVALC of "
    "{new_lesion} is {new_lesion_words}, or that of {target} or {non_target} is PD; where the subject has "
    "{target} at any {by}: CR where it is CR and {non_target} is CR or the subject has none, PR where it is CR "
    "or PR, else its AVALC; with {non_target} alone its AVALC; NE where there is neither. A subject that has a "
    "parameter at another {by} has NE of it here, and AVALC that is missing, ND or another word is NE. AVAL is "
    "1 CR, 2 PR, 3 SD, 4 NON-CR/NON-PD, 5 PD, 6 NE.[ {latest} are each the latest of those records.] A second "
    "record of a parameter for one {by} is an error.[ It has {set_}.]",
    needs=("USUBJID", "PARAMCD", "AVAL", "AVALC"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_overall,
)
def add_overall(
    frame: pd.DataFrame,
    *,
    target: ParameterCode,
    non_target: ParameterCode,
    new_lesion: ParameterCode,
    new_lesion_words: Sequence[str] = NEW_LESION,
    parameter: ParameterCode = "OVR",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit: the overall response of its lesions.

    The AVALC of ``target`` is CR, PR, SD, PD or NE, that of ``non_target`` CR, NON-CR/NON-PD, PD or NE, and that of
    ``new_lesion`` one of ``new_lesion_words`` where there is a new lesion. In this order:

    1. PD where a lesion is new, or target or non-target lesions are PD;
    2. with target lesions: CR where they are CR and so are the non-target lesions, or there are none; PR where they are
       CR and the others are not, or not all were evaluated; else the response of the target lesions;
    3. with non-target lesions alone: their response; 4. NE where nothing was evaluated.

    A subject has target lesions, or others, where a record of them stands at any visit that counts; at a visit without
    one they are NE, and so they are where AVALC is missing, ND, or another word. ``where`` selects the records that
    count, ``by`` makes a visit; of ``latest`` a record has the latest value among the three; ``set_`` are constants.
    AVAL is the number of the response, as in `bor`. Raises DerivationError for two counted records of a parameter at a
    visit; DataError for an unknown variable. Source: Eisenhauer et al., Eur J Cancer 2009;45:228-247, Tables 1 and 2.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "02", "02"], "PARAMCD": ["TRG", "NTRG"] * 2, "AVAL": 1.0,
    ...     "AVALC": ["CR", "NON-CR/NON-PD", "CR", "CR"]})
    >>> add_overall(adrs, target="TRG", non_target="NTRG", new_lesion="NEWL", by=["USUBJID"], latest=[]).iloc[4:]
      USUBJID PARAMCD  AVAL AVALC
    4      01     OVR   2.0    PR
    5      02     OVR   1.0    CR
    """
    visits = _visits(frame, target, non_target, new_lesion, new_lesion_words, where, by)
    overall = np.where(visits.new, PD, OVERALL[visits.target, visits.non_target])
    values = best_values(overall, "NE")
    return with_visit_records(frame, visits.rows, values, parameter=parameter, by=by, latest=latest, set_=set_)


def _visits(
    frame: pd.DataFrame,
    target: str,
    non_target: str,
    new_lesion: str,
    words: Sequence[str],
    where: str | None,
    by: Sequence[str],
) -> _Visits:
    rows = rows_by_visit(frame, [target, non_target, new_lesion], by=by, where=where)
    subject, size = group_codes(frame, SUBJECT)
    of_visit = subject[rows.max(axis=1)]
    response = np.append(responses_of(frame), NE)

    def lesions(place: int, known: Sequence[int]) -> Ints:
        has = np.zeros(size, dtype=bool)
        has[of_visit[rows[:, place] != NO_RECORD]] = True
        said = response[rows[:, place]]
        found: Ints = np.where(has[of_visit], np.where(np.isin(said, known), said, NE), NO_LESIONS)
        return found

    codes, levels = codes_of(frame["AVALC"])
    is_new = np.append(np.isin(np.asarray(levels, dtype=object), list(words)), False)
    new = is_new[np.append(codes, NO_RECORD)[rows[:, 2]]]
    return _Visits(rows, lesions(0, OF_TARGET), lesions(1, OF_NON_TARGET), new)

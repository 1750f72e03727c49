"""The assessments of each expected subject in the order of their dates, in the words of RECIST 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._codes import NO_RECORD, Bools, Floats, Ints, codes_of, dates_of, require, rows_by_key
from adamline.derive._tallies import counted
from adamline.derive.pick import picked_rows
from adamline.errors import DerivationError
from adamline.findings import Severity, Tally

# From the best to the worst; AVAL is the place in this order, from 1.
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
CR, PR, SD, NON_CR_PD, PD, NE = range(6)
NOT_DONE = "ND"
# Inside this module: no response, for want of an assessment or of a word of RECIST.
_NONE = 6
NotDone = Literal["NE", "skip"]


@dataclass(frozen=True)
class Assessments:
    """Assessments sorted by subject and date.

    ``subject`` is a place among the ``size`` subjects that are expected, ``row`` one of the frame, ``response`` a
    place in `RESPONSES`, ``day`` a number of days, ``since`` the days from the subject's reference date, NaN
    without one.
    """

    subject: Ints
    row: Ints
    response: Ints
    day: Ints
    since: Floats
    size: int

    def of(self, kept: Bools) -> Assessments:
        """Those that are kept."""
        return Assessments(
            self.subject[kept], self.row[kept], self.response[kept], self.day[kept], self.since[kept], self.size
        )

    def first(self, kept: Bools) -> Ints:
        """The place of each subject's first assessment of those kept, -1 for none."""
        at = np.flatnonzero(kept)
        subjects, first = np.unique(self.subject[at], return_index=True)
        found = np.full(self.size, NO_RECORD, dtype=np.int64)
        found[subjects] = at[first]
        return found

    def is_any(self, *responses: int) -> Bools:
        """Whether each assessment is one of these responses."""
        found: Bools = np.isin(self.response, responses)
        return found

    def last(self) -> Ints:
        """The place of each subject's last assessment, -1 for none."""
        found = np.full(self.size, NO_RECORD, dtype=np.int64)
        np.maximum.at(found, self.subject, np.arange(len(self.row)))
        return found

    def rows_at(self, place: Ints) -> Ints:
        """The frame's rows of the assessments at these places, -1 for -1."""
        rows: Ints = np.append(self.row, NO_RECORD)[place]
        return rows

    def until_progression(self) -> Assessments:
        """Each subject's assessments up to the first PD, which is the last of them."""
        return self.of(~self.is_after(self.first(self.is_any(PD))))

    def is_after(self, place: Ints) -> Bools:
        """Whether each assessment is after the place given for its subject; none is after -1, which is no place."""
        of_each = place[self.subject]
        after: Bools = (of_each != NO_RECORD) & (np.arange(len(self.row)) > of_each)
        return after


def expected_rows(subjects: pd.DataFrame, where: str | None, by: Sequence[str]) -> Ints:
    """The row of each subject that ``where`` selects; DerivationError for one that stands there twice."""
    picked_of_group, _ = picked_rows(subjects, by=by, where=where, order=(), take="only")
    rows: Ints = np.sort(picked_of_group[picked_of_group != NO_RECORD])
    return rows


def assessments_of(
    frame: pd.DataFrame,
    subjects: pd.DataFrame,
    expected: Ints,
    *,
    where: str | None,
    by: Sequence[str],
    reference: str | None = None,
    not_done: NotDone = "NE",
) -> Assessments:
    """The assessments that ``where`` selects, of the subjects at the rows ``expected``.

    One without ADT, or whose subject is not expected, is left out. ND, a missing AVALC and a word that RECIST does
    not have are NE, or with ``not_done`` "skip" left out. Raises DerivationError for two of a subject at one ADT.
    """
    require(frame, *by)
    moment = dates_of(frame, "ADT").to_numpy().astype("datetime64[us]")
    place_of = np.full(len(subjects) + 1, NO_RECORD, dtype=np.int64)
    place_of[expected] = np.arange(len(expected))
    kept = selected(frame, where) & ~np.isnat(moment)
    _refuse_two_at_once(frame, kept, by)
    place = place_of[rows_by_key(frame, subjects, expected, by)]
    response = responses_of(frame)
    kept &= (place != NO_RECORD) & ((response != _NONE) | (not_done == "NE"))
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort([moment[rows], place[rows]])]
    day = moment[rows].astype("datetime64[D]")
    since = np.full(len(rows), np.nan)
    if reference is not None:
        start = dates_of(subjects, reference).to_numpy().astype("datetime64[D]")[expected[place[rows]]]
        since = np.where(np.isnat(start), np.nan, (day - start).astype(np.float64))
    return Assessments(place[rows], rows, np.minimum(response[rows], NE), day.astype(np.int64), since, len(expected))


def _refuse_two_at_once(frame: pd.DataFrame, kept: Bools, by: Sequence[str]) -> None:
    try:
        picked_rows(frame, by=[*by, "ADT"], where=kept, order=(), take="only")
    except DerivationError as error:
        raise DerivationError(
            "A subject has several assessments at one ADT.",
            place=error.place,
            expected="one, whose place in the order of dates is certain",
            hint="let `where` take one of them: an evaluator by RSEVAL, RSACPTFL, or the worst by a flag as ANL01FL",
        ) from error


def responses_of(frame: pd.DataFrame) -> Ints:
    """The place in `RESPONSES` of the AVALC of each record, one behind all where it is missing or another word."""
    require(frame, "AVALC")
    codes, levels = codes_of(frame["AVALC"])
    known = pd.Index(np.array(RESPONSES, dtype=object)).get_indexer(levels.astype(object))
    response: Ints = np.append(np.where(known == NO_RECORD, _NONE, known), _NONE)[codes].astype(np.int64)
    return response


def check_assessments(
    frame: pd.DataFrame,
    subjects: pd.DataFrame,
    *,
    where: str | None,
    subjects_where: str | None,
    by: Sequence[str],
) -> Iterator[Tally]:
    """Assessments without a date, and of subjects who have no record made."""
    chosen = selected(frame, where)
    message = "{count} assessments have no ADT, and are not counted"
    yield from counted(frame, chosen & frame["ADT"].isna().to_numpy(), "assessment without a date", message, by="")
    expected = expected_rows(subjects, subjects_where, by)
    is_of_nobody = rows_by_key(frame, subjects, expected, by) == NO_RECORD
    message = "{count} assessments are of unexpected subjects, and are not counted"
    yield from counted(frame, chosen & is_of_nobody, "subject not expected", message, by="")


def check_responses(
    frame: pd.DataFrame,
    subjects: pd.DataFrame,
    *,
    reference: str,
    where: str | None,
    subjects_where: str | None,
    not_done: NotDone,
    by: Sequence[str],
) -> Iterator[Tally]:
    """What `check_assessments` counts; words that are none of RECIST; assessments out of the time that counts."""
    yield from check_assessments(frame, subjects, where=where, subjects_where=subjects_where, by=by)
    is_word = frame["AVALC"].notna().to_numpy() & (frame["AVALC"] != NOT_DONE).to_numpy(dtype=bool, na_value=False)
    unknown = selected(frame, where) & is_word & (responses_of(frame) == _NONE)
    means = "count as NE" if not_done == "NE" else "are not counted"
    message = f"{{count}} assessments have an AVALC that is no response of RECIST 1.1, and {means}"
    yield from counted(frame, unknown, "unknown response", message, by="AVALC")
    expected = expected_rows(subjects, subjects_where, by)
    given = assessments_of(frame, subjects, expected, where=where, by=by, reference=reference, not_done=not_done)
    message = f"{{count}} assessments are before {reference}, and count all the same"
    yield from counted(frame, given.row[given.since < 0], "assessment before the reference", message, by="")
    message = f"{{count}} assessments have no {reference}, and are not late enough to be stable disease"
    yield from counted(frame, given.row[np.isnan(given.since)], "no reference date", message, by="")
    late = given.row[given.is_after(given.first(given.is_any(PD)))]
    message = "{count} assessments are after the first PD, and are not counted"
    yield from counted(frame, late, "assessment after progression", message, severity=Severity.NOTE, by="")

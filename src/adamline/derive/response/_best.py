"""Records of one response, or of one yes or no, for each expected subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Bools, Ints, text_from_codes
from adamline.derive._new_records import with_new_records
from adamline.derive._visits import PARAMCD, answers
from adamline.derive.response._assessments import CR, NE, NON_CR_PD, PD, PR, RESPONSES, SD, Assessments

MISSING = len(RESPONSES)


def best_of(given: Assessments, ranked: Sequence[tuple[int, Bools]]) -> tuple[Ints, Ints]:
    """Of each subject the first of ``ranked`` that an assessment meets, and the place of the first that does.

    Without any it is `MISSING`, at -1.
    """
    best = np.full(given.size, MISSING, dtype=np.int64)
    place = np.full(given.size, NO_RECORD, dtype=np.int64)
    for response, meets in reversed(ranked):
        first = given.first(meets)
        best = np.where(first == NO_RECORD, best, response)
        place = np.where(first == NO_RECORD, place, first)
    return best, place


def ranked(given: Assessments, *, cr: Bools, pr: Bools, stable_days: float) -> list[tuple[int, Bools]]:
    """What makes each response the best one, from the best on: ``cr`` and ``pr`` are the assessments that count.

    A response that does not count is stable disease at least, as it needs more shrinkage than that; stable disease is
    the best response from ``stable_days`` after the reference date on. What is left is not evaluable.
    """
    stays = given.since >= stable_days
    return [
        (CR, cr),
        (PR, pr),
        (SD, given.is_any(CR, PR, SD) & stays),
        (NON_CR_PD, given.is_any(NON_CR_PD) & stays),
        (PD, given.is_any(PD)),
        (NE, np.ones(len(given.row), dtype=bool)),
    ]


def is_benefit(given: Assessments, responds: Bools, days: float) -> Bools:
    """Whether an assessment is clinical benefit: a response, or no progression after so many days."""
    benefit: Bools = responds | (given.is_any(CR, PR, SD, NON_CR_PD) & (given.since >= days))
    return benefit


def of_cr_or_pr(best: Ints, place: Ints) -> Ints:
    """The place of the best response where that is CR or PR, else -1."""
    return np.where(best <= PR, place, NO_RECORD)


def best_values(best: Ints, none: str) -> dict[str, Any]:
    """AVALC of a best response, ``none`` for one that is missing, and AVAL, its place from 1."""
    words = list(dict.fromkeys([*RESPONSES, none]))
    code = np.where(best == MISSING, words.index(none), best)
    return {"AVALC": text_from_codes(code, words), "AVAL": code + 1.0}


@dataclass(frozen=True)
class Answered:
    """The records of a parameter: the ``answer`` of each subject, and the frame's row that it comes from."""

    parameter: str | None
    answer: Mapping[str, Any]
    rows: Ints


def answered(parameter: str | None, rows: Ints) -> Answered:
    """Y from the frame's row of each subject that has one, else N."""
    return Answered(parameter, answers(rows != NO_RECORD), rows)


def with_subject_records(
    frame: pd.DataFrame,
    subjects: pd.DataFrame,
    expected: Ints,
    made: Iterable[Answered],
    *,
    by: Sequence[str],
    copied: Sequence[str],
    set_: Mapping[str, str],
) -> pd.DataFrame:
    """The frame, and after it a record of each parameter that has a name, for each subject at the rows ``expected``.

    Of ADT and the variables ``copied`` a record has the value of the one that it comes from.
    """
    keys = {name: subjects[name].iloc[expected].array for name in by}
    for each in made:
        if each.parameter is not None:
            parameter = np.full(len(expected), each.parameter, dtype=object)
            frame = with_new_records(
                frame,
                count=len(expected),
                gathered=dict.fromkeys(["ADT", *copied], each.rows),
                values={**keys, PARAMCD: parameter, **each.answer},
                set_=set_,
            )
    return frame

"""Calibrates who responds: SRI-4 at week 24 by arm, and no relation to normalisation of anti-dsDNA at any visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.analysed import NO_RECORD, WINDOWS
from adamline.simulate.jahh.calibrate.fisher import fisher_p
from adamline.simulate.jahh.calibrate.normalisation import Normalisation
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.calibrate.printed import read_printed
from adamline.simulate.jahh.calibrate.response import FALL, Response, respond
from adamline.simulate.jahh.design import ARMS, SLEDAI
from adamline.simulate.jahh.scores import CLINICAL, Scores
from adamline.simulate.jahh.streams import Bools, Ints

_LAST_WEEK, _FIRST_WEEK = 24, 4
# Of 2 mg the abstract says only that it is not significant: 54 is assumed.
_RESPONDERS: Final = {1: 54}
# p-values are kept off the border of 0.05.
_CLEARLY_NOT: Final = 0.06
_WEIGHTS = np.array([item.weight for item in SLEDAI])


def calibrate_responders(
    rng: np.random.Generator, patients: Patients, scores: Scores, normalisation: Normalisation
) -> Scores:
    """The scores with one item of SLEDAI-2K changed at the visit of those nearest to the border of a response."""
    printed = read_printed()
    scores = replace(scores, items=scores.items.copy())
    response = respond(patients, scores, _LAST_WEEK)
    for arm in range(len(ARMS)):
        count = _RESPONDERS.get(arm) or printed.count("SRI4", f"Week {_LAST_WEEK}", arm, "Y")
        members = patients.subjects.arm == arm
        surplus = int((response.responds & members).sum()) - count
        _turn(rng, scores.items, response, members, surplus)
    for week in (week for week in WINDOWS if _FIRST_WEEK <= week < _LAST_WEEK):
        response = respond(patients, scores, week)
        _turn(rng, scores.items, response, normalisation.normal, _surplus(response.responds, normalisation))
    return scores


def _surplus(responds: Bools, normalisation: Normalisation) -> int:
    """By how many those with a normal value respond too often (too seldom, if negative) for Fisher's test."""
    normal, stays = normalisation.normal, normalisation.positive & ~normalisation.normal
    first, of = int((responds & normal).sum()), int(normal.sum())
    others = int((responds & stays).sum()), int((stays & ~responds).sum())
    allowed = [k for k in range(of + 1) if fisher_p((k, of - k), others) >= _CLEARLY_NOT]
    return first - min(allowed, key=lambda k: abs(k - first))


def _turn(rng: np.random.Generator, items: Ints, response: Response, members: Bools, surplus: int) -> None:
    """Change, in ``items``, the response of so many members: to none if there are too many, else to one."""
    turns = surplus > 0
    able = members & response.others & (response.row != NO_RECORD) & (response.responds == turns)
    found = []
    for who in np.flatnonzero(able).tolist():
        place = _item(items, response, who)
        if place is not None:
            found.append((abs(int(response.fall[who]) - FALL), rng.random(), who, place))
    if len(found) < abs(surplus):
        raise AdamlineError(
            "Too few subjects are near enough to the border of an SRI-4 response.",
            expected=str(abs(surplus)),
            found=str(len(found)),
        )
    for _, _, who, place in sorted(found)[: abs(surplus)]:
        row = response.row[who]
        items[row, place] = 1 - items[row, place]


def _item(items: Ints, response: Response, who: int) -> int | None:
    """The lightest clinical item, present at baseline, whose change at the visit turns the response; None if none."""
    fall, row = int(response.fall[who]), response.row[who]
    present = int(fall < FALL)
    needed = FALL - fall if present else fall - FALL + 1
    able = CLINICAL & (items[response.baseline[who]] == 1) & (items[row] == present) & (needed <= _WEIGHTS)
    places = np.flatnonzero(able)
    return int(places[np.argmin(_WEIGHTS[places])]) if len(places) else None

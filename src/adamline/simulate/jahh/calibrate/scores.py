"""Calibrates the scores of the default trial at baseline: SLEDAI-2K, BILAG and PGA."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adamline.errors import AdamlineError
from adamline.simulate.jahh.calibrate.analysed import NO_RECORD
from adamline.simulate.jahh.calibrate.baseline import BASELINE
from adamline.simulate.jahh.calibrate.moments import moments_differ, settle_moments
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.calibrate.printed import Cell, read_printed
from adamline.simulate.jahh.calibrate.response import baseline_rows
from adamline.simulate.jahh.design import (
    ARMS,
    ARTHRITIS,
    GRADES,
    RASH,
    SLEDAI,
)
from adamline.simulate.jahh.scores import CLINICAL, Scores
from adamline.simulate.jahh.streams import Bools, Ints

_WEIGHTS = np.array([item.weight for item in SLEDAI])
_LOWEST_CLINICAL = 4
_A, _B, _C = (GRADES.index(grade) for grade in "ABC")
_MM = 0.03
_PROPOSALS = 20_000


def calibrate_scores(rng: np.random.Generator, patients: Patients, scores: Scores) -> Scores:
    """The scores with some items and grades of week 0 changed, and PGA by some mm at all visits of a subject.

    Which scores there are does not change.
    """
    printed = read_printed()
    base = baseline_rows(patients, scores)
    items, grades, pga = scores.items.copy(), scores.grades.copy(), scores.pga.copy()
    subject = patients.visits.subject[scores.visit]
    for arm in range(len(ARMS)):
        members = (patients.subjects.arm == arm) & (base != NO_RECORD)
        rows = base[members]
        mean, sd = printed.mean_and_sd("PGA", BASELINE, arm)
        shift = np.zeros(len(base), dtype=np.int64)
        shift[members] = settle_moments(pga[rows], mean, sd, _MM) - pga[rows]
        pga = np.where(pga >= 0, np.clip(pga + shift[subject], 0, 100), pga)
        items[rows] = _with_total(rng, items[rows], *printed.mean_and_sd("SLEDTOT", BASELINE, arm))
        count = printed.count("BILAG", BASELINE, arm, ">=1 A or >=2 B")
        grades[rows] = _with_active(rng, grades[rows], count)
    return replace(scores, items=items, grades=grades, pga=pga)


def _with_total(rng: np.random.Generator, items: Ints, mean: Cell, sd: Cell) -> Ints:
    """Items of one arm at baseline whose totals have this mean and SD; one clinical item of a subject at a time."""
    items = items.copy()
    total = (items * _WEIGHTS).sum(axis=1)
    away = moments_differ(total, mean, sd)
    places = np.flatnonzero(CLINICAL & (np.array([item.share for item in SLEDAI]) > 0.01))
    touched = np.zeros(len(items), dtype=np.bool_)
    for _ in range(_PROPOSALS):
        if away == 0:
            return items
        who, place = int(rng.integers(len(items))), int(places[rng.integers(len(places))])
        # Rare items come as rarely as they are.
        if touched[who] or (not items[who, place] and rng.random() > SLEDAI[place].share):
            continue
        row = items[who].copy()
        row[place] = 1 - row[place]
        entered = row[ARTHRITIS] or row[RASH]
        if not entered or int((row * _WEIGHTS)[CLINICAL].sum()) < _LOWEST_CLINICAL:
            continue
        changed = total.copy()
        changed[who] = int((row * _WEIGHTS).sum())
        left = moments_differ(changed, mean, sd)
        if left < away:
            items[who], total, away, touched[who] = row, changed, left, True
    raise AdamlineError("SLEDAI-2K at baseline does not come to the printed mean and SD.", expected=mean.text)


def _with_active(rng: np.random.Generator, grades: Ints, count: int) -> Ints:
    """Grades of one arm at baseline with so many subjects of one A or two B; a B becomes C or a C becomes B."""
    grades = grades.copy()
    a, b = (grades == _A).sum(axis=1), (grades == _B).sum(axis=1)
    surplus = int(((a > 0) | (b >= 2)).sum()) - count
    if surplus > 0:
        able, old, new = (a == 0) & (b == 2), _B, _C
    else:
        able, old, new = (a == 0) & (b == 1) & (grades == _C).any(axis=1), _C, _B
    able &= (grades == old).any(axis=1)
    for who in _drawn(rng, able, abs(surplus), "BILAG at baseline"):
        grades[who, np.flatnonzero(grades[who] == old)[-1]] = new
    return grades


def _drawn(rng: np.random.Generator, able: Bools, count: int, what: str) -> list[int]:
    """So many of those able, by chance."""
    places = np.flatnonzero(able)
    if len(places) < count:
        raise AdamlineError(f"Too few subjects can change: {what}.", expected=str(count), found=str(len(places)))
    chosen: list[int] = rng.permutation(places)[:count].tolist()
    return chosen

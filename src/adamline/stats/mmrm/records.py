"""Take the records that a fit uses from a frame, checked, with the codes of subjects, visits and groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.errors import DataError
from adamline.plurals import said_of
from adamline.stats._arrays import Bools, Floats, Ints, label_codes
from adamline.stats._class_levels import level_text, ordered_levels
from adamline.stats._numeric_column import known_column, numeric_column
from adamline.stats.design import Classes, Design, build_design, check_kinds
from adamline.stats.estimable import LIKELIHOOD_SINGULAR, Basis, dependency_warnings, find_basis

# Structures whose correlations depend on which visit follows which.
_BY_ORDER = ("AR(1)", "ARH(1)", "TOEP", "TOEPH", "ANTE(1)")


@dataclass(frozen=True)
class Records:
    """The records used, with codes that count from 0; ``n_subjects`` counts those without a response too.

    ``skipped`` are visits between those used that have no record used, though classes or other records have them.
    """

    design: Design
    basis: Basis
    y: Floats
    weight: Floats
    subject: Ints
    visit: Ints
    group: Ints
    visits: tuple[object, ...]
    skipped: tuple[object, ...]
    groups: tuple[object, ...]
    n_subjects: int
    warnings: tuple[str, ...]


def take_records(
    frame: pd.DataFrame,
    response: str,
    effects: Sequence[str],
    classes: Classes,
    subject: str,
    visit: str,
    group: str | None,
    weights: str | None,
) -> Records:
    """The records with a value of everything; DataError for what `fit_mmrm` refuses in them."""
    named = [subject, visit, *([] if group is None else [group])]
    check_kinds(frame, effects, classes)
    for name in named:
        known_column(frame, name)
    values = numeric_column(frame, response)
    known = ~np.isnan(values)
    present = np.ones(len(frame), dtype=np.bool_)
    for name in named:
        present &= label_codes(frame[name])[0] >= 0
    warnings: list[str] = []
    weight = np.ones(len(frame))
    if weights is not None:
        weight = numeric_column(frame, weights)
        positive = weight > 0
        if (~positive & known & present).any():
            count = int((~positive & known & present).sum())
            warnings.append(f"{weights}: {said_of(count, '{count} records have no weight above 0 and are left out')}")
        present &= positive
    variables = {name.strip() for effect in effects for name in effect.split("*")}
    in_design = {name: order for name, order in classes.items() if name in variables or name not in named}
    design = build_design(frame, effects, in_design, usable=known & present)
    used = design.used
    basis = find_basis(design, LIKELIHOOD_SINGULAR)
    visit_codes, visits = _codes(frame[visit], classes.get(visit), used, visit)
    group_codes, groups = (
        (np.zeros(int(used.sum()), dtype=np.int64), ())
        if group is None
        else _codes(frame[group], classes.get(group), used, group)
    )
    subject_codes, subjects = pd.factorize(frame[subject].to_numpy()[used])
    _check_subjects(subject_codes, visit_codes, group_codes, subjects, visits, subject)
    complete = present.copy()
    for name in variables:
        complete &= label_codes(frame[name])[0] >= 0
    empty = [
        f"{effect.name}: no record of {', '.join(cells)}; its LS means cannot be estimated"
        for effect in design.effects
        if (cells := _empty_cells(design, effect.classes))
    ]
    return Records(
        design,
        basis,
        values[used],
        weight[used],
        subject_codes.astype(np.int64),
        visit_codes,
        group_codes,
        visits,
        _skipped(frame[visit], classes.get(visit), visits, visit),
        groups,
        int(frame[subject][complete].nunique()),
        (*design.warnings, *empty, *dependency_warnings(design, basis), *warnings),
    )


def order_warnings(visits: tuple[object, ...], structure: str, name: str) -> tuple[str, ...]:
    """A warning where visits stand as text sorts them, not by their numbers, and the structure depends on the order.

    >>> order_warnings(("Week 12", "Week 4"), "AR(1)", "AVISIT")
    ('AVISIT: visits in the order Week 12, Week 4, on which TYPE=AR(1) depends; give it in classes',)
    """
    texts = [each for each in visits if isinstance(each, str)]
    if structure not in _BY_ORDER or texts == sorted(texts, key=_by_number):
        return ()
    return (f"{name}: visits in the order {', '.join(texts)}, on which TYPE={structure} depends; give it in classes",)


def lag_warnings(skipped: tuple[object, ...], structure: str, name: str) -> tuple[str, ...]:
    """A warning where visits around one without a record are taken as neighbours, by a structure that counts lags.

    >>> lag_warnings(("Week 8",), "AR(1)", "AVISIT")
    ('AVISIT: no record used of Week 8; TYPE=AR(1) takes the visits around it as neighbours, so its lags changed',)
    """
    if structure not in _BY_ORDER or not skipped:
        return ()
    texts, them = ", ".join(map(level_text, skipped)), "it" if len(skipped) == 1 else "them"
    return (
        f"{name}: no record used of {texts}; TYPE={structure} takes the visits around {them} as neighbours, "
        "so its lags changed",
    )


def _skipped(
    column: pd.Series, order: Sequence[object] | None, visits: tuple[object, ...], name: str
) -> tuple[object, ...]:
    _, distinct = label_codes(column)
    known = ordered_levels(name, set(distinct), None) if order is None else list(order)
    inner = known[known.index(visits[0]) : known.index(visits[-1])] if visits else []
    return tuple(level for level in inner if level not in visits)


def _by_number(text: str) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", text)]


def _codes(
    column: pd.Series, order: Sequence[object] | None, used: Bools, name: str
) -> tuple[Ints, tuple[object, ...]]:
    codes, distinct = pd.factorize(column.astype(object).to_numpy()[used])
    present = set(distinct.tolist())
    levels = tuple(level for level in ordered_levels(name, present, order) if level in present)
    place = {level: code for code, level in enumerate(levels)}
    return np.array([place[level] for level in distinct.tolist()], dtype=np.int64)[codes], levels


def _check_subjects(
    subject: Ints, visit: Ints, group: Ints, subjects: np.ndarray, visits: tuple[object, ...], name: str
) -> None:
    key = subject * len(visits) + visit
    values, counts = np.unique(key, return_counts=True)
    if (counts > 1).any():
        twice = values[counts > 1]
        found = ", ".join(
            f"{subjects[each // len(visits)]} at {level_text(visits[each % len(visits)])}"
            for each in twice[:5].tolist()
        )
        raise DataError(
            "A subject has two records of one visit.", found=found, expected=f"one of each {name} and visit"
        )
    lowest, highest = np.full(len(subjects), 2**62), np.full(len(subjects), -1)
    np.minimum.at(lowest, subject, group)
    np.maximum.at(highest, subject, group)
    if (lowest != highest).any():
        found = str(subjects[np.flatnonzero(lowest != highest)[0]])
        raise DataError("A subject is in two groups of covariance.", found=found, expected="one group a subject")


def _empty_cells(design: Design, classes: tuple[str, ...]) -> list[str]:
    if len(classes) < 2:
        return []
    sizes = [len(design.levels[name]) for name in classes]
    seen = np.zeros(sizes, dtype=np.bool_)
    seen[tuple(design.codes[name] for name in classes)] = True
    return [
        " ".join(level_text(design.levels[name][code]) for name, code in zip(classes, cell, strict=True))
        for cell in np.argwhere(~seen).tolist()
    ]

"""Estimate LS means of class effects, and their differences, of any fitted model as LSMEANS of SAS does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, Protocol, get_args

import numpy as np
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Bools, Floats, checked_level, is_among, is_number
from adamline.stats._choices import as_choice
from adamline.stats._class_levels import level_text
from adamline.stats.design import Design, Effect
from adamline.stats.estimable import Basis, are_estimable

Margins = Literal["equal", "observed"]


@dataclass(frozen=True)
class LsMeans:
    """LS means of an effect of class variables, and their differences without adjustment for multiplicity.

    Each model has them by its method ``ls_means``: a linear model (PROC GLM) and an MMRM (PROC MIXED) with Student's t,
    a logistic model (log odds) and a Cox model (log hazard) with the normal distribution. The latter two must have been
    fitted with ``coding="glm"``, as SAS asks for PARAM=GLM.

    Covariates are at their means over the records used, products of covariates at the mean of the product; with ``at``,
    which gives values of some, a product is that of the values and means. Other class variables count by ``margins``:
    "equal", every level (every combination with a record) alike, or "observed", as often as in the records that have
    all variables of the model, the response or not (OM).

    With ``by``, a class variable of the effect such as the visit, differences are within its levels alone. ``against``
    is the level of the other class variable, or of the effect, that the others are compared with (of several class
    variables their levels as a tuple); else there are all pairs in order. ``level`` is that of the limits, by default
    that of the model.

    Tables: ``means``, a column for each class variable, ``n``, its records used, then estimate, se, df and t (or z), p,
    lower, upper; ``differences``, a column for ``by``, ``level`` and ``other``, and the same of level less other.
    ``covariance`` is that of the means, ``coefficients`` their functions of the parameters, a row for each. What cannot
    be estimated (SAS: Non-est) is missing, with a warning.

    DataError for an effect that is unknown or has covariates or no class variable, ``by`` that is none of its class
    variables, a covariate of ``at`` that is not in the model or a value that is no number, ``against`` that is no
    level, observed margins of a fit with weights or frequencies, and a level outside 0 to 1.
    Source: SAS PROC GLM, LSMEANS / STDERR CL PDIFF COV OM AT, *Construction of Least Squares Means*; PROC MIXED,
    LOGISTIC and PHREG, LSMEANS / DIFF CL.

    >>> from adamline.stats.linear_model import fit_linear_model
    >>> frame = pd.DataFrame({"ARM": list("AABB"), "BASE": [1.0, 2.0, 1.0, 3.0], "CHG": [2.0, 3.5, 4.0, 6.5]})
    >>> model = fit_linear_model(frame, "CHG", ["ARM", "BASE"], {"ARM": None})
    >>> model.ls_means("ARM").differences[["level", "other", "estimate", "se", "df"]].round(4)
      level other  estimate      se   df
    0     A     B     -1.85  0.1658  1.0
    """

    effect: str
    by: str | None
    n: int
    level: float
    margins: Margins
    at: Mapping[str, float]
    means: pd.DataFrame = field(compare=False, repr=False)
    differences: pd.DataFrame = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    coefficients: Floats = field(compare=False, repr=False)
    method: str
    warnings: tuple[str, ...] = ()


class Model(Protocol):
    """What LS means take from a fitted model."""

    @property
    def design(self) -> Design:
        """Its design, in the coding "glm" if it can have LS means."""

    @property
    def basis(self) -> Basis:
        """Which columns of the design are independent."""

    @property
    def n(self) -> int:
        """The records used."""

    @property
    def level(self) -> float:
        """The confidence level of its limits."""

    @property
    def method(self) -> str:
        """The procedure, then what it was told."""

    @property
    def weights(self) -> str | None:
        """The column that says how much, or how often, a record counts."""

    def tests_of(self, rows: Floats, level: float, effect: Effect) -> pd.DataFrame:
        """The test of each function of the parameters; the first column is ``estimate``."""

    def covariance_of(self, rows: Floats) -> Floats:
        """The covariance of functions of the parameters."""


@dataclass(frozen=True)
class Asked:
    """What a method ``ls_means`` was asked for."""

    effect: str
    by: str | None
    against: object
    margins: str
    at: Mapping[str, float] | None
    level: float | None


def ls_means_of(model: Model, asked: Asked) -> LsMeans:
    """The LS means behind the method ``ls_means`` of each model; the rules are those of `LsMeans`."""
    design, at = model.design, {} if asked.at is None else asked.at
    target = _target(design, asked)
    margins: Margins = as_choice(get_args(Margins), asked.margins, "margins of LS means", {"OM": "observed"})
    if margins == "observed" and model.weights is not None:
        # SAS counts weights and frequencies in the margins.
        raise DataError("Observed margins of a weighted fit are not there.", found=model.weights, hint="equal margins")
    level = checked_level(model.level if asked.level is None else asked.level)
    rows = ls_mean_rows(design, target, margins, at)
    labels = [design.cell_label(target, cell) for cell in target.cells]
    pairs = _pairs(target.classes, labels, asked.by, asked.against)
    contrasts = np.array([rows[a] - rows[b] for a, b in pairs]).reshape(-1, rows.shape[1])
    estimable = are_estimable(rows, model.basis)
    means = _tests(model, rows, estimable, level, target)
    differences = _tests(model, contrasts, are_estimable(contrasts, model.basis), level, target)
    _label(means, differences, design, target, asked.by, pairs)
    return LsMeans(
        effect=asked.effect,
        by=asked.by,
        n=model.n,
        level=level,
        margins=margins,
        at=dict(at),
        means=means,
        differences=differences,
        covariance=np.where(np.outer(estimable, estimable), model.covariance_of(rows), np.nan),
        coefficients=rows,
        method=f"{model.method.partition(',')[0]}, LSMEANS",
        warnings=_warnings(asked.effect, labels, estimable, means["estimate"].to_numpy()),
    )


def _warnings(effect: str, labels: list[tuple[object, ...]], estimable: Bools, estimate: Floats) -> tuple[str, ...]:
    texts = [" ".join(map(level_text, label)) for label in labels]
    found = []
    for chosen, what in (
        (~estimable, "cannot be estimated (Non-est)"),
        (estimable & np.isnan(estimate), "is infinite"),
    ):
        lost = [text for text, is_lost in zip(texts, chosen, strict=True) if is_lost]
        found += [f"{effect}: the LS mean of {', '.join(lost)} {what}"] if lost else []
    return tuple(found)


def ls_mean_rows(design: Design, effect: Effect, margins: Margins, at: Mapping[str, float]) -> Floats:
    """The functions of the parameters that are the LS means of ``effect``: a row for each of its columns.

    For models of any kind with a design in the coding "glm"; `LsMeans` has the rules.
    """
    if not isinstance(at, Mapping):
        raise DataError("Covariates must be at values by their names.", found=repr(at))
    for name, value in at.items():
        if name not in design.covariates:
            raise DataError("No such covariate in the model.", found=str(name), hint=nearest(name, design.covariates))
        if not (is_number(value) and np.isfinite(value)):
            raise DataError("A covariate must be at a finite number.", found=f"{name} at {value!r}")
    rows = np.zeros((len(effect.cells), len(design.names)))
    for each in design.effects:
        shares = _shares(design, each, effect, margins)
        rows[:, each.columns] = shares * _covariate_value(design, each, at)
    return rows


def _shares(design: Design, each: Effect, effect: Effect, margins: Margins) -> Floats:
    """How each column of an effect counts in each LS mean."""
    shared = [name for name in each.classes if name in effect.classes]
    own, wanted = ([one.classes.index(name) for name in shared] for one in (each, effect))
    same = each.cells[np.newaxis, :, own] == effect.cells[:, np.newaxis, wanted]
    matches: Floats = same.all(axis=2).astype(np.float64)
    if margins == "equal":
        equal: Floats = matches / np.maximum(matches.sum(axis=1, keepdims=True), 1)
        return equal
    others = [place for place, name in enumerate(each.classes) if name not in effect.classes]
    if not others:
        return matches
    seen = np.column_stack([design.margin_codes[each.classes[place]] for place in others])
    cells, columns = np.unique(each.cells[:, others], axis=0, return_inverse=True)
    counts = np.array([(seen == cell).all(axis=1).sum() for cell in cells])
    observed: Floats = matches * (counts / len(seen))[columns.ravel()]
    return observed


def _covariate_value(design: Design, each: Effect, at: Mapping[str, float]) -> float:
    if not each.covariates:
        return 1.0
    if not any(name in at for name in each.covariates):
        return float(np.prod([design.covariates[name] for name in each.covariates], axis=0).mean())
    return float(np.prod([at.get(name, float(design.covariates[name].mean())) for name in each.covariates]))


def check_against(against: object, levels: Sequence[object]) -> None:
    """DataError where the level to compare with is none of the effect."""
    if not is_among(against, levels):
        known = [repr(level) for level in dict.fromkeys(levels)]
        raise DataError(
            "The level to compare with is none of the effect.",
            expected=", ".join(known[:6]) + (" and more" if len(known) > 6 else ""),
            found=repr(against),
        )


def _target(design: Design, asked: Asked) -> Effect:
    target = design.effect(asked.effect)
    if target.covariates or not target.classes:
        raise DataError("LS means are of an effect of class variables alone.", found=asked.effect)
    if design.coding != "glm":
        raise DataError(
            "LS means need class variables in the coding glm.", found=design.coding, hint='fit with coding="glm"'
        )
    if asked.by is not None and asked.by not in target.classes:
        known = ", ".join(target.classes)
        hint = nearest(str(asked.by), target.classes)
        raise DataError("No such class variable in the effect.", expected=known, found=str(asked.by), hint=hint)
    return target


def _pairs(
    classes: tuple[str, ...], labels: list[tuple[object, ...]], by: str | None, against: object
) -> list[tuple[int, int]]:
    kept = [place for place, name in enumerate(classes) if name != by]
    own = -1 if by is None else classes.index(by)
    pairs = [(a, b) for a, b in combinations(range(len(labels)), 2) if by is None or labels[a][own] == labels[b][own]]
    if by is not None:
        order = {label: place for place, label in enumerate(dict.fromkeys(label[own] for label in labels))}
        pairs.sort(key=lambda pair: order[labels[pair[0]][own]])
    if against is None:
        return pairs
    shorts = [_short(label, kept) for label in labels]
    check_against(against, shorts)
    turned = [(b, a) if shorts[a] == against else (a, b) for a, b in pairs]
    return [pair for pair in turned if shorts[pair[1]] == against]


def _short(label: tuple[object, ...], kept: list[int]) -> object:
    return label[kept[0]] if len(kept) == 1 else tuple(label[place] for place in kept)


def _tests(model: Model, rows: Floats, estimable: Bools, level: float, effect: Effect) -> pd.DataFrame:
    """Tests of functions of the parameters, missing where they cannot be estimated."""
    found = model.tests_of(rows, level, effect)
    found.loc[~estimable] = np.nan
    return found


def _label(
    means: pd.DataFrame,
    differences: pd.DataFrame,
    design: Design,
    target: Effect,
    by: str | None,
    pairs: list[tuple[int, int]],
) -> None:
    """Puts what each row is of before the estimates."""
    labels = [design.cell_label(target, cell) for cell in target.cells]
    for place, name in enumerate(target.classes):
        means.insert(place, name, [label[place] for label in labels])
    means.insert(len(target.classes), "n", _records(design, target))
    kept = [place for place, name in enumerate(target.classes) if name != by]
    for column, side in (("level", 0), ("other", 1)):
        differences.insert(side, column, [_short(labels[pair[side]], kept) for pair in pairs])
    if by is not None:
        differences.insert(0, by, [labels[a][target.classes.index(by)] for a, _ in pairs])


def _records(design: Design, effect: Effect) -> list[int]:
    codes = np.column_stack([design.codes[name] for name in effect.classes])
    return [int((codes == cell).all(axis=1).sum()) for cell in effect.cells]

"""Estimate LS means of class effects, and their differences, as LSMEANS of PROC GLM and PROC MIXED does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Floats, is_among, is_number
from adamline.stats._wald import t_tests
from adamline.stats.design import Design, Effect, level_text
from adamline.stats.estimable import are_estimable
from adamline.stats.linear_model import LinearModel

METHOD = "PROC GLM, LSMEANS"
Margins = Literal["equal", "observed"]


@dataclass(frozen=True)
class LsMeans:
    """LS means of one effect; the tables are described at `ls_means`."""

    effect: str
    n: int
    df: float
    level: float
    margins: Margins
    at: Mapping[str, float]
    means: pd.DataFrame = field(compare=False, repr=False)
    differences: pd.DataFrame = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    coefficients: Floats = field(compare=False, repr=False)
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def ls_means(
    model: LinearModel,
    effect: str,
    *,
    margins: Margins = "equal",
    at: Mapping[str, float] | None = None,
    against: object = None,
    level: float = 0.95,
) -> LsMeans:
    """LS means of ``effect``, an effect of class variables, and their differences without adjustment for multiplicity.

    Covariates are at their means over the records used, products of covariates at the mean of the product; with ``at``,
    which gives values of some, a product is that of the values and means. Other class variables count by ``margins``:
    "equal", every level (every combination with a record) alike, or "observed", as often as in the records that have
    all variables of the model, the response or not (OM).

    Tables: ``means`` (``level``, or for several class variables their levels as a tuple; ``n``, its records used;
    estimate, se, df, t, p, lower, upper) and ``differences`` (``level``, ``other``, and the same of level less other),
    all pairs in order, or those of each level and ``against``. ``covariance`` is that of the means, ``coefficients``
    their functions of the parameters, a row for each. What cannot be estimated (SAS: Non-est) is missing, with a
    warning.

    DataError for an effect that is unknown or has covariates or no class variable, a covariate of ``at`` that is not
    in the model or a value that is no number, ``against`` that is no level, and a level outside 0 to 1.
    Source: SAS PROC GLM, LSMEANS / STDERR CL PDIFF COV OM AT, *Construction of Least Squares Means*.

    >>> from adamline.stats.linear_model import fit_linear_model
    >>> frame = pd.DataFrame({"ARM": list("AABB"), "BASE": [1.0, 2.0, 1.0, 3.0], "CHG": [2.0, 3.5, 4.0, 6.5]})
    >>> model = fit_linear_model(frame, "CHG", ["ARM", "BASE"], {"ARM": None})
    >>> ls_means(model, "ARM").differences[["level", "other", "estimate", "se", "df"]].round(4)
      level other  estimate      se   df
    0     A     B     -1.85  0.1658  1.0
    """
    design = model.design
    target = design.effect(effect)
    if target.covariates or not target.classes:
        raise DataError("LS means are of an effect of class variables alone.", found=effect)
    rows = ls_mean_rows(design, target, margins, at or {})
    labels = [design.cell_label(target, cell) for cell in target.cells]
    levels = [label[0] if len(label) == 1 else label for label in labels]
    pairs = _pairs(levels, against)
    estimable = are_estimable(rows, model.basis)
    differences = np.array([rows[first] - rows[second] for first, second in pairs]).reshape(-1, rows.shape[1])
    estimable_differences = are_estimable(differences, model.basis)
    means = _table(model, rows, estimable, level)
    means.insert(0, "level", pd.Series(levels, dtype=object if len(target.classes) > 1 else None))
    means.insert(1, "n", _records(design, target))
    table = _table(model, differences, estimable_differences, level)
    table.insert(0, "level", pd.Series([levels[first] for first, _ in pairs], dtype=means["level"].dtype))
    table.insert(1, "other", pd.Series([levels[second] for _, second in pairs], dtype=means["level"].dtype))
    spread = rows @ model.covariance @ rows.T
    lost = [" ".join(map(level_text, label)) for label, known in zip(labels, estimable, strict=True) if not known]
    return LsMeans(
        effect=effect,
        n=model.n,
        df=model.df_error,
        level=level,
        margins=margins,
        at=dict(at or {}),
        means=means,
        differences=table,
        covariance=np.where(np.outer(estimable, estimable), spread, np.nan),
        coefficients=rows,
        warnings=(f"{effect}: the LS mean of {', '.join(lost)} cannot be estimated (Non-est)",) if lost else (),
    )


def ls_mean_rows(design: Design, effect: Effect, margins: Margins, at: Mapping[str, float]) -> Floats:
    """The functions of the parameters that are the LS means of ``effect``: a row for each of its columns.

    For models of any kind with a design in the coding "glm"; `ls_means` has the rules.
    """
    if margins not in ("equal", "observed"):
        raise DataError("No such margins of LS means.", expected="equal or observed", found=repr(margins))
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


def _pairs(levels: list[object], against: object) -> list[tuple[int, int]]:
    if against is None:
        return list(combinations(range(len(levels)), 2))
    check_against(against, levels)
    other = levels.index(against)
    return [(place, other) for place in range(len(levels)) if place != other]


def _table(model: LinearModel, rows: Floats, estimable: np.ndarray, level: float) -> pd.DataFrame:
    """Tests of functions of the parameters, missing where they cannot be estimated."""
    variance = np.einsum("ij,jk,ik->i", rows, model.covariance, rows)
    estimate = np.where(estimable, rows @ model.coefficients, np.nan)
    return t_tests(estimate, np.where(estimable, np.sqrt(np.maximum(variance, 0.0)), np.nan), model.df_error, level)


def _records(design: Design, effect: Effect) -> list[int]:
    codes = np.column_stack([design.codes[name] for name in effect.classes])
    return [int((codes == cell).all(axis=1).sum()) for cell in effect.cells]

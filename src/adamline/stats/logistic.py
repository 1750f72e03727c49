"""Fit a logistic regression with class effects and covariates by maximum likelihood as PROC LOGISTIC does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from adamline.errors import DataError, nearest
from adamline.stats._arrays import Bools, Floats, Ints, checked_level, is_among, label_codes
from adamline.stats._class_levels import level_text
from adamline.stats._likelihood import (
    LikelihoodModel,
    Solution,
    fit_table,
    global_tests,
    parameter_covariance,
    parameter_table,
    ratio_table,
)
from adamline.stats._newton import Maximum, has_maximum, held_apart, maximise
from adamline.stats._numeric_column import known_column, numeric_column
from adamline.stats._scipy import expit, solve_triangular
from adamline.stats.design import Classes, Coding, Design, build_design, checked_coding
from adamline.stats.estimable import LIKELIHOOD_SINGULAR, Basis, dependency_warnings, find_basis

METHOD = "PROC LOGISTIC, binary logit, maximum likelihood (Fisher scoring), Wald limits"


@dataclass(frozen=True)
class Logistic(LikelihoodModel):
    """A fitted logistic model; the tables are described at `fit_logistic`."""

    response: str
    event: object
    freq: str | None
    sum_freq: int
    separation: str
    coding: Coding | None
    odds_ratios: pd.DataFrame = field(compare=False, repr=False)

    @property
    def weights(self) -> str | None:
        """The column of frequencies."""
        return self.freq


def fit_logistic(
    frame: pd.DataFrame,
    response: str,
    event: object,
    effects: Sequence[str],
    classes: Classes | None = None,
    *,
    coding: str | None = None,
    references: Mapping[str, object] | None = None,
    freq: str | None = None,
    level: float = 0.95,
) -> Logistic:
    """The logistic regression of the odds that ``response`` is ``event`` on an intercept and ``effects``.

    ``response`` has two values, numbers or text. ``effects`` and ``classes`` are those of `build_design`: class
    variables with their levels in order, the last being the reference, or None for sorted levels; ``references`` names
    the reference of some (REF=). ``coding`` must be said where there are class variables: "effect" (the default of
    PROC LOGISTIC), "reference" (PARAM=REF) or "glm". ``freq`` is a column of whole numbers, how many subjects a record
    stands for; below 1 or missing leaves the record out. A record with any value missing is left out, and counted in
    ``n_missing``; ``n_event`` and ``sum_freq`` count with frequencies.

    Tables: ``parameters`` (parameter, estimate, se, chi_square (Wald), p, lower, upper, ``dependent``, ``infinite``);
    ``odds_ratios`` (effect, level, other, estimate, lower, upper), of each level to the reference or of a unit of a
    covariate, for effects without interaction; ``fit`` (AIC, SC, -2 Log L: intercept_only, with_effects);
    ``global_tests`` (likelihood ratio, score, wald); by the method ``type3`` the tests of effects, by ``ls_means`` the
    LS means. ``covariance`` is that of the parameters.

    Newton's method runs to full convergence, where SAS stops at GCONV=1E-8. A column that is a combination of those
    before it has the parameter 0 and is named in the warnings. Where the events can be told from the others by the
    effects (``separation`` "complete" or "quasi-complete"), no maximum exists: infinite estimates and tests with them
    are missing, the others and -2 Log L are the limits of the likelihood, and the warnings say so.

    DataError for what `build_design` refuses, a response of one or more than two values or without the event, classes
    without coding, frequencies that are not whole. Source: SAS PROC LOGISTIC, MODEL (EVENT=), CLASS / PARAM= REF=,
    FREQ; Albert and Anderson (1984), Biometrika 71.

    >>> frame = pd.DataFrame({"RESP": list("YNNYNYYY"), "ARM": list("PPPPAAAA")})
    >>> model = fit_logistic(frame, "RESP", "Y", ["ARM"], {"ARM": None}, coding="reference", references={"ARM": "P"})
    >>> model.odds_ratios.round(3)
      effect level other  estimate  lower  upper
    0    ARM     A     P       3.0   0.15  59.89
    """
    checked_level(level)
    if classes and coding is None:
        raise DataError(
            "The coding of class variables must be said.",
            expected="effect, reference or glm",
            hint="PROC LOGISTIC takes effect unless PARAM= says otherwise; reference gives log odds ratios",
        )
    in_coding = None if coding is None else checked_coding(coding)
    answers, distinct = label_codes(known_column(frame, response))
    weight = _frequencies(frame, freq)
    design = build_design(
        frame,
        effects,
        classes or {},
        coding=in_coding or "reference",
        references=references,
        usable=(answers >= 0) & (weight > 0),
    )
    y = _is_event(answers[design.used], distinct, response, event)
    weight = weight[design.used]
    basis = find_basis(design, LIKELIHOOD_SINGULAR)
    solution, separation, log_likelihood, (iterations, converged) = _solve(design, basis, y, weight)
    total, events = float(weight.sum()), float(weight[y].sum())
    null = -2 * (events * np.log(events / total) + (total - events) * np.log1p(-events / total))
    deviance = 0.0 - 2 * log_likelihood
    warnings = (*design.warnings, *_dependent(design, basis), *_separated(solution, separation))
    return Logistic(
        response=response,
        event=event,
        n=len(y),
        n_missing=len(frame) - len(y),
        freq=freq,
        sum_freq=int(total),
        n_event=int(events),
        separation=separation,
        converged=converged,
        iterations=iterations,
        level=level,
        coding=in_coding,
        fit=fit_table(("intercept_only", "with_effects"), (null, deviance), (1, len(basis.kept)), int(total)),
        global_tests=global_tests(solution, null - deviance, _score(design, basis, y, weight), skip=1),
        parameters=parameter_table(solution, level),
        odds_ratios=ratio_table(solution, level),
        covariance=parameter_covariance(solution),
        design=design,
        basis=basis,
        solution=solution,
        method=METHOD if coding is None else f"{METHOD}, class variables in {in_coding} coding",
        warnings=warnings if converged else (*warnings, "Newton's method did not converge"),
    )


def _frequencies(frame: pd.DataFrame, freq: str | None) -> Floats:
    if freq is None:
        return np.ones(len(frame))
    numbers = numeric_column(frame, freq)
    wrong = np.floor(numbers) != numbers
    wrong &= ~np.isnan(numbers)
    if wrong.any():
        found = f"{freq}: {numbers[wrong][0]!r}"
        raise DataError("A frequency must be a whole number.", found=found, hint="PROC LOGISTIC would cut its decimals")
    return np.where(numbers >= 1, numbers, 0.0)


def _is_event(answers: Ints, distinct: list[object], response: str, event: object) -> Bools:
    values = [distinct[code] for code in np.unique(answers)]
    shown = ", ".join(map(level_text, values[:5]))
    if not is_among(event, values):
        # Quotes part the text "1" from the number 1.
        written = [repr(value) if isinstance(value, str) else level_text(value) for value in values]
        own = repr(event) if isinstance(event, str) else str(event)
        raise DataError(
            "No record used has the event.",
            expected=own,
            found=f"{response}: {', '.join(written[:5])}",
            hint=nearest(own, written),
        )
    if len(values) == 1:
        raise DataError("All records used have the event: nothing to compare.", found=f"{response}: {shown}")
    if len(values) > 2:
        raise DataError(
            "A binary response has two values.",
            found=f"{response}: {shown}" + (" and more" if len(values) > 5 else ""),
            hint="derive a response of two values first",
        )
    is_event: Bools = answers == distinct.index(event)
    return is_event


def _solve(design: Design, basis: Basis, y: Bools, weight: Floats) -> tuple[Solution, str, float, tuple[int, bool]]:
    """The solution, the kind of separation, the (limit of the) log likelihood, iterations, whether it converged.

    Records that are told apart have probability 1 in the limit and say no more.
    """
    part, rest, separation = design, basis, ""
    while True:
        chosen = part.matrix[:, rest.kept]
        estimate, covariance, found, reach = _newton(chosen, y, weight)
        if has_maximum(found, reach):
            break
        q = np.linalg.qr(chosen).Q
        left = ~held_apart(np.where(y, 1.0, -1.0)[:, np.newaxis] * q, np.zeros((0, q.shape[1])))
        if left.all():
            break
        if not left.any():
            nothing = Basis(np.zeros(0, dtype=np.int64), np.zeros((0, len(design.names))), basis.scale)
            zero = np.zeros(len(design.names))
            return Solution(design, basis, nothing, zero, np.diag(zero)), "complete", 0.0, (0, True)
        separation, part, y, weight = "quasi-complete", part.of_records(left), y[left], weight[left]
        rest = replace(find_basis(part, LIKELIHOOD_SINGULAR), scale=basis.scale)
    solution = Solution(design, basis, rest, *_spread(design, rest, estimate, covariance))
    return solution, separation, found.log_likelihood, (found.iterations, found.converged)


def _newton(chosen: Floats, y: Bools, weight: Floats) -> tuple[Floats, Floats, Maximum, float]:
    """Estimates and covariance of independent columns, the end of Newton's method, and the longest record.

    The columns are made orthonormal first: the fit does not depend on their scale.
    """
    q, r = np.linalg.qr(chosen)
    size = np.sqrt(len(q))
    q, r = q * size, r / size
    sign = np.where(y, 1.0, -1.0)

    def likelihood(point: Floats) -> tuple[float, Floats, Floats]:
        margin = sign * (q @ point)
        wrong = expit(-margin)
        slope = q.T @ (weight * sign * wrong)
        information = (q * (weight * wrong * expit(margin))[:, np.newaxis]).T @ q
        return -float(weight @ np.logaddexp(0.0, -margin)), slope, information

    found = maximise(likelihood, np.zeros(q.shape[1]))
    try:
        inverse = np.linalg.inv(found.information)
    except np.linalg.LinAlgError:
        inverse = np.full_like(found.information, np.nan)
    half = solve_triangular(r, np.eye(len(r)))
    reach = float(np.linalg.norm(q, axis=1).max())
    return solve_triangular(r, found.point), half @ inverse @ half.T, found, reach


def _spread(design: Design, basis: Basis, estimate: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Estimates and covariance of all columns, 0 where a column depends on others."""
    every, spread = np.zeros(len(design.names)), np.zeros((len(design.names),) * 2)
    every[basis.kept] = estimate
    spread[np.ix_(basis.kept, basis.kept)] = covariance
    return every, spread


def _score(design: Design, basis: Basis, y: Bools, weight: Floats) -> float:
    """The score test of all parameters but the intercept."""
    root = np.sqrt(weight)
    share = float(weight[y].sum() / weight.sum())
    q = np.linalg.qr(root[:, np.newaxis] * design.matrix[:, basis.kept]).Q
    slope = q[:, 1:].T @ (root * (y - share))
    return float(slope @ slope) / (share * (1 - share))


def _dependent(design: Design, basis: Basis) -> tuple[str, ...]:
    """A sentence for each effect without a column of its own, and in full-rank codings for each column."""
    found = list(dependency_warnings(design, basis))
    if design.coding == "glm":
        return tuple(found)
    whole = {
        e.name for e in design.effects if not np.isin(np.arange(e.columns.start, e.columns.stop), basis.kept).any()
    }
    for effect in design.effects:
        if effect.name in whole:
            continue
        lost = [design.names[c] for c in range(effect.columns.start, effect.columns.stop) if c in basis.dependent]
        if lost:
            found.append(f"{', '.join(lost)}: combinations of other columns, set to 0")
    return tuple(found)


def _separated(solution: Solution, separation: str) -> tuple[str, ...]:
    if not separation:
        return ()
    rows = solution.parameter_rows()
    lost = [solution.design.names[c] for c in solution.basis.kept[~solution.are_finite(rows[solution.basis.kept])]]
    return (
        f"{separation} separation of the events: no maximum likelihood estimate exists; infinite: {', '.join(lost)}",
    )

"""Fit a proportional hazards model with class effects, covariates and strata as PROC PHREG does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats, Ints, as_list, checked_level, label_codes
from adamline.stats._choices import as_choice
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
from adamline.stats._partial_likelihood import (
    Ties,
    orthonormal,
    partial_likelihood,
    records_at_risk,
    risk_sets,
    within_strata,
)
from adamline.stats._scipy import solve_triangular
from adamline.stats._times import checked_times
from adamline.stats.design import INTERCEPT, Classes, Design, build_design
from adamline.stats.estimable import LIKELIHOOD_SINGULAR, Basis, find_basis, followed

METHODS: dict[Ties, str] = {
    "breslow": "PROC PHREG, partial likelihood, TIES=BRESLOW, Wald limits",
    "efron": "PROC PHREG, partial likelihood, TIES=EFRON, Wald limits",
}


@dataclass(frozen=True)
class Cox(LikelihoodModel):
    """A fitted proportional hazards model; the tables are described at `fit_cox`."""

    n_strata: int
    ties: Ties
    monotone: bool
    hazard_ratios: pd.DataFrame = field(compare=False, repr=False)


def fit_cox(
    frame: pd.DataFrame,
    time: str,
    event: str,
    effects: Sequence[str],
    classes: Classes | None = None,
    *,
    coding: str = "reference",
    references: Mapping[str, object] | None = None,
    ties: str = "breslow",
    strata: Sequence[str] = (),
    level: float = 0.95,
) -> Cox:
    """The proportional hazards model of ``time`` on ``effects``, with a baseline hazard for each stratum.

    ``event`` is a column with 1 where the event was seen and 0 where the time is censored (1 - CNSR). ``effects``,
    ``classes`` and ``references`` are those of `build_design`: the reference is the last level, or the one named.
    ``coding`` is "reference" (the default of PROC PHREG), "effect" or "glm". ``strata`` are columns; each combination
    of their values is a stratum. A record with any value missing is left out and counted in ``n_missing``. Records
    censored at an event time are at risk. ``ties`` of events are taken by the approximation of Breslow (the default of
    PROC PHREG) or of Efron.

    Tables: ``parameters`` (parameter, estimate, se, chi_square (Wald), p, lower, upper, ``dependent``, ``infinite``);
    ``hazard_ratios`` (effect, level, other, estimate, lower, upper), of each level to the reference or of a unit of a
    covariate, for effects without interaction; ``fit`` (AIC, SC (SBC), -2 Log L: without_effects, with_effects; SC
    takes the logarithm of the number of events); ``global_tests`` (likelihood ratio, score, wald); by the method
    ``type3`` the tests of effects, by ``ls_means`` the LS means.

    Newton's method runs to full convergence, where SAS stops at GCONV=1E-8. A parameter without information (its column
    does not vary among the records at risk within strata, or follows from those before it) is 0 and is named in the
    warnings. Where the likelihood is monotone (an arm without events), infinite estimates and tests with them are
    missing, the others and -2 Log L are the limits, and the warnings say so.

    DataError for what `build_design` and `checked_times` refuse, no events, unknown strata or ties.
    Source: SAS PROC PHREG, MODEL / TIES= RISKLIMITS, CLASS, STRATA; Efron (1977), JASA 72.

    >>> frame = pd.DataFrame({"AVAL": [5, 8, 9, 3, 4, 7], "EVENT": [1, 0, 1, 1, 1, 1], "ARM": list("AAAPPP")})
    >>> fit_cox(frame, "AVAL", "EVENT", ["ARM"], {"ARM": None}).hazard_ratios.round(4)
      effect level other  estimate   lower   upper
    0    ARM     A     P    0.1849  0.0186  1.8382
    """
    checked_level(level)
    way = as_choice(METHODS, ties, "ways with ties")
    seen, status = numeric_column(frame, time), numeric_column(frame, event)
    codes, unstratified = _strata(frame, strata)
    times, events, _, present = checked_times(seen, status, codes)
    design = build_design(frame, effects, classes or {}, coding=coding, references=references, usable=present)
    times, events, codes = times[design.used], events[design.used], codes[design.used]
    if not events.any():
        raise DataError("No event: there is nothing to fit.", found=f"{len(times)} records, all censored")
    basis = _basis(design, times, events, codes)
    solution, monotone, found = _solve(design, basis, times, events, codes, way)
    null, score = _at_zero(design, basis, times, events, codes, way)
    deviance, n_event = 0.0 - 2 * found.log_likelihood, int(events.sum())
    warnings = (*design.warnings, *_dependent(design, basis), *_monotone(solution, monotone))
    parameters = parameter_table(solution, level, skip=1)
    return Cox(
        n=len(times),
        n_missing=len(frame) - len(times),
        n_event=n_event,
        n_strata=len(np.unique(codes)),
        ties=way,
        monotone=monotone,
        converged=found.converged,
        iterations=found.iterations,
        level=level,
        fit=fit_table(("without_effects", "with_effects"), (null, deviance), (0, len(basis.kept) - 1), n_event),
        global_tests=global_tests(solution, null - deviance, score, skip=1),
        parameters=parameters,
        hazard_ratios=ratio_table(solution, level),
        covariance=parameter_covariance(solution)[1:, 1:],
        design=design,
        basis=basis,
        solution=solution,
        method=METHODS[way] + ("" if unstratified else ", stratified"),
        warnings=warnings if found.converged else (*warnings, "Newton's method did not converge"),
    )


def _strata(frame: pd.DataFrame, strata: Sequence[str]) -> tuple[Ints, bool]:
    """A code for each combination of values, -1 where one is missing."""
    if isinstance(strata, str):
        raise DataError("Strata must be a list of names.", found=repr(strata), hint=f"write [{strata!r}]")
    names = as_list(strata, "The strata")
    codes = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        own, distinct = label_codes(known_column(frame, str(name)))
        codes = np.where((own < 0) | (codes < 0), -1, codes * len(distinct) + own)
        # Without gaps, so that they stay small whatever the number of strata columns.
        codes = np.unique(codes, return_inverse=True)[1] - int((codes < 0).any())
    return codes, not names


def _basis(design: Design, times: Floats, events: Bools, codes: Ints) -> Basis:
    """The columns with information of their own: independent within strata among the records at risk.

    The risk sets of a stratum lie in one another, so that what varies in any varies in the first.
    """
    at_risk = records_at_risk(times, events, codes)
    matrix = within_strata(design.matrix[at_risk], codes[at_risk])
    matrix[:, 0] = 1.0
    return find_basis(replace(design.of_records(at_risk), matrix=matrix), LIKELIHOOD_SINGULAR)


def _newton(
    chosen: Floats, times: Floats, events: Bools, codes: Ints, ties: Ties
) -> tuple[Floats, Floats, Maximum, float]:
    """Estimates and covariance of independent columns, the end of Newton's method, how far records lie apart."""
    at_risk = records_at_risk(times, events, codes)
    risk = risk_sets(times[at_risk], events[at_risk], codes[at_risk], ties)
    q, r, reach = orthonormal(chosen[at_risk], codes[at_risk])
    x = q[risk.order]
    found = maximise(lambda point: partial_likelihood(x, risk, point), np.zeros(x.shape[1]))
    if not x.shape[1]:
        return np.zeros(0), np.zeros((0, 0)), found, 0.0
    try:
        inverse = np.linalg.inv(found.information)
    except np.linalg.LinAlgError:
        inverse = np.full_like(found.information, np.nan)
    half = solve_triangular(r, np.eye(len(r)))
    return solve_triangular(r, found.point), half @ inverse @ half.T, found, 2 * reach


def _solve(
    design: Design, basis: Basis, times: Floats, events: Bools, codes: Ints, ties: Ties
) -> tuple[Solution, bool, Maximum]:
    """The solution, whether the likelihood is monotone, and the end of Newton's method (at the limit)."""
    part, rest, monotone = design, basis, False
    while True:
        chosen = part.matrix[:, rest.kept[1:]]
        estimate, covariance, found, reach = _newton(chosen, times, events, codes, ties)
        if not chosen.shape[1] or has_maximum(found, reach):
            break
        left, parts = _limit(chosen, times, events, codes)
        if parts is None:
            break
        monotone = True
        part, times, events, codes = part.of_records(left), times[left], events[left], parts
        rest = replace(_basis(part, times, events, codes), scale=basis.scale)
    return Solution(design, basis, rest, *_spread(design, rest, estimate, covariance)), monotone, found


def _limit(chosen: Floats, times: Floats, events: Bools, codes: Ints) -> tuple[Bools, Ints | None]:
    """Which records are left in the limit of a monotone likelihood, and their strata, cut where no set is shared.

    A direction b along which the likelihood grows has x'b highest, of all at risk, in the events of each time: so each
    record is compared with the event before it, each event time with the next, and tied events are alike.
    """
    at_risk = records_at_risk(times, events, codes)
    places = np.flatnonzero(at_risk)
    x = orthonormal(chosen[at_risk], codes[at_risk])[0]
    # Early times first, events before records censored at their time.
    order = np.lexsort((~events[places], times[places], codes[places]))
    x, places = x[order], places[order]
    event, code = events[places], codes[places]
    starts = event & ((np.diff(code, prepend=-1) != 0) | (np.diff(times[places], prepend=-1.0) != 0))
    heads = np.flatnonzero(starts)
    own = heads[np.cumsum(starts) - 1]
    is_tie = event & ~starts
    censored = np.flatnonzero(~event)
    chained = np.flatnonzero(code[heads[1:]] == code[heads[:-1]])
    rows = np.vstack([x[own[censored]] - x[censored], x[heads[chained]] - x[heads[chained + 1]]])
    apart = held_apart(rows, x[own[is_tie]] - x[is_tie])
    if not apart.any():
        return at_risk, None
    left = at_risk.copy()
    left[places[censored[apart[: len(censored)]]]] = False
    cuts = np.ones(len(heads), dtype=np.int64)
    cuts[chained + 1] = apart[len(censored) :]
    parts = np.zeros(len(times), dtype=np.int64)
    parts[places] = (np.cumsum(cuts) - 1)[np.cumsum(starts) - 1]
    return left, parts[left]


def _spread(design: Design, basis: Basis, estimate: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Estimates and covariance of all columns, 0 for the intercept and where a column depends on others."""
    every, spread = np.zeros(len(design.names)), np.zeros((len(design.names),) * 2)
    every[basis.kept[1:]] = estimate
    spread[np.ix_(basis.kept[1:], basis.kept[1:])] = covariance
    return every, spread


def _at_zero(
    design: Design, basis: Basis, times: Floats, events: Bools, codes: Ints, ties: Ties
) -> tuple[float, float]:
    """-2 Log L without effects, and the score test of all of them."""
    at_risk = records_at_risk(times, events, codes)
    risk = risk_sets(times[at_risk], events[at_risk], codes[at_risk], ties)
    x = orthonormal(design.matrix[np.ix_(at_risk, basis.kept[1:])], codes[at_risk])[0][risk.order]
    value, slope, information = partial_likelihood(x, risk, np.zeros(x.shape[1]))
    return 0.0 - 2 * value, float(slope @ np.linalg.solve(information, slope)) if len(slope) else np.nan


def _dependent(design: Design, basis: Basis) -> tuple[str, ...]:
    """A sentence for each effect, and each column beside the reference, without information of its own."""
    found = []
    for effect in design.effects:
        columns = [c for c in range(effect.columns.start, effect.columns.stop) if c in basis.dependent]
        whole = len(columns) == effect.columns.stop - effect.columns.start
        if effect.name == INTERCEPT or not columns or (design.coding == "glm" and not whole):
            continue
        names = ", ".join(design.names[c] for c in columns)
        of = ", ".join(design.names[c] for c in followed(basis, np.array(columns)) if c)
        why = f"follows from {of}" if of else "does not vary among the records at risk within strata"
        found.append(f"{names}: {why}, set to 0")
    return tuple(found)


def _monotone(solution: Solution, monotone: bool) -> tuple[str, ...]:
    if not monotone:
        return ()
    rows, kept = solution.parameter_rows(), solution.basis.kept[1:]
    lost = [solution.design.names[c] for c in kept[~solution.are_finite(rows[kept])]]
    return (f"monotone likelihood: it grows without end; infinite: {', '.join(lost)}",)

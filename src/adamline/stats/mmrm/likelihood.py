"""-2 log likelihood of repeated measures, restricted or not, with its exact first and second derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._scipy import solve_triangular
from adamline.stats.mmrm.patterns import Gathered, chosen, embedded, spread, total, twisted, unpacked

Method = Literal["REML", "ML"]


@dataclass(frozen=True)
class Value:
    """The objective at some covariance matrices, without constants, and what its derivatives are made of.

    ``slope`` (groups, t, t) is symmetric: the objective changes by tr(slope dSigma). ``inverse`` is (X'V-1X)-1, the
    product of ``root`` with its transpose.
    """

    objective: float
    coefficients: Floats
    root: Floats
    inverse: Floats
    slope: Floats
    weights: tuple[Floats, ...]
    model: tuple[Floats, ...]
    residual: tuple[Floats, ...]


@dataclass(frozen=True)
class Curvature:
    """Second derivatives along directions of Sigma: observed (without the part of d2Sigma) and expected.

    ``information`` is P_k = X'V-1 D_k V-1X for each direction, (k, q, q).
    """

    observed: Floats
    expected: Floats
    information: Floats


def evaluate(data: Gathered, sigmas: Floats, method: Method) -> Value | None:
    """The objective and its slope at ``sigmas`` (groups, t, t); None where a matrix is not positive definite."""
    q, width = data.q, data.q + 1
    weights, log_det = [], 0.0
    products = np.zeros((width, width))
    for batch in data.batches:
        try:
            factor = np.linalg.cholesky(chosen(batch, sigmas))
        except np.linalg.LinAlgError:
            return None
        diagonal = np.diagonal(factor, axis1=1, axis2=2)
        if not np.isfinite(factor).all() or diagonal.min() <= 0:
            return None
        log_det += 2 * float(batch.count @ np.log(diagonal).sum(axis=1))
        half = np.linalg.inv(factor)
        weight = half.transpose(0, 2, 1) @ half
        weights.append(weight)
        products += total(batch, weight, width)
    if not np.isfinite(products).all():
        return None
    try:
        triangle = np.linalg.cholesky(products[:q, :q])
    except np.linalg.LinAlgError:
        return None
    whitened = solve_triangular(triangle, np.column_stack([products[:q, q], np.eye(q)]), lower=True)
    root = whitened[:, 1:].T
    inverse = root @ root.T
    b = root @ whitened[:, 0]
    quadratic = float(products[q, q] - whitened[:, 0] @ whitened[:, 0])
    objective = log_det + quadratic
    if method == "REML":
        objective += 2 * float(np.log(np.diag(triangle)).sum())
    if not np.isfinite(objective):
        return None
    signed = np.append(b, -1.0)
    residual_kernel = np.outer(signed, signed)
    model_kernel = np.zeros((width, width))
    model_kernel[:q, :q] = inverse
    slope = np.zeros_like(sigmas)
    models, residuals = [], []
    for batch, weight in zip(data.batches, weights, strict=True):
        residual, model = spread(batch, residual_kernel), spread(batch, model_kernel)
        residuals.append(residual)
        models.append(model)
        inner = residual + model if method == "REML" else residual
        own = batch.count[:, np.newaxis, np.newaxis] * weight - weight @ inner @ weight
        _add_by_group(slope, batch.group, embedded(batch, own, data.t))
    slope = (slope + slope.transpose(0, 2, 1)) / 2
    return Value(objective, b, root, inverse, slope, tuple(weights), tuple(models), tuple(residuals))


def curvature(data: Gathered, value: Value, directions: list[Floats], method: Method) -> Curvature:
    """Second derivatives along ``directions``: for each group its matrices (k, t, t)."""
    t, q, width = data.t, data.q, data.q + 1
    counts = [len(each) for each in directions]
    ends = np.cumsum([0, *counts])
    observed, expected = np.zeros((ends[-1], ends[-1])), np.zeros((ends[-1], ends[-1]))
    turned_sums = twisted(data, value.weights)
    pairs_observed, pairs_expected = np.zeros((data.groups, t * t, t * t)), np.zeros((data.groups, t * t, t * t))
    for batch, weight, model, residual in zip(data.batches, value.weights, value.model, value.residual, strict=True):
        wide = embedded(batch, weight, t).reshape(-1, t * t)
        count = batch.count[:, np.newaxis, np.newaxis]
        seen = model + residual if method == "REML" else residual
        first = embedded(batch, 2 * weight @ seen @ weight - count * weight, t).reshape(-1, t * t)
        # The expectation of r r' is V - C, which leaves n M - 2 M C M.
        taken = 2 * weight @ model @ weight if method == "REML" else 0.0
        second = embedded(batch, count * weight - taken, t).reshape(-1, t * t)
        for group in np.unique(batch.group).tolist():
            own = batch.group == group
            pairs_observed[group] += wide[own].T @ first[own]
            pairs_expected[group] += wide[own].T @ second[own]
    information = np.zeros((ends[-1], q, q))
    scores = np.zeros((ends[-1], q))
    for group, own in enumerate(directions):
        block = slice(ends[group], ends[group + 1])
        flat = own.reshape(len(own), t * t)
        # tr(M D W E) = sum M[d, a] D[a, b] W[b, c] E[c, d]
        for pairs, out in ((pairs_observed, observed), (pairs_expected, expected)):
            four = pairs[group].reshape(t, t, t, t).transpose(1, 2, 3, 0).reshape(t * t, t * t)
            inner = flat @ four @ flat.T
            out[block, block] = (inner + inner.T) / 2
        full = unpacked(flat @ turned_sums[group].reshape(t * t, -1), width)
        information[block] = full[:, :q, :q]
        scores[block] = full[:, :q, q] - full[:, :q, :q] @ value.coefficients
    turned = value.root.T @ information @ value.root
    trace = turned.reshape(len(turned), -1) @ turned.reshape(len(turned), -1).T
    mixed = scores @ value.root
    observed -= 2 * mixed @ mixed.T
    if method == "REML":
        observed -= trace
        expected += trace
    return Curvature(observed, expected, information)


def _add_by_group(out: Floats, group: np.ndarray, matrices: Floats) -> None:
    for each in np.unique(group).tolist():
        out[each] += matrices[group == each].sum(axis=0)

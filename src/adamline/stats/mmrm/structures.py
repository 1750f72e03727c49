"""Covariance structures of repeated measures: SAS's parameters, their names, and how the matrix follows from them.

Every structure but UN is variances times a correlation: Sigma_ab = sqrt(v_a v_b) C_ab(r), with one variance or one for
each visit. The optimiser works on log v and on a transformed r that has no bounds (TOEP: r itself), or on the Cholesky
factor of UN with the logarithm of its diagonal; inference works on the parameters that SAS prints. Where r makes no
positive definite matrix (CS below -1 / (visits - 1)), the likelihood says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._choices import as_choice

STRUCTURES = ("UN", "CS", "CSH", "AR(1)", "ARH(1)", "TOEP", "TOEPH", "ANTE(1)")
_HETEROGENEOUS = {"CSH": "CSH", "ARH(1)": "AR(1)", "TOEPH": "TOEP", "ANTE(1)": "ANTE(1)"}
# Second derivatives in SAS's parameters are 0.
LINEAR = ("UN", "CS", "TOEP")
# A start never has a correlation beyond this.
_FARTHEST = 0.97
_NONE = np.zeros((0, 0, 0, 0))


@dataclass(frozen=True)
class Shape:
    """A covariance matrix at some parameters: the matrix, its first derivatives (k, t, t), its second (k, k, t, t).

    ``second`` is empty where all are 0, and for the Cholesky factor of UN (`Structure.bend`).
    """

    matrix: Floats
    first: Floats
    second: Floats

    @property
    def is_linear(self) -> bool:
        """Whether there are no second derivatives."""
        return self.second.size == 0


@dataclass(frozen=True)
class Structure:
    """One covariance structure of ``size`` visits."""

    name: str
    size: int

    @property
    def labels(self) -> tuple[str, ...]:
        """The parameters as SAS names them, in its order."""
        t, name = self.size, self.name
        if name == "UN":
            return tuple(f"UN({a + 1},{b + 1})" for a in range(t) for b in range(a + 1))
        variances = tuple(f"Var({a})" for a in range(1, t + 1))
        return {
            "CS": ("CS", "Residual"),
            "AR(1)": ("AR(1)", "Residual"),
            "TOEP": (*(f"TOEP({lag})" for lag in range(2, t + 1)), "Residual"),
            "CSH": (*variances, "CSH"),
            "ARH(1)": (*variances, "ARH(1)"),
            "TOEPH": (*variances, *(f"TOEPH({lag})" for lag in range(1, t))),
            "ANTE(1)": (*variances, *(f"Rho({a})" for a in range(1, t))),
        }[name]

    @property
    def count(self) -> int:
        """How many parameters."""
        return len(self.labels)

    @property
    def _n_variances(self) -> int:
        return self.size if self.name in _HETEROGENEOUS else 1

    def working(self, theta: Floats) -> Shape:
        """The matrix at the parameters that the optimiser moves."""
        if self.name == "UN":
            return _from_cholesky(theta, self.size)
        nv = self._n_variances
        r, slope, bend = self._correlations(theta[nv:])
        shape = self._scaled(np.exp(theta[:nv]), r)
        factor = np.concatenate([np.ones(nv), slope])
        extra = np.concatenate([np.zeros(nv), bend])
        return _chained(shape, factor, extra)

    def sas(self, theta: Floats) -> Shape:
        """The matrix at SAS's parameters."""
        t = self.size
        if self.name in LINEAR:
            basis = _linear_basis(self.name, t)
            return Shape(np.tensordot(theta, basis, 1), basis, _NONE)
        nv = self._n_variances
        v, r = (theta[:nv], theta[nv:]) if nv > 1 else (theta[1:], theta[:1])
        ones = np.ones(len(r))
        # d/dv = (d/dlog v) / v, and d2/dv2 = (d2/dlog v2 - d/dlog v) / v**2
        shape = _chained(self._scaled(v, r), np.concatenate([1 / v, ones]), np.concatenate([-1 / v**2, 0 * ones]))
        if nv > 1:
            return shape
        return Shape(shape.matrix, shape.first[::-1], shape.second[::-1, ::-1])

    def to_sas(self, theta: Floats) -> Floats:
        """SAS's parameters at those of the optimiser."""
        matrix = self.working(theta).matrix
        if self.name == "UN":
            return np.asarray(matrix[np.tril_indices(self.size)])
        nv = self._n_variances
        v, r = np.exp(theta[:nv]), self._correlations(theta[nv:])[0]
        if self.name in _HETEROGENEOUS:
            return np.concatenate([v, r])
        if self.name == "AR(1)":
            return np.concatenate([r, v])
        rest = v * (1 - r) if self.name == "CS" else v
        return np.concatenate([v * r, rest])

    def powers(self, factor: float) -> Floats:
        """By what each of SAS's parameters is multiplied where the response is multiplied by ``factor``."""
        squared = np.array([not _is_correlation(self.name, label) for label in self.labels])
        return np.where(squared, float(factor) ** 2, 1.0)

    def start(self, moments: Floats) -> Floats:
        """The optimiser's parameters nearest to a positive definite matrix of moments."""
        if self.name == "UN":
            factor = np.linalg.cholesky(moments)
            np.fill_diagonal(factor, np.log(np.diag(factor)))
            return np.asarray(factor[np.tril_indices(self.size)], dtype=np.float64)
        v = np.diag(moments)
        correlation = moments / np.sqrt(np.outer(v, v))
        lags = np.array([np.diagonal(correlation, lag).mean() for lag in range(1, self.size)])
        base = _HETEROGENEOUS.get(self.name, self.name)
        if base in ("CS", "CSH"):
            r = correlation[np.tril_indices(self.size, -1)].mean(keepdims=True)
        elif base == "TOEP":
            r = _definite_lags(lags)
        else:
            r = np.diagonal(correlation, 1) if base == "ANTE(1)" else lags[:1]
        variances = v if self._n_variances > 1 else v.mean(keepdims=True)
        if base != "TOEP":
            r = np.arctanh(np.clip(r, -_FARTHEST, _FARTHEST))
        return np.concatenate([np.log(variances), r])

    def bend(self, shape: Shape, theta: Floats, slope: Floats) -> Floats:
        """The sum of tr(slope d2Sigma) for each pair of the optimiser's parameters."""
        if self.name != "UN":
            return np.asarray(np.einsum("ab,klab->kl", slope, shape.second, optimize=True))
        row, column = np.tril_indices(self.size)
        on = row == column
        factor = np.where(on, np.exp(np.where(on, theta, 0.0)), 1.0)
        found: Floats = 2 * slope[np.ix_(row, row)] * (column[:, np.newaxis] == column) * np.outer(factor, factor)
        np.fill_diagonal(found, found.diagonal() + np.where(on, np.einsum("kab,ab->k", shape.first, slope), 0.0))
        return found

    def _correlations(self, z: Floats) -> tuple[Floats, Floats, Floats]:
        """The correlations at the optimiser's parameters, with the first and second derivatives of this."""
        if self.name in ("TOEP", "TOEPH"):
            return z, np.ones_like(z), np.zeros_like(z)
        r = np.tanh(z)
        slope = 1 - r**2
        return r, slope, -2 * r * slope

    def _scaled(self, v: Floats, r: Floats) -> Shape:
        """The matrix with its derivatives in log v and r."""
        t, nv, k = self.size, self._n_variances, self._n_variances + len(r)
        c, first_c, second_c = _correlation(_HETEROGENEOUS.get(self.name, self.name), r, t)
        root = np.sqrt(np.outer(v, v)) if nv > 1 else np.full((t, t), v[0])
        matrix = root * c
        # By how much each entry grows with each log v.
        share = np.ones((1, t, t))
        if nv > 1:
            eye = np.eye(t)
            share = 0.5 * (eye[:, :, np.newaxis] + eye[:, np.newaxis, :])
        first = np.concatenate([share * matrix, root * first_c])
        second = np.zeros((k, k, t, t))
        second[:nv, :nv] = share[:, np.newaxis] * share[np.newaxis] * matrix
        second[:nv, nv:] = share[:, np.newaxis] * (root * first_c)[np.newaxis]
        second[nv:, :nv] = np.swapaxes(second[:nv, nv:], 0, 1)
        second[nv:, nv:] = root * second_c
        return Shape(matrix, first, second)


def structure_of(name: str, size: int) -> Structure:
    """The structure of a name as SAS writes it, with (1) or without; DataError for another one."""
    short = {each.replace("(1)", suffix): each for each in STRUCTURES for suffix in ("", "1")}
    return Structure(as_choice(STRUCTURES, name, "covariance structures", short), size)


def _is_correlation(name: str, label: str) -> bool:
    if name in LINEAR:
        return False
    return not (label.startswith("Var(") or label == "Residual")


def _from_cholesky(theta: Floats, size: int) -> Shape:
    row, column = np.tril_indices(size)
    factor = np.zeros((size, size))
    factor[row, column] = theta
    on = row == column
    with np.errstate(over="ignore"):
        np.fill_diagonal(factor, np.exp(theta[on]))
    weight = np.where(on, factor[row, column], 1.0)
    first = np.zeros((len(theta), size, size))
    place = np.arange(len(theta))
    first[place, row, :] = weight[:, np.newaxis] * factor[:, column].T
    first = first + np.swapaxes(first, 1, 2)
    return Shape(factor @ factor.T, first, _NONE)


@cache
def _linear_basis(name: str, size: int) -> Floats:
    """The derivatives of a matrix that is linear in its parameters."""
    lag = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    if name == "UN":
        row, column = np.tril_indices(size)
        basis = np.zeros((len(row), size, size))
        basis[np.arange(len(row)), row, column] = 1.0
        basis[np.arange(len(row)), column, row] = 1.0
    elif name == "CS":
        basis = np.stack([np.ones((size, size)), np.eye(size)])
    else:
        basis = np.stack([(lag == each).astype(np.float64) for each in [*range(1, size), 0]])
    basis.setflags(write=False)
    return basis


def _correlation(base: str, r: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    """The correlation matrix with its first and second derivatives in r."""
    lag = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    k = len(r)
    second = np.zeros((k, k, size, size))
    if base in ("CS", "CSH"):
        off = 1.0 - np.eye(size)
        return np.eye(size) + r[0] * off, off[np.newaxis], second
    if base == "AR(1)":
        first = lag * r[0] ** np.maximum(lag - 1, 0)
        second[0, 0] = lag * (lag - 1) * r[0] ** np.maximum(lag - 2, 0)
        return r[0] ** lag, first[np.newaxis], second
    if base == "TOEP":
        bands = np.stack([(lag == each).astype(np.float64) for each in range(1, size)])
        return np.eye(size) + np.tensordot(r, bands, 1), bands, second
    return _ante_dependence(r, size)


def _ante_dependence(r: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    """Products of the correlations between neighbours from one visit to the other."""
    k, place = len(r), np.arange(size)
    low = np.minimum.outer(place, place)
    high = np.maximum.outer(place, place)
    step = np.arange(k)[:, np.newaxis, np.newaxis]
    between = (step >= low) & (step < high)
    factor = np.where(between, r[:, np.newaxis, np.newaxis], 1.0)
    # Products without one or two of the factors, which may be 0.
    without = np.broadcast_to(factor, (k, k, size, size)).copy()
    without[np.arange(k), np.arange(k)] = 1.0
    first = between * without.prod(axis=1)
    second = np.zeros((k, k, size, size))
    for step_of in range(k):
        rest = without.copy()
        rest[:, step_of] = 1.0
        second[step_of] = between[step_of] * between * rest.prod(axis=1)
        second[step_of, step_of] = 0.0
    return factor.prod(axis=0), first, second


def _chained(shape: Shape, factor: Floats, extra: Floats) -> Shape:
    """The same matrix in parameters that are transformed one by one: slopes and second derivatives of the old."""
    second = shape.second * np.outer(factor, factor)[:, :, np.newaxis, np.newaxis]
    place = np.arange(len(factor))
    second[place, place] += extra[:, np.newaxis, np.newaxis] * shape.first
    return Shape(shape.matrix, shape.first * factor[:, np.newaxis, np.newaxis], second)


def _definite_lags(lags: Floats) -> Floats:
    """Mean correlations by lag, drawn to 0 until their matrix is positive definite."""
    size = len(lags) + 1
    lag = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    for share in (1.0, 0.9, 0.7, 0.5, 0.3, 0.0):
        full = np.concatenate([[1.0], share * lags])
        if np.linalg.eigvalsh(full[lag])[0] > 1e-3:
            return share * lags
    return 0.0 * lags

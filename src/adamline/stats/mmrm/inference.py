"""Standard errors, degrees of freedom and tests of linear functions of the fixed effects, as DDFM= of PROC MIXED."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.stats._arrays import Floats, Ints
from adamline.stats._scipy import fdtrc, stdtr, stdtrit
from adamline.stats.design import Design
from adamline.stats.estimable import Basis
from adamline.stats.mmrm.likelihood import Value
from adamline.stats.mmrm.patterns import Gathered, embedded, total, twisted, unpacked
from adamline.stats.mmrm.structures import Shape

Ddfm = Literal["kenward-roger", "kenward-roger-linear", "satterthwaite", "between-within", "residual"]
DDFM: dict[Ddfm, str] = {
    "kenward-roger": "KENWARDROGER",
    "kenward-roger-linear": "KENWARDROGER(FIRSTORDER)",
    "satterthwaite": "SATTERTHWAITE",
    "between-within": "BETWITHIN",
    "residual": "RESIDUAL",
}
# As PROC MIXED writes them too.
SPELLINGS: dict[str, Ddfm] = {
    "KR": "kenward-roger",
    "KENROG": "kenward-roger",
    "KENWARDROGER(FIRSTORDER)": "kenward-roger-linear",
    "KR(FIRSTORDER)": "kenward-roger-linear",
    "SATTERTH": "satterthwaite",
    "SAT": "satterthwaite",
    "BETWITHIN": "between-within",
    "BW": "between-within",
    "RES": "residual",
}
# The smallest eigenvalue, scaled to a unit diagonal, of a covariance that has an inverse.
_SINGULAR = 1e-12


@dataclass(frozen=True)
class Fixed:
    """The fixed effects in an orthonormal basis of the design, and what their tests take.

    ``model_based`` is (X'V-1X)-1, ``covariance`` what standard errors come from (adjusted, empirical or the same);
    ``information`` is P_k by covariance parameter, ``spread`` the covariance of these parameters. ``df_residual`` is
    n - q; ``df_of_columns`` has the degrees of freedom of each column of the design where they are counted (residual,
    between-within), else None.
    """

    coefficients: Floats
    model_based: Floats
    covariance: Floats
    information: Floats
    spread: Floats
    ddfm: Ddfm
    df_residual: float
    df_of_columns: Floats | None

    def t_tests(self, in_basis: Floats, level: float, df: Floats | None = None) -> pd.DataFrame:
        """Each row alone: estimate, se, df, t, p, lower, upper; ``df`` where they are counted."""
        value = in_basis @ self.coefficients
        variance = np.einsum("rq,qp,rp->r", in_basis, self.covariance, in_basis)
        se = np.sqrt(np.where(variance > 0, variance, np.nan))
        freedom = self._single_df(in_basis) if df is None else df
        with np.errstate(divide="ignore", invalid="ignore"):
            t = value / se
            reach = stdtrit(freedom, 0.5 + level / 2) * se
        table = {"estimate": value, "se": se, "df": freedom, "t": t, "p": 2 * stdtr(freedom, -np.abs(t))}
        return pd.DataFrame(table | {"lower": value - reach, "upper": value + reach})

    def f_test(self, in_basis: Floats, df: float | None = None) -> tuple[int, float, float, float]:
        """All rows together: numerator and denominator degrees of freedom, F and p; ``df`` where they are counted.

        Those of Satterthwaite depend on the rows themselves, not only on the hypothesis that they make.
        """
        count = len(in_basis)
        if not count:
            return 0, np.nan, np.nan, np.nan
        value, spread = in_basis @ self.coefficients, in_basis @ self.covariance @ in_basis.T
        size = np.sqrt(np.abs(np.diag(spread)))
        if not (size.min() > 0 and np.linalg.eigvalsh(spread / np.outer(size, size))[0] > _SINGULAR):
            return count, np.nan if df is None else df, np.nan, np.nan
        f = float(value @ np.linalg.solve(spread, value)) / count
        if df is not None:
            den = df
        elif count == 1:
            den = float(self._single_df(in_basis)[0])
        elif self.ddfm == "satterthwaite":
            den = min(self._fai_cornelius(in_basis, spread), self.df_residual)
        else:
            factor, den = self._kenward_roger(in_basis)
            f = f * factor if factor >= 0 else np.nan
        return count, den, f, float(fdtrc(count, den, f)) if den > 0 else np.nan

    def _single_df(self, in_basis: Floats) -> Floats:
        """Of each row alone; those of Kenward and Roger are the same formula."""
        df = self._satterthwaite(in_basis)
        # A listing of PROC MIXED has n - q where the formula gives more (sas_weighted of openpharma/mmrm).
        return np.minimum(df, self.df_residual) if self.ddfm == "satterthwaite" else df

    def _satterthwaite(self, in_basis: Floats) -> Floats:
        """2 v**2 / (g'Wg) of each row, v its model-based variance and g the slopes of v."""
        turned = in_basis @ self.model_based
        variance = np.einsum("rq,rq->r", turned, in_basis)
        slope = np.einsum("rkp,rp->rk", np.tensordot(turned, self.information, axes=(1, 1)), turned)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2 * variance**2 / np.einsum("rk,kl,rl->r", slope, self.spread, slope))

    def _fai_cornelius(self, in_basis: Floats, spread: Floats) -> float:
        nu = self._satterthwaite(np.linalg.eigh(spread).eigenvectors.T @ in_basis)
        expected = float((1 / (1 - 2 / nu[nu > 2])).sum())
        return 2 * expected / (expected - len(nu)) if expected > len(nu) else 0.0

    def _kenward_roger(self, in_basis: Floats) -> tuple[float, float]:
        """The factor of F and its denominator degrees of freedom (Kenward and Roger 1997).

        The factor may be negative, which is none, where the degrees of freedom are below 2.
        """
        count = len(in_basis)
        root = np.linalg.cholesky(in_basis @ self.model_based @ in_basis.T)
        turned = np.linalg.solve(root, in_basis @ self.model_based)
        each = turned @ self.information @ turned.T
        trace = np.trace(each, axis1=1, axis2=2)
        a1 = float(trace @ self.spread @ trace)
        flat = each.reshape(len(each), -1)
        a2 = float(np.sum(self.spread * (flat @ flat.T)))
        b = (a1 + 6 * a2) / (2 * count)
        g = ((count + 1) * a1 - (count + 4) * a2) / ((count + 2) * a2)
        bottom = 3 * count + 2 * (1 - g)
        c1, c2, c3 = g / bottom, (count - g) / bottom, (count + 2 - g) / bottom
        expected = 1 / (1 - a2 / count)
        variance = 2 / count * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        rho = variance / (2 * expected**2)
        den = 4 + (count + 2) / (count * rho - 1)
        return den / (expected * (den - 2)), den


def adjusted_covariance(
    data: Gathered, value: Value, shapes: list[Shape], information: Floats, spread: Floats, *, second_order: bool
) -> Floats:
    """(X'V-1X)-1 with Kenward and Roger's correction of its bias.

    Phi + 2 Phi {sum W_kl (Q_kl - P_k Phi P_l - R_kl / 4)} Phi; the term R, of second derivatives of V, is left out for
    FIRSTORDER and is 0 where V is linear in the parameters.
    """
    t, q, width = data.t, data.q, data.q + 1
    phi = value.inverse
    inner = np.zeros((q, q))
    ends = np.cumsum([0, *(len(shape.first) for shape in shapes)])
    for batch, weight in zip(data.batches, value.weights, strict=True):
        wide = embedded(batch, weight, t).reshape(-1, t * t)
        middle = np.zeros((len(weight), t, t))
        for group, shape in enumerate(shapes):
            own = batch.group == group
            if not own.any():
                continue
            block = slice(ends[group], ends[group + 1])
            flat = shape.first.reshape(-1, t * t)
            # sum W_kl D_k M D_l: U[a, d] = sum four[ab, cd] M[b, c]
            four = (flat.T @ spread[block, block] @ flat).reshape(t, t, t, t).transpose(1, 2, 0, 3)
            middle[own] = (wide[own] @ four.reshape(t * t, t * t)).reshape(-1, t, t)
        visits = batch.visits
        place = np.arange(len(weight))[:, np.newaxis, np.newaxis]
        small = middle[place, visits[:, :, np.newaxis], visits[:, np.newaxis, :]]
        made = weight @ small @ weight
        inner += total(batch, (made + made.transpose(0, 2, 1)) / 2, width)[:q, :q]
    mixed = np.tensordot(spread, information, 1)
    inner -= (mixed @ phi @ information).sum(axis=0)
    if second_order and any(not shape.is_linear for shape in shapes):
        sums = twisted(data, value.weights)
        for group, shape in enumerate(shapes):
            if not shape.is_linear:
                block = slice(ends[group], ends[group + 1])
                bent = np.einsum("kl,klab->ab", spread[block, block], shape.second, optimize=True)
                term = unpacked(bent.reshape(-1) @ sums[group].reshape(t * t, -1), width)
                inner -= term[:q, :q] / 4
    found: Floats = phi + 2 * phi @ ((inner + inner.T) / 2) @ phi
    return found


def empirical_covariance(data: Gathered, value: Value, sigmas: Floats) -> Floats:
    """The sandwich of EMPIRICAL: Phi {sum over subjects of X'V-1 r r'V-1 X} Phi."""
    q = data.q
    starts = np.flatnonzero(np.diff(data.subject, prepend=-1))
    sizes = np.diff(np.append(starts, data.n))
    residual = data.columns[:, q] - data.columns[:, :q] @ value.coefficients
    middle = np.zeros((q, q))
    for m in np.unique(sizes).tolist():
        place = starts[sizes == m][:, np.newaxis] + np.arange(m)
        visits, group = data.visit[place], data.group[place[:, 0]]
        v = sigmas[group[:, np.newaxis, np.newaxis], visits[:, :, np.newaxis], visits[:, np.newaxis, :]]
        turned = np.linalg.solve(v, residual[place][:, :, np.newaxis])
        scores = (data.columns[place][:, :, :q] * turned).sum(axis=1)
        middle += scores.T @ scores
    found: Floats = value.inverse @ middle @ value.inverse
    return found


def between_within(design: Design, basis: Basis, subject: Ints, *, unstructured: bool) -> Floats:
    """The degrees of freedom of each column: between subjects where its effect is constant in each of them.

    With TYPE=UN all effects have those between subjects.
    """
    order = np.argsort(subject, kind="stable")
    starts = np.flatnonzero(np.diff(subject[order], prepend=-1))
    matrix = design.matrix[order]
    changes = (np.maximum.reduceat(matrix, starts) != np.minimum.reduceat(matrix, starts)).any(axis=0)
    constant = np.zeros(matrix.shape[1], dtype=np.bool_)
    for each in design.effects:
        constant[each.columns] = not changes[each.columns].any()
    # The rank of these columns is that of their coefficients in the independent columns, whatever the covariates' size.
    coefficients = (basis.general * basis.scale[basis.kept][:, np.newaxis] / basis.scale)[:, constant]
    between = float(len(starts) - np.linalg.matrix_rank(coefficients, tol=1e-8))
    within = float(len(matrix) - len(basis.kept) - between)
    return np.where(constant | unstructured, between, within)

"""A plain MMRM for tests: dense matrices, a loop over subjects, formulas as written in the papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from adamline.stats.design import Floats


@dataclass
class Dense:
    """Records in the order of subjects; ``sigma`` makes the covariance of all visits from SAS's parameters."""

    x: Floats
    y: Floats
    blocks: list[np.ndarray]
    visit: np.ndarray
    sigma: Callable[[Floats], Floats]
    weight: Floats

    def covariance(self, theta: Floats) -> Floats:
        full = self.sigma(theta)
        v = np.zeros((len(self.y), len(self.y)))
        for own in self.blocks:
            part = full[np.ix_(self.visit[own], self.visit[own])]
            v[np.ix_(own, own)] = part / np.sqrt(np.outer(self.weight[own], self.weight[own]))
        return v

    def neg2_log_likelihood(self, theta: Floats, method: str = "REML") -> float:
        v = self.covariance(theta)
        sign, log_det = np.linalg.slogdet(v)
        if sign <= 0 or np.linalg.eigvalsh(v)[0] <= 0:
            return np.inf
        inverse = np.linalg.inv(v)
        information = self.x.T @ inverse @ self.x
        b = np.linalg.solve(information, self.x.T @ inverse @ self.y)
        r = self.y - self.x @ b
        n, q = self.x.shape
        value = log_det + r @ inverse @ r + n * np.log(2 * np.pi)
        if method == "REML":
            value += np.linalg.slogdet(information)[1] - q * np.log(2 * np.pi)
        return float(value)

    def derivatives(self, theta: Floats) -> tuple[list[Floats], list[list[Floats]]]:
        """First and second derivatives of V in the parameters by central differences of its formula."""
        k = len(theta)
        h = 1e-4 * np.maximum(np.abs(theta), 0.1)
        unit = np.eye(k) * h
        at = self.covariance
        first = [(at(theta + unit[i]) - at(theta - unit[i])) / (2 * h[i]) for i in range(k)]
        second = [
            [
                (
                    at(theta + unit[i] + unit[j])
                    - at(theta + unit[i] - unit[j])
                    - at(theta - unit[i] + unit[j])
                    + at(theta - unit[i] - unit[j])
                )
                / (4 * h[i] * h[j])
                for j in range(k)
            ]
            for i in range(k)
        ]
        return first, second

    def kenward_roger(
        self, theta: Floats, w: Floats, contrast: Floats, *, second_order: bool
    ) -> tuple[Floats, float, float]:
        """Adjusted covariance, scaled F and denominator degrees of freedom of L b = 0 (Kenward and Roger 1997)."""
        first, second = self.derivatives(theta)
        k = len(theta)
        inverse = np.linalg.inv(self.covariance(theta))
        phi = np.linalg.inv(self.x.T @ inverse @ self.x)
        b = phi @ self.x.T @ inverse @ self.y
        turned = inverse @ self.x
        p = [-turned.T @ first[i] @ turned for i in range(k)]
        total = np.zeros_like(phi)
        for i in range(k):
            for j in range(k):
                term = turned.T @ first[i] @ inverse @ first[j] @ turned - p[i] @ phi @ p[j]
                if second_order:
                    term = term - turned.T @ second[i][j] @ turned / 4
                total += w[i, j] * term
        adjusted = phi + 2 * phi @ total @ phi
        count = len(contrast)
        theta_matrix = contrast.T @ np.linalg.inv(contrast @ phi @ contrast.T) @ contrast
        a1 = a2 = 0.0
        for i in range(k):
            for j in range(k):
                left, right = theta_matrix @ phi @ p[i] @ phi, theta_matrix @ phi @ p[j] @ phi
                a1 += w[i, j] * np.trace(left) * np.trace(right)
                a2 += w[i, j] * np.trace(left @ right)
        size = (a1 + 6 * a2) / (2 * count)
        g = ((count + 1) * a1 - (count + 4) * a2) / ((count + 2) * a2)
        bottom = 3 * count + 2 * (1 - g)
        c1, c2, c3 = g / bottom, (count - g) / bottom, (count + 2 - g) / bottom
        mean = 1 / (1 - a2 / count)
        variance = 2 / count * (1 + c1 * size) / ((1 - c2 * size) ** 2 * (1 - c3 * size))
        rho = variance / (2 * mean**2)
        df = 4 + (count + 2) / (count * rho - 1)
        value = contrast @ b
        f = value @ np.linalg.solve(contrast @ adjusted @ contrast.T, value) / count
        return adjusted, df / (mean * (df - 2)) * f, df


def sigma_of(name: str, t: int) -> Callable[[Floats], Floats]:
    """The covariance matrix from SAS's parameters, written out entry by entry."""
    lag = np.abs(np.subtract.outer(np.arange(t), np.arange(t)))

    def matrix(theta: Floats) -> Floats:
        if name == "UN":
            out = np.zeros((t, t))
            out[np.tril_indices(t)] = theta
            return out + np.tril(out, -1).T
        if name == "CS":
            return theta[0] + theta[1] * np.eye(t)
        if name == "AR(1)":
            return theta[1] * theta[0] ** lag
        if name == "TOEP":
            return np.concatenate([theta[-1:], theta[:-1]])[lag]
        sd, r = np.sqrt(theta[:t]), theta[t:]
        if name == "CSH":
            c = np.where(lag == 0, 1.0, r[0])
        elif name == "ARH(1)":
            c = r[0] ** lag
        elif name == "TOEPH":
            c = np.concatenate([[1.0], r])[lag]
        else:
            c = np.array([[np.prod(r[min(a, b) : max(a, b)]) for b in range(t)] for a in range(t)])
        return np.outer(sd, sd) * c

    return matrix

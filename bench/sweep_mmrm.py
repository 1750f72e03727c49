"""Simulated trials through MMRM: how many are fitted, refused with a cause, or silently wrong.

Run `OPENBLAS_NUM_THREADS=1 python bench/sweep_mmrm.py [trials]`. 3 to 12 visits, 20 to 1,000 subjects, up to 40 %
missing, normal or skewed responses, every structure. A fit is wrong if a search from another start, or scipy's BFGS
on the likelihood, finds a lower -2 log likelihood, if the decrement is not below 1e-10, or if a figure is not finite.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from adamline.errors import DataError
from adamline.stats.mmrm import Mmrm, fit_mmrm
from adamline.stats.mmrm.optimise import Problem, minimise, starts
from adamline.stats.mmrm.patterns import gather
from adamline.stats.mmrm.structures import STRUCTURES, structure_of

EFFECTS = ["ARM", "AVISIT", "ARM*AVISIT", "BASE"]
CLASSES = {"ARM": None, "AVISIT": None}


@dataclass(frozen=True)
class Result:
    """What became of one trial."""

    seed: int
    shape: str
    outcome: str
    note: str = ""


def trial(seed: int) -> tuple[pd.DataFrame, str]:
    rng = np.random.default_rng(seed)
    visits, subjects = int(rng.integers(3, 13)), int(np.exp(rng.uniform(np.log(20), np.log(1000))))
    missing, rho = rng.uniform(0, 0.4), rng.uniform(-0.2, 0.99)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    noise = rng.standard_normal((subjects, visits))
    if rng.random() < 0.5:
        noise = rng.exponential(1.0, (subjects, visits)) - 1
    noise = noise @ np.linalg.cholesky(rho**lag if rho > 0 else np.where(lag == 1, rho, np.eye(visits))).T
    arm, base = np.arange(subjects) % 2, rng.normal(50, 10, subjects)
    value = 0.4 * base[:, np.newaxis] + 10 * noise * rng.uniform(0.5, 2, visits) + 2 * arm[:, np.newaxis]
    if rng.random() < 0.5:
        last = np.where(rng.random(subjects) < missing, rng.integers(1, visits + 1, subjects), visits)
        seen = np.arange(visits) < last[:, np.newaxis]
    else:
        seen = rng.random((subjects, visits)) >= missing
    who, when = np.nonzero(seen)
    frame = pd.DataFrame(
        {"ID": who, "AVISIT": when, "ARM": np.array(["A", "B"])[arm[who]], "BASE": base[who], "CHG": value[who, when]}
    )
    return frame, STRUCTURES[seed % len(STRUCTURES)] if seed % 2 else "UN"


def one_trial(seed: int, *, generic: bool = True) -> Result:
    frame, covariance = trial(seed)
    shape = f"{frame['ID'].nunique()} x {frame['AVISIT'].nunique()} {covariance}"
    try:
        fit = fit_mmrm(frame, "CHG", EFFECTS, CLASSES, subject="ID", visit="AVISIT", covariance=covariance)
    except DataError as error:
        return Result(seed, shape, "refused", f"{error.what} {error.found}")
    table = fit.ls_means("ARM*AVISIT", by="AVISIT").differences
    if not np.isfinite(table[["estimate", "se", "df", "p"]].to_numpy()).all():
        return Result(seed, shape, "wrong", "a figure is not finite")
    if not fit.newton_decrement < 1e-10:
        return Result(seed, shape, "wrong", f"decrement {fit.newton_decrement}")
    lower = lowest_elsewhere(frame, fit, generic=generic)
    if lower < -1e-6:
        return Result(seed, shape, "wrong", f"another search ends {-lower:.6g} lower")
    return Result(seed, shape, "fitted")


def lowest_elsewhere(frame: pd.DataFrame, fit: Mmrm, *, generic: bool) -> float:
    """How far above (or, negative, below) the fit's objective the best of the other searches ends."""
    x = fit.design.matrix[:, fit.basis.kept]
    q, _ = np.linalg.qr(x)
    y = frame["CHG"].to_numpy()
    residual = y - q @ (q.T @ y)
    residual /= np.sqrt(residual @ residual / (len(y) - q.shape[1]))
    t = len(fit.visits)
    ids = np.unique(frame["ID"], return_inverse=True)[1]
    visit = np.unique(frame["AVISIT"], return_inverse=True)[1]
    data = gather(np.column_stack([q, residual]), ids, visit, np.zeros_like(ids), t, 1)
    problem = Problem(data, structure_of(fit.structure, t), "REML")
    at = starts(data, problem.structure, residual)
    ends = [minimise(problem, start) for start in at]
    good = [end.objective for end in ends if not end.cause]
    reached = min(good) if fit.structure != "UN" else ends[0].objective

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        with np.errstate(all="ignore"):
            value, shapes = problem.value(theta)
        if value is None:
            return 1e10, np.zeros_like(theta)
        slopes = [np.einsum("kab,ab->k", s.first, g) for s, g in zip(shapes, value.slope, strict=True)]
        return value.objective, np.concatenate(slopes)

    if generic:
        options = {"gtol": 1e-7, "maxiter": 300}
        good.append(minimize(objective, at[1], jac=True, method="BFGS", options=options).fun)
    return min(good) - reached


def main(trials: int) -> None:
    # The search by BFGS takes most of the time: every tenth trial has it, the others the three starts.
    results = [one_trial(seed, generic=seed % 10 == 0) for seed in range(trials)]
    print(Counter(each.outcome for each in results))
    for each in results:
        if each.outcome != "fitted":
            print(each)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

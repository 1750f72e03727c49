"""Time of MMRM: the fit with its tests and LS means, start-up excluded, in CPU seconds.

Run `OPENBLAS_NUM_THREADS=1 python bench/bench_mmrm.py`. Data are simulated: visits with correlated normal responses,
a baseline, sites, and a share of subjects that drop out; the model is ARM*visit, baseline*visit and site, TYPE=UN.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from adamline.stats.mmrm import Mmrm, fit_mmrm

EFFECTS = ["ARM", "AVISIT", "ARM*AVISIT", "BASE", "BASE*AVISIT", "SITE"]
CLASSES = {"ARM": None, "AVISIT": None, "SITE": None}


def trial(subjects: int, visits: int, seed: int = 1) -> pd.DataFrame:
    """A row for each visit that took place: 20 % drop out, 3 % of visits are missed in between."""
    rng = np.random.default_rng(seed)
    arm, site, base = rng.integers(0, 2, subjects), rng.integers(0, 5, subjects), rng.normal(50, 10, subjects)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    spread = 10 * (1 + 0.05 * np.arange(visits))
    noise = rng.standard_normal((subjects, visits)) @ np.linalg.cholesky(0.4 + 0.6 * 0.7**lag).T * spread
    value = 0.5 * base[:, np.newaxis] + noise + arm[:, np.newaxis] * np.arange(visits) / visits * 3
    last = np.where(rng.random(subjects) < 0.2, rng.integers(1, visits + 1, subjects), visits)
    seen = (np.arange(visits) < last[:, np.newaxis]) & (rng.random((subjects, visits)) > 0.03)
    who, when = np.nonzero(seen)
    return pd.DataFrame(
        {
            "ID": who,
            "AVISIT": when + 1,
            "ARM": np.where(arm, "B", "A")[who],
            "SITE": site[who],
            "BASE": base[who],
            "CHG": value[who, when],
        }
    )


def analyse(frame: pd.DataFrame, ddfm: str) -> Mmrm:
    """The fit with LS means, differences by visit and type III tests."""
    fit = fit_mmrm(frame, "CHG", EFFECTS, CLASSES, subject="ID", visit="AVISIT", ddfm=ddfm)  # type: ignore[arg-type]
    fit.ls_means("ARM*AVISIT", by="AVISIT", against="A")
    fit.type3()
    return fit


def seconds(frame: pd.DataFrame, ddfm: str) -> tuple[float, Mmrm]:
    """The least of three runs."""
    took = []
    for _ in range(3):
        start = time.process_time()
        fit = analyse(frame, ddfm)
        took.append(time.process_time() - start)
    return min(took), fit


def report(label: str, frame: pd.DataFrame, ddfm: str) -> None:
    took, fit = seconds(frame, ddfm)
    print(f"{label:34} {took:7.3f} CPU s  {fit.iterations:2} steps  decrement {fit.newton_decrement:.0e}", flush=True)


def main() -> None:
    for subjects, ddfm in ((300, "kenward-roger"), (1000, "kenward-roger"), (3000, "satterthwaite")):
        report(f"{subjects} x 10, {ddfm}", trial(subjects, 10), ddfm)
    fev = Path(__file__).parents[2] / "shared/oracles/mmrm/fev_data.csv"
    if fev.is_file():
        frame, took = pd.read_csv(fev), []
        for _ in range(5):
            start = time.process_time()
            fit_mmrm(
                frame,
                "FEV1",
                ["ARMCD", "AVISIT", "ARMCD*AVISIT", "RACE", "SEX"],
                {"ARMCD": None, "AVISIT": None, "RACE": None, "SEX": None},
                subject="USUBJID",
                visit="AVISIT",
                ddfm="satterthwaite",
            ).ls_means("ARMCD*AVISIT", by="AVISIT")
            took.append(time.process_time() - start)
        print(f"{'FEV, satterthwaite':34} {min(took):7.3f} CPU s")
    for visits in (4, 6, 8, 12, 16, 20):
        report(f"500 x {visits}, kenward-roger", trial(500, visits), "kenward-roger")
    for subjects in (10_000, 30_000, 100_000):
        report(f"{subjects} x 6, kenward-roger", trial(subjects, 6), "kenward-roger")


if __name__ == "__main__":
    sys.exit(main())

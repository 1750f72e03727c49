"""Time ANCOVA, logistic and Cox models at several sizes; statsmodels beside where it is installed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from adamline.stats.cox import fit_cox
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.logistic import fit_logistic

COVARIATES = list("abcdefg")
EFFECTS, CLASSES = ["ARM", *COVARIATES], {"ARM": None}


def trial(n: int) -> pd.DataFrame:
    noise = np.random.default_rng(1)
    frame = pd.DataFrame(noise.normal(size=(n, 7)), columns=COVARIATES).assign(ARM=noise.choice(list("PLH"), n))
    frame["CHG"] = noise.normal(size=n) + frame["a"]
    frame["RESP"] = (noise.random(n) < 1 / (1 + np.exp(-frame["a"]))).astype(int)
    frame["AVAL"] = np.ceil(noise.exponential(np.exp(-0.2 * frame["a"])) * 300)
    return frame.assign(EVENT=(noise.random(n) < 0.7).astype(int))


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def beside(frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """The same models in statsmodels."""
    try:
        api = importlib.import_module("statsmodels.api")
        survival = importlib.import_module("statsmodels.duration.hazard_regression")
    except ImportError:
        return {}
    x = np.column_stack([frame["ARM"] == "H", frame["ARM"] == "L", frame[COVARIATES]]).astype(float)
    one = api.add_constant(x)
    cox = {
        f"cox, {ties}": (lambda ties=ties: survival.PHReg(frame["AVAL"], x, status=frame["EVENT"], ties=ties).fit())
        for ties in ("breslow", "efron")
    }
    return {
        "ancova": lambda: api.OLS(frame["CHG"], one).fit(),
        "logistic": lambda: api.Logit(frame["RESP"], one).fit(disp=0),
    } | cox


def main() -> None:
    print(f"{'model':<14}{'records':>9}{'adamline':>10}{'statsmodels':>13}")
    for n in (1_000, 10_000, 100_000):
        frame = trial(n)
        ours: dict[str, Callable[[], object]] = {
            "ancova": lambda frame=frame: fit_linear_model(frame, "CHG", EFFECTS, CLASSES),
            "logistic": lambda frame=frame: fit_logistic(frame, "RESP", 1, EFFECTS, CLASSES, coding="reference"),
            "cox, breslow": lambda frame=frame: fit_cox(frame, "AVAL", "EVENT", EFFECTS, CLASSES),
            "cox, efron": lambda frame=frame: fit_cox(frame, "AVAL", "EVENT", EFFECTS, CLASSES, ties="efron"),
        }
        theirs = beside(frame)
        for name, work in ours.items():
            other = f"{seconds(theirs[name]):.3f} s" if name in theirs else ""
            print(f"{name:<14}{n:>9,}{seconds(work):>8.3f} s{other:>13}")


if __name__ == "__main__":
    main()

"""Kaplan-Meier, log-rank, Wilcoxon and -2Log(LR): the open cases of the survival oracle, from PROC LIFETEST."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from adamline.stats.exponential_ratio import exponential_ratio
from adamline.stats.kaplan_meier import kaplan_meier_at, kaplan_meier_quantiles
from adamline.stats.log_rank import log_rank

LANDMARKS = {
    "surv": "survival",
    "fail": "failure",
    "se": "se",
    "nfailed": "n_failed",
    "nleft": "n_left",
    "time": "time",
}
QUANTILES = {"": "estimate", "_lower": "lower", "_upper": "upper"}


def test_whas500(shared: Path, agree: Callable[..., None]) -> None:
    folder = shared / "oracles/survival/open/whas500-lifetest"
    data = pd.read_csv(folder / "data.csv")
    columns = (data["lenfoly"], data["fstat"], data["afb"])
    found: dict[str, float] = {}
    for row in kaplan_meier_at(*columns, 2, [1, 3, 5]).to_dict("records"):
        found |= {f"afb{row['group']}_t{row['at']:.0f}_{key}": row[name] for key, name in LANDMARKS.items()}
    for row in kaplan_meier_quantiles(*columns, 2).to_dict("records"):
        found |= {f"afb{row['group']}_q{row['percent']:.0f}{key}": row[name] for key, name in QUANTILES.items()}
    tests = {
        "logrank": log_rank(*columns),
        "wilcoxon": log_rank(*columns, test="wilcoxon"),
        "m2loglr": exponential_ratio(*columns),
    }
    for name, test in tests.items():
        found |= {f"{name}_chisq": test.chi_square, f"{name}_p": test.p}
    agree("survival/whas500-lifetest", found)


def test_numbers_at_risk_of_the_pilot(shared: Path, agree: Callable[..., None]) -> None:
    data = pd.read_csv(shared / "oracles/data/adtte.csv")
    data = data[(data["SAFFL"] == "Y") & (data["PARAMCD"] == "TTDE")]
    codes, labels = pd.factorize(data["TRTA"], sort=True)
    at = kaplan_meier_at(data["AVAL"], data["CNSR"] == 0, codes, len(labels), range(0, 201, 20))
    found = {f"{labels[row.group]}|{row.at:.0f}": row.n_risk for row in at.itertuples()}
    agree("survival/pilot1-km-at-risk", found)

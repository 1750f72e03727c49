"""Moments, tests for location and percentiles against PROC UNIVARIATE listings: the cases of the quantiles oracle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.descriptive import describe
from adamline.stats.descriptive_moments import moments_groups
from adamline.stats.percentiles import percentiles
from adamline.stats.sign_test import sign_test
from adamline.stats.signed_rank import signed_rank
from adamline.stats.t_test import t_test

PERCENTS = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
MOMENTS = {name: name for name in ("n", "mean", "sum", "variance", "skewness", "kurtosis", "uss", "css", "cv")}
MOMENTS |= {"std": "sd", "stderr": "se"}


def numbers(shared: Path, case: str) -> list[float]:
    data = pd.read_csv(shared / "oracles/quantiles/open" / case / "data.csv")
    values = data["trt_b"] - data["trt_a"] if "trt_a" in data else data.iloc[:, 0]
    return list(map(float, values))


@pytest.mark.parametrize("case", ["univariate-n9", "univariate-ttr-n19"])
def test_univariate(shared: Path, case: str, agree) -> None:  # type: ignore[no-untyped-def]
    values = numbers(shared, case)
    moments = moments_groups(values, [0] * len(values), 1).iloc[0]
    described, mean = describe(values), t_test(values)
    sign, rank = sign_test(values), signed_rank(values)
    found = {key: moments[name] for key, name in MOMENTS.items()}
    found |= {
        "median": described.median,
        "range": described.maximum - described.minimum,
        "qrange": described.p75 - described.p25,
        "t": mean.t,
        "t_p": mean.p,
        "sign_m": sign.m,
        "sign_p": sign.p,
        "signed_rank_s": rank.s,
        "signed_rank_p": rank.p,
    }
    found |= {f"p{percent}": value for percent, value in zip(PERCENTS, percentiles(values, PERCENTS), strict=True)}
    agree(f"quantiles/{case}", found)


def test_default_percentiles_of_ten_values(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    p25, p40 = percentiles(numbers(shared, "p25-p40-n10"), [25, 40])
    agree("quantiles/p25-p40-n10", {"p25": p25, "p40": p40})


def test_the_five_definitions(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    values, percents = numbers(shared, "pctldef-1-to-5-n10"), (1, 5, 10, 20, 25, 30, 40, 50, 60, 75, 80, 90, 95, 99)
    found = {}
    for definition in (1, 2, 3, 4, 5):
        answers = percentiles(values, percents, definition=definition)  # type: ignore[arg-type]
        found |= {f"def{definition}.p{percent}": answer for percent, answer in zip(percents, answers, strict=True)}
    agree("quantiles/pctldef-1-to-5-n10", found)

"""The interaction of a treatment and a subgroup, against Wald tests of likelihoods written apart with scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy import optimize, stats

from adamline.analyses.frames import placed
from adamline.analyses.type3 import Options, analyse

RNG = np.random.default_rng(7)
N = 240
FRAME = pd.DataFrame(
    {
        "USUBJID": [f"S{number:03}" for number in range(N)],
        "TRTP": np.repeat(["A", "B", "C"], N // 3),
        "SEX": RNG.choice(["F", "M"], N),
        "AGE": RNG.integers(40, 80, N).astype(float),
        "AVALC": RNG.choice(["Y", "N"], N),
        "AVAL": RNG.integers(1, 40, N).astype(float),
        "CNSR": RNG.choice([0.0, 0.0, 1.0], N),
        "REGION": RNG.choice(["EU", "US"], N),
    }
)
MODEL = ["TRTP", "SEX", "TRTP*SEX", "AGE"]


def stored(frame: pd.DataFrame = FRAME, **row: Any) -> pd.Series:
    asked = {"model": MODEL, "effect": "TRTP*SEX", **row}
    return analyse(placed(frame, "TRTP"), Options.model_validate(asked)).iloc[0]


def design(frame: pd.DataFrame = FRAME) -> np.ndarray:
    """Indicators of B, C and M, their products, and age."""
    b, c = ((frame["TRTP"] == arm).to_numpy(float) for arm in "BC")
    m = (frame["SEX"] == "M").to_numpy(float)
    return np.column_stack([b, c, m, b * m, c * m, frame["AGE"] - 60])


def wald(loss: Any, count: int, at: slice) -> float:
    """The p-value that the parameters ``at`` are 0, by the curvature of the loss at its minimum, by differences."""
    found = optimize.minimize(loss, np.zeros(count), method="BFGS", options={"gtol": 1e-9}).x
    step = 1e-4 * np.eye(count)
    curve = np.array(
        [
            [
                (loss(found + i + j) - loss(found + i - j) - loss(found - i + j) + loss(found - i - j)) / 4e-8
                for j in step
            ]
            for i in step
        ]
    )
    own, spread = found[at], np.linalg.inv(curve)[at, at]
    return float(stats.chi2.sf(own @ np.linalg.solve(spread, own), len(own)))


def test_logistic() -> None:
    x, y = np.column_stack([np.ones(N), design()]), (FRAME["AVALC"] == "Y").to_numpy()

    def loss(beta: np.ndarray) -> float:
        return float(np.logaddexp(0, np.where(y, -1, 1) * (x @ beta)).sum())

    made = stored(type3="AVALC", procedure="LOGISTIC")
    assert made["stat"] == pytest.approx(wald(loss, 7, slice(4, 6)), rel=1e-3)
    assert made["method"].startswith("PROC LOGISTIC")
    assert made["where"].endswith("AVALC in ('Y', 'N')")


@pytest.mark.parametrize("strata", [(), ("REGION",)])
def test_cox(strata: tuple[str, ...]) -> None:
    x, time, event = design(), FRAME["AVAL"].to_numpy(), (FRAME["CNSR"] == 0).to_numpy()
    stratum = FRAME["REGION"].to_numpy() if strata else np.zeros(N)
    at_risk = (time >= time[:, np.newaxis]) & (stratum == stratum[:, np.newaxis])

    def loss(beta: np.ndarray) -> float:
        risk = np.log(at_risk @ np.exp(x @ beta))
        return float((risk - x @ beta)[event].sum())

    made = stored(type3="AVAL", procedure="phreg", strata=strata)
    assert made["stat"] == pytest.approx(wald(loss, 6, slice(3, 5)), rel=1e-3)
    assert made["method"].startswith("PROC PHREG")


def test_who_has_no_answer_does_not_count() -> None:
    odd = FRAME.assign(AVALC=FRAME["AVALC"].where(FRAME.index % 9 != 0, ""))
    assert stored(odd, type3="AVALC", procedure="LOGISTIC")["stat"] == pytest.approx(
        stored(odd[odd["AVALC"] != ""], type3="AVALC", procedure="LOGISTIC")["stat"]
    )


def test_answers_that_the_model_tells_apart_have_no_test_and_say_why() -> None:
    told = FRAME.assign(AVALC=np.where((FRAME["TRTP"] == "A") & (FRAME["SEX"] == "M"), "Y", FRAME["AVALC"]))
    made = stored(told, type3="AVALC", procedure="LOGISTIC")
    assert np.isnan(made["stat"])
    assert made["stat_text"] == "NE"
    assert made["warning"].startswith("no test: ")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"type3": "AVAL", "ties": "efron"}, "ties: GLM has none"),
        ({"type3": "AVAL", "procedure": "PHREG", "responder": "Y"}, "responder: PHREG has none"),
    ],
)
def test_an_option_of_another_procedure_is_refused(row: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        stored(**row)

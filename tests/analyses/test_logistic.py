"""Odds ratios with covariates, against PROC LOGISTIC's figures and a fit written apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from adamline.errors import DataError

Numbers = Callable[..., dict[tuple[str, str], float]]
Analysed = Callable[..., pd.DataFrame]


def test_lung_as_sas_prints_it(shared: Path, analysed: Analysed) -> None:
    lung = pd.read_csv(shared / "oracles/logistic/open/lung-class-vars/data.csv").rename(columns=str.upper)
    texts = {"TRTP": lung["TRT01PN"].astype(str), "SEX": lung["SEX"].astype(str), "USUBJID": lung.index.astype(str)}
    frame = lung.drop(columns=["TRT01PN", "INST"]).assign(**texts)
    frame["MEAL_CAL"] = frame["MEAL_CAL"].astype(float)
    row: dict[str, Any] = {"logistic": "WT_CAT", "responder": "gain", "nonresponder": "loss", "against": "1"}
    row["model"] = ["SEX", "AGE", "PH_ECOG", "MEAL_CAL"]
    made = analysed(row, frame.astype({"AGE": float}))
    found = dict(zip(made["stat_name"], made["stat"], strict=True))
    # On the scale of the printed parameter: its estimate, its standard error from either limit, its p-value.
    estimate, half = np.log(found["odds_ratio"]), np.log(found["upper"] / found["lower"]) / 2
    z = stats.norm.ppf(0.975)
    assert np.log(found["odds_ratio"] / found["lower"]) == pytest.approx(half, rel=1e-9)
    assert (f"{estimate:.4f}", f"{half / z:.4f}", f"{found['p']:.4f}") == ("0.3888", "0.3782", "0.3039")


@pytest.fixture
def adrs() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"USUBJID": [f"S{n:03}" for n in range(150)], "TRTP": np.tile(["A", "B", "C"], 50)})
    frame["AGE"] = rng.integers(30, 80, 150).astype(float)
    frame["SEX"] = rng.choice(["F", "M"], 150)
    odds = 0.03 * (frame["AGE"] - 55) + 0.6 * (frame["TRTP"] == "C") + 0.4 * (frame["SEX"] == "F")
    frame["AVALC"] = np.where(rng.random(150) < 1 / (1 + np.exp(-odds)), "Y", "N")
    frame.loc[7, "AGE"], frame.loc[8, "SEX"], frame.loc[9, "AVALC"] = np.nan, " ", None
    return frame


def by_hand(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and standard errors by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        information = (x * (p * (1 - p))[:, np.newaxis]).T @ x
        beta = beta + np.linalg.solve(information, x.T @ (y - p))
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def test_three_columns_in_one_model(adrs: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"logistic": "AVALC", "against": "A", "model": ["AGE", "SEX", "AGE*SEX"], "level": 0.9}, adrs)
    used = adrs.drop(index=[7, 8, 9])
    b, c, f = (used["TRTP"] == "B"), (used["TRTP"] == "C"), (used["SEX"] == "F")
    x = np.column_stack([np.ones(len(used)), b, c, used["AGE"], f, f * used["AGE"]]).astype(float)
    beta, se = by_hand(x, (used["AVALC"] == "Y").to_numpy(dtype=float))
    z = stats.norm.ppf(0.95)
    for place, arm in ((1, "B"), (2, "C")):
        want = [np.exp(beta[place] + side * z * se[place]) for side in (0, -1, 1)]
        assert [found[arm, name] for name in ("odds_ratio", "lower", "upper")] == pytest.approx(want, rel=1e-6)
        assert found[arm, "p"] == pytest.approx(2 * stats.norm.sf(abs(beta[place] / se[place])), rel=1e-6)
        assert found[arm, "n"] == (used["TRTP"] == arm).sum()


def test_responses_that_a_column_tells_apart(adrs: pd.DataFrame, analysed: Analysed) -> None:
    made = analysed(
        {"logistic": "AVALC", "against": "A"}, adrs.assign(AVALC=adrs["AVALC"].mask(adrs["TRTP"] == "C", "Y"))
    )
    texts = made.set_index(["group1_level", "stat_name"])["stat_text"]
    assert texts["C"].drop("n").tolist() == ["NE"] * 4 and "NE" not in texts["B"].tolist()
    (said,) = set(made["warning"]) - {""}
    assert "quasi-complete separation" in said


def test_what_cannot_be_fitted_says_why(adrs: pd.DataFrame, analysed: Analysed) -> None:
    all_yes = analysed({"logistic": "AVALC", "against": "A"}, adrs.assign(AVALC="Y"))
    assert set(all_yes["warning"]) == {
        "",
        "no model: All records used have the event: nothing to compare. AVALC: Y",
    }
    with pytest.raises(DataError, match="TRTP is in the model already"):
        analysed({"logistic": "AVALC", "against": "A", "model": ["AGE", "TRTP*AGE"]}, adrs)
    with pytest.raises(DataError, match="two responses"):
        analysed({"logistic": "AVALC", "against": "A"}, pd.concat([adrs, adrs.iloc[:1]], ignore_index=True))

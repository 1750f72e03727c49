"""Logistic regression: closed forms, a numerical maximum, codings, separation, frequencies, collinearity, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from adamline.errors import DataError
from adamline.stats.logistic import Logistic, fit_logistic


def trial(seed: int, n: int = 80) -> pd.DataFrame:
    noise = np.random.default_rng(seed)
    frame = pd.DataFrame({"ARM": noise.choice(list("PLH"), n), "SEX": noise.choice(list("FM"), n)})
    frame["AGE"] = noise.normal(60, 9, n)
    odds = -0.4 + 0.8 * (frame["ARM"] == "H") + 0.03 * (frame["AGE"] - 60)
    frame["RESP"] = np.where(noise.random(n) < 1 / (1 + np.exp(-odds)), "Y", "N")
    return frame


def by_search(frame: pd.DataFrame, *columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The maximum found by BFGS from scipy, the covariance by differences of the gradient, and -2 log L."""
    x = np.column_stack([np.ones(len(frame)), *columns])
    y = (frame["RESP"] == "Y").to_numpy()

    def minus(b: np.ndarray) -> float:
        return float(np.sum(np.log1p(np.exp(np.where(y, -1, 1) * (x @ b)))))

    def slope(b: np.ndarray) -> np.ndarray:
        return x.T @ (1 / (1 + np.exp(-x @ b)) - y)

    found = minimize(minus, np.zeros(x.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-9})
    steps = np.eye(x.shape[1]) * 1e-5
    hessian = np.array([(slope(found.x + step) - slope(found.x - step)) / 2e-5 for step in steps])
    return found.x, np.linalg.inv(hessian), 2 * minus(found.x)


@pytest.mark.parametrize("seed", range(5))
def test_against_a_numerical_maximum(seed: int) -> None:
    frame = trial(seed)
    model = fit_logistic(frame, "RESP", "Y", ["ARM", "AGE"], {"ARM": None}, coding="reference", references={"ARM": "P"})
    age = (frame["AGE"] - 60).to_numpy()  # centred, so that the search has an easy way
    b, spread, deviance = by_search(frame, frame["ARM"] == "H", frame["ARM"] == "L", age)
    assert model.parameters["parameter"].tolist() == ["Intercept", "ARM H", "ARM L", "AGE"]
    np.testing.assert_allclose(model.parameters["estimate"][1:], b[1:], atol=2e-6)
    np.testing.assert_allclose(model.parameters["se"][1:], np.sqrt(np.diag(spread))[1:], rtol=1e-5)
    assert model.fit["with_effects"].tolist() == pytest.approx(
        [deviance + 8, deviance + 4 * math.log(80), deviance], rel=1e-9
    )
    *_, without = by_search(frame)
    assert model.global_tests["chi_square"][0] == pytest.approx(without - deviance, abs=1e-7)
    wald = b[1:3] @ np.linalg.inv(spread[1:3, 1:3]) @ b[1:3]
    assert model.type3()["chi_square"][0] == pytest.approx(wald, rel=1e-4)
    assert model.type3()["df"].tolist() == [2, 1]


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.integers(1, 12)] * 4))
def test_two_by_two_in_closed_form(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    frame = pd.DataFrame({"ARM": list("AAPP"), "RESP": [1, 0, 1, 0], "N": table})
    model = fit_logistic(
        frame, "RESP", 1, ["ARM"], {"ARM": None}, coding="reference", references={"ARM": "P"}, freq="N"
    )
    assert (model.n, model.sum_freq, model.n_event) == (4, sum(table), a + c)
    odds, se = a * d / (b * c), math.sqrt(sum(1 / each for each in table))
    assert model.odds_ratios["estimate"][0] == pytest.approx(odds, rel=1e-10)
    assert model.odds_ratios["upper"][0] == pytest.approx(odds * math.exp(1.959963984540054 * se), rel=1e-9)
    # The score test is Pearson's chi-square.
    n = sum(table)
    pearson = n * (a * d - b * c) ** 2 / ((a + b) * (c + d) * (a + c) * (b + d))
    assert model.global_tests["chi_square"][1] == pytest.approx(pearson, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_codings_are_one_model(seed: int) -> None:
    frame = trial(seed)
    classes = {"ARM": ["H", "L", "P"], "SEX": None}

    def fitted(coding: str, effects: list[str]) -> Logistic:
        return fit_logistic(frame, "RESP", "Y", effects, classes, coding=coding)  # type: ignore[arg-type]

    models = [fitted(coding, ["ARM", "SEX", "AGE"]) for coding in ("glm", "reference", "effect")]
    for other in models[1:]:
        for name in ("fit", "odds_ratios"):
            pd.testing.assert_frame_equal(getattr(models[0], name), getattr(other, name), rtol=1e-8, atol=1e-10)
        pd.testing.assert_frame_equal(models[0].type3(), other.type3(), rtol=1e-8, atol=1e-10)
        pd.testing.assert_frame_equal(models[0].global_tests, other.global_tests, rtol=1e-8)
    effect = models[2].parameters["estimate"]
    assert models[0].parameters["estimate"][1] == pytest.approx(2 * effect[1] + effect[2], abs=1e-9)
    # With an interaction there is no one ratio of its variables; type III in glm is the joint test in effect coding.
    glm, effect = fitted("glm", ["ARM", "SEX", "AGE", "ARM*SEX"]), fitted("effect", ["ARM", "SEX", "AGE", "ARM*SEX"])
    assert glm.odds_ratios["effect"].tolist() == ["AGE"]
    pd.testing.assert_frame_equal(glm.type3(), effect.type3(), rtol=1e-7)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_order_and_scale_do_not_matter(scale: float) -> None:
    frame = trial(7)
    first = fit_logistic(frame, "RESP", "Y", ["SEX", "AGE"], {"SEX": None}, coding="effect")
    moved = frame.iloc[::-1].assign(AGE=frame["AGE"] * scale + 1000 * scale)
    second = fit_logistic(moved, "RESP", "Y", ["SEX", "AGE"], {"SEX": None}, coding="effect")
    np.testing.assert_allclose(second.parameters["chi_square"][1:], first.parameters["chi_square"][1:], rtol=1e-8)
    np.testing.assert_allclose(second.fit["with_effects"], first.fit["with_effects"], rtol=1e-11)
    turned = fit_logistic(frame, "RESP", "N", ["SEX", "AGE"], {"SEX": None}, coding="effect")
    np.testing.assert_allclose(turned.parameters["estimate"], -first.parameters["estimate"], rtol=1e-9)


def test_doubled_data_and_frequencies() -> None:
    frame = trial(3).assign(N=2)
    by_freq = fit_logistic(frame, "RESP", "Y", ["AGE"], freq="N")
    twice = fit_logistic(pd.concat([frame, frame]), "RESP", "Y", ["AGE"])
    once = fit_logistic(frame, "RESP", "Y", ["AGE"])
    for name in ("parameters", "fit", "global_tests"):
        pd.testing.assert_frame_equal(getattr(by_freq, name), getattr(twice, name), rtol=1e-9)
    pd.testing.assert_frame_equal(by_freq.type3(), twice.type3(), rtol=1e-9)
    assert (by_freq.n, by_freq.sum_freq, twice.n) == (80, 160, 160)
    np.testing.assert_allclose(twice.parameters["se"], once.parameters["se"] / math.sqrt(2), rtol=1e-9)


def test_complete_separation_is_said() -> None:
    frame = pd.DataFrame({"RESP": [0, 0, 0, 1, 1], "X": [1.0, 2.0, 3.0, 3.1, 7.0]})
    model = fit_logistic(frame, "RESP", 1, ["X"])
    assert model.separation == "complete"
    assert model.warnings == (
        "complete separation of the events: no maximum likelihood estimate exists; infinite: Intercept, X",
    )
    assert model.parameters[["estimate", "se", "p", "lower"]].isna().all(axis=None)
    assert model.odds_ratios["estimate"].isna().all() and model.type3()["p"].isna().all()
    assert model.fit["with_effects"][2] == 0.0 and math.isnan(model.global_tests["p"][2])


@pytest.mark.parametrize("gap", [1e-4, 1e-6, 1e-8])
def test_separation_by_a_hair_is_separation(gap: float) -> None:
    frame = pd.DataFrame({"RESP": [0, 0, 0, 1, 1], "X": [1.0, 2.0, 3.0, 3.0 + gap, 7.0]})
    assert fit_logistic(frame, "RESP", 1, ["X"]).separation == "complete"
    # And overlap by a hair is none: the estimate is finite, and large.
    frame = pd.DataFrame({"RESP": [0, 0, 0, 1, 1], "X": [1.0, 2.0, 3.0, 3.0 - gap, 7.0]})
    model = fit_logistic(frame, "RESP", 1, ["X"])
    assert (model.separation, model.converged) == ("", True)
    # In the middle two the probability is about 1/2.
    assert model.fit["with_effects"][2] == pytest.approx(4 * math.log(2), abs=0.01)


def test_quasi_complete_separation_keeps_what_has_a_limit() -> None:
    # All of B respond: B is infinite, the rest is the fit without B.
    frame = trial(2).assign(ARM=lambda f: f["ARM"].replace("L", "B"))
    frame.loc[frame["ARM"] == "B", "RESP"] = "Y"
    classes: dict[str, Any] = {"ARM": ["B", "H", "P"], "SEX": None}
    model = fit_logistic(frame, "RESP", "Y", ["ARM", "SEX", "AGE"], classes, coding="reference")
    assert model.separation == "quasi-complete"
    assert "quasi-complete separation" in model.warnings[0] and model.warnings[0].endswith("infinite: ARM B")
    rest = fit_logistic(
        frame[frame["ARM"] != "B"], "RESP", "Y", ["ARM", "SEX", "AGE"], {"ARM": ["H", "P"], "SEX": None},
        coding="reference",
    )  # fmt: skip
    known = model.parameters[~model.parameters["infinite"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(known, rest.parameters, rtol=1e-8)
    assert model.fit["with_effects"][2] == pytest.approx(rest.fit["with_effects"][2], rel=1e-10)
    assert model.type3()["p"].isna().tolist() == [True, False, False]
    # With B as the reference the contrast of the others is still known, the parameters are not.
    turned = fit_logistic(frame, "RESP", "Y", ["ARM", "AGE"], {"ARM": None}, coding="glm", references={"ARM": "B"})
    assert turned.parameters["infinite"].tolist() == [True, True, True, False, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=3, max_size=9), st.integers(-50, 50))
@example([(3, 1), (3, 0), (2, 0), (3, 0), (3, 0)], 10)
def test_separation_of_one_covariate_by_inspection(records: list[tuple[int, int]], shift: int) -> None:
    values = [[x for x, y in records if y == answer] for answer in (0, 1)]
    everything = [x for x, _ in records]
    if not values[0] or not values[1] or len(set(everything)) == 1:
        return
    frame = pd.DataFrame(records, columns=["X", "RESP"])
    model = fit_logistic(frame.assign(X=frame["X"] / 10 + shift), "RESP", 1, ["X"])
    (low0, high0), (low1, high1) = ((min(own), max(own)) for own in values)
    apart = high0 < low1 or high1 < low0
    touching = high0 <= low1 or high1 <= low0
    assert model.separation == ("complete" if apart else "quasi-complete" if touching else "")
    assert model.parameters["estimate"].isna().any() == touching
    assert model.converged


def test_collinear_columns_are_said() -> None:
    frame = trial(4).assign(LB=lambda f: 2.2 * f["AGE"], ONE=1.0)
    model = fit_logistic(frame, "RESP", "Y", ["AGE", "LB", "ONE"])
    assert (
        model.warnings
        == (
            "LB is a combination of Intercept, AGE: no degrees of freedom",
            "ONE is a combination of Intercept: no degrees of freedom",
        )
        or model.warnings[0] == "LB is a combination of AGE: no degrees of freedom"
    )
    assert model.parameters["estimate"].tolist()[2:] == [0.0, 0.0]
    alone = fit_logistic(frame, "RESP", "Y", ["AGE"])
    assert model.parameters["se"][1] == pytest.approx(alone.parameters["se"][1])
    assert model.global_tests["df"].tolist() == [1, 1, 1]


def test_missing_values_leave_records_out() -> None:
    frame = pd.DataFrame(
        {
            "RESP": ["Y", "N", "  ", None, "Y", "N", "N"],
            "X": [1.0, 2, 3, 4, math.nan, 1.5, 0.5],
            "N": [1, 1, 1, 1, 1, 3, 0],
        }
    )
    model = fit_logistic(frame, "RESP", "Y", ["X"], freq="N")
    assert (model.n, model.n_missing, model.sum_freq, model.n_event) == (3, 4, 5, 1)


def test_no_effects() -> None:
    model = fit_logistic(pd.DataFrame({"RESP": [1, 1, 1, 0]}), "RESP", 1, [])
    assert model.parameters["estimate"].tolist() == pytest.approx([math.log(3)])
    assert model.parameters["se"].tolist() == pytest.approx([math.sqrt(1 + 1 / 3)])
    assert len(model.odds_ratios) == 0 and len(model.type3()) == 0
    assert model.global_tests["p"].isna().all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"response": "Z"}, "No such column"),
        ({"event": "y"}, "No record used has the event"),
        ({"response": "ARM", "event": "P"}, "two values"),
        ({"response": "ALL", "event": "Y"}, "nothing to compare"),
        ({"coding": None}, "coding of class variables"),
        ({"references": {"ARM": "Q"}}, "reference level has no record"),
        ({"references": {"SEX": "F"}}, "no class variable"),
        ({"freq": "HALF"}, "whole number"),
        ({"level": 95}, "level"),
        ({"effects": ["ARM", "ENDLESS"]}, "infinite"),
    ],
)
def test_bad_input(changes: dict[str, Any], message: str) -> None:
    frame = trial(1).assign(ALL="Y", HALF=0.5, ENDLESS=math.inf)
    given_: dict[str, Any] = {"response": "RESP", "event": "Y", "effects": ["ARM"], "coding": "reference"}
    given_ |= {"classes": {"ARM": None}}
    with pytest.raises(DataError, match=message):
        fit_logistic(frame, **(given_ | changes))

"""Cox regression: brute-force partial likelihoods, the log-rank identity, strata, monotone likelihood, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog, minimize

from adamline.errors import DataError
from adamline.stats.cox import fit_cox
from adamline.stats.log_rank import log_rank


def trial(seed: int, n: int = 60, step: float = 0.5) -> pd.DataFrame:
    """Times rounded to ``step``, so that many are tied; 0 leaves them as they are."""
    noise = np.random.default_rng(seed)
    frame = pd.DataFrame({"ARM": noise.choice(list("PLH"), n), "SITE": noise.choice([1, 2, 3], n)})
    frame["AGE"] = noise.normal(60, 9, n)
    time = noise.exponential(np.exp(0.7 * (frame["ARM"] == "H") - 0.03 * (frame["AGE"] - 60)) * 3)
    frame["AVAL"] = np.ceil(time / step) * step if step else time
    frame["EVENT"] = (noise.random(n) < 0.7).astype(int)
    return frame


def minus_log_likelihood(b: np.ndarray, x: np.ndarray, frame: pd.DataFrame, strata: np.ndarray, ties: str) -> float:
    """The partial likelihood as its definition has it, risk set by risk set."""
    time, event, total = frame["AVAL"].to_numpy(), frame["EVENT"].to_numpy() == 1, 0.0
    weight = np.exp(x @ b)
    for stratum in np.unique(strata):
        for at in np.unique(time[event & (strata == stratum)]):
            own = np.flatnonzero(event & (time == at) & (strata == stratum))
            risk = weight[(time >= at) & (strata == stratum)].sum()
            for place, each in enumerate(own):
                gone = place / len(own) * weight[own].sum() if ties == "efron" else 0.0
                total += x[each] @ b - math.log(risk - gone)
    return -total


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_against_brute_force(seed: int, stratified: bool, ties: Any) -> None:
    frame = trial(seed)
    model = fit_cox(
        frame, "AVAL", "EVENT", ["ARM", "AGE"], {"ARM": None}, references={"ARM": "P"}, ties=ties,
        strata=["SITE"] if stratified else [],
    )  # fmt: skip
    x = np.column_stack([frame["ARM"] == "H", frame["ARM"] == "L", frame["AGE"] - 60]).astype(float)
    strata = frame["SITE"].to_numpy() if stratified else np.zeros(len(frame))

    def minus(b: np.ndarray) -> float:
        return minus_log_likelihood(b, x, frame, strata, ties)

    found = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-7})
    b = model.parameters["estimate"].to_numpy()
    np.testing.assert_allclose(b, found.x, atol=3e-5)
    assert model.fit["with_effects"][2] == pytest.approx(2 * minus(b), rel=1e-11)
    assert model.fit["without_effects"][2] == pytest.approx(2 * minus(np.zeros(3)), rel=1e-11)
    assert model.fit["with_effects"][1] == pytest.approx(2 * minus(b) + 3 * math.log(frame["EVENT"].sum()))
    # The information by second differences.
    h = np.diag([1e-3, 1e-3, 1e-4])
    second = [
        [
            (minus(b + i + j) - minus(b + i - j) - minus(b - i + j) + minus(b - i - j)) / (4 * i.max() * j.max())
            for j in h
        ]
        for i in h
    ]
    np.testing.assert_allclose(model.covariance, np.linalg.inv(second), rtol=2e-4, atol=1e-7)
    assert model.converged and model.warnings == ()
    assert model.n_strata == (3 if stratified else 1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strata", [[], ["SITE"]])
def test_score_test_is_the_log_rank_test_without_ties(seed: int, strata: list[str]) -> None:
    frame = trial(seed, step=0)
    codes = frame["SITE"] if strata else None
    expected = log_rank(frame["AVAL"], frame["EVENT"], frame["ARM"], strata=codes)
    for coding in ("reference", "effect", "glm"):
        model = fit_cox(frame, "AVAL", "EVENT", ["ARM"], {"ARM": None}, strata=strata, coding=coding)  # type: ignore[arg-type]
        assert model.global_tests["chi_square"][1] == pytest.approx(expected.chi_square, rel=1e-9)
        assert model.global_tests["df"].tolist() == [2, 2, 2]
        assert model.type3()["chi_square"][0] == pytest.approx(model.global_tests["chi_square"][2], rel=1e-9)


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_order_scale_and_clock_do_not_matter(ties: Any, scale: float) -> None:
    frame = trial(5)
    first = fit_cox(frame, "AVAL", "EVENT", ["AGE"], ties=ties, strata=["SITE"])
    moved = frame.sample(frac=1, random_state=1).assign(
        AGE=lambda f: scale * (f["AGE"] + 100), AVAL=lambda f: f["AVAL"] ** 2
    )
    second = fit_cox(moved, "AVAL", "EVENT", ["AGE"], ties=ties, strata=["SITE"])
    assert second.parameters["chi_square"][0] == pytest.approx(first.parameters["chi_square"][0], rel=1e-8)
    np.testing.assert_allclose(second.fit["with_effects"], first.fit["with_effects"], rtol=1e-11)


def test_an_arm_without_events_is_monotone() -> None:
    frame = trial(6)
    frame.loc[frame["ARM"] == "L", "EVENT"] = 0
    model = fit_cox(frame, "AVAL", "EVENT", ["ARM", "AGE"], {"ARM": None}, references={"ARM": "P"})
    assert model.monotone
    assert model.warnings == ("monotone likelihood: it grows without end; infinite: ARM L",)
    rest = fit_cox(frame[frame["ARM"] != "L"], "AVAL", "EVENT", ["ARM", "AGE"], {"ARM": None}, references={"ARM": "P"})
    known = model.parameters[~model.parameters["infinite"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(known, rest.parameters, rtol=1e-8)
    assert model.fit["with_effects"][2] == pytest.approx(rest.fit["with_effects"][2])
    assert model.type3()["p"].isna().tolist() == [True, False]
    assert model.hazard_ratios["estimate"].isna().tolist() == [False, True, False]


def test_events_in_order_of_a_covariate_are_monotone() -> None:
    frame = pd.DataFrame({"AVAL": [1, 2, 3, 4], "EVENT": [1, 1, 1, 0], "X": [9.0, 7.0, 4.0, 1.0]})
    model = fit_cox(frame, "AVAL", "EVENT", ["X"])
    assert model.monotone and math.isnan(model.parameters["estimate"][0])
    assert model.fit["with_effects"][2] == pytest.approx(0.0, abs=1e-12)
    turned = fit_cox(frame.assign(X=[9.0, 4.0, 7.0, 1.0]), "AVAL", "EVENT", ["X"])
    assert not turned.monotone and turned.converged


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6, 7], [2, 5, 4, 0, 6, 3, 1, 7]])
def test_monotone_in_any_order_of_records(order: list[int]) -> None:
    # The one record of arm b has the last event: at each event before it b is at risk and has none.
    frame = pd.DataFrame(
        {"ARM": list("caacaacb"), "SEX": list("xyyyxxxy"), "AVAL": [26, 35, 67, 76, 143, 161, 162, 196]}
    )
    frame = frame.assign(EVENT=1).iloc[order]
    model = fit_cox(frame, "AVAL", "EVENT", ["ARM", "SEX", "ARM*SEX"], {"ARM": None, "SEX": None}, coding="effect")
    assert model.monotone
    assert model.parameters["infinite"].tolist() == [True, True, False, False, False]


def test_records_alike_are_not_held_apart() -> None:
    # Two at risk have the covariates of the event: whatever the parameters, it has probability 1/3 at most.
    frame = pd.DataFrame(
        {
            "AVAL": [1, 2, 3, 4, 1, 2],
            "EVENT": [1, 0, 0, 0, 1, 0],
            "X": [0.3, 0.3, 0.3, 0.1, 0.7, 0.2],
            "S": list("aaaabb"),
        }
    )
    model = fit_cox(frame.assign(Z=frame["X"] ** 2), "AVAL", "EVENT", ["X", "Z"], strata=["S"])
    assert model.monotone
    assert model.fit["with_effects"][2] == pytest.approx(2 * math.log(3), rel=1e-9)


def two_arms(noise: np.random.Generator) -> pd.DataFrame:
    n = int(noise.integers(4, 12))
    frame = pd.DataFrame({"ARM": noise.choice(list("abc"), n), "SEX": noise.choice(list("xy"), n)})
    return frame.assign(
        X=noise.integers(0, 4, n).astype(float), AVAL=noise.integers(1, 6, n), EVENT=(noise.random(n) < 0.6).astype(int)
    )


@pytest.mark.parametrize("seed", range(40))
def test_monotone_by_the_definition(seed: int) -> None:
    """A direction in which no one at risk at an event exceeds it, and someone is below: each pair is compared."""
    frame = two_arms(np.random.default_rng(seed))
    if not frame["EVENT"].any():
        return
    model = fit_cox(frame, "AVAL", "EVENT", ["ARM", "X", "ARM*X"], {"ARM": None}, ties=["breslow", "efron"][seed % 2])  # type: ignore[arg-type]
    x = model.design.matrix[:, model.basis.kept[1:]]
    if not x.shape[1]:
        assert not model.monotone
        return
    pairs = [
        x[i] - x[j] for i in np.flatnonzero(frame["EVENT"]) for j in np.flatnonzero(frame["AVAL"] >= frame["AVAL"][i])
    ]
    gains = np.array(pairs)
    best = linprog(-gains.sum(axis=0), A_ub=-gains, b_ub=np.zeros(len(gains)), bounds=[(-1, 1)] * x.shape[1])
    assert model.monotone == (-best.fun > 1e-7)


def test_columns_without_information_are_said() -> None:
    frame = trial(7).assign(LB=lambda f: 2.2 * f["AGE"], SITEN=lambda f: f["SITE"] * 1.0)
    model = fit_cox(frame, "AVAL", "EVENT", ["AGE", "LB", "SITEN"], strata=["SITE"])
    assert model.warnings == (
        "LB: follows from AGE, set to 0",
        "SITEN: does not vary among the records at risk within strata, set to 0",
    )
    assert model.parameters["estimate"].tolist()[1:] == [0.0, 0.0]
    alone = fit_cox(frame, "AVAL", "EVENT", ["AGE"], strata=["SITE"])
    assert model.parameters["se"][0] == pytest.approx(alone.parameters["se"][0], rel=1e-9)
    assert fit_cox(frame, "AVAL", "EVENT", []).global_tests["p"].isna().all()


def test_many_columns_of_strata() -> None:
    frame = trial(8, n=300).assign(ROW=range(300), BLANK=["  ", *["x"] * 299])
    model = fit_cox(frame, "AVAL", "EVENT", ["AGE"], strata=["SITE", "ARM", "BLANK"])
    alone = fit_cox(
        frame[1:].assign(BOTH=lambda f: f["ARM"] + f["SITE"].astype(str)), "AVAL", "EVENT", ["AGE"], strata=["BOTH"]
    )
    pd.testing.assert_frame_equal(model.parameters, alone.parameters)
    assert (model.n, model.n_strata) == (299, 9)
    # Six columns of 300 values each: codes stay below the number of records.
    many = {f"S{place}": frame["ROW"].sample(frac=1, random_state=place).to_numpy() for place in range(6)}
    each = fit_cox(frame.assign(**many), "AVAL", "EVENT", ["AGE"], strata=list(many))
    assert each.n_strata == 300 and each.parameters["dependent"].tolist() == [True]


def test_missing_values_leave_records_out() -> None:
    frame = trial(8)
    frame.loc[0, "AVAL"] = frame.loc[1, "AGE"] = math.nan
    frame["ARM"] = frame["ARM"].where(frame.index != 2, "")
    frame["SITE"] = frame["SITE"].where(frame.index != 3)
    model = fit_cox(frame, "AVAL", "EVENT", ["ARM", "AGE"], {"ARM": None}, strata=["SITE"])
    assert (model.n, model.n_missing, model.n_event) == (56, 4, frame["EVENT"][4:].sum())
    assert model.method == "PROC PHREG, partial likelihood, TIES=BRESLOW, Wald limits, stratified"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ties": "exact"}, "There are no ways with ties"),
        ({"time": "Z"}, "No such column"),
        ({"event": "SITE"}, "1 \\(seen\\)"),
        ({"event": "NONE"}, "No event"),
        ({"strata": ["Z"]}, "No such column"),
        ({"strata": "SITE"}, "list of names"),
        ({"strata": None}, "must be a list"),
        ({"time": "EARLY"}, "0 or more"),
        ({"level": 95}, "level"),
    ],
)
def test_bad_input(changes: dict[str, Any], message: str) -> None:
    frame = trial(1).assign(NONE=0, EARLY=-1.0)
    with pytest.raises(DataError, match=message):
        fit_cox(frame, **({"time": "AVAL", "event": "EVENT", "effects": ["AGE"]} | changes))


# Days, status, group of the rats of Kalbfleisch and Prentice (1980), from SAS/STAT, PROC PHREG, "Getting Started".
RATS = """
143 1 0 164 1 0 188 1 0 188 1 0 190 1 0 192 1 0 206 1 0 209 1 0 213 1 0 216 1 0 220 1 0 227 1 0 230 1 0 234 1 0
246 1 0 265 1 0 304 1 0 216 0 0 244 0 0 142 1 1 156 1 1 163 1 1 198 1 1 205 1 1 232 1 1 232 1 1 233 1 1 233 1 1
233 1 1 233 1 1 239 1 1 240 1 1 261 1 1 280 1 1 280 1 1 296 1 1 296 1 1 323 1 1 204 0 1 344 0 1
"""


def test_hazard_ratio_printed_by_phreg() -> None:
    rats = pd.DataFrame(np.array(RATS.split(), dtype=float).reshape(-1, 3), columns=["DAYS", "STATUS", "GROUP"])
    model = fit_cox(rats, "DAYS", "STATUS", ["GROUP"])
    assert (model.n, model.n_event) == (40, 36)
    assert model.hazard_ratios["estimate"][0] == pytest.approx(0.551, abs=5e-4)


# Estimates, SE and the log likelihood of statsmodels 0.15.0, PHReg(ties=, strata=).fit(method="newton", maxiter=100),
# of trial(11, n=200): H and L against P, and AGE.
STATSMODELS = {
    ("breslow", False): (
        [-0.7308671981695021, -0.21436278133909983, 0.028886153216045197],
        [0.19827005391729183, 0.20779037620405455, 0.008795120161012202],
        -655.087723191209,
    ),
    ("breslow", True): (
        [-0.7879236823830762, -0.2574120421739588, 0.028545546048902134],
        [0.20567036291803098, 0.21083833886735406, 0.009039646596258362],
        -490.6657416441514,
    ),
    ("efron", False): (
        [-0.7683529243742288, -0.23140536265043704, 0.030611596024682573],
        [0.19804876983848455, 0.2078186313944482, 0.008773980532256734],
        -647.67704812746,
    ),
    ("efron", True): (
        [-0.8301345618274543, -0.27700890073741274, 0.030413843950418816],
        [0.2057540358464961, 0.21095302023833218, 0.009019433283370798],
        -483.6325454550504,
    ),
}


@pytest.mark.parametrize(("ties", "stratified"), STATSMODELS)
def test_against_statsmodels(ties: Any, stratified: bool) -> None:
    estimate, se, log_likelihood = STATSMODELS[ties, stratified]
    model = fit_cox(
        trial(11, n=200), "AVAL", "EVENT", ["ARM", "AGE"], {"ARM": None}, references={"ARM": "P"}, ties=ties,
        strata=["SITE"] if stratified else [],
    )  # fmt: skip
    np.testing.assert_allclose(model.parameters["estimate"], estimate, rtol=1e-9)
    np.testing.assert_allclose(model.parameters["se"], se, rtol=1e-9)
    assert model.fit["with_effects"][2] == pytest.approx(-2 * log_likelihood, rel=1e-11)


def test_efron_without_a_covariate_that_varies() -> None:
    frame = pd.DataFrame({"AVAL": [2.0, 2.0, 3.0], "EVENT": [1, 1, 1], "BASE": [4.0, 4.0, 4.0]})
    fit = fit_cox(frame, "AVAL", "EVENT", ["BASE"], ties="efron")
    assert fit.parameters["dependent"].tolist() == [True]
    assert fit.warnings == ("BASE: does not vary among the records at risk within strata, set to 0",)

"""Comparisons over strata, and of a difference that is not 0: against printed SAS figures and counts written apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from adamline.analyses.words import find_word
from adamline.errors import DataError

Numbers = Callable[..., dict[tuple[str, str], float]]
Analysed = Callable[..., pd.DataFrame]
HIGH = "Xanomeline High Dose"


def of_category(made: pd.DataFrame, category: str, column: str) -> dict[str, float]:
    rows = made[(made["variable_level"] == category) & (made["group1_level"] == column)]
    return dict(zip(rows["stat_name"], rows["stat"], strict=True))


@pytest.fixture
def adcibc(shared: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    folder = shared / "oracles/cmh/open/adcibc-2x2x2"
    content = json.loads((folder / "expected.json").read_text("utf-8"))["expected"]
    counts = pd.read_csv(folder / "data.csv")
    frame = counts.loc[counts.index.repeat(counts["count"])].reset_index(drop=True)
    frame = frame.rename(columns={"row": "TRTP", "col": "SEX", "stratum": "AGEGR1"}).drop(columns="count")
    frame["USUBJID"] = [f"S{n}" for n in range(len(frame))]
    return frame, {key: figure["printed"] for key, figure in content.items()}


@pytest.mark.parametrize("common", ["mh", "logit"])
def test_common_ratios_as_sas_prints_them(
    adcibc: tuple[pd.DataFrame, dict[str, str]], analysed: Analysed, common: str
) -> None:
    frame, printed = adcibc
    also: dict[str, Any] = {"against": HIGH, "strata": "AGEGR1", "common": common, "statistics": ["estimate_ci", "p"]}
    for word, key in (("odds_ratio", "or"), ("relative_risk", "rr1")):
        found = of_category(analysed({word: "SEX", **also}, frame), "F", "Placebo")
        for name, end in (("estimate", ""), ("lower", "_lower"), ("upper", "_upper")):
            assert f"{found[name]:.4f}" == printed[f"{common}_{key}{end}"], (word, name)
        assert f"{found['p']:.4f}" == printed["general_p"]
    found = of_category(analysed({"relative_risk": "SEX", **also}, frame), "M", "Placebo")
    assert f"{found['estimate']:.4f}" == printed[f"{common}_rr2"]


def test_breslow_day_as_sas_prints_it(adcibc: tuple[pd.DataFrame, dict[str, str]], analysed: Analysed) -> None:
    frame, printed = adcibc
    found = of_category(analysed({"breslow_day": "SEX", "against": HIGH, "strata": "AGEGR1"}, frame), "F", "Placebo")
    assert f"{found['chi_square']:.4f}" == printed["breslow_day"]
    assert f"{found['p']:.4f}" == printed["breslow_day_p"]


@pytest.fixture
def trial() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adverse events, several of a subject, and the population; two subjects have no stratum."""
    rng = np.random.default_rng(11)
    adsl = pd.DataFrame({"USUBJID": [f"S{n:03}" for n in range(120)], "TRTP": np.tile(["A", "B", "C"], 40)})
    adsl["REGION"] = rng.choice(["EU", "US"], 120)
    adsl["AGEGR1"] = rng.choice(["old", "young"], 120)
    adsl.loc[[4, 50], "REGION"] = None
    whose = rng.choice(120, 150)
    adae = adsl[["USUBJID", "TRTP"]].iloc[whose].reset_index(drop=True)
    adae["AEBODSYS"] = rng.choice(["CARDIAC", "SKIN"], 150)
    adae["AEDECOD"] = adae["AEBODSYS"].str[0] + rng.choice(["X", "Y"], 150)
    return adae, adsl


def in_strata(adae: pd.DataFrame, adsl: pd.DataFrame, column: str, against: str, **of: str) -> list[list[list[int]]]:
    """The 2 x 2 table of each stratum, counted subject by subject."""
    with_event = set(adae.loc[np.logical_and.reduce([adae[k] == v for k, v in of.items()]), "USUBJID"])
    tables = []
    for _, people in adsl.dropna().groupby(["REGION", "AGEGR1"]):
        table = []
        for arm in (column, against):
            who = people.loc[people["TRTP"] == arm, "USUBJID"]
            n = sum(u in with_event for u in who)
            table.append([n, len(who) - n])
        tables.append(table)
    return tables


def test_common_differences_of_subjects_of_the_population(
    trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed
) -> None:
    adae, adsl = trial
    row = {"risk_difference": ["AEBODSYS", "AEDECOD"], "against": "A", "strata": ["REGION", "AGEGR1"]}
    made = analysed(row, adae, adsl)
    for column in ("B", "C"):
        for term in ("CX", "CY", "SX", "SY"):
            tables = np.array(in_strata(adae, adsl, column, "A", AEDECOD=term), dtype=float)
            (x1, y1), (x2, y2) = tables.transpose(1, 2, 0)
            n1, n2 = x1 + y1, x2 + y2
            n, weight = n1 + n2, n1 * n2 / (n1 + n2)
            estimate = (weight * (x1 / n1 - x2 / n2)).sum() / weight.sum()
            # Sato 1989, Biometrics 45:1323.
            p = ((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2).sum()
            q = ((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)).sum()
            half = stats.norm.ppf(0.975) * np.sqrt(estimate * p + q) / weight.sum()
            found = of_category(made, term, column)
            want = [100 * estimate, 100 * (estimate - half), 100 * (estimate + half)]
            assert [found["estimate"], found["lower"], found["upper"]] == pytest.approx(want, rel=1e-10)
    said = set(made["warning"]) - {""}
    assert said == {"subjects left out, without REGION, AGEGR1: 2"}


def test_breslow_day_by_its_definition(trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adae, adsl = trial
    made = analysed({"breslow_day": "AEBODSYS", "against": "A", "strata": ["REGION", "AGEGR1"]}, adae, adsl)
    for column in ("B", "C"):
        tables = in_strata(adae, adsl, column, "A", AEBODSYS="SKIN")
        up = sum(a * d / (a + b + c + d) for (a, b), (c, d) in tables)
        down = sum(b * c / (a + b + c + d) for (a, b), (c, d) in tables)
        total = 0.0
        for (a, b), (c, d) in tables:

            def fitted(e: float, r1: int = a + b, r2: int = c + d, k: int = a + c, ratio: float = up / down) -> float:
                return float(e * (r2 - k + e) - ratio * (k - e) * (r1 - e))

            low, high = max(0, a + c - (c + d)), min(a + b, a + c)
            e = optimize.brentq(fitted, low + 1e-12, high - 1e-12)
            parts = np.array([e, a + b - e, a + c - e, d - a + e])
            total += (a - e) ** 2 * (1 / parts).sum()
        found = of_category(made, "SKIN", column)
        assert found["chi_square"] == pytest.approx(total, rel=1e-6)
        assert found["p"] == pytest.approx(stats.chi2.sf(total, len(tables) - 1), rel=1e-6)


def test_denominators_above_of_each_stratum(trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adae, adsl = trial
    row = {"odds_ratio": ["AEBODSYS", "AEDECOD"], "against": "A", "strata": "AGEGR1", "denominator": "above"}
    made = analysed(row, adae, adsl)
    old = adae.merge(adsl[["USUBJID", "AGEGR1"]])
    up = down = 0.0
    for _, part in old[old["AEBODSYS"] == "SKIN"].groupby("AGEGR1"):
        arms = [part[part["TRTP"] == arm] for arm in ("B", "A")]
        a, c = (arm.loc[arm["AEDECOD"] == "SX", "USUBJID"].nunique() for arm in arms)
        b, d = (arm["USUBJID"].nunique() - n for arm, n in zip(arms, (a, c), strict=True))
        up, down = up + a * d / (a + b + c + d), down + b * c / (a + b + c + d)
    assert of_category(made, "SX", "B")["estimate"] == pytest.approx(up / down, rel=1e-12)


def test_half_a_subject_added_is_said(analysed: Analysed) -> None:
    frame = pd.DataFrame({"TRTP": list("AAAABBBB") * 2, "SITE": ["1"] * 8 + ["2"] * 8})
    frame["AVALC"] = list("YYNNYNNN") + list("NNNNYYNN")
    frame["USUBJID"] = [f"S{n}" for n in range(16)]
    row = {"odds_ratio": "AVALC", "against": "A", "strata": "SITE", "common": "LOGIT"}
    made = analysed(row, frame)
    tables = np.array([[[1, 3], [2, 2]], [[2.5, 2.5], [0.5, 4.5]]])
    logs = np.log(tables[:, 0, 0] * tables[:, 1, 1] / tables[:, 0, 1] / tables[:, 1, 0])
    weight = 1 / (1 / tables).sum(axis=(1, 2))
    found = of_category(made, "Y", "B")
    assert found["estimate"] == pytest.approx(np.exp((weight * logs).sum() / weight.sum()), rel=1e-12)
    assert set(made["warning"]) - {""} == {"strata with a count of 0, 1/2 added to each cell: 1"}


def test_the_fall_back_of_newcombe_is_said(analysed: Analysed) -> None:
    frame = pd.DataFrame({"TRTP": list("AAAABBBB") * 2, "SITE": ["1"] * 8 + ["2"] * 8, "AVALC": list("YYNNNNNN") * 2})
    frame["USUBJID"] = [f"S{n}" for n in range(16)]
    row = {"risk_difference": "AVALC", "against": "A", "strata": "SITE", "common": "newcombe"}
    (said,) = set(analysed(row, frame)["warning"]) - {""}
    assert said.startswith("no spread in any stratum of a column")
    assert set(analysed({**row, "common": "mh"}, frame)["warning"]) == {""}


@pytest.mark.parametrize(("null", "sides"), [(-0.1, "U"), (0.1, "L"), (-0.1, "2")])
def test_farrington_manning_by_maximum_likelihood(analysed: Analysed, null: float, sides: str) -> None:
    frame = pd.DataFrame(
        {"TRTP": np.repeat(["A", "B"], [77, 154]), "AVALC": ["Y"] * 12 + ["N"] * 65 + ["Y"] * 36 + ["N"] * 118}
    )
    frame["USUBJID"] = [f"S{n}" for n in range(len(frame))]
    row = {"risk_difference": "AVALC", "against": "A", "test": "fm", "h0": null, "sides": sides, "statistics": ["p"]}
    found = of_category(analysed(row, frame), "Y", "B")

    def minus_log_likelihood(p2: float) -> float:
        p1 = p2 + null
        return -float(36 * np.log(p1) + 118 * np.log(1 - p1) + 12 * np.log(p2) + 65 * np.log(1 - p2))

    low, high = max(0, -null) + 1e-9, min(1, 1 - null) - 1e-9
    p2 = optimize.minimize_scalar(minus_log_likelihood, bounds=(low, high), options={"xatol": 1e-12}).x
    p1 = p2 + null
    z = (36 / 154 - 12 / 77 - null) / np.sqrt(p1 * (1 - p1) / 154 + p2 * (1 - p2) / 77)
    want = {"U": stats.norm.sf(z), "L": stats.norm.cdf(z), "2": 2 * stats.norm.sf(abs(z))}[sides]
    assert found["p"] == pytest.approx(want, rel=1e-6)


def test_wald_against_a_difference(analysed: Analysed) -> None:
    frame = pd.DataFrame(
        {"TRTP": np.repeat(["A", "B"], [40, 50]), "AVALC": ["Y"] * 9 + ["N"] * 31 + ["Y"] * 20 + ["N"] * 30}
    )
    frame["USUBJID"] = [f"S{n}" for n in range(90)]
    row = {"risk_difference": "AVALC", "against": "A", "test": "wald", "h0": 0.05, "statistics": ["p"]}
    z = (0.4 - 0.225 - 0.05) / np.sqrt(0.4 * 0.6 / 50 + 0.225 * 0.775 / 40)
    made = analysed(row, frame)
    assert of_category(made, "Y", "B")["p"] == pytest.approx(2 * stats.norm.sf(z), rel=1e-12)
    assert made.loc[made["stat_name"] == "p", "stat_label"].iloc[0] == "p-value vs A, difference of 5%"


def test_a_population_without_the_stratum(trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adae, adsl = trial
    with pytest.raises(DataError, match="no SITEID, by which to count it in strata"):
        analysed({"odds_ratio": "AEDECOD", "against": "A", "strata": "SITEID"}, adae.assign(SITEID="1"), adsl)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"odds_ratio": "A", "against": "B", "strata": "S", "exact": True}, "no exact limits"),
        ({"odds_ratio": "A", "against": "B", "strata": "S", "test": "fisher"}, "cmh goes with `strata`"),
        ({"odds_ratio": "A", "against": "B", "test": "cmh"}, "cmh goes with `strata`"),
        ({"odds_ratio": "A", "against": "B", "test": "wald"}, "there are fisher, chi_square, cmh"),
        ({"risk_difference": "A", "against": "B", "h0": "0.1"}, "of `test: wald`"),
        ({"risk_difference": "A", "against": "B", "h0": "-10", "test": "fm"}, "greater than -1"),
        ({"breslow_day": "A", "against": "B"}, "Field required"),
    ],
)
def test_what_a_row_may_not_say(row: dict[str, Any], message: str) -> None:
    word = find_word(next(iter(row)))
    assert word is not None
    with pytest.raises(ValueError, match=message):
        word.options.model_validate(row)

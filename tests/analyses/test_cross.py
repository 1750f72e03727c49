"""Tests of a category by all columns: scores are those of PROC FREQ."""

from __future__ import annotations

import json
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


@pytest.fixture
def doses() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"USUBJID": [f"S{n:02}" for n in range(60)], "TRTP": np.repeat([0.0, 54.0, 81.0], 20)})
    frame["GRADE"] = rng.choice([0.0, 1.0, 4.0], 60)
    frame["SITE"] = rng.choice(["1", "2"], 60)
    return frame.assign(TEXT=frame["GRADE"].map({0: "none", 1: "mild", 4: "worst"}).astype("str"))


def test_numbers_are_their_own_scores(doses: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"chi_square": "GRADE", "statistic": "mantel_haenszel", "column": "0"}, doses)
    r = stats.pearsonr(doses["TRTP"], doses["GRADE"]).statistic
    assert found["0", "p"] == pytest.approx(stats.chi2.sf(59 * r**2, 1), rel=1e-9)


def test_texts_have_1_2_3_in_their_order(doses: pd.DataFrame, numbers: Numbers) -> None:
    row: dict[str, Any] = {"chi_square": "TEXT", "statistic": "mantel_haenszel", "column": "0"}
    found = numbers({**row, "levels": ["none", "mild", "worst"]}, doses)
    places = doses["TEXT"].map({"none": 1, "mild": 2, "worst": 3})
    r = stats.pearsonr(doses["TRTP"], places).statistic
    assert found["0", "p"] == pytest.approx(stats.chi2.sf(59 * r**2, 1), rel=1e-9)
    assert numbers(row, doses)["0", "p"] != pytest.approx(found["0", "p"], rel=1e-3)  # as the alphabet has them


def test_texts_are_in_the_order_of_their_partner(doses: pd.DataFrame, numbers: Numbers) -> None:
    row: dict[str, Any] = {"chi_square": "TEXT", "statistic": "mantel_haenszel", "column": "0"}
    places = doses["TEXT"].map({"none": 1, "mild": 2, "worst": 3})
    r = stats.pearsonr(doses["TRTP"], places).statistic
    found = numbers(row, doses.assign(TEXTN=doses["GRADE"]))
    assert found["0", "p"] == pytest.approx(stats.chi2.sf(59 * r**2, 1), rel=1e-9)


def test_ranks_of_one_stratum_are_kruskal_and_wallis(doses: pd.DataFrame, numbers: Numbers) -> None:
    row = {"cmh": "GRADE", "strata": "ONE", "statistic": "row_means", "scores": "rank", "column": "0"}
    want = stats.kruskal(*[part["GRADE"] for _, part in doses.groupby("TRTP")]).pvalue
    assert numbers(row, doses.assign(ONE="1"))["0", "p"] == pytest.approx(want, rel=1e-9)


def test_row_means_over_strata(doses: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"cmh": "GRADE", "strata": "SITE", "statistic": "row_means", "column": "0"}, doses)
    score, spread = np.zeros(2), np.zeros((2, 2))
    for _, part in doses.groupby("SITE"):
        x, n = part["GRADE"], len(part)
        arms = np.array([(part["TRTP"] == arm).sum() for arm in (0, 54)])
        sums = np.array([x[part["TRTP"] == arm].sum() for arm in (0, 54)])
        score += sums - arms * x.mean()
        spread += x.var(ddof=0) / (n - 1) * (n * np.diag(arms) - np.outer(arms, arms))
    want = stats.chi2.sf(score @ np.linalg.solve(spread, score), 2)
    assert found["0", "p"] == pytest.approx(want, rel=1e-9)


def test_the_three_statistics_as_sas_prints_them(shared: Path, numbers: Numbers) -> None:
    folder = shared / "oracles/cmh/open/adcibc-3x2x3"
    printed = json.loads((folder / "expected.json").read_text("utf-8"))["expected"]
    counts = pd.read_csv(folder / "data.csv")
    frame = counts.loc[counts.index.repeat(counts["count"])].reset_index(drop=True)
    frame = frame.rename(columns={"row": "TRTP", "col": "SEX", "stratum": "AGEGR1"})
    frame["USUBJID"] = [f"S{n}" for n in range(len(frame))]
    for statistic, key in (("correlation", "corr_p"), ("row_means", "rowmeans_p"), ("general", "general_p")):
        found = numbers({"cmh": "SEX", "strata": "AGEGR1", "statistic": statistic, "column": "Placebo"}, frame)
        assert f"{found['Placebo', 'p']:.4f}" == printed[key]["printed"]


def test_yates_correction(doses: pd.DataFrame, numbers: Numbers) -> None:
    two = doses[doses["TRTP"] != 54].assign(ANY=lambda frame: np.where(frame["GRADE"] > 0, "Y", "N"))
    table = pd.crosstab(two["TRTP"], two["ANY"])
    found = numbers({"chi_square": "ANY", "statistic": "adjusted", "column": "0"}, two)
    assert found["0", "p"] == pytest.approx(stats.chi2_contingency(table, correction=True).pvalue, rel=1e-9)


def test_a_value_beyond_the_levels(doses: pd.DataFrame, analysed: Analysed) -> None:
    with pytest.raises(DataError, match="none of the levels"):
        analysed({"chi_square": "TEXT", "levels": ["none", "mild"]}, doses)


def test_the_worst_of_several_records(numbers: Numbers) -> None:
    """A subject with several categories counts once, in the last of the levels, as if it had that record alone."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"USUBJID": np.repeat(np.arange(40).astype(str), 3), "TRTP": np.repeat(list("AB") * 20, 3)})
    frame["GRADE"] = rng.choice(["MILD", "SEVERE", "NONE"], 120)
    frame["SITE"] = np.repeat(rng.choice(["1", "2"], 40), 3)
    levels = ["NONE", "MILD", "SEVERE"]
    worst = frame.assign(place=frame["GRADE"].map(levels.index)).sort_values("place").groupby("USUBJID").tail(1)
    for row in ({"chi_square": "GRADE"}, {"cmh": "GRADE", "strata": "SITE"}):
        asked = {**row, "levels": levels, "column": "A"}
        assert numbers({**asked, "worst": "levels"}, frame) == pytest.approx(numbers(asked, worst), rel=1e-12)
        assert numbers(asked, frame)["A", "p"] != pytest.approx(numbers(asked, worst)["A", "p"])

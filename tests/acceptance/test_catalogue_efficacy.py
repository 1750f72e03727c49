"""Templates of efficacy on the pilot's data: responders, analysis of covariance, times to events, subgroups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import beta, f, fisher_exact, norm
from tests.acceptance.catalogue_data import ACTIVE, ARMS, CONTROL, Made, made_of, pilot, wald

ADSL = pilot("adsl")


def adas() -> pd.DataFrame:
    """ADAS-Cog (11) as the CSR's efficacy tables have it: LOCF, a record a subject and visit."""
    records = pilot("adadas")
    chosen = (records["PARAMCD"] == "ACTOT") & (records["ANL01FL"] == "Y") & (records["EFFFL"] == "Y")
    return records[chosen & (records["AVISITN"] > 0)].reset_index(drop=True)


ADAS = adas()
WEEK_24 = ADAS[ADAS["AVISITN"] == 24].reset_index(drop=True)
EFFICACY = {"population": {"where": "EFFFL = 'Y'"}}


def test_responders() -> None:
    """A fall of 1 point or more: Clopper-Pearson limits, Wald's of the difference, Fisher's p."""
    adrs = ADAS.assign(PARAMCD="RESP", AVALC=np.where(ADAS["CHG"] <= -1, "Y", "N"))
    made = made_of("responders-by-visit", {"ADSL": ADSL, "ADRS": adrs}, **EFFICACY)
    week = adrs[adrs["AVISITN"] == 8]
    key = ("RESP", week["AVISIT"].iloc[0])
    n = {arm: int(((week["TRTP"] == arm) & (week["AVALC"] == "Y")).sum()) for arm in ARMS}
    total = {arm: int((week["TRTP"] == arm).sum()) for arm in ARMS}
    for arm in ARMS:
        assert made.found("responders")[(arm, *key)] == n[arm]
        assert made.found("responders", "N")[(arm, *key)] == total[arm]
        lower = 100 * beta.ppf(0.025, n[arm], total[arm] - n[arm] + 1)
        assert made.found("response AVALC", "lower")[(arm, *key)] == pytest.approx(lower)
    for arm in ACTIVE:
        expected = wald(n[arm], total[arm], n[CONTROL], total[CONTROL])
        assert made.found("difference of responders", "upper")[(arm, *key)] == pytest.approx(expected[2])
        test = fisher_exact([[n[arm], total[arm] - n[arm]], [n[CONTROL], total[CONTROL] - n[CONTROL]]])
        assert made.found("odds_ratio subjects", "estimate")[(arm, *key)] == pytest.approx(test.statistic)
        assert made.found("odds_ratio subjects", "p")[(arm, *key)] == pytest.approx(test.pvalue)
    labels = [row.cells[0] for row in made.layout.rows[:5]]
    assert labels[:2] == ["Responders, n/N (%)", "95% CI"] and len(set(labels)) >= 4


def test_analysis_of_covariance_is_that_of_the_csr(shared: Path) -> None:
    """Table 14-3.03, week 8, with site and baseline: every printed figure of the change and of the comparisons."""
    expected = json.loads((shared / "oracles/ancova/open/pilot-14-3-03/expected.json").read_text())["expected"]
    inside = {"by": "AVISIT", "order_by": "AVISITN"}
    leaves = [
        {"summary": "CHG"},
        {
            "lsmeans": "CHG",
            "model": ["BASE", "SITEGR1"],
            "against": "control",
            "statistics": ["difference_se", "difference_ci", "p"],
        },
    ]
    rows = [{"by": "PARAMCD", "rows": [{**inside, "rows": leaves}]}]
    made = made_of("ancova-by-visit", {"ADSL": ADSL, "ADEFF": ADAS}, **EFFICACY, rows=rows)
    visit = ADAS.loc[ADAS["AVISITN"] == 8, "AVISIT"].iloc[0]
    compared = 0
    for arm, short in zip(ARMS, ("Placebo", "Low", "High"), strict=True):
        for statistic, name in (("n", "n"), ("mean", "mean"), ("sd", "sd"), ("median", "median")):
            equal(made, "summary CHG", statistic, (arm, visit), expected[f"Change from Baseline|{short}|{name}"])
            compared += 1
    names = {
        "difference": "diff",
        "difference_se": "se",
        "p": "p",
        "difference_lower": "lower",
        "difference_upper": "upper",
    }
    for arm, short in zip(ACTIVE, ("low", "high"), strict=True):
        for statistic, name in names.items():
            equal(made, "lsmeans CHG", statistic, (arm, visit), expected[f"{short}_pbo_{name}"])
            compared += 1
    assert compared == 22


def equal(made: Made, analysis: str, statistic: str, key: tuple[str, str], expected: dict[str, Any]) -> None:
    """A result is a printed figure, to half a unit of its last digit, or as its source says."""
    printed = expected["printed"]
    within = expected.get("abs_tol", 0.5 * 10 ** -len(printed.partition(".")[2])) + 1e-9
    found = made.found(analysis, statistic)[key[0], "ACTOT", key[1]]
    assert found == pytest.approx(float(printed), abs=within), (analysis, statistic, key)


def residual(columns: list[pd.Series], response: pd.Series) -> tuple[float, int]:
    """The residual sum of squares of least squares on an intercept and these columns, and its degrees of freedom."""
    design = np.column_stack([np.ones(len(response)), *columns])
    _, _, rank, _ = np.linalg.lstsq(design, response, rcond=None)
    fitted = design @ np.linalg.lstsq(design, response, rcond=None)[0]
    return float(((response - fitted) ** 2).sum()), len(response) - rank


def test_times() -> None:
    adtte = pilot("adtte")
    made = made_of("time-to-event", {"ADSL": ADSL, "ADTTE": adtte})
    code = adtte["PARAMCD"].iloc[0]
    for arm in ARMS:
        here = adtte[adtte["TRTA"] == arm]
        assert made.found("survival AVAL")[arm, code] == len(here)
        assert made.found("survival AVAL", "events")[arm, code] == (here["CNSR"] == 0).sum()
        # The product-limit estimate by hand: the first time at which it is below a half.
        times = np.sort(here.loc[here["CNSR"] == 0, "AVAL"].unique())
        left = 1.0
        median = np.nan
        for time in times:
            left *= 1 - ((here["AVAL"] == time) & (here["CNSR"] == 0)).sum() / (here["AVAL"] >= time).sum()
            if left < 0.5:
                median = time
                break
        assert made.found("survival AVAL", "median")[arm, code] == pytest.approx(median, nan_ok=True)
    for arm in ACTIVE:
        pair = adtte[adtte["TRTA"].isin([arm, CONTROL])]
        estimate, error = log_hazard_ratio(pair["AVAL"], pair["TRTA"] == arm, pair["CNSR"] == 0)
        assert made.found("cox AVAL", "hazard_ratio")[arm, code] == pytest.approx(np.exp(estimate), rel=1e-4)
        assert made.found("cox AVAL", "p")[arm, code] == pytest.approx(2 * norm.sf(abs(estimate / error)), rel=1e-3)


def log_hazard_ratio(time: pd.Series, treated: pd.Series, is_event: pd.Series) -> tuple[float, float]:
    """The log hazard ratio and its standard error, by Breslow's partial likelihood written out event by event."""
    at_risk = [(treated[time >= t].sum(), (~treated[time >= t]).sum()) for t in time[is_event]]
    of_treated = treated[is_event].to_numpy()

    def minus_log(b: float) -> float:
        return -sum(b * x - np.log(n * np.exp(b) + m) for x, (n, m) in zip(of_treated, at_risk, strict=True))

    b = minimize_scalar(minus_log, bounds=(-10, 10), method="bounded", options={"xatol": 1e-10}).x
    shares = np.array([n * np.exp(b) / (n * np.exp(b) + m) for n, m in at_risk])
    return b, 1 / np.sqrt((shares * (1 - shares)).sum())


def test_subgroups() -> None:
    made = made_of("subgroups", {"ADSL": ADSL, "ADEFF": WEEK_24}, **EFFICACY)
    data = WEEK_24.dropna(subset=["CHG"])
    arms = [(data["TRTP"] == arm).astype(float) for arm in ACTIVE]
    female = (data["SEX"] == "F").astype(float)
    main = [*arms, female, data["BASE"]]
    without, least = residual(main, data["CHG"])
    inside, df = residual([*main, *(arm * female for arm in arms)], data["CHG"])
    p = f.sf((without - inside) / (least - df) / (inside / df), least - df, df)
    rows = made.results[(made.results["analysis"] == "sex interaction") & (made.results["stat_name"] == "p")]
    assert rows["stat"].tolist() == [pytest.approx(p)]
    means = data.groupby(["TRTP", "SEX"])["CHG"].mean()
    found = made.found("sex", "mean")
    for sex in ("F", "M"):
        for arm in ACTIVE:
            assert found[arm, sex] == pytest.approx(means[arm, sex])
            difference = made.found("difference by sex", "difference")[arm, sex]
            assert difference == pytest.approx(means[arm, sex] - means[CONTROL, sex])
    shown = next(row for row in made.layout.rows if row.cells[0] == "Sex")
    assert shown.cells[-1] == rows["stat_text"].iloc[0] and shown.cells[1] == ""

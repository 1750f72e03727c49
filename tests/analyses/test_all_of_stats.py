"""Every public function of `adamline.stats` is reached by a row of a table: here is which row reaches which."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import adamline.stats

Analysed = Callable[..., pd.DataFrame]
AGAINST = {"against": "A"}
STRATA = {"against": "A", "strata": "REGION"}

# A row that calls the function.
ROWS: dict[str, dict[str, Any]] = {
    "binomial_test_groups": {"response": "AVALC", "h0": 0.5, "statistics": ["p"]},
    "breslow_day_tables": {"breslow_day": "SEX", **STRATA},
    "build_design": {"type3": "CHG", "model": ["TRTP", "BASE"], "effect": "TRTP"},
    "chi_square_tables": {"chi_square": "SEX"},
    "cmh_tables": {"cmh": "SEX", "strata": "REGION"},
    "common_odds_ratio_tables": {"odds_ratio": "SEX", **STRATA},
    "common_relative_risk_tables": {"relative_risk": "SEX", **STRATA},
    "common_risk_difference_tables": {"risk_difference": "SEX", **STRATA},
    "describe_groups": {"summary": "AVAL"},
    "exponential_ratio": {"log_rank": "AVAL", "test": "lr"},
    "fisher_exact_tables": {"fisher": "AVALC", **AGAINST},
    "fisher_rxc": {"fisher_rxc": "SEX"},
    "fit_cox": {"cox": "AVAL", **AGAINST},
    "fit_linear_model": {"lsmeans": "CHG", "model": ["BASE"], **AGAINST},
    "fit_logistic": {"logistic": "AVALC", "model": ["AGE"], **AGAINST},
    "fit_mmrm": {"lsmeans": "CHG", **AGAINST, "repeated": {"covariance": "CS"}},
    "geometric_groups": {"summary": "AVAL", "also": ["geometric_mean"]},
    "hodges_lehmann_pairs": {"hodges_lehmann": "AVAL", **AGAINST},
    "incidence_rates": {"rate": "SEX", "time": "TRTDURD", "events": "all"},
    "kaplan_meier_at": {"survival": "AVAL", "at": [3]},
    "kaplan_meier_groups": {"curve": "AVAL"},
    "kaplan_meier_quantiles": {"survival": "AVAL"},
    "kappa_tables": {"kappa": "AVALC", "paired": "BASEC"},
    "kruskal_wallis_blocks": {"kruskal_wallis": "AVAL"},
    "limits_of_mean": {"summary": "AVAL", "statistics": ["limits"]},
    "log_rank": {"log_rank": "AVAL"},
    "log_rank_pairs": {"log_rank": "AVAL", **AGAINST},
    "mcnemar_tables": {"mcnemar": "AVALC", "paired": "BASEC"},
    "moments_groups": {"summary": "AVAL", "also": ["skewness"]},
    "odds_ratio_tables": {"odds_ratio": "SEX", **AGAINST},
    "percentile_groups": {"summary": "AVAL", "statistics": ["{p2_5}, {p97_5}"], "pctldef": 4},
    "proportion_limits_groups": {"response": "AVALC", "statistics": ["limits"], "limits": "wilson"},
    "rank_sum_exact_pairs": {"rank_sum": "AVAL", **AGAINST, "exact": True},
    "rank_sum_pairs": {"rank_sum": "AVAL", **AGAINST},
    "rate_comparisons": {"rate": "SEX", "time": "TRTDURD", "events": "all", **AGAINST},
    "relative_risk_tables": {"relative_risk": "SEX", **AGAINST},
    "risk_difference_tables": {"risk_difference": "SEX", **AGAINST, "method": "mn"},
    "risk_difference_test_tables": {"risk_difference": "SEX", **AGAINST, "test": "fm", "statistics": ["p"]},
    "sign_test_groups": {"sign_test": "CHG"},
    "signed_rank_groups": {"signed_rank": "AVAL", "paired": "BASE"},
    "t_test_groups": {"t_test": "CHG"},
    "t_test_pairs": {"t_test": "CHG", **AGAINST},
    "van_elteren_blocks": {"van_elteren": "AVAL", "strata": "REGION"},
}
# What is the same for one table, one group or one set of numbers as the function on the right for many.
ONE_OF_MANY = {
    "binomial_test": "binomial_test_groups",
    "breslow_day": "breslow_day_tables",
    "chi_square": "chi_square_tables",
    "cmh": "cmh_tables",
    "common_odds_ratio": "common_odds_ratio_tables",
    "common_relative_risk": "common_relative_risk_tables",
    "common_risk_difference": "common_risk_difference_tables",
    "describe": "describe_groups",
    "fisher_exact": "fisher_exact_tables",
    "geometric": "geometric_groups",
    "hodges_lehmann": "hodges_lehmann_pairs",
    "incidence_rate": "incidence_rates",
    "kaplan_meier": "kaplan_meier_at",
    "kappa": "kappa_tables",
    "kruskal_wallis": "kruskal_wallis_blocks",
    "mcnemar": "mcnemar_tables",
    "odds_ratio": "odds_ratio_tables",
    "percentiles": "percentile_groups",
    "proportion_limits": "proportion_limits_groups",
    "rank_sum": "rank_sum_pairs",
    "rank_sum_exact": "rank_sum_exact_pairs",
    "rate_comparison": "rate_comparisons",
    "relative_risk": "relative_risk_tables",
    "risk_difference": "risk_difference_tables",
    "risk_difference_test": "risk_difference_test_tables",
    "sign_test": "sign_test_groups",
    "signed_rank": "signed_rank_groups",
    "t_test": "t_test_groups",
    "t_test_paired": "t_test_groups",
    "t_test_two_sample": "t_test_pairs",
    "van_elteren": "van_elteren_blocks",
    # The limits of Wald and of Clopper and Pearson of each row of a table: a response by these methods.
    "row_risks_tables": "proportion_limits_groups",
    # Events and time are counted by the rate itself, by category.
    "subject_incidence_rates": "incidence_rates",
}
# No statistics: how they are counted from columns of labels, named and shown, which analyses do in their own way.
NO_STATISTIC = {"cross_tables", "method_of"}


@pytest.fixture(scope="module")
def trial() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    adsl = pd.DataFrame({"USUBJID": [f"S{n:02}" for n in range(40)], "TRTP": np.tile(["A", "B"], 20)})
    adsl["REGION"], adsl["SEX"] = rng.choice(["EU", "US"], 40), rng.choice(["F", "M"], 40)
    adsl["AGE"], adsl["TRTDURD"] = rng.integers(20, 70, 40).astype(float), 200.0
    adlb = adsl.assign(BASE=rng.normal(50, 9, 40).round(1), CNSR=rng.integers(0, 2, 40).astype(float))
    adlb["AVAL"] = (adlb["BASE"] + rng.normal(2, 5, 40)).round(1)
    adlb["CHG"] = adlb["AVAL"] - adlb["BASE"]
    adlb["AVALC"], adlb["BASEC"] = rng.choice(["Y", "N"], 40), rng.choice(["Y", "N"], 40)
    return adlb, adsl


def called(run: Callable[[], object]) -> set[CodeType]:
    """The code of every function that runs."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return seen


def test_each_function_of_stats_is_in_one_of_the_tables() -> None:
    assert not {*ROWS} & {*ONE_OF_MANY}
    assert {*adamline.stats.__all__} - {*ROWS} - {*ONE_OF_MANY} - NO_STATISTIC == set()
    assert {*ROWS, *ONE_OF_MANY, *NO_STATISTIC} <= {*adamline.stats.__all__}
    assert {*ONE_OF_MANY.values()} <= {*ROWS}


@pytest.mark.parametrize("name", ROWS)
def test_its_row_calls_the_function(name: str, trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adlb, adsl = trial
    by, frame = None, adlb
    if "repeated" in ROWS[name]:
        by, frame = "AVISIT", pd.concat([adlb.assign(AVISIT="1"), adlb.assign(AVISIT="2", CHG=adlb["CHG"] + 1)])
    made: list[pd.DataFrame] = []
    seen = called(lambda: made.append(analysed(ROWS[name], frame, adsl, by)))
    assert getattr(adamline.stats, name).__code__ in seen
    assert len(made[0]) and made[0]["stat"].notna().any()


@pytest.mark.parametrize("name", ONE_OF_MANY)
def test_one_of_many_stands_in_the_same_module(name: str) -> None:
    homes = {getattr(adamline.stats, each).__module__ for each in (name, ONE_OF_MANY[name])}
    assert len(homes) == 1 or name == "row_risks_tables"

"""Tests of one sample and of pairs against scipy, and the tests of times and exact ranks beside them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from adamline.analyses.words import find_word

Numbers = Callable[..., dict[tuple[str, str], float]]
Analysed = Callable[..., pd.DataFrame]


@pytest.fixture
def adlb() -> pd.DataFrame:
    rng = np.random.default_rng(20)
    base = rng.normal(50, 8, 46).round(1)
    frame = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(46)], "TRTP": ["A"] * 16 + ["B"] * 30, "BASE": base})
    frame["AVAL"] = (base + rng.normal(1.5, 3, 46)).round(1)
    frame.loc[[3, 20], "AVAL"] = np.nan
    frame["CHG"] = frame["AVAL"] - frame["BASE"]
    return frame


def test_t_test_of_one_sample_and_of_pairs(adlb: pd.DataFrame, numbers: Numbers) -> None:
    alone = numbers({"t_test": "CHG", "h0": 0.5}, adlb)
    paired = numbers({"t_test": "AVAL", "paired": "BASE"}, adlb)
    for arm, values in adlb.dropna().groupby("TRTP"):
        tested = stats.ttest_1samp(values["CHG"], 0.5)
        limits = tested.confidence_interval(0.95)
        found = [alone[arm, name] for name in ("n", "mean", "lower", "upper", "t", "df", "p")]
        want = [len(values), values["CHG"].mean(), *limits, tested.statistic, tested.df, tested.pvalue]
        assert found == pytest.approx(want, rel=1e-10)
        assert paired[arm, "p"] == pytest.approx(stats.ttest_rel(values["AVAL"], values["BASE"]).pvalue, rel=1e-10)
        spread = (len(values) - 1) * values["CHG"].var() / stats.chi2.ppf([0.975, 0.025], len(values) - 1)
        assert [paired[arm, "sd_lower"], paired[arm, "sd_upper"]] == pytest.approx(np.sqrt(spread), rel=1e-10)


def test_t_test_of_columns_against_a_difference(adlb: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"t_test": "CHG", "against": "A", "h0": 2, "variances": "satterthwaite"}, adlb)
    a, b = (values["CHG"].dropna() for _, values in adlb.groupby("TRTP"))
    assert found["B", "p"] == pytest.approx(stats.ttest_ind(b - 2, a, equal_var=False).pvalue, rel=1e-10)


def test_sign_test(adlb: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"sign_test": "AVAL", "paired": "BASE", "h0": 1}, adlb)
    for arm, values in adlb.dropna().groupby("TRTP"):
        distance = values["AVAL"] - values["BASE"] - 1
        above, below = int((distance > 0).sum()), int((distance < 0).sum())
        assert found[arm, "n_above"] == above and found[arm, "n_below"] == below
        assert found[arm, "p"] == pytest.approx(stats.binomtest(above, above + below).pvalue, rel=1e-10)


def test_signed_rank_is_exact_up_to_20_values_and_then_t(adlb: pd.DataFrame, numbers: Numbers) -> None:
    found = numbers({"signed_rank": "CHG"}, adlb)
    changes = adlb[adlb["CHG"].notna() & (adlb["CHG"] != 0)]
    small, large = (values["CHG"].to_numpy() for _, values in changes.groupby("TRTP"))
    # Each of the ways to sign the ranks is as likely.
    ranks = stats.rankdata(np.abs(small))
    signs = (np.arange(2 ** len(small))[:, np.newaxis] >> np.arange(len(small))) & 1
    sums = signs @ ranks - ranks.sum() / 2
    seen = ranks[small > 0].sum() - ranks.sum() / 2
    assert found["A", "s"] == seen
    assert found["A", "p"] == pytest.approx((np.abs(sums) >= abs(seen)).mean(), rel=1e-10)
    # Iman 1974: Student's t of the signed ranks, here by the t test of one sample.
    signed = stats.rankdata(np.abs(large)) * np.sign(large)
    t = stats.ttest_1samp(signed, 0).statistic
    assert found["B", "p"] == pytest.approx(2 * stats.t.sf(abs(t), len(large) - 1), rel=1e-10)


def test_exact_rank_sum_by_every_choice(numbers: Numbers) -> None:
    frame = pd.DataFrame({"TRTP": list("AAAAABBBB"), "AVAL": [3.0, 1, 4, 1, 5, 9, 2, 6, 5]})
    ranks = stats.rankdata(frame["AVAL"])
    mean, seen = 4 * 10 / 2, ranks[5:].sum()
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(9), 4)])
    found = numbers({"rank_sum": "AVAL", "against": "A", "exact": True}, frame)
    assert found["B", "p"] == pytest.approx((np.abs(sums - mean) >= abs(seen - mean)).mean(), rel=1e-12)


def test_an_exact_rank_sum_that_is_too_large_has_no_p_value_and_says_so(analysed: Analysed) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"TRTP": np.repeat(["A", "B", "C"], [600, 600, 2]), "AVAL": rng.normal(size=1202)})
    found = analysed({"rank_sum": "AVAL", "against": "A", "exact": True}, frame).set_index("group1_level")
    assert found.loc["B", ["stat_text", "warning"]].tolist() == [
        "NE",
        "too large for an exact test: 600 and 600 values",
    ]
    assert found.loc["C", "warning"] == ""
    ranks = stats.rankdata(frame["AVAL"][lambda values: frame["TRTP"] != "B"])
    sums = np.array([sum(chosen) for chosen in combinations(ranks, 2)])
    mean = 2 * (602 + 1) / 2
    assert found.loc["C", "stat"] == pytest.approx((np.abs(sums - mean) >= abs(ranks[-2:].sum() - mean)).mean())


@pytest.fixture
def adtte() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"TRTP": np.repeat(list("ABC"), 20), "SITE": np.tile(["1", "2"], 30)})
    frame["AVAL"] = (rng.exponential(1, 60) * np.repeat([30.0, 20, 12], 20)).round() + 1
    frame["CNSR"] = (rng.random(60) < 0.25).astype(float)
    return frame


def by_hand(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Observed less expected events of each arm, and their covariance, time by time (Mantel 1966)."""
    arms = ["A", "B", "C"]
    score, spread = np.zeros(3), np.zeros((3, 3))
    for time in frame.loc[frame["CNSR"] == 0, "AVAL"].unique():
        at_risk = np.array([((frame["TRTP"] == arm) & (frame["AVAL"] >= time)).sum() for arm in arms])
        dead = (frame["AVAL"] == time) & (frame["CNSR"] == 0)
        seen = np.array([(dead & (frame["TRTP"] == arm)).sum() for arm in arms])
        n, d, share = at_risk.sum(), seen.sum(), at_risk / at_risk.sum()
        score += seen - d * share
        spread += d * (n - d) / max(n - 1, 1) * (np.diag(share) - np.outer(share, share))
    return score, spread


@pytest.mark.parametrize("strata", [None, "SITE"])
def test_log_rank_of_all_columns(adtte: pd.DataFrame, numbers: Numbers, strata: str | None) -> None:
    parts = [adtte] if strata is None else [part for _, part in adtte.groupby(strata)]
    scores, spreads = zip(*map(by_hand, parts), strict=True)
    score, spread = sum(scores), sum(spreads)
    want = score[:2] @ np.linalg.solve(spread[:2, :2], score[:2])
    found = numbers({"log_rank": "AVAL", **({"strata": strata} if strata else {}), "column": "C"}, adtte)
    assert [found["C", "chi_square"], found["C", "p"]] == pytest.approx([want, stats.chi2.sf(want, 2)], rel=1e-9)


def test_likelihood_ratio_of_exponential_times(adtte: pd.DataFrame, numbers: Numbers) -> None:
    def log_likelihood(frame: pd.DataFrame) -> float:
        events, time = (1 - frame["CNSR"]).sum(), frame["AVAL"].sum()
        return float(events * np.log(events / time) - events)

    whole = numbers({"log_rank": "AVAL", "test": "lr", "column": "A"}, adtte)
    apart = sum(log_likelihood(part) for _, part in adtte.groupby("TRTP"))
    ratio = 2 * (apart - log_likelihood(adtte))
    assert whole["A", "p"] == pytest.approx(stats.chi2.sf(ratio, 2), rel=1e-9)
    pairs = numbers({"log_rank": "AVAL", "test": "lr", "against": "A"}, adtte)
    two = adtte[adtte["TRTP"] != "B"]
    ratio = 2 * (sum(log_likelihood(part) for _, part in two.groupby("TRTP")) - log_likelihood(two))
    assert pairs["C", "p"] == pytest.approx(stats.chi2.sf(ratio, 1), rel=1e-9)


def test_a_subject_with_two_values_is_named(adlb: pd.DataFrame, analysed: Analysed) -> None:
    twice = pd.concat([adlb, adlb.iloc[:2]])
    for row in ({"sign_test": "CHG"}, {"signed_rank": "CHG"}, {"t_test": "AVAL", "paired": "BASE"}):
        said = analysed(row, twice)["warning"]
        assert said[said != ""].tolist() == ["subjects with more than one value: 2 (S0, S1)"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"t_test": "CHG", "against": "A", "paired": "BASE"}, "either `against`"),
        ({"t_test": "CHG", "against": "A", "statistics": ["{mean}"]}, "no statistic mean; there are difference"),
        ({"t_test": "CHG", "statistics": ["difference_ci"]}, "there is no difference_ci; there are n, mean"),
        ({"sign_test": "CHG", "h0": "nan"}, "not a decimal number"),
        ({"log_rank": "AVAL", "test": "lr", "strata": "SITE"}, "lr has no strata"),
        ({"log_rank": "AVAL", "against": "A", "column": "B"}, "stands in its own column"),
        ({"summary": "AVAL", "statistics": ["{p101}"]}, "no statistic p101; there are n, n_missing"),
        ({"summary": "AVAL", "also": ["mode"]}, "no statistic mode"),
        ({"summary": "AVAL", "decimals": {"meen": 1}}, "no statistic meen"),
        ({"summary": "AVAL", "pctldef": "6"}, "1, 2, 3, 4 or 5"),
        ({"survival": "AVAL", "at": [30], "statistics": ["{rate_60}"]}, "no statistic rate_60"),
        ({"rank_sum": "AVAL", "against": "A", "statistics": ["{z}"]}, "no statistic z; there are p"),
        ({"lsmeans": "CHG", "statistics": ["{median}"]}, "no statistic median; there are n, lsmean"),
    ],
)
def test_what_a_row_may_not_say(row: dict[str, Any], message: str) -> None:
    word = find_word(next(iter(row)))
    assert word is not None
    with pytest.raises(ValueError, match=message):
        word.options.model_validate(row)


def test_percentiles_by_each_definition(adlb: pd.DataFrame, numbers: Numbers) -> None:
    # The same five definitions, as Hyndman and Fan number them: 4, 3 (to the even one), 1, 6 and 2.
    methods = {1: "interpolated_inverted_cdf", 2: "closest_observation", 3: "inverted_cdf", 4: "weibull"}
    methods[5] = "averaged_inverted_cdf"
    for definition, method in methods.items():
        asked = {"statistics": ["{p2_5} {p25} {median} {p75} {p97_5}"], "pctldef": str(definition)}
        found = numbers({"summary": "AVAL", **asked}, adlb)
        for arm, values in adlb.groupby("TRTP"):
            want = np.percentile(values["AVAL"].dropna(), [2.5, 25, 50, 75, 97.5], method=method)
            names = ("p2_5", "p25", "median", "p75", "p97_5")
            if definition == 2:  # numpy calls even what it counts from 0
                want = np.sort(values["AVAL"].dropna())[_nearest_even(values["AVAL"].count())]
            assert [found[arm, name] for name in names] == pytest.approx(want, rel=1e-12), method


def _nearest_even(n: int) -> list[int]:
    return [max(1, min(n, round(n * share))) - 1 for share in (0.025, 0.25, 0.5, 0.75, 0.975)]


def test_moments_and_geometric_statistics(adlb: pd.DataFrame, analysed: Analysed, numbers: Numbers) -> None:
    also = ["uss", "css", "variance", "cv", "skewness", "kurtosis", "geometric_mean", "geometric_sd", "n_not_positive"]
    found = numbers({"summary": "AVAL", "also": also}, adlb)
    for arm, group in adlb.groupby("TRTP"):
        x = group["AVAL"].dropna()
        logs = np.log(x)
        want = [(x**2).sum(), ((x - x.mean()) ** 2).sum(), x.var(), 100 * x.std() / x.mean(), x.skew(), x.kurt()]
        want += [np.exp(logs.mean()), np.exp(logs.std()), 0]
        assert [found[arm, name] for name in also] == pytest.approx(want, rel=1e-10)
    low = adlb.assign(AVAL=adlb["AVAL"].where(adlb.index != 0, 0.0))
    said = analysed({"summary": "AVAL", "also": ["geometric_mean"]}, low)["warning"]
    assert said[said != ""].tolist() == ["no geometric mean, values that are not above 0: 1"]

"""Rates compared with that of one column, against counts and limits written apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from adamline.analyses.words import find_word

Analysed = Callable[..., pd.DataFrame]


@pytest.fixture
def trial() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(5)
    adsl = pd.DataFrame({"USUBJID": [f"S{n:03}" for n in range(90)], "TRTP": np.tile(["A", "B", "C"], 30)})
    adsl["TRTDURD"] = rng.integers(100, 400, 90).astype(float)
    adae = adsl.iloc[rng.choice(90, 70)].reset_index(drop=True)
    adae["ASTDY"] = np.ceil(adae["TRTDURD"] * rng.random(70))
    return adae.drop(columns="TRTDURD").assign(AESEV=rng.choice(["MILD", "SEVERE"], 70)), adsl


def by_hand(adae: pd.DataFrame, adsl: pd.DataFrame, arm: str) -> tuple[int, float]:
    """Subjects with an event, and the years of all up to it."""
    first = adae[adae["TRTP"] == arm].groupby("USUBJID")["ASTDY"].min()
    people = adsl[adsl["TRTP"] == arm].set_index("USUBJID")["TRTDURD"]
    days = sum(min(time, first.get(who, time)) for who, time in people.items())
    return len(first), days / 365.25


def test_ratio_and_difference_of_rates(trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adae, adsl = trial
    row = {"rate": "AESEV", "time": "TRTDURD", "at": "ASTDY", "against": "A", "per": 10}
    made = analysed(row, adae, adsl)
    for severity in ("MILD", "SEVERE"):
        x0, t0 = by_hand(adae[adae["AESEV"] == severity], adsl, "A")
        for arm in ("B", "C"):
            x1, t1 = by_hand(adae[adae["AESEV"] == severity], adsl, arm)
            rows = made[(made["variable_level"] == severity) & (made["group1_level"] == arm)]
            found = dict(zip(rows["stat_name"], rows["stat"], strict=True))
            assert found["n"] == x1 and found["person_years"] == pytest.approx(t1)
            # Given their sum the events of one arm are binomial.
            share = stats.binomtest(x1, x1 + x0, t1 / (t1 + t0)).proportion_ci(0.95, "exact")
            odds = [p / (1 - p) * t0 / t1 for p in (x1 / (x1 + x0), share.low, share.high)]
            assert [found["ratio"], found["ratio_lower"], found["ratio_upper"]] == pytest.approx(odds, rel=1e-8)
            half = stats.norm.ppf(0.975) * np.sqrt(x1 / t1**2 + x0 / t0**2)
            want = [10 * (x1 / t1 - x0 / t0 + side * half) for side in (0, -1, 1)]
            names = ("difference", "difference_lower", "difference_upper")
            assert [found[name] for name in names] == pytest.approx(want, rel=1e-10)
            tails = stats.binom(x1 + x0, t1 / (t1 + t0))
            assert found["p"] == pytest.approx(min(1, 2 * min(tails.cdf(x1), tails.sf(x1 - 1))), rel=1e-10)
    assert not made.loc[made["group1_level"] == "A", "stat_name"].isin(["ratio", "difference", "p"]).any()


def test_without_events_there_is_no_ratio(trial: tuple[pd.DataFrame, pd.DataFrame], analysed: Analysed) -> None:
    adae, adsl = trial
    row = {"rate": "subjects", "time": "TRTDURD", "events": "all", "against": "A"}
    none = analysed(row, adae[adae["TRTP"] == "B"], adsl).set_index(["group1_level", "stat_name"])
    assert none.loc[("B", "ratio"), "stat_text"] == "NE" and none.loc[("B", "ratio_lower"), "stat"] > 0
    assert none.loc[("C", "p"), ["stat_text", "warning"]].tolist() == ["NE", "no test: no event"]
    assert none.loc[("C", "difference"), "stat"] == 0


def test_comparisons_need_a_reference() -> None:
    word = find_word("rate")
    assert word is not None
    with pytest.raises(ValueError, match="there is no ratio_ci; there are n, person_years"):
        word.options.model_validate({"rate": "subjects", "time": "T", "statistics": ["ratio_ci"]})

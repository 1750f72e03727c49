"""Tests of each column against another one, against scipy and formulas written apart."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy import stats
from tests.analyses.small_studies import STUDIES, VISITS, Study, assert_same, numbers, study, table

NAN = float("nan")


def samples(given: Study, *columns: str) -> dict[tuple[str, str], tuple[pd.DataFrame, pd.DataFrame]]:
    """For each visit and column its complete records, and those of B."""
    found = {}
    for visit in VISITS:
        records = given.records[given.records["AVISIT"] == visit].dropna(subset=list(columns))
        for column in "AC":
            found[visit, column] = (records[records["TRTP"] == column], records[records["TRTP"] == "B"])
    return found


def of_each(given: Study, row: dict[str, Any], expected: dict[tuple[str, str], dict[str, float]]) -> None:
    made = table(given, {**row, "against": "B"})
    found = numbers(made, "visit", "column")
    assert_same(found, {(*key, name): value for key, of in expected.items() for name, value in of.items()}, 1e-7)


@STUDIES
@pytest.mark.parametrize("correction", [0.5, 0.0])
def test_rank_sum(seed: int, correction: float) -> None:
    given, expected = study(seed), {}
    for key, (own, other) in samples(given, "AVAL").items():
        x, y = own["AVAL"], other["AVAL"]
        p = NAN
        if min(len(x), len(y)) > 1 and pd.concat([x, y]).nunique() > 1:
            p = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=correction > 0).pvalue
        expected[key] = {"p": p}
    of_each(given, {"rank_sum": "AVAL", "correction": correction}, expected)


@STUDIES
@pytest.mark.parametrize(
    ("row", "fewest"), [({"exact": "true"}, 1), ({"exact": "true", "least": "3"}, 3), ({"least": "3"}, 3)]
)
def test_rank_sum_of_few(seed: int, row: dict[str, Any], fewest: int) -> None:
    """The exact p-value by going through all ways to deal the values out; no test where a group has fewer."""
    given, expected = study(seed), {}
    for key, (own, other) in samples(given, "AVAL").items():
        x, y = own["AVAL"], other["AVAL"]
        p = NAN
        if min(len(x), len(y)) >= fewest and pd.concat([x, y]).nunique() > 1:
            p = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=True).pvalue
        if min(len(x), len(y)) >= fewest and "exact" in row:
            p = exact(x.tolist(), y.tolist())
        expected[key] = {"p": p}
    of_each(given, {"rank_sum": "AVAL", **row}, expected)


def exact(x: list[float], y: list[float]) -> float:
    ranks = stats.rankdata([*x, *y]).tolist()
    middle = len(x) * (len(ranks) + 1) / 2
    off = abs(sum(ranks[: len(x)]) - middle) - 1e-9
    dealt = [abs(sum(each) - middle) >= off for each in combinations(ranks, len(x))]
    return sum(dealt) / len(dealt)


def test_the_normal_approximation_needs_two_values() -> None:
    with pytest.raises(ValidationError, match="the normal approximation needs 2 values or more"):
        table(study(3), {"rank_sum": "AVAL", "against": "B", "least": "1"})


@STUDIES
@pytest.mark.parametrize("variances", ["pooled", "satterthwaite"])
def test_t_test(seed: int, variances: str) -> None:
    given, expected = study(seed), {}
    for key, (own, other) in samples(given, "AVAL").items():
        x, y = own["AVAL"], other["AVAL"]
        of = dict.fromkeys(("difference", "lower", "upper", "p"), NAN)
        if len(x) and len(y):
            of["difference"] = x.mean() - y.mean()
        if min(len(x), len(y)) > 1 and x.var() + y.var() > 0:
            test = stats.ttest_ind(x, y, equal_var=variances == "pooled")
            limits = test.confidence_interval(0.95)
            of |= {"lower": limits.low, "upper": limits.high, "p": test.pvalue}
        expected[key] = of
    of_each(given, {"t_test": "AVAL", "variances": variances}, expected)


@STUDIES
def test_hodges_lehmann(seed: int) -> None:
    given, expected = study(seed), {}
    for key, (own, other) in samples(given, "AVAL").items():
        between = np.subtract.outer(own["AVAL"].to_numpy(), other["AVAL"].to_numpy()).ravel()
        expected[key] = {"difference": float(np.median(between)) if len(between) else NAN}
    made = table(given, {"hodges_lehmann": "AVAL", "against": "B"})
    found = numbers(made[made["stat_name"] == "difference"], "visit", "column")
    assert_same(found, {(*key, "difference"): of["difference"] for key, of in expected.items()})


@STUDIES
def test_fisher(seed: int) -> None:
    given, expected = study(seed).once(), {}
    for key, (own, other) in samples(given, "AVALC").items():
        counts = np.array([[(of["AVALC"] == value).sum() for value in "YN"] for of in (own, other)])
        differs = counts.sum(axis=0).all() and counts.sum(axis=1).all()
        expected[key] = {"p": stats.fisher_exact(counts).pvalue if differs else NAN}
    of_each(given, {"fisher": "AVALC"}, expected)


def log_rank(own: pd.DataFrame, other: pd.DataFrame, weighted: bool) -> dict[str, float]:
    """Events less those expected, squared, by their hypergeometric variance, time by time."""
    score = variance = 0.0
    both = pd.concat([own, other])
    for time in sorted(set(both["AVAL"][both["CNSR"] == 0])):
        n, n1 = (both["AVAL"] >= time).sum(), (own["AVAL"] >= time).sum()
        d = ((both["AVAL"] == time) & (both["CNSR"] == 0)).sum()
        d1 = ((own["AVAL"] == time) & (own["CNSR"] == 0)).sum()
        weight = n if weighted else 1
        score += weight * (d1 - d * n1 / n)
        if n > 1:
            variance += weight**2 * d * n1 / n * (1 - n1 / n) * (n - d) / (n - 1)
    if not (len(own) and len(other) and variance > 1e-12):
        return {"p": NAN, "chi_square": NAN}
    return {"p": stats.chi2.sf(score**2 / variance, 1), "chi_square": score**2 / variance}


@STUDIES
@pytest.mark.parametrize("test", ["logrank", "wilcoxon"])
def test_log_rank(seed: int, test: str) -> None:
    given = study(seed)
    expected = {
        key: log_rank(own, other, weighted=test == "wilcoxon")
        for key, (own, other) in samples(given, "AVAL", "CNSR").items()
    }
    of_each(given, {"log_rank": "AVAL", "test": test, "statistics": ["p", "chi_square"]}, expected)


def cox(own: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """Breslow's partial likelihood of one effect, by bisection of its score."""
    both = pd.concat([own.assign(x=1.0), other.assign(x=0.0)])
    events = both[both["CNSR"] == 0]

    def score(beta: float) -> tuple[float, float]:
        total = information = 0.0
        for time, x in zip(events["AVAL"], events["x"], strict=True):
            at_risk = both[both["AVAL"] >= time]["x"]
            mean = (at_risk * math.exp(beta)).sum() / np.exp(beta * at_risk).sum()
            total, information = total + x - mean, information + mean * (1 - mean)
        return total, information

    if not len(own) or not len(other) or score(0)[1] < 1e-12 or score(-30)[0] < 1e-6 or score(30)[0] > -1e-6:
        return {}
    low, high = -30.0, 30.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle)[0] > 0 else (low, middle)
    half = 1.959963984540054 / math.sqrt(score(low)[1])
    p = stats.chi2.sf(low**2 * score(low)[1], 1)
    return {"hazard_ratio": math.exp(low), "lower": math.exp(low - half), "upper": math.exp(low + half), "p": p}


@STUDIES
def test_cox(seed: int) -> None:
    given = study(seed)
    found = numbers(table(given, {"cox": "AVAL", "against": "B"}), "visit", "column")
    for key, (own, other) in samples(given, "AVAL", "CNSR").items():
        expected = cox(own, other)
        # Without one the likelihood has no highest point: there is no ratio, or none that a limit holds.
        for name in ("hazard_ratio", "lower", "upper", "p"):
            if expected:
                assert found[(*key, name)] == pytest.approx(expected[name], 1e-6)
            elif not (len(own) and len(other)):
                assert math.isnan(found[(*key, name)])

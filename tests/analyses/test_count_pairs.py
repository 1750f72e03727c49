"""Risk differences, relative risks and odds ratios against their formulas, from counts of pandas."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats
from tests.analyses.small_studies import STUDIES, VISITS, Study, assert_same, numbers, study, table

NAN = float("nan")
Z = float(stats.norm.ppf(0.95))
LEVELS = ["Rash", "Itch", "Never"]


def risk_difference(a: int, n: int, c: int, m: int) -> tuple[float, float, float]:
    """Wald's limits, in per cent; no difference lies beyond 100."""
    if not n or not m:
        return NAN, NAN, NAN
    p, q = a / n, c / m
    half = Z * math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    return 100 * (p - q), 100 * max(p - q - half, -1), 100 * min(p - q + half, 1)


def relative_risk(a: int, n: int, c: int, m: int) -> tuple[float, float, float]:
    """Limits on the log scale; none where nobody has the category in one of the two."""
    if not (a and c):
        return NAN, NAN, NAN
    se = math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
    ratio = a / n / (c / m)
    return ratio, ratio * math.exp(-Z * se), ratio * math.exp(Z * se)


def odds_ratio(a: int, n: int, c: int, m: int) -> tuple[float, float, float]:
    """Wald's limits on the log scale; none with a count of 0."""
    counts = (a, n - a, c, m - c)
    if not all(counts):
        return NAN, NAN, NAN
    ratio = a * (m - c) / (c * (n - a))
    half = Z * math.sqrt(sum(1 / count for count in counts))
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def p_value(test: str, a: int, n: int, c: int, m: int) -> float:
    """Fisher's exact or Pearson's test; none where nobody, or everybody, has the category, or a column is empty."""
    counts = np.array([[a, n - a], [c, m - c]])
    if not (n and m and counts.sum(axis=0).all()):
        return NAN
    if test == "fisher":
        return float(stats.fisher_exact(counts).pvalue)
    return float(stats.chi2_contingency(counts, correction=False).pvalue)


def counts(given: Study) -> Iterator[tuple[str, str, str, tuple[int, int, int, int]]]:
    """Visit, column and category: subjects with it and all, in the column and in B, which it is against."""
    for visit in VISITS:
        for column in "AC":
            for level in LEVELS:
                of = []
                for arm in (column, "B"):
                    own = given.records.query("TRTP == @arm and AVISIT == @visit and AEDECOD == @level")
                    of += [own["USUBJID"].nunique(), int((given.people["TRT01P"] == arm).sum())]
                yield visit, column, level, (of[0], of[1], of[2], of[3])


@STUDIES
@pytest.mark.parametrize("test", ["fisher", "chi_square"])
@pytest.mark.parametrize("formula", [risk_difference, relative_risk, odds_ratio])
def test_estimates_limits_and_p_values(seed: int, formula, test: str) -> None:  # type: ignore[no-untyped-def]
    given = study(seed)
    row = {formula.__name__: "AEDECOD", "levels": [*LEVELS, "Pain"], "missing": "drop", "against": "B"}
    made = table(given, {**row, "level": "0.9", "test": test, "statistics": ["estimate_ci", "p"]})
    found = numbers(made[made["variable_level"].isin(LEVELS)], "visit", "column", "variable_level")
    expected = {}
    for visit, column, level, of in counts(given):
        figures = dict(zip(("estimate", "lower", "upper"), formula(*of), strict=True)) | {"p": p_value(test, *of)}
        expected |= {(visit, column, level, name): value for name, value in figures.items()}
    assert_same(found, expected)

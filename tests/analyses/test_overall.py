"""Tests of all columns together against scipy and formulas written apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.analyses.small_studies import STUDIES, VISITS, Study, assert_same, study, table

NAN = float("nan")


def p_values(given: Study, row: dict[str, Any]) -> dict[str, float]:
    made = table(given, {**row, "column": "Total"})
    assert (made["column"] == "Total").all()
    return dict(zip(made["visit"], made["stat"], strict=True))


def at_visits(given: Study, *columns: str) -> dict[str, pd.DataFrame]:
    """The complete records of each visit."""
    complete = given.records.dropna(subset=list(columns))
    return {visit: complete[complete["AVISIT"] == visit] for visit in VISITS}


@STUDIES
def test_chi_square(seed: int) -> None:
    given, expected = study(seed), {}
    for visit, records in at_visits(given, "AEDECOD").items():
        # A subject counts once in each category.
        once = records.drop_duplicates(["USUBJID", "AEDECOD"])
        counts = pd.crosstab(once["TRTP"], once["AEDECOD"])
        some = min(counts.shape) > 1
        expected[visit] = stats.chi2_contingency(counts, correction=False).pvalue if some else NAN
    assert_same(p_values(given, {"chi_square": "AEDECOD"}), expected)


@STUDIES
def test_kruskal_wallis(seed: int) -> None:
    given, expected = study(seed), {}
    for visit, records in at_visits(given, "AVAL").items():
        groups = [own for _, own in records.groupby("TRTP")["AVAL"]]
        some = len(groups) > 1 and records["AVAL"].nunique() > 1
        expected[visit] = stats.kruskal(*groups).pvalue if some else NAN
    assert_same(p_values(given, {"kruskal_wallis": "AVAL"}), expected)


def row_means(strata: list[pd.DataFrame], scores: list[np.ndarray]) -> float:  # type: ignore[type-arg]
    """The p-value of two columns' mean scores over strata: their sum less what is expected, by its variance."""
    difference = variance = 0.0
    for own, score in zip(strata, scores, strict=True):
        n, is_first = len(own), (own["TRTP"] == "A").to_numpy()
        if n > 1:
            share = is_first.mean()
            difference += score[is_first].sum() - is_first.sum() * score.mean()
            variance += share * (1 - share) * n * n / (n - 1) * score.var()
    return float(stats.chi2.sf(difference**2 / variance, 1)) if variance > 1e-12 else NAN


@STUDIES
def test_van_elteren(seed: int) -> None:
    given, expected = study(seed), {}
    for visit, records in at_visits(given, "AVAL", "REGION").items():
        strata = [own for _, own in records.groupby("REGION")]
        expected[visit] = row_means(strata, [stats.rankdata(own["AVAL"]) / (len(own) + 1) for own in strata])
    assert_same(p_values(given, {"van_elteren": "AVAL", "strata": "REGION"}), expected)


@STUDIES
@pytest.mark.parametrize("statistic", ["general", "row_means"])
def test_cmh(seed: int, statistic: str) -> None:
    given, expected = study(seed).once(), {}
    for visit, records in at_visits(given, "AVALC", "REGION").items():
        strata = [own for _, own in records.groupby("REGION")]
        # With two categories, general association is that of the mean of a score.
        expected[visit] = row_means(strata, [(own["AVALC"] == "Y").to_numpy(dtype=float) for own in strata])
    row = {"cmh": "AVALC", "strata": "REGION", "statistic": statistic}
    assert_same(p_values(given, row), expected)


@STUDIES
def test_type3(seed: int) -> None:
    given, expected = study(seed), {}
    for visit, records in at_visits(given, "AVAL", "BASE").items():
        whole = np.column_stack([pd.get_dummies(records["REGION"].dropna()).loc[:, :].astype(float)])
        used = records[records["REGION"].notna()]
        full = np.column_stack([whole, used["BASE"]])
        rank = np.linalg.matrix_rank(full) if len(full) else 0
        df = len(used) - rank
        expected[visit] = NAN
        if df > 0 and rank > np.linalg.matrix_rank(whole):
            sse, without = (residual(each, used["AVAL"]) for each in (full, whole))
            if sse > 1e-9:
                expected[visit] = stats.f.sf((without - sse) / (sse / df), 1, df)
    found = p_values(given, {"type3": "AVAL", "model": ["REGION", "BASE"], "effect": "BASE"})
    # Where the model fits without error, or has nothing left to estimate, there is no test to compare.
    assert found.keys() == expected.keys()
    assert_same(
        {key: found[key] for key, p in expected.items() if p == p}, {k: p for k, p in expected.items() if p == p}
    )


def residual(design: np.ndarray, values: pd.Series) -> float:  # type: ignore[type-arg]
    """The residual sum of squares of a least squares fit."""
    fitted = design @ np.linalg.lstsq(design, values.to_numpy(), rcond=None)[0]
    return float(((values - fitted) ** 2).sum())

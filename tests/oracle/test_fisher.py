"""Tests of association against PROC FREQ listings: all figures of the open cases of the fisher oracle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.chi_square import ChiSquare, chi_square
from adamline.stats.cross_tables import cross_tables
from adamline.stats.fisher import fisher_exact
from adamline.stats.kappa import kappa
from adamline.stats.mcnemar import mcnemar
from adamline.stats.odds_ratio import odds_ratio
from adamline.stats.relative_risk import relative_risk


def table_of(shared: Path, case: str, **orders: list[str]):  # type: ignore[no-untyped-def]
    path = shared / "oracles/fisher/open" / case / "data.csv"
    data = pd.read_csv(path, dtype={"row": str, "col": str, "count": float})
    return cross_tables(data["row"], data["col"], counts=data["count"], **orders).table


def of_chi_square(test: ChiSquare) -> dict[str, float]:
    return {
        "df": test.df,
        "chisq": test.chi_square,
        "chisq_p": test.p,
        "lr": test.likelihood_ratio,
        "lr_p": test.p_likelihood_ratio,
        "adj": test.adjusted,
        "adj_p": test.p_adjusted,
        "mh": test.mantel_haenszel,
        "mh_p": test.p_mantel_haenszel,
        "phi": test.phi,
        "contingency": test.contingency,
        "cramer_v": test.cramer_v,
    }


def of_fisher(table) -> dict[str, float]:  # type: ignore[no-untyped-def]
    test = fisher_exact(table)
    return {
        "cell11": table[0, 0],
        "fisher_left": test.p_left,
        "fisher_right": test.p_right,
        "table_prob": test.p_table,
        "fisher_two": test.p,
    }


def test_lung(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    table = table_of(shared, "lung-2x2")
    odds = odds_ratio(table)
    found = of_chi_square(chi_square(table)) | of_fisher(table)
    found |= {"or": odds.estimate, "or_lower": odds.lower, "or_upper": odds.upper}
    found |= {"or_exact_lower": odds.exact_lower, "or_exact_upper": odds.exact_upper}
    for column in (1, 2):
        risk, key = relative_risk(table, column=column), f"rr_col{column}"
        found |= {key: risk.estimate, f"{key}_lower": risk.lower, f"{key}_upper": risk.upper}
    agree("fisher/lung-2x2", found)


def test_severe(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    agree("fisher/severe-2x2", of_fisher(table_of(shared, "severe-2x2", row_order=["Test", "Control"])))


def test_party(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    agree("fisher/party-2x3-chisq", of_chi_square(chi_square(table_of(shared, "party-2x3-chisq"))))


def test_mcnemar_and_kappa(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    table = table_of(shared, "mcnemar-kappa")
    pairs, agreement = mcnemar(table), kappa(table)
    found = {
        "mcnemar_chisq": pairs.chi_square,
        "mcnemar_exact_p": pairs.p_exact,
        "kappa": agreement.estimate,
        "kappa_se": agreement.se,
        "kappa_lower": agreement.lower,
        "kappa_upper": agreement.upper,
    }
    agree("fisher/mcnemar-kappa", found)


def test_listing_of_a_small_expected_count() -> None:
    """A published log, "WARNING: 25% of the cells have expected counts less than 5": (16 x 235) / 766 is 4.9086."""
    test = chi_square([[5, 11], [230, 520]])
    assert test.share_small == 0.25
    assert pytest.approx(4.9086, abs=5e-5) == 16 * 235 / 766

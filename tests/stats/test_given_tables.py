"""What cross_tables makes, given to the tests of association as it is: its counts, with the scores of its labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats.breslow_day import breslow_day
from adamline.stats.chi_square import chi_square
from adamline.stats.cmh import cmh
from adamline.stats.common_odds_ratio import common_odds_ratio
from adamline.stats.common_relative_risk import common_relative_risk
from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod, common_risk_difference
from adamline.stats.cross_tables import cross_tables
from adamline.stats.fisher import fisher_exact
from adamline.stats.fisher_rxc import fisher_rxc
from adamline.stats.kappa import kappa
from adamline.stats.mcnemar import mcnemar
from adamline.stats.odds_ratio import odds_ratio
from adamline.stats.relative_risk import relative_risk
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference
from adamline.stats.risk_difference_test import RiskDifferenceTestMethod, risk_difference_test

RNG = np.random.default_rng(8)
RECORDS = pd.DataFrame(
    {
        "ARM": RNG.choice(["A", "B"], 120),
        "RESP": RNG.choice(["N", "Y"], 120),
        "BEFORE": RNG.choice(["N", "Y"], 120),
        "GRADE": RNG.choice([1, 2, 7], 120),
        "LATER": RNG.choice([1, 2, 7], 120),
        "SITE": RNG.choice(["S1", "S2", "S3"], 120),
    }
)
Test = Callable[..., object]


@pytest.mark.parametrize(
    "test",
    [
        fisher_exact,
        fisher_rxc,
        odds_ratio,
        relative_risk,
        lambda table: risk_difference(table, RiskDifferenceMethod.NEWCOMBE),
        lambda table: risk_difference_test(table, 0.1, RiskDifferenceTestMethod.WALD),
    ],
)
def test_of_one_table(test: Test) -> None:
    crossed = cross_tables(RECORDS["ARM"], RECORDS["RESP"])
    assert test(crossed) == test(crossed.table)
    with pytest.raises(DataError, match="more than one table"):
        test(cross_tables(RECORDS["ARM"], RECORDS["RESP"], RECORDS["SITE"]))


@pytest.mark.parametrize(
    "test",
    [
        breslow_day,
        common_odds_ratio,
        common_relative_risk,
        lambda tables: common_risk_difference(tables, CommonRiskDifferenceMethod.MANTEL_HAENSZEL),
    ],
)
def test_of_strata(test: Test) -> None:
    crossed = cross_tables(RECORDS["ARM"], RECORDS["RESP"], RECORDS["SITE"])
    assert test(crossed) == test(crossed.counts)


def test_numeric_labels_are_their_own_scores() -> None:
    graded = cross_tables(RECORDS["ARM"], RECORDS["GRADE"], RECORDS["SITE"])
    assert cmh(graded) == cmh(graded.counts, column_scores=[1, 2, 7])
    assert cmh(graded).row_means != pytest.approx(cmh(graded.counts).row_means)
    assert cmh(graded, column_scores=[1, 2, 3]) == cmh(graded.counts)
    plain = cross_tables(RECORDS["ARM"], RECORDS["GRADE"])
    linear = chi_square(plain).mantel_haenszel
    assert linear == chi_square(plain.table, column_scores=[1, 2, 7]).mantel_haenszel
    assert linear != pytest.approx(chi_square(plain.table).mantel_haenszel)
    rated = cross_tables(RECORDS["GRADE"], RECORDS["LATER"])
    assert kappa(rated, weights="CA") == kappa(rated.table, weights="CA", scores=[1, 2, 7])
    assert kappa(rated, weights="CA") != kappa(rated.table, weights="CA")


def test_pairs_have_the_same_labels_in_rows_and_columns() -> None:
    pairs = cross_tables(RECORDS["BEFORE"], RECORDS["RESP"])
    assert mcnemar(pairs) == mcnemar(pairs.table)
    turned = cross_tables(RECORDS["BEFORE"], RECORDS["RESP"], column_order=["Y", "N"])
    for test in (mcnemar, kappa):
        with pytest.raises(DataError, match="same labels"):
            test(turned)

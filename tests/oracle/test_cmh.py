"""CMH, Breslow-Day and the common odds ratio and relative risks: the open cases of the cmh oracle, from PROC FREQ."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.breslow_day import breslow_day
from adamline.stats.cmh import cmh
from adamline.stats.common_odds_ratio import common_odds_ratio
from adamline.stats.common_relative_risk import common_relative_risk
from adamline.stats.cross_tables import CrossTables, cross_tables


def counted(shared: Path, case: str) -> CrossTables:
    data = pd.read_csv(shared / "oracles/cmh/open" / case / "data.csv", dtype={"count": float})
    return cross_tables(data["row"], data["col"], data["stratum"], counts=data["count"])


def three(tables: CrossTables) -> dict[str, float]:
    test = cmh(tables.counts, row_scores=tables.row_scores, column_scores=tables.column_scores)
    return {
        "corr": test.correlation,
        "corr_df": test.df_correlation,
        "corr_p": test.p_correlation,
        "rowmeans": test.row_means,
        "rowmeans_df": test.df_row_means,
        "rowmeans_p": test.p_row_means,
        "general": test.general,
        "general_df": test.df_general,
        "general_p": test.p_general,
    }


def test_three_by_two(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    agree("cmh/adcibc-3x2x3", three(counted(shared, "adcibc-3x2x3")))


def test_two_by_two(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    tables = counted(shared, "adcibc-2x2x2")
    homogeneity = breslow_day(tables.counts)
    found = three(tables) | {
        "breslow_day": homogeneity.chi_square,
        "breslow_day_df": homogeneity.df,
        "breslow_day_p": homogeneity.p,
    }
    del found["rowmeans_df"], found["general_df"]
    for method, word in (("MH", "mh"), ("LOGIT", "logit")):
        ratios = {
            "or": common_odds_ratio(tables.counts, method=method),
            "rr1": common_relative_risk(tables.counts, method=method),
            "rr2": common_relative_risk(tables.counts, method=method, column=2),
        }
        for name, ratio in ratios.items():
            key = f"{word}_{name}"
            found |= {key: ratio.estimate, f"{key}_lower": ratio.lower, f"{key}_upper": ratio.upper}
    agree("cmh/adcibc-2x2x2", found, only=list(found))


# Chinese smoking study, listing "SAS file for CMH analysis of Chinese smoking data in Table 3.3" (a course page of
# Stanford): 8 cities, smoking by lung cancer. Its limits of the Mantel-Haenszel estimates are test-based, as SAS's were
# before release 7, so that those are not compared.
CITIES = [
    [[126, 100], [35, 61]],
    [[908, 688], [497, 807]],
    [[913, 747], [336, 598]],
    [[235, 172], [58, 121]],
    [[402, 308], [121, 215]],
    [[182, 156], [72, 98]],
    [[60, 99], [11, 43]],
    [[104, 89], [21, 36]],
]


def test_listing_of_eight_strata() -> None:
    test, homogeneity = cmh(CITIES), breslow_day(CITIES)
    assert test.n == 8419
    for value in (test.correlation, test.row_means, test.general):
        assert value == pytest.approx(280.138, abs=5e-4)
    assert homogeneity.chi_square == pytest.approx(5.200, abs=5e-4)
    assert (homogeneity.df, round(homogeneity.p, 3)) == (7, 0.636)
    assert common_odds_ratio(CITIES).estimate == pytest.approx(2.174, abs=5e-4)
    logit = common_odds_ratio(CITIES, method="LOGIT")
    assert [round(x, 3) for x in (logit.estimate, logit.lower, logit.upper)] == [2.173, 1.983, 2.382]
    for column, (haenszel, *of_logit) in {1: (1.519, 1.513, 1.436, 1.594), 2: (0.700, 0.701, 0.673, 0.730)}.items():
        assert round(common_relative_risk(CITIES, column=column).estimate, 3) == haenszel
        made = common_relative_risk(CITIES, column=column, method="LOGIT")
        assert [round(x, 3) for x in (made.estimate, made.lower, made.upper)] == of_logit


def test_listing_of_the_migraine_trial() -> None:
    """SAS/STAT User's Guide, The FREQ Procedure, "Cochran-Mantel-Haenszel Statistics": data Migraine, Output x.7.1."""
    test = cmh([[[16, 11], [5, 20]], [[12, 16], [7, 19]]])
    for value, p in ((test.correlation, test.p_correlation), (test.general, test.p_general)):
        assert value == pytest.approx(8.3052, abs=5e-5)
        assert p == pytest.approx(0.0040, abs=5e-5)

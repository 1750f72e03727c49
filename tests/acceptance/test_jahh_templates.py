"""Templates that the reference study shows: discontinuation for events, responders; against counts of plain pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.acceptance.conftest import Ran

from adamline.io.xpt_read import read_xpt
from adamline.results.csv_file import read_results

ARMS = ("Placebo", "Baricitinib 2 mg", "Baricitinib 4 mg")


def adam(run: Ran, name: str) -> pd.DataFrame:
    return read_xpt(run.out / "adam" / f"{name}.xpt").frame


def results(run: Ran, output: str) -> pd.DataFrame:
    return read_results(Path(run.out) / "results" / f"{output.lower()}.csv")


def withdrawn(run: Ran) -> pd.DataFrame:
    adae = adam(run, "adae")
    return adae[(adae["TRTEMFL"] == "Y") & (adae["AEACN"] == "DRUG WITHDRAWN") & (adae["SAFFL"] == "Y")]


def test_events_that_led_to_discontinuation(jahh: Ran) -> None:
    of, shown = withdrawn(jahh), results(jahh, "T-14-3-1-4")
    rows = shown[shown["stat_name"] == "n"]
    of_any = rows[rows["analysis"] == "count subjects"].set_index("group1_level")["stat"]
    assert [of_any[arm] for arm in ARMS] == [of[of["TRTA"] == arm]["USUBJID"].nunique() for arm in ARMS]
    assert sum(of_any[arm] for arm in ARMS) > 5
    terms = rows[(rows["variable"] == "AEDECOD") & (rows["stat"] > 0)]
    found = {(row.group1_level, row.variable_level): row.stat for row in terms.itertuples()}
    assert found == of.groupby(["TRTA", "AEDECOD"])["USUBJID"].nunique().to_dict()


def test_listing_of_events_that_led_to_discontinuation(jahh: Ran) -> None:
    of = withdrawn(jahh).sort_values(["TRTAN", "USUBJID", "AESEQ"])
    shown = results(jahh, "L-16-2-7-1")
    assert shown["USUBJID"].tolist() == of["USUBJID"].tolist()
    assert shown["AETERM"].tolist() == of["AETERM"].tolist()


@pytest.mark.parametrize("parameter", ["SRI4", "BICLA"])
def test_responders(jahh: Ran, parameter: str) -> None:
    """Counts, exact limits (PROC FREQ, binomial) by the beta distribution, odds ratios by their cells."""
    adrs, shown = adam(jahh, "adrs"), results(jahh, "T-14-2-12")
    for visit in ("Week 12", "Week 24"):
        of = adrs[(adrs["PARAMCD"] == parameter) & (adrs["AVISIT"] == visit) & (adrs["ANL01FL"] == "Y")]
        of = of[(of["ITTFL"] == "Y") & of["AVALC"].isin(["Y", "N"])]
        yes, whole = (frame.groupby("TRTP")["USUBJID"].nunique() for frame in (of[of["AVALC"] == "Y"], of))
        here = shown[(shown["group2_level"] == parameter) & (shown["group3_level"] == visit)]

        def stat(name: str, analysis: str, here: pd.DataFrame = here) -> pd.Series:
            rows = here[(here["stat_name"] == name) & here["analysis"].str.startswith(analysis)]
            return rows.set_index("group1_level")["stat"]

        assert (
            stat("n", "responders").to_dict() == yes.to_dict() and stat("N", "responders").to_dict() == whole.to_dict()
        )
        for arm in ARMS:
            n, total = yes[arm], whole[arm]
            limits = stats.beta.ppf([0.025, 0.975], [n, n + 1], [total - n + 1, total - n]) * 100
            assert [stat(end, "response")[arm] for end in ("lower", "upper")] == pytest.approx(list(limits), abs=1e-9)
        control = yes[ARMS[0]] / (whole[ARMS[0]] - yes[ARMS[0]])
        odds = {arm: yes[arm] / (whole[arm] - yes[arm]) / control for arm in ARMS[1:]}
        found = stat("estimate", "odds_ratio")
        assert [found[arm] for arm in odds] == pytest.approx(list(odds.values()))
        assert np.isfinite(list(odds.values())).all()

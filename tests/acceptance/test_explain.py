"""Numbers of the studies' tables are computed again from the records that are said to be behind it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.acceptance.conftest import JAHH, Ran
from tests.acceptance.recomputed import recomputed

from adamline.study.explain.explain import explain
from adamline.study.explain.shown import as_text

pytestmark = pytest.mark.slow


def test_every_number_of_the_reference_study(jahh: Ran) -> None:
    found = recomputed(jahh.out)
    assert found.differ == []
    assert sum(found.same.values()) > 14_000
    # Limits of proportions, exact tests of ties, estimates of models: there are records, the number is not made again.
    others = {kind.split(":")[0] for kind in found.counted_only}
    assert others == {
        "PROC FREQ",
        "PROC MIXED, REML, TYPE=UN, DDFM=KENWARDROGER",
        "PROC NPAR1WAY, Wilcoxon two-sample test, exact",
    }


# Estimates of models and of curves, exact tests of ties, whiskers and distributions: the records are there, and
# the number is made again by the tests of each method.
PILOT_OTHERS = {
    "PROC BOXPLOT": 312,
    "PROC GLM, ordinary least squares": 112,
    "PROC GLM, type III": 2,
    "PROC LIFETEST, log-rank test": 7,
    "PROC LIFETEST, product-limit method": 2192,
    "PROC MIXED, REML, TYPE=UN, DDFM=KENWARDROGER": 112,
    "PROC NPAR1WAY, Wilcoxon two-sample test, exact": 16,
    "PROC PHREG, partial likelihood, TIES=BRESLOW, Wald limits": 74,
    "PROC UNIVARIATE, CDFPLOT": 292,
}


def test_every_number_of_the_pilot(pilot_run: Ran) -> None:
    found = recomputed(pilot_run.out)
    assert found.differ == []
    assert sum(found.same.values()) > 80_000
    others: Counter[str] = Counter()
    for kind, count in found.counted_only.items():
        others[kind.split(":")[0]] += count
    assert others == PILOT_OTHERS


def test_a_response_is_followed_through_the_steps_that_derived_it_to_sdtm(jahh: Ran) -> None:
    found = explain(jahh.out, "T-14-2-2", "Week 24 / Responders", "Baricitinib 4 mg", "n", [jahh.sdtm], Path(JAHH))
    [behind] = found.behind
    steps = {step.name for source in behind.sources for step in source.steps}
    assert {"response.sri", "response.bilag", "response.pga", "response.sledai", "response.sledai_reduction"} <= steps
    responders = behind.records["USUBJID"].nunique()
    # Each responder has a global assessment and nine systems at the visit, and 24 items on each of its days.
    assessments, systems, items = sorted(len(source.records) for source in behind.sources if source.dataset == "RS")
    assert (assessments, systems) == (responders, 9 * responders)
    assert items % 24 == 0
    assert items >= 24 * responders
    assert "SLEDTOT: " in as_text(found)

"""Every number of the studies' tables is computed again from the records that are said to be behind it."""

from __future__ import annotations

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


def test_every_number_of_the_pilot(pilot_run: Ran) -> None:
    found = recomputed(pilot_run.out)
    assert found.differ == []
    assert sum(found.same.values()) > 30_000


def test_a_response_is_followed_through_the_steps_that_derived_it_to_sdtm(jahh: Ran) -> None:
    found = explain(jahh.out, "T-14-2-2", "Week 24 / Responders", "Baricitinib 4 mg", "n", [jahh.sdtm], Path(JAHH))
    [behind] = found.behind
    steps = {step.name for source in behind.sources for step in source.steps}
    assert {"response.sri", "response.bilag", "response.pga", "response.sledai", "response.sledai_reduction"} <= steps
    responders = behind.records["USUBJID"].nunique()
    # Each responder has 24 items, nine systems and the global assessment at the visit.
    items = [source for source in behind.sources if source.dataset == "RS"]
    assert sorted(len(source.records) for source in items) == [responders, 9 * responders, 24 * responders]
    assert "SLEDTOT: " in as_text(found)

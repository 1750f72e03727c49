"""Numbers of the studies' tables are computed again from the records that are said to be behind it."""

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


# Worst severity with differences, values that are met, demographics, subgroups.
PILOT_TABLES = ("T-14-3-1-1", "T-14-3-4-14", "T-14-1-4", "T-14-3-1-13")


def test_every_number_of_tables_of_the_pilot_that_count_in_their_own_way(pilot_run: Ran) -> None:
    found = recomputed(pilot_run.out, PILOT_TABLES)
    assert found.differ == []
    assert sum(found.same.values()) == 815


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

"""The level that a row of a table names as baseline: one that is not there is said, at a check and by a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.findings import Severity
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
THERE = "        order_by: AVISITN\n"


@pytest.mark.parametrize(
    ("baseline", "at_check", "at_run"),
    [
        ("Baseline", [], []),
        (
            "Basline",
            ["T-1 names Basline, which AVISIT of ADLB cannot be: did you mean Baseline?"],
            ["no record has AVISIT Basline, and changes are blank nowhere; there are Baseline, Week 2"],
        ),
    ],
)
def test_a_level_that_is_not_there(
    baseline: str, at_check: list[str], at_run: list[str], study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("tlf/t-1.yaml", THERE, f"{THERE}        baseline: {baseline}\n")
    opened = open_study(study)
    found = [one for one in check_study(opened) if "Basline" in one.message]
    assert [one.message for one in found] == at_check
    assert all(one.place.line == 13 for one in found)
    _, findings = run_study(opened, sdtm, tmp_path / "out")
    said = [one for one in findings if "Basline" in one.message]
    assert [one.message for one in said] == at_run
    assert all((one.place.line, one.severity) == (13, Severity.WARNING) for one in said)

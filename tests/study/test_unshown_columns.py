"""A column of a table that names what no row has, as a misspelt statistic, is said: it would be empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.findings import Severity
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
BELOW = "below: [{variable: AVAL}, {variable: CHG}]"
ROW = "{summary: [AVAL, CHG]}"


@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        (BELOW, ROW, []),
        ("below: [{statistic: n_pct}, {statistic: events}]", "{count: subjects}", []),
        ("below: [n_pc, events]", "{count: subjects}", ["statistic n_pc"]),
        ("below: [{level: Y}, {level: Z}]", "{count: ABLFL, levels: {Y: Yes}, missing: drop}", ["level Z"]),
        (f"{BELOW}, beside: [{{heading: P, statistic: p}}, {{heading: ' '}}]", ROW, ["statistic p"]),
    ],
)
def test_columns(columns: str, row: str, said: list[str], study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", BELOW, columns)
    edit("tlf/t-1.yaml", f"rows: [{ROW}]", f"rows: [{row}]")
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    found = [one for one in findings if "in the column of" in one.message]
    assert [one.message for one in found] == [f"no row has a result in the column of {name}" for name in said]
    assert all((one.severity, one.place.file, one.place.line) == (Severity.WARNING, "t-1.yaml", 6) for one in found)

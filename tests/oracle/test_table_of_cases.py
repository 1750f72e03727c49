"""The table of cases in the documentation has every open case of the statistics, whole and passed."""

from __future__ import annotations

import json
import re
from pathlib import Path

FAMILIES = (
    "ancova",
    "binomial_ci",
    "cmh",
    "descriptive_tables",
    "fisher",
    "logistic",
    "mmrm",
    "quantiles",
    "riskdiff",
    "rounding",
    "survival",
    "ttest",
    "wilcoxon",
)
TABLE = Path(__file__).resolve().parents[2] / "docs/methods/oracle-cases.md"


def test_every_open_case_is_in_the_table(shared: Path) -> None:
    rows = re.findall(r"^\| (\w+/\S+) \| .* \| (\d+) \| (\d+) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = {}
    for family in FAMILIES:
        for file in (shared / "oracles" / family / "open").glob("*/expected.json"):
            figures = len(json.loads(file.read_text(encoding="utf-8"))["expected"])
            expected[f"{family}/{file.parent.name}"] = (figures, figures)
    assert {case: (int(figures), int(passed)) for case, figures, passed in rows} == expected

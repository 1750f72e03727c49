"""Risk differences against a PROC FREQ listing: the open case of the riskdiff oracle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from adamline.stats.risk_difference import RiskDifferenceMethod as Method
from adamline.stats.risk_difference import risk_difference, row_risks_tables

NAMES = {
    "wald": Method.WALD,
    "agresti_caffo": Method.AGRESTI_CAFFO,
    "miettinen_nurminen": Method.MIETTINEN_NURMINEN,
    "newcombe": Method.NEWCOMBE,
}
COLUMNS = {"risk": "risk", "ase": "se"} | {name: name for name in ("lower", "upper", "exact_lower", "exact_upper")}


def test_active_against_placebo(shared: Path, agree: Callable[..., None]) -> None:
    content = json.loads((shared / "oracles/riskdiff/open/adcibc-act-v-pbo/expected.json").read_text("utf-8"))
    request = content["request"]
    table = [[events, n - events] for events, n in (request["row1"], request["row2"])]
    level = 1 - request["alpha"]
    found = {}
    for row in row_risks_tables([table], level=level).to_dict("records"):
        found |= {f"{row['row'].replace(' ', '')}_{name}": row[column] for name, column in COLUMNS.items()}
    for name, method in NAMES.items():
        difference = risk_difference(table, method, level=level)
        found |= {f"{name}_lower": difference.lower, f"{name}_upper": difference.upper}
        found |= {"rd": difference.estimate, "ase": difference.se}
    assert len(content["expected"]) == 28
    agree("riskdiff/adcibc-act-v-pbo", found)

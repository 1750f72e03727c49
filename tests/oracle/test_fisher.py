"""Fisher's exact test of 2 x 2 tables against PROC FREQ listings: the open cases of the fisher oracle.

Left for later: the chi-square family, odds ratio and relative risks of lung-2x2, and the cases party-2x3-chisq and
mcnemar-kappa.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.fisher import fisher_exact

FIGURES = {
    "fisher_left": "p_left",
    "fisher_right": "p_right",
    "table_prob": "p_table",
    "fisher_two": "p_two_sided",
}


@pytest.mark.parametrize("case", ["lung-2x2", "severe-2x2"])
def test_two_by_two(shared: Path, case: str) -> None:
    folder = shared / "oracles/fisher/open" / case
    content = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    request, expected = content["request"], content["expected"]
    counts = pd.read_csv(folder / "data.csv", dtype={"row": str, "col": str}).pivot_table("count", "row", "col")
    table = counts.loc[request["rows"], request["cols"]].to_numpy()
    assert table[0, 0] == float(expected["cell11"]["printed"])
    test = fisher_exact(table)
    for key, name in FIGURES.items():
        printed = expected[key]["printed"]
        half = 0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-6)
        found = getattr(test, name)
        assert found == pytest.approx(float(printed), abs=expected[key].get("abs_tol", half), rel=0), key
        assert found == pytest.approx(expected[key]["ref"], rel=1e-9), key

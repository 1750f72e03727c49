"""Wilcoxon rank-sum test against PROC NPAR1WAY listings: the open two-sample cases of the wilcoxon oracle.

Left for later: the t approximation (pt_*), exact p (exact_*), Kruskal-Wallis (kw_*) and Hodges-Lehmann (hl_*).
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.rank_sum import RankSum, rank_sum

LATER = ("pt_", "exact_", "kw_", "hl_")


def answers(test: RankSum, uncorrected: RankSum, first: str, second: str) -> dict[str, float]:
    """The figures of a listing; ranks and means of the larger group follow from the sums over both."""
    total = test.n1 + test.n2
    sums, means = [test.statistic] * 2, [test.mean] * 2
    larger = 0 if test.n2 < test.n1 else 1
    sums[larger] = total * (total + 1) / 2 - test.statistic
    means[larger] = total * (total + 1) / 2 - test.mean
    found = {"std_dev": test.sd, "statistic": test.statistic}
    for name, n, ranks, mean in zip((first, second), (test.n1, test.n2), sums, means, strict=True):
        found |= {
            f"n_{name}": n,
            f"sum_scores_{name}": ranks,
            f"expected_{name}": mean,
            f"mean_score_{name}": ranks / n,
        }
    for suffix, each in (("cc", test), ("nocc", uncorrected)):
        found |= {f"z_{suffix}": each.z, f"p_one_{suffix}": each.p_one_sided, f"p_two_{suffix}": each.p}
    return found


@pytest.mark.parametrize(("case", "compared"), [("birthweight", 16), ("no-ties-10v5", 13)])
def test_two_samples(shared: Path, case: str, compared: int) -> None:
    folder = shared / "oracles/wilcoxon/open" / case
    content = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    request, expected = content["request"], content["expected"]
    data = pd.read_csv(folder / "data.csv")
    first, second = request["class_order"]
    samples = [data.loc[data[request["class_"]] == name, request["var"]] for name in (first, second)]
    found = answers(rank_sum(*samples), rank_sum(*samples, correction=0), first, second)
    keys = [key for key in expected if not key.startswith(LATER)]
    assert len(keys) == compared
    for key in keys:
        printed = expected[key]["printed"]
        half = 0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-6)
        assert found[key] == pytest.approx(float(printed), abs=expected[key].get("abs_tol", half), rel=0), key
        assert found[key] == pytest.approx(expected[key]["ref"], rel=1e-12), key

"""Rank-sum tests, shift and Kruskal-Wallis against PROC NPAR1WAY listings: the cases of the wilcoxon oracle."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from adamline.stats.hodges_lehmann import hodges_lehmann
from adamline.stats.kruskal_wallis import kruskal_wallis
from adamline.stats.rank_sum import rank_sum
from adamline.stats.rank_sum_exact import rank_sum_exact

LIMITS = ("lower", "upper", "midpoint")


def case_of(shared: Path, case: str) -> tuple[pd.DataFrame, dict[str, object]]:
    folder = shared / "oracles/wilcoxon/open" / case
    return pd.read_csv(folder / "data.csv"), json.loads((folder / "expected.json").read_text("utf-8"))["request"]


def two_sample_tests(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """The figures of the table "Wilcoxon Two-Sample Test", with the correction and without, and exact."""
    exact = rank_sum_exact(first, second)
    found = {"exact_one": exact.p_one_sided, "exact_two": exact.p}
    for suffix, correction in (("cc", 0.5), ("nocc", 0)):
        test = rank_sum(first, second, correction=correction)
        found |= {f"z_{suffix}": test.z, f"p_one_{suffix}": test.p_one_sided, f"p_two_{suffix}": test.p}
        found |= {f"pt_one_{suffix}": test.p_t_one_sided, f"pt_two_{suffix}": test.p_t}
        found |= {"statistic": test.statistic, "std_dev": test.sd}
    return found


def shift_and_limits(first: pd.Series, second: pd.Series, level: float) -> dict[str, float]:
    """The figures of the table "Hodges-Lehmann Estimation"."""
    shift = hodges_lehmann(first, second, level=level, is_exact=True)
    found = {"hl_shift": shift.shift, "hl_asym_se": shift.se}
    for name, key in zip(LIMITS, ("lower", "upper", "mid"), strict=True):
        found |= {f"hl_asym_{key}": getattr(shift, name), f"hl_exact_{key}": getattr(shift, f"exact_{name}")}
    return found


@pytest.mark.parametrize("case", ["birthweight", "no-ties-10v5"])
def test_two_samples(shared: Path, case: str, agree) -> None:  # type: ignore[no-untyped-def]
    data, request = case_of(shared, case)
    values, labels = data[request["var"]], data[request["class_"]]
    samples = [values[labels == name] for name in request["class_order"]]  # type: ignore[attr-defined]
    several = kruskal_wallis(values, labels)
    found = two_sample_tests(*samples) | shift_and_limits(*samples, 1 - float(str(request["hl_alpha"])))
    found |= {"kw_chisq": several.chi_square, "kw_p": several.p}
    for row in several.groups.to_dict("records"):
        columns = {"n": "n", "sum_scores": "sum", "expected": "expected", "mean_score": "mean"}
        found |= {f"{key}_{row['group']}": row[column] for key, column in columns.items()}
    agree(f"wilcoxon/{case}", found)


def test_three_groups(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    data, request = case_of(shared, "kruskal-3-groups")
    test = kruskal_wallis(data[request["var"]], data[request["class_"]])
    agree("wilcoxon/kruskal-3-groups", {"kw_chisq": test.chi_square, "kw_df": test.df, "kw_p": test.p})

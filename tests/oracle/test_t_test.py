"""Two-sample t test against a PROC TTEST listing: the case of the ttest oracle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from adamline.stats.t_test import t_test_two_sample


def test_two_samples(shared: Path, agree) -> None:  # type: ignore[no-untyped-def]
    data = pd.read_csv(shared / "oracles/ttest/open/sleep-two-sample/data.csv")
    test = t_test_two_sample(*(data.loc[data["group"] == group, "extra"] for group in (1, 2)))
    found = {"diff": test.difference, "diff_se": test.pooled.se, "folded_f": test.f, "folded_p": test.f_p}
    found |= {"pooled_std": test.pooled_sd}
    found |= {"pooled_std_lower": test.pooled_sd_lower, "pooled_std_upper": test.pooled_sd_upper}
    for name, each in (("pooled", test.pooled), ("satt", test.satterthwaite)):
        found |= {f"{key}_{name}": getattr(each, key) for key in ("lower", "upper", "df", "t", "p")}
    for group, alone in ((1, test.first), (2, test.second)):
        columns = {"mean": "mean", "std": "sd", "stderr": "se", "mean_lower": "lower", "mean_upper": "upper"}
        columns |= {"std_lower": "sd_lower", "std_upper": "sd_upper"}
        found |= {f"{key}_{group}": getattr(alone, name) for key, name in columns.items()}
    agree("ttest/sleep-two-sample", found)

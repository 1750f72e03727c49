"""Counts of subjects by conditions that their records meet: numerators, denominators and the records behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses import risk_difference
from adamline.analyses.count import Options, analyse
from adamline.analyses.frames import placed

# Of A: a reaches both in other records, b one, c in one record each, d has no bilirubin; of B: e neither, f both.
ROWS = [
    ("a", "A", "ALT", 4.0), ("a", "A", "ALT", 1.0), ("a", "A", "BILI", 2.5),
    ("b", "A", "ALT", 3.0), ("b", "A", "BILI", 1.0),
    ("c", "A", "ALT", 1.0), ("c", "A", "BILI", 2.0),
    ("d", "A", "ALT", 5.0),
    ("e", "B", "ALT", 1.0), ("e", "B", "BILI", 1.0),
    ("f", "B", "ALT", 9.0), ("f", "B", "BILI", 9.0), ("f", "B", "BILI", np.nan),
]  # fmt: skip
FRAME = pd.DataFrame(ROWS, columns=["USUBJID", "TRTA", "PARAMCD", "AVAL"]).astype(
    {"USUBJID": "str", "TRTA": "str", "PARAMCD": "str"}
)
ALT, BILI = "PARAMCD = 'ALT' and AVAL >= 3", "PARAMCD = 'BILI' and AVAL >= 2"
BOTH = ["PARAMCD = 'ALT'", "PARAMCD = 'BILI'"]


def found(**options: Any) -> pd.DataFrame:
    row = {"count": "subjects", "denominator": "values", **options}
    return analyse(placed(FRAME, "TRTA"), Options.model_validate(row))


def n_of(made: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    by = made.pivot_table(index="group1_level", columns="stat_name", values="stat")
    return {arm: (int(row["n"]), int(row["N"]), int(row["events"])) for arm, row in by.iterrows()}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"A": (4, 4, 8), "B": (2, 2, 5)}),
        ({"meets": ALT}, {"A": (3, 4, 3), "B": (1, 2, 1)}),
        ({"meets": [ALT, BILI]}, {"A": (1, 4, 2), "B": (1, 2, 2)}),
        ({"meets": [ALT, BILI], "having": BOTH}, {"A": (1, 3, 2), "B": (1, 2, 2)}),
        ({"meets": ALT, "never": BILI}, {"A": (2, 4, 2), "B": (0, 2, 0)}),
        ({"meets": ALT, "never": BILI, "having": BOTH}, {"A": (1, 3, 1), "B": (0, 2, 0)}),
        ({"never": [ALT, BILI]}, {"A": (0, 4, 0), "B": (1, 2, 2)}),
        ({"meets": "AVAL > 100"}, {"A": (0, 4, 0), "B": (0, 2, 0)}),
    ],
)
def test_who_is_counted_of_whom(options: dict[str, Any], expected: dict[str, tuple[int, int, int]]) -> None:
    assert n_of(found(**options)) == expected


def test_categories_keep_their_denominator() -> None:
    made = analyse(
        placed(FRAME, "TRTA"),
        Options.model_validate({"count": "PARAMCD", "denominator": "values", "meets": "AVAL >= 3"}),
    )
    n = made[made["stat_name"] == "n"].set_index(["group1_level", "variable_level"])["stat"]
    assert n.to_dict() == {("A", "ALT"): 3, ("A", "BILI"): 0, ("B", "ALT"): 1, ("B", "BILI"): 1}
    assert set(made.loc[made["stat_name"] == "N", "stat"]) == {4, 2}


def test_the_condition_of_a_result_selects_the_records_that_are_counted() -> None:
    made = found(meets=ALT)
    where = made.loc[made["stat_name"] == "n", "where"].tolist()
    assert where == [f"TRTA = '{arm}' and {ALT}" for arm in "AB"]
    assert made.loc[made["stat_name"] == "N", "where"].tolist() == ["TRTA = 'A'", "TRTA = 'B'"]
    made = found(meets=[ALT, BILI], never="AVAL > 100")
    assert made["where"].iloc[0] == f"TRTA = 'A' and (({ALT}) or ({BILI}))"
    assert made["options"].iloc[0].endswith("without a record of AVAL > 100")


def test_differences_are_of_the_same_counts() -> None:
    row = {"risk_difference": "subjects", "against": "B", "denominator": "values", "meets": ALT, "having": BOTH}
    made = risk_difference.analyse(placed(FRAME, "TRTA"), risk_difference.Options.model_validate(row))
    estimate = made.loc[made["stat_name"] == "estimate", "stat"].tolist()
    assert estimate == [pytest.approx(100 * (2 / 3 - 1 / 2))]


def test_worst_and_meets_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="worst record may not be the one that `meets`"):
        Options.model_validate({"count": "PARAMCD", "worst": "AVAL", "meets": ALT})

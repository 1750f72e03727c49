"""A subject with two values in a cell is a warning of each analysis in which it would count twice, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError

Analysed = Callable[..., pd.DataFrame]
AGAINST = {"against": "A"}
ROWS: list[dict[str, Any]] = [
    {"cox": "AVAL", **AGAINST},
    {"hodges_lehmann": "AVAL", **AGAINST},
    {"kappa": "AVALC", "paired": "BASEC"},
    {"kruskal_wallis": "AVAL"},
    {"log_rank": "AVAL"},
    {"log_rank": "AVAL", **AGAINST},
    {"lsmeans": "AVAL", "model": ["BASE"], **AGAINST},
    {"mcnemar": "AVALC", "paired": "BASEC"},
    {"rank_sum": "AVAL", **AGAINST},
    {"sign_test": "AVAL"},
    {"signed_rank": "AVAL"},
    {"summary": "AVAL"},
    {"survival": "AVAL"},
    {"t_test": "AVAL"},
    {"t_test": "AVAL", **AGAINST},
    {"type3": "AVAL", "model": ["TRTP"], "effect": "TRTP"},
    {"van_elteren": "AVAL", "strata": "BASEC"},
]
REFUSED = [{"response": "AVALC"}, {"fisher": "AVALC", **AGAINST}, {"logistic": "AVALC", **AGAINST}]
# A subject counts once in a category, whatever the number of its records.
ONCE: list[dict[str, Any]] = [
    {"chi_square": "AVALC"},
    {"cmh": "AVALC", "strata": "BASEC"},
    {"count": "AVALC"},
    {"fisher_rxc": "AVALC"},
    {"odds_ratio": "AVALC", **AGAINST, "statistics": ["estimate_ci", "p"]},
    {"shift": "AVALC", "from": "BASEC"},
]


@pytest.fixture
def once() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"USUBJID": [f"S{n:02}" for n in range(40)], "TRTP": ["A", "B"] * 20})
    frame["AVAL"], frame["BASE"], frame["CNSR"] = rng.random(40), rng.random(40), 0.0
    frame["AVALC"], frame["BASEC"] = rng.choice(["Y", "N"], 40), rng.choice(["Y", "N"], 40)
    return frame


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(map(str, row)))
def test_a_subject_with_two_values_is_a_warning(row: dict[str, Any], once: pd.DataFrame, analysed: Analysed) -> None:
    assert set(analysed(row, once)["warning"]) == {""}
    twice = pd.concat([once, once.iloc[[0]].assign(AVAL=2.0)], ignore_index=True)
    assert set(analysed(row, twice)["warning"]) == {"", "subjects with more than one value: 1 (S00)"} or (
        list(analysed(row, twice)["warning"]) == ["subjects with more than one value: 1 (S00)"]
    )


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: next(iter(row)))
def test_two_responses_of_a_subject_are_refused(row: dict[str, Any], once: pd.DataFrame, analysed: Analysed) -> None:
    with pytest.raises(DataError, match="two responses"):
        analysed(row, pd.concat([once, once.iloc[[0]]], ignore_index=True))


@pytest.mark.parametrize("row", ONCE, ids=lambda row: next(iter(row)))
def test_a_subject_counts_once_in_a_category(row: dict[str, Any], once: pd.DataFrame, analysed: Analysed) -> None:
    twice = pd.concat([once, once.iloc[:7]], ignore_index=True)
    made, again = analysed(row, once), analysed(row, twice)
    # Events are records.
    made, again = (each[each["stat_name"] != "events"] for each in (made, again))
    pd.testing.assert_frame_equal(made, again)


@pytest.mark.parametrize(("word", "more"), [("van_elteren", {}), ("cmh", {}), ("log_rank", {}), ("log_rank", AGAINST)])
def test_records_without_a_stratum_are_counted(
    word: str, more: dict[str, str], once: pd.DataFrame, analysed: Analysed
) -> None:
    of = "AVALC" if word == "cmh" else "AVAL"
    gone = once.assign(BASEC=once["BASEC"].where(~once.index.isin([3, 4, 9])))
    made = analysed({word: of, "strata": "BASEC", **more}, gone)
    assert set(made["warning"]) - {""} == {"records left out, without BASEC: 3"}
    whole = analysed({word: of, "strata": "BASEC", **more}, gone.dropna())
    pd.testing.assert_series_equal(made["stat"], whole["stat"])

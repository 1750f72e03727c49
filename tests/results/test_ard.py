"""The results model: the ids and columns of results."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.results.ard import levels_of, result_columns, with_ids


def summary(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"analysis": "summary", "variable": "AGE", "stat_name": ["n", "sd"], **columns})


def test_an_id_says_what_the_number_is() -> None:
    results = with_ids(summary(group1="ARM", group1_level="A", group2="SEX", group2_level="F"), "T-1")
    assert tuple(results.columns) == result_columns(2)
    assert results["result"].tolist() == ["T-1/summary/ARM=A/SEX=F/AGE/n", "T-1/summary/ARM=A/SEX=F/AGE/sd"]
    assert results["output"].tolist() == ["T-1", "T-1"]
    assert results["warning"].tolist() == ["", ""]


def test_another_result_changes_no_id() -> None:
    one = with_ids(summary(), "T-1")["result"]
    more = with_ids(pd.concat([summary().assign(variable="BMI"), summary()]), "T-1")["result"]
    assert set(one) < set(more)


def test_a_category_and_its_variable_stand_together() -> None:
    row = {"analysis": "count", "variable": "SEX", "variable_level": "F", "stat_name": "n", "stat": 2.0}
    assert with_ids(pd.DataFrame([row]), "T-1")["result"].tolist() == ["T-1/count/SEX=F/n"]


def test_two_results_that_mean_the_same() -> None:
    with pytest.raises(DataError, match="mean the same") as caught:
        with_ids(pd.concat([summary(), summary()]), "T-1")
    assert "T-1/summary/AGE/n" in str(caught.value)


def test_no_results() -> None:
    assert with_ids(pd.DataFrame({"stat": []}), "T-1").empty


def test_a_column_that_the_model_does_not_have() -> None:
    with pytest.raises(DataError, match="does not have"):
        with_ids(summary(stats=1.0), "T-1")


def test_levels_of_a_grouping_wherever_it_stands() -> None:
    results = pd.DataFrame(
        {"group1": ["ARM", "SEX"], "group1_level": ["A", "F"], "group2": ["SEX", ""], "group2_level": ["M", ""]}
    )
    assert levels_of(results, "SEX").tolist() == ["M", "F"]
    assert math.isnan(with_ids(summary(), "T-1")["stat"].iloc[0])

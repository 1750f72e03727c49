"""Tests of qc.statistics: the statistics of STATS and OUTSTATS=."""

from __future__ import annotations

import math
import statistics

import pandas as pd
import pytest
from scipy import stats

from adamline.qc import CompareOptions, compare, outstats_dataset

X, Y = [85.0, 92.0, 78.0, 87.0], [84.0, 92.0, 79.0, 87.0]  # gr1 of the example of the manual


def table_of(dataset, variable: str = "gr1") -> pd.DataFrame:
    return dataset.frame[dataset.frame["_VAR_"] == variable].set_index("_TYPE_")


def test_each_column_has_the_statistics_of_its_own_values():
    result = compare(pd.DataFrame({"gr1": X, "same": 1.0}), pd.DataFrame({"gr1": Y, "same": 1.0}))
    dataset = outstats_dataset(result)
    assert set(dataset.frame["_VAR_"]) == {"gr1"}
    found = table_of(dataset)
    percents = [100 * (y - x) / x for x, y in zip(X, Y, strict=True)]
    differences = [y - x for x, y in zip(X, Y, strict=True)]
    for column, values in (("_BASE_", X), ("_COMP_", Y), ("_DIF_", differences), ("_PCTDIF_", percents)):
        t, p = stats.ttest_1samp(values, 0)
        expected = [4, statistics.fmean(values), statistics.stdev(values), max(values), min(values)]
        assert found.loc["N":"MIN", column].tolist() == pytest.approx(expected)
        assert found.loc["STDERR", column] == pytest.approx(statistics.stdev(values) / 2)
        assert found.loc["T":"PROBT", column].tolist() == pytest.approx([t, p])
    assert found.loc["NDIF", ["_BASE_", "_COMP_"]].tolist() == [2, 50]
    assert found.loc["DIFMEANS", ["_BASE_", "_COMP_", "_DIF_"]].tolist() == [0, 0, 0]
    r = statistics.correlation(X, Y)
    assert found.loc["R,RSQ", ["_BASE_", "_COMP_"]].tolist() == pytest.approx([r, r * r])
    assert found.loc["R,RSQ", ["_DIF_", "_PCTDIF_"]].isna().all()


def test_rows_are_those_that_the_manual_of_sas_lists():
    found = outstats_dataset(compare(pd.DataFrame({"gr1": X}), pd.DataFrame({"gr1": Y})))
    listed = "N MEAN STD MAX MIN STDERR T PROBT NDIF DIFMEANS R,RSQ"
    assert found.frame["_TYPE_"].tolist() == listed.split()


def test_means_are_set_against_each_other():
    found = table_of(
        outstats_dataset(compare(pd.DataFrame({"gr1": [10.0, 10.0]}), pd.DataFrame({"gr1": [10.0, 15.0]})))
    )
    assert found.loc["DIFMEANS", ["_BASE_", "_COMP_", "_DIF_"]].tolist() == pytest.approx([25, 20, 2.5])


def test_missing_values_leave_their_column_only():
    nan = math.nan
    result = compare(pd.DataFrame({"gr1": [0.0, nan, 4.0]}), pd.DataFrame({"gr1": [1.0, 2.0, nan]}))
    found = table_of(outstats_dataset(result))
    assert found.loc["N"].drop(["_VAR_", "_WITH_"]).tolist() == [2, 2, 1, 0]
    assert found.loc["NDIF", "_BASE_"] == 3
    assert found.loc["R,RSQ"].drop(["_VAR_", "_WITH_"]).isna().all()


def test_groups_and_equal_variables_where_asked(table):
    base, other = table("SEX A B\nF 1 1\nM 2 1\nM 4 1"), table("SEX A B\nF 1 1\nM 3 1\nM 4 1")
    frame = outstats_dataset(compare(base, other, CompareOptions(by="SEX")), every=True).frame
    ndif = frame[frame["_TYPE_"] == "NDIF"]
    assert ndif[["SEX", "_VAR_", "_BASE_", "_COMP_"]].to_numpy().tolist() == [
        ["F", "A", 0, 0],
        ["F", "B", 0, 0],
        ["M", "A", 1, 50],
        ["M", "B", 0, 0],
    ]

"""Columns given one by one are paired by position: labels of pandas that say otherwise are an error."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.stats.design import build_design
from adamline.stats.rank_sum import rank_sum
from adamline.stats.t_test import t_test_paired, t_test_two_sample

BEFORE = pd.Series([10.0, 20, 30, 40], index=["S1", "S2", "S3", "S4"])
AFTER = pd.Series([11.0, 21, 31, 42], index=["S1", "S2", "S3", "S4"])


def test_the_same_labels_in_another_order_are_not_paired_by_position() -> None:
    with pytest.raises(DataError, match="another order") as caught:
        t_test_paired(AFTER.iloc[::-1], BEFORE)
    assert "S4, S3, S2 ... and S1, S2, S3 ..." in str(caught.value)
    # As labels or by position: the same differences 1, 1, 1, 2.
    assert t_test_paired(AFTER, BEFORE).mean == 1.25
    assert t_test_paired(AFTER.iloc[::-1].to_numpy(), BEFORE.iloc[::-1].to_numpy()).mean == 1.25


def test_rows_of_a_frame_in_another_order() -> None:
    frame = pd.DataFrame({"BASE": [10.0, 20, 30, 40], "AVAL": [11.0, 21, 31, 42]})
    assert t_test_paired(frame["AVAL"], frame["BASE"]).mean == 1.25
    with pytest.raises(DataError, match="another order"):
        t_test_paired(frame.sort_values("AVAL", ascending=False)["AVAL"], frame["BASE"])


def test_the_default_index_says_nothing() -> None:
    assert t_test_paired(AFTER, BEFORE.reset_index(drop=True)).mean == 1.25
    # Rows that a condition left, beside a column made anew.
    kept = pd.DataFrame({"AVAL": [11.0, 0, 31, 42]}).query("AVAL > 0")["AVAL"]
    assert t_test_paired(kept, pd.Series([10.0, 30, 40])).n == 3


def test_other_labels_are_of_other_subjects() -> None:
    others = BEFORE.set_axis(["S5", "S6", "S7", "S8"])
    with pytest.raises(DataError, match="other labels"):
        t_test_paired(AFTER, others)
    partly = BEFORE.set_axis(["S1", "S2", "S3", "S5"])
    with pytest.raises(DataError, match="S4 and S5"):
        t_test_paired(AFTER, partly)


def test_two_samples_are_of_different_subjects() -> None:
    others = BEFORE.set_axis(["S5", "S6", "S7", "S8"])
    assert t_test_two_sample(AFTER, others).difference == 1.25
    # Of a crossover, by subject: still two samples.
    assert rank_sum(AFTER, BEFORE.iloc[::-1]).n1 == 4


def test_labels_that_repeat_and_labels_of_several_levels() -> None:
    long = pd.Series([1.0, 2, 3, 5], index=pd.MultiIndex.from_product([["S1", "S2"], [1, 2]]))
    assert t_test_paired(long, long - 1).mean == 1.0
    with pytest.raises(DataError, match="another order"):
        t_test_paired(long, long.iloc[[1, 0, 2, 3]])
    by_subject = BEFORE.set_axis(["S1", "S1", "S2", "S2"])
    assert t_test_paired(AFTER.set_axis(by_subject.index), by_subject).mean == 1.25


def test_marks_of_a_design_are_of_its_records() -> None:
    frame = pd.DataFrame({"BASE": [1.0, 2.0, 4.0]}, index=["S1", "S2", "S3"])
    usable = pd.Series([True, True, False], index=["S3", "S2", "S1"])
    with pytest.raises(DataError, match="another order"):
        build_design(frame, ["BASE"], {}, usable=usable)

"""Tests of qc.judge: values that are told apart, and those that are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.qc import CompareOptions, compare


def unequal(x, y, **options) -> int:
    return compare(pd.DataFrame({"X": x}), pd.DataFrame({"X": y}), CompareOptions(**options))["X"].n_unequal


@pytest.mark.parametrize(
    ("x", "y", "count"),
    [
        (["a  ", None, "", "x" * 30 + "1"], ["a", "", "  ", "x" * 30 + "1"], 0),
        ([" a", "A", "x" * 30 + "1"], ["a", "a", "x" * 30 + "2"], 3),
        (["a", None], [None, "a"], 2),
    ],
)
@pytest.mark.parametrize("types", [("str", "str"), ("category", "category"), ("category", "object"), ("object", "str")])
def test_text_is_exact_but_for_trailing_blanks(x, y, count, types):
    assert unequal(pd.Series(x, dtype=types[0]), pd.Series(y, dtype=types[1])) == count


def test_categories_in_another_order():
    x = pd.Categorical(["a", "b", "a"], categories=["a", "b"])
    y = pd.Categorical(["a", "b", "b"], categories=["b", "c", "a"])
    assert unequal(x, y) == 1


def test_zero_has_no_sign_and_infinity_equals_itself_only():
    assert unequal([0.0, np.inf, -np.inf], [-0.0, np.inf, -np.inf]) == 0
    assert unequal([np.inf, np.inf], [-np.inf, 1.0], method="RELATIVE", criterion=1e9) == 2


def test_integers_beyond_doubles_are_told_apart():
    assert unequal([2**60, 2**60], [2**60, 2**60 + 1]) == 1
    assert unequal(pd.array([2**60, None], dtype="Int64"), pd.array([2**60 + 1, None], dtype="Int64")) == 1


def test_nanoseconds_are_told_apart():
    x = pd.Series([1_400_000_000_000_000_000]).astype("datetime64[ns]")
    assert unequal(x, x + pd.Timedelta(1, "ns")) == 1


def test_nomiss_takes_blank_text_for_missing():
    assert unequal(["", "a"], ["a", ""], nomissbase=True) == 1
    assert unequal(["", "a"], ["a", " "], nomissbase=True, nomisscomp=True) == 0


def test_percent_against_a_base_of_zero_has_no_size():
    found = compare(
        pd.DataFrame({"X": [0.0, 10.0]}), pd.DataFrame({"X": [1.0, 12.0]}), CompareOptions(method="PERCENT")
    )
    assert (found["X"].n_unequal, found["X"].max_difference) == (2, 20.0)


def test_a_difference_as_large_as_the_criterion_is_equal():
    assert unequal([1.0, 1.0], [1.5, 1.625], method="ABSOLUTE", criterion=0.5) == 1


def test_missing_values_of_two_kinds_differ():
    x = pd.DataFrame({"X": [np.nan, np.nan, np.nan], "X.missing": pd.Categorical(["A", "_", None])})
    y = pd.DataFrame({"X": [np.nan, np.nan, np.nan], "X.missing": pd.Categorical(["A", None, "B"])})
    assert compare(x, y)["X"].unequal.tolist() == [1, 2]

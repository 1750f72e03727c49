"""Tests of derive._new_records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.derive._new_records import with_new_records
from adamline.errors import DataError


@pytest.fixture
def adrs(table):
    return table("""
        USUBJID PARAMCD ADT        AVAL ANL01FL
        01      PGA     2016-05-01 1.5  Y
        02      PGA     .          2    .
        """)


def test_gathered_new_constant_or_missing(adrs, table, plain):
    values = {"PARAMCD": np.array(["X", None], dtype=object), "AVAL": np.array([9.0, np.nan])}
    made = with_new_records(
        adrs, count=2, gathered={"USUBJID": np.array([1, -1])}, values=values, set_={"ANL01FL": "N"}
    )
    expected = table("""
        USUBJID PARAMCD ADT        AVAL ANL01FL
        01      PGA     2016-05-01 1.5  Y
        02      PGA     .          2    .
        02      X       .          9    N
        .       .       .          .    N
        """)
    assert {name: plain(made[name]) for name in made} == {name: plain(expected[name]) for name in expected}
    assert dict(made.dtypes) == dict(adrs.dtypes)


@pytest.mark.parametrize("levels", [["PGA"], ["Z", "PGA"], ["X", "PGA"]])
def test_a_category_has_the_levels_of_both_ascending(adrs, levels):
    adrs = adrs.astype({"PARAMCD": pd.CategoricalDtype(levels)})
    new = {"PARAMCD": pd.Categorical(["X"])}
    made = with_new_records(adrs, count=1, gathered={}, values=new, set_={})["PARAMCD"]
    assert list(made) == ["PGA", "PGA", "X"]
    assert list(made.cat.categories) == sorted({*levels, "X"})


@pytest.mark.parametrize("dtype", ["float64", "object", "str", "category", "datetime64[s]"])
def test_a_variable_of_nothing_takes_the_type_of_what_comes(adrs, dtype, plain):
    """pandas makes a column of any type of a variable that is all missing."""
    nothing = pd.Series([None, None], dtype=dtype)
    values = {"ANL01FL": np.array(["Y"], dtype=object)}
    made = with_new_records(adrs.assign(ANL01FL=nothing), count=1, gathered={}, values=values, set_={})
    assert plain(made["ANL01FL"]) == [None, None, "Y"]


def test_errors(adrs):
    nothing = {"count": 1, "gathered": {}, "values": {}, "set_": {}}
    with pytest.raises(DataError, match="no variable ANL02FL"):
        with_new_records(adrs, **(nothing | {"set_": {"ANL02FL": "Y"}}))
    with pytest.raises(DataError, match="AVAL is not text"):
        with_new_records(adrs, **(nothing | {"values": {"AVAL": np.array(["Y"], dtype=object)}}))
    with pytest.raises(DataError, match="PARAMCD is not a number"):
        with_new_records(adrs, **(nothing | {"values": {"PARAMCD": np.array([1.0])}}))

"""Tests of derive.coalesce."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.coalesce import derive_coalesce
from adamline.errors import DataError


def test_the_first_that_is_not_missing(derives):
    made = derives(
        derive_coalesce,
        """
        LASTEXDT   DSDT       RFENDT     | TRTEDT
        2014-07-02 2014-08-01 2014-09-01 | 2014-07-02
        .          2014-08-01 2014-09-01 | 2014-08-01
        .          .          2014-09-01 | 2014-09-01
        .          .          .          | .
        """,
        variable="TRTEDT",
        from_=["LASTEXDT", "DSDT", "RFENDT"],
    )
    assert made["TRTEDT"].dtype == "datetime64[s]"


@pytest.mark.parametrize("first", ["str", "object", "category"])
@pytest.mark.parametrize("second", ["str", "object", "category"])
def test_text_of_any_type(table, plain, first, second):
    frame = table("""
        A B
        x y
        . z
        . .
        """).astype({"A": first, "B": second})
    assert plain(derive_coalesce(frame, variable="C", from_=["A", "B"])["C"]) == ["x", "z", None]


@pytest.mark.parametrize("empty", ["float64", "object", "str", "category", "datetime64[s]"])
def test_a_variable_without_values_has_no_say(table, plain, empty):
    frame = table("""
        A B
        . 1
        . .
        """).astype({"A": empty})
    made = derive_coalesce(frame, variable="C", from_=["A", "B"])["C"]
    assert plain(made) == [1.0, None] and made.dtype == "float64"


def test_without_any_value_the_type_is_that_of_the_first(table):
    frame = table("ADT X\n. .").astype({"ADT": "datetime64[s]"})
    assert derive_coalesce(frame, variable="C", from_=["ADT", "X"])["C"].dtype == "datetime64[s]"


def test_types_are_not_mixed(table):
    frame = table("""
        A B ADT
        x 1 2014-01-02
        """)
    with pytest.raises(DataError, match="not all of one type") as error:
        derive_coalesce(frame, variable="C", from_=["A", "B"])
    assert error.value.found == "A is text, B is number"
    stamps = frame.assign(ADTM=pd.Series(pd.to_datetime(["2014-01-02T10:30"]).astype("datetime64[us]")))
    with pytest.raises(DataError, match="not all of one type"):
        derive_coalesce(stamps, variable="C", from_=["ADT", "ADTM"])


def test_nothing_to_choose_from_is_an_error(table):
    with pytest.raises(DataError, match="nothing to take"):
        derive_coalesce(table("A\n1"), variable="C", from_=[])
    with pytest.raises(DataError, match="no variable B"):
        derive_coalesce(table("A\n1"), variable="C", from_=["A", "B"])

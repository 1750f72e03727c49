"""Tests of derive.copy."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.copy import derive_copy
from adamline.errors import DataError


def test_values_as_they_are(derives):
    made = derives(
        derive_copy,
        """
        ADT        TEXT | ADT2
        2014-01-02 a    | 2014-01-02
        .          b    | .
        """,
        variable="ADT2",
        from_="ADT",
    )
    assert made["ADT2"].dtype == "datetime64[s]"


def test_missing_where_where_does_not_select(derives):
    derives(
        derive_copy,
        """
        LBSTNRLO | A1LO
        3.5      | 3.5
        0        | .
        .        | .
        """,
        variable="A1LO",
        from_="LBSTNRLO",
        where="LBSTNRLO <> 0",
    )


def test_the_kind_of_missing_goes_with_it(plain):
    lb = pd.DataFrame({"X": [float("nan"), float("nan"), 1.0], "X.missing": pd.Categorical(["A", "B", None])})
    made = derive_copy(lb.assign(KEEP=[1.0, 2.0, 3.0]), variable="Y", from_="X", where="KEEP <> 2")
    assert plain(made["Y"]) == [None, None, 1.0] and plain(made["Y.missing"]) == ["A", None, None]


def test_the_copy_is_its_own():
    """Neither column changes with the other."""
    made = derive_copy(pd.DataFrame({"X": [1.0, 2.0]}), variable="Y", from_="X")
    made.loc[0, "Y"] = 9.0
    assert made["X"].tolist() == [1.0, 2.0]


def test_the_nearest_name_is_offered(table):
    with pytest.raises(DataError, match="no variable LBSTRESM") as error:
        derive_copy(table("LBSTRESN LBSEQ\n1 1"), variable="AVAL", from_="LBSTRESM")
    assert error.value.hint == "did you mean LBSTRESN?"

"""Tests of derive.extreme."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.extreme import derive_extreme
from adamline.errors import DataError, DerivationError


def test_the_last_of_several_dates(derives):
    made = derives(
        derive_extreme,
        """
        AEDT       LBDT       TRTEDT     | LSTALVDT
        2014-03-01 2014-02-01 2014-01-01 | 2014-03-01
        .          2014-02-01 2014-03-05 | 2014-03-05
        2014-03-01 2014-03-01 .          | 2014-03-01
        .          .          2014-03-05 | 2014-03-05
        .          .          .          | .
        """,
        variable="LSTALVDT",
        from_=["AEDT", "LBDT", "TRTEDT"],
        take="last",
    )
    assert made["LSTALVDT"].dtype == "datetime64[s]"


def test_what_belongs_to_the_first_of_several_dates(derives):
    derives(
        derive_extreme,
        """
        AEDT       AECAUS    DSDT       DSCAUS     | DTHCAUS
        2014-03-01 INFARCT   2014-03-02 'LUNG CA.' | INFARCT
        2014-03-03 INFARCT   2014-03-02 'LUNG CA.' | 'LUNG CA.'
        2014-03-02 INFARCT   2014-03-02 'LUNG CA.' | INFARCT
        .          INFARCT   2014-03-02 'LUNG CA.' | 'LUNG CA.'
        2014-03-02 .         2014-03-03 'LUNG CA.' | .
        .          .         .          .          | .
        """,
        variable="DTHCAUS",
        from_=["AECAUS", "DSCAUS"],
        dates=["AEDT", "DSDT"],
        take="first",
    )


def test_of_equal_last_dates_the_one_named_first_is_taken(table, plain):
    frame = table("A B C\n2014-03-01 a .\n2014-03-01 a b").assign(D=pd.Timestamp("2014-03-01"))
    frame["A"] = frame["A"].astype("datetime64[s]")
    frame["D"] = frame["D"].astype("datetime64[s]")
    made = derive_extreme(frame, variable="X", from_=["B", "C"], dates=["A", "D"], take="last")
    assert plain(made["X"]) == ["a", "a"]


def test_dates_are_of_one_kind_and_one_for_each_variable(table):
    frame = table("A B X\n2014-03-01 2014-03-01T10:30 x").assign(B=pd.Timestamp("2014-03-01T10:30"))
    frame["B"] = frame["B"].astype("datetime64[us]")
    with pytest.raises(DataError, match="not all of one type"):
        derive_extreme(frame, variable="Y", from_=["A", "B"], take="last")
    with pytest.raises(DataError, match="not all of one type"):
        derive_extreme(frame, variable="Y", from_=["X", "X"], dates=["A", "B"], take="last")
    with pytest.raises(DataError, match="X is not a date"):
        derive_extreme(frame, variable="Y", from_=["X"], take="last")
    with pytest.raises(DerivationError, match="1 variables have 2 dates"):
        derive_extreme(frame, variable="Y", from_=["X"], dates=["A", "A"], take="last")
    with pytest.raises(DataError, match="nothing to take"):
        derive_extreme(frame, variable="Y", from_=[], take="last")

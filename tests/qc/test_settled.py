"""Tests of qc.settled: columns of any type as text, numbers or dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from adamline.io.dataset import Kind, kind_of
from adamline.qc.settled import settled, settled_dataset


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, None, 2.5], Kind.NUMBER, [1.0, None, 2.5]),
        ([Decimal("1.5"), None], Kind.NUMBER, [1.5, None]),
        ([2**60 + 1, None], Kind.NUMBER, [2**60 + 1, None]),
        ([True, None], Kind.NUMBER, [1.0, None]),
        ([dt.date(1582, 10, 15), None], Kind.DATE, ["1582-10-15", None]),
        ([b"a", None], Kind.TEXT, ["a", None]),
        (["a", 1, None], Kind.TEXT, ["a", "1", None]),
        ([10**400], Kind.TEXT, [str(10**400)]),
        ([[1, 2]], Kind.TEXT, ["[1, 2]"]),
        (["\ud800"], Kind.TEXT, ["\\ud800"]),
        # A time of day would be lost in a date.
        ([dt.date(2014, 1, 2), dt.datetime(2014, 1, 2, 3)], Kind.TEXT, ["2014-01-02", "2014-01-02 03:00:00"]),
    ],
)
def test_columns_of_objects(plain, values, kind, expected):
    result = settled(pd.Series(values, dtype="object"))
    assert kind_of(result) is kind
    found = plain(result.astype("str") if kind is Kind.DATE else result)
    assert [None if value in ("NaT", None) else value for value in found] == expected


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.0, np.nan]),
        pd.Series(["a", None], dtype="str"),
        pd.Series(["a", None], dtype="str").astype("category"),
        pd.Series(pd.to_datetime(["2014-01-02", None])),
    ],
)
def test_known_columns_are_left_as_they_are(values):
    assert settled(values) is None


def test_zones_become_utc():
    times = pd.Series(pd.to_datetime(["2014-01-02 09:00"])).dt.tz_localize("Asia/Tokyo")
    assert settled(times).tolist() == [pd.Timestamp("2014-01-02 00:00")]


def test_arrow_and_sparse_columns():
    assert kind_of(settled(pd.Series([2**60 + 1], dtype=pd.ArrowDtype(pa.int64())))) is Kind.NUMBER
    assert kind_of(settled(pd.Series([dt.date(2014, 1, 2)], dtype=pd.ArrowDtype(pa.date32())))) is Kind.DATE
    assert settled(pd.Series([1.0, np.nan], dtype="Sparse[float64]")).tolist()[0] == 1.0


def test_a_plain_frame_with_odd_names_becomes_a_dataset():
    frame = pd.DataFrame([[1.0, 2.0, 3.0]], columns=pd.Index(["A", "A", 1], dtype="object"))
    assert [variable.name for variable in settled_dataset(frame, "BASE").variables] == ["A", "A#2", "1"]


def test_letters_beside_a_number_are_its_kinds_of_missing():
    frame = pd.DataFrame({"X": [np.nan], "X.missing": pd.Categorical(["A"]), "Y.missing": pd.Categorical(["A"])})
    assert [variable.name for variable in settled_dataset(frame, "BASE").variables] == ["X", "Y.missing"]

"""SAS dates against Python's datetime arithmetic."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.io.dataset import Kind
from adamline.io.sas_dates import from_sas, kind_of_format, to_sas


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("DATE MMDDYY DDMMYYD YYMMDDN E8601DA B8601DA IS8601DA JULIAN MONYY WORDDATE YYQ", Kind.DATE),
        ("DATETIME E8601DT B8601DT IS8601DT DATEAMPM DTDATE MDYAMPM", Kind.DATETIME),
        ("TIME TIMEAMPM HHMM TOD E8601TM MMSS HOUR", Kind.TIME),
        ("BEST F COMMA DOLLAR Z PERCENT RACE DATEX", Kind.NUMBER),
    ],
)
def test_kind_of_format(names: str, kind: Kind) -> None:
    assert {name: kind_of_format(name) for name in names.split()} == dict.fromkeys(names.split(), kind)
    assert kind_of_format(names.split()[0].lower()) is kind


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1582, 1, 1), date(9999, 12, 31)))
def test_dates(day: date) -> None:
    number = float((day - date(1960, 1, 1)).days)
    column, lost = from_sas(np.array([number, math.nan]), Kind.DATE)
    assert column.dtype == "datetime64[s]"
    assert column.astype("datetime64[D]").tolist() == [day, None]
    assert not lost.any()
    values, lost = to_sas(column, Kind.DATE)
    assert values[0] == number
    assert math.isnan(values[1])
    assert not lost.any()


# A double holds every microsecond of 2**33 seconds (272 years) on both sides of 1960.
@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1688, 1, 1), datetime(2231, 12, 31)))
def test_datetimes_to_the_microsecond(moment: datetime) -> None:
    exact = (moment - datetime(1960, 1, 1)) // timedelta(microseconds=1)
    values, lost = to_sas(np.array([moment], dtype="datetime64[us]"), Kind.DATETIME)
    assert not lost.any()
    assert values[0] == exact / 1_000_000
    column, lost = from_sas(values, Kind.DATETIME)
    assert not lost.any()
    assert column.tolist() == [moment]


def test_hmisc_values_from_sas() -> None:
    """Numbers of a file that SAS wrote; the moments computed with Python's calendar."""
    column, _ = from_sas(np.array([1330767062.0]), Kind.DATETIME)
    assert column.tolist() == [datetime(1960, 1, 1) + timedelta(seconds=1330767062)]
    column, _ = from_sas(np.array([40425.0, -1.5]), Kind.TIME)
    assert column.tolist() == [timedelta(hours=11, minutes=13, seconds=45), timedelta(seconds=-1.5)]


@pytest.mark.parametrize(
    ("number", "kind", "lost"),
    [
        (0.5, Kind.DATE, True),
        (-138061.0, Kind.DATE, False),
        (-138062.0, Kind.DATE, True),
        (float((date(9999, 12, 31) - date(1960, 1, 1)).days), Kind.DATE, False),
        (float((date(9999, 12, 31) - date(1960, 1, 1)).days + 1), Kind.DATE, True),
        (1e75, Kind.DATE, True),
        (0.1, Kind.DATETIME, False),
        (1330767062.1, Kind.DATETIME, False),
        (0.1234567, Kind.DATETIME, True),
        (1e20, Kind.DATETIME, True),
        (0.1 + 0.2, Kind.TIME, False),
        (1e-7, Kind.TIME, True),
    ],
)
def test_what_would_be_lost(number: float, kind: Kind, lost: bool) -> None:
    assert from_sas(np.array([number]), kind)[1].tolist() == [lost]


def test_what_would_be_lost_in_writing() -> None:
    day = np.array(["2012-04-04T00:00:01"], dtype="datetime64[s]")
    assert to_sas(day, Kind.DATE)[1].tolist() == [True]
    assert to_sas(day, Kind.DATETIME)[1].tolist() == [False]
    assert to_sas(np.array(["2012-04-04T00:00:00.000000001"], dtype="datetime64[ns]"), Kind.DATETIME)[1].tolist() == [
        True
    ]
    far = np.array(["9999-01-01T00:00:00.000001"], dtype="datetime64[us]")
    assert to_sas(far, Kind.DATETIME)[1].tolist() == [True]
    assert to_sas(np.array(["1500-01-01"], dtype="datetime64[s]"), Kind.DATE)[1].tolist() == [True]

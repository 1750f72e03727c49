"""Dates and times as SAS formats show them."""

from __future__ import annotations

import pandas as pd

from adamline.standards.date_text import date9, datetime18, time8


def test_every_month_in_english() -> None:
    dates = pd.Series([f"2012-{month:02d}-29" for month in range(1, 13)] * 2, dtype="datetime64[s]", index=[0] * 24)
    # as listed for DATE9. in "SAS Formats and Informats: Reference"
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    assert date9(dates).tolist() == [f"29{month}2012" for month in months] * 2


def test_midnight_missing_and_none() -> None:
    assert datetime18(pd.Series(["1960-01-01", None], dtype="datetime64[us]"), ".").tolist() == [
        "01JAN1960:00:00:00",
        ".",
    ]
    assert date9(pd.Series([], dtype="datetime64[s]")).tolist() == []
    assert date9(pd.Series([None], dtype="datetime64[s]")).tolist() == [""]


def test_times_beyond_a_day() -> None:
    assert time8(pd.Series([100 * 3600 + 61, 0], dtype="timedelta64[s]")).tolist() == ["100:01:01", "0:00:00"]

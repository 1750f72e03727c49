"""How values are spelled: exactly, as a format shows them, and with a number of decimals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.value_text import exact_texts, fixed_texts, shown_texts


def column(
    values: Any, kind: Kind, format_: str = "", missing: list[str | None] | None = None
) -> tuple[Dataset, Variable]:
    variable = Variable("X", kind, format=format_)
    frame = pd.DataFrame({"X": values})
    if missing is not None:
        frame["X.missing"] = pd.Categorical(missing)
    return Dataset("D", frame, (variable,)), variable


def spelled(values: Any, kind: Kind, missing: list[str | None] | None = None) -> list[str]:
    dataset, variable = column(values, kind, missing=missing)
    return exact_texts(dataset, variable, np.arange(len(dataset.frame))).tolist()


def test_numbers_are_exact() -> None:
    assert spelled([0.1, 12.0, -0.0, 0.1 + 0.2, 2.0**60], Kind.NUMBER) == [
        "0.1",
        "12",
        "0",
        "0.30000000000000004",
        "1.152921504606847e+18",
    ]


def test_missing_numbers_have_their_letter() -> None:
    assert spelled([np.nan, np.nan, np.nan, 1.0], Kind.NUMBER, [None, "A", "_", None]) == [".", ".A", "._", "1"]


def test_dates_and_times_are_iso() -> None:
    assert spelled(np.array(["2020-03-17", "NaT"], "datetime64[s]"), Kind.DATE) == ["2020-03-17", "."]
    datetimes = np.array(["2020-03-17T07:30:00", "2020-03-17T07:30:00.25"], "datetime64[us]")
    assert spelled(datetimes, Kind.DATETIME) == ["2020-03-17T07:30:00", "2020-03-17T07:30:00.25"]
    times = np.array([30 * 3_600_000_000, -1_500_000], "timedelta64[us]")
    assert spelled(times, Kind.TIME) == ["30:00:00", "-00:00:01.5"]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_text_is_whole_without_trailing_blanks(dtype: str) -> None:
    assert spelled(pd.Series([" a  ", None, ""], dtype=dtype), Kind.TEXT) == [" a", "", ""]


def test_no_rows() -> None:
    for kind, values in ((Kind.NUMBER, [1.0]), (Kind.TEXT, ["a"])):
        dataset, variable = column(values, kind)
        assert exact_texts(dataset, variable, np.zeros(0, dtype=np.int64)).tolist() == []


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
@settings(max_examples=50, deadline=None)
def test_exact_numbers_read_back(values: list[float]) -> None:
    assert [float(text) for text in spelled(np.array(values, dtype=float), Kind.NUMBER)] == values


@pytest.mark.parametrize(
    ("format_", "kind", "value", "expected"),
    [
        ("4.1", Kind.NUMBER, 84.25, "84.3"),
        ("8.", Kind.NUMBER, 84.5, "85"),
        ("BEST12.", Kind.NUMBER, 84.25, "84.25"),
        ("DATE9.", Kind.DATE, np.datetime64("2020-03-07", "s"), "07MAR2020"),
        ("DATETIME20.", Kind.DATETIME, np.datetime64("2020-03-07T08:30", "us"), "07MAR2020:08:30:00"),
        ("YYMMDD10.", Kind.DATE, np.datetime64("2020-03-07", "s"), "2020-03-07"),
    ],
)
def test_shown_by_format(format_: str, kind: Kind, value: Any, expected: str) -> None:
    dataset, variable = column(np.array([value]), kind, format_)
    assert shown_texts(dataset, variable, np.array([0])).tolist() == [expected]


def test_fixed_rounds_half_away_and_shows_tiny_numbers() -> None:
    values = np.array([0.12345, -0.12345, 1e-9, 1e20, 0.0, np.inf, np.nan])
    assert fixed_texts(values, 4).tolist() == ["0.1235", "-0.1235", "1e-09", "1e+20", "0.0000", "inf", "."]

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc import compare
from adamline.qc.causes import find_causes

DAYS = ["2014-02-28", "2014-06-30", "2015-12-31", "2016-02-28", "2014-05-05"]


def sentences(base: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    return [str(cause) for cause in find_causes(compare(base, other))]


def dates(days: list[str], unit: str) -> pd.DataFrame:
    return pd.DataFrame({"X": np.array(days, dtype=f"datetime64[{unit}]")})


@pytest.mark.parametrize("unit", ["s", "us"])
@pytest.mark.parametrize(("step", "words"), [(1, "later"), (-1, "earlier")])
def test_dates_and_datetimes_one_day_off(unit: str, step: int, words: str) -> None:
    base = dates(DAYS, unit)
    assert sentences(base, base + np.timedelta64(step, "D")) == [f"X: 5 of 5 differences: one day {words} in compare"]


def test_text_of_dates_with_and_without_time() -> None:
    base = pd.DataFrame({"LBDTC": ["2014-02-28", "2015-12-31T23:30", "2016-02-28", "2014-05-05T08:00"]})
    other = pd.DataFrame({"LBDTC": ["2014-03-01", "2016-01-01T23:30", "2016-02-29", "2014-05-06T08:00"]})
    assert sentences(base, other) == ["LBDTC: 4 of 4 differences: one day later in compare"]


def test_another_time_of_the_day_is_not_one_day() -> None:
    base = pd.DataFrame({"LBDTC": ["2014-02-28T10:00", "2015-12-30T09:00", "2014-05-05T08:00"]})
    other = pd.DataFrame({"LBDTC": ["2014-03-01T10:01", "2015-12-31T09:02", "2014-05-06T08:03"]})
    assert sentences(base, other) == []


def test_a_study_day_has_no_day_zero() -> None:
    base, other = pd.DataFrame({"ADY": [-3.0, -1.0, 1.0, 8.0]}), pd.DataFrame({"ADY": [-2.0, 1.0, 2.0, 9.0]})
    assert sentences(base, other) == ["ADY: 4 of 4 differences: one day later in compare"]


def test_a_number_with_another_name_is_no_date() -> None:
    base = pd.DataFrame({"AVAL": [3.0, 11.0, 17.0, 28.0]})
    assert sentences(base, base + 1) == []


def test_a_day_in_either_direction_is_no_constant_offset() -> None:
    base = dates(DAYS * 4, "s")
    steps = np.where(np.arange(20) % 2, 1, -1).astype("timedelta64[D]")
    found = sentences(base, base + steps[:, None])
    assert all("one day" in sentence and "10 of 20" in sentence for sentence in found)


def test_a_datetime_named_so_without_a_format() -> None:
    frame = pd.DataFrame({"ADTM": [1.7e9, 1.71e9, 1.72e9, 1.73e9]})
    variables = (Variable("ADTM", Kind.NUMBER),)
    other = Dataset("ADLB", frame + 86_400, variables)
    [cause] = find_causes(compare(Dataset("ADLB", frame, variables), other))
    assert cause.text == "one day later in compare"

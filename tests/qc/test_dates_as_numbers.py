"""Dates stand as SAS numbers beside a variable that is numbers with a format of dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.comparison import compare
from adamline.qc.differences import differences_of
from adamline.qc.options import CompareOptions
from adamline.qc.value_text import exact_texts

# 2020-01-01 is day 21915 of SAS; 12:00:00 is second 43200.
DATES = pd.Series(["2020-01-01", None, "2020-01-03"], dtype="datetime64[s]")
TIMES = pd.Series(pd.to_timedelta([43200, None, 43202], unit="s").astype("timedelta64[us]"))


def dataset(values: pd.Series, kind: Kind, format_: str) -> Dataset:
    frame = pd.DataFrame({"USUBJID": ["1", "2", "3"], "X": values})
    return Dataset("ADAE", frame, (Variable("USUBJID", Kind.TEXT, length=1), Variable("X", kind, "", 8, format_)))


@pytest.mark.parametrize(
    ("held", "kind", "format_", "numbers", "first"),
    [
        (DATES, Kind.DATE, "DATE9.", [21915.5, np.nan, 21917], ("21915", "21915.5")),
        (TIMES, Kind.TIME, "TIME8.", [43200.25, np.nan, 43202], ("43200", "43200.25")),
    ],
)
def test_both_sides_are_shown_as_they_are_compared(
    held: pd.Series, kind: Kind, format_: str, numbers: list[float], first: tuple[str, str]
) -> None:
    one, other = dataset(held, kind, format_), dataset(pd.Series(numbers), Kind.NUMBER, format_)
    for pair, expected in (((one, other), first), ((other, one), first[::-1])):
        found = compare(*pair, CompareOptions(id="USUBJID"))
        assert (found["X"].n_unequal, len(found.variables.differing)) == (1, 0)
        at = np.array([0])
        shown = (exact_texts(side, side["X"], at)[0] for side in (found.base, found.compare))
        assert tuple(shown) == expected
        assert len(differences_of(found, found["X"])) == 1


def test_a_date_beside_a_plain_number_stays_a_date() -> None:
    one, other = dataset(DATES, Kind.DATE, "DATE9."), dataset(pd.Series([21915.0, np.nan, 1]), Kind.NUMBER, "8.")
    found = compare(one, other, CompareOptions(id="USUBJID"))
    assert exact_texts(found.base, found.base["X"], np.array([0]))[0] == "2020-01-01"

"""Criteria in a unit: values in another one are refused, as far as PARAM says it."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.analyses import count
from adamline.errors import DataError


def adlb(param: str) -> pd.DataFrame:
    return pd.DataFrame({"USUBJID": ["01", "02"], "TRTA": "A", "PARAM": param, "AVAL": [8.0, 9.0]})


@pytest.mark.parametrize("param", ["Hemoglobin (g/L)", "Hemoglobin (G/L) ", "Hemoglobin ( g / L )", "Hemoglobin", None])
def test_the_unit_of_the_criterion_or_none_that_is_said(param: str) -> None:
    made = count(adlb(param), by="TRTA", meets="AVAL < 125", denominator="values", unit=["g/L"])
    assert made.loc[made["stat_name"] == "n", "stat"].tolist() == [2]


@pytest.mark.parametrize(("param", "unit"), [("Hemoglobin (mmol/L)", "mmol/L"), ("Hemoglobin (g/dL)", "g/dL")])
def test_another_unit_is_refused(param: str, unit: str) -> None:
    with pytest.raises(DataError, match="is in another unit than the criterion") as caught:
        count(adlb(param), by="TRTA", meets="AVAL < 125", unit=["g/L"])
    assert (caught.value.expected, caught.value.found) == ("g/L", unit)


def test_a_leading_x_is_none() -> None:
    made = count(adlb("Leukocytes (x10^9/L)"), by="TRTA", meets="AVAL < 8.5", unit=["GI/L", "10^9/L"])
    assert made.loc[made["stat_name"] == "n", "stat"].tolist() == [1]

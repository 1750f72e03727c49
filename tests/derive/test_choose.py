"""Tests of derive.choose."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.choose import derive_choose
from adamline.errors import DataError


def test_the_treatment_of_the_period_of_a_record(derives):
    derives(
        derive_choose,
        """
        USUBJID APERIOD TRT01P  TRT02P  | TRTP
        01      1       Active  Placebo | Active
        01      2       Active  Placebo | Placebo
        02      1       Placebo Active  | Placebo
        02      2       Placebo Active  | Active
        02      .       Placebo Active  | .
        03      2       Active  .       | .
        """,
        variable="TRTP",
        index="APERIOD",
        from_=["TRT01P", "TRT02P"],
    )


def test_the_first_day_of_the_period_of_a_record(derives):
    made = derives(
        derive_choose,
        """
        APERIOD AP01SDT    AP02SDT    | APERSDT
        1       2020-01-01 2020-02-01 | 2020-01-01
        2       2020-01-01 2020-02-01 | 2020-02-01
        2       2020-01-01 .          | .
        """,
        variable="APERSDT",
        index="APERIOD",
        from_=["AP01SDT", "AP02SDT"],
    )
    assert made["APERSDT"].dtype == "datetime64[s]"


@pytest.mark.parametrize("first", ["str", "object", "category"])
@pytest.mark.parametrize("empty", ["float64", "object", "str", "category", "datetime64[s]"])
def test_a_period_that_nobody_reached_has_no_say(table, plain, first, empty):
    frame = table("APERIOD TRT01P TRT02P\n1 Active .\n2 Active .\n1 Other .").astype({"TRT01P": first, "TRT02P": empty})
    made = derive_choose(frame, variable="TRTP", index="APERIOD", from_=["TRT01P", "TRT02P"])
    assert plain(made["TRTP"]) == ["Active", None, "Other"]
    swapped = derive_choose(frame, variable="TRTP", index="APERIOD", from_=["TRT02P", "TRT01P"])
    assert plain(swapped["TRTP"]) == [None, "Active", None]


@pytest.mark.parametrize("period", ["0", "3", "1.5"])
def test_a_number_of_no_variable_is_an_error(table, period):
    frame = table(f"APERIOD TRT01P TRT02P\n1 Active Placebo\n{period} Active Placebo")
    with pytest.raises(DataError, match="APERIOD is the number of none of the 2 variables") as error:
        derive_choose(frame, variable="TRTP", index="APERIOD", from_=["TRT01P", "TRT02P"])
    assert error.value.found == period


def test_types_are_not_mixed_and_variables_are_known(table):
    frame = table("APERIOD A B\n1 x 1")
    with pytest.raises(DataError, match="not all of one type"):
        derive_choose(frame, variable="C", index="APERIOD", from_=["A", "B"])
    with pytest.raises(DataError, match="no variable D"):
        derive_choose(frame, variable="C", index="APERIOD", from_=["A", "D"])
    with pytest.raises(DataError, match="A is not a number"):
        derive_choose(frame, variable="C", index="A", from_=["A"])


def test_the_error_names_the_subject():
    frame = pd.DataFrame({"USUBJID": ["01", "02"], "APERIOD": [1.0, 3], "TRT01P": "A", "TRT02P": "B"})
    with pytest.raises(DataError, match="number of none") as error:
        derive_choose(frame, variable="TRTP", index="APERIOD", from_=["TRT01P", "TRT02P"])
    assert error.value.place.keys == "USUBJID=02"

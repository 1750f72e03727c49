"""Tests of derive.date."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.date import derive_date
from adamline.errors import DataError


def test_the_date_part_of_a_complete_date(derives):
    """Partial dates are missing: nothing is imputed. A time zone goes with the time."""
    made = derives(
        derive_date,
        """
        LBDTC                       | ADT
        '2014-01-02'                | 2014-01-02
        2014-01-02T11:45            | 2014-01-02
        2014-01-02T23:59:59.999     | 2014-01-02
        2014-01-02T11:45Z           | 2014-01-02
        2014-01-02T11:45:00+02:00   | 2014-01-02
        2014-01-02T-:45             | 2014-01-02
        ' 2014-01-02 '              | 2014-01-02
        2014-01                     | .
        2014                        | .
        2014---15                   | .
        --12-15                     | .
        -----T11:45                 | .
        .                           | .
        ''                          | .
        '1582-10-15'                | 1582-10-15
        '9999-12-31'                | 9999-12-31
        """,
        variable="ADT",
        from_="LBDTC",
    )
    assert made["ADT"].dtype == "datetime64[s]"


@pytest.mark.parametrize(
    "wrong",
    [
        "2014-02-29",
        "2014-13-01",
        "2014-13",
        "2014-00-10",
        "2014-1-2",
        "02JAN2014",
        "2014-01-02 11:45",
        "20140102",
        "UN",
    ],
)
def test_what_is_no_date_is_shown(wrong):
    lb = pd.DataFrame({"LBDTC": ["2014-01-02", wrong]})
    with pytest.raises(DataError, match=r"1 value\(s\) of LBDTC are not dates") as error:
        derive_date(lb, variable="ADT", from_="LBDTC")
    assert error.value.found == wrong and "2014-01-31T10:30" in error.value.expected


def test_a_level_that_no_record_has_does_not_matter():
    lb = pd.DataFrame({"LBDTC": pd.Categorical(["2014-01-02"], categories=["2014-01-02", "unknown"])})
    assert derive_date(lb, variable="ADT", from_="LBDTC")["ADT"].tolist() == [pd.Timestamp("2014-01-02")]


@pytest.mark.parametrize("dtype", ["float64", "object", "str", "category"])
def test_no_values_of_any_type(table, plain, dtype):
    made = derive_date(table("LBDTC\n.\n.").astype(dtype), variable="ADT", from_="LBDTC")["ADT"]
    assert plain(made) == [None, None] and made.dtype == "datetime64[s]"

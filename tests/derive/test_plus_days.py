"""A date plus days."""

from __future__ import annotations

import pytest

from adamline.derive.plus_days import derive_plus_days
from adamline.errors import DataError


@pytest.mark.parametrize("days", [0, 1, 30, -1])
def test_days_after_and_before(days, table):
    adsl = table("""
        TRTEDT     0          1          30         -1
        2024-02-28 2024-02-28 2024-02-29 2024-03-29 2024-02-27
        2023-12-31 2023-12-31 2024-01-01 2024-01-30 2023-12-30
        .          .          .          .          .
        """)
    made = derive_plus_days(adsl, variable="X", from_="TRTEDT", days=days)["X"]
    assert made.rename(str(days)).equals(adsl[str(days)])


def test_of_some_records_and_of_no_date(table):
    adsl = table("""
        TRTEDT     DTHFL N
        2024-02-28 Y     1
        2023-12-31 .     2
        """)
    made = derive_plus_days(adsl, variable="X", from_="TRTEDT", days=1, where="DTHFL is missing")["X"]
    assert made.isna().tolist() == [True, False]
    with pytest.raises(DataError):
        derive_plus_days(adsl, variable="X", from_="N", days=1)

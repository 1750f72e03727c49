"""Tests of derive.total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.derive.total import derive_total
from adamline.errors import DataError


@pytest.fixture
def qs(table):
    return table("""
        USUBJID QSCAT QSSTRESN QSORRES
        01      MMSE  4        '4'
        01      MMSE  5        '5'
        01      ADAS  70       '70'
        02      MMSE  .        .
        03      MMSE  7        '7'
        03      MMSE  .        .
        .       MMSE  9        '9'
        """)


def test_the_sum_over_the_records_of_a_subject(derives, qs):
    """Missing values are left out; a subject without values has no sum, not 0."""
    derives(
        derive_total,
        """
        USUBJID | MMSETOT
        03      | 7
        01      | 9
        02      | .
        04      | .
        .       | .
        """,
        variable="MMSETOT",
        source=qs,
        from_="QSSTRESN",
        where="QSCAT = 'MMSE'",
    )


def test_by_other_keys(derives, qs):
    derives(
        derive_total,
        """
        USUBJID QSCAT | TOTAL
        01      MMSE  | 9
        01      ADAS  | 70
        """,
        variable="TOTAL",
        source=qs,
        from_="QSSTRESN",
        by=["USUBJID", "QSCAT"],
    )


def test_a_source_without_records(derives, qs):
    derives(derive_total, "USUBJID | T\n01 | .", variable="T", source=qs.iloc[:0], from_="QSSTRESN")


def test_the_last_bit_does_not_depend_on_the_order_of_records():
    values = [0.1, 0.2, 0.3, 1e16, -1e16, 0.7]
    adsl = pd.DataFrame({"USUBJID": ["01"]})
    orders = [np.random.default_rng(seed).permutation(values) for seed in range(20)]
    sources = [pd.DataFrame({"USUBJID": "01", "X": order}) for order in orders]
    assert len({float(derive_total(adsl, variable="T", source=s, from_="X")["T"].iloc[0]) for s in sources}) == 1
    assert len({float(sum(order)) for order in orders}) > 1  # so the orders could have told


def test_text_is_an_error(table, qs):
    with pytest.raises(DataError, match="QSORRES is not a number"):
        derive_total(table("USUBJID\n01"), variable="T", source=qs, from_="QSORRES")

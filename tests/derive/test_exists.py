"""Tests of derive.exists."""

from __future__ import annotations

import pytest

from adamline.derive.exists import derive_exists
from adamline.errors import ConditionError, DataError


@pytest.fixture
def qs(table):
    return table("""
        USUBJID QSCAT VISITNUM
        01      ADAS  3
        01      ADAS  8
        02      ADAS  3
        03      MMSE  8
        .       ADAS  8
        """)


def test_a_record_that_where_selects(derives, qs):
    """A subject without any record, and a missing USUBJID, have none."""
    derives(
        derive_exists,
        """
        USUBJID | HASADAS
        01      | Y
        02      | .
        03      | .
        04      | .
        .       | .
        """,
        variable="HASADAS",
        source=qs,
        where="QSCAT = 'ADAS' and VISITNUM > 3",
    )


def test_by_other_keys(derives, qs):
    derives(
        derive_exists,
        """
        USUBJID VISITNUM | HASQS
        01      3        | Y
        02      3        | Y
        02      8        | .
        """,
        variable="HASQS",
        source=qs,
        by=["USUBJID", "VISITNUM"],
    )


def test_a_source_without_records(derives, qs):
    derives(derive_exists, "USUBJID | HASQS\n01 | .", variable="HASQS", source=qs.iloc[:0])


def test_unknown_variables_are_errors(table, qs):
    with pytest.raises(DataError, match="no variable SUBJID"):
        derive_exists(table("USUBJID\n01"), variable="HASQS", source=qs, by=["SUBJID"])
    with pytest.raises(ConditionError, match="no variable QSCATT") as error:
        derive_exists(table("USUBJID\n01"), variable="HASQS", source=qs, where="QSCATT = 'X'")
    assert error.value.hint == "did you mean QSCAT?"

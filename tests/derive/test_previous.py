"""Tests of derive.previous."""

from __future__ import annotations

import pytest

from adamline.derive.previous import derive_previous
from adamline.errors import DataError, DerivationError


def test_the_record_before_even_if_it_has_no_value(derives):
    derives(
        derive_previous,
        """
        USUBJID PARAMCD VISITNUM AVAL | PREV
        01      ALT     5        24   | .
        01      ALT     1        20   | .
        01      ALT     4        .    | 20
        01      AST     5        31   | .
        02      ALT     4        18   | .
        01      ALT     7        26   | 24
        """,
        variable="PREV",
        from_="AVAL",
        order=["VISITNUM"],
    )


def test_only_selected_records_count_and_have_one(derives):
    derives(
        derive_previous,
        """
        USUBJID PARAMCD VISITNUM AVISIT   | PREV
        01      ALT     1        Baseline | .
        01      ALT     1.1      .        | .
        01      ALT     4        'Week 2' | Baseline
        """,
        variable="PREV",
        from_="AVISIT",
        order=["VISITNUM"],
        where="AVISIT is not missing",
    )


def test_a_tie_is_an_error_that_names_the_key(table):
    adlb = table("USUBJID PARAMCD VISITNUM AVAL\n01 ALT 1 20\n02 ALT 1 20\n02 ALT 1 21")
    with pytest.raises(DerivationError, match="1 record") as error:
        derive_previous(adlb, variable="PREV", from_="AVAL", order=["VISITNUM"])
    assert "USUBJID=02" in str(error.value)
    made = derive_previous(adlb, variable="PREV", from_="AVAL", order=["VISITNUM", "AVAL"])
    assert made.PREV.tolist()[2] == 20


def test_order_and_variables_are_needed(table):
    adlb = table("USUBJID PARAMCD VISITNUM AVAL\n01 ALT 1 20")
    with pytest.raises(DerivationError, match="needs `order`"):
        derive_previous(adlb, variable="PREV", from_="AVAL", order=[])
    with pytest.raises(DataError, match="no variable AVALN"):
        derive_previous(adlb, variable="PREV", from_="AVALN", order=["VISITNUM"])

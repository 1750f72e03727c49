"""Tests of derive.base."""

from __future__ import annotations

import pytest

from adamline.derive.base import derive_base
from adamline.errors import ConditionError, DataError, DerivationError


def test_the_value_of_the_baseline_on_all_records_of_its_key(derives):
    derives(
        derive_base,
        """
        USUBJID PARAMCD ABLFL AVAL | BASE
        01      ALT     .     25   | 20
        01      ALT     Y     20   | 20
        01      AST     .     30   | .
        02      ALT     Y     .    | .
        02      ALT     .     31   | .
        """,
    )


def test_text_too(derives):
    derives(
        derive_base,
        """
        USUBJID PARAMCD ABLFL ANRIND | BNRIND
        01      ALT     .     H      | N
        01      ALT     Y     N      | N
        01      AST     .     L      | .
        """,
        variable="BNRIND",
        from_="ANRIND",
    )


def test_another_flag_and_other_keys(derives):
    """A missing key is a key of its own, as in SAS."""
    derives(
        derive_base,
        """
        USUBJID BASETYPE BFL AVAL | BASE
        01      A        Y   1    | 1
        01      .        Y   2    | 2
        01      .        N   3    | 2
        01      A        N   4    | 1
        """,
        flag="BFL",
        by=["USUBJID", "BASETYPE"],
    )


def test_two_baselines_are_an_error_that_lists_the_keys(table):
    adlb = table("""
        USUBJID PARAMCD ABLFL AVAL
        01      ALT     Y     25
        01      ALT     Y     20
        """)
    with pytest.raises(DerivationError, match="1 key has several") as error:
        derive_base(adlb)
    assert error.value.place.keys == "USUBJID=01, PARAMCD=ALT"


def test_the_nearest_name_is_offered(table):
    adlb = table("""
        USUBJID PARAMCD ABLFL AVAL
        01      ALT     Y     25
        """)
    with pytest.raises(DataError, match=r"no variable AVL\.") as error:
        derive_base(adlb, from_="AVL")
    assert error.value.hint == "did you mean AVAL?"
    with pytest.raises(ConditionError, match="no variable ABLFLL") as other:
        derive_base(adlb, flag="ABLFLL")
    assert other.value.hint == "did you mean ABLFL?"

"""Tests of derive.aseq."""

from __future__ import annotations

import pytest

from adamline.derive.aseq import derive_aseq
from adamline.errors import DataError, DerivationError


def test_numbers_start_anew_with_each_subject_and_missing_is_first(derives):
    derives(
        derive_aseq,
        """
        USUBJID PARAMCD ADT        | ASEQ
        02      AST     2014-01-02 | 2
        01      ALT     2014-01-09 | 2
        01      AST     2014-01-02 | 3
        01      ALT     .          | 1
        02      ALT     2014-01-02 | 1
        """,
        order=["PARAMCD", "ADT"],
    )


def test_descending(derives):
    derives(
        derive_aseq,
        """
        USUBJID ADY | ASEQ
        01      1   | 3
        01      8   | 2
        01      15  | 1
        """,
        order=["ADY desc"],
    )


def test_a_tie_is_an_error_that_names_the_subject(table):
    adlb = table("USUBJID PARAMCD\n01 ALT\n02 ALT\n02 ALT")
    with pytest.raises(DerivationError, match="1 record") as error:
        derive_aseq(adlb, order=["PARAMCD"])
    assert "USUBJID=02" in str(error.value)


def test_an_order_is_needed_and_must_be_known(table):
    adlb = table("USUBJID PARAMCD\n01 ALT")
    with pytest.raises(DerivationError, match="needs `order`"):
        derive_aseq(adlb, order=[])
    with pytest.raises(DataError, match="no variable PARAM"):
        derive_aseq(adlb, order=["PARAM"])

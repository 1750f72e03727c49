"""Tests of derive.ablfl."""

from __future__ import annotations

import pytest

from adamline.derive.ablfl import derive_ablfl
from adamline.derive.base import derive_base
from adamline.errors import DerivationError


def test_the_only_record_of_a_visit(derives):
    """A repeat at 1.1 is no baseline; a parameter without the visit has none."""
    derives(
        derive_ablfl,
        """
        USUBJID PARAMCD VISITNUM AVAL | ABLFL
        01      ALT     1        20   | Y
        01      ALT     1.1      21   | .
        01      ALT     4        22   | .
        01      AST     4        30   | .
        02      ALT     1        .    | Y
        """,
        where="VISITNUM = 1",
    )


def test_the_last_value_on_or_before_first_dose(derives):
    derives(
        derive_ablfl,
        """
        USUBJID PARAMCD ADT        TRTSDT     LBSEQ AVAL | ABLFL
        01      ALT     2014-01-01 2014-01-03 1     20   | .
        01      ALT     2014-01-03 2014-01-03 2     21   | .
        01      ALT     2014-01-03 2014-01-03 3     22   | Y
        01      ALT     2014-01-03 2014-01-03 4     .    | .
        01      ALT     2014-01-04 2014-01-03 5     23   | .
        02      ALT     2014-01-04 2014-01-03 1     24   | .
        03      ALT     2014-01-04 .          1     25   | .
        """,
        where="AVAL is not missing and ADT <= TRTSDT",
        order=["ADT", "LBSEQ"],
        take="last",
    )


def test_the_first_value(derives):
    derives(
        derive_ablfl,
        """
        USUBJID PARAMCD ADT        LBSEQ AVAL | ABLFL
        01      ALT     2014-01-01 1     .    | .
        01      ALT     2014-01-02 3     21   | .
        01      ALT     2014-01-02 2     22   | Y
        01      ALT     2014-01-03 4     20   | .
        """,
        where="AVAL is not missing",
        order=["ADT", "LBSEQ"],
        take="first",
    )


def test_the_mean_of_several_is_a_record_of_its_own_that_is_flagged(table, plain):
    """Two screening values, and the record with their mean: BASE is the mean, and one record is flagged."""
    adlb = table("""
        USUBJID PARAMCD VISITNUM AVAL DTYPE
        01      SYSBP   1        120  .
        01      SYSBP   2        130  .
        01      SYSBP   .        125  AVERAGE
        01      SYSBP   3        128  .
        """)
    made = derive_base(derive_ablfl(adlb, where="DTYPE = 'AVERAGE'"))
    assert plain(made["ABLFL"]) == [None, None, "Y", None]
    assert plain(made["BASE"]) == [125] * 4


def test_a_baseline_for_each_basetype(derives):
    derives(
        derive_ablfl,
        """
        USUBJID PARAMCD BASETYPE VISITNUM | ABLFL
        01      ALT     RUN-IN   1        | Y
        01      ALT     TREATED  1        | Y
        01      ALT     TREATED  2        | .
        """,
        where="VISITNUM = 1",
        by=["USUBJID", "PARAMCD", "BASETYPE"],
    )


def test_two_baselines_are_an_error_that_lists_the_keys(table):
    adlb = table("""
        USUBJID PARAMCD VISITNUM
        01      ALT     1
        02      AST     1
        02      AST     1
        """)
    with pytest.raises(DerivationError, match="1 key has several records") as error:
        derive_ablfl(adlb, where="VISITNUM = 1")
    assert "USUBJID=02, PARAMCD=AST" in str(error.value)
    assert "use take and `order`" in error.value.hint

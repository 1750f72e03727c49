"""Tests of derive.anlfl."""

from __future__ import annotations

import pytest

from adamline.derive.anlfl import derive_anlfl
from adamline.errors import DerivationError


def test_the_first_of_the_largest(derives):
    """Missing is lowest, so last where descending; where all values are missing there is a flag all the same."""
    derives(
        derive_anlfl,
        """
        USUBJID PARAMCD AVISITN AVAL | ANL01FL
        01      ALT     2       .    | .
        01      ALT     4       41   | Y
        01      ALT     6       41   | .
        01      ALT     8       7    | .
        01      AST     4       .    | .
        01      AST     2       .    | Y
        """,
        order=["AVAL desc", "AVISITN"],
        take="first",
    )


def test_the_closest_to_the_target_day_and_the_later_of_two_as_close(derives):
    """Two records of one day are told apart by LBSEQ, the later first."""
    derives(
        derive_anlfl,
        """
        USUBJID PARAMCD AVISIT   ADT        AWTDIFF LBSEQ | ANL01FL
        01      ALT     'Week 2' 2014-01-14 1       1     | .
        01      ALT     'Week 2' 2014-01-16 1       2     | .
        01      ALT     'Week 2' 2014-01-16 1       3     | Y
        01      ALT     'Week 2' 2014-01-18 3       4     | .
        01      ALT     'Week 4' 2014-02-09 12      5     | Y
        """,
        order=["AWTDIFF", "ADT desc", "LBSEQ desc"],
        take="first",
        by=["USUBJID", "PARAMCD", "AVISIT"],
    )


def test_where_decides_who_may_be_flagged(derives):
    derives(
        derive_anlfl,
        """
        USUBJID PARAMCD AVISITN AVAL | ANL02FL
        01      ALT     2       41   | .
        01      ALT     4       .    | .
        01      ALT     6       12   | Y
        01      AST     2       .    | .
        """,
        variable="ANL02FL",
        where="AVAL is not missing",
        order=["AVISITN"],
        take="last",
    )


def test_a_tie_is_an_error(table):
    adlb = table("""
        USUBJID PARAMCD AVISITN AVAL
        01      ALT     2       41
        01      ALT     4       41
        02      ALT     2       .
        02      ALT     4       .
        03      ALT     2       1
        03      ALT     4       2
        """)
    with pytest.raises(DerivationError, match="2 keys have several records") as error:
        derive_anlfl(adlb, order=["AVAL desc"], take="first")
    assert "USUBJID=01, PARAMCD=ALT, AVAL=41; USUBJID=02" in error.value.place.keys
    assert error.value.hint == "narrow `where`, or add variables to `order`"
    assert error.value.expected == "one record per USUBJID, PARAMCD"

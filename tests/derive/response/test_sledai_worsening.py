"""Tests of derive.response.sledai_worsening."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.response.sledai_worsening import add_sledai_worsening
from adamline.errors import DerivationError


@pytest.fixture
def adrs(table):
    return table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC CHG
        01      SLEDTOT 'Week 0' 0       2016-04-01 1   Y       10   .     0
        01      SLEDTOT 'Week 4' 4       2016-04-29 29  Y       10   .     0
        01      SLEDTOT 'Week 8' 8       2016-05-27 57  Y       11   .     1
        02      SLEDTOT 'Week 4' 4       2016-05-03 30  Y       12   .     .
        02      PGA     'Week 4' 4       2016-05-03 30  Y       1    .     4
        03      SLEDTOT 'Week 4' 4       2016-05-04 31  Y       2    .     -10
        """)


def test_any_rise_is_worsening(adds, adrs):
    """The same total is not; no record where the change is missing (02)."""
    text = """
        USUBJID PARAMCD  AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC
        01      SLEDNOWR 'Week 4' 4       2016-04-29 29  Y       1    Y
        01      SLEDNOWR 'Week 8' 8       2016-05-27 57  Y       0    N
        03      SLEDNOWR 'Week 4' 4       2016-05-04 31  Y       1    Y
        """
    adds(add_sledai_worsening, adrs, text, where="ANL01FL = 'Y' and AVISITN > 0", set_={"ANL01FL": "Y"})


@pytest.mark.parametrize(("allowed", "answer"), [(0, "N"), (1, "Y"), (2, "Y")])
def test_another_rise(adrs, allowed, answer):
    made = add_sledai_worsening(adrs.iloc[[2]], parameter="SLED", allowed=allowed)
    assert made["AVALC"].iloc[-1] == answer and made["PARAMCD"].iloc[-1] == "SLED"


def test_two_counted_records_of_a_visit_are_an_error(adrs):
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_sledai_worsening(pd.concat([adrs, adrs.iloc[[1]]]))
